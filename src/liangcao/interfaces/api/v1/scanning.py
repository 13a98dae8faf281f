"""What a scanned code is; what bar codes mean; picking by scan."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import File, Query, Router, Status
from ninja.files import UploadedFile
from pydantic import Field, StrictInt

from liangcao.foundation.files.pictures import MOST_BYTES
from liangcao.foundation.identity import guard
from liangcao.foundation.kernel.codes import LONGEST, MakerCode
from liangcao.interfaces.api.v1.doors import KEYED, Body, Filters, PlaceFilters, enter, key_of, language_of
from liangcao.interfaces.api.v1.ledger import show_lot
from liangcao.interfaces.api.v1.paging import Page, PageFilters, page
from liangcao.interfaces.intake.photos import CodeRead, read_photo, the_one
from liangcao.interfaces.intake.scanning import Scanned, lot_to_pick, resolve
from liangcao.operations.dispatch import actions as dispatch
from liangcao.operations.dispatch import queries as deliveries
from liangcao.reference.catalog import actions as catalog
from liangcao.reference.catalog import queries
from liangcao.reference.catalog.models import ItemIdentifier

router = Router(tags=["scanning"])


class ScanFilters(Filters):
    """The code as the scanner gives it; a group separator is written as ␝ or <GS>, because a request holds no control
    characters."""

    code: str = Field(min_length=1, max_length=LONGEST, examples=["(01)06901234567892(17)220630(10)A1"])
    bureau: str | None = Field(None, max_length=30)


class IdentifierIn(Body):
    """A maker's code of an item."""

    code: str = Field(min_length=1, max_length=LONGEST, examples=["(01)16901234567899"])
    quantity: StrictInt = Field(description="Base units in a pack that carries this code", examples=[480])


class EndingIn(Body):
    """Why a recorded code is wrong."""

    reason: str = Field(max_length=200, examples=["看错箱规"])


class PickIn(Body):
    """The code of what was taken from the shelf."""

    code: str = Field(min_length=1, max_length=LONGEST, examples=["RK20200203-12"])


def show_code(code: MakerCode) -> dict[str, Any]:
    """What a maker's code says."""
    return {
        "issuer": code.issuer,
        "identifier": code.identifier,
        "maker_lot": code.maker_lot,
        "serial": code.serial,
        "produced_on": code.produced_on.isoformat() if code.produced_on else None,
        "expires_on": code.expires_on.isoformat() if code.expires_on else None,
        "quantity": code.quantity,
        "sscc": code.sscc,
    }


def show_identifier(held: ItemIdentifier) -> dict[str, Any]:
    """What a code means, and who said so."""
    return {
        "id": held.pk,
        "issuer": held.issuer,
        "identifier": held.identifier,
        "item": held.item.code,
        "quantity": held.quantity,
        "added_by": held.added_by,
        "added_at": held.added_at.isoformat(),
        "ended_by": held.ended_by or None,
        "ended_at": held.ended_at.isoformat() if held.ended_at else None,
        "ended_reason": held.ended_reason or None,
    }


@router.get("/scan", response=dict)
def scan(request: HttpRequest, filters: Query[ScanFilters]) -> dict[str, Any]:
    """What a code is: `item` (known, with the lots of ours that it may mean), `unknown` (nobody has said yet what it
    means), `dates` (lot and dates alone), `lot`, `delivery` or `count`. What is not there and what is not in scope are
    both 404; what is no code of goods or ours is 400 with the reason."""
    door = enter(request, filters.bureau)
    guard.check(door.actor, "view", "item")
    return show_scanned(resolve(door.actor, filters.code, bureau_id=door.bureau_id, at=door.at))


