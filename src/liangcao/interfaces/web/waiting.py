"""What waits for the reader, gathered from every module and ordered by its clock."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib import import_module
from typing import Any

from liangcao.foundation.kernel.waiting import Waiting

# Module → whether its documents have a clock, so that it must know what time it is.
MODULES = {
    "liangcao.operations.dispatch.queries": True,
    "liangcao.operations.allocation.queries": False,
    "liangcao.operations.demand.queries": True,
    "liangcao.operations.supply.queries": True,
}
_LAST = datetime.max.replace(tzinfo=UTC)


def waiting(request: Any) -> list[Waiting]:
    """Groups of documents whose turn is the reader's: overdue first, then the oldest. Asked once a request."""
    if not hasattr(request, "waiting_groups"):
        request.waiting_groups = _gathered(request)
    return request.waiting_groups


def _gathered(request: Any) -> list[Waiting]:
    groups: list[Waiting] = []
    for name, has_clock in MODULES.items():
        clock = {"at": request.at} if has_clock else {}
        found = import_module(name).waiting(request.actor, bureau_id=request.bureau.pk, **clock)
        groups += [group for group in found if group.count]
    return sorted(groups, key=lambda group: (not group.is_overdue, group.due_at or group.oldest_at or _LAST))
