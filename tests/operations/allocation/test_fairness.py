"""Figures of fairness, worked out by hand."""

from __future__ import annotations

import doctest

from liangcao.operations.allocation import fairness as module
from liangcao.operations.allocation.fairness import Part, fairness

MASK, SUIT = 1, 2


def part(
    wanted: int | None,
    given: int,
    *,
    item: int = MASK,
    tier: int = 1,
    town: str = "东",
    on_hand: int = 0,
    use: int | None = None,
) -> Part:
    return Part(item, tier, town, wanted, given, on_hand, use)


def test_examples_hold() -> None:
    assert doctest.testmod(module).failed == 0


def test_cover_of_the_worst_off_the_middle_and_the_spread() -> None:
    """Covers after: 1.0, 2.0, 3.0, 8.0 days; before: 0, 0, 0, 8."""
    figures = fairness(
        [part(10, 10, use=10), part(30, 20, use=10), part(30, 30, use=10), part(5, 0, on_hand=80, use=10)]
    )
    assert (figures.worst_before, figures.worst_after, figures.median_after) == (0, 10, 20)
    assert figures.spread_after == 30 - 10


def test_unknown_daily_use_has_no_cover() -> None:
    figures = fairness([part(10, 5), part(10, 5, use=0)])
    assert (figures.worst_after, figures.median_after, figures.spread_after) == (None, None, None)


def test_shares_of_items_are_averaged_and_pieces_never_added() -> None:
    """Masks 900 of 1,000, suits 0 of 2: 45 %, though nearly all pieces are there."""
    figures = fairness([part(1_000, 900), part(2, 0, item=SUIT)])
    assert figures.met == 450
    assert (figures.lines, figures.lines_met, figures.lines_empty) == (2, 0, 1)


def test_shares_by_tier_and_town() -> None:
    figures = fairness([part(10, 10), part(10, 5, tier=2, town="西"), part(10, 0, tier=2, town="西")])
    assert figures.met_by_tier == {1: 1000, 2: 250}
    assert figures.met_by_town == {"东": 1000, "西": 250}
    assert figures.met == 500


def test_more_than_wanted_counts_as_met_and_unknown_amounts_do_not_count() -> None:
    figures = fairness([part(10, 25), part(None, 7)])
    assert (figures.met, figures.lines) == (1000, 1)


def test_nothing_is_no_share() -> None:
    figures = fairness([])
    assert (figures.met, figures.met_by_tier, figures.lines) == (None, {}, 0)


def test_shares_are_rounded_down_so_that_all_means_all() -> None:
    assert fairness([part(3_000_000, 2_999_999)]).met == 999
