"""A trip before it leaves: planned, changed, given its pass, cancelled."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction

from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.actions import claim, next_number, settle
from liangcao.foundation.kernel.clock import business_date
from liangcao.foundation.kernel.errors import Conflict, raise_all
from liangcao.foundation.kernel.text import check_reason
from liangcao.operations.passes.actions import VehicleInput as PassVehicle
from liangcao.operations.passes.actions import issue_passes
from liangcao.operations.trips import queries, rules
from liangcao.operations.trips.actions.locking import clashing, lock_fleet, locked_trip, note
from liangcao.operations.trips.checking import Draft, check_trip
from liangcao.operations.trips.inputs import TripInput
from liangcao.operations.trips.models import InboundTrip, InboundTripLine, TripCrew
from liangcao.reference.parties.models import Store
from liangcao.reference.parties.queries import current_emergency, store

GOODS_MOST = 100


@transaction.atomic
def plan_trip(*, trip: TripInput, by: Actor, at: datetime, client_id: UUID) -> InboundTrip:
    """安排提货: a vehicle with its people fetches goods for a store.

    Raises NotFound, Forbidden, Conflict NO_EMERGENCY; and all at once Invalid TIMES_REVERSED, TRIP_TOO_LONG, TRIP_OVER,
    PLACE_MISSING, SUPPLIER_MISSING, LINES_EMPTY, OVERLOADED, DRIVER_MISSING, PHONE_INVALID …, Conflict
    VEHICLE_OUT_OF_SERVICE, VEHICLE_HAZARD, VEHICLE_TAKEN, PERSON_TAKEN, PASS_OF_ANOTHER, PASS_REVOKED, PASS_NOT_VALID,
    SOURCE_NOT_EXPECTED.
    """
    to = store(by, trip.store_id)
    guard.check(by, "plan", "trip", bureau_id=to.bureau_id, row=to)
    done = claim(client_id=client_id, action="plan_trip", body={"trip": trip}, by=by, at=at)
    if done:
        return queries.trip(by, int(done))
    emergency = current_emergency(to.bureau_id)
    guard.check(by, "plan", "trip", bureau_id=to.bureau_id, row=emergency)
    lock_fleet(to.bureau_id)
    draft = _checked(trip, to, by=by, at=at)
    number = next_number(bureau_id=to.bureau_id, prefix="TC", day=business_date(at))
    made = InboundTrip.objects.create(
        bureau_id=to.bureau_id, emergency=emergency, number=number, planned_by=by.name, planned_at=at,
        client_id=client_id, **_columns(trip, to, draft),
    )  # fmt: skip
    _write_rows(made, draft)
    note("plan_trip", made, by=by, at=at, after=_said(made, draft))
    settle(client_id=client_id, ref=str(made.pk))
    return made


@transaction.atomic
def change_trip(*, trip_id: int, trip: TripInput, by: Actor, at: datetime, client_id: UUID) -> InboundTrip:
    """改安排: everything about a trip that has not left. Raises as `plan_trip`, Conflict STATE_CONFLICT."""
    held = queries.trip(by, trip_id)
    guard.check(by, "plan", "trip", bureau_id=held.bureau_id, row=held)
    if claim(client_id=client_id, action="change_trip", body={"id": trip_id, "trip": trip}, by=by, at=at):
        return queries.trip(by, trip_id)
    lock_fleet(held.bureau_id)
    held = locked_trip(trip_id, by=by)
    rules.check_is_planned(held)
    to = store(by, trip.store_id, bureau_id=held.bureau_id)
    guard.check(by, "plan", "trip", bureau_id=held.bureau_id, row=to)
    draft = _checked(trip, to, by=by, at=at, but=trip_id)
    columns = _columns(trip, to, draft)
    for name, value in columns.items():
        setattr(held, name, value)
    held.save(update_fields=list(columns))
    held.lines.all().delete()
    held.crew.all().delete()
    _write_rows(held, draft)
    note("change_trip", held, by=by, at=at, after=_said(held, draft))
    settle(client_id=client_id, ref=str(held.pk))
    return queries.trip(by, held.pk)


def _checked(trip: TripInput, to: Store, *, by: Actor, at: datetime, but: int | None = None) -> Draft:
    draft = check_trip(trip, to, by=by, at=at)
    draft.problems += clashing(draft.vehicle, draft.crew, trip.leaves_at, trip.expected_back_at, at=at, but=but)
    raise_all(draft.problems)
    return draft


def _columns(trip: TripInput, to: Store, draft: Draft) -> dict[str, Any]:
    return {
        "store": to, "source": draft.source, "supplier_id": draft.supplier_id, "vehicle": draft.vehicle,
        "pass_held": draft.pass_held, "weight_kg": trip.weight_kg, "leaves_at": trip.leaves_at,
        "expected_there_at": trip.expected_there_at, "expected_back_at": trip.expected_back_at, **draft.values,
    }  # fmt: skip


def _write_rows(held: InboundTrip, draft: Draft) -> None:
    InboundTripLine.objects.bulk_create(
        InboundTripLine(
            trip=held, line=number, item=row.item, source_line_id=row.source_line_id, quantity_expected=row.quantity,
            weight_kg=row.weight_kg,
        )
        for number, row in enumerate(draft.lines, start=1)
    )  # fmt: skip
    TripCrew.objects.bulk_create(
        TripCrew(trip=held, line=number, role=person.role, name=person.name, phone=person.phone)
        for number, person in enumerate(draft.crew, start=1)
    )


def _said(held: InboundTrip, draft: Draft) -> dict[str, Any]:
    """For the journal; who is on board stands there as marks only."""
    return {
        "plate": draft.vehicle.plate,
        "source": draft.source.number if draft.source else "",
        "starts_at": held.leaves_at.isoformat(),
        "ends_at": held.expected_back_at.isoformat(),
        "lines": [[row.item.code, row.quantity] for row in draft.lines],
        "driver": [person.name for person in draft.crew if person.role == "driver"],
        "escort": [person.name for person in draft.crew if person.role == "escort"],
        "phone": [person.phone for person in draft.crew],
    }


@transaction.atomic
def issue_trip_pass(*, trip_id: int, by: Actor, at: datetime, client_id: UUID) -> InboundTrip:
    """为车次签发通行证: for its vehicle and way, from the day it leaves to the day after it is back, and taken along.

    Raises Forbidden for who may not issue passes, Conflict PASS_HELD, STATE_CONFLICT, and as `issue_passes`.
    """
    held = queries.trip(by, trip_id)
    guard.check(by, "plan", "trip", bureau_id=held.bureau_id, row=held)
    guard.check(by, "issue", "pass", bureau_id=held.bureau_id)
    if claim(client_id=client_id, action="issue_trip_pass", body={"id": trip_id}, by=by, at=at):
        return queries.trip(by, trip_id)
    held = locked_trip(trip_id, by=by)
    rules.check_is_planned(held)
    if held.pass_held is not None and held.pass_held.status == "issued":
        raise Conflict(
            "PASS_HELD",
            f"车次 {held.number} 已有通行证 {held.pass_held.number}",
            f"Trip {held.number} has pass {held.pass_held.number} already",
            field="pass",
        )
    drivers = [person.name for person in queries.crew(by, trip_id) if person.role == "driver"]
    goods = "、".join(row.item.name for row in queries.lines(by, trip_id))[:GOODS_MOST]
    [issued] = issue_passes(
        bureau_id=held.bureau_id, vehicles=[PassVehicle(held.vehicle.plate, drivers[0] if drivers else "")],
        route=f"{held.store.name}—{held.place}"[:200], goods=goods,
        valid_from=business_date(held.leaves_at), valid_until=business_date(rules.slack(held.expected_back_at)),
        organisation_id=held.vehicle.organisation_id, by=by, at=at, client_id=uuid5(client_id, "pass"),
    )  # fmt: skip
    held.pass_held = issued
    held.save(update_fields=["pass_held"])
    note("issue_trip_pass", held, by=by, at=at, after={"pass": issued.number})
    settle(client_id=client_id, ref=str(held.pk))
    return held


@transaction.atomic
def cancel_trip(*, trip_id: int, reason: str, by: Actor, at: datetime, client_id: UUID) -> InboundTrip:
    """取消车次: only before it leaves. Raises Invalid REASON_MISSING, Conflict STATE_CONFLICT."""
    held = queries.trip(by, trip_id)
    guard.check(by, "plan", "trip", bureau_id=held.bureau_id, row=held)
    reason = check_reason(reason, what_zh="取消车次", what_en="Cancelling a trip")
    if claim(client_id=client_id, action="cancel_trip", body={"id": trip_id, "reason": reason}, by=by, at=at):
        return queries.trip(by, trip_id)
    held = locked_trip(trip_id, by=by)
    rules.check_trip_step(held, "cancelled")
    held.status, held.cancelled_by, held.cancelled_at, held.cancel_reason = "cancelled", by.name, at, reason
    held.save(update_fields=["status", "cancelled_by", "cancelled_at", "cancel_reason"])
    note("cancel_trip", held, by=by, at=at, reason=reason)
    settle(client_id=client_id, ref=str(held.pk))
    return held
