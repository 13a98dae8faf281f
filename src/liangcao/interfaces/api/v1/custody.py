"""What units hold: returns, sub-issues."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Status
from pydantic import Field, StrictBool, StrictInt

from liangcao.foundation.identity import guard
from liangcao.foundation.kernel.errors import Invalid
from liangcao.foundation.kernel.quantity import LINES_BY_HAND_MOST
from liangcao.interfaces.api.v1.doors import KEYED, Body, Door, PlaceFilters, enter, entered, key_of
from liangcao.interfaces.api.v1.names import organisation_id, store_id
from liangcao.interfaces.api.v1.paging import Page, PageFilters, page
from liangcao.operations.custody import actions, queries
from liangcao.operations.custody.actions import HolderInput, ReturnInput

router = Router(tags=["custody"])


class ReturnFilters(PageFilters):
    """Of which unit, in which state."""

    organisation: str | None = Field(None, max_length=30)
    status: str | None = Field(None, max_length=10)


class SubIssueFilters(PageFilters):
    """Of which unit, of which lot."""

    organisation: str | None = Field(None, max_length=30)
    lot: UUID | None = None


class HoldingFilters(PlaceFilters):
    """Of which unit; a unit itself need not say."""

    organisation: str | None = Field(None, max_length=30)


class ReturnLineIn(Body):
    """So many pieces of a lot."""

    lot: UUID
    quantity: StrictInt = Field(description="Base units", examples=[30])


class ReturnIn(Body):
    """What a unit gives back, and why."""

    organisation: str = Field(max_length=30, examples=["H001"])
    reason: str = Field(max_length=200, examples=["用不完"])
    is_still_needed: StrictBool = Field(False, description="The unit still needs as many: its need is open again")
    lines: list[ReturnLineIn] = Field(max_length=LINES_BY_HAND_MOST)
    bureau: str | None = None


class TakenIn(ReturnIn):
    """The same, standing at the counter: into which store, and where there."""

    store: str = Field(max_length=30, examples=["S1"])
    place: Literal["quarantine", "store"] = "quarantine"
    brought_by: str = Field(max_length=60, description="Who brought it")


class ReceiptIn(Body):
    """What came of every lot of a return, 0 for none."""

    store: str = Field(max_length=30, examples=["S1"])
    place: Literal["quarantine", "store"] = "quarantine"
    brought_by: str = Field(max_length=60)
    lines: list[ReturnLineIn] = Field(max_length=LINES_BY_HAND_MOST)


class ReasonIn(Body):
    """Why."""

    reason: str = Field(max_length=200)


class HolderIn(Body):
    """A ward, village or workshop."""

    holder: str = Field(max_length=60, description="A place, never a person's name", examples=["一病区"])
    quantity: StrictInt = Field(examples=[10])
    phone: str = Field("", max_length=40)


class SubIssueIn(Body):
    """To whom a unit gave pieces of a lot."""

    organisation: str = Field(max_length=30, examples=["H001"])
    lot: UUID
    given_on: date
    holders: list[HolderIn] = Field(max_length=LINES_BY_HAND_MOST)
    bureau: str | None = None


class TakeBackIn(Body):
    """How much came back, and why."""

    quantity: StrictInt = Field(examples=[4])
    reason: str = Field(max_length=200)


def show(held: Any) -> dict[str, Any]:
    """A return without its lines."""
    return {
        "id": held.pk,
        "number": held.number,
        "organisation": held.organisation.code,
        "status": held.status,
        "reason": held.reason,
        "is_still_needed": held.is_still_needed,
        "store": held.store.code if held.store else None,
        "place": held.place or None,
        "asked_at": held.asked_at.isoformat(),
        "decided_at": held.decided_at.isoformat() if held.decided_at else None,
        "decided_reason": held.decided_reason,
        "move": str(held.move_id) if held.move_id else None,
    }


def _whole(door: Door, return_id: int) -> dict[str, Any]:
    lines = [
        {
            "lot": str(line.lot_id),
            "lot_code": line.lot.code,
            "item": line.lot.item.code,
            "quantity_asked": line.quantity_asked,
            "quantity": line.quantity,
        }
        for line in queries.return_lines(door.actor, return_id)
    ]
    return show(queries.unit_return(door.actor, return_id)) | {"lines": lines}


def show_sub_issue(row: Any) -> dict[str, Any]:
    """A sub-issue, with what was taken back of it."""
    return {
        "id": row.pk,
        "number": row.number,
        "organisation": row.organisation.code,
        "lot": str(row.lot_id),
        "lot_code": row.lot.code,
        "holder": row.holder,
        "phone": row.phone,
        "quantity": row.quantity,
        "quantity_back": row.quantity_back,
        "given_on": row.given_on.isoformat(),
    }


def _inputs(lines: list[ReturnLineIn]) -> list[ReturnInput]:
    return [ReturnInput(line.lot, line.quantity) for line in lines]


def _unit(door: Door, code: str | None) -> int:
    """The unit that is named, or the one that the caller speaks for."""
    if code is not None:
        return organisation_id(door, code)
    own = sorted(door.actor.own_business_ids)
    if len(own) != 1:
        raise Invalid("ORGANISATION_MISSING", "请用 organisation 指明是哪个单位", "Name the unit", field="organisation")
    return own[0]


@router.get("/holdings", response=dict)
def list_holdings(request: HttpRequest, filters: Query[HoldingFilters]) -> dict[str, Any]:
    """What a unit has by the book, lot by lot, and how much of it it gave on."""
    door = entered(request, filters.bureau, "unit_return")
    rows = queries.held_by(door.actor, _unit(door, filters.organisation))
    return {
        "results": [
            {
                "lot": str(row.lot.pk),
                "lot_code": row.lot.code,
                "item": row.lot.item.code,
                "quantity": row.quantity,
                "given_on": row.given_on,
                "left": row.left,
            }
            for row in rows
        ]
    }


@router.get("/returns", response=Page)
def list_returns(request: HttpRequest, filters: Query[ReturnFilters]) -> dict[str, Any]:
    """Returns in scope, newest first: a unit sees its own."""
    door = entered(request, filters.bureau, "unit_return")
    unit = organisation_id(door, filters.organisation) if filters.organisation else None
    rows = queries.returns(door.actor, door.bureau_id, organisation_id=unit)
    return page(rows.filter(status=filters.status) if filters.status else rows, filters, show, newest_first=True)


@router.post("/returns", response={201: dict}, openapi_extra=KEYED)
def ask_return(request: HttpRequest, body: ReturnIn) -> Status:
    """Announce that goods come back; the book changes when they are taken in."""
    door = enter(request, body.bureau)
    made = actions.ask_return(
        organisation_id=organisation_id(door, body.organisation), lines=_inputs(body.lines), reason=body.reason,
        is_still_needed=body.is_still_needed, client_id=key_of(request), **door.who_and_when,
    )  # fmt: skip
    return Status(201, _whole(door, made.pk))


@router.post("/returns/taken", response={201: dict}, openapi_extra=KEYED)
def take_return(request: HttpRequest, body: TakenIn) -> Status:
    """A unit stands at the counter: announced and taken in as one act."""
    door = enter(request, body.bureau)
    guard.check(door.actor, "receive", "unit_return", bureau_id=door.bureau_id)
    made = actions.take_return(
        organisation_id=organisation_id(door, body.organisation), lines=_inputs(body.lines), reason=body.reason,
        store_id=store_id(door, body.store), place=body.place, brought_by=body.brought_by,
        is_still_needed=body.is_still_needed, client_id=key_of(request), **door.who_and_when,
    )  # fmt: skip
    return Status(201, _whole(door, made.pk))


def _door(request: HttpRequest, return_id: int) -> Door:
    return enter(request, queries.unit_return(request.auth, return_id).bureau.code)  # type: ignore[attr-defined]


@router.get("/returns/{int:return_id}", response=dict)
def get_return(request: HttpRequest, return_id: int) -> dict[str, Any]:
    """One return with its lines."""
    held = queries.unit_return(request.auth, return_id)  # type: ignore[attr-defined]
    door = enter(request, held.bureau.code)
    guard.check(
        door.actor, "view", "unit_return", bureau_id=door.bureau_id, organisation_id=held.organisation_id
    )  # fmt: skip
    return _whole(door, return_id)


@router.post("/returns/{int:return_id}/receipt", response={201: dict}, openapi_extra=KEYED)
def receive_return(request: HttpRequest, return_id: int, body: ReceiptIn) -> Status:
    """What was announced is counted in, into a store or its quarantine."""
    door = _door(request, return_id)
    guard.check(door.actor, "receive", "unit_return", bureau_id=door.bureau_id)
    actions.receive_return(
        return_id=return_id, store_id=store_id(door, body.store), place=body.place, brought_by=body.brought_by,
        lines=_inputs(body.lines), client_id=key_of(request), **door.who_and_when,
    )  # fmt: skip
    return Status(201, _whole(door, return_id))


def _step(request: HttpRequest, return_id: int, body: ReasonIn, act: Callable[..., Any]) -> Status:
    door = _door(request, return_id)
    act(return_id=return_id, reason=body.reason, client_id=key_of(request), **door.who_and_when)
    return Status(201, _whole(door, return_id))


@router.post("/returns/{int:return_id}/refusal", response={201: dict}, openapi_extra=KEYED)
def decline_return(request: HttpRequest, return_id: int, body: ReasonIn) -> Status:
    """The goods stay with the unit."""
    return _step(request, return_id, body, actions.decline_return)


@router.post("/returns/{int:return_id}/withdrawal", response={201: dict}, openapi_extra=KEYED)
def withdraw_return(request: HttpRequest, return_id: int, body: ReasonIn) -> Status:
    """The unit keeps the goods after all."""
    return _step(request, return_id, body, actions.withdraw_return)


@router.post("/returns/{int:return_id}/reversal", response={201: dict}, openapi_extra=KEYED)
def reverse_return(request: HttpRequest, return_id: int, body: ReasonIn) -> Status:
    """The return was a mistake: the goods are the unit's again."""
    return _step(request, return_id, body, actions.reverse_return)


