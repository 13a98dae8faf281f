"""The one list: columns, filters, search, sort, keyset paging, export and an empty state that teaches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from liangcao.foundation.database.snapshot import snapshot
from liangcao.foundation.kernel.clock import business_date
from liangcao.foundation.kernel.errors import Invalid
from liangcao.foundation.kernel.spans import check_span
from liangcao.interfaces.web import spreadsheet
from liangcao.interfaces.web.cells import Column, Table, follow, table
from liangcao.interfaces.web.paging import Slice, page_of, turned
from liangcao.interfaces.web.reach import table_for
from liangcao.interfaces.web.templatetags.words import full_day, named

# A day outside has no moment that every zone can write.
EARLIEST_YEAR, LATEST_YEAR = 1990, 2199
OWN_PARAMETERS = frozenset({"q", "sort", "after", "before", "format"})
Narrow = Callable[[Any, Any], Any]


@dataclass(frozen=True)
class Filter:
    """A way to narrow the list. `kind` choice needs `choices(request)`; kind day hands a date to `apply(rows,
    value)`."""

    key: str
    label: Any
    apply: Narrow
    kind: str = "choice"
    choices: Callable[[Any], Sequence[tuple[str, Any]]] | None = None
    default: str = ""


@dataclass(frozen=True)
class Empty:
    """What an empty list says, and the ways to fill it: (label, address, object and action that the reader must
    hold)."""

    text: Any
    links: Sequence[tuple[Any, str]] = ()


@dataclass(frozen=True)
class Listing:
    """A list. `order` is total and without NULL; `search(rows, text)` narrows; `tone(row)` marks a row alarm or
    wait."""

    name: str
    columns: Sequence[Column]
    order: Sequence[str]
    filters: Sequence[Filter] = ()
    search: Narrow | None = None
    search_hint: Any = ""
    empty: Empty = Empty("")
    tone: Callable[[Any], str] | None = None
    page_size: int = 50

    @property
    def has_search(self) -> bool:
        """Whether the list can be searched (a template would call `search` itself)."""
        return self.search is not None


@dataclass(frozen=True)
class ListPage:
    """A list as the template shows it."""

    listing: Listing
    table: Table
    slice: Slice
    filters: list[dict[str, Any]]
    search: str
    sort: str
    is_narrowed: bool
    addresses: dict[str, str]
    kept: list[tuple[str, str]]
    sorts: dict[str, dict[str, str]]
    exports: dict[str, str]


def answer(
    request: HttpRequest,
    listing: Listing,
    rows: Any,
    *,
    title: str,
    template: str = "list.html",
    allowed: Sequence[str] = (),
    **context: Any,
) -> HttpResponse:
    """A page with the list, the list alone for htmx, or the export of all rows that the filters leave.

    Raises Invalid PARAMETER_UNKNOWN for a parameter that is neither ours, a filter's, nor in `allowed`.
    """
    check_parameters(request, listing, allowed)
    if request.GET.get("format"):
        return export(request, listing, rows, title=title)
    page = list_page(request, listing, rows, allowed)
    if getattr(request, "htmx", False) and request.headers.get("HX-Target") == "list":
        return render(request, "components/_list.html", {"title": title, "list": page, **context})
    return render(request, template, {"title": title, "list": page, **context})


def check_parameters(request: HttpRequest, listing: Listing, allowed: Sequence[str] = ()) -> None:
    """Refuse what nobody asked for: a mistyped filter must not show everything as if it had worked."""
    known = OWN_PARAMETERS | {entry.key for entry in listing.filters} | set(allowed)
    unknown = sorted(set(request.GET) - known)
    if unknown:
        shown, shown_en = "、".join(unknown)[:80], ", ".join(unknown)[:80]
        raise Invalid("PARAMETER_UNKNOWN", f"不认识的筛选项:{shown}", f"Unknown parameter: {shown_en}")


def narrowed(request: HttpRequest, listing: Listing, rows: Any) -> tuple[Any, dict[str, str]]:
    """The rows that search and filters leave, and the values in force. Raises Invalid FILTER_INVALID, DATES_INVALID."""
    values, days = {}, {}
    for entry in listing.filters:
        text = request.GET.get(entry.key, entry.default)
        values[entry.key] = text
        if text:
            read = _read(request, entry, text)
            rows = entry.apply(rows, read)
            if entry.kind == "day":
                days[entry.key] = read
    check_span(days.get("from"), days.get("to"))
    text = request.GET.get("q", "").strip()[:100]
    if text and listing.search:
        rows = listing.search(rows, text)
    return rows, values


def _read(request: HttpRequest, entry: Filter, text: str) -> Any:
    if entry.kind == "day":
        try:
            day = date.fromisoformat(text)
        except ValueError:
            raise _unreadable(entry, text) from None
        if not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
            raise _unreadable(entry, text)
        return day
    if entry.choices and text not in {str(value) for value, _label in entry.choices(request)}:
        raise _unreadable(entry, text)
    return text


def _unreadable(entry: Filter, text: str) -> Invalid:
    return Invalid(
        "FILTER_INVALID",
        f"筛选“{entry.label}”没有“{text[:40]}”这一项",
        f'The filter "{entry.key}" has no choice "{text[:40]}"',
        field=entry.key,
    )


def _ordered(request: HttpRequest, listing: Listing) -> tuple[list[str], str]:
    """The order in force and the sort parameter: the chosen column first, then the list's own total order."""
    chosen = request.GET.get("sort", "")
    paths = {column.key: column.sort for column in listing.columns if column.sort}
    key = chosen.lstrip("-")
    if not chosen:
        return list(listing.order), ""
    if key not in paths:
        raise Invalid("SORT_UNKNOWN", f"不能按“{key[:40]}”排序", f'Cannot sort by "{key[:40]}"', field="sort")
    path = turned(paths[key]) if chosen.startswith("-") else paths[key]
    rest = [name for name in listing.order if name.lstrip("-") != path.lstrip("-")]
    return [path, *rest], chosen


