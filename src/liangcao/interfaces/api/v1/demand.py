"""Requisitions: filing, review, withdrawal, confirmation of stale lines."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Status
from pydantic import Field, StrictBool, StrictInt

from liangcao.foundation.identity import guard
from liangcao.interfaces.api.v1.doors import KEYED, Body, Door, Moment, PlaceFilters, RowId, enter, entered, key_of
from liangcao.interfaces.api.v1.names import items_by_code, organisation_id
from liangcao.interfaces.api.v1.paging import Page, PageFilters, page
from liangcao.operations.allocation import shortages
from liangcao.operations.allocation.actions import start_replenishment as start
from liangcao.operations.demand import actions, queries
from liangcao.operations.demand.inputs import ApprovalLine, ConfirmationInput, RequisitionLineInput
from liangcao.operations.demand.over_asking import marks_of
from liangcao.operations.demand.rules import STALE_AFTER

router = Router(tags=["demand"])


class RequisitionFilters(PageFilters):
    """Requisitions by state, unit (code) or text."""

    status: Literal["", "submitted", "approved", "rejected", "withdrawn"] = ""
    organisation: str = Field("", max_length=30)
    search: str = Field("", max_length=60)


class RequisitionLineIn(Body):
    """One item asked for; `quantity` null means that the amount is not known, which is not 0."""

    item: str = Field(max_length=30, examples=["KZ-N95"])
    quantity: StrictInt | None = Field(examples=[500])
    unit: str = Field("base", max_length=20)
    on_hand: StrictInt | None = Field(None, ge=0, description="Stock the unit reports, in base units")
    daily_use: StrictInt | None = Field(None, ge=0, description="Pieces used a day, in base units")
    in_addition: StrictBool = Field(False, description="Does not replace the unit's open line of the item")


class RequisitionIn(Body):
    """What one unit asks for; filed by itself (channel "portal") or by the desk for a caller."""

    organisation: str = Field(max_length=30, examples=["H001"])
    lines: list[RequisitionLineIn] = Field(min_length=1, max_length=2000)
    channel: str = Field("portal", max_length=10, examples=["portal", "phone", "wechat"])
    caller: str = Field("", max_length=60, examples=["值班护士"])
    received_at: Moment | None = Field(None, description="With its zone: 2020-02-03T09:00:00+08:00")
    needed_by: date | None = None
    urgency: Literal["normal", "urgent", "critical"] = "normal"
    note: str = Field("", max_length=500)
    bureau: str | None = None


class ApprovalLineIn(Body):
    """The review of one line, in base units; null leaves an unknown amount unknown."""

    line: StrictInt = Field(description="Id of the requisition line")
    quantity_approved: StrictInt | None
    cut_reason: str = Field("", max_length=200)
    tier: StrictInt | None = Field(None, ge=1, le=4)


class ApprovalIn(Body):
    """The review of a requisition. `version` is the one that was read: if it has changed since, 409 says what
    changed."""

    lines: list[ApprovalLineIn] = Field(min_length=1, max_length=2000)
    version: StrictInt | None = None


class ReasonIn(Body):
    """An act with its reason."""

    reason: str = Field(max_length=500)
    version: StrictInt | None = None


class ConfirmationIn(Body):
    """The line still stands; stock and use of today where they are known."""

    on_hand: StrictInt | None = Field(None, ge=0)
    daily_use: StrictInt | None = Field(None, ge=0)


class ConfirmedLineIn(ConfirmationIn):
    """One of the lines that still stand."""

    line: RowId = Field(description="Id of the requisition line")


class ConfirmationsIn(Body):
    """Lines of one unit that still stand."""

    organisation: str = Field(max_length=30, examples=["H001"])
    lines: list[ConfirmedLineIn] = Field(min_length=1, max_length=2000)
    bureau: str | None = None


def show_requisition(requisition: Any) -> dict[str, Any]:
    """A requisition without its lines."""
    return {
        "id": requisition.pk,
        "number": requisition.number,
        "organisation": requisition.organisation.code,
        "organisation_name": requisition.organisation.name,
        "status": requisition.status,
        "version": requisition.version,
        "channel": requisition.channel,
        "urgency": requisition.urgency,
        "needed_by": requisition.needed_by.isoformat() if requisition.needed_by else None,
        "submitted_at": requisition.submitted_at.isoformat(),
    }


def show_requisition_whole(door: Door, requisition_id: int) -> dict[str, Any]:
    """A requisition with its lines and what became of them."""
    requisition = queries.requisition(door.actor, requisition_id)
    lines = [show_line(line) for line in queries.lines_of(door.actor, requisition_id, at=door.at)]
    return show_requisition(requisition) | {"lines": lines}


def show_line(line: Any) -> dict[str, Any]:
    """A line with requested, approved, allotted, delivered and open, in base units; null = unknown. `over_asking` are
    marks with their numbers: BEYOND_NORM, STOCK_UNLIKELY, or USE_UNKNOWN where nothing can be compared."""
    return {
        "id": line.pk,
        "line": line.line,
        "item": line.item.code,
        "unit": line.item.base_unit,
        "status": line.status,
        "tier": line.tier,
        "quantity_requested": line.quantity_requested,
        "quantity_approved": line.quantity_approved,
        "cut_reason": line.cut_reason,
        "quantity_allotted": line.quantity_allotted,
        "quantity_delivered": line.quantity_delivered,
        "quantity_open": line.quantity_open,
        "on_hand": line.on_hand,
        "daily_use": line.daily_use,
        "is_stale": line.is_stale,
        "confirmed_at": line.confirmed_at.isoformat(),
        "over_asking": [mark.as_plain() for mark in marks_of(line)],
    }


def _door_of(request: HttpRequest, requisition_id: int) -> Door:
    return enter(request, queries.requisition(request.auth, requisition_id).bureau.code)  # type: ignore[attr-defined]


@router.get("/requisitions", response=Page)
def list_requisitions(request: HttpRequest, filters: Query[RequisitionFilters]) -> dict[str, Any]:
    """Requisitions in scope, newest first: a unit sees its own, a township those of its division."""
    door = entered(request, filters.bureau, "requisition")
    organisation = organisation_id(door, filters.organisation) if filters.organisation else None
    rows = queries.requisitions(
        door.actor,
        bureau_id=door.bureau_id,
        status=filters.status or None,
        organisation_id=organisation,
        search=filters.search,
    )
    return page(rows, filters, show_requisition, newest_first=True)


@router.get("/requisitions/{int:requisition_id}", response=dict)
def get_requisition(request: HttpRequest, requisition_id: int) -> dict[str, Any]:
    """One requisition with its lines."""
    found = queries.requisition(request.auth, requisition_id)  # type: ignore[attr-defined]
    door = enter(request, found.bureau.code)
    guard.check(queries.reader_of(door.actor, found), "view", "requisition", bureau_id=door.bureau_id)
    return show_requisition_whole(door, requisition_id)


@router.post("/requisitions", response={201: dict}, openapi_extra=KEYED)
def file_requisition(request: HttpRequest, body: RequisitionIn) -> Status:
    """Ask for goods. A new requisition replaces the unit's open lines of the same items once it is approved."""
    door = enter(request, body.bureau)
    found = items_by_code(door, [line.item for line in body.lines])
    lines = [
        RequisitionLineInput(item_id=found[line.item].pk, **line.model_dump(exclude={"item"})) for line in body.lines
    ]
    filed = actions.file_requisition(
        bureau_id=door.bureau_id,
        organisation_id=organisation_id(door, body.organisation),
        lines=lines,
        client_id=key_of(request),
        **body.model_dump(exclude={"organisation", "lines", "bureau"}),
        **door.who_and_when,
    )
    return Status(201, show_requisition_whole(door, filed.pk))


