"""*Proportional*: the quota rule and exact totals, before and after rounding."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liangcao.operations.allocation.solver import Ask, Round, Step, Stock, solve
from liangcao.operations.allocation.solver.proportional import give_by_weight, shares
from liangcao.operations.allocation.solver.queue import Queue

from .reference import allocated, shares_before_rounding

weights = st.integers(1, 10**9) | st.integers(1, 9)
entries = st.lists(st.tuples(st.integers(1, 300), weights), min_size=1, max_size=8)


def _queue(entries: list[tuple[int, int]], packs: list[int]) -> Queue:
    size = len(entries)
    ones, zeros = np.ones(size, np.int64), np.zeros(size, np.int64)
    limit, weight = (np.array(column, dtype=np.int64) for column in zip(*entries, strict=True))
    return Queue(zeros, zeros, ones, weight, np.array(packs, dtype=np.int64), limit, np.arange(size))


def _fractions(queue: Queue, left: int) -> list[Fraction]:
    numerators, denominators = shares(queue, np.array([left]))
    return [Fraction(int(n), int(d)) for n, d in zip(numerators, denominators, strict=True)]


@given(entries, st.integers(0, 2_500), st.sampled_from([1, 3, 500]))
@settings(max_examples=250, deadline=None)
def test_give_by_weight_keeps_the_quota_rule_and_the_total(
    entries: list[tuple[int, int]], packs_in_stock: int, pack: int
) -> None:
    queue = _queue(entries, [pack] * len(entries))
    left = np.array([packs_in_stock * pack + pack - 1])
    ideal = shares_before_rounding([limit for limit, _ in entries], [weight for _, weight in entries],
                                   min(packs_in_stock, int(queue.limit.sum())))  # fmt: skip

    assert _fractions(queue, int(left[0])) == ideal
    given_packs = give_by_weight(queue, left).tolist()

    assert sum(given_packs) == min(packs_in_stock, int(queue.limit.sum()))
    assert all(share - 1 < packs < share + 1 for packs, share in zip(given_packs, ideal, strict=True))
    assert all(packs <= limit for packs, (limit, _) in zip(given_packs, entries, strict=True))


@given(entries, st.integers(0, 1_000), st.integers(0, 1_000))
@settings(max_examples=200, deadline=None)
def test_shares_before_rounding_never_fall_when_the_stock_grows(
    entries: list[tuple[int, int]], stock: int, more: int
) -> None:
    queue = _queue(entries, [1] * len(entries))

    assert all(a <= b for a, b in zip(_fractions(queue, stock), _fractions(queue, stock + more), strict=True))


@given(entries, st.lists(st.integers(1, 40), min_size=8, max_size=8), st.integers(0, 3_000))
@settings(max_examples=200, deadline=None)
def test_give_by_weight_with_mixed_packs_leaves_no_pack_that_fits(
    entries: list[tuple[int, int]], packs: list[int], stock: int
) -> None:
    queue = _queue(entries, packs[: len(entries)])
    left = np.array([stock])

    given_packs = give_by_weight(queue, left)

    assert int((given_packs * queue.pack).sum()) + int(left[0]) == stock
    assert (given_packs <= queue.limit).all()
    assert not ((given_packs < queue.limit) & (queue.pack <= left[0])).any()


def test_give_by_weight_with_products_beyond_64_bits() -> None:
    queue = _queue([(999_999_999, 10**9), (999_999_999, 10**9 - 1), (5, 1)], [1, 1, 1])
    left = np.array([1_000_000_001])

    given_packs = give_by_weight(queue, left)

    # The shares are 500000000.5, 499999999.9999999995 and 0.5000000005: the first has the smallest remainder.
    assert given_packs.tolist() == [500_000_000, 500_000_000, 1]


@pytest.mark.parametrize(
    ("stock", "expected"), [(10, [6, 3, 1]), (14, [8, 4, 2]), (15, [9, 5, 1]), (100, [60, 30, 10])]
)
def test_solve_gives_what_is_left_to_the_largest_remainders(stock: int, expected: list[int]) -> None:
    asks = tuple(Ask(name, "口罩", 200, weight=weight) for name, weight in [("甲", 60), ("乙", 30), ("丙", 10)])
    round_ = Round((Stock("库", "口罩", "", None, stock),), asks, (Step("all", "request", "proportional"),))

    given_pieces = allocated(solve(round_))

    # 15 pieces: 9, 4.5 and 1.5: the remainders are equal, and 丙 comes before 乙 in the order of names.
    assert [given_pieces[name, "口罩"] for name in "甲乙丙"] == ([9, 4, 2] if stock == 15 else expected)


def test_solve_counts_an_earlier_floor_towards_the_target_but_not_towards_the_share() -> None:
    asks = (Ask("甲", "口罩", 100, floor=10), Ask("乙", "口罩", 100))
    steps = (Step("all", "floor", "fill"), Step("all", "request", "proportional"))

    given_pieces = allocated(solve(Round((Stock("库", "口罩", "", None, 50),), asks, steps)))

    assert given_pieces == {("甲", "口罩"): 30, ("乙", "口罩"): 20}


def test_solve_with_weight_zero_takes_no_part() -> None:
    asks = (Ask("甲", "口罩", 100, weight=0), Ask("乙", "口罩", 10))
    result = solve(Round((Stock("库", "口罩", "", None, 50),), asks, (Step("all", "request", "proportional"),)))

    assert allocated(result) == {("甲", "口罩"): 0, ("乙", "口罩"): 10}
    assert [unmet.cause.code for unmet in result.unmet] == ["weight_zero"]
