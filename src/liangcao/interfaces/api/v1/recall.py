"""Recalls: begin, holders, what they say, the end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Status
from pydantic import Field, StrictInt

from liangcao.foundation.identity import guard
from liangcao.interfaces.api.v1.doors import KEYED, Body, Door, enter, entered, key_of
from liangcao.interfaces.api.v1.names import organisation_id
from liangcao.interfaces.api.v1.paging import Page, PageFilters, page
from liangcao.ledger import queries as ledger
from liangcao.operations.recall import actions, queries

router = Router(tags=["recalls"])


class RecallFilters(PageFilters):
    """In which state."""

    status: str | None = Field(None, max_length=8)


class RecallIn(Body):
    """What is recalled, and why."""

    lot: UUID = Field(description="Id of a lot")
    basis: Literal["lot", "maker_lot", "source"] = Field(
        "lot", description="This lot alone, all lots of its item with its maker's lot number, or of its source line"
    )
    reason: str = Field(max_length=200, examples=["抽检不合格"])
    notice: str = Field(max_length=500, examples=["立即停用,原箱封存,等候收回"])


class TellingIn(Body):
    """Who took the message at a holder."""

    organisation: str = Field(max_length=30, description="Code of the holder", examples=["H001"])
    spoken_to: str = Field(max_length=60, examples=["设备科"])
    note: str = Field("", max_length=200)


class LeftIn(Body):
    """What is left of one lot."""

    lot: UUID
    quantity_left: StrictInt = Field(ge=0, description="Pieces in the base unit", examples=[30])


class AnswerIn(Body):
    """A holder has stopped using the lots, and has so many left."""

    organisation: str = Field(max_length=30, examples=["H001"])
    lines: list[LeftIn] = Field(max_length=2000)
    note: str = Field("", max_length=200)


class EndIn(Body):
    """Why a recall ends."""

    reason: str = Field(max_length=200, examples=["复检合格"])


def show(recall: Any) -> dict[str, Any]:
    """A recall without its holders."""
    return {
        "id": recall.pk,
        "number": recall.number,
        "item": recall.item.code,
        "basis": recall.basis,
        "basis_ref": recall.basis_ref,
        "reason": recall.reason,
        "notice": recall.notice,
        "status": recall.status,
        "began_at": recall.began_at.isoformat(),
        "ended_at": recall.ended_at.isoformat() if recall.ended_at else None,
        "ended_reason": recall.ended_reason,
    }


def _show_holder(row: Any) -> dict[str, Any]:
    return {
        "organisation": row.organisation.code,
        "organisation_name": row.organisation.name,
        "contact": row.organisation.contact,
        "phone": row.organisation.phone,
        "lot": str(row.lot.pk),
        "lot_code": row.lot.code,
        "unit": row.lot.item.base_unit,
        "quantity_held": row.quantity_held,
        "quantity_on_way": row.quantity_on_way,
        "quantity_left": row.quantity_left,
        "quantity_returned": row.quantity_returned,
        "state": row.state,
        "answered_at": row.answer.answered_at.isoformat() if row.answer else None,
    }


def _show_place(row: Any) -> dict[str, Any]:
    return {
        "account": row.kind,
        "store": row.account.store.code,
        "reserved_for": row.account.party.code if row.account.party_id else None,
        "lot": str(row.lot_id),
        "quantity": row.quantity,
    }


def _show_lot(lot: Any) -> dict[str, Any]:
    return {
        "id": str(lot.pk),
        "code": lot.code,
        "maker_lot": lot.maker_lot,
        "expires_on": lot.expires_on.isoformat() if lot.expires_on else None,
    }


def _whole(door: Door, recall_id: int) -> dict[str, Any]:
    """A recall with its lots; the desk sees all holders and what lies in the stores, a unit what is its own."""
    held = queries.recall(door.actor, recall_id)
    shown = show(held) | {"lots": [_show_lot(lot) for lot in queries.recall_lots(door.actor, held.pk)]}
    if door.actor.is_outside:
        return shown | {"held": _own(door, held)}
    return shown | {
        "holders": [_show_holder(row) for row in queries.holders(door.actor, held)],
        "stores": [_show_place(row) for row in queries.in_house(door.actor, held)],
        "not_covered": [_show_lot(lot) for lot in queries.not_covered(door.actor, held)],
    }


def _own(door: Door, held: Any) -> list[dict[str, Any]]:
    return [
        {"lot": str(lot), "quantity": quantity}
        for unit in sorted(door.actor.own_business_ids)
        if queries.holder_of(door.actor, held, unit)
        for lot, quantity in queries.held_by(held, unit).items()
    ]


def _door(request: HttpRequest, recall_id: int) -> Door:
    return enter(request, queries.recall(request.auth, recall_id).bureau.code)  # type: ignore[attr-defined]


@router.get("/recalls", response=Page)
def list_recalls(request: HttpRequest, filters: Query[RecallFilters]) -> dict[str, Any]:
    """Recalls in scope, newest first: a unit sees those that are addressed to it."""
    door = entered(request, filters.bureau, "recall")
    rows = queries.recalls(door.actor, door.bureau_id)
    rows = rows.filter(status=filters.status) if filters.status else rows
    return page(rows, filters, show, newest_first=True)


@router.post("/recalls", response={201: dict}, openapi_extra=KEYED)
def begin_recall(request: HttpRequest, body: RecallIn) -> Status:
    """Stop a lot everywhere, or with it all of its maker's lot number or source line, and tell every holder."""
    lot = ledger.lot(request.auth, body.lot)  # type: ignore[attr-defined]
    door = enter(request, lot.book.bureau.code)
    made = actions.begin_recall(
        lot_id=lot.pk, **body.model_dump(exclude={"lot"}), client_id=key_of(request), **door.who_and_when
    )
    return Status(201, _whole(door, made.pk))


