"""The page of the rows behind a figure."""

from __future__ import annotations

from datetime import date
from itertools import islice
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from liangcao.foundation.database.snapshot import snapshot
from liangcao.foundation.kernel.clock import business_date
from liangcao.foundation.kernel.errors import Invalid
from liangcao.interfaces.web import spreadsheet
from liangcao.interfaces.web.addresses import address
from liangcao.interfaces.web.cells import Column, table
from liangcao.interfaces.web.listing import exports_of, sheet_of
from liangcao.interfaces.web.pages import render_page
from liangcao.interfaces.web.reach import table_for
from liangcao.interfaces.web.templatetags.words import is_english, named, unit_of, yuan
from liangcao.oversight.briefing import queries

ROWS_SHOWN = 500
FEN = "分"


def asked_day(request: Any) -> date:
    """The day of the address; today when none is named. Raises Invalid DATE_INVALID."""
    text = request.GET.get("date", "")
    try:
        return date.fromisoformat(text) if text else business_date(request.at)
    except ValueError:
        raise Invalid(
            "DATE_INVALID", f"日期“{text[:20]}”无法识别", f'"{text[:20]}" is not a date', field="date"
        ) from None


def _link(row: Any) -> str:
    return address(row.url_name, row.url_arg) if row.url_name else ""


COLUMNS = (
    Column("date", gettext_lazy("日期"), kind="day"),
    Column("document", gettext_lazy("单据"), kind="code", link=_link, phone="title"),
    Column("kind", gettext_lazy("类别"), value=lambda row: row.kind_en if is_english() else row.kind_zh),
    Column("item", gettext_lazy("物资"), value=lambda row: named(row.item) if row.item else ""),
    Column("party", gettext_lazy("单位")),
    Column("place", gettext_lazy("仓库或渠道")),
    Column("lot", gettext_lazy("批次"), kind="code", phone="hide"),
    Column(
        "quantity",
        gettext_lazy("数量"),
        kind="quantity",
        unit=lambda row: unit_of(row.item) if row.item else "",
        phone="main",
        total=True,
    ),
    Column("note", gettext_lazy("说明"), value=lambda row: (row.note, row.note_en or row.note)),
)
_MONEY = Column("quantity", gettext_lazy("金额"), value=lambda row: yuan(row.quantity), kind="money", phone="main")


def entries_page(request: Any) -> HttpResponse:
    """The first 500 rows and the sum of all; all of them as a file."""
    key = request.GET.get("figure", "")
    with snapshot():
        behind = queries.entries_of(request.actor, request.bureau.pk, asked_day(request), key)
        figure = behind.figure
        is_money = figure.unit == FEN
        columns = tuple(_MONEY if column.key == "quantity" else column for column in COLUMNS) if is_money else COLUMNS
        title = figure.label(request.LANGUAGE_CODE)
        if kind := request.GET.get("format"):
            sheet = sheet_of(columns, behind.rows, title=title, notes=[f"{named(request.bureau)} · {figure.period}"])
            return spreadsheet.answer(sheet, kind=kind, name=f"{title}-{figure.period}")
        rows = list(islice(behind.rows, ROWS_SHOWN))
        hidden = sum(1 for _row in behind.rows)
    return render_page(
        request,
        "desk/briefing/entries.html",
        title=title,
        figure=figure,
        value=yuan(figure.value) if is_money else figure.value,
        unit="" if is_money else figure.counted(request.LANGUAGE_CODE),
        definition=figure.definition(request.LANGUAGE_CODE),
        table=table_for(request, table(columns, rows, empty=_("没有计入这个数字的记录。"))),
        hidden=hidden,
        day=asked_day(request),
        exports=exports_of(request),
    )
