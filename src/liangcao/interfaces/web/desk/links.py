"""From a cause as the book names it to the page of the document that caused it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from liangcao.interfaces.web.addresses import address
from liangcao.interfaces.web.document import Link
from liangcao.interfaces.web.row_ids import row_id
from liangcao.ledger import queries as ledger
from liangcao.operations.allocation import queries as allocation
from liangcao.operations.custody import queries as custody
from liangcao.operations.dispatch import queries as dispatch
from liangcao.operations.passes import queries as passes
from liangcao.operations.pickup import queries as pickup
from liangcao.operations.recall import queries as recalls
from liangcao.operations.stocktaking import queries as stocktaking
from liangcao.operations.supply import queries as supply
from liangcao.operations.trips import outbound_queries
from liangcao.operations.trips import queries as trips


def _source(request: Any, ref: str) -> tuple[str, str]:
    found = supply.source_by_number(request.actor, request.bureau.pk, ref)
    return ref.partition("#")[0], address("source", found.pk) if found else ""


def _plan(request: Any, ref: str) -> tuple[str, str]:
    found = allocation.plan_by_number(request.actor, request.bureau.pk, ref)
    return ref, address("plan", found.pk) if found else ""


def _delivery(request: Any, ref: str) -> tuple[str, str]:
    found = dispatch.deliveries(request.actor, bureau_id=request.bureau.pk).filter(number=ref).first()
    return ref, address("delivery", found.pk) if found else ""


def _move(request: Any, ref: str) -> tuple[str, str]:
    found = ledger.moves(request.actor, request.bureau.pk).filter(number=ref).first()
    return ref, address("move", found.pk) if found else ""


def _lot(request: Any, ref: str) -> tuple[str, str]:
    found = ledger.lots(request.actor, request.bureau.pk).filter(code=ref).first()
    return ref, address("lot", found.pk) if found else ""


def _count(request: Any, ref: str) -> tuple[str, str]:
    found = stocktaking.sheets(request.actor, request.bureau.pk).filter(number=ref.partition("#")[0]).first()
    return ref.partition("#")[0], address("count", found.pk) if found else ""


def _pass(request: Any, ref: str) -> tuple[str, str]:
    found = passes.passes(request.actor, request.bureau.pk).filter(number=ref).first()
    return ref, address("pass", found.pk) if found else ""


def _write_off(request: Any, ref: str) -> tuple[str, str]:
    found = stocktaking.write_offs(request.actor, request.bureau.pk).filter(number=ref).first()
    return ref, address("write_off", found.pk) if found else ""


def _recall(request: Any, ref: str) -> tuple[str, str]:
    found = recalls.recalls(request.actor, request.bureau.pk).filter(number=ref).first()
    return ref, address("recall", found.pk) if found else ""


def _unit_return(request: Any, ref: str) -> tuple[str, str]:
    found = custody.returns(request.actor, request.bureau.pk).filter(number=ref).first()
    return ref, address("unit_return", found.pk) if found else ""


def _pick_up(request: Any, ref: str) -> tuple[str, str]:
    found = pickup.pick_ups(request.actor, request.bureau.pk).filter(number=ref).first()
    return ref, address("pick_up", found.pk) if found else ""


def _outbound_trip(request: Any, ref: str) -> tuple[str, str]:
    found = outbound_queries.outbound_trips(request.actor, request.bureau.pk).filter(number=ref).first()
    return ref, address("outbound_trip", found.pk) if found else ""


def _trip_proposal(request: Any, ref: str) -> tuple[str, str]:
    found = outbound_queries.proposals(request.actor, request.bureau.pk).filter(pk=row_id(ref) or 0).first()
    return ref, address("trip_proposal", found.pk) if found else ""


def _trip(request: Any, ref: str) -> tuple[str, str]:
    found = trips.trips(request.actor, request.bureau.pk).filter(number=ref).first()
    return ref, address("trip", found.pk) if found else ""


def _vehicle(request: Any, ref: str) -> tuple[str, str]:
    found = trips.vehicles(request.actor, request.bureau.pk).filter(plate=ref).first()
    return ref, address("vehicle", found.pk) if found else ""


FINDERS: dict[str, Callable[[Any, str], tuple[str, str]]] = {
    "source": _source,
    "receipt": _source,
    "plan": _plan,
    "delivery": _delivery,
    "move": _move,
    "lot": _lot,
    "count": _count,
    "pass": _pass,
    "write_off": _write_off,
    "recall": _recall,
    "unit_return": _unit_return,
    "pick_up": _pick_up,
    "outbound_trip": _outbound_trip,
    "trip": _trip,
    "trip_proposal": _trip_proposal,
    "vehicle": _vehicle,
}


def cause_link(request: Any, kind: str, ref: str, what: Any) -> Link | None:
    """The link to a document by its number; without a page of its own only the number; None without a number."""
    finder = FINDERS.get(kind)
    if not ref:
        return None
    label, url = finder(request, ref) if finder else (ref, "")
    return Link(what, label, url)
