"""The solver on rounds of up to 900,000 asks. Sizes S, M, L: all by default, fewer with LIANGCAO_BENCH_SIZES=S,M or -k.

L is the round of the issue: 10,000 requesters × 300 items = 3 million pairs of which 30 % ask, stock for 60 % of the need,
packs from 1 to 500, five steps with every way of sharing. The raw limit beside it is what numpy needs to sort the levels
of the same lines once for each step and to add up their needs: no plan can be made with less.
"""

from __future__ import annotations

import os
import time

import numpy as np
import pytest

from benchmarks.generators_solver import SIZES, as_round, random_round
from liangcao.operations.allocation.solver import PlanArrays, RoundArrays, solve, solve_arrays

CHOSEN = os.environ.get("LIANGCAO_BENCH_SIZES", "S,M,L").split(",")


@pytest.mark.parametrize("size", CHOSEN)
def test_solve_arrays(size: str) -> None:
    lines = random_round(*SIZES[size], seed=20260101)

    started = time.perf_counter()
    plan = solve_arrays(lines)
    seconds = time.perf_counter() - started

    _check_totals(lines, plan)
    raw = _raw_seconds(lines)
    print(
        f"\nsolver {size}: {lines.item.size:,} asks, {len(lines.steps)} steps, {int(plan.own.sum()):,} pieces: "
        f"{seconds:.2f} s; raw sort and sums {raw:.2f} s; ratio {seconds / raw:.1f}; "
        f"pieces by step {plan.own.sum(axis=1).tolist()}"
    )


@pytest.mark.parametrize("size", [size for size in CHOSEN if size != "L"])
def test_solve(size: str) -> None:
    round_ = as_round(random_round(*SIZES[size], seed=20260101))

    started = time.perf_counter()
    result = solve(round_)
    seconds = time.perf_counter() - started

    assert sum(total.allocated for total in result.totals) == sum(pick.quantity for pick in result.picks)
    print(
        f"\nsolver with names, reasons and picks {size}: {len(round_.asks):,} asks, {len(result.picks):,} picks: {seconds:.2f} s"
    )


def _check_totals(lines: RoundArrays, plan: PlanArrays) -> None:
    """Exact totals: every piece is given or left, in whole packs, under the caps, and nothing is left that a pack fits."""
    given = plan.own.sum(axis=0)
    by_item = np.zeros_like(lines.free)
    np.add.at(by_item, lines.item, given)
    assert (by_item + plan.left == lines.free).all()
    assert (plan.left >= 0).all()
    assert (plan.own >= 0).all()
    assert (given % lines.pack == 0).all()
    assert (given <= lines.cap)[lines.cap >= 0].all()
    last = plan.target[-1]
    room = np.where(last >= 0, last - plan.allocated, 0)
    assert not ((room >= lines.pack) & (plan.left[lines.item] >= lines.pack)).any()
    # Each step had something to do, so that the time is the time of five steps.
    assert (plan.own.sum(axis=1) > 0).all()


def _raw_seconds(lines: RoundArrays) -> float:
    started = time.perf_counter()
    for _ in lines.steps:
        order = np.lexsort([lines.on_hand / np.maximum(lines.daily_use, 1), lines.item])
        np.cumsum(lines.requested[order])
    return time.perf_counter() - started
