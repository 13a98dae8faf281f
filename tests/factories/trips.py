"""Vehicles and inbound trips made through actions."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from liangcao.operations.supply.inputs import ReceiptLineInput
from liangcao.operations.trips import actions
from liangcao.operations.trips.inputs import CrewInput, LoadedInput, TripInput, TripLineInput, VehicleInput
from liangcao.operations.trips.models import InboundTrip, InboundTripLine, TripCrew, Vehicle
from tests.factories.supply import make_source
from tests.factories.world import NOON, World

LEAVES = NOON + timedelta(hours=8)  # 20:00 in Shanghai
THERE, BACK = LEAVES + timedelta(hours=5), LEAVES + timedelta(hours=11)
DRIVER = CrewInput("driver", "驾驶员甲", "0571-0000 1001")
ESCORT = CrewInput("escort", "押运员乙", "0571-0000 1002")


def vehicle_of(plate: str, **more: Any) -> VehicleInput:
    """A lorry of two tonnes with its usual driver."""
    given = {"kind": "truck", "load_kg": 2_000, "driver": DRIVER.name, "driver_phone": DRIVER.phone} | more
    return VehicleInput(plate, **given)  # type: ignore[arg-type]


def make_vehicle(world: World, plate: str = "浙G12345", **more: Any) -> Vehicle:
    """It is in the list."""
    given = {"by": world.actor("coordinator"), "at": NOON, "client_id": uuid4()}
    given |= {key: more.pop(key) for key in tuple(more) if key in given}
    return actions.add_vehicle(bureau_id=world.bureau.pk, vehicle=vehicle_of(plate, **more), **given)


def trip_of(world: World, vehicle: Vehicle, **more: Any) -> TripInput:
    """600 of masks from the supplier overnight, with driver and escort."""
    given = {
        "store_id": world.store.pk, "vehicle_id": vehicle.pk, "place": "示例镇工业路 1 号", "leaves_at": LEAVES,
        "expected_there_at": THERE, "expected_back_at": BACK, "supplier_id": world.supplier.pk,
        "lines": (TripLineInput(world.mask.pk, 600, 600),), "crew": (DRIVER, ESCORT),
    } | more  # fmt: skip
    return TripInput(**given)


def plan(world: World, vehicle: Vehicle | None = None, *, by: Any = None, at: datetime = NOON, **more: Any) -> Any:
    """A trip that waits to leave."""
    asked = trip_of(world, vehicle or make_vehicle(world), **more)
    return actions.plan_trip(trip=asked, by=by or world.actor("coordinator"), at=at, client_id=uuid4())


def plan_for_source(world: World, vehicle: Vehicle | None = None, **more: Any) -> InboundTrip:
    """A trip that fetches what a purchase of 600 announced."""
    source = make_source(
        world, (world.mask, 600), kind="purchase", counterparty_id=world.supplier.pk, by=world.actor("buyer")
    )
    held: InboundTrip = plan(world, vehicle, source_id=source.pk, supplier_id=None, lines=(), weight_kg=600, **more)
    return held


def start(world: World, held: InboundTrip, *, at: datetime = LEAVES, role: str = "duty_officer") -> InboundTrip:
    """It leaves."""
    return actions.start_trip(trip_id=held.pk, by=world.actor(role), at=at, client_id=uuid4())


def load(world: World, held: InboundTrip, quantity: int | None = None, reason: str = "", **more: Any) -> InboundTrip:
    """Loaded as expected, or another amount of the first line."""
    told = [] if quantity is None else [LoadedInput(held.lines.order_by("line")[0].pk, quantity, reason)]
    given = {"lines": told, "by": world.actor("duty_officer"), "at": THERE, "client_id": uuid4()} | more
    return actions.load_trip(trip_id=held.pk, **given)


def arrive(world: World, held: InboundTrip, *, at: datetime = BACK) -> InboundTrip:
    """It stands at the store."""
    return actions.arrive_trip(trip_id=held.pk, by=world.actor("duty_officer"), at=at, client_id=uuid4())


def receive(world: World, held: InboundTrip, good: int = 600, damaged: int = 0, **more: Any) -> InboundTrip:
    """The keeper counts it in."""
    line = held.lines.order_by("line")[0]
    counted = ReceiptLineInput(line.source_line_id, line.item_id, good, damaged, reason=more.pop("reason", ""))
    given = {"lines": [counted], "by": world.actor("storekeeper"), "at": BACK, "client_id": uuid4()} | more
    return actions.receive_trip(trip_id=held.pk, **given)


def make_arrived(world: World, **more: Any) -> InboundTrip:
    """A trip for a source that is back."""
    return arrive(world, load(world, start(world, plan_for_source(world, **more))))


def make_inbound_trip(world: World) -> InboundTrip:
    """One that is planned."""
    held: InboundTrip = plan(world)
    return held


def make_inbound_trip_line(world: World) -> InboundTripLine:
    """Its line."""
    return make_inbound_trip(world).lines.get()


def make_trip_crew(world: World) -> TripCrew:
    """Its driver."""
    return make_inbound_trip(world).crew.order_by("line")[0]
