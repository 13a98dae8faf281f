"""The mark of over-asking: a pure judgement of numbers, frozen where the stock was told, the same in the database."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liangcao.operations.demand import actions, queries
from liangcao.operations.demand.inputs import RequisitionLineInput
from liangcao.operations.demand.over_asking import Mark, Norm, judge, marks_of
from tests.factories.demand import approve, make_fulfilment, make_requisition, make_requisition_line
from tests.factories.world import NOON, World

DAY = timedelta(days=1)
COUNTS = st.integers(0, 999_999_999)
MAYBE = st.none() | COUNTS


def codes(marks: tuple[Mark, ...]) -> list[str]:
    return [mark.code for mark in marks]


@pytest.mark.parametrize(
    ("requested", "on_hand", "daily_use", "delivered", "expected"),
    [
        (1_400, 0, 100, 0, []),
        (1_401, 0, 100, 0, ["BEYOND_NORM"]),
        (1, None, 0, None, ["BEYOND_NORM"]),
        (None, 0, 100, 0, []),
        (999_999, 0, None, 999_999, ["USE_UNKNOWN"]),
        (100, 300, 100, 2_000, []),
        (100, 299, 100, 2_000, ["STOCK_UNLIKELY"]),
        (100, None, 100, 2_000, []),
        (100, 0, 100, None, []),
        (100, 0, 100, 1_400, []),
        (9_000, 10, 100, 2_000, ["BEYOND_NORM", "STOCK_UNLIKELY"]),
    ],
)
def test_judge(
    requested: int | None, on_hand: int | None, daily_use: int | None, delivered: int | None, expected: list[str]
) -> None:
    marks = judge(requested=requested, on_hand=on_hand, daily_use=daily_use, delivered_lately=delivered)
    assert codes(marks) == expected


def test_mark_carries_its_numbers_and_says_them_in_both_languages() -> None:
    (mark,) = judge(requested=5_000, on_hand=None, daily_use=100, delivered_lately=0)
    assert mark.numbers == {"requested": 5_000, "most": 1_400, "daily_use": 100, "cover_days": 7, "times": 2}
    assert "5,000" in mark.message("zh-hans")
    assert "1,400" in mark.message("en")
    assert mark.as_plain()["is_over"] is True
    (other,) = judge(requested=100, on_hand=10, daily_use=10, delivered_lately=1_000)
    assert other.numbers == {"on_hand": 10, "expected": 860, "delivered": 1_000, "daily_use": 10, "window_days": 14}


@given(MAYBE, MAYBE, MAYBE, MAYBE)
def test_what_nobody_told_is_never_guessed(
    requested: int | None, on_hand: int | None, daily_use: int | None, delivered: int | None
) -> None:
    found = codes(judge(requested=requested, on_hand=on_hand, daily_use=daily_use, delivered_lately=delivered))
    assert (found == ["USE_UNKNOWN"]) == (daily_use is None)
    assert requested is not None or "BEYOND_NORM" not in found
    assert (on_hand is not None and delivered is not None) or "STOCK_UNLIKELY" not in found


@given(COUNTS, COUNTS, COUNTS, COUNTS, COUNTS)
def test_more_asked_and_less_left_never_take_a_mark_away(
    requested: int, on_hand: int, daily_use: int, delivered: int, more: int
) -> None:
    marked = set(codes(judge(requested=requested, on_hand=on_hand, daily_use=daily_use, delivered_lately=delivered)))
    worse = judge(
        requested=requested + more, on_hand=max(on_hand - more, 0), daily_use=daily_use, delivered_lately=delivered
    )
    assert marked <= set(codes(worse))


@given(COUNTS, st.integers(1, 60), st.integers(1, 5))
def test_the_norm_itself_is_never_marked(daily_use: int, days: int, times: int) -> None:
    norm = Norm(cover_days=days, times=times)
    most = daily_use * days * times
    assert not judge(requested=most, on_hand=None, daily_use=daily_use, delivered_lately=0, norm=norm)
    over = judge(requested=most + 1, on_hand=None, daily_use=daily_use, delivered_lately=0, norm=norm)
    assert codes(over) == ["BEYOND_NORM"]


def told(world: World, quantity: int | None, on_hand: int | None, daily_use: int | None, item_id: int = 0) -> list:
    return [RequisitionLineInput(item_id or world.mask.pk, quantity, on_hand=on_hand, daily_use=daily_use)]


@pytest.mark.django_db
class TestFiling:
    def test_what_arrived_lately_is_frozen_when_the_stock_is_told(self, world: World) -> None:
        first = make_requisition_line(world, quantity=5_000)
        make_fulfilment(world, first, "delivered", 900, at=NOON - 15 * DAY)
        make_fulfilment(world, first, "delivered", 2_000, at=NOON - 2 * DAY)
        make_fulfilment(world, first, "returned", 200, at=NOON - DAY)
        made = make_requisition(world, lines=told(world, 500, 100, 50), at=NOON)
        line = made.lines.get()
        assert line.quantity_delivered_lately == 1_800
        assert codes(marks_of(line)) == ["STOCK_UNLIKELY"]
        make_fulfilment(world, first, "returned", 1_000, at=NOON + DAY)
        line.refresh_from_db()
        assert codes(marks_of(line)) == ["STOCK_UNLIKELY"]
        other = make_requisition(world, world.second_hospital, lines=told(world, 500, 100, 50))
        assert other.lines.get().quantity_delivered_lately == 0

    def test_confirming_with_stock_compares_anew_and_without_keeps_the_old(self, world: World) -> None:
        line = make_requisition_line(world, quantity=5_000, lines=told(world, 5_000, 100, 50))
        make_fulfilment(world, line, "delivered", 2_000, at=NOON + DAY)
        given = {"line_id": line.pk, "by": world.requester(world.hospital)}
        kept = actions.confirm_requisition_line(**given, at=NOON + 4 * DAY, client_id=uuid4())
        assert kept.quantity_delivered_lately == 0
        anew = actions.confirm_requisition_line(**given, on_hand=10, at=NOON + 4 * DAY, client_id=uuid4())
        assert anew.quantity_delivered_lately == 2_000
        assert "STOCK_UNLIKELY" in codes(marks_of(anew))

    def test_a_mark_blocks_nothing(self, world: World) -> None:
        made = make_requisition(world, lines=told(world, 90_000, 0, 1))
        assert approve(world, made).lines.get().quantity_approved == 90_000

    def test_the_database_finds_the_lines_that_are_marked(self, world: World) -> None:
        first = make_requisition_line(world, quantity=5_000)
        make_fulfilment(world, first, "delivered", 2_000, at=NOON - DAY)
        for unit, line in (
            (world.hospital, told(world, 500, 299, 100)),
            (world.second_hospital, told(world, 1_401, None, 100)),
            (world.hospital, told(world, 9_999, 0, None, world.n95.pk)),
            (world.second_hospital, told(world, None, 0, 1, world.n95.pk)),
        ):
            approve(world, make_requisition(world, unit, lines=line))
        rows = queries.open_lines(world.system, world.bureau.pk, at=NOON)
        marked = {line.pk for line in rows if any(mark.is_over for mark in marks_of(line))}
        assert marked == {line.pk for line in queries.over_asked(rows)}
        assert len(marked) == 2
