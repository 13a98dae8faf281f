"""The four registers on the screen: period, store and item chosen on top, rows as they print, totals per item."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from liangcao.foundation.database.snapshot import snapshot
from liangcao.foundation.kernel.clock import business_date
from liangcao.foundation.kernel.errors import Invalid, NotFound
from liangcao.interfaces.web.addresses import address
from liangcao.interfaces.web.cells import Column, Row, Table, table
from liangcao.interfaces.web.desk.filters import item_options, store_options
from liangcao.interfaces.web.listing import address as same_page
from liangcao.interfaces.web.pages import render_page
from liangcao.interfaces.web.reach import table_for
from liangcao.interfaces.web.templatetags.words import full_day, headed
from liangcao.oversight.briefing import queries as briefing
from liangcao.reference.catalog.queries import items
from liangcao.reference.parties.queries import stores

ROWS_SHOWN = 500
KNOWN = frozenset({"from", "to", "store", "item", "format"})
# On phones a register's row shows what, how many, and for whom; the rest prints.
PHONE = {
    "item": "title",
    "quantity": "main",
    "closing": "main",
    "party": "rest",
    "document": "rest",
    "date": "rest",
    "store": "rest",
}


def period_of(request: Any) -> tuple[date, date]:
    """The days asked for; today when none is named. Raises Invalid DATE_INVALID, DATE_IN_FUTURE."""
    today = business_date(request.at)
    return _day(request, "from", today), _day(request, "to", today)


def _day(request: Any, name: str, today: date) -> date:
    text = request.GET.get(name, "")
    if not text:
        return today
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid(
            "DATE_INVALID", f"日期“{text[:20]}”无法识别", f'"{text[:20]}" is not a date', field=name
        ) from None


def asked_register(request: Any, kind: str) -> Any:
    """The register with the period, store and item of the address."""
    unknown = sorted(set(request.GET) - KNOWN)
    if unknown:
        raise Invalid("PARAMETER_UNKNOWN", f"不认识的筛选项:{unknown[0][:40]}", f"Unknown parameter: {unknown[0][:40]}")
    if kind not in briefing.REGISTERS:
        raise NotFound()
    from_, to = period_of(request)
    store = _chosen(stores(request.actor, bureau_id=request.bureau.pk), request.GET.get("store", ""))
    item = _chosen(items(request.actor), request.GET.get("item", ""))
    return briefing.register(
        request.actor, request.bureau.pk, kind, from_=from_, to=to, language=request.LANGUAGE_CODE,
        store_id=store.pk if store else None, item_id=item.pk if item else None,
    )  # fmt: skip


def _chosen(rows: Any, code: str) -> Any:
    if not code:
        return None
    found = rows.filter(code=code).first()
    if found is None:
        raise NotFound()
    return found


def register_page(request: Any, kind: str, made: Any) -> HttpResponse:
    """The page: at most 500 rows on the screen, all of them in the totals and in Excel."""
    columns = _columns(made)
    rows: list[Any] = []
    with snapshot():
        for row in made.rows():
            if len(rows) < ROWS_SHOWN:
                rows.append(row)
    from_, to = period_of(request)
    return render_page(
        request,
        "desk/ledger/register.html",
        title=headed((made.zh, made.en)),
        kind=kind,
        kinds=[(name, headed(words)) for name, words in briefing.REGISTERS.items()],
        table=table_for(request, _table(columns, rows)),
        count=made.totals.rows,
        totals=_totals(made) if made.totals.by_item else None,
        hidden=max(made.totals.rows - ROWS_SHOWN, 0),
        from_=from_,
        to=to,
        period=full_day(to) if from_ == to else f"{full_day(from_)} — {full_day(to)}",
        first_day=briefing.first_day(request.actor, request.bureau.pk),
        stores=store_options(request),
        items=item_options(request),
        store=request.GET.get("store", ""),
        item=request.GET.get("item", ""),
        excel=same_page(request, format="xlsx"),
    )


def _columns(made: Any) -> list[Column]:
    """The register's columns as ours; the unit stands beside each quantity instead of in a column of its own."""
    unit = next(place for place, column in enumerate(made.columns) if column.key == "unit")
    return [
        Column(
            column.key,
            headed((column.zh, column.en)),
            value=_cell(place),
            kind={"quantity": "quantity", "date": "day"}.get(column.holds, "code" if column.key in _CODES else "text"),
            unit=_cell(unit) if column.holds == "quantity" else "",
            phone=PHONE.get(column.key, "hide"),
            link=_opens if column.key in ("document", "item") else None,
        )
        for place, column in enumerate(made.columns)
        if place != unit
    ]


def _totals(made: Any) -> Table:
    """One row for each item, under the quantity columns of the register."""
    columns = [Column("item", _("物资"), value=lambda row: row[0][1], phone="title")]
    counted = [column for column in made.columns if column.holds == "quantity"]
    for place, column in enumerate(counted):
        label = headed((column.zh, column.en))
        phone = "main" if PHONE.get(column.key) == "main" else "rest"
        columns.append(
            Column(column.key, label, value=_sum(place), kind="quantity", unit=lambda row: row[0][2], phone=phone)
        )
    return table(columns, made.totals.by_item.items(), title=_("合计"))


def _sum(place: int) -> Any:
    return lambda row: row[1][place]


_CODES = {"item_code", "document", "lot", "source", "cause"}


def _cell(place: int) -> Any:
    return lambda row: row.cells[place]


def _opens(row: Any) -> str:
    if not row.url_name:
        return ""
    return address(row.url_name) if row.url_arg is None else address(row.url_name, row.url_arg)


def _table(columns: list[Column], rows: list[Any]) -> Table:
    shown = [Row([column.cell(row) for column in columns]) for row in rows]
    return Table(columns, shown, empty=_("这段时间没有记录。可改选起止日期。"))
