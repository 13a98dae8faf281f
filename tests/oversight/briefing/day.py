"""A full day of a small bureau, made through actions: every kind of figure has something to count."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from liangcao.ledger.entries import AccountRef, PostingLine
from liangcao.operations.demand.inputs import RequisitionLineInput
from liangcao.operations.dispatch.models import Delivery
from liangcao.operations.duty import actions as duty
from liangcao.operations.supply import actions as supply
from tests.factories.allocation import ask, make_plan, publish
from tests.factories.demand import approve, make_requisition
from tests.factories.dispatch import confirm, hand_over, make_emergency, prepare
from tests.factories.duty import make_colleague, make_task
from tests.factories.supply import make_receipt, make_source
from tests.factories.world import NOON, TODAY, World

YESTERDAY = NOON - timedelta(days=1)
SOON = TODAY + timedelta(days=20)
EVENING = NOON + timedelta(hours=6)


def play(world: World) -> dict[str, Any]:
    """Goods come in of every kind, some damaged; some go out; units ask; returns what tests name."""
    made: dict[str, Any] = {}
    made["purchase"] = make_source(
        world,
        (world.mask, 47_000),
        kind="purchase",
        counterparty_id=world.supplier.pk,
        amount_fen=4_700_000,
        by=world.actor("buyer"),
        at=YESTERDAY,
    )
    make_receipt(world, made["purchase"], (46_000, 500), at=YESTERDAY, business_date=date(2020, 2, 2))
    make_emergency(world, 300, at=YESTERDAY + timedelta(hours=1))
    made["gift"] = make_source(world, (world.mask, 14_500))
    made["gift_receipt"] = make_receipt(world, made["gift"], (14_500, 0))
    world.put_in(world.n95, 300)
    for quantity in (9_600, 12_800):
        batch = make_source(
            world,
            (world.alcohol, quantity),
            kind="allotment",
            counterparty_id=world.upper_level.pk,
            by=world.actor("coordinator"),
        )
        make_receipt(world, batch, (quantity, 0), store_id=world.second_store.pk)
    make_source(
        world,
        (world.suit, 2_000),
        kind="output",
        counterparty_id=world.producer.pk,
        by=world.actor("coordinator"),
        at=YESTERDAY,
    )
    _money(world)
    world.put_in(world.suit, 60, source_kind="opening", expires_on=SOON)
    made["lot"], _ = world.put_in(world.suit, 40, source_kind="found", at=YESTERDAY)
    _some_go_out(world, made["lot"])
    _units_ask(world)
    _tasks_are_given(world)
    made["emergency"] = make_emergency(world, 500)
    made["delivery"] = _deliver_short(world)
    return made


def _deliver_short(world: World) -> Delivery:
    """A plan gives the hospital 100 N95 masks; 15 do not arrive and 5 are damaged."""
    ask(world, world.hospital, 100, world.n95)
    plan = publish(world, make_plan(world, item_ids=[world.n95.pk])).plan
    delivery = hand_over(world, prepare(world, plan)[0])
    return confirm(world, delivery, (80, 15, 5, "少一包,一包破损"))


def _money(world: World) -> None:
    for at, fen in ((YESTERDAY, 600_000_00), (NOON, 42_700_50)):
        supply.announce_source(
            bureau_id=world.bureau.pk,
            kind="gift",
            counterparty_id=world.donor.pk,
            lines=[],
            amount_fen=fen,
            by=world.actor("gift_clerk"),
            at=at,
            client_id=uuid4(),
        )


def _some_go_out(world: World, lot: Any) -> None:
    store, hospital = world.store.pk, world.hospital.pk
    stock, transit = AccountRef("store", store), AccountRef("transit", store, hospital)
    reserved, recipient = AccountRef("reserved", store, hospital), AccountRef("recipient", 0, hospital)
    world.post("reservation", PostingLine(lot, stock, reserved, 20))
    world.post("issue", PostingLine(lot, reserved, transit, 15), PostingLine(lot, stock, transit, 5))
    world.post("delivery", PostingLine(lot, transit, recipient, 12))
    world.post(
        "settlement", PostingLine(lot, transit, stock, 1), PostingLine(lot, transit, AccountRef("loss", store), 2)
    )
    world.post("return", PostingLine(lot, recipient, stock, 1))
    world.post("return", PostingLine(lot, stock, world.outside(world.donor), 1))
    world.post("loss", PostingLine(lot, stock, AccountRef("loss", store), 1))
    world.post("transfer", PostingLine(lot, stock, world.stock(world.second_store), 3))


def _tasks_are_given(world: World) -> None:
    """One is done, one is not done in time."""
    who = make_colleague(world, "承办人甲")
    done = make_task(world, who, text="盘一遍防护服")
    duty.complete_task(task_id=done.pk, reason="已盘", by=who.actor, at=NOON + timedelta(hours=1), client_id=uuid4())
    make_task(world, who, text="联系示例口罩厂", due_at=NOON + timedelta(hours=3))


def _units_ask(world: World) -> None:
    approve(world, make_requisition(world, world.hospital, (world.mask, 20_000), (world.suit, 5_000)))
    approve(world, make_requisition(world, world.second_hospital, (world.mask, 3_000)), 2_000)
    make_requisition(world, world.town, (world.mask, 8_000))
    make_requisition(world, world.second_town, lines=[RequisitionLineInput(world.n95.pk, None)])
