"""Scenarios: what is refused first, then small rounds with numbers worked out by hand."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from liangcao.foundation.kernel.errors import Conflict, Forbidden, Invalid, KeyReused, NotFound
from liangcao.operations.allocation import actions
from liangcao.operations.allocation.models import Plan, Scenario
from liangcao.operations.allocation.rules import PlanChanged
from tests.factories.allocation import ask, make_plan, make_rule_set, make_share, publish, review
from tests.factories.world import NOON, World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def scarce(world: World) -> Plan:
    """600 masks; the hospital asks for 600, the town for 300, the enterprise for 300: all goes to the hospital."""
    world.put_in(world.mask, 600)
    ask(world, world.hospital, 600)
    ask(world, world.town, 300)
    ask(world, world.enterprise, 300)
    return make_plan(world)


def attempt(world: World, plan: Plan, name: str = "另一种", **more: Any) -> Scenario:
    arguments = {"by": world.actor("allocator"), "at": NOON, "client_id": uuid4()} | more
    return actions.try_scenario(plan_id=plan.pk, name=name, **arguments)


def given(scenario: Scenario) -> dict[str, int]:
    return {line.organisation.name: line.quantity_planned for line in scenario.lines.select_related("organisation")}


def planned(plan: Plan) -> dict[str, int]:
    return {line.organisation.name: line.quantity_planned for line in plan.lines.select_related("organisation")}


def everyone_alike(world: World) -> int:
    """A rule set of the bureau's own by which all share alike."""
    from liangcao.operations.allocation.models import RuleSet, RuleStep

    made = RuleSet.objects.create(bureau=world.bureau, code="alike", name="一视同仁", name_en="All alike")
    RuleStep.objects.create(rule_set=made, order=1, whom="all", target="request", how="fill")
    return int(made.pk)


def test_a_scenario_needs_the_appointment(world: World) -> None:
    plan = scarce(world)
    with pytest.raises(Forbidden):
        attempt(world, plan, by=world.actor("storekeeper"))
    with pytest.raises(NotFound):
        attempt(world, plan, by=make_world("other").actor("allocator"))
    assert not Scenario.objects.exists()


def test_a_scenario_leaves_the_plan_as_it_is(world: World) -> None:
    plan = scarce(world)
    before = planned(plan)
    scenario = attempt(world, plan, rule_set_id=everyone_alike(world))
    plan.refresh_from_db()
    assert (planned(plan), plan.version, plan.status) == (before, 1, "draft")
    assert given(scenario) == {"示例医院一": 300, "示例东镇": 150, "示例企业一": 150}
    assert [line.gap for line in scenario.lines.order_by("tier", "pk")] == [300, 150, 150]
    assert (scenario.order, scenario.plan_version) == (1, 1)


def test_more_stock_and_less_are_supposed(world: World) -> None:
    plan = scarce(world)
    more = attempt(world, plan, "再到三百", extra_stock=[actions.ExtraStock(world.mask.pk, 300)])
    fewer = attempt(world, plan, "少了二百", extra_stock=[actions.ExtraStock(world.mask.pk, -200)])
    assert sum(given(more).values()) == 900
    assert given(fewer)["示例医院一"] == 400


def test_what_cannot_be_supposed_is_refused_with_every_row(world: World) -> None:
    plan = scarce(world)
    extra = [
        actions.ExtraStock(world.suit.pk, 10),
        actions.ExtraStock(world.mask.pk, -601),
        actions.ExtraStock(world.mask.pk, 1),
    ]
    with pytest.raises(Invalid) as caught:
        attempt(world, plan, extra_stock=extra)
    told = [(problem.code, problem.row) for problem in caught.value.problems]
    assert told == [("NOT_IN_ROUND", 1), ("QUANTITY_INVALID", 2), ("NOT_IN_ROUND", 3)]
    assert not Scenario.objects.exists()


