"""Finding and locking. The fleet of a bureau is locked as a whole: vehicles are never deleted, so that two who plan at
the same moment always share a row, and the second sees what the first has taken."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q

from liangcao.foundation.database.locks import locked
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.actions import record
from liangcao.operations.trips import queries, rules
from liangcao.operations.trips.models import InboundTrip, OutboundTrip, Vehicle

TAKING = ("planned", "under_way", "loaded", "arrived", "received")


def lock_fleet(bureau_id: int) -> None:
    """Nobody else takes a vehicle or a person of this bureau until the transaction ends."""
    locked(Vehicle.objects.all(), Vehicle.objects.filter(bureau_id=bureau_id).values_list("pk", flat=True))


def locked_trip(trip_id: int, *, by: Actor) -> InboundTrip:
    """The trip in scope, locked until the transaction ends, as it is now."""
    pk = queries.trip(by, trip_id).pk
    locked(InboundTrip.objects.all(), [pk])
    return queries.trip(by, pk)


def clashing(
    vehicle: Vehicle,
    crew: Sequence[Any],
    leaves_at: datetime,
    back_at: datetime,
    *,
    at: datetime,
    but: int | None = None,
    but_outbound: int | None = None,
) -> list[Any]:
    """Refusals for whoever and whatever another trip of the bureau has in that time. The fleet is locked."""
    rows = InboundTrip.objects.filter(bureau_id=vehicle.bureau_id, status__in=TAKING).exclude(pk=but)
    near = rows.filter(
        Q(expected_back_at__gt=leaves_at) | Q(status__in=queries.UNDER_WAY) | Q(arrived_at__gt=leaves_at)
    )
    out = OutboundTrip.objects.filter(bureau_id=vehicle.bureau_id).exclude(status="cancelled").exclude(pk=but_outbound)
    out = out.filter(Q(expected_back_at__gt=leaves_at) | Q(status="under_way") | Q(finished_at__gt=leaves_at))
    others = [*_told(near), *_told(out)]
    return list(rules.clashes(vehicle, crew, [o for o in others if rules.overlaps(o, leaves_at, back_at, at)]))


def _told(rows: Any) -> Any:
    return rows.prefetch_related("crew").order_by("leaves_at", "pk")


def on_the_road(held: rules.AnyTrip, crew: Sequence[Any]) -> list[Any]:
    """Refusals for a vehicle or people who are on another road now: a plan for later does not hold a trip up."""
    rows = InboundTrip.objects.filter(bureau_id=held.bureau_id, status__in=queries.UNDER_WAY)
    out = OutboundTrip.objects.filter(bureau_id=held.bureau_id, status="under_way")
    others = [*_told(rows), *_told(out)]
    return list(rules.clashes(held.vehicle, crew, [other for other in others if other != held]))


def note(
    action: str, held: InboundTrip, *, by: Actor, at: datetime, after: dict[str, Any] | None = None, reason: str = ""
) -> None:
    """The journal's line of an act."""
    record(
        by=by, at=at, action=action, object_kind="trip", object_ref=held.number, bureau_id=held.bureau_id,
        after=after, reason=reason,
    )  # fmt: skip
