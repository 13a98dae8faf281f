"""Trips that bring deliveries to units: proposed by the solver, planned by hand, on their way. Weights are grams,
volumes millilitres."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Status
from pydantic import Field, StrictInt

from liangcao.foundation.identity import guard
from liangcao.foundation.kernel.clock import now
from liangcao.interfaces.api.v1.doors import KEYED, Body, Door, Moment, RowFilter, RowId, enter, entered, key_of
from liangcao.interfaces.api.v1.names import store_id
from liangcao.interfaces.api.v1.paging import Page, PageFilters, page
from liangcao.interfaces.api.v1.trips import CrewIn, ReasonIn
from liangcao.operations.dispatch.routing.outbound import REASONS
from liangcao.operations.trips import actions, outbound_queries
from liangcao.operations.trips.inputs import CrewInput

router = Router(tags=["trips"])


class OutboundTripFilters(PageFilters):
    """In which state, of which vehicle, late or not."""

    status: Literal["planned", "under_way", "finished", "cancelled"] | None = None
    vehicle: RowFilter | None = Field(None, description="Id of a vehicle")
    late: bool | None = Field(None, description="true: only those that are late now")


class OutboundTripIn(Body):
    """One vehicle brings these deliveries in this order. Without a driver: the vehicle's usual one."""

    bureau: str | None = Field(None, max_length=30)
    store: str = Field(max_length=30, description="Code of the store", examples=["S1"])
    vehicle: RowId = Field(description="Id of a vehicle")
    deliveries: list[RowId] = Field(min_length=1, max_length=200, description="Ids of deliveries, in order")
    leaves_at: Moment = Field(examples=["2020-02-19T08:00:00+08:00"])
    crew: list[CrewIn] = Field(default_factory=list, max_length=50)


class StopsIn(Body):
    """The deliveries of a trip, all of them, in order; one of another planned trip of the store moves here."""

    deliveries: list[RowId] = Field(min_length=1, max_length=200)


class PlanningIn(Body):
    """What is to be planned. Without deliveries all that wait at the store, without vehicles all in service."""

    bureau: str | None = Field(None, max_length=30)
    store: str = Field(max_length=30, examples=["S1"])
    day: date = Field(examples=["2020-02-19"])
    deliveries: list[RowId] = Field(default_factory=list, max_length=200)
    vehicles: list[RowId] = Field(default_factory=list, max_length=200)
    seconds: StrictInt = Field(10, description="Time limit, 1 to 120")


def _iso(at: Any) -> str | None:
    return at.isoformat() if at else None


def _show(door: Door, held: Any) -> dict[str, Any]:
    moments = ("leaves_at", "expected_back_at", "left_at", "finished_at", "cancelled_at")
    return {
        "id": held.pk, "number": held.number, "status": held.status, "is_late": held.is_late(door.at),
        "store": held.store.code, "vehicle": held.vehicle_id, "plate": held.vehicle.plate,
        **{name: _iso(getattr(held, name)) for name in moments}, "cancel_reason": held.cancel_reason,
    }  # fmt: skip


def _whole(door: Door, trip_id: int) -> dict[str, Any]:
    rows = outbound_queries.stops(door.actor, trip_id)
    outcomes = [outbound_queries.outcome_of(row) for row in rows]
    crew = outbound_queries.outbound_crew(door.actor, trip_id)
    return _show(door, outbound_queries.outbound_trip(door.actor, trip_id)) | {
        "weight_grams": sum(row.weight_grams for row in rows),
        "volume_ml": sum(row.volume_ml for row in rows),
        "unknown_lines": sum(row.unknown_lines for row in rows),
        "stops_done": sum(bool(outcome) for outcome in outcomes),
        "crew": [{"role": row.role, "name": row.name, "phone": row.phone} for row in crew],
        "stops": [
            {
                "id": row.pk, "order": row.order, "delivery": row.delivery_id, "number": row.delivery.number,
                "organisation": row.delivery.organisation.code, "expected_at": _iso(row.expected_at),
                "is_late_planned": row.is_late_planned, "weight_grams": row.weight_grams, "volume_ml": row.volume_ml,
                "unknown_lines": row.unknown_lines, "outcome": outcome, "reason": row.reason,
            }
            for row, outcome in zip(rows, outcomes, strict=True)
        ],
    }  # fmt: skip


