"""Trips proposed by the solver: asked for, computed as a job, confirmed by a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction

from liangcao.foundation.database.locks import locked
from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.jobs.actions import enqueue
from liangcao.foundation.jobs.registry import job
from liangcao.foundation.journal.actions import claim, record, settle
from liangcao.foundation.kernel.errors import Conflict, Invalid, Refusal, raise_all
from liangcao.foundation.kernel.quantity import check_between
from liangcao.operations.dispatch.models import Delivery
from liangcao.operations.dispatch.routing.outbound import Call, Proposal, Round, Van, propose
from liangcao.operations.trips import outbound_queries, outbound_rules, queries
from liangcao.operations.trips.actions.outbound import known_place, plan_outbound
from liangcao.operations.trips.models import OutboundTrip, TripProposal, Vehicle
from liangcao.reference.parties.models import Store
from liangcao.reference.parties.queries import current_emergency, store

KIND = "propose_trips"
OPENS, CLOSES = 8 * 3600, 20 * 3600
# Nobody drives off the moment the plan is asked for.
LOADING, MINUTE = 30 * 60, 60


@transaction.atomic
def propose_trips(
    *,
    store_id: int,
    day: date,
    deliveries: Sequence[int] = (),
    vehicles: Sequence[int] = (),
    seconds: int = outbound_rules.SECONDS_DEFAULT,
    by: Actor,
    at: datetime,
    client_id: UUID,
) -> TripProposal:
    """排车: ask the solver for trips; without deliveries all that wait at the store, without vehicles all in service.

    Raises NotFound, Forbidden, Conflict NO_EMERGENCY, Invalid NUMBER_INVALID, STOPS_EMPTY, STOPS_TOO_MANY,
    PLACE_MISSING (the store's), VEHICLES_EMPTY, DAY_OVER.
    """
    depot = store(by, store_id)
    guard.check(by, "plan", "trip", bureau_id=depot.bureau_id, row=depot)
    body = {
        "store": store_id, "day": day, "deliveries": list(deliveries), "vehicles": list(vehicles), "seconds": seconds
    }  # fmt: skip
    done = claim(client_id=client_id, action="propose_trips", body=body, by=by, at=at)
    if done:
        return outbound_queries.proposal(by, int(done))
    emergency = current_emergency(depot.bureau_id)
    guard.check(by, "plan", "trip", bureau_id=depot.bureau_id, row=emergency)
    check_between(seconds, 1, outbound_rules.SECONDS_MOST, field="seconds", zh="时限(秒)", en="The time limit")
    rows = outbound_queries.ready(by, depot.bureau_id, store_id=depot.pk)
    rows = rows.filter(pk__in=list(deliveries)) if deliveries else rows
    outbound_rules.check_stops(rows.count())
    outbound_rules.check_day(depot, day, *_hours(depot, day, at))
    fleet = queries.vehicles(by, depot.bureau_id, is_in_service=True)
    vans = list((fleet.filter(pk__in=list(vehicles)) if vehicles else fleet).order_by("pk"))
    if not vans:
        raise Invalid("VEHICLES_EMPTY", "没有在用的车辆", "No vehicle is in service", field="vehicles")
    known_place(depot)
    calls = outbound_queries.calls(rows)
    made = TripProposal.objects.create(
        bureau_id=depot.bureau_id, emergency=emergency, store=depot, day=day, seconds=seconds, asked_by=by.name,
        asked_at=at, client_id=client_id, asked=_asked(calls, vans),
    )  # fmt: skip
    made.job = enqueue(kind=KIND, payload={"proposal": made.pk}, at=at, key=str(made.pk), bureau_id=depot.bureau_id)
    made.save(update_fields=["job"])
    record(
        by=by, at=at, action="propose_trips", object_kind="trip_proposal", object_ref=str(made.pk),
        bureau_id=depot.bureau_id, after={"stops": len(calls)},
    )  # fmt: skip
    settle(client_id=client_id, ref=str(made.pk))
    return made


def _hours(depot: Store, day: date, at: datetime) -> tuple[int, int]:
    """From when to when vehicles are out on a day, in seconds since its midnight; not before they are loaded now."""
    soonest = int((at - outbound_queries.moment_of(day, 0)).total_seconds()) + LOADING
    opens = outbound_queries.seconds_of(depot.opens_at, OPENS)
    return max(opens, -(-soonest // MINUTE) * MINUTE), outbound_queries.seconds_of(depot.closes_at, CLOSES)


def _asked(calls: Sequence[Call], vans: Sequence[Vehicle]) -> dict[str, Any]:
    return {"deliveries": [call.key for call in calls], "vehicles": [van.pk for van in vans]}


def solve_proposal(*, payload: dict[str, Any], at: datetime) -> dict[str, Any]:
    """The slow half: read, solve, write nothing."""
    held = TripProposal.objects.select_related("store").get(pk=payload["proposal"])
    asked = held.asked
    rows = {row.pk: row for row in Delivery.objects.filter(pk__in=asked["deliveries"]).select_related("organisation")}
    calls = outbound_queries.calls(rows[pk] for pk in asked["deliveries"] if pk in rows)
    vans = Vehicle.objects.filter(pk__in=asked["vehicles"]).order_by("pk")
    found = propose(_round(held, calls, vans), limit_seconds=held.seconds, seed=held.pk)
    return _answer(found)


def _round(held: TripProposal, calls: Sequence[Call], vans: Any) -> Round:
    depot = held.store
    opens, closes = _hours(depot, held.day, held.asked_at)
    return Round(
        known_place(depot), tuple(calls),
        tuple(
            Van(
                van.pk, van.load_kg * 1000, None if van.volume_litres is None else van.volume_litres * 1000,
                van.is_cold, van.takes_hazard,
            )
            for van in vans
        ),
        opens=opens,
        closes=closes,
    )  # fmt: skip


def _answer(found: Proposal) -> dict[str, Any]:
    return {
        "ways": [asdict(way) for way in found.ways],
        "left_out": [{"delivery": key, "reason": reason} for key, reason in sorted(found.left_out.items())],
    }


@job(KIND, prepare=solve_proposal, attempts=2, zh="排送货车次", en="propose trips that deliver")
def keep_proposal(*, payload: dict[str, Any], at: datetime, prepared: dict[str, Any]) -> None:
    """The answer is kept once."""
    (held,) = locked(TripProposal.objects.all(), [payload["proposal"]])
    if held.status == "waiting":
        held.status, held.answer, held.answered_at = "ready", prepared, at
        held.save(update_fields=["status", "answer", "answered_at"])


@transaction.atomic
def confirm_proposal(*, proposal_id: int, by: Actor, at: datetime, client_id: UUID) -> list[OutboundTrip]:
    """确认排车: the proposed trips are planned, all or none, as they are checked now. Raises Conflict STATE_CONFLICT,
    NOTHING_PROPOSED, and as `plan_outbound` for each trip, all at once."""
    found = outbound_queries.proposal(by, proposal_id)
    guard.check(by, "plan", "trip", bureau_id=found.bureau_id, row=found)
    done = claim(client_id=client_id, action="confirm_proposal", body={"id": proposal_id}, by=by, at=at)
    if done:
        return [outbound_queries.outbound_trip(by, int(pk)) for pk in done.split(",")]
    (held,) = locked(TripProposal.objects.select_related("store"), [proposal_id])
    if held.status != "ready":
        told = {"waiting": ("还在计算", "is being computed")}.get(held.status, ("已经确认过", "was confirmed before"))
        raise Conflict("STATE_CONFLICT", f"排车建议{told[0]}", f"The proposal {told[1]}")
    if not held.answer["ways"]:
        raise Conflict("NOTHING_PROPOSED", "没有排出车次,见未排上的原因", "No trip is proposed: see the reasons")
    made, problems = list[OutboundTrip](), list[Refusal]()
    for way in held.answer["ways"]:
        try:
            made.append(plan_outbound(
                store_id=held.store_id, vehicle_id=way["van"], deliveries=[visit["key"] for visit in way["visits"]],
                leaves_at=outbound_queries.moment_of(held.day, way["leaves"]), by=by, at=at,
                client_id=uuid5(client_id, str(way["van"])),
            ))  # fmt: skip
        except Refusal as refusal:
            problems += refusal.problems or [refusal]
    raise_all(problems)
    held.status, held.confirmed_by, held.confirmed_at = "confirmed", by.name, at
    held.save(update_fields=["status", "confirmed_by", "confirmed_at"])
    record(
        by=by, at=at, action="confirm_proposal", object_kind="trip_proposal", object_ref=str(held.pk),
        bureau_id=held.bureau_id, after={"trips": [trip.number for trip in made]},
    )  # fmt: skip
    settle(client_id=client_id, ref=",".join(str(trip.pk) for trip in made))
    return made
