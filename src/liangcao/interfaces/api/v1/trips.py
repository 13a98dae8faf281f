"""Vehicles, and the trips on which they fetch goods at their maker. Weights are kilograms, volumes litres."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Status
from pydantic import Field, StrictBool, StrictInt

from liangcao.foundation.identity import guard
from liangcao.interfaces.api.v1.doors import KEYED, Body, Door, Moment, RowFilter, RowId, enter, entered, key_of
from liangcao.interfaces.api.v1.names import items_by_code, organisation_id, organisation_ids, store_id
from liangcao.interfaces.api.v1.paging import Page, PageFilters, page
from liangcao.interfaces.api.v1.supply import ReceiptLineIn, receipt_lines
from liangcao.operations.trips import actions, queries
from liangcao.operations.trips.inputs import CrewInput, LoadedInput, TripInput, TripLineInput, VehicleInput

router = Router(tags=["trips"])


class VehicleFilters(PageFilters):
    """In service or not."""

    in_service: bool | None = None


class TripFilters(PageFilters):
    """In which state, of which vehicle or source, late or not."""

    status: Literal["planned", "under_way", "loaded", "arrived", "received", "cancelled"] | None = None
    vehicle: RowFilter | None = Field(None, description="Id of a vehicle")
    source: RowFilter | None = Field(None, description="Id of a source")
    late: bool | None = Field(None, description="true: only those that are late now")


class VehicleIn(Body):
    """What is written of a vehicle."""

    bureau: str | None = Field(None, max_length=30)
    plate: str = Field(max_length=20, examples=["浙G12345"])
    kind: str = Field(max_length=10, examples=["truck"], description="truck, van, cold, hazard, car or other")
    load_kg: StrictInt = Field(examples=[2000])
    volume_litres: StrictInt | None = None
    organisation: str | None = Field(None, max_length=30, description="Code of the organisation that owns it")
    is_cold: StrictBool = False
    takes_hazard: StrictBool = False
    driver: str = Field("", max_length=60, examples=["驾驶员甲"])
    driver_phone: str = Field("", max_length=20)
    note: str = Field("", max_length=200)


class ReasonIn(Body):
    """Why."""

    reason: str = Field(max_length=200, examples=["厂方停产"])


class TripLineIn(Body):
    """One item to fetch, in base units."""

    item: str = Field(max_length=30, description="Code of the item")
    quantity: StrictInt
    weight_kg: StrictInt | None = None


class CrewIn(Body):
    """Who is on board."""

    role: str = Field(max_length=10, examples=["driver", "escort"])
    name: str = Field(max_length=60, examples=["驾驶员甲"])
    phone: str = Field("", max_length=20)


class TripIn(Body):
    """A vehicle fetches goods for a store. Without lines: all that is missing of the source; without a driver: the
    vehicle's usual one."""

    bureau: str | None = Field(None, max_length=30)
    store: str = Field(max_length=30, description="Code of the store", examples=["S1"])
    vehicle: RowId = Field(description="Id of a vehicle")
    source: RowId | None = Field(None, description="Id of the source it fetches")
    supplier: str | None = Field(None, max_length=30, description="Without a source: code of who supplies")
    place: str = Field(max_length=200, examples=["示例镇工业路 1 号"])
    place_phone: str = Field("", max_length=20)
    held_pass: RowId | None = Field(None, description="Id of a pass of this vehicle, good on all days")
    weight_kg: StrictInt | None = Field(None, description="Weight of the whole load", examples=[600])
    leaves_at: Moment = Field(examples=["2020-02-18T20:00:00+08:00"])
    expected_there_at: Moment = Field(examples=["2020-02-19T01:00:00+08:00"])
    expected_back_at: Moment = Field(examples=["2020-02-19T07:00:00+08:00"])
    lines: list[TripLineIn] = Field(default_factory=list, max_length=2000)
    crew: list[CrewIn] = Field(default_factory=list, max_length=50)
    note: str = Field("", max_length=500)


class LoadedLineIn(Body):
    """What was loaded of one line, in base units; another amount than expected needs its reason."""

    line: RowId = Field(description="Id of a line of the trip")
    quantity: StrictInt
    reason: str = Field("", max_length=200)


class LoadingIn(Body):
    """What was really loaded. A line that is not named was loaded as expected."""

    lines: list[LoadedLineIn] = Field(default_factory=list, max_length=2000)


