"""Stock counts, what ends when, write-offs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Status
from pydantic import Field, StrictInt

from liangcao.foundation.identity import guard
from liangcao.foundation.kernel.quantity import LINES_BY_HAND_MOST
from liangcao.interfaces.api.v1.doors import KEYED, Body, Door, Moment, PlaceFilters, enter, entered, key_of
from liangcao.interfaces.api.v1.names import items_by_code, store_id
from liangcao.interfaces.api.v1.paging import Page, PageFilters, page
from liangcao.operations.stocktaking import actions, queries
from liangcao.operations.stocktaking.actions import CountInput, FoundInput, WriteOffInput
from liangcao.reference.catalog.queries import category_by_code

router = Router(tags=["stock"])
LINES_MOST = 5000


class CountFilters(PageFilters):
    """Of which store, in which state."""

    store: str | None = Field(None, max_length=30)
    status: str | None = Field(None, max_length=10)


class CountIn(Body):
    """Which store, and whether all of it."""

    store: str = Field(max_length=30, description="Code of the store", examples=["S1"])
    item: str | None = Field(None, max_length=30, description="Only this item")
    category: str | None = Field(None, max_length=20, description="Only this category and what is below it")
    bureau: str | None = None


class CountLineIn(Body):
    """What was counted of one line."""

    line: StrictInt = Field(ge=1, examples=[1])
    quantity: StrictInt = Field(description="Pieces in the base unit; 0 where there is nothing", examples=[97])
    note: str = Field("", max_length=200)


class EntriesIn(Body):
    """Some lines or all of them, entered together or not at all."""

    entries: list[CountLineIn] = Field(max_length=LINES_MOST)
    counted_at: Moment | None = Field(None, description="When it was counted, for paper that is entered later")


class FoundIn(Body):
    """Goods that are on no line of the sheet."""

    item: str = Field(max_length=30)
    quantity: StrictInt
    resembles: UUID | None = Field(None, description="Id of the lot that they look like")
    maker_lot: str = Field("", max_length=60)
    no_lot_reason: str = Field("", max_length=100)
    produced_on: date | None = None
    expires_on: date | None = None
    note: str = Field("", max_length=200)


class LineReasonIn(Body):
    """Why one line differs."""

    line: StrictInt = Field(ge=1)
    reason: str = Field(max_length=200)


class CountSignatureIn(Body):
    """Why the count differs: for all lines, or line by line."""

    reason: str = Field("", max_length=200, examples=["拆箱破损未登记"])
    reasons: list[LineReasonIn] = Field(default_factory=list, max_length=LINES_MOST)


class ReasonIn(Body):
    """Why."""

    reason: str = Field(max_length=200, examples=["数量有误,请重点"])


class ExpiryFilters(PlaceFilters):
    """Within how many days (0: what has ended already), of which store."""

    within: int | None = Field(None, ge=0, le=36500)
    store: str | None = Field(None, max_length=30)


class WriteOffLineIn(Body):
    """So many pieces of a lot."""

    lot: UUID
    quantity: StrictInt = Field(examples=[10])
    place: str = Field("store", max_length=12, description='"store", "quarantine" or "receiving"')


class WriteOffIn(Body):
    """What cannot be used any more, and why."""

    store: str = Field(max_length=30, examples=["S1"])
    cause: str = Field(max_length=10, examples=["expired"], description='"expired", "damaged" or "other"')
    reason: str = Field(max_length=200, examples=["已过期"])
    lines: list[WriteOffLineIn] = Field(max_length=LINES_BY_HAND_MOST)
    bureau: str | None = None


def _moment(value: Any) -> str | None:
    return value.isoformat() if value else None


def show(sheet: Any) -> dict[str, Any]:
    """A sheet without its lines."""
    return {
        "id": sheet.pk,
        "number": sheet.number,
        "store": sheet.store.code,
        "item": sheet.item.code if sheet.item_id else None,
        "category": sheet.category.code if sheet.category_id else None,
        "status": sheet.status,
        "round": sheet.round,
        "opened_seq": sheet.opened_seq,
        "opened_by": sheet.opened_by,
        "opened_at": sheet.opened_at.isoformat(),
        "signed_by": sheet.signed_by,
        "signed_at": _moment(sheet.signed_at),
        "ended_by": sheet.ended_by,
        "ended_at": _moment(sheet.ended_at),
        "reason": sheet.reason,
        "move": str(sheet.move_id) if sheet.move_id else None,
    }


def _show_line(sheet: Any, row: Any) -> dict[str, Any]:
    """A line; while the count is blind, only whether it was counted."""
    line, seen = row.line, queries.shows_book(sheet)
    return {
        "line": line.line,
        "item": line.item.code,
        "lot": str(line.lot_id) if line.lot_id else None,
        "lot_code": line.lot.code if line.lot else None,
        "place": line.place,
        "resembles": str(line.resembles_id) if line.resembles_id else None,
        "maker_lot": line.maker_lot or (line.lot.maker_lot if line.lot else ""),
        "is_counted": row.in_round(sheet.round) is not None,
        "quantity": row.last.quantity if seen and row.last else None,
        "quantity_book": row.last.quantity_book if seen and row.last else None,
        "variance": row.variance if seen else None,
        "rounds": [_show_entry(entry) for entry in row.entries] if seen else [],
        "reason": line.reason,
    }


def _show_entry(entry: Any) -> dict[str, Any]:
    return {
        "round": entry.round,
        "quantity": entry.quantity,
        "quantity_book": entry.quantity_book,
        "seq": entry.seq,
        "counted_by": entry.counted_by,
        "counted_at": entry.counted_at.isoformat(),
        "note": entry.note,
    }


def _whole(door: Door, sheet_id: int) -> dict[str, Any]:
    sheet = queries.sheet(door.actor, sheet_id)
    return show(sheet) | {"lines": [_show_line(sheet, row) for row in queries.counted(door.actor, sheet)]}


def _door(request: HttpRequest, sheet_id: int) -> Door:
    return enter(request, queries.sheet(request.auth, sheet_id).bureau.code)  # type: ignore[attr-defined]


@router.get("/counts", response=Page)
def list_counts(request: HttpRequest, filters: Query[CountFilters]) -> dict[str, Any]:
    """Count sheets, newest first."""
    door = entered(request, filters.bureau, "stock_count")
    rows = queries.sheets(door.actor, door.bureau_id)
    if filters.store:
        rows = rows.filter(store_id=store_id(door, filters.store))
    rows = rows.filter(status=filters.status) if filters.status else rows
    return page(rows, filters, show, newest_first=True)


@router.post("/counts", response={201: dict}, openapi_extra=KEYED)
def open_count(request: HttpRequest, body: CountIn) -> Status:
    """Open a sheet over all lots of a store, of an item or of a category. What the book holds is frozen."""
    door = enter(request, body.bureau)
    guard.check(door.actor, "count", "stock_count", bureau_id=door.bureau_id)
    made = actions.open_count(
        bureau_id=door.bureau_id,
        store_id=store_id(door, body.store),
        item_id=items_by_code(door, [body.item])[body.item].pk if body.item else None,
        category_id=category_by_code(door.actor, body.category).pk if body.category else None,
        client_id=key_of(request),
        **door.who_and_when,
    )
    return Status(201, _whole(door, made.pk))


@router.get("/counts/{int:sheet_id}", response=dict)
def get_count(request: HttpRequest, sheet_id: int) -> dict[str, Any]:
    """One sheet with its lines; the book's quantities are null until the round is complete."""
    door = _door(request, sheet_id)
    guard.check(door.actor, "view", "stock_count", bureau_id=door.bureau_id)
    return _whole(door, sheet_id)


