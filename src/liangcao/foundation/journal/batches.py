"""Cutting batches: what is in no batch yet is taken into the chain of its bureau.

Entries are found by their empty `batch`, never by counting ids: ids are given out before the commit, and a lower one
may become visible after a higher one. What is not visible now is taken by the next batch. Nobody who writes an entry
waits for a batch; two cutters meet on the unique place in the chain, and the second begins again.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta

from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import DateTimeField, ExpressionWrapper, F
from django.db.models.functions import Now

from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.actions import record
from liangcao.foundation.journal.models import SHARED, JournalBatch, JournalEntry, RefusalCount
from liangcao.foundation.journal.plain import plain_batch, plain_entry
from liangcao.foundation.journal.proof import batch_hash, entry_digest
from liangcao.foundation.journal.throttle import limit_of
from liangcao.foundation.kernel.chain import GENESIS

LARGEST = 500
_TRIES = 20


def cut_batches() -> int:
    """Take all entries that are visible and in no batch into the chains; returns how many batches that made."""
    waiting = JournalEntry.objects.filter(batch=None).order_by().values_list("bureau_id", flat=True).distinct()
    made = 0
    for bureau_id in sorted(SHARED if found is None else found for found in waiting):
        while _cut(bureau_id):
            made += 1
    return made


def bring_up_to_date() -> None:
    """Before a proof or an export: what is written now is in the chain. A database that cannot be written (a copy, a
    full disk) is proved up to its last batch."""
    with suppress(DatabaseError):
        cut_batches()


def _cut(bureau_id: int) -> bool:
    """One batch of a chain; False when nothing waits."""
    for _try in range(_TRIES):
        try:
            with transaction.atomic():
                return _take(bureau_id)
        except IntegrityError:
            # Another cutter was first at this place in the chain: see what is left.
            continue
    return False


def _take(bureau_id: int) -> bool:
    last = JournalBatch.objects.filter(bureau_id=bureau_id).order_by("-seq").first()
    waiting = JournalEntry.objects.filter(batch=None, bureau_id=None if bureau_id == SHARED else bureau_id)
    entries = list(waiting.order_by("id").annotate(cut_at=Now())[:LARGEST])
    if not entries:
        return False
    cut_at = entries[0].cut_at
    batch = JournalBatch(
        bureau_id=bureau_id,
        seq=last.seq + 1 if last else 1,
        # A clock that was set back does not turn the chain round.
        cut_at=max(cut_at, last.cut_at) if last else cut_at,
        entries=[[entry.pk, entry_digest(plain_entry(entry))] for entry in entries],
        previous_hash=last.hash if last else GENESIS,
    )
    batch.hash = batch_hash(plain_batch(batch))
    batch.save(force_insert=True)
    taken = JournalEntry.objects.filter(pk__in=[entry.pk for entry in entries], batch=None).update(batch=batch)
    if taken != len(entries):
        raise IntegrityError("entries were taken by another batch")
    return True


def close_counts() -> int:
    """Turn the counters of minutes that are over into one entry each where something was not written in full, and
    delete them; returns how many entries that made."""
    made = 0
    with transaction.atomic():
        age = ExpressionWrapper(Now() - timedelta(minutes=1), output_field=DateTimeField())
        over = list(RefusalCount.objects.select_for_update().annotate(limit=age).filter(minute__lt=F("limit")))
        for counter in over:
            if counter.count > limit_of(counter.origin):
                _write_count(counter)
                made += 1
        RefusalCount.objects.filter(pk__in=[counter.pk for counter in over]).delete()
    return made


def _write_count(counter: RefusalCount) -> None:
    kind, _, who = counter.origin.partition(" ")
    by = Actor(
        user_id=int(who) if kind == "user" else None, name=who if kind == "program" else "", grants=(),
        origin=counter.origin,
    )  # fmt: skip
    written = limit_of(counter.origin)
    minute: datetime = counter.minute.astimezone(UTC)
    record(
        by=by, at=counter.minute, action="refusals_more", object_kind="refusal", object_ref=f"{minute:%Y-%m-%dT%H:%MZ}",
        after={"count": counter.count, "written": written}, result="counted",
    )  # fmt: skip
