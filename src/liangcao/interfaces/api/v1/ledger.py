"""Moves, lots, balances, transfers, facts, proof."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal
from uuid import UUID

from django.db.models import F, QuerySet
from django.http import HttpRequest
from ninja import Query, Router, Status
from pydantic import Field, StrictInt

from liangcao.foundation.identity import guard
from liangcao.foundation.journal.batches import bring_up_to_date
from liangcao.foundation.kernel.spans import check_span
from liangcao.interfaces.api.v1.doors import KEYED, Body, Door, Moment, RowFilter, enter, entered, key_of
from liangcao.interfaces.api.v1.names import store_id
from liangcao.interfaces.api.v1.paging import Page, PageFilters, page
from liangcao.ledger import actions, queries
from liangcao.ledger.holdings import seq_at
from liangcao.ledger.past_balances import balances_then
from liangcao.ledger.verify import verify_book
from liangcao.oversight.briefing.queries import check_day, check_known_at

router = Router(tags=["ledger"])


class MoveFilters(PageFilters):
    """Moves by kind and business date."""

    kind: str = Field("", max_length=20)
    from_: date | None = Field(None, alias="from")
    to: date | None = None


class LotFilters(PageFilters):
    """Lots by item id or part of their code."""

    item: RowFilter | None = None
    search: str = Field("", max_length=60)


class BalanceFilters(PageFilters):
    """Balances by account kind, item, store, unit or lot. `day`: what was held at 24:00 of that business date.
    `known_at`: as the book knew it then (it must lie 2 minutes back), which never changes again; with both, the day
    as it was known then."""

    kind: Literal[
        "", "receiving", "store", "quarantine", "reserved", "transit", "recipient", "consumed", "loss", "outside"
    ] = ""
    item: RowFilter | None = None
    store: RowFilter | None = None
    organisation: RowFilter | None = None
    lot: UUID | None = None
    day: date | None = None
    known_at: Moment | None = None


class TransferLine(Body):
    """So many base units of a lot."""

    lot: UUID
    quantity: StrictInt


class TransferIn(Body):
    """From one store to another."""

    from_store: str = Field(max_length=30, description="Code of the store", examples=["S1"])
    to_store: str = Field(max_length=30, examples=["S2"])
    lines: list[TransferLine] = Field(min_length=1, max_length=2000)
    reason: str = Field("", max_length=500, examples=["就近供应"])
    bureau: str | None = None


class FactIn(Body):
    """Something that became known of a lot."""

    fact: Literal["quality", "frozen", "expires_on", "maker_lot"]
    value: str = Field(max_length=80, examples=["yes"])
    reason: str = Field(max_length=200, examples=["抽检不合格"])


class InspectionIn(Body):
    """What the inspection of goods in quarantine found."""

    store: str = Field(max_length=30, examples=["S1"])
    quantity: StrictInt = Field(description="Base units")
    outcome: Literal["passed", "rejected"]
    reason: str = Field(max_length=200, examples=["外观合格"])


def show_move(move: Any) -> dict[str, Any]:
    """A move's place in the book."""
    return {
        "id": str(move.pk if hasattr(move, "pk") else move.id),
        "seq": move.seq,
        "number": move.number,
        "kind": move.kind,
        "business_date": move.business_date.isoformat(),
        "recorded_at": move.recorded_at.isoformat(),
    }


def show_move_whole(request: HttpRequest, move: Any) -> dict[str, Any]:
    """A move with its postings, cause and chain."""
    rows = queries.postings(request.auth, move.book.bureau_id, move_id=move.pk)  # type: ignore[attr-defined]
    return show_move(move) | {
        "cause": {"kind": move.cause_kind, "ref": move.cause_ref},
        "actor": move.actor_name,
        "reason": move.reason,
        "late_reason": move.late_reason,
        "reverses": move.reverses.number if move.reverses else None,
        "previous_hash": move.previous_hash,
        "hash": move.hash,
        "postings": [show_posting(row) for row in rows.order_by("line")],
    }


def show_account(account: Any) -> dict[str, Any]:
    """An account by names."""
    return {
        "kind": account.kind,
        "store": account.store.code if account.store_id else None,
        "organisation": account.party.code if account.party_id else None,
        "name": " ".join(
            str(p) for p, used in ((account.store, account.store_id), (account.party, account.party_id)) if used
        ),
    }


def show_posting(row: Any) -> dict[str, Any]:
    """A posting."""
    return {
        "line": row.line,
        "lot": str(row.lot_id),
        "lot_code": row.lot.code,
        "item": row.lot.item.code,
        "unit": row.lot.item.base_unit,
        "quantity": row.quantity,
        "source": show_account(row.source),
        "target": show_account(row.target),
    }


def show_lot(lot: Any) -> dict[str, Any]:
    """A lot."""
    return {
        "id": str(lot.pk),
        "code": lot.code,
        "item": lot.item.code,
        "source_kind": lot.source_kind,
        "source_ref": lot.source_ref,
        "maker_lot": lot.maker_lot,
        "produced_on": lot.produced_on.isoformat() if lot.produced_on else None,
        "expires_on": lot.expires_on.isoformat() if lot.expires_on else None,
        "arrived_on": lot.arrived_on.isoformat(),
    }