@router.post("/scan/photo", response=dict)
def scan_photo(request: HttpRequest, photo: File[UploadedFile], filters: Query[PlaceFilters]) -> dict[str, Any]:
    """The codes in a photo (JPEG, PNG or WebP of at most 10 MB and 51 megapixels; QR, Data Matrix, Code 128, EAN, UPC,
    ITF-14), from top to bottom. Each has its `text` as `GET /scan` takes it and what that answers (`scanned`), or why
    it is refused (`refusal`). `code` is the text of the one that is meant: the only one, or the only one that is
    understood. Where none is understood the call is refused as `GET /scan` would be. Nothing is written and nothing of
    the photo is kept, so the call needs no key."""
    door = enter(request, filters.bureau)
    guard.check(door.actor, "view", "item")
    read = read_photo(door.actor, photo.read(MOST_BYTES + 1), bureau_id=door.bureau_id, at=door.at)
    meant = the_one(read)
    if meant is not None and meant.refusal is not None:
        raise meant.refusal
    language = language_of(request)
    return {"code": meant.text if meant else None, "codes": [_show_read(each, language) for each in read]}


def _show_read(each: CodeRead, language: str) -> dict[str, Any]:
    refusal = each.refusal
    return {
        "text": each.text,
        "scanned": show_scanned(each.found) if each.found is not None else None,
        "refusal": {"code": refusal.code, "message": refusal.message(language)} if refusal is not None else None,
    }


def show_scanned(found: Scanned) -> dict[str, Any]:
    """What a code is to the reader."""
    return {
        "kind": found.kind,
        "code": show_code(found.code) if found.code else None,
        "item": found.item.code if found.item is not None else None,
        "pack_quantity": found.quantity,
        "lots": [show_lot(lot) for lot in found.lots],
        "delivery": {"id": found.delivery.pk, "number": found.delivery.number} if found.delivery is not None else None,
        "count": {"id": found.sheet.pk, "number": found.sheet.number} if found.sheet is not None else None,
    }


@router.get("/items/{item_code}/identifiers", response=Page)
def list_identifiers(request: HttpRequest, item_code: str, filters: Query[PageFilters]) -> dict[str, Any]:
    """The codes of an item, ended ones included."""
    door = enter(request, filters.bureau)
    guard.check(door.actor, "view", "item")
    rows = queries.identifiers_of(door.actor, queries.item_by_code(item_code).pk).select_related("item")
    return page(rows, filters, show_identifier)


@router.post("/items/{item_code}/identifiers", response={201: dict}, openapi_extra=KEYED)
def add_identifier(request: HttpRequest, item_code: str, body: IdentifierIn) -> Status:
    """Say that a maker's code means this item. A code means one item; 409 names the one that it means already."""
    door = enter(request)
    item = queries.item_by_code(item_code)
    held = catalog.add_identifier(
        item_id=item.pk, code=body.code, quantity=body.quantity, client_id=key_of(request), **door.who_and_when
    )
    return Status(201, show_identifier(held))


@router.post("/identifiers/{identifier_id}/ending", response={201: dict}, openapi_extra=KEYED)
def end_identifier(request: HttpRequest, identifier_id: int, body: EndingIn) -> Status:
    """Say that a recorded code was wrong; it may then be recorded anew."""
    held = catalog.end_identifier(
        identifier_id=identifier_id, reason=body.reason, client_id=key_of(request), **enter(request).who_and_when
    )
    return Status(201, show_identifier(held))


@router.post("/deliveries/{delivery_id}/picks", response={201: dict}, openapi_extra=KEYED)
def confirm_pick(request: HttpRequest, delivery_id: int, body: PickIn) -> Status:
    """Confirm by its label, or a code with the maker's lot, that goods of a delivery stand ready; another lot is
    refused with 409."""
    found = deliveries.delivery(request.auth, delivery_id)  # type: ignore[attr-defined]
    door = enter(request, found.bureau.code)
    lines = deliveries.delivery_lines(door.actor, [delivery_id])
    lot_id = lot_to_pick(door.actor, body.code, lines=lines, bureau_id=found.bureau_id, at=door.at)
    dispatch.confirm_pick(delivery_id=delivery_id, lot_id=lot_id, client_id=key_of(request), **door.who_and_when)
    after = deliveries.delivery_lines(door.actor, [delivery_id])
    return Status(
        201,
        {
            "delivery": found.number,
            "lines": [
                {
                    "line": line.line,
                    "lot": line.lot.code,
                    "picked_by": line.picked_by or None,
                    "picked_at": line.picked_at.isoformat() if line.picked_at else None,
                }
                for line in after
            ],
        },
    )