def test_a_hold_back_and_a_cap_are_tried(world: World) -> None:
    plan = scarce(world)
    scenario = attempt(
        world,
        plan,
        hold_backs=[actions.HoldBack(world.second_hospital.pk, world.mask.pk, 200, tier=1)],
        limits=[actions.LineLimit(world.hospital.pk, world.mask.pk, cap=100)],
    )
    assert given(scenario) == {"示例医院一": 100, "示例医院二": 200, "示例东镇": 300, "示例企业一": 0}


def test_overrides_are_kept_or_not(world: World) -> None:
    plan = scarce(world)
    line = plan.lines.get(organisation=world.enterprise)
    actions.override_line(
        plan_line_id=line.pk, quantity=60, reason="保供", by=world.actor("leader"), at=NOON, client_id=uuid4()
    )
    assert given(attempt(world, plan, "保留"))["示例企业一"] == 60
    assert given(attempt(world, plan, "不保留", keeps_overrides=False))["示例企业一"] == 0


def test_names_are_told_apart_and_the_same_call_answers_the_same(world: World) -> None:
    plan, key = scarce(world), uuid4()
    first = attempt(world, plan, client_id=key)
    assert attempt(world, plan, client_id=key) == first
    with pytest.raises(KeyReused):
        attempt(world, plan, "别的", client_id=key)
    with pytest.raises(Conflict) as caught:
        attempt(world, plan)
    assert caught.value.code == "SCENARIO_NAME_TAKEN"


def test_a_share_and_a_published_plan_have_no_scenarios(world: World) -> None:
    world.put_in(world.mask, 600)
    ask(world, world.hospital, 600)
    plan = make_plan(world)
    publish(world, plan)
    with pytest.raises(Conflict) as caught:
        attempt(world, plan)
    assert caught.value.code == "STATE_CONFLICT"
    world.put_in(world.mask, 100)
    with pytest.raises(Conflict) as caught:
        attempt(world, make_share(world, 100, [world.town]))
    assert caught.value.code == "SHARE_HAS_NO_SCENARIO"


def adopt(world: World, scenario: Scenario, **more: Any) -> Plan:
    arguments = {"by": world.actor("allocator"), "at": NOON, "client_id": uuid4()} | more
    return actions.adopt_scenario(scenario_id=scenario.pk, **arguments)


def test_an_adopted_scenario_gives_the_plan_its_numbers(world: World) -> None:
    plan = scarce(world)
    review(world, plan)
    scenario = attempt(
        world,
        plan,
        rule_set_id=everyone_alike(world),
        limits=[actions.LineLimit(world.hospital.pk, world.mask.pk, cap=100)],
        hold_backs=[actions.HoldBack(world.second_hospital.pk, world.mask.pk, 200, tier=1)],
    )
    changed = adopt(world, scenario)
    assert planned(changed) == given(scenario)
    assert (changed.status, changed.changed_how, changed.rule_set.code) == ("draft", "adopted", "alike")
    assert planned(adopt(world, scenario)) == given(scenario)


def test_supposed_stock_is_not_adopted(world: World) -> None:
    scenario = attempt(world, scarce(world), extra_stock=[actions.ExtraStock(world.mask.pk, 300)])
    with pytest.raises(Conflict) as caught:
        adopt(world, scenario)
    assert caught.value.code == "SCENARIO_SUPPOSES_STOCK"


def test_adoption_needs_the_version_that_was_read(world: World) -> None:
    plan = scarce(world)
    scenario = attempt(world, plan)
    review(world, plan)
    with pytest.raises(PlanChanged):
        adopt(world, scenario, version=1)
    with pytest.raises(Forbidden):
        adopt(world, scenario, by=world.actor("leader"))


def test_weights_follow_the_rules_of_the_scenario(world: World) -> None:
    world.put_in(world.mask, 300)
    ask(world, world.town, 300)
    ask(world, world.enterprise, 300)
    plan = make_plan(world)
    world.town.population, world.enterprise.population = 2_000, 1_000
    world.town.save()
    world.enterprise.save()
    scenario = attempt(world, plan, rule_set_id=make_rule_set(world, "by-population").pk)
    assert given(scenario) == {"示例东镇": 200, "示例企业一": 100}
