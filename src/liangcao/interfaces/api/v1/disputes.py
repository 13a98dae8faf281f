"""Disputes of receipts: a unit says that less came than it signed for; the desk finds it true or not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Status
from pydantic import Field, StrictInt

from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.kernel.errors import NotFound
from liangcao.foundation.kernel.quantity import LINES_BY_HAND_MOST
from liangcao.interfaces.api.v1.dispatch import Picture, SettledLineIn, door_of_delivery, picture_in
from liangcao.interfaces.api.v1.doors import KEYED, Body, Door, enter, entered, key_of
from liangcao.interfaces.api.v1.paging import Page, PageFilters, page
from liangcao.operations.dispatch import actions, proof_queries, queries
from liangcao.operations.dispatch.proof import PHOTOS_MOST, shown

router = Router(tags=["dispatch"])


class DisputeFilters(PageFilters):
    """Disputes by state."""

    status: Literal["", "open", "accepted", "rejected", "withdrawn"] = ""


class DisputedLineIn(Body):
    """Of the good pieces of one line of the delivery: so many were short, so many damaged. Base units."""

    line: StrictInt
    quantity_short: StrictInt = Field(0, ge=0, examples=[3])
    quantity_damaged: StrictInt = Field(0, ge=0)


class DisputeIn(Body):
    """Less came than was signed for."""

    lines: list[DisputedLineIn] = Field(max_length=LINES_BY_HAND_MOST)
    reason: str = Field(max_length=200, examples=["清点少三只"])
    raised_name: str = Field(max_length=60, examples=["药剂科"])
    raised_phone: str = Field("", max_length=40)
    photos: list[Picture] = Field([], max_length=PHOTOS_MOST, description="Pictures in base64")


class AcceptanceIn(Body):
    """It is so, and what became of the pieces. `line` is the id of the dispute's line."""

    lines: list[SettledLineIn] = Field(min_length=1, max_length=LINES_BY_HAND_MOST)
    reason: str = Field(max_length=200)


class FoundIn(Body):
    """What was found."""

    reason: str = Field(max_length=200)


def show_dispute(row: Any) -> dict[str, Any]:
    """A dispute without its lines."""
    return {
        "id": row.pk,
        "number": row.number,
        "delivery": row.delivery_id,
        "delivery_number": row.delivery.number,
        "organisation": row.delivery.organisation.code,
        "status": row.status,
        "reason": row.reason,
        "raised_name": row.raised_name,
        "raised_door": row.raised_door,
        "raised_at": row.raised_at.isoformat(),
        "decided_at": row.decided_at.isoformat() if row.decided_at else None,
        "decided_reason": row.decided_reason,
    }


def _whole(actor: Actor, dispute_id: int) -> dict[str, Any]:
    found = proof_queries.dispute(actor, dispute_id)
    photos = proof_queries.photos_of(actor, found.delivery_id)
    lines = [
        {
            "id": line.pk,
            "line": line.line,
            "item": line.item.code,
            "quantity_short": line.quantity_short,
            "quantity_damaged": line.quantity_damaged,
            "short_settled_as": line.short_settled_as or None,
            "damaged_settled_as": line.damaged_settled_as or None,
        }
        for line in proof_queries.dispute_lines(actor, dispute_id)
    ]
    moves = {"reversal": found.reversal_id, "settlement": found.settlement_id}
    kept = {name: str(move) if move else None for name, move in moves.items()}
    return show_dispute(found) | kept | {
        "lines": lines, "photos": [photo.pk for photo in photos if photo.dispute_id == dispute_id]
    }  # fmt: skip


def _door(request: HttpRequest, dispute_id: int) -> Door:
    found = proof_queries.dispute(request.auth, dispute_id)  # type: ignore[attr-defined]
    return enter(request, found.delivery.bureau.code)


@router.get("/disputes", response=Page)
def list_disputes(request: HttpRequest, filters: Query[DisputeFilters]) -> dict[str, Any]:
    """Disputes in scope, newest first."""
    door = entered(request, filters.bureau, "dispute")
    rows = proof_queries.disputes(door.actor, bureau_id=door.bureau_id, status=filters.status)
    return page(rows, filters, show_dispute, newest_first=True)


