"""One writer at a time on a sheet or a write-off, and the line of the journal."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from liangcao.foundation.database.locks import locked
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.actions import record
from liangcao.operations.stocktaking import queries
from liangcao.operations.stocktaking.models import CountSheet, WriteOff


def locked_sheet(sheet_id: int, *, by: Actor) -> CountSheet:
    """The sheet in scope, locked until the transaction ends, as it is now."""
    pk = queries.sheet(by, sheet_id).pk
    locked(CountSheet.objects.all(), [pk])
    return queries.sheet(by, pk)


def locked_write_off(write_off_id: int, *, by: Actor) -> WriteOff:
    """The write-off in scope, locked until the transaction ends, as it is now."""
    pk = queries.write_off(by, write_off_id).pk
    locked(WriteOff.objects.all(), [pk])
    return queries.write_off(by, pk)


def note(
    action: str, held: CountSheet | WriteOff, *, by: Actor, at: datetime, after: dict[str, Any] | None = None,
    reason: str = "",
) -> None:  # fmt: skip
    """The journal's line of an act."""
    kind = "stock_count" if isinstance(held, CountSheet) else "write_off"
    record(
        by=by, at=at, action=action, object_kind=kind, object_ref=held.number, bureau_id=held.bureau_id, after=after,
        reason=reason,
    )  # fmt: skip
