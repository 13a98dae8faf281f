"""Reads of the journal."""

from __future__ import annotations

import json
from datetime import datetime
from uuid import UUID

from django.db.models import Case, OuterRef, Q, QuerySet, Subquery, TextField, When
from django.db.models.functions import Cast

from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.identity.models import User
from liangcao.foundation.journal.models import Claim, JournalEntry
from liangcao.foundation.kernel.errors import NotFound


def entries_of(actor: Actor, *, object_kind: str, object_ref: str, bureau_id: int) -> QuerySet[JournalEntry]:
    """What was done to one object of a bureau, or of the shared catalogue, oldest first. Refusals are for auditors."""
    found = entries(actor, bureau_id=bureau_id).filter(object_kind=object_kind, object_ref=object_ref, result="ok")
    return found.order_by("id")


def entries(actor: Actor, *, bureau_id: int) -> QuerySet[JournalEntry]:
    """The journal of a bureau and of what all bureaus share (the catalogue), newest first. `who` is the name that
    the user has now, or that of the program."""
    own = Q(bureau_id=bureau_id) | Q(bureau_id=None)
    named = Subquery(User.objects.filter(pk=OuterRef("user_id")).values("display_name")[:1])
    who = Case(When(user_id=None, then="program"), default=named)
    return JournalEntry.objects.visible_to(actor).filter(own).annotate(who=who).order_by("-id")


def done_since(moment: datetime, *, object_kind: str, action: str, bureau_id: int | None) -> QuerySet[JournalEntry]:
    """What one act did to objects of one kind after a moment, oldest first: papers of that moment undo it."""
    rows = JournalEntry.objects.filter(object_kind=object_kind, action=action, result="ok", bureau_id=bureau_id)
    return rows.filter(at__gt=moment).order_by("id")


def last_of_system(action: str, *, bureau_id: int) -> JournalEntry | None:
    """What the program itself last did of its own accord in a bureau under this name: its rounds leave their results
    there."""
    rows = JournalEntry.objects.filter(bureau_id=bureau_id, action=action, user_id=None)
    return rows.order_by("-id").first()


def last_entry_id(bureau_id: int) -> int:
    """The number of a bureau's last entry: another one means that something was done since. It tells nothing else."""
    last = JournalEntry.objects.filter(bureau_id=bureau_id).order_by("-id").values_list("id", flat=True).first()
    return int(last or 0)


def entry(actor: Actor, *, bureau_id: int, entry_id: int) -> JournalEntry:
    """One entry, with its batch. Raises NotFound."""
    found = entries(actor, bureau_id=bureau_id).filter(pk=entry_id).select_related("batch").first()
    if found is None:
        raise NotFound()
    return found


def with_text(rows: QuerySet[JournalEntry], text: str) -> QuerySet[JournalEntry]:
    """The entries in which a text stands: who, object, reason, origin, before, after. JSON is kept with its Chinese
    escaped by one engine and plain by the other: both are looked for."""
    escaped = json.dumps(text)[1:-1]
    rows = rows.annotate(before_text=Cast("before", TextField()), after_text=Cast("after", TextField()))
    found = Q(who__icontains=text) | Q(object_ref__icontains=text) | Q(reason__icontains=text)
    found |= Q(origin__icontains=text)
    for form in dict.fromkeys((text, escaped)):
        found |= Q(before_text__icontains=form) | Q(after_text__icontains=form)
    return rows.filter(found)


def is_claimed(client_id: UUID) -> bool:
    """Whether an act with this client's id was done or is under way."""
    return Claim.objects.filter(pk=client_id).exists()