class TripReceiptIn(Body):
    """The receipt of what the trip brought; `kind` is that of the source which is written where there is none."""

    lines: list[ReceiptLineIn] = Field(min_length=1, max_length=2000)
    final: StrictBool = Field(False, description="Nothing more comes: what is missing needs a reason")
    kind: str = Field("purchase", max_length=10, examples=["purchase", "gift"])
    business_date: date | None = None
    late_reason: str = Field("", max_length=200)
    remark: str = Field("", max_length=400)


class ReceiptLinkIn(Body):
    """A receipt that was written before."""

    receipt: RowId = Field(description="Id of a receipt")


def _show_vehicle(held: Any) -> dict[str, Any]:
    names = (
        "plate", "kind", "load_kg", "volume_litres", "is_cold", "takes_hazard", "driver", "driver_phone", "note",
        "is_in_service", "out_reason",
    )  # fmt: skip
    organisation = held.organisation.code if held.organisation else None
    return {"id": held.pk, "organisation": organisation, **{name: getattr(held, name) for name in names}}


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _show(door: Door, held: Any) -> dict[str, Any]:
    moments = (
        "leaves_at", "expected_there_at", "expected_back_at", "left_at", "loaded_at", "arrived_at", "received_at",
        "cancelled_at",
    )  # fmt: skip
    return {
        "id": held.pk,
        "number": held.number,
        "status": held.status,
        "is_late": held.is_late(door.at),
        "store": held.store.code,
        "source": held.source_id,
        "source_number": held.source.number if held.source else None,
        "supplier": held.supplier.code,
        "place": held.place,
        "place_phone": held.place_phone,
        "vehicle": held.vehicle_id,
        "plate": held.vehicle.plate,
        "held_pass": held.pass_held_id,
        "receipt": held.receipt_id,
        "receipt_number": held.receipt.number if held.receipt else None,
        **{name: _iso(getattr(held, name)) for name in moments},
        "cancel_reason": held.cancel_reason,
        "note": held.note,
    }


def _whole(door: Door, trip_id: int) -> dict[str, Any]:
    held = queries.trip(door.actor, trip_id)
    lines = queries.lines(door.actor, trip_id)
    return _show(door, held) | {
        "weight_kg": queries.weight_of(held, lines),
        "crew": [{"role": row.role, "name": row.name, "phone": row.phone} for row in queries.crew(door.actor, trip_id)],
        "lines": [
            {
                "id": row.pk, "item": row.item.code, "quantity_expected": row.quantity_expected,
                "quantity_loaded": row.quantity_loaded, "weight_kg": row.weight_kg, "reason": row.difference_reason,
            }
            for row in lines
        ],
        "compared": [
            {
                "item": row.item.code, "expected": row.expected, "loaded": row.loaded, "received": row.received,
                "damaged": row.damaged, "difference": row.difference,
            }
            for row in queries.compared(door.actor, held)
        ],
    }  # fmt: skip


def _vehicle_door(request: HttpRequest, vehicle_id: int) -> Door:
    return enter(request, queries.vehicle(request.auth, vehicle_id).bureau.code)  # type: ignore[attr-defined]


def _door(request: HttpRequest, trip_id: int) -> Door:
    return enter(request, queries.trip(request.auth, trip_id).bureau.code)  # type: ignore[attr-defined]


def _vehicle_input(door: Door, body: VehicleIn) -> VehicleInput:
    owner = organisation_ids(door, [body.organisation])[body.organisation]
    return VehicleInput(organisation_id=owner, **body.model_dump(exclude={"bureau", "organisation"}))


def _trip_input(door: Door, body: TripIn) -> TripInput:
    items = items_by_code(door, [line.item for line in body.lines])
    return TripInput(
        store_id=store_id(door, body.store),
        vehicle_id=body.vehicle,
        source_id=body.source,
        supplier_id=organisation_id(door, body.supplier, field="supplier") if body.supplier else None,
        pass_id=body.held_pass,
        lines=tuple(TripLineInput(items[line.item].pk, line.quantity, line.weight_kg) for line in body.lines),
        crew=tuple(CrewInput(person.role, person.name, person.phone) for person in body.crew),
        **body.model_dump(exclude={"bureau", "store", "vehicle", "source", "supplier", "held_pass", "lines", "crew"}),
    )


@router.get("/vehicles", response=Page)
def list_vehicles(request: HttpRequest, filters: Query[VehicleFilters]) -> dict[str, Any]:
    """The fleet, newest first."""
    door = entered(request, filters.bureau, "vehicle")
    rows = queries.vehicles(door.actor, door.bureau_id, is_in_service=filters.in_service)
    return page(rows, filters, _show_vehicle, newest_first=True)


