"""Pick-ups made through actions."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from liangcao.foundation.kernel.clock import business_date, day_end, day_start
from liangcao.operations.dispatch.models import Delivery
from liangcao.operations.pickup import actions
from liangcao.operations.pickup.models import PickUp, PickUpSlot, PickUpTurn
from liangcao.reference.parties import actions as parties
from liangcao.reference.parties.models import Organisation
from tests.factories.allocation import ask, make_plan, publish
from tests.factories.dispatch import make_published, prepare
from tests.factories.world import NOON, World

OPENS = NOON + timedelta(hours=2)
HOURS = timedelta(hours=2)
SAFETY = "戴口罩,熄火装车,箱口朝上,远离火源"


def add_units(world: World, count: int) -> list[Organisation]:
    """Enterprises, each a little farther from the first store than the one before."""
    world.store.latitude, world.store.longitude = "28.900000", "120.000000"  # type: ignore[assignment]
    world.store.save(update_fields=["latitude", "longitude"])
    made = []
    for number in range(1, count + 1):
        unit = parties.add_organisation(
            bureau_id=world.bureau.pk, code=f"E{number:03}", name=f"示例企业 {number}", kind="enterprise",
            by=world.system, at=NOON,
        )  # fmt: skip
        Organisation.objects.filter(pk=unit.pk).update(latitude=28.9 + number / 1000, longitude=120)
        made.append(unit)
    return made


def make_deliveries(world: World, quantities: dict[int, int]) -> list[Delivery]:
    """Deliveries of one plan that wait at the first store: unit → litres or pieces of masks."""
    world.put_in(world.mask, sum(quantities.values()))
    for unit in Organisation.objects.filter(pk__in=quantities).order_by("pk"):
        ask(world, unit, quantities[unit.pk])
    return prepare(world, publish(world, make_plan(world)).plan)


def arrange(world: World, **more: Any) -> PickUp:
    """A pick-up of all that waits at the first store: six slots of half an hour for two units each."""
    given = {
        "store_id": world.store.pk, "opens_at": OPENS, "closes_at": OPENS + timedelta(hours=3), "minutes": 30,
        "capacity": 2, "safety_text": SAFETY, "by": world.actor("coordinator"), "at": NOON + timedelta(hours=1),
        "client_id": uuid4(),
    } | more  # fmt: skip
    return actions.arrange_pick_up(**given)


def announce(world: World, held: PickUp, **more: Any) -> PickUp:
    """Every unit is told."""
    given = {"by": world.actor("coordinator"), "at": NOON + timedelta(hours=1), "client_id": uuid4()} | more
    return actions.announce_pick_up(pick_up_id=held.pk, **given)


def make_pick_up(world: World) -> PickUp:
    """An announced pick-up in which the hospital has a turn."""
    prepare(world, make_published(world))
    return announce(world, arrange(world))


def make_pick_up_slot(world: World) -> PickUpSlot:
    """Its first slot."""
    return make_pick_up(world).slots.order_by("number")[0]


def make_pick_up_turn(world: World) -> PickUpTurn:
    """The hospital's turn."""
    return make_pick_up(world).turns.get()


def move(world: World, turn: PickUpTurn, slot: PickUpSlot, **more: Any) -> PickUpTurn:
    """The desk moves a unit to another slot."""
    given = {"by": world.actor("coordinator"), "at": NOON + timedelta(hours=1), "client_id": uuid4()} | more
    return actions.move_turn(turn_id=turn.pk, slot_id=slot.pk, **given)


def check_in(world: World, turn: PickUpTurn, *, at: datetime, **more: Any) -> PickUpTurn:
    """A unit has come, and hears the instructions at the gate."""
    given = {"fetcher": "示例车 2", "acknowledged_by": "示例司机", "by": world.actor("storekeeper"),
             "client_id": uuid4()} | more  # fmt: skip
    return actions.check_in(turn_id=turn.pk, at=at, **given)


def hand_out(world: World, turn: PickUpTurn, *, at: datetime, **more: Any) -> PickUpTurn:
    """It gets its goods."""
    given = {"signed_name": "示例司机", "by": world.actor("storekeeper"), "client_id": uuid4()} | more
    return actions.hand_out(turn_id=turn.pk, at=at, **given)


def open_now(at: datetime) -> tuple[datetime, datetime]:
    """A window of two hours of one day of the bureau's that has begun and is not over."""
    opens_at = max(day_start(business_date(at)), min(at - timedelta(minutes=5), day_end(business_date(at)) - HOURS))
    return opens_at, opens_at + HOURS
