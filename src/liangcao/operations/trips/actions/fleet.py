"""The fleet: vehicles are added, changed, taken out of service and put back. None is ever deleted."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from liangcao.foundation.database.locks import locked
from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.actions import claim, record, settle
from liangcao.foundation.kernel.errors import Conflict, Invalid, Refusal, collected, raise_all
from liangcao.foundation.kernel.quantity import check_between
from liangcao.foundation.kernel.text import check_reason, check_text
from liangcao.operations.passes.plates import read_plate
from liangcao.operations.trips import queries, rules
from liangcao.operations.trips.actions.locking import lock_fleet
from liangcao.operations.trips.flow import VEHICLE_KINDS
from liangcao.operations.trips.inputs import VehicleInput
from liangcao.operations.trips.models import InboundTrip, Vehicle
from liangcao.reference.parties.queries import organisations


@transaction.atomic
def add_vehicle(*, bureau_id: int, vehicle: VehicleInput, by: Actor, at: datetime, client_id: UUID) -> Vehicle:
    """登记车辆. Raises Forbidden, and Invalid PLATE_INVALID, KIND_UNKNOWN, NUMBER_INVALID, PHONE_INVALID,
    ORGANISATION_UNKNOWN, Conflict PLATE_KNOWN, all at once."""
    guard.check(by, "edit", "vehicle", bureau_id=bureau_id)
    body = {"bureau": bureau_id, "vehicle": vehicle}
    done = claim(client_id=client_id, action="add_vehicle", body=body, by=by, at=at)
    if done:
        return queries.vehicle(by, int(done))
    lock_fleet(bureau_id)
    values = _checked(vehicle, bureau_id, by=by)
    made = Vehicle.objects.create(bureau_id=bureau_id, added_by=by.name, added_at=at, **values)
    _note("add_vehicle", made, by=by, at=at, after=_said(values))
    settle(client_id=client_id, ref=str(made.pk))
    return made


@transaction.atomic
def edit_vehicle(*, vehicle_id: int, vehicle: VehicleInput, by: Actor, at: datetime, client_id: UUID) -> Vehicle:
    """修改车辆. A trip that is planned must still fit it. Raises as `add_vehicle`, Conflict VEHICLE_PLANNED."""
    held = queries.vehicle(by, vehicle_id)
    guard.check(by, "edit", "vehicle", bureau_id=held.bureau_id, row=held)
    body = {"id": vehicle_id, "vehicle": vehicle}
    if claim(client_id=client_id, action="edit_vehicle", body=body, by=by, at=at):
        return queries.vehicle(by, vehicle_id)
    lock_fleet(held.bureau_id)
    held = queries.vehicle(by, vehicle_id)
    values = _checked(vehicle, held.bureau_id, by=by, held=held)
    for name, value in values.items():
        setattr(held, name, value)
    held.save(update_fields=list(values))
    _note("edit_vehicle", held, by=by, at=at, after=_said(values))
    settle(client_id=client_id, ref=str(held.pk))
    return held


@transaction.atomic
def end_service(*, vehicle_id: int, reason: str, by: Actor, at: datetime, client_id: UUID) -> Vehicle:
    """停用车辆: it is offered for no trip. Raises Invalid REASON_MISSING, Conflict VEHICLE_PLANNED, STATE_CONFLICT."""
    reason = check_reason(reason, what_zh="停用车辆", what_en="Taking a vehicle out of service")
    return _set_service(vehicle_id, reason, "end_service", by=by, at=at, client_id=client_id)


@transaction.atomic
def resume_service(*, vehicle_id: int, by: Actor, at: datetime, client_id: UUID) -> Vehicle:
    """恢复使用. Raises Conflict STATE_CONFLICT."""
    return _set_service(vehicle_id, "", "resume_service", by=by, at=at, client_id=client_id)


def _set_service(vehicle_id: int, reason: str, action: str, *, by: Actor, at: datetime, client_id: UUID) -> Vehicle:
    held = queries.vehicle(by, vehicle_id)
    guard.check(by, "edit", "vehicle", bureau_id=held.bureau_id, row=held)
    if claim(client_id=client_id, action=action, body={"id": vehicle_id, "reason": reason}, by=by, at=at):
        return queries.vehicle(by, vehicle_id)
    locked(Vehicle.objects.all(), [vehicle_id])
    held = queries.vehicle(by, vehicle_id)
    if held.is_in_service != bool(reason):
        zh, en = ("在用", "in service") if held.is_in_service else ("停用", "out of service")
        raise Conflict("STATE_CONFLICT", f"{held.plate} 已经是{zh}", f"{held.plate} is {en} already")
    if reason:
        _check_free(held)
    held.is_in_service, held.out_reason = not reason, reason
    held.save(update_fields=["is_in_service", "out_reason"])
    _note(action, held, by=by, at=at, reason=reason)
    settle(client_id=client_id, ref=str(held.pk))
    return held


def _check_free(held: Vehicle) -> None:
    rows = InboundTrip.objects.filter(vehicle=held, status__in=("planned", *queries.UNDER_WAY)).order_by("leaves_at")
    other = rows.first()
    if other is not None:
        raise Conflict(
            "VEHICLE_PLANNED",
            f"{held.plate} 还排在 {other.number} 上,请先给它换车或取消",
            f"{held.plate} is still on {other.number}: give that trip another vehicle or cancel it first",
            field="plate",
        )


def _checked(given: VehicleInput, bureau_id: int, *, by: Actor, held: Vehicle | None = None) -> dict[str, Any]:
    """The columns, tidied; everything that is wrong is told at once."""
    problems = list[Refusal]()
    values: dict[str, Any] = {
        "kind": given.kind, "load_kg": given.load_kg, "volume_litres": given.volume_litres, "is_cold": given.is_cold,
        "takes_hazard": given.takes_hazard, "organisation_id": given.organisation_id,
    }  # fmt: skip
    with collected(problems):
        values["plate"] = read_plate(given.plate)
        _check_plate(values["plate"], bureau_id, held)
    with collected(problems):
        if given.kind not in VEHICLE_KINDS:
            known = "、".join(VEHICLE_KINDS)
            raise Invalid("KIND_UNKNOWN", f"车型须为:{known}", f"The kind is one of {known}", field="kind")
    with collected(problems):
        check_between(given.load_kg or 0, 1, rules.KILOGRAMS_MOST, field="load_kg", zh="载重(千克)", en="The load")
    with collected(problems):
        if given.volume_litres is not None:
            check_between(
                given.volume_litres, 1, rules.LITRES_MOST, field="volume_litres", zh="容积(升)", en="The volume"
            )
    with collected(problems):
        known_here = organisations(by, bureau_id=bureau_id)
        if given.organisation_id is not None and not known_here.filter(pk=given.organisation_id).exists():
            raise Invalid("ORGANISATION_UNKNOWN", "没有这个单位", "No such organisation", field="organisation")
    with collected(problems):
        values["driver"] = check_text(given.driver, field="driver", zh="驾驶员", en="driver", longest=60)
    with collected(problems):
        values["driver_phone"] = rules.check_phone(given.driver_phone, field="driver_phone")
    with collected(problems):
        values["note"] = check_text(given.note, field="note", zh="备注", en="note", longest=200)
    if held is not None and not problems:
        with collected(problems):
            _check_still_fits(held, values)
    raise_all(problems)
    return values


def _check_plate(plate: str, bureau_id: int, held: Vehicle | None) -> None:
    known = Vehicle.objects.filter(bureau_id=bureau_id, plate=plate).exclude(pk=held.pk if held else None)
    if known.exists():
        raise Conflict("PLATE_KNOWN", f"{plate} 已在车辆名单里", f"{plate} is in the list already", field="plate")


def _check_still_fits(held: Vehicle, values: dict[str, Any]) -> None:
    """What a planned trip relies on stays: the plate on its pass, the load, dangerous goods."""
    gives_up = values["load_kg"] < held.load_kg or (held.takes_hazard and not values["takes_hazard"])
    if values["plate"] != held.plate or gives_up:
        _check_free(held)


def _said(values: dict[str, Any]) -> dict[str, Any]:
    names = ("plate", "kind", "load_kg", "is_cold", "takes_hazard", "driver")
    return {**{name: values[name] for name in names}, "phone": values["driver_phone"]}


def _note(
    action: str, held: Vehicle, *, by: Actor, at: datetime, after: dict[str, Any] | None = None, reason: str = ""
) -> None:
    record(
        by=by, at=at, action=action, object_kind="vehicle", object_ref=held.plate, bureau_id=held.bureau_id,
        after=after, reason=reason,
    )  # fmt: skip
