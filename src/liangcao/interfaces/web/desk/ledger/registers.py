"""The four registers on the screen: period, store, item, unit and "as known at" chosen on top, rows as they print, a
page at a time; totals and closing of all rows."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import HttpResponse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from liangcao.foundation.database.snapshot import snapshot
from liangcao.foundation.kernel.clock import LOCAL, business_date
from liangcao.foundation.kernel.errors import Invalid, NotFound
from liangcao.interfaces.web.addresses import address
from liangcao.interfaces.web.cells import Column, Row, Table, table
from liangcao.interfaces.web.desk.filters import chosen, day_asked, item_options, store_options
from liangcao.interfaces.web.listing import address as same_page
from liangcao.interfaces.web.listing import exports_of
from liangcao.interfaces.web.pages import render_page
from liangcao.interfaces.web.reach import table_for
from liangcao.interfaces.web.templatetags.words import chip_of, day, full_day, headed, named
from liangcao.oversight.briefing import queries as briefing
from liangcao.oversight.briefing import registers_files as files
from liangcao.oversight.briefing.columns import PAPER_COLUMNS
from liangcao.oversight.briefing.registers_words import known_words
from liangcao.reference.catalog.queries import items
from liangcao.reference.parties.queries import organisations, stores

ROWS_SHOWN = 100
CHOICES = ("from", "to", "store", "item", "organisation", "known_at")
KNOWN = frozenset({*CHOICES, "format", "after", "before"})
# On phones a register's row shows what, how many, and for whom; the rest prints.
PHONE = {
    "item": "title",
    "quantity": "main",
    "closing": "main",
    "party": "rest",
    "document": "rest",
    "date": "rest",
    "store": "rest",
    "mark": "rest",
}
_STOCK = ("opening", "came", "left", "closing")


def period_of(request: Any) -> tuple[date, date]:
    """The days asked for; today when none is named, one day when only its end is. Raises Invalid DATE_INVALID."""
    to = day_asked(request, "to") or business_date(request.at)
    return day_asked(request, "from") or to, to


def _known_at(request: Any) -> datetime | None:
    """The moment of "as known at", in the bureau's time. Raises Invalid DATE_INVALID, KNOWN_AT_TOO_LATE."""
    text = request.GET.get("known_at", "")
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise _unreadable(text, "known_at") from None
    return briefing.check_known_at(moment if moment.tzinfo else moment.replace(tzinfo=LOCAL), at=request.at)


def _unreadable(text: str, field: str) -> Invalid:
    return Invalid("DATE_INVALID", f"日期“{text[:20]}”无法识别", f'"{text[:20]}" is not a date', field=field)


def asked_register(request: Any, kind: str) -> Any:
    """The register with what the address chooses."""
    unknown = sorted(set(request.GET) - KNOWN)
    if unknown:
        raise Invalid("PARAMETER_UNKNOWN", f"不认识的筛选项:{unknown[0][:40]}", f"Unknown parameter: {unknown[0][:40]}")
    if kind not in briefing.REGISTERS:
        raise NotFound()
    from_, to = period_of(request)
    bureau_id = request.bureau.pk
    store = chosen(stores(request.actor, bureau_id=bureau_id), request.GET.get("store", ""))
    item = chosen(items(request.actor), request.GET.get("item", ""))
    unit = chosen(organisations(request.actor, bureau_id=bureau_id), request.GET.get("organisation", ""))
    return briefing.register(
        request.actor, bureau_id, kind, from_=from_, to=to, language=request.LANGUAGE_CODE,
        store_id=store.pk if store else None, item_id=item.pk if item else None, party_id=unit.pk if unit else None,
        known_at=_known_at(request),
    )  # fmt: skip


def register_page(request: Any, kind: str, made: Any) -> HttpResponse:
    """A page of the rows; all of them in totals, on paper and in files."""
    after, before = files.place_of(request.GET.get("after", "")), files.place_of(request.GET.get("before", ""))
    with snapshot():
        rows, is_more = made.page(ROWS_SHOWN, after=after, before=before)
        totals = made.summed()
        closing, check = briefing.closing(made)
    columns = _columns(made)
    from_, to = period_of(request)
    return render_page(
        request,
        "desk/ledger/register.html",
        title=headed((made.zh, made.en)),
        kind=kind,
        table=table_for(request, _table(columns, rows)),
        count=totals.rows,
        totals=_totals(made) if totals.by_item and len(totals.columns) > 1 else None,
        # The reserve statement has opening, in, out and closing in its own totals.
        closing=_closing_table(closing) if closing and kind != "stock_statement" else None,
        is_right=all(row.is_right for row in closing),
        check=check,
        known=known_words(made),
        chosen={name: request.GET.get(name, "") for name in CHOICES},
        from_=from_,
        to=to,
        period=full_day(to) if from_ == to else f"{full_day(from_)} — {full_day(to)}",
        first_day=briefing.first_day(request.actor, request.bureau.pk),
        stores=store_options(request),
        items=item_options(request),
        organisations=_organisation_options(request),
        exports=exports_of(request),
        addresses=_addresses(request, kind, rows, is_more=is_more, is_back=before is not None),
    )


