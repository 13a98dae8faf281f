"""Workbooks for the tests, as somebody would fill them in."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl

STOCK_HEADERS = ["仓库", "物资", "批号", "失效日期", "数量", "单位", "定向"]
DEMAND_HEADERS = ["申请单位", "物资", "申请数量", "档", "权重", "现有库存", "日用量", "保底", "上限", "包装", "替代品"]
STEP_HEADERS = ["对象", "目标", "方式"]
STOCK_ROW = ["一库", "口罩", "A1", "2026-03-01", 100, "只"]
DEMAND_ROW = ["甲医院", "口罩", 60]
Rows = Sequence[Sequence[Any]]


def write_book(path: Path, sheets: dict[str, Rows]) -> Path:
    """A workbook with these sheets; the first row of each is its header."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    book.save(path)
    return path


def supply_book(folder: Path, *rows: Sequence[Any], headers: Sequence[Any] = STOCK_HEADERS) -> Path:
    """SUPPLY.xlsx; without rows, one good lot."""
    return write_book(folder / "SUPPLY.xlsx", {"库存": [headers, *(rows or [STOCK_ROW])]})


def demand_book(folder: Path, *rows: Sequence[Any], headers: Sequence[Any] = DEMAND_HEADERS, steps: Rows = ()) -> Path:
    """DEMAND.xlsx; without rows, one good ask; without steps, no sheet of steps."""
    sheets: dict[str, Rows] = {"需求": [headers, *(rows or [DEMAND_ROW])]}
    if steps:
        sheets["步骤"] = [STEP_HEADERS, *steps]
    return write_book(folder / "DEMAND.xlsx", sheets)


def read_book(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every sheet as rows of values."""
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in openpyxl.load_workbook(path)}
