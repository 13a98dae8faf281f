"""Reads of the journal."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.models import JournalEntry


def entries_of(actor: Actor, *, object_kind: str, object_ref: str, bureau_id: int) -> QuerySet[JournalEntry]:
    """The history of one object of a bureau, or of the shared catalogue, oldest first."""
    found = entries(actor, bureau_id=bureau_id).filter(object_kind=object_kind, object_ref=object_ref)
    return found.order_by("id")


def entries(actor: Actor, *, bureau_id: int) -> QuerySet[JournalEntry]:
    """The journal of a bureau and of what all bureaus share (the catalogue), newest first."""
    own = Q(bureau_id=bureau_id) | Q(bureau_id=None)
    return JournalEntry.objects.visible_to(actor).filter(own).order_by("-id")
