"""Writes the sent rows with marks beside them; done in a child process, without the database."""

from __future__ import annotations

import io
from datetime import date, datetime
from typing import Any

from liangcao.interfaces.intake.reading.documents import is_message, message_of
from liangcao.interfaces.intake.reading.files import Grid, open_sheets
from liangcao.interfaces.intake.reading.tables.cells import text_of

_HEADINGS = {
    "zh": ("核对结果", "原因", "更正人"),
    "en": ("Result", "Why", "Corrected by"),
}
# (sheet, row) → state, reasons, who corrected it.
Marks = dict[tuple[str, int], tuple[str, str, str]]


def write_annotated(_tell: Any, content: bytes, name: str, marks: Marks, language: str) -> bytes:
    """The workbook; done in a child process."""
    import xlsxwriter

    if is_message(content, name):
        lines = message_of(content).splitlines()
        sheets = [Grid("", [[line] for line in lines])]
        marks = {
            ("", 1): ("", "; ".join(f"{row}: {mark[0]} {mark[1]}".strip() for (_s, row), mark in marks.items()), "")
        }
    else:
        sheets = open_sheets(content, name).sheets
    target = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(target, options)
    book.set_properties({"created": datetime(2020, 1, 1)})  # noqa: DTZ001
    formats = {
        "day": book.add_format({"num_format": "yyyy-mm-dd"}),
        "mark": book.add_format({"font_color": "#B42318", "text_wrap": True}),
        "head": book.add_format({"bold": True, "font_color": "#B42318"}),
    }
    for number, grid in enumerate(sheets, start=1):
        _sheet(book.add_worksheet(f"{number} {_plain(grid.name)}"[:31]), grid, marks, formats, language)
    book.close()
    return target.getvalue()


def _plain(name: str) -> str:
    return "".join(sign for sign in name if sign not in "[]:*?/\\'")


def _sheet(page: Any, grid: Grid, marks: Marks, formats: dict[str, Any], language: str) -> None:
    width = grid.width
    marked = sorted(row for sheet, row in marks if sheet == grid.name)
    head = (marked[0] - 2) if marked else grid.first_row - 1
    for offset, label in enumerate(_HEADINGS[language]):
        page.write_string(max(head, 0), width + offset, label, formats["head"])
    page.set_column(width, width, 10)
    page.set_column(width + 1, width + 1, 48)
    for index, row in enumerate(grid.rows):
        line = grid.first_row - 1 + index
        for column, cell in enumerate(row):
            _write(page, line, column, cell, formats["day"])
        for offset, text in enumerate(marks.get((grid.name, line + 1), ())):
            page.write_string(line, width + offset, text, formats["mark"])


def _write(page: Any, line: int, column: int, cell: Any, day: Any) -> None:
    if cell is None:
        return
    if isinstance(cell, (datetime, date)) and cell.year >= 1900:
        page.write_datetime(line, column, cell, day)
    elif isinstance(cell, int) and not isinstance(cell, bool) and abs(cell) < 10**15:
        page.write_number(line, column, cell)
    else:
        page.write_string(line, column, text_of(cell)[:32767])