@router.post("/vehicles", response={201: dict}, openapi_extra=KEYED)
def add_vehicle(request: HttpRequest, body: VehicleIn) -> Status:
    """Another vehicle."""
    door = enter(request, body.bureau)
    guard.check(door.actor, "edit", "vehicle", bureau_id=door.bureau_id)
    made = actions.add_vehicle(
        bureau_id=door.bureau_id, vehicle=_vehicle_input(door, body), client_id=key_of(request), **door.who_and_when
    )
    return Status(201, _show_vehicle(queries.vehicle(door.actor, made.pk)))


@router.get("/vehicles/{int:vehicle_id}", response=dict)
def get_vehicle(request: HttpRequest, vehicle_id: int) -> dict[str, Any]:
    """One vehicle."""
    door = _vehicle_door(request, vehicle_id)
    guard.check(door.actor, "view", "vehicle", bureau_id=door.bureau_id)
    return _show_vehicle(queries.vehicle(door.actor, vehicle_id))


@router.post("/vehicles/{int:vehicle_id}/change", response={201: dict}, openapi_extra=KEYED)
def edit_vehicle(request: HttpRequest, vehicle_id: int, body: VehicleIn) -> Status:
    """Everything that is written of it, anew."""
    door = _vehicle_door(request, vehicle_id)
    guard.check(door.actor, "edit", "vehicle", bureau_id=door.bureau_id)
    actions.edit_vehicle(
        vehicle_id=vehicle_id, vehicle=_vehicle_input(door, body), client_id=key_of(request), **door.who_and_when
    )
    return Status(201, _show_vehicle(queries.vehicle(door.actor, vehicle_id)))


@router.post("/vehicles/{int:vehicle_id}/withdrawal", response={201: dict}, openapi_extra=KEYED)
def end_service(request: HttpRequest, vehicle_id: int, body: ReasonIn) -> Status:
    """Out of service: offered for no trip."""
    door = _vehicle_door(request, vehicle_id)
    actions.end_service(vehicle_id=vehicle_id, reason=body.reason, client_id=key_of(request), **door.who_and_when)
    return Status(201, _show_vehicle(queries.vehicle(door.actor, vehicle_id)))


@router.post("/vehicles/{int:vehicle_id}/return", response={201: dict}, openapi_extra=KEYED)
def resume_service(request: HttpRequest, vehicle_id: int) -> Status:
    """In service again."""
    door = _vehicle_door(request, vehicle_id)
    actions.resume_service(vehicle_id=vehicle_id, client_id=key_of(request), **door.who_and_when)
    return Status(201, _show_vehicle(queries.vehicle(door.actor, vehicle_id)))


@router.get("/inbound-trips", response=Page)
def list_trips(request: HttpRequest, filters: Query[TripFilters]) -> dict[str, Any]:
    """Trips that fetch goods, newest first."""
    door = entered(request, filters.bureau, "trip")
    rows = queries.trips(
        door.actor, door.bureau_id, status=filters.status, vehicle_id=filters.vehicle, source_id=filters.source
    )
    late = queries.late(rows, door.at)
    if filters.late is not None:
        rows = late if filters.late else rows.exclude(pk__in=late.values("pk"))
    return page(rows, filters, lambda held: _show(door, held), newest_first=True)


@router.post("/inbound-trips", response={201: dict}, openapi_extra=KEYED)
def plan_trip(request: HttpRequest, body: TripIn) -> Status:
    """A vehicle is sent to fetch goods; nobody and nothing is on two trips at a time."""
    door = enter(request, body.bureau)
    guard.check(door.actor, "plan", "trip", bureau_id=door.bureau_id)
    made = actions.plan_trip(trip=_trip_input(door, body), client_id=key_of(request), **door.who_and_when)
    return Status(201, _whole(door, made.pk))


@router.get("/inbound-trips/{int:trip_id}", response=dict)
def get_trip(request: HttpRequest, trip_id: int) -> dict[str, Any]:
    """One trip: who is on board, what was expected, loaded and received."""
    door = _door(request, trip_id)
    guard.check(door.actor, "view", "trip", bureau_id=door.bureau_id)
    return _whole(door, trip_id)