def _step(request: HttpRequest, sheet_id: int, act: Callable[..., Any], **more: Any) -> Status:
    door = _door(request, sheet_id)
    act(sheet_id=sheet_id, client_id=key_of(request), **more, **door.who_and_when)
    return Status(201, _whole(door, sheet_id))


@router.post("/counts/{int:sheet_id}/entries", response={201: dict}, openapi_extra=KEYED)
def enter_counts(request: HttpRequest, sheet_id: int, body: EntriesIn) -> Status:
    """What was counted; each line once a round."""
    entries = [CountInput(**entry.model_dump()) for entry in body.entries]
    return _step(request, sheet_id, actions.enter_counts, entries=entries, counted_at=body.counted_at)


@router.post("/counts/{int:sheet_id}/found", response={201: dict}, openapi_extra=KEYED)
def add_found(request: HttpRequest, sheet_id: int, body: FoundIn) -> Status:
    """Goods that lie there and are on no line."""
    door = _door(request, sheet_id)
    guard.check(door.actor, "count", "stock_count", bureau_id=door.bureau_id)
    item = items_by_code(door, [body.item])[body.item]
    found = FoundInput(item_id=item.pk, resembles_id=body.resembles, **body.model_dump(exclude={"item", "resembles"}))
    return _step(request, sheet_id, actions.add_found, found=found)