def _show_proposal(door: Door, held: Any) -> dict[str, Any]:
    answer = held.answer or {"ways": [], "left_out": []}
    return {
        "id": held.pk, "status": held.status, "progress": outbound_queries.progress(held, now()),
        "is_lost": outbound_queries.is_lost(held),
        "store": held.store.code, "day": held.day.isoformat(), "seconds": held.seconds,
        "trips": [
            {
                "vehicle": way["van"], "leaves_at": _iso(outbound_queries.moment_of(held.day, way["leaves"])),
                "back_at": _iso(outbound_queries.moment_of(held.day, way["back"])), "metres": way["metres"],
                "weight_grams": way["grams"], "volume_ml": way["millilitres"],
                "stops": [
                    {"delivery": visit["key"],
                     "expected_at": _iso(outbound_queries.moment_of(held.day, visit["arrives"]))}
                    for visit in way["visits"]
                ],
            }
            for way in answer["ways"]
        ],
        "left_out": [
            {**row, "reason_zh": REASONS[row["reason"]][0], "reason_en": REASONS[row["reason"]][1]}
            for row in answer["left_out"]
        ],
    }  # fmt: skip


def _door(request: HttpRequest, trip_id: int) -> Door:
    held = outbound_queries.outbound_trip(request.auth, trip_id)  # type: ignore[attr-defined]
    return enter(request, held.bureau.code)


@router.get("/outbound-trips", response=Page)
def list_outbound_trips(request: HttpRequest, filters: Query[OutboundTripFilters]) -> dict[str, Any]:
    """Trips that bring goods, newest first."""
    door = entered(request, filters.bureau, "trip")
    rows = outbound_queries.outbound_trips(
        door.actor, door.bureau_id, status=filters.status, vehicle_id=filters.vehicle
    )
    late = outbound_queries.late(rows, door.at)
    if filters.late is not None:
        rows = late if filters.late else rows.exclude(pk__in=late.values("pk"))
    return page(rows, filters, lambda held: _show(door, held), newest_first=True)


@router.post("/outbound-trips", response={201: dict}, openapi_extra=KEYED)
def plan_outbound(request: HttpRequest, body: OutboundTripIn) -> Status:
    """Planned by hand: loads and times are told, overload is refused with its numbers."""
    door = enter(request, body.bureau)
    guard.check(door.actor, "plan", "trip", bureau_id=door.bureau_id)
    made = actions.plan_outbound(
        store_id=store_id(door, body.store), vehicle_id=body.vehicle, deliveries=body.deliveries,
        leaves_at=body.leaves_at, crew=[CrewInput(row.role, row.name, row.phone) for row in body.crew],
        client_id=key_of(request), **door.who_and_when,
    )  # fmt: skip
    return Status(201, _whole(door, made.pk))


@router.post("/outbound-trips/planning", response={201: dict}, openapi_extra=KEYED)
def propose_trips(request: HttpRequest, body: PlanningIn) -> Status:
    """Ask the solver for trips: a job, whose proposal a person confirms."""
    door = enter(request, body.bureau)
    guard.check(door.actor, "plan", "trip", bureau_id=door.bureau_id)
    made = actions.propose_trips(
        store_id=store_id(door, body.store), **body.model_dump(exclude={"bureau", "store"}),
        client_id=key_of(request), **door.who_and_when,
    )  # fmt: skip
    return Status(201, _show_proposal(door, outbound_queries.proposal(door.actor, made.pk)))