@router.post("/inbound-trips/{int:trip_id}/change", response={201: dict}, openapi_extra=KEYED)
def change_trip(request: HttpRequest, trip_id: int, body: TripIn) -> Status:
    """The whole plan anew, before it leaves."""
    door = _door(request, trip_id)
    guard.check(door.actor, "plan", "trip", bureau_id=door.bureau_id)
    actions.change_trip(
        trip_id=trip_id, trip=_trip_input(door, body), client_id=key_of(request), **door.who_and_when
    )  # fmt: skip
    return Status(201, _whole(door, trip_id))


@router.post("/inbound-trips/{int:trip_id}/pass", response={201: dict}, openapi_extra=KEYED)
def issue_trip_pass(request: HttpRequest, trip_id: int) -> Status:
    """A pass for its vehicle, its way and its days, taken along."""
    door = _door(request, trip_id)
    actions.issue_trip_pass(trip_id=trip_id, client_id=key_of(request), **door.who_and_when)
    return Status(201, _whole(door, trip_id))


@router.post("/inbound-trips/{int:trip_id}/departure", response={201: dict}, openapi_extra=KEYED)
def start_trip(request: HttpRequest, trip_id: int) -> Status:
    """It leaves."""
    door = _door(request, trip_id)
    actions.start_trip(trip_id=trip_id, client_id=key_of(request), **door.who_and_when)
    return Status(201, _whole(door, trip_id))


@router.post("/inbound-trips/{int:trip_id}/loading", response={201: dict}, openapi_extra=KEYED)
def load_trip(request: HttpRequest, trip_id: int, body: LoadingIn) -> Status:
    """What was really loaded at the maker."""
    door = _door(request, trip_id)
    told = [LoadedInput(row.line, row.quantity, row.reason) for row in body.lines]
    actions.load_trip(trip_id=trip_id, lines=told, client_id=key_of(request), **door.who_and_when)
    return Status(201, _whole(door, trip_id))


@router.post("/inbound-trips/{int:trip_id}/arrival", response={201: dict}, openapi_extra=KEYED)
def arrive_trip(request: HttpRequest, trip_id: int) -> Status:
    """It stands at the store; nothing is in the book yet."""
    door = _door(request, trip_id)
    actions.arrive_trip(trip_id=trip_id, client_id=key_of(request), **door.who_and_when)
    return Status(201, _whole(door, trip_id))


@router.post("/inbound-trips/{int:trip_id}/receipt", response={201: dict}, openapi_extra=KEYED)
def receive_trip(request: HttpRequest, trip_id: int, body: TripReceiptIn) -> Status:
    """The receipt of what it brought, as `POST /receipts`; the trip is received by the same act."""
    door = _door(request, trip_id)
    guard.check(door.actor, "receive", "trip", bureau_id=door.bureau_id)
    actions.receive_trip(
        trip_id=trip_id, lines=receipt_lines(door, body.lines), **body.model_dump(exclude={"lines"}),
        client_id=key_of(request), **door.who_and_when,
    )  # fmt: skip
    return Status(201, _whole(door, trip_id))


@router.post("/inbound-trips/{int:trip_id}/receipt-link", response={201: dict}, openapi_extra=KEYED)
def link_receipt(request: HttpRequest, trip_id: int, body: ReceiptLinkIn) -> Status:
    """A receipt that was written before is that of the trip."""
    door = _door(request, trip_id)
    actions.link_receipt(trip_id=trip_id, receipt_id=body.receipt, client_id=key_of(request), **door.who_and_when)
    return Status(201, _whole(door, trip_id))


@router.post("/inbound-trips/{int:trip_id}/step-back", response={201: dict}, openapi_extra=KEYED)
def step_back_trip(request: HttpRequest, trip_id: int, body: ReasonIn) -> Status:
    """A status that was set wrongly goes back to the one before; a receipt stays in the book."""
    door = _door(request, trip_id)
    actions.step_back_trip(trip_id=trip_id, reason=body.reason, client_id=key_of(request), **door.who_and_when)
    return Status(201, _whole(door, trip_id))


@router.post("/inbound-trips/{int:trip_id}/cancellation", response={201: dict}, openapi_extra=KEYED)
def cancel_trip(request: HttpRequest, trip_id: int, body: ReasonIn) -> Status:
    """It does not take place; only before it leaves."""
    door = _door(request, trip_id)
    actions.cancel_trip(trip_id=trip_id, reason=body.reason, client_id=key_of(request), **door.who_and_when)
    return Status(201, _whole(door, trip_id))
