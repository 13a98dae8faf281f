"""A result → the plan workbook. The same result gives the same bytes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from io import BytesIO

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from liangcao.operations.allocation.solver.result import Result
from liangcao.operations.allocation.solver.words import explain

# A workbook carries the moment it was made; a fixed one keeps the bytes equal.
_MADE_AT = datetime(2020, 1, 1, tzinfo=UTC)
_PLAIN = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}

_Value = str | int | None
_PLAN = ("申请单位", "物资", "分配数量", "仓库", "批号", "理由")
_TOTALS = ("物资", "库存", "分配", "剩余")
_UNMET = ("申请单位", "物资", "缺口", "理由")
_RESERVED = ("申请单位", "物资", "数量", "仓库", "批号", "理由")
_NOTICES = ("工作表", "行", "列", "提示")


def plan_workbook(result: Result, language: str = "zh") -> bytes:
    """The workbook with the sheets 分配方案, 汇总, 未满足, and 定向保留 and 提示 where there is something to say.

    Reasons are in `language`; sheet names and headers stay Chinese, because other programs read them. Every text is
    written as text: no name can become a formula or a link.
    """
    target = BytesIO()
    book = xlsxwriter.Workbook(target, _PLAIN)
    book.set_properties({"created": _MADE_AT.replace(tzinfo=None)})
    bold = book.add_format({"bold": True, "bottom": 1})
    for name, headers, rows in _sheets(result, language):
        sheet = book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        for column, header in enumerate(headers):
            sheet.write_string(0, column, header, bold)
            sheet.set_column(column, column, 60 if header in {"理由", "提示"} else 16)
        _write_rows(sheet, rows)
    book.close()
    return target.getvalue()


def _write_rows(sheet: Worksheet, rows: Iterable[Sequence[_Value]]) -> None:
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(number, column, value)
            elif value is not None:
                sheet.write_number(number, column, value)


def _sheets(result: Result, language: str) -> list[tuple[str, tuple[str, ...], list[tuple[_Value, ...]]]]:
    plan: list[tuple[_Value, ...]] = [
        (pick.requester, pick.item, pick.quantity, pick.store, pick.lot, explain(result.lines[pick.line], language))
        for pick in result.picks
    ]
    totals: list[tuple[_Value, ...]] = [(t.item, t.stock, t.allocated, t.left) for t in result.totals]
    unmet: list[tuple[_Value, ...]] = [(u.requester, u.item, u.gap, explain(u, language)) for u in result.unmet]
    sheets = [("分配方案", _PLAN, plan), ("汇总", _TOTALS, totals), ("未满足", _UNMET, unmet)]
    if result.reserved:
        kept: list[tuple[_Value, ...]] = [
            (r.requester, r.item, r.quantity, r.store, r.lot, explain(r, language)) for r in result.reserved
        ]
        sheets.append(("定向保留", _RESERVED, kept))
    if result.notices:
        said: list[tuple[_Value, ...]] = [(n.sheet, n.row, n.column, n.message(language)) for n in result.notices]
        sheets.append(("提示", _NOTICES, said))
    return sheets
