"""Figures: each is the sum of the rows that it opens; they follow the books."""

from __future__ import annotations

from datetime import date, timedelta
from urllib.parse import parse_qs

import pytest

from liangcao.foundation.identity.actor import Actor, Grant
from liangcao.foundation.kernel.errors import Invalid, NotFound
from liangcao.oversight.briefing import queries
from liangcao.oversight.briefing.measures import MEASURES, key_of
from tests.factories.supply import reverse
from tests.factories.world import NOON, TODAY, World, make_world
from tests.oversight.briefing.day import EVENING, play

pytestmark = pytest.mark.django_db
YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture
def world() -> World:
    return make_world()


def figures_of(world: World, day: date = TODAY) -> queries.DayFigures:
    return queries.day_figures(world.actor("leader"), world.bureau.pk, day, at=EVENING)


def test_a_day_ahead_is_refused(world: World) -> None:
    with pytest.raises(Invalid) as told:
        figures_of(world, TODAY + timedelta(days=1))
    assert told.value.code == "DATE_IN_FUTURE"


def test_a_stranger_sees_nothing(world: World) -> None:
    stranger = Actor(user_id=1, name="外人", grants=(Grant("leader", world.bureau.pk + 1),))
    with pytest.raises(NotFound):
        queries.day_figures(stranger, world.bureau.pk, TODAY, at=NOON)
    with pytest.raises(NotFound):
        queries.entries_of(stranger, world.bureau.pk, TODAY, "papers_owing")


@pytest.mark.parametrize(
    "key", ["", "nothing.X.day", "purchase", "purchase.day", "in_stock", "papers_owing.T-mask", "purchase.T-mask.week"]
)
def test_an_unknown_key_is_refused(key: str) -> None:
    with pytest.raises(Invalid) as told:
        key_of(key)
    assert told.value.code == "FIGURE_UNKNOWN"


def test_an_unknown_item_is_refused(world: World) -> None:
    with pytest.raises(Invalid) as told:
        queries.entries_of(world.actor("leader"), world.bureau.pk, TODAY, "purchase.NO-SUCH.day")
    assert told.value.code == "ITEM_UNKNOWN"


def test_every_figure_is_the_sum_of_its_rows(world: World) -> None:
    play(world)
    seen = set()
    for day in (YESTERDAY, TODAY):
        for figure in figures_of(world, day).figures:
            behind = queries.entries_of(world.actor("leader"), world.bureau.pk, day, figure.key)
            assert sum(row.quantity for row in behind.rows) == figure.value, figure.key
            assert behind.figure == figure
            if figure.value:
                seen.add(key_of(figure.key).measure.name)
    missing = set(MEASURES) - seen
    assert missing <= {
        "output",
        "reserve",
        "demand_allotted",
        "demand_delivered",
        "difference",
        "papers_owing",
        "papers_overdue",
    }


def test_figures_of_the_day_and_to_date(world: World) -> None:
    play(world)
    found = figures_of(world)
    wanted = {
        "purchase.T-mask.day": 0,
        "purchase.T-mask.total": 46_500,
        "gift.T-mask.day": 14_500,
        "allotment.T-alcohol.total": 22_400,
        "allotment_batches.T-alcohol.total": 2,
        "made.T-suit.day": 0,
        "made.T-suit.total": 2_000,
        "gift_money.day": 42_700_50,
        "gift_money.total": 642_700_50,
        "purchase_money.total": 4_700_000,
        "in_stock.T-mask": 60_200,
        "free.T-mask": 59_700,
        "quarantine.T-mask": 500,
        "in_transit.T-suit": 5,
        "reserved.T-suit": 5,
        "issued.T-suit.day": 20,
        "delivered.T-suit.day": 12,
        "loss.T-suit.total": 3,
        "expiring.T-suit": 60,
        "demand_requested.T-mask": 31_000,
        "demand_unknown.T-n95": 1,
        "demand_approved.T-mask": 22_000,
        "demand_unmet.T-suit": 5_000,
        "demand_allotted.T-n95": 100,
        "demand_delivered.T-n95": 80,
        "difference.T-n95": 20,
        "in_transit.T-mask": 800,
        "papers_owing": 2,
        "papers_overdue": 1,
    }
    assert {key: found.value(key) for key in wanted} == wanted
    assert found.value("gap.T-suit") == 5_000 - found.value("free.T-suit")
    assert "gap.T-mask" not in found.by_key


def test_the_figures_of_a_past_day_leave_out_what_came_later(world: World) -> None:
    play(world)
    found = figures_of(world, YESTERDAY)
    assert found.value("in_stock.T-mask") == 46_200
    assert found.value("papers_owing") == 1
    assert found.value("papers_overdue") == 0
    assert found.value("in_stock.T-suit") == 40
    assert found.value("purchase.T-mask.day") == 46_500
    assert found.value("gift.T-mask.total") == 0


def test_reversing_a_gift_changes_the_figures(world: World) -> None:
    made = play(world)
    before = figures_of(world)
    reverse(world, made["gift_receipt"], at=EVENING)
    after = figures_of(world)
    assert before.value("gift.T-mask.total") - after.value("gift.T-mask.total") == 14_500
    assert after.by_key["gift.T-mask.total"].value == 0
    behind = queries.entries_of(world.actor("leader"), world.bureau.pk, TODAY, "gift.T-mask.total")
    assert [row.quantity for row in behind.rows] == [14_500, -14_500]


def test_a_reversed_batch_is_no_batch(world: World) -> None:
    play(world)
    from liangcao.operations.supply.models import Receipt

    reverse(world, Receipt.objects.filter(source__kind="allotment").first(), at=EVENING)
    found = figures_of(world)
    assert found.value("allotment_batches.T-alcohol.total") == 1


def test_figures_name_themselves(world: World) -> None:
    play(world)
    figure = figures_of(world).by_key["gift.T-mask.total"]
    assert figure.label_zh == "捐赠入库:一次性医用口罩(累计)"
    assert figure.label_en.startswith("Given: ")
    assert (figure.unit, figure.scope, figure.period) == ("只", world.bureau.code, "..2020-02-03")
    assert figure.definition_zh
    assert figure.definition_en.isascii()
    query = {name: values[0] for name, values in parse_qs(figure.entries).items()}
    assert query == {
        "figure": "gift.T-mask.total",
        "date": "2020-02-03",
        "flow": "gift",
        "item": "T-mask",
        "to": "2020-02-03",
    }


def test_another_bureau_counts_for_itself(world: World) -> None:
    play(world)
    other = make_world("beicheng")
    assert all(figure.value == 0 for figure in figures_of(other).figures)
