"""The page of a plan of 10,000 units × 300 items with 900,000 lines, by Django's test client, and what it is turned and
narrowed to; beside it one pass of the database over the plan's lines, which a page that adds up for itself cannot beat.

LIANGCAO_BENCH_UNITS sets the units (10,000 unless told otherwise).
"""

from __future__ import annotations

import os
import time

from benchmarks.generators_plans import Size, make_large_plan
from benchmarks.test_pages import reader, seconds
from liangcao.operations.allocation.models import Plan, PlanLine
from liangcao.operations.allocation.summary import counted
from tests.factories.world import make_world

UNITS = int(os.environ.get("LIANGCAO_BENCH_UNITS", "10000"))
ITEMS, STORES, EACH = 300, 50, 90


def test_page_of_a_large_plan(fresh_database: object, engine: str) -> None:
    world = make_world()
    plan = make_large_plan(world, Size(UNITS, ITEMS, STORES, EACH), picked=UNITS * 10)
    Plan.objects.filter(pk=plan.pk).update(figures=counted(plan))
    client, address = reader(world), f"/allocation/plans/{plan.pk}/"
    line = plan.lines.order_by("pk")[0]
    pages = {
        "page": address,
        "last units": f"{address}?units={UNITS // 50 - 1}",
        "last items": f"{address}?items=18",
        "one tier": f"{address}?tier=3",
        "search": f"{address}?q=00123",
        "one item": f"{address}?item={line.item_id}",
        "one cell": f"{address}lines/{line.pk}/",
    }
    raw = _raw_seconds(plan)
    for name, page in pages.items():
        took = seconds(client, page)
        print(f"\n{engine}: {UNITS * EACH:,} lines: {name:<11} {took * 1000:7.0f} ms; ratio {took / raw:.2f}", end="")
    print(f"\n{engine}: one pass over the lines {raw * 1000:.0f} ms")


def _raw_seconds(plan: Plan) -> float:
    """Sums by item of the plan's lines, by the database."""
    from django.db.models import Count, Sum

    started = time.perf_counter()
    rows = PlanLine.objects.filter(plan=plan).values("item_id")
    assert len(rows.annotate(Sum("quantity_asked"), Sum("quantity_planned"), Count("pk")).order_by()) == ITEMS
    return time.perf_counter() - started