@router.post("/counts/{int:sheet_id}/completion", response={201: dict}, openapi_extra=KEYED)
def finish_count(request: HttpRequest, sheet_id: int) -> Status:
    """The round is complete."""
    return _step(request, sheet_id, actions.finish_count)


@router.post("/counts/{int:sheet_id}/recount", response={201: dict}, openapi_extra=KEYED)
def start_recount(request: HttpRequest, sheet_id: int) -> Status:
    """Count again what differs, by another person."""
    return _step(request, sheet_id, actions.start_recount)


@router.post("/counts/{int:sheet_id}/signature", response={201: dict}, openapi_extra=KEYED)
def sign_count(request: HttpRequest, sheet_id: int, body: CountSignatureIn) -> Status:
    """The first signature, with the reason of what differs."""
    reasons = {row.line: row.reason for row in body.reasons}
    return _step(request, sheet_id, actions.sign_count, reason=body.reason, reasons=reasons)


@router.post("/counts/{int:sheet_id}/confirmation", response={201: dict}, openapi_extra=KEYED)
def confirm_count(request: HttpRequest, sheet_id: int) -> Status:
    """The second signature, by another person: what differs is posted."""
    return _step(request, sheet_id, actions.confirm_count)


@router.post("/counts/{int:sheet_id}/return", response={201: dict}, openapi_extra=KEYED)
def return_count(request: HttpRequest, sheet_id: int, body: ReasonIn) -> Status:
    """Back to who counted."""
    return _step(request, sheet_id, actions.return_count, reason=body.reason)


@router.post("/counts/{int:sheet_id}/cancellation", response={201: dict}, openapi_extra=KEYED)
def cancel_count(request: HttpRequest, sheet_id: int, body: ReasonIn) -> Status:
    """Give the count up; the book stays as it is."""
    return _step(request, sheet_id, actions.cancel_count, reason=body.reason)


@router.get("/expiry", response=dict)
def list_expiry(request: HttpRequest, filters: Query[ExpiryFilters]) -> dict[str, Any]:
    """What lies in our stores and ends, soonest first."""
    door = entered(request, filters.bureau, "stock_count")
    place = store_id(door, filters.store) if filters.store else None
    rows = queries.expiring(door.actor, door.bureau_id, on=door.today, within=filters.within, store_id=place)
    return {"on": door.today.isoformat(), "results": [_show_expiring(row) for row in rows]}


def _show_expiring(row: Any) -> dict[str, Any]:
    return {
        "lot": str(row.lot.pk),
        "lot_code": row.lot.code,
        "item": row.item.code,
        "store": row.store.code,
        "account": row.kind,
        "quantity": row.quantity,
        "expires_on": row.expires_on.isoformat(),
        "days": row.days,
    }


