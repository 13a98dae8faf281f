"""What a published plan holds: cut before picking with the unit told, and other lots in the place of frozen ones."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from liangcao.foundation.identity.actor import Actor, Grant
from liangcao.foundation.kernel.errors import Conflict, Forbidden, Invalid, KeyReused, NotFound
from liangcao.ledger import queries as ledger
from liangcao.ledger.actions import record_fact
from liangcao.operations.allocation import actions
from liangcao.operations.allocation.models import Plan, PlanPick
from liangcao.operations.demand.queries import line as requisition_line
from liangcao.operations.dispatch import actions as dispatch
from tests.factories.allocation import LATER, ask, make_plan, publish
from tests.factories.dispatch import hand_over, prepare
from tests.factories.world import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def lots(world: World) -> tuple[UUID, UUID]:
    """400 masks that expire first, 400 that expire later."""
    first, _ = world.put_in(world.mask, 400, expires_on=date(2020, 6, 1))
    second, _ = world.put_in(world.mask, 400, expires_on=date(2021, 6, 1))
    return first, second


@pytest.fixture
def plan(world: World, lots: tuple[UUID, UUID]) -> Plan:
    """300 masks for the hospital, of the first lot."""
    ask(world, world.hospital, 300)
    made = make_plan(world)
    publish(world, made)
    return made


def held(world: World) -> dict[UUID, int]:
    rows = ledger.balances(world.system, world.bureau.pk, kinds=["reserved"])
    return {row.lot_id: row.quantity for row in rows if row.quantity}


def cut(world: World, plan: Plan, quantity: int | None, **more: Any) -> Any:
    arguments = {"reason": "单位已自购一部分", "by": world.actor("allocator"), "at": LATER, "client_id": uuid4()} | more
    return actions.release_line(plan_line_id=plan.lines.get().pk, quantity=quantity, **arguments)


def test_a_cut_gives_back_that_many_and_opens_the_need(world: World, plan: Plan, lots: tuple[UUID, UUID]) -> None:
    key = uuid4()
    moved = cut(world, plan, 120, client_id=key)
    assert cut(world, plan, 120, client_id=key) == moved
    with pytest.raises(KeyReused):
        cut(world, plan, 121, client_id=key)
    assert held(world) == {lots[0]: 180}
    line = plan.lines.get()
    assert requisition_line(world.system, line.requisition_line_id).quantity_open == 120
    assert [(p.quantity, p.quantity_released) for p in line.picks.order_by("pk")] == [(300, 300), (180, 0)]


def test_a_cut_above_what_is_held_is_refused_with_the_number(world: World, plan: Plan) -> None:
    cut(world, plan, 120)
    with pytest.raises(Conflict) as caught:
        cut(world, plan, 181)
    assert caught.value.code == "OVER_HELD"
    assert "180" in caught.value.zh
    for quantity in (0, -1):
        with pytest.raises(Invalid):
            cut(world, plan, quantity)
    with pytest.raises(Invalid):
        cut(world, plan, 1, reason=" ")
    with pytest.raises(Forbidden):
        cut(world, plan, 1, by=world.actor("storekeeper"))


def test_after_a_cut_the_delivery_carries_the_rest_and_the_whole_rest_is_released(world: World, plan: Plan) -> None:
    cut(world, plan, 100)
    [delivery] = prepare(world, plan)
    assert [(line.quantity, line.requisition_line_id) for line in delivery.lines.all()] == [
        (200, plan.lines.get().requisition_line_id)
    ]
    with pytest.raises(Conflict) as caught:
        cut(world, plan, 10)
    assert caught.value.code == "IN_DELIVERY"


def test_two_cuts_open_the_need_once_each(world: World, plan: Plan) -> None:
    cut(world, plan, 100)
    cut(world, plan, None)
    assert held(world) == {}
    assert requisition_line(world.system, plan.lines.get().requisition_line_id).quantity_open == 300


def freeze(world: World, lot_id: UUID) -> None:
    record_fact(
        lot_id=lot_id, fact="frozen", value="yes", reason="抽检", by=world.actor("inspector"), at=LATER,
        client_id=uuid4(),
    )  # fmt: skip


def replace(world: World, pick: PlanPick, **more: Any) -> Any:
    arguments = {"reason": "原批次冻结", "by": world.actor("storekeeper"), "at": LATER, "client_id": uuid4()} | more
    return actions.replace_lot(plan_pick_id=pick.pk, **arguments)


def test_a_frozen_lot_is_replaced_by_what_expires_next(world: World, plan: Plan, lots: tuple[UUID, UUID]) -> None:
    freeze(world, lots[0])
    pick, key = plan.lines.get().picks.get(), uuid4()
    done = replace(world, pick, client_id=key)
    assert [(row.lot_id, row.quantity, row.replaces_id) for row in done.new] == [(lots[1], 300, pick.pk)]
    assert held(world) == {lots[1]: 300}
    assert [row.pk for row in replace(world, pick, client_id=key).new] == [row.pk for row in done.new]
    with pytest.raises(Conflict) as caught:
        replace(world, pick)
    assert caught.value.code == "NOTHING_RESERVED"
    [delivery] = prepare(world, plan)
    assert hand_over(world, delivery).status == "in_transit"


def test_what_is_not_free_is_not_taken(world: World, plan: Plan, lots: tuple[UUID, UUID]) -> None:
    pick = plan.lines.get().picks.get()
    with pytest.raises(Conflict) as caught:
        replace(world, pick, lot_id=lots[0])
    assert caught.value.code == "LOT_SAME"
    freeze(world, lots[1])
    for lot_id in (None, lots[1], uuid4()):
        with pytest.raises(Conflict) as caught:
            replace(world, pick, lot_id=lot_id)
        assert caught.value.code == "OVER_FREE"
    with pytest.raises(Forbidden):
        replace(world, pick, by=world.actor("leader"))
    with pytest.raises(NotFound):
        replace(world, pick, by=make_world("other").actor("storekeeper"))
    assert held(world) == {lots[0]: 300}


def substitute(world: World, line: Any, **more: Any) -> Any:
    arguments = {"reason": "外箱破损", "by": world.actor("storekeeper"), "at": LATER, "client_id": uuid4()} | more
    return dispatch.substitute_lot(delivery_line_id=line.pk, **arguments)


def test_the_storekeeper_takes_another_lot_while_picking(world: World, plan: Plan, lots: tuple[UUID, UUID]) -> None:
    [delivery] = prepare(world, plan)
    line, key = delivery.lines.get(), uuid4()
    with pytest.raises(Conflict) as caught:
        replace(world, plan.lines.get().picks.get())
    assert caught.value.code == "IN_DELIVERY"
    dispatch.confirm_pick(
        delivery_id=delivery.pk, lot_id=lots[0], by=world.actor("storekeeper"), at=LATER, client_id=uuid4()
    )
    substitute(world, line, lot_id=lots[1], client_id=key)
    substitute(world, line, lot_id=lots[1], client_id=key)
    line.refresh_from_db()
    assert (line.lot_id, line.picked_at, line.plan_pick.lot_id) == (lots[1], None, lots[1])
    assert held(world) == {lots[1]: 300}
    hand_over(world, delivery)
    with pytest.raises(Conflict):
        substitute(world, line)


def test_a_cancelled_delivery_gives_the_new_lot_back(world: World, plan: Plan, lots: tuple[UUID, UUID]) -> None:
    [delivery] = prepare(world, plan)
    substitute(world, delivery.lines.get())
    dispatch.cancel_delivery(
        delivery_id=delivery.pk, reason="单位不要了", by=world.actor("storekeeper"), at=LATER, client_id=uuid4()
    )
    assert held(world) == {}
    assert requisition_line(world.system, plan.lines.get().requisition_line_id).quantity_open == 300


def test_the_keeper_of_one_store_takes_another_lot_there_only(
    world: World, plan: Plan, lots: tuple[UUID, UUID]
) -> None:
    [delivery] = prepare(world, plan)
    keepers = {
        store.pk: Actor(
            user_id=900 + store.pk,
            name="夜班仓管员",
            grants=(Grant("storekeeper", world.bureau.pk, store_ids=frozenset({store.pk})),),
        )
        for store in (world.store, world.second_store)
    }
    line = delivery.lines.get()
    with pytest.raises(NotFound):
        substitute(world, line, by=keepers[world.second_store.pk])
    substitute(world, line, by=keepers[world.store.pk])
    assert held(world) == {lots[1]: 300}
