"""Rule sets and plans made through actions."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from liangcao.operations.allocation import actions
from liangcao.operations.allocation.models import (
    Plan,
    PlanLine,
    PlanMinutes,
    PlanNeed,
    PlanPick,
    PlanSignOff,
    PlanStock,
    Replenishment,
    RuleSet,
    RuleStep,
    Scenario,
    ScenarioLine,
)
from liangcao.reference.catalog.models import Item
from liangcao.reference.parties.models import Organisation
from tests.factories.demand import approve, make_requisition, make_requisition_line
from tests.factories.duty import Colleague, make_colleague
from tests.factories.world import NOON, TODAY, World

LATER = NOON + timedelta(minutes=30)


def make_rule_set(world: World, code: str = "front-line-first") -> RuleSet:
    """One of the rule sets that ship, by code."""
    actions.load_rule_sets(by=world.actor("coordinator"), at=NOON)
    return RuleSet.objects.get(bureau=None, code=code, is_active=True)


def make_rule_step(world: World) -> RuleStep:
    """The first step of the default rule set."""
    return make_rule_set(world).steps.order_by("order")[0]


def ask(world: World, organisation: Organisation, quantity: int | None, item: Item | None = None, **more: Any) -> Any:
    """An approved requisition of one item for a unit."""
    return approve(world, make_requisition(world, organisation, (item or world.mask, quantity), **more))


def make_plan(world: World, *, rules: str = "front-line-first", at: datetime = NOON, **more: Any) -> Plan:
    """A draft by a rule set, made by the allocator."""
    arguments = {"plan_date": TODAY, "by": world.actor("allocator"), "client_id": uuid4()} | more
    return actions.draft_plan(bureau_id=world.bureau.pk, rule_set_id=make_rule_set(world, rules).pk, at=at, **arguments)


def make_share(world: World, quantity: int, organisations: list[Organisation], **more: Any) -> Plan:
    """A draft that shares masks by population."""
    arguments: dict[str, Any] = {
        "plan_date": TODAY,
        "item_id": world.mask.pk,
        "weigh_by": "population",
        "by": world.actor("allocator"),
        "client_id": uuid4(),
    } | more
    ids = [organisation.pk for organisation in organisations]
    return actions.draft_share(bureau_id=world.bureau.pk, quantity=quantity, organisation_ids=ids, at=NOON, **arguments)


def review(world: World, plan: Plan, **more: Any) -> Plan:
    """会商 by the coordinator."""
    arguments = {"by": world.actor("coordinator"), "at": LATER, "client_id": uuid4()} | more
    return actions.review_plan(plan_id=plan.pk, **arguments)


def publish(world: World, plan: Plan, **more: Any) -> actions.Publication:
    """签发 by the leader, reviewed first where that is missing."""
    if plan.status == "draft":
        review(world, plan)
    arguments = {"by": world.actor("leader"), "at": LATER, "client_id": uuid4()} | more
    return actions.publish_plan(plan_id=plan.pk, **arguments)


def make_plan_line(world: World, quantity: int = 100) -> PlanLine:
    """The only line of a draft for the hospital; there is stock enough."""
    world.put_in(world.mask, 1_000)
    ask(world, world.hospital, quantity)
    return make_plan(world).lines.get()


def make_plan_need(world: World) -> PlanNeed:
    """The requisition line behind a plan line."""
    return make_plan_line(world).needs.get()


def make_plan_pick(world: World) -> PlanPick:
    """The lot that serves a plan line."""
    return make_plan_line(world).picks.get()


def make_plan_stock(world: World) -> PlanStock:
    """The lot as it was free for a plan."""
    return make_plan_line(world).plan.stocks.get()


def make_replenishment(
    world: World, who: Colleague | None = None, *, at: datetime = NOON, **more: Any
) -> Replenishment:
    """1,000 masks are asked for and there are none: a task for a buyer, due in a day."""
    if not world.bureau.requisition_set.exists():
        make_requisition_line(world)
    owner = who or make_colleague(world, "采购员示例", "buyer")
    told: dict[str, Any] = {
        "item_id": world.mask.pk, "owner_id": owner.person.pk, "due_at": at + timedelta(days=1),
        "by": world.actor("coordinator"), "client_id": uuid4(),
    }  # fmt: skip
    return actions.start_replenishment(bureau_id=world.bureau.pk, at=at, **told | more)


def make_scenario(world: World, plan: Plan | None = None, *, name: str = "再到一批") -> Scenario:
    """The plan's round with 100 masks more. Of a plan that is signed already: as if it had been tried before."""
    plan = plan or make_plan_line(world).plan
    if plan.status not in ("published", "discarded"):
        return actions.try_scenario(
            plan_id=plan.pk, name=name, extra_stock=[actions.ExtraStock(world.mask.pk, 100)],
            by=world.actor("allocator"), at=NOON, client_id=uuid4(),
        )  # fmt: skip
    assert plan.rule_set is not None
    return Scenario.objects.create(
        plan=plan, order=1, name=name, rule_set=plan.rule_set, weigh_by=plan.weigh_by, steps=plan.steps,
        keeps_overrides=True, plan_version=1, made_by="allocator 甲", made_at=NOON, client_id=uuid4(),
    )  # fmt: skip


def make_scenario_line(world: World) -> ScenarioLine:
    """What the hospital would get."""
    return make_scenario(world).lines.get()


def make_plan_sign_off(world: World) -> PlanSignOff:
    """The coordinator agrees by sending the plan round."""
    plan = make_plan_line(world).plan
    review(world, plan)
    return plan.sign_offs.get()


def make_plan_minutes(world: World, **more: Any) -> PlanMinutes:
    """Minutes of a plan with two decisions."""
    told: dict[str, Any] = {
        "held_at": NOON, "place": "三楼会议室", "participants": "组长甲、综合协调员甲、分配员甲",
        "decisions": "一、按方案执行。\n二、缺口转补货。", "by": world.actor("coordinator"), "at": LATER, "client_id": uuid4(),
    }  # fmt: skip
    return actions.write_minutes(plan_id=make_plan_line(world).plan.pk, **told | more)
