"""From plan to hand-over to receipt: refusals first, then where every piece is."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.kernel.errors import Conflict, Forbidden, Invalid, KeyReused, NotFound, Refusal
from liangcao.ledger.actions import record_fact
from liangcao.ledger.entries import PostingLine
from liangcao.ledger.queries import balances
from liangcao.ledger.refusals import LotFrozen
from liangcao.ledger.verify import verify_book
from liangcao.operations.allocation.models import PlanPick
from liangcao.operations.demand.queries import line as requisition_line
from liangcao.operations.dispatch import actions
from liangcao.operations.dispatch.models import Delivery
from liangcao.operations.dispatch.rules import can_confirm, can_hand_over
from tests.factories.allocation import LATER, ask, make_plan, publish
from tests.factories.dispatch import confirm, hand_over, make_delivery, make_published, prepare
from tests.factories.world import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def where(world: World) -> dict[str, int]:
    held: dict[str, int] = {}
    for row in balances(world.system, world.bureau.pk).exclude(kind="outside"):
        held[row.kind] = held.get(row.kind, 0) + row.quantity
    return held


def cancel(world: World, delivery: Delivery, **more: Any) -> Delivery:
    arguments = {"reason": "单位改为自提", "by": world.actor("storekeeper"), "at": LATER, "client_id": uuid4()} | more
    return actions.cancel_delivery(delivery_id=delivery.pk, **arguments)


def settle(world: World, delivery: Delivery, *outcomes: tuple[str, str], **more: Any) -> Delivery:
    line = delivery.lines.get()
    lines = [actions.SettledDifference(line.pk, outcome, part) for outcome, part in outcomes]
    arguments = {"reason": "清点核实", "by": world.actor("coordinator"), "at": LATER, "client_id": uuid4()} | more
    return actions.settle_difference(delivery_id=delivery.pk, lines=lines, **arguments)


def test_prepare_deliveries_of_a_draft_is_refused(world: World) -> None:
    world.put_in(world.mask, 100)
    ask(world, world.hospital, 100)
    with pytest.raises(Conflict):
        prepare(world, make_plan(world))


def test_prepare_deliveries_needs_the_scope_and_happens_once(world: World) -> None:
    plan = make_published(world)
    with pytest.raises(NotFound):
        prepare(world, plan, by=make_world("other").actor("storekeeper"))
    key = uuid4()
    made = prepare(world, plan, client_id=key)
    assert prepare(world, plan, client_id=key) == made
    with pytest.raises(Conflict) as caught:
        prepare(world, plan)
    assert caught.value.code == "NOTHING_TO_PREPARE"


def test_prepare_deliveries_makes_one_for_each_store_and_unit(world: World) -> None:
    lot, _ = world.put_in(world.mask, 300)
    world.post("transfer", PostingLine(lot, world.stock(), world.stock(world.second_store), 120))
    world.put_in(world.suit, 10)
    for unit, quantity, item in (
        (world.hospital, 200, world.mask),
        (world.town, 100, world.mask),
        (world.hospital, 10, world.suit),
    ):
        ask(world, unit, quantity, item)
    made = prepare(world, publish(world, make_plan(world)).plan)
    pairs = [(delivery.store.name, delivery.organisation.name) for delivery in made]
    assert len(set(pairs)) == len(pairs) == 3
    lines = [line for delivery in made for line in delivery.lines.all()]
    assert sum(line.quantity for line in lines) == 310
    assert all(line.requisition_line_id for line in lines)
    assert set(PlanPick.objects.values_list("delivery_ref", flat=True)) == {delivery.number for delivery in made}
    assert all(delivery.number.startswith("PS20200203-") for delivery in made)


def test_hand_over_needs_a_carrier_and_the_storekeeper(world: World) -> None:
    delivery = make_delivery(world)
    with pytest.raises(Invalid) as caught:
        hand_over(world, delivery, carrier=" ")
    assert caught.value.field == "carrier"
    with pytest.raises(Forbidden):
        hand_over(world, delivery, by=world.actor("leader"))
    assert not can_hand_over(delivery, world.actor("leader"))
    assert where(world) == {"store": 900, "reserved": 100}


def test_hand_over_of_a_frozen_lot_is_refused(world: World) -> None:
    delivery = make_delivery(world)
    lot_id = delivery.lines.get().lot_id
    record_fact(
        lot_id=lot_id,
        fact="frozen",
        value="yes",
        reason="检验中",
        by=world.actor("storekeeper"),
        at=LATER,
        client_id=uuid4(),
    )
    with pytest.raises(LotFrozen):
        hand_over(world, delivery)


def test_hand_over_puts_the_goods_on_their_way_once(world: World) -> None:
    delivery, key = make_delivery(world), uuid4()
    gone = hand_over(world, delivery, client_id=key)
    assert hand_over(world, delivery, client_id=key) == gone
    assert (gone.status, gone.issue_move.kind, gone.issue_move.cause_ref) == ("in_transit", "issue", delivery.number)
    assert where(world) == {"store": 900, "transit": 100}
    with pytest.raises(KeyReused):
        hand_over(world, delivery, client_id=key, carrier="另一辆")
    with pytest.raises(Conflict) as caught:
        hand_over(world, delivery)
    assert "已签收" in caught.value.zh


def test_cancel_delivery_on_its_way_is_refused(world: World) -> None:
    delivery = hand_over(world, make_delivery(world))
    with pytest.raises(Conflict):
        cancel(world, delivery)


def test_cancel_delivery_opens_the_need_again(world: World) -> None:
    delivery = make_delivery(world)
    with pytest.raises(Invalid):
        cancel(world, delivery, reason="")
    cancel(world, delivery)
    assert where(world) == {"store": 1_000}
    assert requisition_line(world.system, delivery.lines.get().requisition_line_id).quantity_open == 100
    again = publish(world, make_plan(world)).plan
    assert prepare(world, again)[0].lines.get().quantity == 100


def test_confirm_delivery_of_another_unit_is_not_found(world: World) -> None:
    delivery = hand_over(world, make_delivery(world))
    stranger = world.requester(world.second_hospital)
    with pytest.raises(NotFound):
        confirm(world, delivery, by=stranger)
    with pytest.raises(NotFound):
        confirm(world, delivery, by=make_world("other").actor("storekeeper"))
    assert not can_confirm(delivery, stranger)
    assert can_confirm(delivery, world.requester(world.hospital))


def test_confirm_delivery_before_it_left_is_refused(world: World) -> None:
    with pytest.raises(Conflict) as caught:
        confirm(world, make_delivery(world))
    assert caught.value.code == "STATE_CONFLICT"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ((101, 0, 0, ""), "MORE_THAN_SENT"),
        ((97, 3, 1, "短少"), "MORE_THAN_SENT"),
        ((97, 0, 0, ""), "RECEIPT_INCOMPLETE"),
        ((97, 3, 0, "短\u202e少"), "TEXT_INVALID"),
        ((97, 3, 0, "少" * 201), "TEXT_TOO_LONG"),
        ((97, 3, 0, ""), "REASON_MISSING"),
        ((98, 0, 2, "  "), "REASON_MISSING"),
        ((-1, 101, 0, "短少"), "QUANTITY_INVALID"),
        ((True, 99, 0, "短少"), "QUANTITY_INVALID"),
    ],
)
def test_confirm_delivery_refuses_what_does_not_add_up(world: World, said: Any, code: str) -> None:
    delivery = hand_over(world, make_delivery(world))
    with pytest.raises(Refusal) as caught:
        confirm(world, delivery, said)
    assert caught.value.code == code
    assert where(world)["transit"] == 100


def test_confirm_delivery_tells_all_problems_at_once(world: World) -> None:
    world.put_in(world.suit, 10)
    ask(world, world.hospital, 10, world.suit)
    delivery = hand_over(world, make_delivery(world))
    with pytest.raises(Invalid) as caught:
        confirm(world, delivery, (150, 0, 0, ""), (9, 1, 0, ""))
    assert {problem.code for problem in caught.value.problems} == {"MORE_THAN_SENT", "REASON_MISSING"}
    assert "短少 1" in caught.value.zh
    lines = [actions.ReceiptConfirmation(delivery.lines.all()[0].pk, 100)]
    with pytest.raises(Invalid) as missing:
        confirm(world, delivery, lines=lines)
    assert missing.value.code == "LINE_MISSING"


def test_confirm_delivery_whole_closes_the_need(world: World) -> None:
    delivery, key = hand_over(world, make_delivery(world)), uuid4()
    signed = confirm(world, delivery, client_id=key)
    assert confirm(world, delivery, client_id=key) == signed
    assert (signed.status, signed.signed_name, signed.signed_by) == ("signed", "示例收货人", "示例医院一申领人")
    assert signed.receipt_move.signatures == [{"role": "recipient", "name": "示例收货人"}]
    assert where(world) == {"store": 900, "recipient": 100}
    line = requisition_line(world.system, delivery.lines.get().requisition_line_id)
    assert (line.status, line.quantity_delivered, line.quantity_open) == ("closed", 100, 0)
    with pytest.raises(Conflict):
        confirm(world, delivery)
    assert verify_book(world.system, world.bureau.pk).ok


def test_confirm_delivery_by_the_desk_with_the_signed_slip(world: World) -> None:
    delivery = hand_over(world, make_delivery(world))
    assert confirm(world, delivery, by=world.actor("coordinator")).status == "signed"


def test_settle_difference_without_one_is_refused(world: World) -> None:
    delivery = confirm(world, hand_over(world, make_delivery(world)))
    with pytest.raises(Conflict) as caught:
        settle(world, delivery, ("lost", ""))
    assert caught.value.code == "NO_DIFFERENCE"


def test_settle_difference_must_name_every_part(world: World) -> None:
    delivery = confirm(world, hand_over(world, make_delivery(world)), (90, 4, 6, "箱体破损"))
    for outcomes, code in (
        ([], "OUTCOME_MISSING"),
        ([("lost", "short")], "OUTCOME_MISSING"),
        ([("lost", ""), ("burnt", "")], "OUTCOME_INVALID"),
    ):
        with pytest.raises(Refusal) as caught:
            settle(world, delivery, *outcomes)
        assert caught.value.code == code
    with pytest.raises(Invalid):
        settle(world, delivery, ("lost", ""), reason="")
    assert where(world) == {"store": 900, "recipient": 90, "transit": 10}


def test_settle_difference_accounts_for_every_piece(world: World) -> None:
    delivery = confirm(world, hand_over(world, make_delivery(world)), (90, 4, 6, "箱体破损"))
    line_id = delivery.lines.get().requisition_line_id
    assert requisition_line(world.system, line_id).quantity_open == 0
    done = settle(world, delivery, ("returned", "short"), ("quarantine", "damaged"))
    assert done.status == "settled"
    assert where(world) == {"store": 904, "recipient": 90, "quarantine": 6}
    assert requisition_line(world.system, line_id).quantity_open == 10
    assert verify_book(world.system, world.bureau.pk).ok


def test_settle_difference_may_write_off(world: World) -> None:
    delivery = confirm(world, hand_over(world, make_delivery(world)), (0, 100, 0, "车辆翻覆"))
    assert delivery.receipt_move is None
    settle(world, delivery, ("lost", ""))
    assert where(world) == {"store": 900, "loss": 100}


def test_confirm_delivery_by_somebody_of_another_bureaus_desk_who_speaks_for_the_unit(world: World) -> None:
    """One person stores goods in one bureau and asks for a unit of another: he signs for that unit there."""
    delivery = hand_over(world, make_delivery(world))
    other = make_world("other")
    keeper = other.actor("storekeeper")
    both = Actor(keeper.user_id, keeper.name, keeper.grants + world.requester(world.hospital).grants)
    assert confirm(world, delivery, by=both).signed_by == keeper.name
    assert where(world) == {"store": 900, "recipient": 100}
    assert verify_book(world.system, world.bureau.pk).ok
