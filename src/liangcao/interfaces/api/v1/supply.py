"""Gifts, purchase orders, allotments, output; receipts and their reversal."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Status
from pydantic import Field, StrictBool, StrictInt

from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.interfaces.api.v1.doors import KEYED, Body, Door, RowFilter, RowId, enter, entered, key_of
from liangcao.interfaces.api.v1.names import items_by_code, organisation_id, organisation_ids, store_id
from liangcao.interfaces.api.v1.paging import Page, PageFilters, page
from liangcao.operations.supply import actions, queries
from liangcao.operations.supply.inputs import ReceiptLineInput, ReversalInput, SourceLineInput

router = Router(tags=["supply"])
KINDS = {"gifts": "gift", "purchase-orders": "purchase", "allotments": "allotment", "outputs": "output"}


class SourceFilters(PageFilters):
    """Sources by state or text."""

    status: str = Field("", max_length=16)
    search: str = Field("", max_length=60)


class ReceiptFilters(PageFilters):
    """Receipts of one source."""

    source: RowFilter | None = None


class SourceLineIn(Body):
    """One item announced; `quantity` null means that the amount was not told."""

    item: str = Field(max_length=30, examples=["KZ-N95"])
    quantity: StrictInt | None = Field(examples=[1000])
    unit: str = Field("base", max_length=20, description='"base", or the name of a pack of the item')
    maker_lot: str = Field("", max_length=60)
    produced_on: date | None = None
    expires_on: date | None = None
    unit_price_fen: StrictInt | None = Field(None, ge=0)
    remark: str = Field("", max_length=200)


class SourceIn(Body):
    """What somebody announces to give, sell, allot or make."""

    counterparty: str = Field(max_length=30, description="Code of the organisation", examples=["D001"])
    lines: list[SourceLineIn] = Field(default_factory=list, max_length=2000)
    channel: str = Field("", max_length=60, examples=["红十字会"])
    document_ref: str = Field("", max_length=80)
    earmark: str | None = Field(None, description="Code of the only unit that may get it")
    expected_date: date | None = None
    amount_fen: StrictInt | None = Field(None, ge=0, description="A gift of money, or the contract's price, in fen")
    note: str = Field("", max_length=500)
    bureau: str | None = None


class ReceiptLineIn(Body):
    """What arrived of one item."""

    item: str = Field(max_length=30)
    quantity_good: StrictInt = Field(ge=0)
    quantity_damaged: StrictInt = Field(0, ge=0)
    source_line: StrictInt | None = Field(
        None, description="Id of the line of the advice; found by the item when left out"
    )
    unit: str = Field("base", max_length=20)
    maker_lot: str = Field("", max_length=60)
    no_lot_reason: str = Field("", max_length=100)
    produced_on: date | None = None
    expires_on: date | None = None
    reason: str = Field("", max_length=200, description="Why it is short or damaged")
    accepted_by: str = Field("", max_length=60)


class ReceiptIn(Body):
    """An arrival: against an announced `source`, or without one from a `counterparty`."""

    store: str = Field(max_length=30, description="Code of the store", examples=["S1"])
    lines: list[ReceiptLineIn] = Field(min_length=1, max_length=2000)
    source: RowId | None = None
    counterparty: str | None = Field(None, description="With `kind`: an arrival that nobody announced")
    kind: str = Field("gift", examples=["gift", "purchase", "allotment", "output"])
    final: StrictBool = Field(False, description="Nothing more comes: what is missing needs a reason")
    business_date: date | None = Field(None, description="Today when left out; earlier only with late_reason")
    late_reason: str = Field("", max_length=200)
    bureau: str | None = None


class ReversalLineIn(Body):
    """How much of one receipt line is taken back, in base units."""

    receipt_line: StrictInt
    quantity_good: StrictInt = Field(0, ge=0)
    quantity_damaged: StrictInt = Field(0, ge=0)


class ReversalIn(Body):
    """Take a receipt back, whole or in part."""

    reason: str = Field(max_length=500)
    lines: list[ReversalLineIn] | None = None


def show_source(actor: Actor, source: Any) -> dict[str, Any]:
    """A source without its lines. The amount only for those who may read it."""
    may_read = guard.may_read(actor, "source", "amount", bureau_id=source.bureau_id)
    return {
        "id": source.pk,
        "number": source.number,
        "kind": source.kind,
        "status": source.status,
        "counterparty": source.counterparty.code,
        "counterparty_name": source.counterparty.name,
        "channel": source.channel,
        "earmark": source.earmark.code if source.earmark else None,
        "expected_date": source.expected_date.isoformat() if source.expected_date else None,
        "amount_fen": source.amount_fen if may_read else None,
        "announced_at": source.announced_at.isoformat(),
    }


def show_source_whole(actor: Any, source_id: int) -> dict[str, Any]:
    """A source with what was announced, what arrived and what is missing."""
    detail = queries.source_detail(actor, source_id)
    lines = [
        {
            "id": line.pk,
            "line": line.line,
            "item": line.item.code,
            "unit": line.item.base_unit,
            "quantity_advised": line.quantity_advised,
            "quantity_good": line.quantity_good,
            "quantity_damaged": line.quantity_damaged,
            "quantity_missing": line.quantity_missing,
            "quantity_waiting": line.quantity_waiting,
            "quantity_accepted": line.quantity_accepted,
            "quantity_rejected": line.quantity_rejected,
        }
        for line in detail.lines
    ]
    return show_source(actor, detail.source) | {
        "lines": lines,
        "receipts": [show_receipt(row) for row in detail.receipts],
    }


def show_receipt(receipt: Any) -> dict[str, Any]:
    """A receipt without its lines."""
    return {
        "id": receipt.pk,
        "number": receipt.number,
        "source": receipt.source_id,
        "store": receipt.store.code if receipt.store else None,
        "recipient": receipt.recipient.code if receipt.recipient else None,
        "business_date": receipt.business_date.isoformat(),
        "status": receipt.status,
        "move": str(receipt.move_id),
    }


def show_receipt_whole(actor: Any, receipt_id: int) -> dict[str, Any]:
    """A receipt with its lots."""
    receipt = queries.receipt(actor, receipt_id)
    lines = [
        {
            "id": line.pk,
            "line": line.line,
            "item": line.item.code,
            "lot": str(line.lot_id),
            "lot_code": line.lot.code,
            "quantity_good": line.quantity_good,
            "quantity_damaged": line.quantity_damaged,
            "good_left": line.good_left,
            "damaged_left": line.damaged_left,
            "reason": line.difference_reason,
            "needs": line.needs.split(",") if line.needs else [],
            "outcome": _show_outcome(getattr(line, "outcome", None)),
        }
        for line in queries.receipt_lines(actor, receipt_id)
    ]
    release = queries.release_if_any(actor, receipt_id)
    return show_receipt(receipt) | {
        "lines": lines,
        "signatures": [_show_signature(row) for row in queries.signatures(actor, receipt_id)],
        "released_early": release and {"leader": release.leader, "papers_due_at": release.papers_due_at.isoformat()},
        "returns": [
            {"line": row.receipt_line.line, "quantity": row.quantity, "move": str(row.move_id)}
            for row in queries.returns(actor, receipt_id)
        ],
    }


def _show_outcome(outcome: Any) -> dict[str, int] | None:
    if outcome is None:
        return None
    return {
        "quantity_accepted": outcome.quantity_accepted,
        "quantity_rejected": outcome.quantity_rejected,
        "quantity_missing": outcome.quantity_missing,
        "quantity_out": outcome.quantity_out,
    }


def _show_signature(signature: Any) -> dict[str, Any]:
    """A signature with its findings; one that was mended says so."""
    return {
        "id": signature.pk,
        "kind": signature.kind,
        "signed_by": signature.signed_by,
        "signed_at": signature.signed_at.isoformat(),
        "remark": signature.remark,
        "corrects": signature.corrects_id,
        "reason": signature.reason,
        "in_force": not hasattr(signature, "correction"),
        "findings": [
            {
                "receipt_line": row.receipt_line_id,
                "quantity_counted": row.quantity_counted,
                "quantity_passed": row.quantity_passed,
                "quantity_rejected": row.quantity_rejected,
                "reason": row.reason,
            }
            for row in signature.findings.all()
        ],
    }


def _announce(request: HttpRequest, kind: str, body: SourceIn) -> Status:
    door = enter(request, body.bureau)
    found = items_by_code(door, [line.item for line in body.lines])
    lines = [SourceLineInput(item_id=found[line.item].pk, **line.model_dump(exclude={"item"})) for line in body.lines]
    source = actions.announce_source(
        bureau_id=door.bureau_id,
        kind=kind,
        counterparty_id=organisation_id(door, body.counterparty, field="counterparty"),
        lines=lines,
        earmark_id=organisation_ids(door, [body.earmark], field="earmark")[body.earmark],
        client_id=key_of(request),
        **body.model_dump(exclude={"counterparty", "lines", "earmark", "bureau"}),
        **door.who_and_when,
    )
    return Status(201, show_source_whole(door.actor, source.pk))


def _add_kind(path: str, kind: str) -> None:
    def announce(request: HttpRequest, body: SourceIn) -> Status:
        return _announce(request, kind, body)

    def listing(request: HttpRequest, filters: Query[SourceFilters]) -> dict[str, Any]:
        door = enter(request, filters.bureau)
        guard.check(door.actor, "view", "source", bureau_id=door.bureau_id)
        rows = queries.sources(
            door.actor, bureau_id=door.bureau_id, kind=kind, status=filters.status or None, search=filters.search
        )
        return page(rows, filters, partial(show_source, door.actor), newest_first=True)

    def one(request: HttpRequest, source_id: int) -> dict[str, Any]:
        found = queries.source(request.auth, source_id)  # type: ignore[attr-defined]
        guard.check(request.auth, "view", "source", bureau_id=found.bureau_id)  # type: ignore[attr-defined]
        return show_source_whole(request.auth, source_id)  # type: ignore[attr-defined]

    noun = path.replace("-", "_")
    router.post(
        f"/{path}",
        response={201: dict},
        openapi_extra=KEYED,
        operation_id=f"announce_{noun}",
        summary=f"Announce {path}",
    )(announce)
    router.get(f"/{path}", response=Page, operation_id=f"list_{noun}", summary=f"List {path}")(listing)
    router.get(
        f"/{path}/{{int:source_id}}", response=dict, operation_id=f"get_{noun}", summary=f"One of {path}, with lines"
    )(one)


for _path, _kind in KINDS.items():
    _add_kind(_path, _kind)


@router.get("/receipts", response=Page)
def list_receipts(request: HttpRequest, filters: Query[ReceiptFilters]) -> dict[str, Any]:
    """Receipts, newest first."""
    door = entered(request, filters.bureau, "source")
    return page(
        queries.receipts(door.actor, bureau_id=door.bureau_id, source_id=filters.source),
        filters,
        show_receipt,
        newest_first=True,
    )


@router.get("/receipts/{int:receipt_id}", response=dict)
def get_receipt(request: HttpRequest, receipt_id: int) -> dict[str, Any]:
    """One receipt with its lots."""
    found = queries.receipt(request.auth, receipt_id)  # type: ignore[attr-defined]
    guard.check(request.auth, "view", "source", bureau_id=found.bureau_id)  # type: ignore[attr-defined]
    return show_receipt_whole(request.auth, receipt_id)  # type: ignore[attr-defined]


@router.post("/receipts", response={201: dict}, openapi_extra=KEYED)
def add_receipt(request: HttpRequest, body: ReceiptIn) -> Status:
    """Take goods in, counted: good pieces to the store, damaged ones to quarantine."""
    door = enter(request, body.bureau)
    lines = receipt_lines(door, body.lines)
    common: dict[str, Any] = {
        "store_id": store_id(door, body.store), "lines": lines, "business_date": body.business_date,
        "late_reason": body.late_reason, "client_id": key_of(request), **door.who_and_when,
    }  # fmt: skip
    if body.source is not None:
        receipt = actions.receive_source(source_id=body.source, final=body.final, **common)
    else:
        counterparty = organisation_id(door, body.counterparty or "", field="counterparty")
        receipt = actions.receive_unannounced(
            bureau_id=door.bureau_id, kind=body.kind, counterparty_id=counterparty, **common
        )
    return Status(201, show_receipt_whole(door.actor, receipt.pk))


def receipt_lines(door: Door, given: list[ReceiptLineIn]) -> list[ReceiptLineInput]:
    """Lines of a body as the actions take them. Raises Invalid ITEM_UNKNOWN, all at once."""
    found = items_by_code(door, [line.item for line in given])
    return [
        ReceiptLineInput(
            item_id=found[line.item].pk,
            source_line_id=line.source_line,
            **line.model_dump(exclude={"item", "source_line"}),
        )
        for line in given
    ]


@router.post("/receipts/{int:receipt_id}/reversal", response={201: dict}, openapi_extra=KEYED)
def reverse_receipt(request: HttpRequest, receipt_id: int, body: ReversalIn) -> Status:
    """冲红: take a receipt back, whole or in part; refused with the later documents when the goods have moved on."""
    receipt = queries.receipt(request.auth, receipt_id)  # type: ignore[attr-defined]
    door = enter(request, receipt.bureau.code)
    lines = None
    if body.lines is not None:
        lines = [ReversalInput(row.receipt_line, row.quantity_good, row.quantity_damaged) for row in body.lines]
    actions.reverse_receipt(
        receipt_id=receipt_id, reason=body.reason, lines=lines, client_id=key_of(request), **door.who_and_when
    )
    return Status(201, show_receipt_whole(door.actor, receipt_id))