@router.get("/recalls/{int:recall_id}", response=dict)
def get_recall(request: HttpRequest, recall_id: int) -> dict[str, Any]:
    """One recall with its lots, its holders and what lies in the stores."""
    door = _door(request, recall_id)
    guard.check(door.actor, "view", "recall", bureau_id=door.bureau_id)
    return _whole(door, recall_id)


@router.post("/recalls/{int:recall_id}/tellings", response={201: dict}, openapi_extra=KEYED)
def note_told(request: HttpRequest, recall_id: int, body: TellingIn) -> Status:
    """A holder was told by telephone or on the spot."""
    door = _door(request, recall_id)
    actions.note_told(
        recall_id=recall_id, organisation_id=organisation_id(door, body.organisation), spoken_to=body.spoken_to,
        note=body.note, client_id=key_of(request), **door.who_and_when,
    )  # fmt: skip
    return Status(201, _whole(door, recall_id))


@router.post("/recalls/{int:recall_id}/answers", response={201: dict}, openapi_extra=KEYED)
def answer_recall(request: HttpRequest, recall_id: int, body: AnswerIn) -> Status:
    """A holder has stopped using the lots and says how much of each is left."""
    door = _door(request, recall_id)
    actions.answer_recall(
        recall_id=recall_id, organisation_id=organisation_id(door, body.organisation),
        lines=[(line.lot, line.quantity_left) for line in body.lines], note=body.note, client_id=key_of(request),
        **door.who_and_when,
    )  # fmt: skip
    return Status(201, _whole(door, recall_id))


def _end(request: HttpRequest, recall_id: int, body: EndIn, act: Callable[..., Any]) -> Status:
    door = _door(request, recall_id)
    act(recall_id=recall_id, reason=body.reason, client_id=key_of(request), **door.who_and_when)
    return Status(201, _whole(door, recall_id))


@router.post("/recalls/{int:recall_id}/lifting", response={201: dict}, openapi_extra=KEYED)
def lift_recall(request: HttpRequest, recall_id: int, body: EndIn) -> Status:
    """The goods may be used again; by another person than who began the recall."""
    return _end(request, recall_id, body, actions.lift_recall)


@router.post("/recalls/{int:recall_id}/closure", response={201: dict}, openapi_extra=KEYED)
def close_recall(request: HttpRequest, recall_id: int, body: EndIn) -> Status:
    """Nothing is left to wait for; the lots stay stopped."""
    return _end(request, recall_id, body, actions.close_recall)
