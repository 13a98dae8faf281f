"""Opening stock of a new book: the list, its two signatures."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Status
from pydantic import Field, StrictInt

from liangcao.foundation.identity import guard
from liangcao.interfaces.api.v1.doors import KEYED, Body, Door, enter, entered, key_of
from liangcao.interfaces.api.v1.names import items_by_code, stores_by_code
from liangcao.interfaces.api.v1.paging import Page, PageFilters, page
from liangcao.operations.supply import actions, queries
from liangcao.operations.supply.actions import OpeningLineInput
from liangcao.operations.supply.opening import LINES_MOST

router = Router(tags=["supply"])


class OpeningLineIn(Body):
    """What was counted of one lot."""

    store: str = Field(max_length=30, description="Code of the store", examples=["S1"])
    item: str = Field(max_length=30, examples=["KZ-N95"])
    quantity: StrictInt = Field(examples=[1000])
    unit: str = Field("base", max_length=20, description='"base", or the name of a pack of the item')
    maker_lot: str = Field("", max_length=60)
    produced_on: date | None = None
    expires_on: date | None = None
    remark: str = Field("", max_length=200)


class OpeningIn(Body):
    """The whole list; it replaces the one before. No lines: the stores are empty."""

    lines: list[OpeningLineIn] = Field(max_length=LINES_MOST)
    bureau: str | None = None


class SignatureIn(Body):
    """A signature under the version that was looked at."""

    version: StrictInt = Field(ge=0, examples=[2])
    bureau: str | None = None


class OpeningReturnIn(SignatureIn):
    """Why the signed list goes back."""

    reason: str = Field(max_length=200)


def show(held: Any) -> dict[str, Any]:
    """State and signatures of opening stock."""
    return {
        "status": held.status,
        "version": held.version,
        "entered_by": held.entered_by,
        "entered_at": held.entered_at.isoformat(),
        "signed_by": held.signed_by,
        "signed_at": held.signed_at.isoformat() if held.signed_at else None,
        "confirmed_by": held.confirmed_by,
        "confirmed_at": held.confirmed_at.isoformat() if held.confirmed_at else None,
        "move": str(held.move_id) if held.move_id else None,
        "file": held.file.name if held.file else None,
    }


def show_line(line: Any) -> dict[str, Any]:
    """One line of opening stock."""
    return {
        "line": line.line,
        "store": line.store.code,
        "item": line.item.code,
        "quantity": line.quantity,
        "maker_lot": line.maker_lot,
        "produced_on": line.produced_on.isoformat() if line.produced_on else None,
        "expires_on": line.expires_on.isoformat() if line.expires_on else None,
        "remark": line.remark,
    }


@router.get("/opening-stock", response=dict)
def get_opening_stock(request: HttpRequest, bureau: str | None = None) -> dict[str, Any]:
    """State and signatures."""
    door = entered(request, bureau, "opening_stock")
    return show(queries.opening_stock(door.actor, bureau_id=door.bureau_id))


@router.get("/opening-stock/lines", response=Page)
def list_opening_lines(request: HttpRequest, filters: Query[PageFilters]) -> dict[str, Any]:
    """What was counted."""
    door = entered(request, filters.bureau, "opening_stock")
    return page(queries.opening_lines(door.actor, bureau_id=door.bureau_id), filters, show_line)


@router.post("/opening-stock", response={201: dict}, openapi_extra=KEYED)
def enter_opening_stock(request: HttpRequest, body: OpeningIn) -> Status:
    """Enter the list, whole or not at all; within fourteen days of the book's opening and before it is live."""
    door = enter(request, body.bureau)
    guard.check(door.actor, "enter", "opening_stock", bureau_id=door.bureau_id)
    items = items_by_code(door, [line.item for line in body.lines])
    stores = stores_by_code(door, [line.store for line in body.lines])
    lines = [
        OpeningLineInput(
            store_id=stores[line.store], item_id=items[line.item].pk, **line.model_dump(exclude={"store", "item"})
        )
        for line in body.lines
    ]
    held = actions.enter_opening_stock(
        bureau_id=door.bureau_id, lines=lines, client_id=key_of(request), **door.who_and_when
    )
    return Status(201, show(held))


def _sign(request: HttpRequest, body: SignatureIn, act: Callable[..., Any], **more: Any) -> Status:
    door: Door = enter(request, body.bureau)
    held = act(bureau_id=door.bureau_id, version=body.version, client_id=key_of(request), **more, **door.who_and_when)
    return Status(201, show(held))


@router.post("/opening-stock/signature", response={201: dict}, openapi_extra=KEYED)
def sign_opening_stock(request: HttpRequest, body: SignatureIn) -> Status:
    """The first signature: who counted."""
    return _sign(request, body, actions.sign_opening_stock)


@router.post("/opening-stock/confirmation", response={201: dict}, openapi_extra=KEYED)
def confirm_opening_stock(request: HttpRequest, body: SignatureIn) -> Status:
    """The second signature, by another person: the list is posted and the book is live."""
    return _sign(request, body, actions.confirm_opening_stock)


@router.post("/opening-stock/return", response={201: dict}, openapi_extra=KEYED)
def return_opening_stock(request: HttpRequest, body: OpeningReturnIn) -> Status:
    """Send the signed list back to be mended."""
    return _sign(request, body, actions.return_opening_stock, reason=body.reason)
