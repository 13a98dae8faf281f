"""What a person types into the trace box, and what it may mean."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from liangcao.foundation.kernel.errors import NotFound
from liangcao.ledger import trace as tracing
from liangcao.oversight.briefing.queries import trace_requisition
from liangcao.reference.parties.queries import organisations

CAUSES = ("delivery", "plan")


def find(request: Any, ref: str) -> Any:
    """The trace of a lot, document, source, requisition, delivery, plan, unit's code or name. Raises NotFound."""
    try:
        return tracing.trace(request.actor, request.bureau.pk, ref)
    except NotFound as refusal:
        found = _further(request, ref)
        if found is None:
            raise refusal
        return found


def _further(request: Any, ref: str) -> Any:
    actor, bureau_id = request.actor, request.bureau.pk
    found = trace_requisition(actor, bureau_id, ref)
    if found is not None:
        return found
    for kind in CAUSES:
        lot_ids = tracing.lots_of_cause(actor, bureau_id, cause_kind=kind, cause_ref=ref)
        if lot_ids:
            return tracing.trace_lots(actor, lot_ids, ref=ref, title="")
    unit = organisations(actor, bureau_id=bureau_id).filter(name=ref).first()
    lot_ids = tracing.lots_of_party(actor, unit.pk) if unit else []
    return replace(tracing.trace_lots(actor, lot_ids, ref=ref, title=""), party=unit) if lot_ids else None


def lots_named(request: Any, ref: str) -> list[Any]:
    """The lots of a trace, for lists that show only its entries or places."""
    return [lot.pk for lot in find(request, ref).lots]
