"""Exact order of fractions, and stocks at the far end of what may be entered."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from liangcao.operations.allocation.solver import Ask, Round, Step, Stock, solve
from liangcao.operations.allocation.solver.exact import ratio_keys, running_sum_by

from .reference import allocated

small, wide = st.integers(1, 12), st.integers(1, 10**18)
denominators = small | st.integers(1, 2**31) | wide


@given(st.lists(st.tuples(st.integers(0, 10**13) | small, denominators), min_size=2, max_size=12), st.booleans())
@settings(max_examples=300, deadline=None)
def test_ratio_keys_order_as_fractions_do(pairs: list[tuple[int, int]], as_objects: bool) -> None:
    # Neighbours in the order of fractions are added, as near to the first pair as two fractions of this size can be.
    pairs = [*pairs, (pairs[0][0], pairs[0][1] + 1), (2 * pairs[0][0], 2 * pairs[0][1])]
    kind = object if as_objects else np.int64
    pairs = [(n, min(d, 2**59)) for n, d in pairs]
    keys = ratio_keys(*(np.array(column, dtype=kind) for column in zip(*pairs, strict=True)))

    rows = list(zip(*(key.tolist() for key in keys), strict=True))
    fractions = [Fraction(n, d) for n, d in pairs]
    for a in range(len(pairs)):
        for b in range(len(pairs)):
            assert (rows[a] < rows[b]) == (fractions[a] < fractions[b])
            assert (rows[a] == rows[b]) == (fractions[a] == fractions[b])


def test_running_sum_by_starts_again_in_each_group() -> None:
    assert running_sum_by(np.array([0, 0, 3, 3, 3]), np.array([1, 2, 4, 8, 16])).tolist() == [1, 3, 4, 12, 28]
    assert running_sum_by(np.zeros(0, np.int64), np.zeros(0, np.int64)).tolist() == []


def test_solve_with_every_number_at_its_largest() -> None:
    most = 999_999_999
    asks = tuple(
        Ask(f"{n}", "口罩", most, weight=10**9 - n, on_hand=most, daily_use=most, floor=most, cap=most)
        for n in range(5)
    )
    stocks = tuple(Stock("库", "口罩", str(n), None, most) for n in range(3))
    for how in ("fill", "equal_cover", "proportional"):
        for target, days in (("floor", None), ("days", 3650), ("cap", None), ("request", None)):
            given_pieces = allocated(solve(Round(stocks, asks, (Step("all", target, how, days),))))
            assert sum(given_pieces.values()) == 3 * most
            assert max(given_pieces.values()) - min(given_pieces.values()) <= 20