@router.post("/requisitions/{int:requisition_id}/approval", response={201: dict}, openapi_extra=KEYED)
def approve_requisition(request: HttpRequest, requisition_id: int, body: ApprovalIn) -> Status:
    """Approve line by line; a cut needs its reason; nobody approves what he filed himself."""
    door = _door_of(request, requisition_id)
    lines = [ApprovalLine(row.line, row.quantity_approved, row.cut_reason, row.tier) for row in body.lines]
    actions.approve_requisition(
        requisition_id=requisition_id, lines=lines, version=body.version, client_id=key_of(request), **door.who_and_when
    )
    return Status(201, show_requisition_whole(door, requisition_id))


@router.post("/requisitions/{int:requisition_id}/rejection", response={201: dict}, openapi_extra=KEYED)
def reject_requisition(request: HttpRequest, requisition_id: int, body: ReasonIn) -> Status:
    """Reject with a reason."""
    door = _door_of(request, requisition_id)
    actions.reject_requisition(
        requisition_id=requisition_id, client_id=key_of(request), **body.model_dump(), **door.who_and_when
    )
    return Status(201, show_requisition_whole(door, requisition_id))


@router.post("/requisitions/{int:requisition_id}/withdrawal", response={201: dict}, openapi_extra=KEYED)
def withdraw_requisition(request: HttpRequest, requisition_id: int, body: ReasonIn) -> Status:
    """Withdraw; what was delivered stays delivered."""
    door = _door_of(request, requisition_id)
    actions.withdraw_requisition(
        requisition_id=requisition_id, client_id=key_of(request), **body.model_dump(), **door.who_and_when
    )
    return Status(201, show_requisition_whole(door, requisition_id))