@router.get("/disputes/{int:dispute_id}", response=dict)
def get_dispute(request: HttpRequest, dispute_id: int) -> dict[str, Any]:
    """One dispute with its lines."""
    door = _door(request, dispute_id)
    delivery = proof_queries.dispute(door.actor, dispute_id).delivery
    guard.check(door.actor, "view", "dispute", bureau_id=delivery.bureau_id, organisation_id=delivery.organisation_id)
    return _whole(door.actor, dispute_id)


@router.post("/deliveries/{int:delivery_id}/disputes", response={201: dict}, openapi_extra=KEYED)
def raise_dispute(request: HttpRequest, delivery_id: int, body: DisputeIn) -> Status:
    """Say after the receipt that pieces were short or damaged; nothing moves until the desk decides."""
    door = door_of_delivery(request, delivery_id)
    made = actions.raise_dispute(
        delivery_id=delivery_id,
        lines=[actions.DisputedLine(row.line, row.quantity_short, row.quantity_damaged) for row in body.lines],
        proof=shown(
            door="program",
            photos=[picture_in(photo, "photos", row) for row, photo in enumerate(body.photos, start=1)],
        ),
        client_id=key_of(request),
        **body.model_dump(include={"reason", "raised_name", "raised_phone"}),
        **door.who_and_when,
    )
    return Status(201, _whole(door.actor, made.pk))


@router.post("/disputes/{int:dispute_id}/acceptance", response={201: dict}, openapi_extra=KEYED)
def accept_dispute(request: HttpRequest, dispute_id: int, body: AcceptanceIn) -> Status:
    """It is so: the pieces are taken back from the receipt, and the unit's need is open again."""
    door = _door(request, dispute_id)
    lines = [actions.SettledDifference(row.line, row.outcome, row.part) for row in body.lines]
    actions.accept_dispute(
        dispute_id=dispute_id, lines=lines, reason=body.reason, client_id=key_of(request), **door.who_and_when
    )
    return Status(201, _whole(door.actor, dispute_id))


@router.post("/disputes/{int:dispute_id}/rejection", response={201: dict}, openapi_extra=KEYED)
def reject_dispute(request: HttpRequest, dispute_id: int, body: FoundIn) -> Status:
    """It is not so: the receipt stands."""
    door = _door(request, dispute_id)
    actions.reject_dispute(dispute_id=dispute_id, reason=body.reason, client_id=key_of(request), **door.who_and_when)
    return Status(201, _whole(door.actor, dispute_id))


@router.post("/disputes/{int:dispute_id}/withdrawal", response={201: dict}, openapi_extra=KEYED)
def withdraw_dispute(request: HttpRequest, dispute_id: int, body: FoundIn) -> Status:
    """The unit was mistaken."""
    door = _door(request, dispute_id)
    actions.withdraw_dispute(dispute_id=dispute_id, reason=body.reason, client_id=key_of(request), **door.who_and_when)
    return Status(201, _whole(door.actor, dispute_id))


def _answer(request: HttpRequest, delivery: Any, read: Callable[[Actor], tuple[bytes, str]]) -> HttpResponse:
    """A picture, for who may see how a unit signed."""
    door = enter(request, delivery.bureau.code)
    if not guard.may_read(queries.reader_of(door.actor, delivery), "delivery", "receipt", bureau_id=door.bureau_id):
        raise NotFound()
    content, kind = read(door.actor)
    return HttpResponse(content, content_type=kind)


@router.get("/signatures/{int:delivery_receipt_id}", response=None)
def get_signature(request: HttpRequest, delivery_receipt_id: int) -> HttpResponse:
    """The drawn name of a receipt, a PNG."""
    found = proof_queries.receipt(request.auth, delivery_receipt_id)  # type: ignore[attr-defined]
    return _answer(request, found.delivery, lambda actor: proof_queries.signature_file(actor, found.pk))


@router.get("/delivery-photos/{int:delivery_photo_id}", response=None)
def get_photo(request: HttpRequest, delivery_photo_id: int) -> HttpResponse:
    """One photo of a receipt or of a dispute, a JPEG."""
    found = proof_queries.photo(request.auth, delivery_photo_id)  # type: ignore[attr-defined]
    return _answer(request, found.delivery, lambda actor: proof_queries.photo_file(actor, found.pk))
