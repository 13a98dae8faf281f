"""Figures with the entries behind them, and the editions of the daily briefing."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from itertools import islice
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Status
from pydantic import Field

from liangcao.foundation.database.snapshot import snapshot
from liangcao.interfaces.api.v1.doors import KEYED, Body, Filters, enter, entered, key_of, language_of
from liangcao.interfaces.api.v1.paging import PAGE_MOST, Page, PageFilters, page
from liangcao.oversight.briefing import actions, queries

router = Router(tags=["briefing"])


class DayFilters(Filters):
    """A day of a bureau; today when left out."""

    day: date | None = Field(None, alias="date")
    bureau: str | None = Field(None, max_length=30)


class EntryFilters(DayFilters):
    """The entries behind one figure, by its key."""

    key: str = Field(max_length=120, examples=["gift.KZ-N95.total"])


class FileFilters(Filters):
    """The form of the briefing."""

    form: Literal["docx", "pdf", "xlsx", "txt", "json"] = "docx"
    bureau: str | None = Field(None, max_length=30)


class EditionIn(Body):
    """Freeze the briefing of a day."""

    day: date = Field(alias="date")
    note: str = Field("", max_length=500)
    bureau: str | None = None


def show_edition(edition: Any) -> dict[str, Any]:
    """A frozen edition."""
    return {
        "id": edition.pk,
        "date": edition.business_date.isoformat(),
        "revision": edition.revision,
        "frozen_by": edition.frozen_by,
        "frozen_at": edition.frozen_at.isoformat(),
        "word_digest": edition.word.digest,
        "excel_digest": edition.excel.digest,
    }


@router.get("/figures", response=dict)
def get_figures(request: HttpRequest, filters: Query[DayFilters]) -> dict[str, Any]:
    """All figures of a day: key, label, unit, value, scope, period. A null value is not known, which is not 0."""
    door = enter(request, filters.bureau)
    found = queries.day_figures(door.actor, door.bureau_id, filters.day or door.today, at=door.at)
    return {"figures": queries.plain_figures(found)}


@router.get("/figures/entries", response=dict)
def get_entries(request: HttpRequest, filters: Query[EntryFilters]) -> dict[str, Any]:
    """The rows behind a figure: they add up to its value. At most 200 rows are shown; `more` says that there are
    others."""
    door = enter(request, filters.bureau)
    with snapshot():
        behind = queries.entries_of(door.actor, door.bureau_id, filters.day or door.today, filters.key)
        rows = list(islice(behind.rows, PAGE_MOST + 1))
    return {
        "figure": behind.figure.as_plain(),
        "entries": [
            {name: str(value) if value is not None else None for name, value in asdict(row).items()}
            for row in rows[:PAGE_MOST]
        ],
        "more": len(rows) > PAGE_MOST,
    }


@router.get("/briefings", response=Page)
def list_editions(request: HttpRequest, filters: Query[PageFilters]) -> dict[str, Any]:
    """Frozen editions, newest first."""
    door = entered(request, filters.bureau, "briefing")
    return page(queries.editions(door.actor, door.bureau_id), filters, show_edition, newest_first=True)


@router.get("/briefings/{day}", response=None)
def get_briefing(request: HttpRequest, day: date, filters: Query[FileFilters]) -> HttpResponse:
    """The briefing of a day as it stands now: Word, PDF, Excel, text or JSON."""
    door = enter(request, filters.bureau)
    made = queries.briefing(door.actor, door.bureau_id, day, at=door.at)
    content, kind = queries.briefing_file(
        made, filters.form, actor=door.actor, bureau_id=door.bureau_id, language=language_of(request)
    )
    name = f"briefing-{day.isoformat()}.{filters.form}"
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@router.post("/briefings", response={201: dict}, openapi_extra=KEYED)
def freeze_edition(request: HttpRequest, body: EditionIn) -> Status:
    """Freeze the briefing of a day at its cut-off; its bytes and digests are kept."""
    door = enter(request, body.bureau)
    edition = actions.freeze_edition(
        bureau_id=door.bureau_id, day=body.day, note=body.note, client_id=key_of(request), **door.who_and_when
    )
    return Status(201, show_edition(edition))
