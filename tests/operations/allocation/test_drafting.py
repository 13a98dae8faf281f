"""Drafting: refusals first, then small plans with numbers worked out by hand."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from liangcao.foundation.kernel.errors import Conflict, Forbidden, Invalid, KeyReused, NotFound, Refusal
from liangcao.ledger.entries import AccountRef, PostingLine
from liangcao.operations.allocation import actions
from liangcao.operations.allocation.models import Plan, PlanLine
from liangcao.reference.catalog.models import Item
from tests.factories.allocation import ask, make_plan, make_share, publish
from tests.factories.world import NOON, TODAY, World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def planned(plan: Plan) -> dict[str, int]:
    return {line.organisation.name: line.quantity_planned for line in plan.lines.select_related("organisation")}


def override(world: World, line: PlanLine, quantity: Any, **more: Any) -> Plan:
    arguments = {"reason": "定点收治,先保", "by": world.actor("leader"), "at": NOON, "client_id": uuid4()} | more
    return actions.override_line(plan_line_id=line.pk, quantity=quantity, **arguments)


def line_of(plan: Plan, name: str) -> PlanLine:
    return plan.lines.get(organisation__name=name, instead_of=None)


def test_draft_plan_needs_the_appointment(world: World) -> None:
    with pytest.raises(Forbidden):
        make_plan(world, by=world.actor("storekeeper"))
    with pytest.raises(NotFound):
        make_plan(world, by=make_world("other").actor("allocator"))
    assert not Plan.objects.exists()


def test_draft_plan_without_a_need_is_refused(world: World) -> None:
    world.put_in(world.mask, 100)
    with pytest.raises(Conflict) as caught:
        make_plan(world)
    assert caught.value.code == "NOTHING_ASKED"


def test_draft_plan_for_a_day_that_is_over_is_refused(world: World) -> None:
    ask(world, world.hospital, 10)
    with pytest.raises(Invalid) as caught:
        make_plan(world, plan_date=TODAY - timedelta(days=1))
    assert caught.value.code == "PLAN_DATE_PAST"


def test_draft_plan_with_limits_for_strangers_is_refused_with_every_row(world: World) -> None:
    ask(world, world.hospital, 10)
    limits = [
        actions.LineLimit(world.town.pk, world.mask.pk, cap=5),
        actions.LineLimit(world.hospital.pk, world.suit.pk),
    ]
    with pytest.raises(Invalid) as caught:
        make_plan(world, limits=limits)
    told = [(problem.code, problem.row) for problem in caught.value.problems]
    assert told == [("NOT_IN_ROUND", 1), ("NOT_IN_ROUND", 2)]
    assert "限额第 1 行:该单位本轮没有申领此物资" in caught.value.zh
    assert not Plan.objects.exists()


def test_draft_plan_serves_the_front_line_first(world: World) -> None:
    world.put_in(world.mask, 1_000)
    for unit, quantity in (
        (world.hospital, 600),
        (world.second_hospital, 200),
        (world.town, 300),
        (world.enterprise, 500),
    ):
        ask(world, unit, quantity)
    plan = make_plan(world)
    assert planned(plan) == {"示例医院一": 600, "示例医院二": 200, "示例东镇": 200, "示例企业一": 0}
    assert plan.status == "draft"
    assert plan.number.startswith("FA20200203-")
    assert line_of(plan, "示例东镇").gap == 100
    assert line_of(plan, "示例企业一").cause["code"] == "stock_out"


def test_draft_plan_gives_the_same_fraction_within_a_tier(world: World) -> None:
    world.put_in(world.mask, 400)
    ask(world, world.hospital, 600)
    ask(world, world.second_hospital, 200)
    assert planned(make_plan(world)) == {"示例医院一": 300, "示例医院二": 100}


def test_draft_plan_counts_what_is_on_its_way_as_stock_of_the_unit(world: World) -> None:
    lot, _ = world.put_in(world.mask, 1_000)
    account = AccountRef("transit", world.store.pk, world.hospital.pk)
    world.post("emergency_issue", PostingLine(lot, world.stock(), account, 150))
    ask(world, world.hospital, 600)
    assert make_plan(world).lines.get().on_hand == 150


def test_draft_plan_shows_stale_and_unknown_needs_with_a_reason(world: World) -> None:
    early = NOON - timedelta(days=5)
    ask(world, world.town, 100, at=early)
    ask(world, world.hospital, None)
    world.put_in(world.mask, 1_000)
    plan = make_plan(world)
    stale, unknown = line_of(plan, "示例东镇"), line_of(plan, "示例医院一")
    assert (stale.is_stale, stale.quantity_planned) == (True, 0)
    assert (unknown.quantity_asked, unknown.quantity_planned, unknown.gap) == (None, 0, None)
    assert unknown.cause["code"] == "amount_unknown"


def test_draft_plan_keeps_a_hold_back_in_its_own_tier(world: World) -> None:
    world.put_in(world.mask, 1_000)
    ask(world, world.hospital, 900)
    plan = make_plan(world, hold_backs=[actions.HoldBack(world.enterprise.pk, world.mask.pk, 300, tier=1)])
    assert planned(plan) == {"示例医院一": 750, "示例企业一": 250}
    assert line_of(plan, "示例企业一").is_hold_back


def test_draft_plan_lets_a_substitute_stand_in(world: World) -> None:
    world.put_in(world.n95, 40)
    world.put_in(world.mask, 100)
    ask(world, world.hospital, 100, world.n95)
    plan = make_plan(world)
    rows = {(line.item.name, line.instead_of_id): line.quantity_planned for line in plan.lines.select_related("item")}
    assert rows == {(world.n95.name, None): 40, (world.mask.name, world.n95.pk): 60}
    assert sum(need.quantity_planned for line in plan.lines.all() for need in line.needs.all()) == 100


def test_draft_plan_serves_both_requisitions_of_a_unit_in_order(world: World) -> None:
    world.put_in(world.mask, 130)
    first = ask(world, world.hospital, 100)
    more = actions_line(world, 50)
    line = make_plan(world).lines.get()
    assert line.quantity_planned == 130
    shares = {
        need.requisition_line.requisition_id: need.quantity_planned
        for need in line.needs.select_related("requisition_line")
    }
    assert shares == {first.pk: 100, more.pk: 30}


def actions_line(world: World, quantity: int) -> Any:
    from liangcao.operations.demand.inputs import RequisitionLineInput

    return ask(world, world.hospital, 0, lines=[RequisitionLineInput(world.mask.pk, quantity, in_addition=True)])


def test_draft_plan_takes_the_soonest_expiry_first_and_leaves_the_expired(world: World) -> None:
    world.put_in(world.mask, 50, expires_on=TODAY - timedelta(days=1))
    late, _ = world.put_in(world.mask, 50, expires_on=TODAY + timedelta(days=90))
    soon, _ = world.put_in(world.mask, 50, expires_on=TODAY + timedelta(days=9))
    ask(world, world.hospital, 60)
    picks = make_plan(world).lines.get().picks.all()
    assert [(pick.lot_id, pick.quantity) for pick in picks] == [(soon, 50), (late, 10)]


def test_draft_plan_twice_with_one_id_is_one_plan(world: World) -> None:
    world.put_in(world.mask, 100)
    ask(world, world.hospital, 100)
    key = uuid4()
    assert make_plan(world, client_id=key) == make_plan(world, client_id=key)
    with pytest.raises(KeyReused):
        make_plan(world, client_id=key, item_ids=[world.mask.pk])
    assert Plan.objects.count() == 1


@pytest.mark.parametrize(
    ("quantity", "code"),
    [(True, "QUANTITY_INVALID"), ("5", "QUANTITY_INVALID"), (-1, "QUANTITY_INVALID"), (601, "OVER_APPROVED")],
)
def test_override_line_refuses_a_wrong_number(world: World, quantity: Any, code: str) -> None:
    world.put_in(world.mask, 1_000)
    ask(world, world.hospital, 600)
    with pytest.raises(Refusal) as caught:
        override(world, make_plan(world).lines.get(), quantity)
    assert caught.value.code == code
    if code == "OVER_APPROVED":
        assert "改数 601 只 超出该单位待满足的核定数 600 只(超出 1)" in caught.value.zh


def test_override_line_needs_a_reason_and_the_scope(world: World) -> None:
    world.put_in(world.mask, 1_000)
    ask(world, world.hospital, 600)
    line = make_plan(world).lines.get()
    with pytest.raises(Invalid) as caught:
        override(world, line, 10, reason="  ")
    assert caught.value.code == "REASON_MISSING"
    with pytest.raises(NotFound):
        override(world, line, 10, by=make_world("other").actor("leader"))


def test_override_line_above_what_is_free_says_what_can_be_given(world: World) -> None:
    world.put_in(world.mask, 500)
    ask(world, world.hospital, 600)
    ask(world, world.town, 300)
    plan = make_plan(world)
    Item.objects.filter(pk=world.mask.pk).update(name_en="Medical mask", base_unit_en="piece")
    override(world, line_of(plan, "示例东镇"), 200)
    with pytest.raises(actions.OverFree) as caught:
        override(world, line_of(plan, "示例医院一"), 400)
    assert caught.value.available == 300
    assert caught.value.zh == "“一次性医用口罩”可分配 300 只,填写的是 400 只,请减少"
    assert caught.value.en == '300 pieces of "Medical mask" can be given, 400 asked; ask for less'


def test_override_line_shares_the_rest_around_it(world: World) -> None:
    world.put_in(world.mask, 400)
    for unit, quantity in ((world.hospital, 600), (world.second_hospital, 200), (world.town, 100)):
        ask(world, unit, quantity)
    plan = override(world, line_of(make_plan(world), "示例东镇"), 80)
    assert planned(plan) == {"示例医院一": 240, "示例医院二": 80, "示例东镇": 80}
    line = line_of(plan, "示例东镇")
    assert (line.quantity_solved, line.override_by, line.override_reason) == (0, "leader 甲", "定点收治,先保")
    assert sum(pick.quantity for line in plan.lines.all() for pick in line.picks.all()) == 400


def test_override_line_takes_a_reviewed_plan_back_to_draft(world: World) -> None:
    world.put_in(world.mask, 400)
    ask(world, world.hospital, 300)
    plan = make_plan(world)
    actions.review_plan(plan_id=plan.pk, by=world.actor("coordinator"), at=NOON, client_id=uuid4())
    assert override(world, plan.lines.get(), 200).status == "draft"


def test_recompute_plan_takes_new_stock_and_keeps_overrides(world: World) -> None:
    world.put_in(world.mask, 100)
    ask(world, world.hospital, 300)
    ask(world, world.town, 50)
    plan = override(world, line_of(make_plan(world), "示例东镇"), 20)
    world.put_in(world.mask, 100)
    again = actions.recompute_plan(plan_id=plan.pk, by=world.actor("allocator"), at=NOON, client_id=uuid4())
    assert planned(again) == {"示例医院一": 180, "示例东镇": 20}


def test_draft_share_names_every_unit_without_a_population(world: World) -> None:
    world.put_in(world.mask, 1_000)
    with pytest.raises(Invalid) as caught:
        make_share(world, 100, [world.hospital, world.town, world.enterprise])
    assert [problem.row for problem in caught.value.problems] == [1, 3]


def test_draft_share_of_more_than_is_free_is_refused(world: World) -> None:
    world.put_in(world.mask, 99)
    with pytest.raises(actions.OverFree) as caught:
        make_share(world, 100, [world.town])
    assert caught.value.available == 99


def test_draft_share_splits_by_population_to_the_piece(world: World) -> None:
    world.put_in(world.mask, 30_000)
    plan = make_share(world, 10_000, [world.town, world.second_town, world.third_town])
    # Of 99,999 people: 5000.05, 3000.03 and 1999.92 pieces; the one piece left goes to the largest remainder.
    assert planned(plan) == {"示例东镇": 5_000, "示例西镇": 3_000, "示例南镇": 2_000}
    assert sum(pick.quantity for line in plan.lines.all() for pick in line.picks.all()) == 10_000


def test_draft_share_override_stays_within_the_share(world: World) -> None:
    world.put_in(world.mask, 30_000)
    plan = make_share(world, 10_000, [world.town, world.second_town, world.third_town])
    after = override(world, line_of(plan, "示例南镇"), 4_000)
    assert planned(after) == {"示例东镇": 3_750, "示例西镇": 2_250, "示例南镇": 4_000}
    with pytest.raises(actions.OverFree):
        override(world, line_of(plan, "示例东镇"), 6_001)


def test_draft_plan_does_not_give_again_what_a_filed_again_need_has_on_its_way(world: World) -> None:
    world.put_in(world.mask, 500)
    ask(world, world.hospital, 300)
    publish(world, make_plan(world))
    ask(world, world.hospital, 300)
    ask(world, world.town, 100)
    plan = make_plan(world)
    assert {line.organisation.name: line.quantity_planned for line in plan.lines.all()} == {"示例东镇": 100}


def test_a_unit_without_the_number_is_refused_by_name_before_anything_is_shared(world: World) -> None:
    """The town has no population and no region, the enterprise no region but a number: all who lack it at once."""
    world.put_in(world.mask, 300)
    for unit in (world.town, world.second_town, world.enterprise):
        ask(world, unit, 200)
    for unit, people in ((world.town, None), (world.second_town, None), (world.enterprise, 500)):
        unit.population, unit.region = people, None
        unit.save()
    with pytest.raises(Invalid) as caught:
        make_plan(world, rules="by-population")
    told = [(problem.code, problem.field) for problem in caught.value.problems]
    assert told == [("WEIGHT_MISSING", "rule_set_id")] * 2
    assert "示例东镇" in caught.value.zh
    assert "没有所在区划" in caught.value.zh
    assert not Plan.objects.exists()


def test_whom_no_step_weighs_needs_no_number(world: World) -> None:
    """By population the front line is served first, as it asked."""
    world.put_in(world.mask, 300)
    ask(world, world.hospital, 200)
    world.hospital.population, world.hospital.region = None, None
    world.hospital.save()
    assert planned(make_plan(world, rules="by-population")) == {"示例医院一": 200}


def test_an_addition_is_to_a_published_plan(world: World) -> None:
    world.put_in(world.mask, 100)
    ask(world, world.hospital, 300)
    draft = make_plan(world)
    with pytest.raises(Conflict) as caught:
        make_plan(world, adds_to_id=draft.pk)
    assert caught.value.code == "ADDS_TO_DRAFT"
    with pytest.raises(NotFound):
        make_plan(world, adds_to_id=10**9)


def test_later_goods_are_planned_as_an_addition(world: World) -> None:
    """What was signed stays; the addition shares only what came since over what is not met yet."""
    world.put_in(world.mask, 100)
    ask(world, world.hospital, 300)
    first = publish(world, make_plan(world)).plan
    world.put_in(world.mask, 150)
    added = make_plan(world, adds_to_id=first.pk)
    assert [(line.quantity_open, line.quantity_planned) for line in added.lines.all()] == [(200, 150)]
    assert first.lines.get().quantity_planned == 100
    assert list(first.additions.all()) == [added]
