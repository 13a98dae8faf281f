"""Reads of the outbox."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.outbox.models import Message


def messages(actor: Actor, *, bureau_id: int) -> QuerySet[Message]:
    """Messages of a bureau and of the installation itself with their jobs, newest first."""
    own = Q(bureau_id=bureau_id) | Q(bureau_id=None)
    return Message.objects.visible_to(actor).filter(own).select_related("job").order_by("-created_at", "-id")
