"""Where something came from and where it is; the balance of what came, went and is there; the same as EPCIS events."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import Field

from liangcao.foundation.kernel.errors import NotFound
from liangcao.foundation.kernel.spans import check_span
from liangcao.interfaces.api.v1.doors import Door, Filters, entered
from liangcao.interfaces.api.v1.ledger import show_lot
from liangcao.interfaces.api.v1.names import items_by_code, store_id
from liangcao.ledger import trace as tracing
from liangcao.ledger.epcis import MEDIA_TYPE, Selection, document_file
from liangcao.ledger.mass_balance import ItemBalance, Question, mass_balance
from liangcao.ledger.received import received_lots
from liangcao.oversight.briefing.queries import trace_requisition
from liangcao.reference.catalog.queries import items_by_id

router = Router(tags=["ledger"])


class TraceFilters(Filters):
    """What to trace: a lot, a document, source or requisition number, a unit's code."""

    ref: str = Field(min_length=1, max_length=80)
    bureau: str | None = Field(None, max_length=30)


class EventFilters(Filters):
    """The whole book, the documents of a period, or only the trace of `ref`."""

    ref: str | None = Field(None, min_length=1, max_length=80)
    from_: date | None = Field(None, alias="from")
    to: date | None = None
    bureau: str | None = Field(None, max_length=30)


class BalanceOf(Filters):
    """Of what: codes of an item and a store, the number of a source (or number#line), business days."""

    item: str | None = Field(None, max_length=30)
    store: str | None = Field(None, max_length=30)
    source: str = Field("", max_length=80)
    from_: date | None = Field(None, alias="from")
    to: date | None = None
    bureau: str | None = Field(None, max_length=30)


@router.get("/trace", response=dict)
def get_trace(request: HttpRequest, filters: Query[TraceFilters]) -> dict[str, Any]:
    """Where something came from and where it is, with quantities that add up; of a unit also the lots that it got."""
    door = entered(request, filters.bureau, "ledger")
    return show_trace(_traced(door, filters.ref))


def _traced(door: Door, ref: str) -> tracing.Trace:
    """What the ledger knows by this name, else the goods of the requisition of this number. Raises NotFound."""
    try:
        return tracing.trace(door.actor, door.bureau_id, ref)
    except NotFound:
        found = trace_requisition(door.actor, door.bureau_id, ref)
        if found is None:
            raise
        return found


def show_trace(found: tracing.Trace) -> dict[str, Any]:
    """A trace by items: what came, who holds it, and the way it took."""
    return {
        "ref": found.ref,
        "title": found.title,
        "lots": [show_lot(lot) for lot in found.lots],
        "items": [
            {
                "item": item.item_code,
                "name": item.item_name,
                "unit": item.unit,
                "came": item.came,
                "held": item.held,
                "adds_up": item.adds_up,
                "places": [
                    {"id": n.account_id, "kind": n.kind, "name": n.name, "quantity": n.quantity} for n in item.nodes
                ],
                "ways": [
                    {
                        "from": b.source_id,
                        "to": b.target_id,
                        "quantity": b.quantity,
                        "moves": [number for _, number in b.moves],
                    }
                    for b in item.bands
                ],
            }
            for item in found.items
        ],
        "received": [
            {
                "lot": each.lot.code,
                "item": each.lot.item.code,
                "from": [account.party.code for account in each.origins],
                "source_kind": each.lot.source_kind,
                "source_ref": each.lot.source_ref,
                "quantity": each.quantity,
                "held": each.held,
                "moves": [number for _, number in each.moves],
            }
            for each in received_lots(found)
        ],
    }


@router.get("/epcis-events", response=None)
def get_epcis_events(request: HttpRequest, filters: Query[EventFilters]) -> HttpResponse:
    """The events as an EPCIS 2.0 document (JSON-LD, application/ld+json), as a file."""
    door = entered(request, filters.bureau, "ledger")
    check_span(filters.from_, filters.to)
    file = document_file(door.actor, door.bureau_id, Selection(filters.from_, filters.to, _lots(door, filters.ref)))
    return FileResponse(  # type: ignore[return-value]  # In pieces: a whole book may be larger than the memory.
        file, as_attachment=True, filename="epcis.jsonld", content_type=MEDIA_TYPE
    )


def _lots(door: Door, ref: str | None) -> frozenset[Any] | None:
    return None if ref is None else frozenset(lot.pk for lot in _traced(door, ref).lots)


@router.get("/mass-balances", response=dict)
def get_mass_balances(request: HttpRequest, filters: Query[BalanceOf]) -> dict[str, Any]:
    """Opening + in = out + closing for each item, in base units, by the ways in and out and by where it lies."""
    door = entered(request, filters.bureau, "ledger")
    question = Question(
        item_id=items_by_code(door, [filters.item])[filters.item].pk if filters.item else None,
        store_id=store_id(door, filters.store) if filters.store else None,
        source=filters.source.strip(),
        from_=filters.from_,
        to=filters.to,
    )
    rows = mass_balance(door.actor, door.bureau_id, question)
    known = items_by_id([row.item_id for row in rows])
    shown = [_show_balance(known[row.item_id], row) for row in rows]
    return {"items": shown, "adds_up": not any(row.difference for row in rows)}


def _show_balance(item: Any, row: ItemBalance) -> dict[str, Any]:
    return {
        "item": item.code,
        "name": item.name,
        "unit": item.base_unit,
        "opening": row.opening,
        "came": row.came,
        "total_in": row.total_in,
        "went": row.went,
        "total_out": row.total_out,
        "held": row.held,
        "closing": row.closing,
        "difference": row.difference,
    }
