"""Reads of the journal."""

from __future__ import annotations

from django.db.models import QuerySet

from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.models import JournalEntry


def entries_of(actor: Actor, *, object_kind: str, object_ref: str) -> QuerySet[JournalEntry]:
    """The history of one object, oldest first."""
    return JournalEntry.objects.visible_to(actor).filter(object_kind=object_kind, object_ref=object_ref).order_by("id")


def entries(actor: Actor, *, bureau_id: int) -> QuerySet[JournalEntry]:
    """The journal of a bureau, newest first."""
    return JournalEntry.objects.visible_to(actor).filter(bureau_id=bureau_id).order_by("-id")
