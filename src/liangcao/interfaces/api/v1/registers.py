"""The four registers: a page of rows with the totals of all, or the whole as a file."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from django.http import FileResponse, HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import BaseModel, Field

from liangcao.foundation.database.snapshot import snapshot
from liangcao.foundation.kernel.errors import NotFound
from liangcao.interfaces.api.v1.doors import Door, Filters, Moment, entered, language_of
from liangcao.interfaces.api.v1.paging import PAGE_MOST
from liangcao.oversight.briefing import queries
from liangcao.oversight.briefing.registers_files import cursor_of, place_of, register_as
from liangcao.oversight.briefing.registers_words import covered, known_words
from liangcao.reference.catalog.queries import items
from liangcao.reference.parties.queries import organisations, stores

router = Router(tags=["registers"])
RegisterKind = Literal["stock_statement", "receipts_register", "issues_register", "issue_register"]


class RegisterFilters(Filters):
    """Period (today when left out, one day when only `to` is given), store, item and unit by their codes; `known_at`:
    as the book knew it then, which never changes again."""

    from_: date | None = Field(None, alias="from")
    to: date | None = None
    store: str | None = Field(None, max_length=30)
    item: str | None = Field(None, max_length=30)
    organisation: str | None = Field(None, max_length=30)
    known_at: Moment | None = None
    bureau: str | None = Field(None, max_length=30)


class RegisterPageFilters(RegisterFilters):
    """The same, and which page of the rows."""

    cursor: str | None = Field(None, description="`next` of the page before", max_length=300)
    limit: int = Field(50, ge=1, le=PAGE_MOST)


class RegisterFileFilters(RegisterFilters):
    """The same, and the form of the file."""

    form: Literal["xlsx", "pdf"] = "xlsx"


class RegisterOut(BaseModel):
    """Columns, a page of rows by the columns' keys, the totals of all rows, and the closing of each item with whether
    the list agrees with the book."""

    kind: str
    title: str
    covers: str
    known: str
    from_: date = Field(alias="from")
    to: date
    columns: list[dict[str, str]]
    count: int
    rows: list[dict[str, Any]]
    next: str | None
    totals: list[dict[str, Any]]
    closing: list[dict[str, Any]]
    agrees: bool


def _chosen(rows: Any, code: str | None, field: str) -> int | None:
    if code is None:
        return None
    found = rows.filter(code=code).values_list("pk", flat=True).first()
    if found is None:
        raise NotFound(f"未找到“{code}”,或不在您的范围内", f'There is no "{code}" within your scope', field=field)
    return int(found)


def _register(request: HttpRequest, kind: str, filters: RegisterFilters) -> tuple[Door, Any]:
    door = entered(request, filters.bureau, "briefing")
    actor, bureau_id, to = door.actor, door.bureau_id, filters.to or door.today
    made = queries.register(
        actor,
        bureau_id,
        kind,
        from_=filters.from_ or to,
        to=to,
        store_id=_chosen(stores(actor, bureau_id=bureau_id), filters.store, "store"),
        item_id=_chosen(items(actor), filters.item, "item"),
        party_id=_chosen(organisations(actor, bureau_id=bureau_id), filters.organisation, "organisation"),
        known_at=queries.check_known_at(filters.known_at, at=door.at) if filters.known_at else None,
        language=language_of(request),
    )
    return door, made


@router.get("/registers/{kind}", response=RegisterOut, by_alias=True)
def get_register(request: HttpRequest, kind: RegisterKind, filters: Query[RegisterPageFilters]) -> dict[str, Any]:
    """储备明细表 stock_statement, 入库台账 receipts_register, 出库台账 issues_register or 发放登记表 issue_register."""
    _door, made = _register(request, kind, filters)
    with snapshot():
        rows, is_more = made.page(filters.limit, after=place_of(filters.cursor or ""))
        totals = made.summed()
        closing, _check = queries.closing(made)
    english = made.scope.is_english
    keys = [column.key for column in made.columns]
    return {
        "kind": kind,
        "title": made.en if english else made.zh,
        "covers": covered(made),
        "known": known_words(made),
        "from": made.scope.from_,
        "to": made.scope.to,
        "columns": [{"key": c.key, "label": c.en if english else c.zh, "holds": c.holds} for c in made.columns],
        "count": totals.rows,
        "rows": [dict(zip(keys, row.cells, strict=True)) for row in rows],
        "next": cursor_of(rows[-1].key) if is_more else None,
        "totals": [
            {"item_code": code, "item": name, "unit": unit, **dict(zip(totals.columns, sums, strict=True))}
            for (code, name, unit), sums in sorted(totals.by_item.items())
        ],
        "closing": [_closing(row) for row in closing],
        "agrees": all(row.is_right for row in closing),
    }


def _closing(row: Any) -> dict[str, Any]:
    stock = dict(zip(("opening", "in", "out", "closing"), row.stock or (None,) * 4, strict=True))
    return {
        "item_code": row.code, "item": row.name, "unit": row.unit, **stock, "listed": row.listed,
        "expected": row.expected, "agrees": row.is_right,
    }  # fmt: skip


@router.get("/registers/{kind}/file", response=None)
def get_register_file(request: HttpRequest, kind: RegisterKind, filters: Query[RegisterFileFilters]) -> HttpResponse:
    """The whole register as Excel (any number of rows) or PDF (A4 lying with page sums, at most 2,000 rows). With
    `known_at` asking again gives the same bytes."""
    door, made = _register(request, kind, filters)
    file = register_as(made, filters.form, made_at=door.at)
    streamed: Any = FileResponse(file.content, as_attachment=True, filename=file.name, content_type=file.content_type)
    return streamed  # type: ignore[no-any-return]
