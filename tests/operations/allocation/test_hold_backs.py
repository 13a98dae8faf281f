"""Hold-backs with a day: kept on the line, carried through recomputation and scenarios, told when the day comes."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from liangcao.foundation.kernel.clock import business_date
from liangcao.foundation.kernel.errors import Invalid
from liangcao.operations.allocation import actions, hold_back_queries
from liangcao.operations.allocation.models import Plan
from tests.factories.allocation import NOON, ask, make_plan, publish
from tests.factories.world import World

TODAY = business_date(NOON)
RESUMES = TODAY + timedelta(days=5)


def held(world: World, needed_on: date | None = RESUMES, quantity: int = 200) -> Plan:
    world.put_in(world.mask, 500)
    ask(world, world.hospital, 100)
    return make_plan(
        world, hold_backs=[actions.HoldBack(world.enterprise.pk, world.mask.pk, quantity, None, needed_on)]
    )


def waiting(world: World, days: int) -> list[tuple[str, int]]:
    allocator = world.actor("allocator")
    found = hold_back_queries.waiting(allocator, bureau_id=world.bureau.pk, at=NOON + timedelta(days=days))
    return [(group.kind, group.count) for group in found]


def test_the_day_stands_on_the_line_and_in_the_list_until_the_goods_are_released(world: World) -> None:
    plan = held(world)
    assert not hold_back_queries.hold_backs(world.system, bureau_id=world.bureau.pk), "a draft keeps nothing"
    publish(world, plan)
    line = hold_back_queries.hold_backs(world.system, bureau_id=world.bureau.pk).get()
    assert (line.needed_on, line.quantity_kept, line.organisation_id) == (RESUMES, 200, world.enterprise.pk)
    actions.release_line(
        plan_line_id=line.pk,
        reason="复工了",
        by=world.actor("allocator"),
        at=NOON + timedelta(days=4),
        client_id=uuid4(),
    )
    assert not hold_back_queries.hold_backs(world.system, bureau_id=world.bureau.pk)


def test_it_waits_for_who_may_release_it_from_the_day_before(world: World) -> None:
    publish(world, held(world))
    assert waiting(world, 3) == []
    assert waiting(world, 4) == [("hold_backs_due", 1)]
    assert waiting(world, 9) == [("hold_backs_due", 1)]
    keeper = hold_back_queries.waiting(
        world.actor("storekeeper"), bureau_id=world.bureau.pk, at=NOON + timedelta(days=9)
    )
    assert keeper == []


def test_one_without_a_day_is_listed_last_and_never_due(world: World) -> None:
    publish(world, held(world, needed_on=None))
    assert waiting(world, 400) == []
    assert hold_back_queries.hold_backs(world.system, bureau_id=world.bureau.pk).get().needed_on is None


def test_a_day_that_is_over_is_refused_with_its_row(world: World) -> None:
    with pytest.raises(Invalid) as caught:
        held(world, needed_on=TODAY - timedelta(days=1))
    assert (caught.value.code, caught.value.row, caught.value.field) == ("HOLD_BACK_PAST", 1, "hold_backs")


def test_recomputation_keeps_a_day_that_has_come_meanwhile(world: World) -> None:
    plan = held(world)
    later = NOON + timedelta(days=6)
    actions.recompute_plan(plan_id=plan.pk, by=world.actor("allocator"), at=later, client_id=uuid4())
    assert plan.lines.get(is_hold_back=True).needed_on == RESUMES


def test_a_scenario_with_a_day_gives_it_to_the_plan_that_adopts_it(world: World) -> None:
    world.put_in(world.mask, 500)
    ask(world, world.hospital, 100)
    plan = make_plan(world)
    by = world.actor("allocator")
    scenario = actions.try_scenario(
        plan_id=plan.pk, name="先留复工",
        hold_backs=[actions.HoldBack(world.enterprise.pk, world.mask.pk, 150, 1, RESUMES)],
        by=by, at=NOON, client_id=uuid4(),
    )  # fmt: skip
    actions.adopt_scenario(scenario_id=scenario.pk, by=by, at=NOON, client_id=uuid4())
    assert plan.lines.get(is_hold_back=True).needed_on == RESUMES


def test_the_database_takes_a_day_for_a_hold_back_only(world: World) -> None:
    line = held(world).lines.get(is_hold_back=False)
    with pytest.raises(IntegrityError), transaction.atomic():
        type(line).objects.filter(pk=line.pk).update(needed_on=RESUMES)