def _show_write_off(held: Any) -> dict[str, Any]:
    return {
        "id": held.pk,
        "number": held.number,
        "store": held.store.code,
        "cause": held.cause,
        "reason": held.reason,
        "status": held.status,
        "asked_by": held.asked_by,
        "asked_at": held.asked_at.isoformat(),
        "decided_by": held.decided_by,
        "decided_at": _moment(held.decided_at),
        "decided_reason": held.decided_reason,
        "move": str(held.move_id) if held.move_id else None,
    }


def _whole_write_off(door: Door, write_off_id: int) -> dict[str, Any]:
    held = queries.write_off(door.actor, write_off_id)
    lines = [
        {"lot": str(line.lot_id), "place": line.place, "quantity": line.quantity}
        for line in held.lines.order_by("line")
    ]
    return _show_write_off(held) | {"lines": lines}


@router.get("/write-offs", response=Page)
def list_write_offs(request: HttpRequest, filters: Query[CountFilters]) -> dict[str, Any]:
    """Write-offs, newest first."""
    door = entered(request, filters.bureau, "write_off")
    rows = queries.write_offs(door.actor, door.bureau_id)
    if filters.store:
        rows = rows.filter(store_id=store_id(door, filters.store))
    rows = rows.filter(status=filters.status) if filters.status else rows
    return page(rows, filters, _show_write_off, newest_first=True)


@router.post("/write-offs", response={201: dict}, openapi_extra=KEYED)
def ask_write_off(request: HttpRequest, body: WriteOffIn) -> Status:
    """Ask that goods be written off; they stay until another person approves."""
    door = enter(request, body.bureau)
    guard.check(door.actor, "ask", "write_off", bureau_id=door.bureau_id)
    made = actions.ask_write_off(
        bureau_id=door.bureau_id,
        store_id=store_id(door, body.store),
        cause=body.cause,
        reason=body.reason,
        lines=[WriteOffInput(line.lot, line.quantity, line.place) for line in body.lines],
        client_id=key_of(request),
        **door.who_and_when,
    )
    return Status(201, _whole_write_off(door, made.pk))


def _write_off_door(request: HttpRequest, write_off_id: int) -> Door:
    return enter(request, queries.write_off(request.auth, write_off_id).bureau.code)  # type: ignore[attr-defined]


@router.get("/write-offs/{int:write_off_id}", response=dict)
def get_write_off(request: HttpRequest, write_off_id: int) -> dict[str, Any]:
    """One write-off with its lines."""
    door = _write_off_door(request, write_off_id)
    guard.check(door.actor, "view", "write_off", bureau_id=door.bureau_id)
    return _whole_write_off(door, write_off_id)


def _decide(request: HttpRequest, write_off_id: int, act: Callable[..., Any], **more: Any) -> Status:
    door = _write_off_door(request, write_off_id)
    act(write_off_id=write_off_id, client_id=key_of(request), **more, **door.who_and_when)
    return Status(201, _whole_write_off(door, write_off_id))


@router.post("/write-offs/{int:write_off_id}/approval", response={201: dict}, openapi_extra=KEYED)
def approve_write_off(request: HttpRequest, write_off_id: int) -> Status:
    """By another person than who asked: the goods leave the book."""
    return _decide(request, write_off_id, actions.approve_write_off)


@router.post("/write-offs/{int:write_off_id}/refusal", response={201: dict}, openapi_extra=KEYED)
def decline_write_off(request: HttpRequest, write_off_id: int, body: ReasonIn) -> Status:
    """Not approved; the goods stay."""
    return _decide(request, write_off_id, actions.decline_write_off, reason=body.reason)


@router.post("/write-offs/{int:write_off_id}/withdrawal", response={201: dict}, openapi_extra=KEYED)
def withdraw_write_off(request: HttpRequest, write_off_id: int, body: ReasonIn) -> Status:
    """Taken back by those who ask."""
    return _decide(request, write_off_id, actions.withdraw_write_off, reason=body.reason)
