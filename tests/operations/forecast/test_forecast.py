"""The forecast: what counts in the lower and in the upper number, and from which day something is missing."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liangcao.operations.allocation import actions as allocation
from liangcao.operations.allocation.models import Replenishment
from liangcao.operations.demand.inputs import RequisitionLineInput
from liangcao.operations.demand.models import Fulfilment, RequisitionLine
from liangcao.operations.forecast.goods import Coming
from liangcao.operations.forecast.outlook import Added, ItemForecast, UnitNeed, looked_ahead
from liangcao.operations.forecast.queries import forecast, forecast_of
from tests.factories.allocation import ask, make_plan
from tests.factories.demand import approve, make_requisition
from tests.factories.duty import make_colleague
from tests.factories.forecast import make_alert_days, make_need_event, make_norm
from tests.factories.supply import make_source
from tests.factories.world import NOON, TODAY, World

DAY = timedelta(days=1)


def seen(world: World, *, at: Any = NOON) -> ItemForecast:
    return forecast_of(world.system, world.bureau.pk, world.mask, at=at)


def told(world: World, unit: Any, quantity: int | None, **more: Any) -> None:
    """An approved need with what the unit says of its stock and use."""
    line = RequisitionLineInput(world.mask.pk, quantity, **more)
    approve(world, make_requisition(world, unit, lines=[line]))


def gaps(found: ItemForecast) -> list[tuple[int, int]]:
    return [(each.gap_low, each.gap_high) for each in found.outlooks]


@pytest.mark.django_db
class TestNumbers:
    def test_an_item_nobody_needs(self, world: World) -> None:
        world.put_in(world.mask, 100)
        assert forecast(world.system, world.bureau.pk, at=NOON) == []
        found = seen(world)
        assert (found.free, gaps(found), found.short_from, found.cover) == (100, [(0, 0)] * 3, None, (None, None))

    def test_reported_use_less_reported_stock(self, world: World) -> None:
        told(world, world.hospital, 400, on_hand=300, daily_use=200)
        world.put_in(world.mask, 500)
        found = seen(world)
        assert [(each.need_low, each.need_high) for each in found.outlooks] == [
            (300, 400),
            (1_100, 1_100),
            (2_500, 2_500),
        ]
        assert gaps(found) == [(0, 0), (600, 600), (2_000, 2_000)]
        assert (found.short_from, found.short_surely_from) == (TODAY + 4 * DAY, TODAY + 4 * DAY)
        assert found.cover == (25, 25)
        [unit] = found.units
        assert (unit.source, unit.cover_tenths, unit.is_alert) == ("reported", 15, True)

    def test_the_bureau_sets_from_how_few_days_on_it_is_told(self, world: World) -> None:
        told(world, world.hospital, None, on_hand=1_000, daily_use=200)
        world.put_in(world.mask, 500)
        found = seen(world)
        assert (found.alert_days, found.short_from, found.units[0].cover_tenths) == (3, TODAY + 7 * DAY, 50)
        assert not found.units[0].is_alert
        make_alert_days(world, 7)
        found = seen(world)
        assert (found.alert_days, found.is_alert, found.units[0].is_alert) == (7, True, True)
        make_alert_days(world, 1)
        assert not seen(world).is_alert, "the latest counts"

    def test_silent_units_count_in_the_upper_number_only(self, world: World) -> None:
        make_norm(world, kind="hospital", per="unit", quantity=50)
        told(world, world.hospital, 10)
        told(world, world.town, None)
        found = seen(world)
        assert gaps(found) == [(0, 150), (0, 350), (0, 700)]
        assert (found.use_low, found.use_high, found.silent, found.untold) == (0, 50, 1, 1)
        assert [unit.source for unit in found.units] == ["norm", "unknown"]
        assert (found.short_from, found.short_surely_from) == (TODAY, None)

    def test_receipts_stand_in_for_what_is_not_told(self, world: World) -> None:
        told(world, world.hospital, 2_800)
        line = RequisitionLine.objects.get()
        for kind, pieces, ago in (("delivered", 1_500, 1), ("returned", 100, 0), ("delivered", 9_000, 15)):
            Fulfilment.objects.create(
                requisition_line=line, kind=kind, quantity=pieces, cause_kind="test", cause_ref="1", at=NOON - ago * DAY
            )
        [unit] = seen(world).units
        assert (unit.source, unit.received) == ("received", 100)

    def test_goods_with_a_day_are_promised_others_may_come(self, world: World) -> None:
        told(world, world.hospital, None, daily_use=100)
        make_source(world, (world.mask, 200), expected_date=TODAY + 4 * DAY)
        make_source(world, (world.mask, 100))
        make_source(world, (world.mask, 50), expected_date=TODAY - DAY)
        make_source(world, (world.mask, None))
        found = seen(world)
        assert gaps(found) == [(150, 300), (350, 500), (1_050, 1_200)]
        assert (found.coming.whole, found.coming.untold, found.to_get7) == (350, 1, 350)

    def test_an_event_counts_from_its_day_until_the_unit_speaks_for_itself(self, world: World) -> None:
        make_norm(world)
        make_need_event(world)
        found = seen(world)
        assert gaps(found) == [(200, 200), (1_000, 1_000), (2_400, 2_400)]
        assert found.short_from == TODAY + 2 * DAY
        later = NOON + 2 * DAY
        line = RequisitionLineInput(world.mask.pk, 1_000, daily_use=150)
        filed = make_requisition(world, world.enterprise, lines=[line], at=later)
        approve(world, filed, at=later)
        assert [each.need_low for each in seen(world, at=later).outlooks] == [450, 1_050, 2_100]

    def test_an_event_goes_by_the_norm_of_its_day_and_not_by_a_later_one(self, world: World) -> None:
        make_norm(world)
        make_norm(world, quantity=5, valid_from=TODAY + 9 * DAY)
        make_need_event(world)
        assert gaps(seen(world)) == [(200, 200), (1_000, 1_000), (2_400, 2_400)]
        assert seen(world, at=NOON + 9 * DAY).within(3).need_low == 3_000

    def test_a_group_counts_by_heads_and_by_units(self, world: World) -> None:
        make_norm(world, kind="school")
        make_norm(world, kind="school", per="unit", quantity=5, item_id=world.alcohol.pk)
        make_need_event(world, organisation_id=None, kind="school", units=3, occasion="opening", begins_on=TODAY)
        found = {each.item.pk: each.within(7).need_low for each in forecast(world.system, world.bureau.pk, at=NOON)}
        assert found == {world.mask.pk: 1_400, world.alcohol.pk: 105}

    def test_queries_do_not_grow_with_the_rows(self, world: World, django_assert_max_num_queries: Any) -> None:
        make_norm(world)
        make_need_event(world)
        for unit in (world.hospital, world.second_hospital, world.town, world.enterprise):
            make_requisition(world, unit, (world.mask, 10), (world.n95, 10))
        with django_assert_max_num_queries(14):
            assert len(forecast(world.system, world.bureau.pk, at=NOON)) == 2


@pytest.mark.django_db
class TestTasks:
    def test_a_gap_that_is_only_foreseen_becomes_a_task_and_closes(self, world: World) -> None:
        make_norm(world)
        make_need_event(world)
        made = _replenish(world)
        assert (made.quantity_ahead, made.quantity_gap, made.quantity_suggested) == (1_000, 1_000, 1_000)
        assert "未来 7 天缺口 1,000 只" in made.task.text
        assert _replenish(world) == made
        given: dict[str, Any] = {"bureau_id": world.bureau.pk, "by": world.system}
        assert allocation.note_gaps(at=NOON, **given) == 0
        make_source(world, (world.mask, 1_000), expected_date=TODAY + DAY)
        assert allocation.note_gaps(at=NOON, **given) == 1

    def test_the_norm_stands_in_for_the_daily_use_in_a_plan(self, world: World) -> None:
        make_norm(world, kind="hospital", per="unit", quantity=70)
        ask(world, world.hospital, 500)
        told(world, world.second_hospital, 500, daily_use=30)
        world.put_in(world.mask, 1_000)
        lines = make_plan(world).lines.order_by("organisation_id")
        assert {line.organisation_id: (line.daily_use, line.norm) for line in lines} == {
            world.hospital.pk: (None, 70), world.second_hospital.pk: (30, None),
        }  # fmt: skip


def _replenish(world: World) -> Replenishment:
    owner = make_colleague(world, f"采购员{uuid4().hex[:4]}", "buyer")
    return allocation.start_replenishment(
        bureau_id=world.bureau.pk, item_id=world.mask.pk, owner_id=owner.person.pk, due_at=NOON + DAY,
        by=world.actor("coordinator"), at=NOON, client_id=uuid4(),
    )  # fmt: skip


units = st.builds(
    UnitNeed,
    st.just(1),
    organisation=st.just(SimpleNamespace(pk=1, pinyin="a")),
    reported=st.none() | st.integers(0, 500),
    received=st.none() | st.integers(0, 500),
    norm=st.none() | st.integers(0, 500),
    stock=st.none() | st.integers(0, 2_000),
    on_way=st.integers(0, 500),
    open=st.integers(0, 3_000),
    added=st.lists(st.builds(Added, st.dates(date(2020, 1, 25), date(2020, 2, 20)), st.integers(1, 300)), max_size=2),
)


@given(st.lists(units, max_size=5), st.integers(0, 5_000), st.integers(0, 2_000))
def test_the_interval_is_one_and_grows_with_the_days(rows: list[UnitNeed], free: int, late: int) -> None:
    coming = Coming(undated=late)
    found = looked_ahead(SimpleNamespace(code="a"), rows, free=free, coming=coming, today=TODAY)
    for each in found.outlooks:
        assert each.need_low <= each.need_high and each.gap_low <= each.gap_high
    for one, other in zip(found.outlooks, found.outlooks[1:], strict=False):
        assert one.need_low <= other.need_low and one.need_high <= other.need_high
    assert (found.short_from is None) == (found.gap14 == 0)
    if found.short_surely_from is not None:
        assert found.short_from is not None and found.short_from <= found.short_surely_from
