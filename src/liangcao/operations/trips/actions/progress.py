"""A trip on its way, as the desk hears of it: it leaves, is loaded, arrives; a wrong status goes back a step."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.actions import claim, settle
from liangcao.foundation.kernel.errors import Conflict, Invalid, Refusal, collected, raise_all
from liangcao.foundation.kernel.quantity import check_quantity_or_zero
from liangcao.foundation.kernel.text import check_reason, check_text
from liangcao.operations.trips import queries, rules
from liangcao.operations.trips.actions.locking import lock_fleet, locked_trip, note, on_the_road
from liangcao.operations.trips.flow import BACK, INBOUND_TRIP_FLOW
from liangcao.operations.trips.inputs import LoadedInput
from liangcao.operations.trips.models import InboundTrip, InboundTripLine

# The signature that each state brings with it.
_SIGNED = {"under_way": "left", "loaded": "loaded", "arrived": "arrived", "received": "received"}


@transaction.atomic
def start_trip(*, trip_id: int, by: Actor, at: datetime, client_id: UUID) -> InboundTrip:
    """出发. The vehicle and its people must be back from their last trip, and the pass still good. Raises Conflict
    STATE_CONFLICT, VEHICLE_OUT_OF_SERVICE, VEHICLE_TAKEN, PERSON_TAKEN, and as `rules.check_pass`, all at once."""
    found = _begun(trip_id, by=by)
    if claim(client_id=client_id, action="start_trip", body={"id": trip_id}, by=by, at=at):
        return queries.trip(by, trip_id)
    lock_fleet(found.bureau_id)
    held = locked_trip(trip_id, by=by)
    rules.check_trip_step(held, "under_way")
    problems = list[Refusal]()
    with collected(problems):
        rules.check_in_service(held.vehicle)
    if held.pass_held is not None:
        with collected(problems):
            rules.check_pass(held.pass_held, held.vehicle.plate, at, max(held.expected_back_at, at))
    problems += on_the_road(held, queries.crew(by, trip_id))
    raise_all(problems)
    return _step(held, "under_way", "start_trip", by=by, at=at, client_id=client_id)


@transaction.atomic
def load_trip(*, trip_id: int, lines: Sequence[LoadedInput], by: Actor, at: datetime, client_id: UUID) -> InboundTrip:
    """已装车: what was really loaded, line by line; a line that is not named was loaded as expected. Less or more needs
    its reason. Raises Conflict STATE_CONFLICT, Invalid LINE_UNKNOWN, LINE_TWICE, QUANTITY_INVALID, REASON_MISSING,
    NOTHING_LOADED, all at once."""
    _begun(trip_id, by=by)
    body = {"id": trip_id, "lines": list(lines)}
    if claim(client_id=client_id, action="load_trip", body=body, by=by, at=at):
        return queries.trip(by, trip_id)
    held = locked_trip(trip_id, by=by)
    rules.check_trip_step(held, "loaded")
    rows = queries.lines(by, trip_id)
    _note_loaded(rows, lines)
    InboundTripLine.objects.bulk_update(rows, ["quantity_loaded", "difference_reason"])
    after = [[row.item.code, row.quantity_expected, row.quantity_loaded] for row in rows]
    return _step(held, "loaded", "load_trip", by=by, at=at, client_id=client_id, after={"lines": after})


def _note_loaded(rows: list[InboundTripLine], given: Sequence[LoadedInput]) -> None:
    """Put what was told on the lines."""
    known, told, problems = {row.pk: row for row in rows}, set[int](), list[Refusal]()
    for row in rows:
        row.quantity_loaded, row.difference_reason = row.quantity_expected, ""
    for number, line in enumerate(given, start=1):
        with collected(problems):
            if line.line_id not in known or line.line_id in told:
                code, zh, en = (
                    ("LINE_TWICE", "与前面重复", "is there twice")
                    if line.line_id in told
                    else ("LINE_UNKNOWN", "不是本车次的行", "is no line of this trip")
                )
                raise Invalid(code, f"第 {number} 行{zh}", f"Row {number} {en}", field="line", row=number)
            told.add(line.line_id)
            _note_line(known[line.line_id], line, number)
    if not problems and not any(row.quantity_loaded for row in rows):
        problems.append(
            Invalid(
                "NOTHING_LOADED",
                "一件也没装,不能记为已装车;空车返回请退回上一步后取消",
                "Nothing was loaded: set the trip back a step and cancel it instead",
                field="lines",
            )
        )
    raise_all(problems)


def _note_line(row: InboundTripLine, told: LoadedInput, number: int) -> None:
    row.quantity_loaded = check_quantity_or_zero(told.quantity, row=number)
    row.difference_reason = check_text(
        told.reason, field="reason", zh="多装少装的原因", en="reason", longest=200, row=number
    )
    if row.quantity_loaded != row.quantity_expected and not row.difference_reason:
        raise Invalid(
            "REASON_MISSING",
            f"第 {number} 行:{row.item.name}应装 {row.quantity_expected:,}、实装 {row.quantity_loaded:,},请写明原因",
            f"Row {number}: {row.quantity_expected:,} of {row.item.english} were expected and "
            f"{row.quantity_loaded:,} loaded: say why",
            field="reason",
            row=number,
        )
    if row.quantity_loaded == row.quantity_expected:
        row.difference_reason = ""


@transaction.atomic
def arrive_trip(*, trip_id: int, by: Actor, at: datetime, client_id: UUID) -> InboundTrip:
    """到库: the vehicle stands at the store. What it brought enters the book by a receipt only. Raises Conflict
    STATE_CONFLICT."""
    _begun(trip_id, by=by)
    if claim(client_id=client_id, action="arrive_trip", body={"id": trip_id}, by=by, at=at):
        return queries.trip(by, trip_id)
    held = locked_trip(trip_id, by=by)
    rules.check_trip_step(held, "arrived")
    return _step(held, "arrived", "arrive_trip", by=by, at=at, client_id=client_id)


@transaction.atomic
def step_back_trip(*, trip_id: int, reason: str, by: Actor, at: datetime, client_id: UUID) -> InboundTrip:
    """退回上一步: the status was set wrongly. A receipt is only let go of by this: it stays in the book until it is
    reversed there. Raises Invalid REASON_MISSING, Conflict STATE_CONFLICT, VEHICLE_TAKEN, PERSON_TAKEN."""
    found = _begun(trip_id, by=by)
    reason = check_reason(reason, what_zh="退回上一步", what_en="Setting a status back")
    if claim(client_id=client_id, action="step_back_trip", body={"id": trip_id, "reason": reason}, by=by, at=at):
        return queries.trip(by, trip_id)
    lock_fleet(found.bureau_id)
    held = locked_trip(trip_id, by=by)
    target = BACK.get(held.status)
    if target is None:
        raise Conflict(
            "STATE_CONFLICT",
            f"车次 {held.number} 是“{INBOUND_TRIP_FLOW[held.status].zh}”,没有上一步可退",
            f'Trip {held.number} is "{INBOUND_TRIP_FLOW[held.status].en}": there is no step to go back',
        )
    if target == "loaded":
        raise_all(on_the_road(held, queries.crew(by, trip_id)))
    name, before = _SIGNED[held.status], held.status
    if before == "loaded":
        held.lines.update(quantity_loaded=None, difference_reason="")
    setattr(held, f"{name}_by", "")
    setattr(held, f"{name}_at", None)
    held.status, held.receipt = target, None
    held.save(update_fields=["status", f"{name}_by", f"{name}_at", "receipt"])
    after = {"status": target}
    note("step_back_trip", held, by=by, at=at, after=after, reason=reason)
    settle(client_id=client_id, ref=str(held.pk))
    return held


def _begun(trip_id: int, *, by: Actor) -> InboundTrip:
    held = queries.trip(by, trip_id)
    guard.check(by, "report", "trip", bureau_id=held.bureau_id, row=held)
    return held


def _step(
    held: InboundTrip, target: str, action: str, *, by: Actor, at: datetime, client_id: UUID,
    after: dict[str, Any] | None = None,
) -> InboundTrip:  # fmt: skip
    name = _SIGNED[target]
    setattr(held, f"{name}_by", by.name)
    setattr(held, f"{name}_at", at)
    held.status = target
    held.save(update_fields=["status", f"{name}_by", f"{name}_at"])
    note(action, held, by=by, at=at, after=after)
    settle(client_id=client_id, ref=str(held.pk))
    return held