@router.get("/outbound-trips/planning/{int:trip_proposal_id}", response=dict)
def get_proposal(request: HttpRequest, trip_proposal_id: int) -> dict[str, Any]:
    """How far it is, the trips, and what fits nowhere with its reason."""
    found = outbound_queries.proposal(request.auth, trip_proposal_id)  # type: ignore[attr-defined]
    door = enter(request, found.bureau.code)
    guard.check(door.actor, "view", "trip", bureau_id=door.bureau_id)
    return _show_proposal(door, found)


@router.post("/outbound-trips/planning/{int:trip_proposal_id}/confirmation", response={201: list}, openapi_extra=KEYED)
def confirm_proposal(request: HttpRequest, trip_proposal_id: int) -> Status:
    """The proposed trips are planned, all or none."""
    held = outbound_queries.proposal(request.auth, trip_proposal_id)  # type: ignore[attr-defined]
    door = enter(request, held.bureau.code)
    made = actions.confirm_proposal(proposal_id=trip_proposal_id, client_id=key_of(request), **door.who_and_when)
    return Status(201, [_whole(door, trip.pk) for trip in made])


@router.get("/outbound-trips/{int:outbound_trip_id}", response=dict)
def get_outbound_trip(request: HttpRequest, outbound_trip_id: int) -> dict[str, Any]:
    """One trip: its stops with what became of them, loads, who is on board."""
    door = _door(request, outbound_trip_id)
    guard.check(door.actor, "view", "trip", bureau_id=door.bureau_id)
    return _whole(door, outbound_trip_id)


@router.post("/outbound-trips/{int:outbound_trip_id}/stops", response={201: dict}, openapi_extra=KEYED)
def arrange_stops(request: HttpRequest, outbound_trip_id: int, body: StopsIn) -> Status:
    """Its stops anew: added, taken out, moved; loads and times are told anew."""
    door = _door(request, outbound_trip_id)
    actions.arrange_stops(
        trip_id=outbound_trip_id, deliveries=body.deliveries, client_id=key_of(request), **door.who_and_when
    )
    return Status(201, _whole(door, outbound_trip_id))


@router.post("/outbound-trips/{int:outbound_trip_id}/departure", response={201: dict}, openapi_extra=KEYED)
def start_outbound(request: HttpRequest, outbound_trip_id: int) -> Status:
    """It leaves with what was handed over."""
    door = _door(request, outbound_trip_id)
    actions.start_outbound(trip_id=outbound_trip_id, client_id=key_of(request), **door.who_and_when)
    return Status(201, _whole(door, outbound_trip_id))


@router.post("/outbound-trips/{int:outbound_trip_id}/return", response={201: dict}, openapi_extra=KEYED)
def finish_outbound(request: HttpRequest, outbound_trip_id: int) -> Status:
    """It is back: every stop was signed for or is marked as not delivered."""
    door = _door(request, outbound_trip_id)
    actions.finish_outbound(trip_id=outbound_trip_id, client_id=key_of(request), **door.who_and_when)
    return Status(201, _whole(door, outbound_trip_id))


@router.post("/outbound-trips/{int:outbound_trip_id}/cancellation", response={201: dict}, openapi_extra=KEYED)
def cancel_outbound(request: HttpRequest, outbound_trip_id: int, body: ReasonIn) -> Status:
    """It does not take place; its deliveries wait again."""
    door = _door(request, outbound_trip_id)
    actions.cancel_outbound(
        trip_id=outbound_trip_id, reason=body.reason, client_id=key_of(request), **door.who_and_when
    )
    return Status(201, _whole(door, outbound_trip_id))


@router.post("/outbound-stops/{int:outbound_stop_id}/failure", response={201: dict}, openapi_extra=KEYED)
def fail_stop(request: HttpRequest, outbound_stop_id: int, body: ReasonIn) -> Status:
    """Not delivered: the goods come back on the vehicle."""
    held = outbound_queries.stop(request.auth, outbound_stop_id)  # type: ignore[attr-defined]
    door = enter(request, held.trip.bureau.code)
    actions.fail_stop(stop_id=outbound_stop_id, reason=body.reason, client_id=key_of(request), **door.who_and_when)
    return Status(201, _whole(door, held.trip_id))
