"""What waits for the reader, gathered from every module and ordered by its clock."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib import import_module
from typing import Any

from liangcao.foundation.kernel.waiting import Waiting

MODULES = (
    "liangcao.operations.recall.queries",
    "liangcao.operations.custody.queries",
    "liangcao.operations.pickup.queries",
    "liangcao.operations.trips.queries",
    "liangcao.operations.trips.outbound_queries",
    "liangcao.operations.dispatch.queries",
    "liangcao.operations.allocation.queries",
    "liangcao.operations.allocation.hold_back_queries",
    "liangcao.operations.demand.queries",
    "liangcao.operations.supply.queries",
    "liangcao.operations.duty.queries",
    "liangcao.operations.stocktaking.queries",
    "liangcao.reference.parties.queries",
)
_LAST = datetime.max.replace(tzinfo=UTC)


def waiting(request: Any) -> list[Waiting]:
    """Groups of documents whose turn is the reader's: overdue first, then the oldest. Asked once a request."""
    if not hasattr(request, "waiting_groups"):
        request.waiting_groups = _gathered(request)
    return request.waiting_groups


def _gathered(request: Any) -> list[Waiting]:
    groups: list[Waiting] = []
    for name in MODULES:
        found = import_module(name).waiting(request.actor, bureau_id=request.bureau.pk, at=request.at)
        groups += [group for group in found if group.count]
    return sorted(groups, key=lambda group: (not group.is_overdue, group.due_at or group.oldest_at or _LAST))
