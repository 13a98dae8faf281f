"""The solver on rounds of up to 900,000 asks. Sizes S, M, L: all by default, fewer with LIANGCAO_BENCH_SIZES=S,M or -k.

L is the round of the issue: 10,000 requesters × 300 items = 3 million pairs of which 30 % ask, stock for 60 % of the need,
packs from 1 to 500, five steps with every way of sharing. The raw limit beside it is what numpy needs to sort the levels
of the same lines once for each step and to add up their needs: no plan can be made with less.
"""

from __future__ import annotations

import os
import time
from dataclasses import replace

import highspy
import numpy as np
import pytest

from benchmarks.generators_solver import SIZES, as_round, random_round
from liangcao.operations.allocation.solver import PlanArrays, RoundArrays, StepRule, solve, solve_arrays

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


@pytest.mark.parametrize("size", CHOSEN)
def test_solve(size: str) -> None:
    """From a round in names to its plan; then every line, pick and reason read, which most readers never do."""
    round_ = as_round(random_round(*SIZES[size], seed=20260101))

    started = time.perf_counter()
    result = solve(round_)
    solved = time.perf_counter()
    allocated = reasons = 0
    for line in result.lines:
        allocated += line.allocated
        reasons += len(line.reasons)
    picked = sum(pick.quantity for pick in result.picks)
    read = time.perf_counter()

    assert sum(total.allocated for total in result.totals) == picked == allocated
    print(
        f"\nsolver in names {size}: {len(round_.asks):,} asks, {len(result.picks):,} picks: {solved - started:.2f} s; "
        f"all lines read, with {reasons:,} reasons, and the picks: {read - solved:.2f} s"
    )


@pytest.mark.parametrize("size", [size for size in CHOSEN if size != "L"])
def test_one_step_beside_an_lp(size: str) -> None:
    """One step, the same share of the request for all: HiGHS finds the highest common level of each item, pieces cut at
    will; the solver the integer leximin in whole packs. The LP is told the least that it can be told."""
    lines = replace(random_round(*SIZES[size], seed=20260101), steps=(StepRule("request", "fill"),))
    zeros = np.zeros_like(lines.requested)
    lines = replace(lines, earmarked=zeros, cap=zeros - 1)

    started = time.perf_counter()
    plan = solve_arrays(lines)
    seconds = time.perf_counter() - started
    level, lp_seconds = _lp_levels(lines)

    requested = np.maximum(lines.requested, 0)
    shared = np.where(requested > 0, plan.own[0] / np.maximum(requested, 1), 1)
    lowest = np.ones_like(level)
    np.minimum.at(lowest, lines.item, shared)
    # In whole packs nobody is raised above the level of cut pieces by more than the packs themselves.
    assert (lowest <= level + 1e-6).all()
    print(
        f"\nLP beside {size}: {lines.item.size:,} asks: HiGHS {lp_seconds:.2f} s, solver {seconds:.2f} s; "
        f"ratio {lp_seconds / seconds:.1f}"
    )


def _lp_levels(lines: RoundArrays) -> tuple[np.ndarray, float]:
    """Maximise the sum of the items' levels: level × request <= share, the shares of an item within its stock."""
    asking = np.flatnonzero(lines.requested > 0)
    size, items = asking.size, lines.free.size
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = size + items, size + items
    requested, item = lines.requested[asking].astype(np.float64), lines.item[asking]
    model.col_cost_ = np.concatenate([np.zeros(size), np.ones(items)])
    model.col_lower_ = np.zeros(size + items)
    model.col_upper_ = np.concatenate([requested, np.ones(items)])
    model.row_lower_ = np.concatenate([np.zeros(size), np.full(items, -highspy.kHighsInf)])
    model.row_upper_ = np.concatenate([np.full(size, highspy.kHighsInf), lines.free.astype(np.float64)])
    model.sense_ = highspy.ObjSense.kMaximize
    # By rows: share - request × level, two entries each; then the sum of the shares of each item (asks stand by item).
    counts = np.bincount(item, minlength=items)
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = np.concatenate([np.arange(size + 1) * 2, 2 * size + np.cumsum(counts)])
    pairs = np.column_stack([np.arange(size), size + item]).ravel()
    model.a_matrix_.index_ = np.concatenate([pairs, np.arange(size)])
    model.a_matrix_.value_ = np.concatenate([np.column_stack([np.ones(size), -requested]).ravel(), np.ones(size)])
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    started = time.perf_counter()
    solver.passModel(model)
    solver.run()
    seconds = time.perf_counter() - started
    assert solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return np.array(solver.getSolution().col_value[size:]), seconds


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
