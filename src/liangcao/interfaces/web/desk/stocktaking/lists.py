"""The lists: count sheets, lines of a sheet, what ends when, write-offs."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.utils.translation import gettext as said_now
from django.utils.translation import gettext_lazy as _

from liangcao.interfaces.web.addresses import address
from liangcao.interfaces.web.cells import Column
from liangcao.interfaces.web.desk.accounts import lot_address
from liangcao.interfaces.web.desk.columns import expiry, lot_of
from liangcao.interfaces.web.desk.filters import item_options, status_filter, store_options
from liangcao.interfaces.web.listing import Empty, Filter, Listing
from liangcao.interfaces.web.templatetags.words import chip, chip_of, full_day, named, said
from liangcao.ledger.kinds import ACCOUNT_NAMES
from liangcao.operations.stocktaking import queries, rules
from liangcao.operations.stocktaking.flow import CAUSES, COUNT_FLOW, WRITE_OFF_FLOW


def scope_words(sheet: Any) -> str:
    """What a sheet covers."""
    if sheet.item_id:
        return named(sheet.item)
    return named(sheet.category) if sheet.category_id else said_now("全部物资")


def sheet_state(sheet: Any, at: Any) -> Any:
    """The chip of a sheet; red when it has been open for more than a day."""
    if rules.is_overdue(sheet, at):
        return chip_of(said_now("%(state)s · 超过一天") % {"state": said(COUNT_FLOW[sheet.status])}, "alarm")
    return chip(sheet.status, COUNT_FLOW)


def count_listing(request: Any) -> Listing:
    """Count sheets, newest first."""
    return Listing(
        "counts",
        columns=(
            Column("number", _("单号"), kind="code", link=lambda row: address("count", row.pk), phone="title"),
            Column("store", _("仓库"), lambda row: named(row.store), sort="store__code"),
            Column("scope", _("范围"), scope_words),
            Column("line_count", _("行数"), kind="number", phone="hide"),
            Column("opened_by", _("开表人"), phone="hide"),
            Column("opened_at", _("开表时间"), kind="moment", sort="opened_at"),
            Column("status", _("状态"), lambda row: sheet_state(row, request.at), kind="mark", phone="main"),
        ),
        order=("-opened_at", "-pk"),
        filters=(
            status_filter(COUNT_FLOW),
            Filter("store", _("仓库"), lambda rows, code: rows.filter(store__code=code), choices=store_options),
        ),
        search=lambda rows, text: rows.filter(number__icontains=text),
        search_hint=_("单号"),
        empty=Empty(_("还没有盘点过。"), ((_("开盘点表"), "count_new"),)),
        tone=lambda row: "alarm" if rules.is_overdue(row, request.at) else "",
    )


def line_columns(sheet: Any) -> Sequence[Column]:
    """The lines of a sheet. A count is blind: what the book held, and what was counted before, are shown when the round
    is complete."""
    head = (
        Column("line", _("行"), lambda row: row.line.line, kind="number", sort="line__line"),
        Column("item", _("物资"), lambda row: named(row.line.item), sort="line__item__pinyin", phone="title"),
        Column("lot", _("批次"), _lot_code, kind="code", link=_lot_link),
        Column("maker_lot", _("生产批号"), _maker_lot),
        expiry(_ends),
        Column("place", _("所在"), lambda row: said(ACCOUNT_NAMES[row.line.place]), phone="hide"),
    )
    if not queries.shows_book(sheet):
        return (*head, Column("done", _("清点"), partial(_done, sheet), kind="mark", phone="main"))
    unit: dict[str, Any] = {"kind": "quantity", "unit": "line__item"}
    return (
        *head,
        Column("book", _("账面"), lambda row: row.last.quantity_book if row.last else None, **unit),
        Column("counted", _("实点"), lambda row: row.last.quantity if row.last else None, **unit),
        Column("variance", _("差异"), _variance, kind="mark", phone="main", plain=lambda row: row.variance),
        Column("by", _("清点人"), lambda row: "、".join(entry.counted_by for entry in row.entries)),
        Column("reason", _("原因"), lambda row: row.line.reason),
        Column("note", _("备注"), lambda row: row.last.note if row.last else ""),
    )


def _lot_code(row: Any) -> str:
    if row.line.lot:
        return str(row.line.lot.code)
    return said_now("表外发现")


def _lot_link(row: Any) -> str:
    lot_id = row.line.lot_id or row.line.resembles_id
    return lot_address(lot_id) if lot_id else ""


def _maker_lot(row: Any) -> str:
    lot = row.line.lot or row.line.resembles
    return row.line.maker_lot or (lot_of(lot, row.line.item) if lot else row.line.no_lot_reason)


def _ends(row: Any) -> Any:
    lot = row.line.lot or row.line.resembles
    return row.line.expires_on or (lot.expires_on if lot else None)


def _done(sheet: Any, row: Any) -> Any:
    if row not in queries.to_count(sheet, [row]):
        return said_now("不用复盘")
    entry = row.in_round(sheet.round)
    return chip_of(said_now("已点"), "done") if entry else chip_of(said_now("未点"), "wait")


def _variance(row: Any) -> Any:
    if not row.variance:
        return "0"
    return chip_of(f"{row.variance:+,}", "alarm" if row.variance < 0 else "wait")


def line_listing(sheet: Any) -> Listing:
    """The lines of a sheet as a list of its own, to be exported."""
    return Listing(
        "count-lines",
        columns=line_columns(sheet),
        order=("line__line",),
        empty=Empty(_("这张表还没有行。")),
        tone=lambda row: "alarm" if queries.shows_book(sheet) and row.variance else "",
        page_size=200,
    )


HORIZONS = {
    "expired": (_("已过期"), 0),
    "7": (_("7 天内"), 7),
    "30": (_("30 天内"), 30),
    "60": (_("60 天内"), 60),
    "90": (_("90 天内"), 90),
    "180": (_("180 天内"), 180),
    "365": (_("一年内"), 365),
}


def days_left(row: Any) -> Any:
    """How long it lasts."""
    if row.days < 0:
        return chip_of(said_now("过期 %(days)s 天") % {"days": -row.days}, "alarm")
    if row.days == 0:
        return chip_of(said_now("今天到期"), "alarm")
    words = said_now("剩 %(days)s 天") % {"days": row.days}
    return chip_of(words, "wait") if row.days <= 30 else words


def _within(rows: Any, value: str) -> Any:
    days = HORIZONS[value][1]
    return [row for row in rows if (row.days <= days if days else row.days < 0)]


EXPIRY = Listing(
    "expiry",
    columns=(
        Column("item", _("物资"), lambda row: named(row.item), sort="pinyin", phone="title"),
        Column("lot", _("批次"), "lot__code", kind="code", link=lambda row: lot_address(row.lot.pk), sort="lot__code"),
        Column("maker_lot", _("生产批号"), lambda row: lot_of(row.lot, row.item), phone="hide"),
        Column("store", _("仓库"), lambda row: named(row.store), sort="store__code"),
        Column("kind", _("所在"), lambda row: said(ACCOUNT_NAMES[row.kind]), phone="hide"),
        Column(
            "expires_on", _("失效日期"), lambda row: full_day(row.expires_on), sort="expires_on",
            plain=lambda row: row.expires_on,
        ),
        Column("days", _("还剩"), days_left, kind="mark", sort="days", plain=lambda row: row.days),
        Column("quantity", _("数量"), kind="quantity", unit="item", sort="quantity", total=True, phone="main"),
    ),
    order=("expires_on", "pinyin", "lot__code", "store__code", "kind"),
    filters=(
        Filter(
            "within", _("期限"), _within,
            choices=lambda _request: [(key, words) for key, (words, _days) in HORIZONS.items()], default="90",
        ),
        Filter(
            "store", _("仓库"), lambda rows, code: [row for row in rows if row.store.code == code],
            choices=store_options,
        ),
        Filter(
            "item", _("物资"), lambda rows, code: [row for row in rows if row.item.code == code], choices=item_options
        ),
    ),
    empty=Empty(_("库里没有会过期的物资。")),
    tone=lambda row: "alarm" if row.days < 0 else "wait" if row.days <= 30 else "",
    page_size=200,
)  # fmt: skip

WRITE_OFFS = Listing(
    "write-offs",
    columns=(
        Column("number", _("单号"), kind="code", link=lambda row: address("write_off", row.pk), phone="title"),
        Column("store", _("仓库"), lambda row: named(row.store), sort="store__code"),
        Column("cause", _("类别"), lambda row: said(CAUSES[row.cause])),
        Column("reason", _("原因"), phone="hide"),
        Column("line_count", _("行数"), kind="number", phone="hide"),
        Column("asked_by", _("提出人")),
        Column("asked_at", _("提出时间"), kind="moment", sort="asked_at"),
        Column("status", _("状态"), lambda row: chip(row.status, WRITE_OFF_FLOW), kind="mark", phone="main"),
    ),
    order=("-asked_at", "-pk"),
    filters=(
        status_filter(WRITE_OFF_FLOW),
        Filter("store", _("仓库"), lambda rows, code: rows.filter(store__code=code), choices=store_options),
    ),
    search=lambda rows, text: rows.filter(number__icontains=text),
    search_hint=_("单号"),
    empty=Empty(_("还没有报损。"), ((_("效期表"), "expiry"),)),
)
