"""Proof of the journal of a bureau, and of what belongs to no bureau, from the rows of the database."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Count

from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.models import SHARED, JournalBatch, JournalEntry
from liangcao.foundation.journal.plain import plain_batch, plain_entry
from liangcao.foundation.journal.proof import BATCH, ENTRY, JournalCheck, JournalFault

_PAGE = 20


def journal_lines(actor: Actor, bureau_id: int) -> Iterator[dict[str, Any]]:
    """Each batch of the shared chain and of the bureau's, each followed by its entries: what an export holds."""
    for chain in (SHARED, bureau_id):
        for batch, entries in _batches(actor, chain):
            yield {BATCH: plain_batch(batch)}
            yield from ({ENTRY: plain_entry(entry)} for entry in entries)


def _batches(actor: Actor, chain: int) -> Iterator[tuple[JournalBatch, list[JournalEntry]]]:
    """The batches of a chain with the entries that they list, in order, read in pages."""
    after = 0
    while True:
        chains = JournalBatch.objects.visible_to(actor).filter(bureau_id=chain, seq__gt=after)
        page = list(chains.order_by("seq")[:_PAGE])
        if not page:
            return
        listed = [entry_id for batch in page for entry_id in _ids(batch)]
        found = {entry.pk: entry for entry in JournalEntry.objects.visible_to(actor).filter(pk__in=listed)}
        for batch in page:
            yield batch, [found[entry_id] for entry_id in _ids(batch) if entry_id in found]
        after = page[-1].seq


def _ids(batch: JournalBatch) -> list[int]:
    """The ids that a batch lists; what was planted there instead is for the check to name."""
    entries = batch.entries if isinstance(batch.entries, list) else []
    return [entry[0] for entry in entries if isinstance(entry, list) and entry and type(entry[0]) is int]


def check_journal(actor: Actor, bureau_id: int) -> JournalCheck:
    """Recompute the shared chain and the bureau's from their rows, then look for entries beside them."""
    check = JournalCheck()
    for chain in (SHARED, bureau_id):
        check.begin(chain)
        for batch, entries in _batches(actor, chain):
            if not check.add_batch(plain_batch(batch)) or not all(check.add_entry(plain_entry(e)) for e in entries):
                return check
        if not check.close() or not _unchained_fit(actor, chain, check):
            return check
    check.fault = _strays(actor, bureau_id)
    return check


def _unchained_fit(actor: Actor, chain: int, check: JournalCheck) -> bool:
    bureau_id = None if chain == SHARED else chain
    waiting = JournalEntry.objects.visible_to(actor).filter(batch=None, bureau_id=bureau_id).order_by("id")
    return all(check.add_unchained(plain_entry(entry)) for entry in waiting.iterator(500))


def _strays(actor: Actor, bureau_id: int) -> JournalFault | None:
    """Entries that say they are in a batch which does not list them: nothing would hash them."""
    rows = JournalEntry.objects.visible_to(actor).exclude(batch=None).order_by()
    counted = dict(rows.values_list("batch_id").annotate(count=Count("pk")))
    batches = (
        JournalBatch.objects.visible_to(actor).filter(bureau_id__in=(SHARED, bureau_id)).order_by("bureau_id", "seq")
    )
    for batch in batches.iterator(_PAGE):
        if counted.get(batch.pk, 0) != len(batch.entries):
            listed = set(_ids(batch))
            stray = next(
                (pk for pk in rows.filter(batch=batch).order_by("pk").values_list("pk", flat=True) if pk not in listed),
                None,
            )
            what = f"entry {stray} is in no batch" if stray else f"batch {batch.seq} lists entries of another"
            return JournalFault(batch.seq, "journal_entry_added", what)
    return None