def list_page(request: HttpRequest, listing: Listing, rows: Any, allowed: Sequence[str] = ()) -> ListPage:
    """One page of the list, shaped for the template."""
    rows, values = narrowed(request, listing, rows)
    order, sort = _ordered(request, listing)
    found = page_of(
        rows, order, after=request.GET.get("after", ""), before=request.GET.get("before", ""), size=listing.page_size
    )
    filters = [
        {"entry": entry, "value": values[entry.key], "choices": entry.choices(request) if entry.choices else ()}
        for entry in listing.filters
    ]
    # What a link brought along (a lot, a trace) stays when the reader narrows further.
    kept = [(key, request.GET[key]) for key in allowed if request.GET.get(key)]
    is_narrowed = bool(request.GET.get("q") or kept or any(values[e.key] != e.default for e in listing.filters))
    addresses = {
        "next": address(request, after=found.after, before="") if found.after else "",
        "previous": address(request, before=found.before, after="") if found.before else "",
        "clear": request.path,
    }
    sorts = {
        column.key: {
            "url": address(request, sort=f"-{column.key}" if sort == column.key else column.key, after="", before=""),
            "state": "ascending" if sort == column.key else "descending" if sort == f"-{column.key}" else "none",
        }
        for column in listing.columns
        if column.sort
    }
    shown = table_for(request, table(listing.columns, found.rows, tone=listing.tone))
    return ListPage(
        listing, shown, found, filters, request.GET.get("q", ""), sort, is_narrowed, addresses, kept, sorts,
        exports_of(request),
    )  # fmt: skip


def address(request: HttpRequest, **changes: str) -> str:
    """This page's address with some parameters changed; an empty value drops the parameter."""
    query = request.GET.copy()
    for key, value in changes.items():
        query.pop(key, None)
        if value:
            query[key] = value
    return f"{request.path}?{query.urlencode()}" if query else request.path


def exports_of(request: HttpRequest) -> dict[str, str]:
    """For `components/_exports.html`: format → the address of this page in it."""
    return {kind: address(request, format=kind, after="", before="") for kind in spreadsheet.FORMATS}


def exports_at(url: str) -> dict[str, str]:
    """The same of another page, by its address without parameters."""
    return {kind: f"{url}?format={kind}" for kind in spreadsheet.FORMATS}


def export(request: Any, listing: Listing, rows: Any, *, title: str) -> HttpResponse:
    """All rows that the filters leave as Excel, CSV, words or a picture, from one snapshot.

    Raises Invalid FORMAT_UNKNOWN, IMAGE_TOO_LONG.
    """
    kind = request.GET.get("format", "")
    spreadsheet.check_format(kind)
    with snapshot():
        rows, values = narrowed(request, listing, rows)
        order, _sort = _ordered(request, listing)
        sheet = sheet_of(listing.columns, in_order(rows, order), title=title, notes=_notes(request, listing, values))
        return spreadsheet.answer(sheet, kind=kind, name=f"{title}-{business_date(request.at)}")


def in_order(rows: Any, order: Sequence[str]) -> Any:
    """All rows in this order."""
    if isinstance(rows, QuerySet):
        return rows.order_by(*order).iterator(chunk_size=2000)
    held = list(rows)
    for name in reversed(order):
        path = name.lstrip("-")
        held.sort(key=lambda row: (follow(row, path) is not None, follow(row, path)), reverse=name.startswith("-"))
    return held


def _notes(request: HttpRequest, listing: Listing, values: dict[str, str]) -> list[str]:
    parts = [named(request.bureau)] if getattr(request, "bureau", None) else []  # type: ignore[attr-defined]
    for entry in listing.filters:
        text = values[entry.key]
        if text:
            words = {str(value): label for value, label in entry.choices(request)} if entry.choices else {}
            shown = full_day(date.fromisoformat(text)) if entry.kind == "day" else words.get(text, text)
            parts.append(f"{entry.label}:{shown}")
    if request.GET.get("q"):
        parts.append(_("查找:%(text)s") % {"text": request.GET["q"]})
    return [" · ".join(parts)]


def sheet_of(columns: Sequence[Column], rows: Any, *, title: str, notes: Sequence[str] = ()) -> spreadsheet.Sheet:
    """Columns and rows as a sheet; quantities get their unit in a column of its own, right of the first that has it.
    Words for a chat group say what a phone shows."""
    heading: list[str] = []
    totals: dict[int, int | None] = {}
    units: dict[int, int] = {}
    held: dict[Any, int] = {}  # unit of columns → its place
    brief: list[int] = []
    for column in columns:
        place = len(heading)
        heading.append(str(column.file_label or column.label))
        if column.unit and column.unit in held:
            units[place] = held[column.unit]
        elif column.unit:
            # Not only 单位: that is also what organisations stand under, and whoever reads the file must tell them apart.
            heading.append(_("计量单位"))
            units[place] = held[column.unit] = place + 1
        if column.total:
            totals[place] = units.get(place)
        if column.phone != "hide" and not (column.kind == "mark" and column.plain):
            brief.append(place)
    lines = (_exported(columns, row) for row in rows)
    return spreadsheet.Sheet(title, heading, lines, notes, totals, units=units, brief=brief)


def _exported(columns: Sequence[Column], row: Any) -> list[Any]:
    values: list[Any] = []
    held = set()
    for column in columns:
        values.append(column.exported(row))
        if column.unit and column.unit not in held:
            held.add(column.unit)
            values.append(column.unit_in(row))
    return values