@router.get("/moves", response=Page)
def list_moves(request: HttpRequest, filters: Query[MoveFilters]) -> dict[str, Any]:
    """Documents of the book, newest first."""
    door = entered(request, filters.bureau, "ledger")
    check_span(filters.from_, filters.to)
    rows = queries.moves(door.actor, door.bureau_id, kind=filters.kind, from_=filters.from_, to=filters.to)
    return page(rows, filters, show_move, key="seq", newest_first=True)


@router.get("/moves/by-key/{key}", response=dict)
def get_move_by_key(request: HttpRequest, key: UUID) -> dict[str, Any]:
    """What became of an idempotency key whose answer was lost."""
    return _one_move(request, key)


@router.get("/moves/{move_id}", response=dict)
def get_move(request: HttpRequest, move_id: UUID) -> dict[str, Any]:
    """One document with its postings."""
    return _one_move(request, move_id)


def _one_move(request: HttpRequest, move_id: UUID) -> dict[str, Any]:
    move = queries.move(request.auth, move_id)  # type: ignore[attr-defined]
    guard.check(request.auth, "view", "ledger", bureau_id=move.book.bureau_id)  # type: ignore[attr-defined]
    return show_move_whole(request, move)


@router.get("/lots", response=Page)
def list_lots(request: HttpRequest, filters: Query[LotFilters]) -> dict[str, Any]:
    """Lots of the book."""
    door = entered(request, filters.bureau, "ledger")
    return page(
        queries.lots(door.actor, door.bureau_id, item_id=filters.item, search=filters.search),
        filters,
        show_lot,
        key="code",
    )


@router.post("/lots/{lot_id}/facts", response={201: dict}, openapi_extra=KEYED)
def add_fact(request: HttpRequest, lot_id: UUID, body: FactIn) -> Status:
    """Freeze or correct a lot; the latest fact counts. A recall is a document: POST /recalls."""
    lot = queries.lot(request.auth, lot_id)  # type: ignore[attr-defined]
    door = enter(request, lot.book.bureau.code)
    return Status(
        201,
        show_move(
            actions.record_fact(lot_id=lot_id, **body.model_dump(), client_id=key_of(request), **door.who_and_when)
        ),
    )


@router.post("/lots/{uuid:lot_id}/inspections", response={201: dict}, openapi_extra=KEYED)
def inspect_lot(request: HttpRequest, lot_id: UUID, body: InspectionIn) -> Status:
    """Pass goods out of quarantine into the store, or reject them."""
    lot = queries.lot(request.auth, lot_id)  # type: ignore[attr-defined]
    door = enter(request, lot.book.bureau.code)
    moved = actions.inspect_lot(
        lot_id=lot_id,
        store_id=store_id(door, body.store),
        client_id=key_of(request),
        **body.model_dump(exclude={"store"}),
        **door.who_and_when,
    )
    return Status(201, show_move(moved))


@router.get("/balances", response=Page)
def list_balances(request: HttpRequest, filters: Query[BalanceFilters]) -> dict[str, Any]:
    """What each account holds of each lot now; at the end of a `day`; as the book knew it at a moment."""
    door = entered(request, filters.bureau, "ledger")
    return page(_balances(door, filters), filters, _show_balance)


def _balances(door: Door, filters: BalanceFilters) -> QuerySet[Any]:
    wanted: dict[str, Any] = {
        "kinds": [filters.kind] if filters.kind else [], "item_id": filters.item, "lot_id": filters.lot,
        "store_id": filters.store, "party_id": filters.organisation,
    }  # fmt: skip
    day = check_day(filters.day, at=door.at, field="day") if filters.day else None
    known_at = check_known_at(filters.known_at, at=door.at) if filters.known_at else None
    if day is None and known_at is None:
        return queries.balances(door.actor, door.bureau_id, **wanted).annotate(held=F("quantity"))
    seq = seq_at(door.actor, door.bureau_id, known_at) if known_at else None
    return balances_then(door.actor, door.bureau_id, day=day, seq=seq, **wanted)


def _show_balance(balance: Any) -> dict[str, Any]:
    return {
        "item": balance.item.code,
        "lot": balance.lot.code,
        "account": show_account(balance.account),
        "quantity": balance.held,
        "unit": balance.item.base_unit,
    }


@router.post("/transfers", response={201: dict}, openapi_extra=KEYED)
def add_transfer(request: HttpRequest, body: TransferIn) -> Status:
    """Move lots from one store to another."""
    door = enter(request, body.bureau)
    book = queries.book_of(door.actor, door.bureau_id)
    moved = actions.transfer(
        book_id=book.pk,
        from_store_id=store_id(door, body.from_store, field="from_store"),
        to_store_id=store_id(door, body.to_store, field="to_store"),
        lines=[(line.lot, line.quantity) for line in body.lines],
        reason=body.reason,
        client_id=key_of(request),
        **door.who_and_when,
    )
    return Status(201, show_move(moved))


@router.get("/verification", response=dict)
def get_verification(request: HttpRequest, filters: Query[PageFilters]) -> dict[str, Any]:
    """Prove the book: the chain, the postings, the balances, the day totals, the triggers, the journal."""
    door = enter(request, filters.bureau)
    guard.check(door.actor, "verify", "ledger", bureau_id=door.bureau_id)
    bring_up_to_date()
    return verify_book(door.actor, door.bureau_id).as_plain()
