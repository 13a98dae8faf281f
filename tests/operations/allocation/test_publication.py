"""Review, publication, release: refusals first, then what is reserved."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import pytest

from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from liangcao.ledger.actions import record_fact
from liangcao.ledger.models import Lot
from liangcao.ledger.queries import balances, stock_by_item
from liangcao.ledger.verify import verify_book
from liangcao.operations.allocation import actions
from liangcao.operations.allocation.models import Plan, PlanLine
from liangcao.operations.allocation.queries import waiting
from liangcao.operations.allocation.rules import OwnPlan, PlanChanged, can_publish
from liangcao.operations.demand.actions import withdraw_requisition
from liangcao.operations.demand.queries import line as requisition_line
from tests.factories.allocation import LATER, ask, make_plan, make_share, publish, review
from tests.factories.recall import recall
from tests.factories.world import NOON, TODAY, World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def plan(world: World) -> Plan:
    world.put_in(world.mask, 500)
    ask(world, world.hospital, 300)
    ask(world, world.town, 300)
    return make_plan(world)


def reserved(world: World) -> dict[str, int]:
    rows = balances(world.system, world.bureau.pk, kinds=["reserved"])
    return {row.account.party.name: row.quantity for row in rows}


def release(world: World, line: PlanLine, **more: Any) -> Any:
    arguments = {"reason": "单位已自购", "by": world.actor("allocator"), "at": LATER, "client_id": uuid4()} | more
    return actions.release_line(plan_line_id=line.pk, **arguments)


def test_publish_plan_skipping_the_review_is_refused(world: World, plan: Plan) -> None:
    with pytest.raises(Conflict) as caught:
        actions.publish_plan(plan_id=plan.pk, by=world.actor("leader"), at=LATER, client_id=uuid4())
    assert caught.value.code == "STATE_CONFLICT"
    assert "会商中" in caught.value.zh


def test_publish_plan_by_its_maker_is_refused(world: World, plan: Plan) -> None:
    review(world, plan)
    both = Actor(
        world.actor("allocator").user_id, "allocator 甲", world.actor("allocator").grants + world.actor("leader").grants
    )
    with pytest.raises(OwnPlan) as caught:
        publish(world, Plan.objects.get(), by=both)
    assert caught.value.status == 403
    assert not can_publish(Plan.objects.get(), both)
    assert can_publish(Plan.objects.get(), world.actor("leader"))
    assert reserved(world) == {}


def test_publish_plan_by_somebody_who_set_a_number_is_refused(world: World, plan: Plan) -> None:
    """A leader may override, but another one then signs: also when the follow-up or a recomputation keeps the number."""
    leader = world.actor("leader")
    line = plan.lines.get(organisation=world.town)
    changed = actions.override_line(
        plan_line_id=line.pk, quantity=100, reason="已有储备", by=leader, at=LATER, client_id=uuid4()
    )
    actions.recompute_plan(plan_id=plan.pk, by=world.actor("allocator"), at=LATER, client_id=uuid4())
    reviewed = review(world, changed)
    assert waiting(leader, bureau_id=world.bureau.pk) == []
    with pytest.raises(OwnPlan) as caught:
        publish(world, reviewed)
    assert "改过数" in caught.value.zh
    assert not can_publish(reviewed, leader)
    namesake = Actor(9_999, leader.name, leader.grants)
    assert [found.kind for found in waiting(namesake, bureau_id=world.bureau.pk)] == ["plan_publish"]
    assert publish(world, reviewed, by=namesake).plan.status == "published"


def test_acts_on_a_plan_that_was_changed_meanwhile_say_who_when_and_what(world: World, plan: Plan) -> None:
    """The leader reads the reviewed plan; the allocator sets a number and has it reviewed again; then the click comes."""
    read = review(world, plan, version=1).version
    line = plan.lines.get(organisation=world.town)
    who = {"by": world.actor("allocator"), "at": LATER}
    override = partial(actions.override_line, plan_line_id=line.pk, reason="已有储备", **who)
    changed = override(quantity=100, version=read, client_id=uuid4())
    with pytest.raises(PlanChanged) as caught:
        override(quantity=50, version=read, client_id=uuid4())
    assert "allocator 甲于 2月3日 12:30 改数(现为“试算稿”)" in caught.value.zh
    again = review(world, plan, version=changed.version)
    with pytest.raises(PlanChanged) as caught:
        publish(world, again, version=read)
    assert (caught.value.status, caught.value.code) == (409, "CHANGED_MEANWHILE")
    assert "会商通过" in caught.value.zh
    for act, more in ((actions.recompute_plan, {}), (actions.discard_plan, {"reason": "重做"})):
        with pytest.raises(PlanChanged):
            act(plan_id=plan.pk, version=read, client_id=uuid4(), **more, **who)
    with pytest.raises(PlanChanged):
        review(world, plan, version=read)
    assert (reserved(world), plan.lines.get(organisation=world.town).quantity_planned) == ({}, 100)
    done = publish(world, again, version=again.version).plan
    assert (done.version, done.changed_how, done.changed_by) == (5, "published", "leader 甲")


def test_publish_plan_needs_the_appointment_and_the_scope(world: World, plan: Plan) -> None:
    review(world, plan)
    with pytest.raises(Forbidden):
        publish(world, Plan.objects.get(), by=world.actor("allocator"))
    with pytest.raises(NotFound):
        publish(world, Plan.objects.get(), by=make_world("other").actor("leader"))


def test_publish_plan_of_which_nothing_is_free_says_what_is_left(world: World, plan: Plan) -> None:
    """Two plans for the same stock: one wins, the other is told what is left."""
    second = make_plan(world)
    publish(world, plan)
    with pytest.raises(actions.StockTaken) as caught:
        publish(world, second)
    assert (caught.value.status, caught.value.code) == (409, "PLAN_STOCK_TAKEN")
    (short,) = caught.value.short
    assert (short.planned, short.free) == (500, 0)
    assert "计划 500 只" in caught.value.zh
    assert reserved(world) == {"示例医院一": 300, "示例东镇": 200}
    assert Plan.objects.get(pk=second.pk).status == "reviewed"


def test_publish_plan_that_gives_nothing_is_refused(world: World) -> None:
    ask(world, world.hospital, 300)
    with pytest.raises(Conflict) as caught:
        publish(world, make_plan(world))
    assert caught.value.code == "NOTHING_PLANNED"


def test_publish_plan_with_a_frozen_lot_holds_only_that_item_up(world: World, plan: Plan) -> None:
    lot, _ = world.put_in(world.suit, 50)
    ask(world, world.hospital, 40, world.suit)
    whole = make_plan(world)
    review(world, whole)
    record_fact(
        lot_id=lot,
        fact="frozen",
        value="yes",
        reason="检验中",
        by=world.actor("storekeeper"),
        at=LATER,
        client_id=uuid4(),
    )
    key = uuid4()
    answer = publish(world, Plan.objects.get(pk=whole.pk), client_id=key)
    assert [(item.name, item.planned, item.free) for item in answer.short] == [(world.suit.name, 40, 0)]
    code = Lot.objects.get(pk=lot).code
    assert answer.short[0].message("zh") == f"“医用防护服”计划 40 套,批次 {code} 已冻结,现可用 0 套"
    assert f"lot {code} is frozen, only 0 are free now" in answer.short[0].message("en")
    assert answer.follow_up is not None
    assert (answer.follow_up.status, answer.follow_up.made_by) == ("reviewed", "allocator 甲")
    assert answer.follow_up.lines.get().quantity_planned == 0
    assert set(answer.plan.lines.values_list("item__name", flat=True)) == {world.mask.name}
    assert reserved(world) == {"示例医院一": 300, "示例东镇": 200}
    again = publish(world, Plan.objects.get(pk=whole.pk), client_id=key)
    assert again == answer


def test_publish_plan_of_a_recalled_lot_is_refused_by_its_name(world: World, plan: Plan) -> None:
    lot = plan.lines.first().picks.get().lot
    recall(world, lot.pk)
    with pytest.raises(actions.StockTaken) as caught:
        publish(world, plan)
    assert (caught.value.status, caught.value.code) == (409, "PLAN_STOCK_TAKEN")
    assert f"计划 500 只,批次 {lot.code} 已召回,现可用 0 只。请“重新试算”后再签发" in caught.value.zh
    assert f"lot {lot.code} is recalled" in caught.value.en
    assert (reserved(world), Plan.objects.get(pk=plan.pk).status) == ({}, "reviewed")


def test_publish_plan_after_a_withdrawal_recomputes_the_item(world: World) -> None:
    world.put_in(world.mask, 500)
    world.put_in(world.suit, 50)
    asked = ask(world, world.hospital, 300)
    ask(world, world.town, 300)
    ask(world, world.hospital, 40, world.suit)
    plan = review(world, make_plan(world))
    withdraw_requisition(
        requisition_id=asked.pk, reason="已自购", by=world.requester(world.hospital), at=LATER, client_id=uuid4()
    )
    answer = publish(world, plan)
    assert [item.need_changed for item in answer.short] == [True]
    assert {line.organisation.name: line.quantity_planned for line in answer.follow_up.lines.all()} == {"示例东镇": 300}
    publish(world, answer.follow_up)
    assert reserved(world) == {"示例东镇": 300, "示例医院一": 40}


def test_publish_plan_reserves_by_one_move_and_notes_the_needs(world: World, plan: Plan) -> None:
    answer = publish(world, plan)
    assert (answer.plan.status, answer.plan.published_by, answer.short) == ("published", "leader 甲", ())
    assert answer.plan.move.kind == "reservation"
    assert answer.plan.move.cause_ref == plan.number
    assert reserved(world) == {"示例医院一": 300, "示例东镇": 200}
    assert stock_by_item(world.system, world.bureau.pk, on=TODAY)[world.mask.pk].store == 0
    for line in plan.lines.all():
        assert requisition_line(world.system, line.requisition_line_id).quantity_allotted == line.quantity_planned
    assert verify_book(world.system, world.bureau.pk).ok


def test_publish_plan_twice_with_one_id_reserves_once(world: World, plan: Plan) -> None:
    key = uuid4()
    publish(world, plan, client_id=key)
    actions.publish_plan(plan_id=plan.pk, by=world.actor("leader"), at=LATER, client_id=key)
    assert reserved(world) == {"示例医院一": 300, "示例东镇": 200}
    with pytest.raises(Conflict):
        actions.publish_plan(plan_id=plan.pk, by=world.actor("leader"), at=LATER, client_id=uuid4())


def test_publish_plan_of_a_share_needs_no_requisition(world: World) -> None:
    world.put_in(world.mask, 500)
    publish(world, make_share(world, 100, [world.town, world.second_town]))
    assert sum(reserved(world).values()) == 100


def test_discard_plan_needs_a_reason_and_a_plan_that_is_not_published(world: World, plan: Plan) -> None:
    arguments = {"plan_id": plan.pk, "by": world.actor("allocator"), "at": LATER}
    with pytest.raises(Invalid):
        actions.discard_plan(reason="", client_id=uuid4(), **arguments)
    gone = actions.discard_plan(reason="重做", client_id=uuid4(), **arguments)
    assert (gone.status, gone.discard_reason) == ("discarded", "重做")
    other = publish(world, make_plan(world)).plan
    with pytest.raises(Conflict):
        actions.discard_plan(plan_id=other.pk, reason="重做", by=world.actor("allocator"), at=LATER, client_id=uuid4())


def test_release_line_of_a_draft_is_refused(world: World, plan: Plan) -> None:
    with pytest.raises(Conflict):
        release(world, plan.lines.all()[0])


def test_release_line_on_a_pick_list_is_refused(world: World, plan: Plan) -> None:
    from tests.factories.dispatch import prepare

    publish(world, plan)
    prepare(world, plan)
    with pytest.raises(Conflict) as caught:
        release(world, plan.lines.get(organisation=world.town))
    assert caught.value.code == "IN_DELIVERY"


def test_release_line_gives_the_goods_and_the_need_back(world: World, plan: Plan) -> None:
    publish(world, plan)
    line = plan.lines.get(organisation=world.town)
    key = uuid4()
    moved = release(world, line, client_id=key)
    assert release(world, line, client_id=key) == moved
    assert reserved(world) == {"示例医院一": 300}
    assert requisition_line(world.system, line.requisition_line_id).quantity_open == 300
    with pytest.raises(Conflict) as caught:
        release(world, line)
    assert caught.value.code == "NOTHING_RESERVED"


def test_release_line_ends_a_hold_back(world: World) -> None:
    world.put_in(world.mask, 500)
    ask(world, world.hospital, 100)
    plan = make_plan(world, hold_backs=[actions.HoldBack(world.enterprise.pk, world.mask.pk, 200)])
    publish(world, plan)
    release(world, plan.lines.get(is_hold_back=True), reason="启用预留", at=NOON + timedelta(days=1))
    assert reserved(world) == {"示例医院一": 100}
