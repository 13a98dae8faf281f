"""Publishing a plan through the action, beside the rows that it must leave behind written by executemany: as many postings,
balances and notes of fulfilment, nothing looked up, nothing checked, nothing hashed. Sizes by LIANGCAO_BENCH_LINES.
"""

from __future__ import annotations

import os
import resource
import time
from collections import defaultdict
from uuid import uuid4

import pytest
from django.db import connection, transaction

from benchmarks.generators_plans import Size, make_large_plan
from liangcao.ledger.models import Move, Posting, StockAccount
from liangcao.ledger.verify import verify_book
from liangcao.operations.allocation.actions import publish_plan
from liangcao.operations.allocation.models import Plan
from liangcao.operations.demand.models import Fulfilment
from tests.factories.allocation import LATER
from tests.factories.world import World, make_world

SIZES = [int(part) for part in os.environ.get("LIANGCAO_BENCH_LINES", "10000,100000").split(",")]
ITEMS, STORES, EACH = 300, 50, 10


@pytest.mark.parametrize("lines", SIZES)
def test_publication(fresh_database: object, lines: int, engine: str) -> None:
    world = make_world()
    plan = make_large_plan(world, Size(lines // EACH, ITEMS, STORES, EACH))
    before = Posting.objects.count()

    started = time.perf_counter()
    done = publish_plan(plan_id=plan.pk, by=world.actor("leader"), at=LATER, client_id=uuid4())
    seconds = time.perf_counter() - started

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    assert (done.plan.status, done.short) == ("published", ())
    assert Posting.objects.count() - before == lines
    assert Fulfilment.objects.count() == lines
    assert verify_book(world.system, world.bureau.pk).ok
    # After it: the rows that are undone stay in PostgreSQL's tables, and would be in the way of the publication.
    raw = _raw_seconds(world, plan)
    print(
        f"\n{engine}: publication of {lines:,} lines: {seconds:.2f} s, {lines / seconds:,.0f} lines/s;"
        f" raw {raw:.2f} s; ratio {seconds / raw:.1f}; peak {peak:,.0f} MiB"
    )


def _raw_seconds(world: World, plan: Plan) -> float:
    """As many postings, balances and notes of fulfilment by executemany in one transaction, foreign keys checked, which is
    then undone. The goods only go to the next stores: what the rows say does not matter, how many they are does."""
    picks = list(
        plan.lines.filter(picks__isnull=False)
        .order_by("picks__pk")
        .values_list("picks__lot_id", "picks__store_id", "picks__item_id", "picks__quantity")
    )
    needs = list(plan.lines.values_list("requisition_line_id", "quantity_planned"))
    stores = StockAccount.objects.filter(kind="store", store__code__startswith="B").order_by("store_id")
    accounts = list(stores.values_list("store_id", "pk"))
    place = {store: number for number, (store, _) in enumerate(accounts)}
    write = str if connection.vendor == "postgresql" else (lambda key: key.hex)
    move, book, day = write(Move.objects.values_list("pk", flat=True)[0]), world.book.pk, LATER.date().isoformat()
    stamp = LATER.strftime("%Y-%m-%d %H:%M:%S+00:00")
    met: dict[object, int] = defaultdict(int)
    postings, balances = [], []
    for number, (lot, store, item, quantity) in enumerate(picks, start=10**6):
        met[lot] += 1
        source, target = accounts[place[store]][1], accounts[(place[store] + met[lot]) % len(accounts)][1]
        postings.append((book, move, number, write(lot), source, target, quantity))
        balances.append((book, target, write(lot), "store", item, quantity, day))
    notes = [(line, "allotted", quantity, "plan", plan.number, stamp) for line, quantity in needs]
    tables = (
        ("ledger_posting (book_id, move_id, line, lot_id, source_id, target_id, quantity)", postings),
        ("ledger_balance (book_id, account_id, lot_id, kind, item_id, quantity, moved_on)", balances),
        ("demand_fulfilment (requisition_line_id, kind, quantity, cause_kind, cause_ref, at)", notes),
    )
    started = time.perf_counter()
    with transaction.atomic():
        with connection.cursor() as cursor:
            for table, rows in tables:
                places = ", ".join(["%s"] * len(rows[0]))
                cursor.executemany(f"INSERT INTO {table} VALUES ({places})", rows)
            if connection.vendor == "postgresql":
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        seconds = time.perf_counter() - started
        transaction.set_rollback(True)
    return seconds
