"""A register as Excel: values and no formulas, the number of rows, totals, and a line that checks them."""

from __future__ import annotations

from datetime import datetime
from typing import IO, Any

from liangcao.oversight.briefing.registers import Column, Register, Totals
from liangcao.oversight.briefing.registers_closing import CLOSING_HEADS, check_line, closing_rows
from liangcao.oversight.briefing.registers_words import covered, heading, known_words
from liangcao.oversight.briefing.workbook import Workbook

SHEET_ROWS = 1_048_576
# Kept free under the rows of a sheet for totals and closing.
_FOR_TOTALS = 20_000
_HEAD_LINE = 2
_MOST_CELL_TEXT = 32_767


def write_register(register: Register, file: IO[bytes], *, made_at: datetime) -> None:
    """Write one register."""
    with Workbook(file, register.scope.known.at if register.scope.known else made_at) as book:
        write_sheet(book, register)


def write_sheet(book: Workbook, register: Register, *, sheet_rows: int = SHEET_ROWS - _FOR_TOTALS) -> None:
    """Title, what it covers, header, rows, the number of rows, totals and closing per item, the check. Rows beyond
    `sheet_rows` lines stand on further sheets, under the same header."""
    english = register.scope.is_english
    styles = [book.styles[column.holds] for column in register.columns]
    number, sheet = 1, _begin_sheet(book, register, 1)
    line = _HEAD_LINE + 1
    for row in register.rows():
        if line >= sheet_rows:
            number += 1
            sheet, line = _begin_sheet(book, register, number), _HEAD_LINE + 1
        _write_row(sheet, line, styles, row.cells)
        line += 1
    line = _write_totals(book, sheet, line + 1, register.totals, register.columns, english)
    _write_closing(book, sheet, line + 2, register)


def _begin_sheet(book: Workbook, register: Register, number: int) -> Any:
    """A sheet with title, what it covers and the header."""
    english = register.scope.is_english
    name = register.en if english else register.zh
    sheet = book.book.add_worksheet(name[:31] if number == 1 else f"{name[:24]} ({number})")
    _set_up(sheet, register.columns, english=english)
    sheet.merge_range(0, 0, 0, len(register.columns) - 1, heading(register), book.styles["title"])
    told = [covered(register), known_words(register)]
    sheet.write_string(1, 0, (". " if english else "。").join(part for part in told if part), book.styles["note"])
    for place, column in enumerate(register.columns):
        sheet.write_string(_HEAD_LINE, place, column.en if english else column.zh, book.styles["head"])
    return sheet


def _set_up(sheet: Any, columns: tuple[Column, ...], *, english: bool) -> None:
    """Widths; on paper A4 lying, one page wide, the header on each page, signatures and page numbers below."""
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width)
    sheet.freeze_panes(_HEAD_LINE + 1, 0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(_HEAD_LINE)
    signed = (
        "Made by:          Checked by:          Store:          "
        if english
        else "制表:          审核:          仓管:          "
    )
    sheet.set_footer(f"&L{signed}&R" + ("page &P of &N" if english else "第 &P 页 共 &N 页"))


def _write_row(sheet: Any, line: int, styles: list[Any], cells: tuple[Any, ...]) -> None:
    """Each value by its type; a text stays a text."""
    for place, (value, style) in enumerate(zip(cells, styles, strict=True)):
        if value is None or value == "":
            sheet.write_blank(line, place, None, style)
        elif isinstance(value, str):
            sheet.write_string(line, place, value[:_MOST_CELL_TEXT], style)
        elif isinstance(value, int):
            sheet.write_number(line, place, value, style)
        else:
            sheet.write_datetime(line, place, datetime(value.year, value.month, value.day), style)  # noqa: DTZ001


def _write_totals(
    book: Workbook, sheet: Any, line: int, totals: Totals, columns: tuple[Column, ...], english: bool
) -> int:
    """The number of rows, then one line for each item under the columns that it sums; the last line written."""
    counted = f"{totals.rows:,} rows" if english else f"共 {totals.rows:,} 行"
    sheet.write_string(line, 0, counted, book.styles["note"])
    keys = [column.key for column in columns]
    places = [keys.index(key) for key in totals.columns]
    named = [keys.index(key) for key in ("item_code", "item", "unit")]
    for (code, name, unit), sums in sorted(totals.by_item.items()):
        line += 1
        sheet.write_string(line, 0, "Total" if english else "合计", book.styles["total"])
        for place, said in zip(named, (code, name, unit), strict=True):
            sheet.write_string(line, place, said, book.styles["total"])
        for place, quantity in zip(places, sums, strict=True):
            sheet.write_number(line, place, quantity, book.styles["total"])
    return line


def _write_closing(book: Workbook, sheet: Any, line: int, register: Register) -> None:
    english = register.scope.is_english
    closing = closing_rows(register)
    for place, words in enumerate(CLOSING_HEADS):
        sheet.write_string(line, place, words[english], book.styles["head"])
    for row in closing:
        line += 1
        for place, value in enumerate(row.cells(is_english=english)):
            if isinstance(value, int):
                sheet.write_number(line, place, value, book.styles["quantity"])
            else:
                sheet.write_string(line, place, value or "", book.styles["text"])
    sheet.write_string(line + 1, 0, check_line(closing, is_english=english), book.styles["note"])
