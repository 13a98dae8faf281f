"""What the journal costs an act that posts: the same transfer with its entry and without, turn by turn in one run, on
the same tables; and what a batch of entries costs when it is cut. The figure to read is the ratio."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median
from typing import Any
from uuid import UUID, uuid4

import pytest

from liangcao.foundation.journal.batches import LARGEST, cut_batches
from liangcao.foundation.journal.models import JournalEntry
from liangcao.foundation.journal.verify import check_journal
from liangcao.ledger import actions as ledger
from liangcao.ledger.actions import handling
from liangcao.ledger.entries import NewLot, PostingLine
from tests.factories.world import NOON, World, make_world

SIZES = {1: 120, 10: 80, 100: 30}


@pytest.fixture
def stocked(fresh_database: object) -> tuple[World, list[UUID]]:
    """A world with 100 lots in its store, and a journal of 50,000 entries."""
    world = make_world()
    lots = [NewLot(uuid4(), world.mask.pk, "purchase", f"CG#{n}", no_lot_reason="散装") for n in range(max(SIZES))]
    lines = [PostingLine(lot.id, world.outside(world.supplier), world.stock(), 900_000) for lot in lots]
    world.post("receipt", *lines, new_lots=lots)
    JournalEntry.objects.bulk_create(
        (
            JournalEntry(
                at=NOON, bureau_id=world.bureau.pk, user_id=n % 29, action="transfer", object_kind="move",
                object_ref=f"DB20200203-{n}", origin="page 10.0.0.7 0123456789ab", roles="storekeeper",
            )
            for n in range(50_000)
        ),
        batch_size=2000,
    )  # fmt: skip
    return world, [lot.id for lot in lots]


def transfer(world: World, lots: list[UUID]) -> None:
    """One act at the desk: claim, guard, post, journal, settle."""
    ledger.transfer(
        book_id=world.book.pk, from_store_id=world.store.pk, to_store_id=world.second_store.pk,
        lines=[(lot, 1) for lot in lots], reason="就近供应", by=world.actor("storekeeper"), at=NOON, client_id=uuid4(),
    )  # fmt: skip


def spent_by(act: Callable[[], None]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


@pytest.mark.parametrize("lines", SIZES)
def test_cost_of_the_entry(
    stocked: tuple[World, list[UUID]], lines: int, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Prints milliseconds with and without, and the ratio."""
    world, lots = stocked
    write: Any = handling.record
    transfer(world, lots[:lines])
    spent: dict[bool, list[float]] = {True: [], False: []}
    for turn in range(2 * SIZES[lines]):
        journalled = turn % 2 == 0
        monkeypatch.setattr(handling, "record", write if journalled else lambda **_: None)
        spent[journalled].append(spent_by(lambda: transfer(world, lots[:lines])))
    ours, bare = median(spent[True]), median(spent[False])
    print(
        f"\n{engine}: transfer of {lines:>3} lines: {1000 * ours:6.2f} ms with its journal entry,"
        f" {1000 * bare:6.2f} ms without, ratio {bare / ours:.2f}"
    )


def test_cost_of_a_batch(stocked: tuple[World, list[UUID]], engine: str) -> None:
    """Prints microseconds an entry, cut and proved."""
    world, _ = stocked
    count = JournalEntry.objects.filter(batch=None).count()
    cut = spent_by(lambda: print(end="") if cut_batches() else None)
    proved = spent_by(lambda: print(end="") if check_journal(world.system, world.bureau.pk) else None)
    print(
        f"\n{engine}: {count:,} entries in batches of {LARGEST}: cut in {1e6 * cut / count:.0f} µs an entry,"
        f" proved in {1e6 * proved / count:.0f} µs an entry"
    )