@router.get("/sub-issues", response=Page)
def list_sub_issues(request: HttpRequest, filters: Query[SubIssueFilters]) -> dict[str, Any]:
    """To whom units gave goods on, newest first."""
    door = entered(request, filters.bureau, "sub_issue")
    unit = organisation_id(door, filters.organisation) if filters.organisation else None
    rows = queries.sub_issues(door.actor, door.bureau_id, organisation_id=unit, lot_id=filters.lot)
    return page(rows, filters, show_sub_issue, newest_first=True)


@router.post("/sub-issues", response={201: list[dict]}, openapi_extra=KEYED)
def give_on(request: HttpRequest, body: SubIssueIn) -> Status:
    """Write down to which wards, villages, workshops a unit gave pieces of a lot."""
    door = enter(request, body.bureau)
    made = actions.give_on(
        organisation_id=organisation_id(door, body.organisation), lot_id=body.lot, given_on=body.given_on,
        holders=[HolderInput(row.holder, row.quantity, row.phone) for row in body.holders], client_id=key_of(request),
        **door.who_and_when,
    )  # fmt: skip
    return Status(201, [show_sub_issue(queries.sub_issue(door.actor, row.pk)) for row in made])


@router.post("/sub-issues/{int:sub_issue_id}/reversal", response={201: dict}, openapi_extra=KEYED)
def take_back(request: HttpRequest, sub_issue_id: int, body: TakeBackIn) -> Status:
    """A counter-entry: taken back, or written down by mistake."""
    given = queries.sub_issue(request.auth, sub_issue_id)  # type: ignore[attr-defined]
    door = enter(request, given.bureau.code)
    actions.take_back(
        sub_issue_id=sub_issue_id, quantity=body.quantity, reason=body.reason, client_id=key_of(request),
        **door.who_and_when,
    )  # fmt: skip
    return Status(201, show_sub_issue(queries.sub_issue(door.actor, sub_issue_id)))
