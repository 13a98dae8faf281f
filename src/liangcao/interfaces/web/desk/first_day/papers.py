"""The document page of opening stock, its export, and the empty workbook."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from liangcao.foundation.kernel.errors import Forbidden
from liangcao.interfaces.intake.opening_stock import COLUMNS, SHEET
from liangcao.interfaces.web.addresses import address
from liangcao.interfaces.web.cells import Column, table
from liangcao.interfaces.web.document import Act, Document, Fact, Link, history_of
from liangcao.interfaces.web.listing import exports_at
from liangcao.interfaces.web.pages import can
from liangcao.interfaces.web.spreadsheet import Sheet
from liangcao.interfaces.web.templatetags.words import chip, day, moment, named, unit_of
from liangcao.operations.supply import queries as supply
from liangcao.operations.supply import rules
from liangcao.operations.supply.flow import OPENING_FLOW
from liangcao.reference.catalog import queries as catalog
from liangcao.reference.parties import queries as parties

LINES_SHOWN = 500


def opening_paper(request: Any, held: Any) -> Document:
    """What was counted, who signed, what comes next."""
    if held is None:
        return Document(
            kind=_("期初库存"),
            number="",
            notice=_("还没有录入。先下载模板填好仓库、物资和数量,再导入;没有库存就确认仓库是空的。"),
            acts=_entering(request),
            back=(_("首日设置"), address("first_day")),
        )
    lines = supply.opening_lines(request.actor, bureau_id=request.bureau.pk)
    count = lines.count()
    return Document(
        kind=_("期初库存"),
        number="",
        state=chip(held.status, OPENING_FLOW),
        facts=_facts(held, count),
        acts=_acts(request, held),
        tables=[table(_columns(), lines[:LINES_SHOWN], title=_("清单"), empty=_("仓库是空的。"))],
        links=[Link(_("期初单"), held.move.number, address("move", held.move_id))] if held.move_id else [],
        history=history_of(request, object_kind="opening_stock", object_ref=str(held.pk)),
        notice=_more(count),
        exports=exports_at(address("opening_stock")),
        back=(_("首日设置"), address("first_day")),
    )


def _more(count: int) -> str:
    if count <= LINES_SHOWN:
        return ""
    return _("共 %(count)s 行,这里显示前 %(shown)s 行;导出表格看全部。") % {
        "count": f"{count:,}",
        "shown": f"{LINES_SHOWN:,}",
    }


def _facts(held: Any, count: int) -> list[Fact]:
    return [
        Fact(_("行数"), f"{count:,}"),
        Fact(_("来自文件"), held.file.name if held.file else ""),
        Fact(_("录入"), held.entered_by),
        Fact(_("录入时间"), moment(held.entered_at)),
        Fact(_("点库签字"), held.signed_by),
        Fact(_("签字时间"), moment(held.signed_at) if held.signed_at else ""),
        Fact(_("复核签字"), held.confirmed_by),
        Fact(_("启用时间"), moment(held.confirmed_at) if held.confirmed_at else ""),
    ]


def _entering(request: Any) -> list[Act]:
    if not can(request, "enter", "opening_stock"):
        return []
    return [
        Act(_("导入表格"), address("opening_file"), is_next=True, in_dialog=False),
        Act(_("下载模板"), address("opening_template"), in_dialog=False),
        Act(_("没有期初库存"), address("opening_empty")),
    ]


def _acts(request: Any, held: Any) -> list[Act]:
    may_sign = can(request, "sign", "opening_stock")
    if held.status == "draft":
        entering = _entering(request)
        if not may_sign:
            return entering
        later = [replace(act, is_next=False) for act in entering]
        return [Act(_("签字:点库属实"), address("opening_sign"), is_next=True), *later]
    if held.status == "signed" and may_sign:
        return [*_second(request, held), Act(_("退回"), address("opening_return"), danger=True)]
    return []


def _second(request: Any, held: Any) -> list[Act]:
    """The second signature is offered to another person only."""
    try:
        rules.check_second_person(held, request.actor)
    except Forbidden:
        return []
    return [Act(_("复核签字,台账启用"), address("opening_confirm"), is_next=True)]


def _columns() -> tuple[Column, ...]:
    return (
        Column("line", _("行"), kind="number", phone="hide"),
        Column("store", _("仓库"), value=lambda row: named(row.store)),
        Column("item", _("物资"), value=lambda row: named(row.item), phone="title"),
        Column("maker_lot", _("批号"), kind="code"),
        Column("produced_on", _("生产日期"), value=lambda row: day(row.produced_on) if row.produced_on else ""),
        Column("expires_on", _("失效日期"), value=lambda row: day(row.expires_on) if row.expires_on else ""),
        Column("quantity", _("数量"), kind="quantity", unit="item", phone="main"),
        Column("counted_as", _("点库记录"), phone="hide"),
        Column("remark", _("备注")),
    )


def opening_sheet(request: Any, held: Any) -> Sheet:
    """All lines as a table to keep: headers and order are those that the import reads."""
    lines = supply.opening_lines(request.actor, bureau_id=request.bureau.pk)
    return Sheet(
        title=_("期初库存"),
        heading=[_("仓库"), _("物资"), _("批号"), _("生产日期"), _("失效日期"), _("单位"), _("数量"), _("备注")],
        rows=(
            (
                named(row.store),
                named(row.item),
                row.maker_lot,
                row.produced_on or "",
                row.expires_on or "",
                unit_of(row.item),
                row.quantity,
                row.remark,
            )
            for row in lines.iterator(chunk_size=2000)
        ),
        notes=[_("点库签字:%(first)s 复核签字:%(second)s") % {"first": held.signed_by, "second": held.confirmed_by}],
        totals={6: 5},
        units={6: 5},
    )


def template_workbook(request: Any) -> bytes:
    """Headers on the first sheet; stores, and items with their units and packs, on the others."""
    import xlsxwriter

    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"strings_to_formulas": False, "strings_to_urls": False})
    bold = book.add_format({"bold": True, "bottom": 1})
    sheet = book.add_worksheet(SHEET[0])
    sheet.set_column(0, len(COLUMNS) - 1, 16)
    sheet.write_row(0, 0, [column.zh for column in COLUMNS], bold)
    stores = parties.stores(request.actor, bureau_id=request.bureau.pk).order_by("code")
    _list(book, bold, "仓库", ["仓库", "编码"], [(store.name, store.code) for store in stores])
    items = catalog.items(request.actor).order_by("code").prefetch_related("packs")
    rows = [
        (item.name, item.code, item.base_unit, "、".join(f"{pack.name}={pack.factor}" for pack in item.packs.all()))
        for item in items
    ]
    _list(book, bold, "物资", ["物资", "编码", "基本单位", "包装"], rows)
    book.close()
    return target.getvalue()


def _list(book: Any, bold: Any, title: str, heading: list[str], rows: Sequence[tuple[str, ...]]) -> None:
    sheet = book.add_worksheet(title)
    sheet.set_column(0, len(heading) - 1, 20)
    sheet.write_row(0, 0, heading, bold)
    for number, values in enumerate(rows, start=1):
        for column, value in enumerate(values):
            sheet.write_string(number, column, value)
