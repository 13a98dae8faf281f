"""The journal, read only: for auditors, and for a program that keeps a copy elsewhere."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router
from pydantic import Field

from liangcao.foundation.journal import queries
from liangcao.foundation.journal.plain import plain_entry
from liangcao.foundation.kernel.clock import day_end, day_start
from liangcao.foundation.kernel.spans import check_span
from liangcao.interfaces.api.v1.doors import PlaceFilters, RowFilter, entered
from liangcao.interfaces.api.v1.paging import Page, PageFilters, page

router = Router(tags=["journal"])


class JournalFilters(PageFilters):
    """Entries by user, act, object, result, days, origin and text."""

    user: RowFilter | None = None
    action: str = Field("", max_length=60)
    object_kind: str = Field("", max_length=40)
    object_ref: str = Field("", max_length=80)
    result: str = Field("", max_length=40, description="ok, forbidden, out_of_scope, not_found, …")
    from_: date | None = Field(None, alias="from")
    to: date | None = None
    origin: str = Field("", max_length=150, description="How the origin begins: page, api 10.0.0.7, …")
    search: str = Field("", max_length=100)


def show_entry(entry: Any) -> dict[str, Any]:
    """An entry as the export holds it, with its batch."""
    return plain_entry(entry) | {"batch": entry.batch.seq if entry.batch else None}


@router.get("/journal-entries", response=Page)
def list_journal_entries(request: HttpRequest, filters: Query[JournalFilters]) -> dict[str, Any]:
    """What was done and what was refused, newest first."""
    door = entered(request, filters.bureau, "journal")
    check_span(filters.from_, filters.to)
    exact = {
        "user_id": filters.user,
        "action": filters.action,
        "object_kind": filters.object_kind,
        "object_ref": filters.object_ref,
        "result": filters.result,
        "at__gte": day_start(filters.from_) if filters.from_ else None,
        "at__lt": day_end(filters.to) if filters.to else None,
        "origin__startswith": filters.origin,
    }
    rows = queries.entries(door.actor, bureau_id=door.bureau_id).select_related("batch")
    rows = rows.filter(**{name: value for name, value in exact.items() if value not in (None, "")})
    rows = queries.with_text(rows, filters.search) if filters.search else rows
    return page(rows, filters, show_entry, newest_first=True)


@router.get("/journal-entries/{int:entry_id}", response=dict)
def get_journal_entry(request: HttpRequest, entry_id: int, filters: Query[PlaceFilters]) -> dict[str, Any]:
    """One entry."""
    door = entered(request, filters.bureau, "journal")
    return show_entry(queries.entry(door.actor, bureau_id=door.bureau_id, entry_id=entry_id))
