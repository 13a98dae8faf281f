"""Deliveries made through actions."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from liangcao.operations.allocation.models import Plan
from liangcao.operations.dispatch import actions
from liangcao.operations.dispatch.models import (
    Delivery,
    DeliveryDispute,
    DeliveryDisputeLine,
    DeliveryLine,
    DeliveryPhoto,
    DeliveryReceipt,
)
from liangcao.operations.dispatch.proof import Proof, shown
from tests.factories.allocation import LATER, ask, make_plan, publish
from tests.factories.photos import as_file, drawn
from tests.factories.world import World


def make_published(world: World, quantity: int = 100, stock: int = 1_000) -> Plan:
    """A published plan that gives the hospital masks."""
    world.put_in(world.mask, stock)
    ask(world, world.hospital, quantity)
    return publish(world, make_plan(world)).plan


def prepare(world: World, plan: Plan, **more: Any) -> list[Delivery]:
    """Deliveries of a published plan."""
    arguments = {"by": world.actor("storekeeper"), "at": LATER, "client_id": uuid4()} | more
    return actions.prepare_deliveries(plan_id=plan.pk, **arguments)


def make_delivery(world: World, quantity: int = 100) -> Delivery:
    """One delivery for the hospital, on the pick list."""
    return prepare(world, make_published(world, quantity))[0]


def make_delivery_line(world: World, quantity: int = 100) -> DeliveryLine:
    """The only line of a delivery."""
    return make_delivery(world, quantity).lines.get()


def assign(world: World, delivery: Delivery, **more: Any) -> Delivery:
    """The supplier is to fetch it, or whoever `carrier_organisation_id` names."""
    arguments = {
        "carrier_organisation_id": world.supplier.pk, "by": world.actor("storekeeper"), "at": LATER,
        "client_id": uuid4(),
    } | more  # fmt: skip
    return actions.assign_carrier(delivery_id=delivery.pk, **arguments)


def hand_over(world: World, delivery: Delivery, **more: Any) -> Delivery:
    """The goods leave."""
    arguments = {"carrier": "示例车 1", "by": world.actor("storekeeper"), "at": LATER, "client_id": uuid4()} | more
    return actions.hand_over(delivery_id=delivery.pk, **arguments)


def confirm(world: World, delivery: Delivery, *given: tuple[int, int, int, str], **more: Any) -> Delivery:
    """The hospital signs for (good, short, damaged, reason) of each line, or for everything."""
    lines = None
    if given:
        rows = zip(delivery.lines.order_by("line"), given, strict=True)
        lines = [actions.ReceiptConfirmation(line.pk, *said) for line, said in rows]
    arguments = {
        "lines": lines,
        "signed_name": "示例收货人",
        "by": world.requester(world.hospital),
        "at": LATER,
        "client_id": uuid4(),
    } | more
    return actions.confirm_delivery(delivery_id=delivery.pk, **arguments)


def make_proof(door: str = "link") -> Proof:
    """A drawn name and a photo."""
    name = as_file(drawn("name"), "PNG")
    return shown(door=door, signature=name, photos=[as_file(drawn("box"), "JPEG")])


def make_delivery_receipt(world: World) -> DeliveryReceipt:
    """A receipt with a drawn name."""
    delivery = hand_over(world, make_delivery(world))
    return confirm(world, delivery, proof=make_proof()).receipt


def make_delivery_photo(world: World) -> DeliveryPhoto:
    """The photo of a receipt."""
    return make_delivery_receipt(world).delivery.photos.get()


def dispute(world: World, delivery: Delivery, *, short: int = 0, damaged: int = 0, **more: Any) -> DeliveryDispute:
    """The hospital says that so many of the first line were short or damaged."""
    line = delivery.lines.order_by("line")[0]
    arguments = {
        "lines": [actions.DisputedLine(line.pk, short, damaged)], "reason": "清点不符", "raised_name": "示例收货人",
        "by": world.requester(world.hospital), "at": LATER, "client_id": uuid4(),
    } | more  # fmt: skip
    return actions.raise_dispute(delivery_id=delivery.pk, **arguments)


def make_delivery_dispute(world: World) -> DeliveryDispute:
    """Three of a hundred masks were short."""
    return dispute(world, confirm(world, hand_over(world, make_delivery(world))), short=3)


def make_delivery_dispute_line(world: World) -> DeliveryDisputeLine:
    """Its only line."""
    return make_delivery_dispute(world).lines.get()


def make_emergency(world: World, quantity: int = 500, **more: Any) -> Delivery:
    """An emergency issue of masks to the hospital."""
    arguments: dict[str, Any] = {
        "store_id": world.store.pk,
        "organisation_id": world.hospital.pk,
        "lines": [(world.mask.pk, quantity)],
        "leader": "示例组长",
        "reason": "夜间急需",
        "limit_note": f"仅此一次,不超过 {quantity} 只",
        "by": world.actor("storekeeper"),
        "at": LATER,
        "client_id": uuid4(),
    } | more
    return actions.emergency_issue(bureau_id=world.bureau.pk, **arguments)
