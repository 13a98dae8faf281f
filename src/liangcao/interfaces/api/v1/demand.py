"""Requisitions: filing, review, withdrawal, confirmation of stale lines."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Status
from pydantic import Field, StrictBool, StrictInt

from liangcao.foundation.identity import guard
from liangcao.interfaces.api.v1.doors import KEYED, Body, Door, Moment, enter, entered, key_of
from liangcao.interfaces.api.v1.names import items_by_code, organisation_id
from liangcao.interfaces.api.v1.paging import Page, PageFilters, page
from liangcao.operations.demand import actions, queries
from liangcao.operations.demand.inputs import ApprovalLine, RequisitionLineInput

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
    """A line with requested, approved, allotted, delivered and open, in base units; null = unknown."""
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


class LineFilters(PageFilters):
    """Open lines of one item (code)."""

    item: str = Field("", max_length=30)


@router.get("/requisition-lines", response=Page)
def list_open_lines(request: HttpRequest, filters: Query[LineFilters]) -> dict[str, Any]:
    """需求清单: the open lines with what is allotted, delivered and open."""
    door = entered(request, filters.bureau, "requisition")
    item_ids = [item.pk for item in items_by_code(door, [filters.item]).values()] if filters.item else None
    rows = queries.open_lines(door.actor, door.bureau_id, item_ids=item_ids, at=door.at)
    return page(
        rows,
        filters,
        lambda line: show_line(line) | {"organisation": line.organisation.code, "requisition": line.requisition_id},
    )
