"""会商: who is asked, who agrees, who objects; the minutes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from liangcao.foundation.identity.actor import Grant
from liangcao.foundation.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from liangcao.operations.allocation import actions, queries, rules
from liangcao.operations.allocation.models import Plan, PlanSignOff
from liangcao.operations.allocation.rules import OwnPlan, PlanChanged
from liangcao.reference.parties import actions as parties
from liangcao.reference.parties.models import Relaxation
from tests.factories.allocation import LATER, ask, make_plan, publish, review
from tests.factories.duty import make_colleague
from tests.factories.world import NOON, World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def plan(world: World) -> Plan:
    world.put_in(world.mask, 600)
    ask(world, world.hospital, 600)
    ask(world, world.town, 300)
    return make_plan(world)


def sent(world: World, plan: Plan) -> Plan:
    return review(world, plan, by=world.actor("allocator"))


def sign(world: World, plan: Plan, role: str = "coordinator", agrees: bool = True, **more: Any) -> Plan:
    arguments = {"by": world.actor(role), "at": LATER, "client_id": uuid4()} | more
    return actions.sign_off_plan(plan_id=plan.pk, agrees=agrees, **arguments)


def test_a_plan_sent_by_its_maker_waits_for_the_coordinator(world: World, plan: Plan) -> None:
    plan = sent(world, plan)
    assert (plan.status, plan.reviewed_at) == ("consulting", None)
    assert rules.roles_missing(plan, LATER) == ("coordinator",)
    with pytest.raises(Conflict) as caught:
        publish(world, plan)
    assert caught.value.code == "STATE_CONFLICT"
    assert [w.kind for w in queries.waiting(world.actor("coordinator"), bureau_id=world.bureau.pk, at=LATER)] == [
        "plan_sign_off"
    ]


def test_a_plan_in_consultation_is_not_sent_again(world: World, plan: Plan) -> None:
    """Sending it again would take back what was said of it."""
    plan = sent(world, plan)
    assert not rules.can_review(plan, world.actor("coordinator"))
    with pytest.raises(Conflict) as caught:
        sent(world, plan)
    assert caught.value.code == "STATE_CONFLICT"


def test_the_last_agreement_opens_the_signature(world: World, plan: Plan) -> None:
    plan = sign(world, sent(world, plan), note="数字已核")
    assert (plan.status, plan.reviewed_by) == ("reviewed", world.actor("coordinator").name)
    assert publish(world, plan).plan.status == "published"
    kept = PlanSignOff.objects.get()
    assert (kept.role, kept.opinion, kept.note) == ("coordinator", "agreed", "数字已核")


def test_who_sends_and_is_asked_agrees_by_sending(world: World, plan: Plan) -> None:
    assert review(world, plan).status == "reviewed"
    assert PlanSignOff.objects.get().role == "coordinator"


def test_others_with_the_right_may_speak_but_are_not_needed(world: World, plan: Plan) -> None:
    plan = sign(world, sent(world, plan), "storekeeper")
    assert plan.status == "consulting"
    plan = sign(world, plan, "storekeeper", agrees=False, note="四库没有这么多", by=world.actor("leader"))
    assert (plan.status, plan.changed_how) == ("draft", "objected")


def test_an_objection_needs_a_reason_and_sends_it_back(world: World, plan: Plan) -> None:
    plan = sent(world, plan)
    with pytest.raises(Invalid) as caught:
        sign(world, plan, agrees=False, note=" ")
    assert (caught.value.code, caught.value.field) == ("REQUIRED", "note")
    plan = sign(world, plan, agrees=False, note="镇里已有捐赠")
    assert plan.status == "draft"
    plan = sign(world, sent(world, plan))
    assert plan.status == "reviewed"


def test_agreement_is_to_the_numbers_that_were_read(world: World, plan: Plan) -> None:
    plan = sent(world, plan)
    read = plan.version
    line = plan.lines.get(organisation=world.town)
    actions.override_line(
        plan_line_id=line.pk, quantity=10, reason="保底", by=world.actor("leader"), at=LATER, client_id=uuid4()
    )
    again = sent(world, plan)
    with pytest.raises(PlanChanged):
        sign(world, again, version=read)
    assert rules.roles_missing(again, LATER) == ("coordinator",)


def test_nobody_signs_twice_nor_out_of_turn_nor_without_the_right(world: World, plan: Plan) -> None:
    with pytest.raises(Conflict):
        sign(world, plan)
    plan = sign(world, sent(world, plan), "storekeeper")
    with pytest.raises(Conflict) as caught:
        sign(world, plan, "storekeeper")
    assert caught.value.code == "ALREADY_SIGNED"
    assert not rules.can_sign_off(plan, world.actor("storekeeper"), LATER)
    with pytest.raises(Forbidden):
        sign(world, plan, "allocator")
    with pytest.raises(NotFound):
        sign(world, plan, by=make_world("other").actor("coordinator"))


def test_the_maker_does_not_agree_to_his_own_plan_but_at_night(world: World) -> None:
    world.put_in(world.mask, 600)
    ask(world, world.hospital, 600)
    alone = make_colleague(world, "夜班甲", "allocator").actor
    both = replace(alone, grants=(*alone.grants, Grant("coordinator", world.bureau.pk)))
    plan = make_plan(world, by=both)
    plan = actions.review_plan(plan_id=plan.pk, by=both, at=NOON, client_id=uuid4())
    assert plan.status == "consulting"
    with pytest.raises(OwnPlan):
        actions.sign_off_plan(plan_id=plan.pk, agrees=True, by=both, at=NOON, client_id=uuid4())
    parties.set_separation(
        bureau_id=world.bureau.pk, profile="night", starts_at=NOON, reason="夜里一个人", ends_at=NOON + timedelta(hours=8),
        by=world.actor("leader"), at=NOON, client_id=uuid4(),
    )  # fmt: skip
    plan = actions.sign_off_plan(plan_id=plan.pk, agrees=True, by=both, at=LATER, client_id=uuid4())
    assert plan.status == "reviewed"
    assert Relaxation.objects.get().rule == "plan.sign_off"


def test_a_small_bureau_asks_nobody_more(world: World, plan: Plan) -> None:
    parties.set_separation(
        bureau_id=world.bureau.pk, profile="small", starts_at=NOON, reason="小局", ends_at=NOON + timedelta(days=8),
        by=world.actor("leader"), at=NOON, client_id=uuid4(),
    )  # fmt: skip
    assert sent(world, plan).status == "reviewed"


def minutes(world: World, plan: Plan, **more: Any) -> Any:
    arguments = {
        "held_at": NOON, "place": "三楼会议室", "participants": "组长甲、综合协调员甲、分配员甲", "decisions": "一、按方案执行。",
        "by": world.actor("coordinator"), "at": LATER, "client_id": uuid4(),
    } | more  # fmt: skip
    return actions.write_minutes(plan_id=plan.pk, **arguments)


def test_minutes_say_who_and_what_and_a_later_one_corrects(world: World, plan: Plan) -> None:
    with pytest.raises(Invalid) as caught:
        minutes(world, plan, participants="", decisions=" ")
    assert [problem.field for problem in caught.value.problems] == ["participants", "decisions"]
    with pytest.raises(Invalid) as caught:
        minutes(world, plan, held_at=LATER + timedelta(minutes=1))
    assert caught.value.code == "HELD_LATER"
    with pytest.raises(Forbidden):
        minutes(world, plan, by=world.actor("storekeeper"))
    minutes(world, plan)
    minutes(world, plan, decisions="一、按方案执行。二、缺口转补货。")
    assert [row.decisions for row in queries.minutes(world.actor("leader"), plan.pk)][-1].endswith("缺口转补货。")
    actions.discard_plan(plan_id=plan.pk, reason="重做", by=world.actor("allocator"), at=LATER, client_id=uuid4())
    with pytest.raises(Conflict):
        minutes(world, plan)
