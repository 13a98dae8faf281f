"""Reads of vehicles and inbound trips: lists, who is taken when, what is late, loaded against received."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Min, Q, QuerySet

from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.kernel.errors import NotFound
from liangcao.foundation.kernel.waiting import Waiting
from liangcao.operations.supply.queries import receipt_lines
from liangcao.operations.trips.models import InboundTrip, InboundTripLine, TripCrew, Vehicle

UNDER_WAY = ("under_way", "loaded")
OPEN = ("planned", "under_way", "loaded", "arrived")


@dataclass(frozen=True)
class Compared:
    """One item of a trip: expected, loaded, received by the receipt (None: there is none yet), in base units."""

    item: Any
    expected: int
    weight_kg: int | None
    loaded: int | None
    reason: str
    received: int | None
    damaged: int

    @property
    def difference(self) -> int | None:
        """Received less loaded."""
        return None if self.received is None or self.loaded is None else self.received - self.loaded


def vehicles(actor: Actor, bureau_id: int, *, is_in_service: bool | None = None) -> QuerySet[Vehicle]:
    """Vehicles in scope; no order is set."""
    rows = Vehicle.objects.visible_to(actor).filter(bureau_id=bureau_id).select_related("organisation")
    return rows if is_in_service is None else rows.filter(is_in_service=is_in_service)


def vehicle(actor: Actor, vehicle_id: int) -> Vehicle:
    """One vehicle in scope. Raises NotFound."""
    rows = Vehicle.objects.visible_to(actor).select_related("bureau", "organisation")
    found: Vehicle | None = rows.filter(pk=vehicle_id).first()
    if found is None:
        raise NotFound("未找到该车辆,或不在您的范围内", "No such vehicle within your scope", field="vehicle")
    return found


def trips(
    actor: Actor,
    bureau_id: int,
    *,
    status: str | None = None,
    vehicle_id: int | None = None,
    source_id: int | None = None,
    receipt_id: int | None = None,
) -> QuerySet[InboundTrip]:
    """Trips in scope; no order is set."""
    wanted = {"status": status, "vehicle_id": vehicle_id, "source_id": source_id, "receipt_id": receipt_id}
    rows = InboundTrip.objects.visible_to(actor).filter(bureau_id=bureau_id)
    rows = rows.filter(**{field: value for field, value in wanted.items() if value is not None})
    return rows.select_related("store", "vehicle", "supplier", "source", "receipt")


def trip(actor: Actor, trip_id: int) -> InboundTrip:
    """One trip in scope. Raises NotFound."""
    related = ("bureau", "store", "vehicle", "supplier", "source", "receipt", "pass_held")
    found: InboundTrip | None = (
        InboundTrip.objects.visible_to(actor).select_related(*related).filter(pk=trip_id).first()
    )
    if found is None:
        raise NotFound("未找到该提货车次,或不在您的范围内", "No such trip within your scope", field="trip")
    return found


def goods(actor: Actor, trip_id: int) -> QuerySet[InboundTripLine]:
    """The lines of a trip; no order is set."""
    return InboundTripLine.objects.visible_to(actor).filter(trip_id=trip_id).select_related("item", "source_line")


def lines(actor: Actor, trip_id: int) -> list[InboundTripLine]:
    """The lines of a trip in order."""
    return list(goods(actor, trip_id).order_by("line"))


def crew(actor: Actor, trip_id: int) -> list[TripCrew]:
    """Who is on board, drivers first."""
    return list(TripCrew.objects.visible_to(actor).filter(trip_id=trip_id).order_by("line"))


def compared(actor: Actor, held: InboundTrip) -> list[Compared]:
    """Each item expected, loaded and received. What was received is the receipt's, less what was taken back of it."""
    received: dict[int, list[int]] = {}
    rows = list(receipt_lines(actor, held.receipt_id)) if held.receipt_id else []
    for row in rows:
        sums = received.setdefault(row.item_id, [0, 0])
        sums[0] += row.good_left + row.damaged_left  # type: ignore[attr-defined]
        sums[1] += row.damaged_left  # type: ignore[attr-defined]
    found = []
    for line in lines(actor, held.pk):
        came, damaged = received.pop(line.item_id, [0, 0])
        found.append(
            Compared(
                line.item, line.quantity_expected, line.weight_kg, line.quantity_loaded, line.difference_reason,
                came if held.receipt_id else None, damaged,
            )
        )  # fmt: skip
    others = {row.item_id: row.item for row in rows}
    return [*found, *(Compared(others[pk], 0, None, 0, "", came, bad) for pk, (came, bad) in received.items())]


def weight_of(held: InboundTrip, rows: list[InboundTripLine]) -> int | None:
    """What the load weighs in kilograms: as told for the trip, else the sum of its lines; None when nobody knows."""
    known = [row.weight_kg for row in rows if row.weight_kg is not None]
    return held.weight_kg if held.weight_kg is not None else sum(known) if known else None


def late(rows: QuerySet[InboundTrip], at: datetime) -> QuerySet[InboundTrip]:
    """Those that should have left, be there, or be back by now."""
    return rows.filter(
        Q(status="planned", leaves_at__lt=at)
        | Q(status="under_way", expected_there_at__lt=at)
        | Q(status="loaded", expected_back_at__lt=at)
    )


def waiting(actor: Actor, *, bureau_id: int | None = None, at: datetime | None = None) -> list[Waiting]:
    """Trips that are late, for those who follow them; trips that stand at the store, for its keeper."""
    if bureau_id is None:
        return []
    found = []
    rows = InboundTrip.objects.visible_to(actor).filter(bureau_id=bureau_id)
    if at is not None and guard.can(actor, "report", "trip", bureau_id=bureau_id):
        count = late(rows, at).count()
        if count:
            oldest = late(rows, at).aggregate(oldest=Min("leaves_at"))["oldest"]
            found.append(
                Waiting("trips_late", "晚点的提货车次", "trips that are late", count, oldest, "trip_list", "late=yes")
            )
    if guard.can(actor, "receive", "trip", bureau_id=bureau_id):
        standing = rows.filter(status="arrived")
        count = standing.count()
        if count:
            oldest = standing.aggregate(oldest=Min("arrived_at"))["oldest"]
            found.append(
                Waiting("trips_to_receive", "到库待入库的提货车次", "trips to take in", count, oldest, "trip_list",
                        "status=arrived")
            )  # fmt: skip
    return found
