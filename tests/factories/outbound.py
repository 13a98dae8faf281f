"""Outbound trips made through actions: units stand a few kilometres around the store."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

from liangcao.operations.dispatch.models import Delivery
from liangcao.operations.trips import actions
from liangcao.operations.trips.models import OutboundCrew, OutboundStop, OutboundTrip, TripProposal, Vehicle
from liangcao.reference.catalog.models import Item
from liangcao.reference.parties.models import Organisation
from tests.factories.pickup import make_deliveries
from tests.factories.trips import make_vehicle
from tests.factories.world import NOON, World

MORNING = NOON + timedelta(hours=20)  # 08:00 in Shanghai, the day after


def put_on_the_map(world: World) -> None:
    """The store and all units have a place; a mask weighs 10 grams and fills 60 ml."""
    world.store.latitude, world.store.longitude = "28.900000", "120.000000"  # type: ignore[assignment]
    world.store.save(update_fields=["latitude", "longitude"])
    for number, unit in enumerate(Organisation.objects.filter(bureau=world.bureau).order_by("pk")):
        Organisation.objects.filter(pk=unit.pk).update(latitude=28.9 + number / 200, longitude=120)
    Item.objects.filter(pk=world.mask.pk).update(weight_grams=10, volume_ml=60)


def make_waiting(world: World, quantities: dict[int, int] | None = None) -> list[Delivery]:
    """Deliveries that wait at the store: 30 masks for each of two hospitals."""
    put_on_the_map(world)
    return make_deliveries(world, quantities or {world.hospital.pk: 30, world.second_hospital.pk: 30})


def plan_out(world: World, deliveries: list[Delivery], vehicle: Vehicle | None = None, **more: Any) -> OutboundTrip:
    """They leave in the morning on one vehicle."""
    given = {
        "store_id": world.store.pk, "deliveries": [row.pk for row in deliveries], "leaves_at": MORNING,
        "by": world.actor("coordinator"), "at": NOON, "client_id": uuid4(),
    } | more  # fmt: skip
    return actions.plan_outbound(vehicle_id=(vehicle or make_vehicle(world)).pk, **given)


def propose_out(world: World, **more: Any) -> TripProposal:
    """All that waits, on all vehicles."""
    given = {
        "store_id": world.store.pk, "day": MORNING.date(), "seconds": 2, "by": world.actor("coordinator"), "at": NOON,
        "client_id": uuid4(),
    } | more  # fmt: skip
    return actions.propose_trips(**given)


def make_outbound_trip(world: World) -> OutboundTrip:
    """One that is planned."""
    return plan_out(world, make_waiting(world))


def make_outbound_stop(world: World) -> OutboundStop:
    """Its first stop."""
    return make_outbound_trip(world).stops.order_by("order")[0]


def make_outbound_crew(world: World) -> OutboundCrew:
    """Its driver."""
    return make_outbound_trip(world).crew.get()


def make_trip_proposal(world: World) -> TripProposal:
    """One that waits for the worker."""
    make_waiting(world)
    make_vehicle(world)
    return propose_out(world)