@router.post("/requisition-lines/{int:line_id}/confirmation", response={201: dict}, openapi_extra=KEYED)
def confirm_line(request: HttpRequest, line_id: int, body: ConfirmationIn) -> Status:
    """Say that a stale line still stands."""
    line = queries.line(request.auth, line_id)  # type: ignore[attr-defined]
    door = _door_of(request, line.requisition_id)
    actions.confirm_requisition_line(
        line_id=line_id, client_id=key_of(request), **body.model_dump(), **door.who_and_when
    )
    return Status(201, show_requisition_whole(door, line.requisition_id))


@router.post("/requisition-line-confirmations", response={201: dict}, openapi_extra=KEYED)
def confirm_lines(request: HttpRequest, body: ConfirmationsIn) -> Status:
    """Say of several lines of one unit that they still stand. Lines that were delivered or replaced meanwhile are
    passed over; `confirmed` names the others."""
    door = enter(request, body.bureau)
    lines = [ConfirmationInput(row.line, row.on_hand, row.daily_use) for row in body.lines]
    confirmed = actions.confirm_requisition_lines(
        organisation_id=organisation_id(door, body.organisation), lines=lines, client_id=key_of(request),
        **door.who_and_when,
    )  # fmt: skip
    return Status(201, {"confirmed": [line.pk for line in confirmed]})


class ReplenishmentIn(Body):
    """A shortage that becomes a task. `quantity` null: the gap in whole packs."""

    item: str = Field(max_length=30, examples=["KZ-N95"])
    owner: RowId = Field(description="Id of a colleague, from GET /colleagues", examples=[1])
    due_at: Moment
    quantity: StrictInt | None = Field(None, description="What should be got, in base units")
    bureau: str | None = None


def show_shortage(found: Any) -> dict[str, Any]:
    """An item with open demand, free stock, what is to come and the gap, in base units; its open replenishment."""
    held = found.replenishment
    return {
        "item": found.item.code,
        "unit": found.item.base_unit,
        "units": found.units,
        "quantity_open": found.open,
        "unknown_needs": found.unknown,
        "quantity_free": found.free,
        "quantity_coming": found.coming,
        "unknown_arrivals": found.coming_unknown,
        "quantity_gap": found.gap,
        "replenishment": show_replenishment(held) if held else None,
    }


def show_replenishment(held: Any) -> dict[str, Any]:
    """A replenishment: the numbers when it was made, and since when its gap is closed (null: it is not)."""
    return {
        "id": held.pk,
        "task": held.task_id,
        "task_number": held.task.number,
        "owner": {"id": held.task.owner_id, "name": held.task.owner.name},
        "due_at": held.task.due_at.isoformat(),
        "status": held.task.status,
        "quantity_gap": held.quantity_gap,
        "quantity_suggested": held.quantity_suggested,
        "made_at": held.made_at.isoformat(),
        "met_at": held.met_at.isoformat() if held.met_at else None,
    }


@router.get("/replenishments", response=dict)
def list_replenishments(request: HttpRequest, filters: Query[PlaceFilters]) -> dict[str, Any]:
    """Items that run short even with what is to come, and those whose replenishment is open."""
    door = entered(request, filters.bureau, "replenishment")
    found = shortages.shortages(door.actor, door.bureau_id, at=door.at)
    return {"results": [show_shortage(row) for row in found if row.gap or row.replenishment]}


@router.post("/replenishments", response={200: dict, 201: dict}, openapi_extra=KEYED)
def start_replenishment(request: HttpRequest, body: ReplenishmentIn) -> Status:
    """Make a shortage somebody's task. Where the item has an open one in the emergency, that one is answered (200)."""
    door = enter(request, body.bureau)
    item = items_by_code(door, [body.item])[body.item]
    key = key_of(request)
    made = start(
        bureau_id=door.bureau_id, item_id=item.pk, owner_id=body.owner, due_at=body.due_at, quantity=body.quantity,
        client_id=key, **door.who_and_when,
    )  # fmt: skip
    return Status(201 if made.client_id == key else 200, show_replenishment(made))


class LineFilters(PageFilters):
    """Open lines of one item (code); only those that nobody confirmed for three days, or that may ask too much."""

    item: str = Field("", max_length=30)
    stale: bool = False
    over_asking: bool = False


@router.get("/requisition-lines", response=Page)
def list_open_lines(request: HttpRequest, filters: Query[LineFilters]) -> dict[str, Any]:
    """需求清单: the open lines with what is allotted, delivered and open."""
    door = entered(request, filters.bureau, "requisition")
    item_ids = [item.pk for item in items_by_code(door, [filters.item]).values()] if filters.item else None
    rows = queries.open_lines(door.actor, door.bureau_id, item_ids=item_ids, at=door.at)
    if filters.stale:
        rows = rows.filter(confirmed_at__lt=door.at - STALE_AFTER)
    if filters.over_asking:
        rows = queries.over_asked(rows)
    return page(
        rows,
        filters,
        lambda line: show_line(line) | {"organisation": line.organisation.code, "requisition": line.requisition_id},
    )