def _organisation_options(request: Any) -> list[tuple[str, str]]:
    rows = organisations(request.actor, bureau_id=request.bureau.pk).order_by("pinyin", "code")
    return [(row.code, named(row)) for row in rows]


def _addresses(request: Any, kind: str, rows: list[Any], *, is_more: bool, is_back: bool) -> dict[str, str]:
    """The pages beside this one, the paper and the files with the same choices."""
    has_before = is_more if is_back else bool(request.GET.get("after"))
    has_after = is_more or is_back
    paper = same_page(request, after="", before="", format="")
    return {
        "next": same_page(request, after=files.cursor_of(rows[-1].key), before="") if rows and has_after else "",
        "previous": same_page(request, before=files.cursor_of(rows[0].key), after="") if rows and has_before else "",
        "paper": address("register_paper", kind) + (f"?{paper.partition('?')[2]}" if "?" in paper else ""),
        "pdf": same_page(request, format="pdf", after="", before=""),
    }


def _columns(made: Any) -> list[Column]:
    """The columns of the paper: what stands under one another there does so here; the unit stands beside quantities."""
    named = {column.key: column for column in made.columns}
    return [
        _column(made, [named[key] for key in column.keys]) for column in PAPER_COLUMNS[made.kind] if _is_shown(column)
    ]


def _is_shown(column: Any) -> bool:
    return bool(column.keys) and column.keys[0] != "unit"


def _column(made: Any, parts: list[Any]) -> Column:
    first, places = parts[0], [made.place(part.key) for part in parts]
    return Column(
        first.key,
        "/".join(headed((part.zh, part.en)) for part in parts),
        value=_cell(places[0]) if len(parts) == 1 else _stacked(places),
        kind="code" if first.key == "item_code" else {"quantity": "quantity", "date": "day"}.get(first.holds, "text"),
        unit=_cell(made.place("unit")) if first.holds == "quantity" else "",
        phone=PHONE.get(first.key, "hide"),
        link=_opens if first.key in ("document", "item") else None,
    )


def _stacked(places: list[int]) -> Any:
    """One value over the other; the lower one small."""
    upper, lower = places

    def value(row: Any) -> Any:
        if not row.cells[lower]:
            return row.cells[upper]
        if not isinstance(row.cells[lower], date):
            return format_html('{}<span class="under">{}</span>', row.cells[upper], row.cells[lower])
        return format_html('{}<span class="under">{}</span>', row.cells[upper], day(row.cells[lower]))

    return value


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
    return table(columns, sorted(made.totals.by_item.items()), title=_("合计"))


def _closing_table(closing: list[Any]) -> Table:
    """期初 + 入 - 出 = 期末 per item, and whether the list agrees with the book."""
    labels = (_("期初结存"), _("本期入库"), _("本期出库"), _("期末结存"))
    has_stock = closing[0].stock is not None
    stock = [
        Column(key, label, value=_in_stock(place), kind="quantity", unit=lambda row: row.unit)
        for place, (key, label) in enumerate(zip(_STOCK, labels, strict=True))
    ]
    columns = [
        Column("name", _("物资"), phone="title"),
        *(stock if has_stock else ()),
        Column("listed", _("本表合计"), kind="quantity", unit=lambda row: row.unit, phone="main"),
        Column("check", _("核对"), value=_checked, kind="mark"),
    ]
    return table(columns, closing, title=_("结存与核对"))


def _checked(row: Any) -> Any:
    return chip_of(_("相符"), "done") if row.is_right else chip_of(_("不符"), "alarm")


def _in_stock(place: int) -> Any:
    return lambda row: row.stock[place]


def _sum(place: int) -> Any:
    return lambda row: row[1][place]


def _cell(place: int) -> Any:
    return lambda row: row.cells[place]


def _opens(row: Any) -> str:
    if not row.url_name:
        return ""
    return address(row.url_name) if row.url_arg is None else address(row.url_name, row.url_arg)


def _table(columns: list[Column], rows: list[Any]) -> Table:
    shown = [Row([column.cell(row) for column in columns]) for row in rows]
    return Table(columns, shown, empty=_("这段时间没有记录。可改选起止日期、仓库、物资或单位。"))
