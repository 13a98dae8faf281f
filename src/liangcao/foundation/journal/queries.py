"""Reads of the journal."""

from __future__ import annotations

from django.db.models import Case, OuterRef, Q, QuerySet, Subquery, When

from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.identity.models import User
from liangcao.foundation.journal.models import JournalEntry


def entries_of(actor: Actor, *, object_kind: str, object_ref: str, bureau_id: int) -> QuerySet[JournalEntry]:
    """What was done to one object of a bureau, or of the shared catalogue, oldest first. Refusals are for auditors."""
    found = entries(actor, bureau_id=bureau_id).filter(object_kind=object_kind, object_ref=object_ref, result="ok")
    return found.order_by("id")


def entries(actor: Actor, *, bureau_id: int) -> QuerySet[JournalEntry]:
    """The journal of a bureau and of what all bureaus share (the catalogue), newest first. `who` is the name that the user
    has now, or that of the program."""
    own = Q(bureau_id=bureau_id) | Q(bureau_id=None)
    named = Subquery(User.objects.filter(pk=OuterRef("user_id")).values("display_name")[:1])
    who = Case(When(user_id=None, then="program"), default=named)
    return JournalEntry.objects.visible_to(actor).filter(own).annotate(who=who).order_by("-id")
