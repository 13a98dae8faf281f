"""Outbound trips: planned with their stops, stops moved by hand, on their way, back, cancelled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from liangcao.foundation.database.locks import locked
from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.actions import claim, next_number, record, settle
from liangcao.foundation.kernel.clock import LOCAL, business_date
from liangcao.foundation.kernel.distance import Place
from liangcao.foundation.kernel.errors import Conflict, Invalid, Refusal, collected, raise_all
from liangcao.foundation.kernel.text import check_reason
from liangcao.operations.dispatch.models import Delivery
from liangcao.operations.dispatch.routing.outbound import Call, Way, follow
from liangcao.operations.trips import outbound_queries, outbound_rules, queries, rules
from liangcao.operations.trips.actions.locking import clashing, lock_fleet, on_the_road
from liangcao.operations.trips.checking import read_crew
from liangcao.operations.trips.inputs import CrewInput
from liangcao.operations.trips.models import OutboundCrew, OutboundStop, OutboundTrip, Vehicle
from liangcao.reference.parties.models import Store
from liangcao.reference.parties.queries import current_emergency, store


@transaction.atomic
def plan_outbound(
    *,
    store_id: int,
    vehicle_id: int,
    deliveries: Sequence[int],
    leaves_at: datetime,
    crew: Sequence[CrewInput] = (),
    by: Actor,
    at: datetime,
    client_id: UUID,
) -> OutboundTrip:
    """安排送货: one vehicle brings these deliveries of one store, in this order.

    Raises NotFound, Forbidden, Conflict NO_EMERGENCY; and all at once Invalid STOPS_EMPTY, STOPS_TOO_MANY, STOP_TWICE,
    PLACE_MISSING, DRIVER_MISSING, Conflict DELIVERY_NOT_READY, DELIVERY_ON_TRIP, OVERLOADED, OVERFILLED,
    VEHICLE_NOT_COLD, VEHICLE_HAZARD, HAZARD_APART, VEHICLE_OUT_OF_SERVICE, VEHICLE_TAKEN, PERSON_TAKEN.
    """
    depot = store(by, store_id)
    guard.check(by, "plan", "trip", bureau_id=depot.bureau_id, row=depot)
    body = {
        "store": store_id, "vehicle": vehicle_id, "deliveries": list(deliveries), "leaves_at": leaves_at,
        "crew": list(crew),
    }  # fmt: skip
    done = claim(client_id=client_id, action="plan_outbound", body=body, by=by, at=at)
    if done:
        return outbound_queries.outbound_trip(by, int(done))
    emergency = current_emergency(depot.bureau_id)
    guard.check(by, "plan", "trip", bureau_id=depot.bureau_id, row=emergency)
    lock_fleet(depot.bureau_id)
    vehicle = queries.vehicle(by, vehicle_id)
    problems = list[Refusal]()
    people = read_crew(crew, vehicle, problems)
    calls = ready_calls(deliveries, depot, problems, by=by)
    way = way_of(depot, calls, leaves_at, vehicle)
    back_at = outbound_queries.moment_of(business_date(leaves_at), way.back)
    with collected(problems):
        rules.check_in_service(vehicle)
    with collected(problems):
        rules.check_not_over(back_at, at=at)
    problems += outbound_rules.check_load(vehicle, calls)
    problems += clashing(vehicle, people, leaves_at, back_at, at=at)
    raise_all(problems)
    made = OutboundTrip.objects.create(
        bureau_id=depot.bureau_id, emergency=emergency, store=depot, vehicle=vehicle, leaves_at=leaves_at,
        number=next_number(bureau_id=depot.bureau_id, prefix="SC", day=business_date(at)), expected_back_at=back_at,
        planned_by=by.name, planned_at=at, client_id=client_id,
    )  # fmt: skip
    OutboundCrew.objects.bulk_create(
        OutboundCrew(trip=made, line=number, role=person.role, name=person.name, phone=person.phone)
        for number, person in enumerate(people, start=1)
    )
    _write_stops(made, calls, way)
    note_outbound("plan_outbound", made, by=by, at=at, after={"plate": vehicle.plate, "stops": len(calls)})
    settle(client_id=client_id, ref=str(made.pk))
    return made


@transaction.atomic
def arrange_stops(
    *, trip_id: int, deliveries: Sequence[int], seen: str = "", by: Actor, at: datetime, client_id: UUID
) -> OutboundTrip:
    """改站点: these deliveries in this order; one that stands on another planned trip of the store moves here. Loads
    and times of both are told anew. `seen` are the stops that the caller saw, as ids with commas, where he says so.
    Raises as `plan_outbound`, Conflict STATE_CONFLICT, CHANGED_MEANWHILE."""
    held = outbound_queries.outbound_trip(by, trip_id)
    guard.check(by, "plan", "trip", bureau_id=held.bureau_id, row=held)
    body = {"id": trip_id, "deliveries": list(deliveries)}
    if claim(client_id=client_id, action="arrange_stops", body=body, by=by, at=at):
        return held
    lock_fleet(held.bureau_id)
    held = _locked(trip_id, by=by)
    outbound_rules.check_can_arrange(held)
    _check_seen(held, seen)
    _release(held, deliveries)
    problems = list[Refusal]()
    calls = ready_calls(deliveries, held.store, problems, by=by, trip=held)
    way = way_of(held.store, calls, held.leaves_at, held.vehicle)
    back_at = outbound_queries.moment_of(business_date(held.leaves_at), way.back)
    problems += outbound_rules.check_load(held.vehicle, calls)
    crew = outbound_queries.outbound_crew(by, trip_id)
    problems += clashing(held.vehicle, crew, held.leaves_at, back_at, at=at, but_outbound=held.pk)
    raise_all(problems)
    held.expected_back_at = back_at
    held.save(update_fields=["expected_back_at"])
    held.stops.all().delete()
    _write_stops(held, calls, way)
    note_outbound("arrange_stops", held, by=by, at=at, after={"stops": len(calls)})
    settle(client_id=client_id, ref=str(held.pk))
    return held


def _check_seen(held: OutboundTrip, seen: str) -> None:
    """Whoever changes stops has seen those that are there now."""
    now = ",".join(str(pk) for pk in held.stops.order_by("order").values_list("delivery_id", flat=True))
    if seen and seen != now:
        raise Conflict(
            "CHANGED_MEANWHILE",
            f"车次 {held.number} 的站点刚被别人改过,请重新打开再改",
            f"Somebody else changed the stops of trip {held.number} just now: open it again",
        )


def _release(to: OutboundTrip, deliveries: Sequence[int]) -> None:
    """Take these off other planned trips of the store, which are told anew; one that would stay empty keeps its last
    stop: it is cancelled instead."""
    moving = OutboundStop.objects.filter(delivery_id__in=list(deliveries), outcome="").exclude(trip=to)
    moving = moving.filter(trip__status="planned", trip__store_id=to.store_id)
    for pk in sorted(set(moving.values_list("trip_id", flat=True))):
        (other,) = locked(OutboundTrip.objects.select_related("store", "vehicle"), [pk])
        moving.filter(trip=other).delete()
        rest = [row.delivery for row in other.stops.select_related("delivery__organisation").order_by("order")]
        if not rest:
            raise Conflict(
                "TRIP_EMPTIED",
                f"车次 {other.number} 就没有站点了,请直接取消该车次",
                f"Trip {other.number} would have no stop left: cancel it instead",
                field="deliveries",
            )
        calls = outbound_queries.calls(rest)
        way = way_of(other.store, calls, other.leaves_at, other.vehicle)
        other.expected_back_at = outbound_queries.moment_of(business_date(other.leaves_at), way.back)
        other.save(update_fields=["expected_back_at"])
        other.stops.all().delete()
        _write_stops(other, calls, way)


def ready_calls(
    deliveries: Sequence[int], depot: Store, problems: list[Refusal], *, by: Actor, trip: OutboundTrip | None = None
) -> list[Call]:
    """The deliveries in this order, locked; what is wrong with one is told with its row."""
    with collected(problems):
        outbound_rules.check_stops(len(deliveries))
    visible = Delivery.objects.visible_to(by).filter(bureau_id=depot.bureau_id, pk__in=list(deliveries))
    rows = {row.pk: row for row in locked(Delivery.objects.all(), visible.values_list("pk", flat=True))}
    taken = OutboundStop.objects.filter(delivery_id__in=list(rows), outcome="").exclude(trip=trip)
    on_trip = {row.delivery_id: row.trip.number for row in taken.select_related("trip")}
    found, seen = list[Delivery](), set[int]()
    for row, pk in enumerate(deliveries, start=1):
        with collected(problems):
            _check_ready(rows.get(pk), pk in seen, on_trip.get(pk, ""), depot, row)
            found.append(rows[pk])
        seen.add(pk)
    calls = outbound_queries.calls(found)
    for row, call in enumerate(calls, start=1):
        if call.place is None:
            name = rows[call.key].organisation
            problems.append(Invalid(
                "PLACE_MISSING", f"第 {row} 行:{name.name} 没有填经纬度,请先在单位页填写",
                f"Row {row}: the place of {name.name} is not known: write it on the unit's page", field="deliveries",
                row=row,
            ))  # fmt: skip
    return calls


def _check_ready(held: Delivery | None, is_twice: bool, on_trip: str, depot: Store, row: int) -> None:
    if is_twice:
        raise Invalid("STOP_TWICE", f"第 {row} 行与前面重复", f"Row {row} is there twice", field="deliveries", row=row)
    if held is None or held.store_id != depot.pk or held.status not in outbound_queries.READY:
        raise Conflict(
            "DELIVERY_NOT_READY",
            f"第 {row} 行:不是{depot.name}待送的配送单",
            f"Row {row} is no delivery that waits at {depot.name}",
            field="deliveries",
            row=row,
        )
    if on_trip:
        raise Conflict(
            "DELIVERY_ON_TRIP",
            f"第 {row} 行:配送单 {held.number} 已在车次 {on_trip} 上",
            f"Row {row}: delivery {held.number} is on trip {on_trip}",
            field="deliveries",
            row=row,
        )


def way_of(depot: Store, calls: Sequence[Call], leaves_at: datetime, vehicle: Vehicle) -> Way:
    """The times of these stops; the vehicle is out for a minute at least. Raises as `known_place`."""
    local = leaves_at.astimezone(LOCAL)
    since_midnight = local.hour * 3600 + local.minute * 60 + local.second
    way = follow(known_place(depot), calls, since_midnight, van=vehicle.pk)
    return replace(way, back=max(way.back, since_midnight + 60))


def known_place(depot: Store) -> Place:
    """Where a store stands. Raises Invalid PLACE_MISSING when nobody has said."""
    place = outbound_queries.place_of(depot)
    if place is None:
        raise Invalid(
            "PLACE_MISSING", f"{depot.name} 没有填经纬度,请先在仓库页填写",
            f"The place of {depot.name} is not known: write it on the page of stores", field="store",
        )  # fmt: skip
    return place


def _write_stops(held: OutboundTrip, calls: Sequence[Call], way: Way) -> None:
    day = business_date(held.leaves_at)
    weighed = outbound_queries.loads(call.key for call in calls)
    OutboundStop.objects.bulk_create(
        OutboundStop(
            trip=held, order=order, delivery_id=call.key, weight_grams=call.grams, volume_ml=call.millilitres,
            expected_at=outbound_queries.moment_of(day, visit.arrives), is_late_planned=visit.is_late,
            unknown_lines=weighed[call.key].unknown_lines,
        )
        for order, (call, visit) in enumerate(zip(calls, way.visits, strict=True), start=1)
    )  # fmt: skip


@transaction.atomic
def start_outbound(*, trip_id: int, by: Actor, at: datetime, client_id: UUID) -> OutboundTrip:
    """出发: what it brings has been handed over. Raises Conflict STATE_CONFLICT, NOT_HANDED_OVER,
    VEHICLE_OUT_OF_SERVICE, VEHICLE_TAKEN, PERSON_TAKEN, all at once."""
    found = _reported(trip_id, by=by)
    if claim(client_id=client_id, action="start_outbound", body={"id": trip_id}, by=by, at=at):
        return found
    lock_fleet(found.bureau_id)
    held = _locked(trip_id, by=by)
    outbound_rules.check_outbound_step(held, "under_way")
    problems = list[Refusal]()
    with collected(problems):
        rules.check_in_service(held.vehicle)
    here = [row.delivery.number for row in outbound_queries.stops(by, trip_id) if row.delivery.status == "picking"]
    if here:
        problems.append(Conflict(
            "NOT_HANDED_OVER", f"还没有出库交接:{'、'.join(here[:5])}",
            f"Not handed over yet: {', '.join(here[:5])}", field="deliveries",
        ))  # fmt: skip
    problems += on_the_road(held, outbound_queries.outbound_crew(by, trip_id))
    raise_all(problems)
    held.status, held.left_by, held.left_at = "under_way", by.name, at
    held.save(update_fields=["status", "left_by", "left_at"])
    note_outbound("start_outbound", held, by=by, at=at)
    settle(client_id=client_id, ref=str(held.pk))
    return held


@transaction.atomic
def fail_stop(*, stop_id: int, reason: str, by: Actor, at: datetime, client_id: UUID) -> OutboundStop:
    """未送达: the goods come back on the vehicle; the delivery waits for another trip. Raises Invalid REASON_MISSING,
    Conflict STATE_CONFLICT."""
    found = outbound_queries.stop(by, stop_id)
    guard.check(by, "report", "trip", bureau_id=found.trip.bureau_id, row=found.trip)
    reason = check_reason(reason, what_zh="未送达", what_en="A stop that failed")
    if claim(client_id=client_id, action="fail_stop", body={"id": stop_id, "reason": reason}, by=by, at=at):
        return found
    trip = _locked(found.trip_id, by=by)
    held = outbound_queries.stop(by, stop_id)
    if trip.status != "under_way" or outbound_queries.outcome_of(held):
        raise Conflict(
            "STATE_CONFLICT", f"{held.delivery.number} 这一站已办完,或车次不在途",
            f"The stop of {held.delivery.number} is over, or its trip is not on the road",
        )  # fmt: skip
    held.outcome, held.reason, held.ended_by, held.ended_at = "failed", reason, by.name, at
    held.save(update_fields=["outcome", "reason", "ended_by", "ended_at"])
    note_outbound("fail_stop", trip, by=by, at=at, after={"delivery": held.delivery.number}, reason=reason)
    settle(client_id=client_id, ref=str(held.pk))
    return held


@transaction.atomic
def finish_outbound(*, trip_id: int, by: Actor, at: datetime, client_id: UUID) -> OutboundTrip:
    """已返回: every stop was signed for, or is marked as not delivered. Raises Conflict STATE_CONFLICT, STOPS_OPEN."""
    found = _reported(trip_id, by=by)
    if claim(client_id=client_id, action="finish_outbound", body={"id": trip_id}, by=by, at=at):
        return found
    held = _locked(trip_id, by=by)
    outbound_rules.check_outbound_step(held, "finished")
    rows = outbound_queries.stops(by, trip_id)
    waiting = [row.delivery.number for row in rows if not outbound_queries.outcome_of(row)]
    if waiting:
        raise Conflict(
            "STOPS_OPEN", f"还有 {len(waiting)} 站没有签收:{'、'.join(waiting[:5])};没送到的请标“未送达”",
            f"{len(waiting)} stops are not signed for: {', '.join(waiting[:5])}; mark those that failed",
        )  # fmt: skip
    for row in rows:
        if not row.outcome:
            row.outcome, row.ended_by = "delivered", row.delivery.signed_by or by.name
            row.ended_at = row.delivery.signed_at or at
    OutboundStop.objects.bulk_update(rows, ["outcome", "ended_by", "ended_at"])
    held.status, held.finished_by, held.finished_at = "finished", by.name, at
    held.save(update_fields=["status", "finished_by", "finished_at"])
    note_outbound("finish_outbound", held, by=by, at=at)
    settle(client_id=client_id, ref=str(held.pk))
    return held


@transaction.atomic
def cancel_outbound(*, trip_id: int, reason: str, by: Actor, at: datetime, client_id: UUID) -> OutboundTrip:
    """取消送货车次: only before it leaves; its deliveries wait again. Raises Invalid REASON_MISSING, Conflict
    STATE_CONFLICT."""
    found = outbound_queries.outbound_trip(by, trip_id)
    guard.check(by, "plan", "trip", bureau_id=found.bureau_id, row=found)
    reason = check_reason(reason, what_zh="取消车次", what_en="Cancelling a trip")
    if claim(client_id=client_id, action="cancel_outbound", body={"id": trip_id, "reason": reason}, by=by, at=at):
        return found
    held = _locked(trip_id, by=by)
    outbound_rules.check_outbound_step(held, "cancelled")
    held.stops.update(outcome="cancelled", ended_by=by.name, ended_at=at)
    held.status, held.cancelled_by, held.cancelled_at, held.cancel_reason = "cancelled", by.name, at, reason
    held.save(update_fields=["status", "cancelled_by", "cancelled_at", "cancel_reason"])
    note_outbound("cancel_outbound", held, by=by, at=at, reason=reason)
    settle(client_id=client_id, ref=str(held.pk))
    return held


def _reported(trip_id: int, *, by: Actor) -> OutboundTrip:
    held = outbound_queries.outbound_trip(by, trip_id)
    guard.check(by, "report", "trip", bureau_id=held.bureau_id, row=held)
    return held


def _locked(trip_id: int, *, by: Actor) -> OutboundTrip:
    locked(OutboundTrip.objects.all(), [outbound_queries.outbound_trip(by, trip_id).pk])
    return outbound_queries.outbound_trip(by, trip_id)


def note_outbound(
    action: str, held: OutboundTrip, *, by: Actor, at: datetime, after: dict[str, Any] | None = None, reason: str = ""
) -> None:
    """The journal's line of an act."""
    record(
        by=by, at=at, action=action, object_kind="outbound_trip", object_ref=held.number, bureau_id=held.bureau_id,
        after=after, reason=reason,
    )  # fmt: skip
