"""Small pure pieces between rows and solver."""

from __future__ import annotations

import pytest

from liangcao.operations.allocation.models import PlanLine
from liangcao.operations.allocation.queries import cover
from liangcao.operations.allocation.rounds import connected_items, spread, store_names


@pytest.mark.parametrize(
    ("pieces", "wanted", "shares"),
    [
        (7, [5, 4], [5, 2]),
        (3, [5, 4], [3, 0]),
        (12, [5, 4], [5, 7]),
        (9, [5, None], [5, 4]),
        (9, [None, 4], [9, 0]),
        (0, [], []),
    ],
)
def test_spread_loses_no_piece(pieces: int, wanted: list[int | None], shares: list[int]) -> None:
    assert spread(pieces, wanted) == shares


def test_connected_items_follows_substitutes_both_ways() -> None:
    lines = [
        PlanLine(item_id=1, substitutes=[2]),
        PlanLine(item_id=3, substitutes=[2]),
        PlanLine(item_id=4, substitutes=[]),
    ]
    assert connected_items(lines, [3]) == {1, 2, 3}
    assert connected_items(lines, [4]) == {4}
    assert connected_items(lines, []) == set()


def test_store_names_are_told_apart_by_code() -> None:
    assert store_names([(1, "一号库", "S1"), (2, "中心库", "S2"), (3, "中心库", "S3")]) == {
        1: "一号库",
        2: "中心库 S2",
        3: "中心库 S3",
    }


@pytest.mark.parametrize(
    ("pieces", "daily_use", "tenths"), [(120, 100, 12), (120, 0, None), (120, None, None), (0, 7, 0)]
)
def test_cover_is_unknown_without_a_daily_use(pieces: int, daily_use: int | None, tenths: int | None) -> None:
    assert cover(pieces, daily_use) == tenths
