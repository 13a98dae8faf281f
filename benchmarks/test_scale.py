"""Reads that an auditor waits for, over a book of 10,000,000 postings beside one of 100,000: p99 at most twice as long.

LIANGCAO_BENCH_SCALE sets the larger size (1,000,000 unless told otherwise: ten millions take minutes to write)."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import islice
from typing import Any
from uuid import UUID, uuid4

from benchmarks.generators_ledger import fill_book
from liangcao.foundation.database.snapshot import snapshot
from liangcao.ledger import actions as ledger
from liangcao.ledger import queries, registers
from liangcao.ledger.entries import AccountRef, NewLot, PostingLine
from liangcao.ledger.models import Posting
from liangcao.ledger.trace import trace_lots
from liangcao.ledger.verify import verify_book
from liangcao.reference.parties.models import Organisation
from tests.factories.world import NOON, TODAY, World, make_world

SMALL = 100_000
LARGE = int(os.environ.get("LIANGCAO_BENCH_SCALE", "1000000"))
HOLDERS = 1_000
ROUNDS = 100
PAGE = 200


def spread(world: World) -> UUID:
    """One lot that a thousand units hold, through the ledger's own posting."""
    units = Organisation.objects.bulk_create(
        Organisation(
            bureau=world.bureau, code=f"B{n}", name=f"示例单位{n}", kind="enterprise", region=world.hospital.region
        )
        for n in range(HOLDERS)
    )
    lot = uuid4()
    come = PostingLine(lot, world.outside(world.donor), world.stock(), HOLDERS)
    world.post("receipt", come, new_lots=[NewLot(lot, world.mask.pk, "gift", "JZ-1#1", no_lot_reason="散装")])
    out = [AccountRef("transit", world.store.pk, unit.pk) for unit in units]
    world.post("issue", *[PostingLine(lot, world.stock(), way, 1) for way in out])
    world.post(
        "delivery",
        *[PostingLine(lot, way, AccountRef("recipient", 0, unit.pk), 1) for way, unit in zip(out, units, strict=True)],
    )
    return lot


def reads(world: World, lot: UUID) -> dict[str, Callable[[], Any]]:
    """What is asked, by name."""
    actor, bureau, week = world.actor("auditor"), world.bureau.pk, TODAY - timedelta(days=7)
    return {
        "trace of a lot with 1,000 holders": lambda: trace_lots(actor, [lot], ref="lot", title=""),
        "statement of a store, first page": lambda: list(
            queries.postings(actor, bureau, store_id=world.store.pk)[:PAGE]
        ),
        "register of a day, first page": lambda: first_page(
            registers.entries(actor, bureau, flows=["issued"], from_=week, to=week)
        ),
        "balance as of yesterday": lambda: registers.holdings_at(
            actor, bureau, day=TODAY - timedelta(days=1), kinds=registers.HELD
        ),
        "balance as of a week ago": lambda: registers.holdings_at(actor, bureau, day=week, kinds=registers.HELD),
    }


def first_page(entries: Iterator[Any]) -> list[Any]:
    """As the page reads it: within one snapshot, and no further than it shows."""
    with snapshot():
        return list(islice(entries, PAGE))


def p99(read: Callable[[], Any]) -> float:
    """The second slowest of a hundred, in seconds, after one to warm up; fewer when one takes seconds."""
    assert read(), "a read that finds nothing measures nothing"
    spent: list[float] = []
    begun = time.perf_counter()
    while len(spent) < ROUNDS and (len(spent) < 5 or time.perf_counter() - begun < 15):
        start = time.perf_counter()
        read()
        spent.append(time.perf_counter() - start)
    return sorted(spent)[-2]


def test_reads_over_a_large_book(fresh_database: object, engine: str) -> None:
    """Two books in one database, so that both are read through tables of the same size."""
    times: dict[int, dict[str, float]] = {}
    for size in (SMALL, LARGE):
        world = make_world(f"scale{size}")
        lot = spread(world)
        begun = time.perf_counter()
        fill_book(world, size)
        print(f"\n{engine}: {size:,} postings written in {time.perf_counter() - begun:.0f} s", end="", flush=True)
        times[size] = {name: p99(read) for name, read in reads(world, lot).items()}
    assert Posting.objects.count() >= SMALL + LARGE
    for name, small in times[SMALL].items():
        large = times[LARGE][name]
        print(
            f"\n{engine}: {name:<34} {small * 1000:8.1f} ms  {large * 1000:8.1f} ms  ratio {large / small:.2f}", end=""
        )
    print()


def test_proof_of_a_book(fresh_database: object, engine: str) -> None:
    """How fast a book that was really posted is proved: chain, balances, day totals."""
    world = make_world()
    for _ in range(20):
        lots = [uuid4() for _ in range(1_000)]
        ledger.post_move(
            book_id=world.book.pk, kind="receipt", business_date=TODAY, cause_kind="source", cause_ref="JZ-1",
            lines=[PostingLine(lot, world.outside(world.donor), world.stock(), 5) for lot in lots],
            new_lots=[NewLot(lot, world.mask.pk, "gift", "JZ-1#1", no_lot_reason="散装") for lot in lots],
            by=world.system, at=NOON, client_id=uuid4(),
        )  # fmt: skip
    count = Posting.objects.count()
    begun = time.perf_counter()
    assert verify_book(world.system, world.bureau.pk).ok
    print(f"\n{engine}: {count:,} postings proved, {count / (time.perf_counter() - begun):,.0f} a second")
