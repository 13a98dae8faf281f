"""*Fill* and *equal cover* against every possible plan, and against the rule applied pack by pack."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest

from liangcao.operations.allocation.solver import Ask, Round, Step, Stock, solve
from liangcao.operations.allocation.solver.lowest import give_to_lowest
from liangcao.operations.allocation.solver.queue import Queue

from .reference import allocated, best_levels, level_of, plain_plan, random_round, small_rounds


@pytest.mark.parametrize(("how", "seed"), [("fill", 1), ("equal_cover", 2)])
def test_solve_is_the_leximin_optimum_of_2000_small_rounds(how: str, seed: int) -> None:
    for round_ in small_rounds(how, 2_000, seed=seed):
        step, given = round_.steps[0], allocated(solve(round_))
        levels = sorted(level_of(ask, step, given[ask.requester, ask.item]) for ask in round_.asks)
        assert levels == best_levels(list(round_.asks), step, round_.stocks[0].quantity), round_


@pytest.mark.parametrize("one_pack", [True, False])
def test_solve_follows_the_rule_pack_by_pack(one_pack: bool) -> None:
    dice = random.Random(3)
    for _ in range(500):
        round_ = random_round(dice, one_pack=one_pack)
        if not one_pack:
            steps = tuple(replace(step, how="fill") if step.how == "proportional" else step for step in round_.steps)
            round_ = replace(round_, steps=steps)
        assert allocated(solve(round_)) == plain_plan(round_), round_


def test_solve_gives_ties_to_the_larger_next_level_then_to_the_name() -> None:
    # 乙 stands before 甲 in the order of characters.
    stock = (Stock("库", "口罩", "1", None, 1),)
    steps = (Step("all", "request", "fill"),)
    small_need = Round(stock, (Ask("甲", "口罩", 4), Ask("乙", "口罩", 3)), steps)
    same_need = Round(stock, (Ask("甲", "口罩", 4), Ask("乙", "口罩", 4)), steps)

    assert allocated(solve(small_need)) == {("甲", "口罩"): 0, ("乙", "口罩"): 1}
    assert allocated(solve(same_need)) == {("甲", "口罩"): 0, ("乙", "口罩"): 1}


def _one_item(counted: list[int], scale: list[int], pack: list[int], limit: list[int]) -> Queue:
    size = len(counted)
    columns = [np.array(values, dtype=np.int64) for values in (counted, scale, pack, limit)]
    return Queue(
        np.zeros(size, np.int64),
        columns[0],
        columns[1],
        np.ones(size, np.int64),
        columns[2],
        columns[3],
        np.arange(size),
    )


def test_give_to_lowest_tells_levels_apart_that_a_float_cannot() -> None:
    queue = _one_item([999_999_998, 999_999_997], [999_999_999, 999_999_998], [1, 1], [1, 1])
    assert 999_999_998 / 999_999_999 == 999_999_997 / 999_999_998

    assert give_to_lowest(queue, np.array([1])).tolist() == [0, 1]


def test_give_to_lowest_with_weights_and_uses_at_their_limits() -> None:
    largest = 999_999_999 * 10**9
    queue = _one_item([5, 5, 5], [largest, largest - 1, largest], [1, 1, 1], [999_999_999] * 3)
    left = np.array([10**9 + 1])

    given = give_to_lowest(queue, left)

    assert given.sum() == 10**9 + 1
    assert left.tolist() == [0]
    # The second entry's scale is smaller by one part in 10**18, so that its level is always the higher one.
    assert given.tolist() == [333_333_334, 333_333_333, 333_333_334]


def test_give_to_lowest_passes_over_packs_too_large_for_the_stock_left() -> None:
    queue = _one_item([0, 0, 0], [100, 100, 100], [60, 7, 1], [1, 14, 100])
    left = np.array([50])

    assert (give_to_lowest(queue, left) * queue.pack).tolist() == [0, 28, 22]
    assert left.tolist() == [0]


def test_give_to_lowest_hands_out_a_billion_packs_at_once() -> None:
    queue = _one_item([0] * 3, [999_999_999] * 3, [1] * 3, [999_999_999] * 3)

    assert give_to_lowest(queue, np.array([2_000_000_000])).tolist() == [666_666_667, 666_666_667, 666_666_666]
