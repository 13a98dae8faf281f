"""Registers and figures as Excel. Text is written as text, so that no cell is ever a formula; equal content gives equal
bytes."""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from liangcao.foundation.figures.figure import Figure
from liangcao.oversight.briefing.registers import Column, Register, Totals
from liangcao.oversight.briefing.text import BriefingText
from liangcao.oversight.briefing.wording import day_en, day_zh

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHEET_ROWS = 1_048_576
_FONT = "宋体"
_MOST_CELL_TEXT = 32_767


def register_bytes(register: Register, *, made_at: datetime) -> bytes:
    """One register on one sheet: title, period, header, rows, the number of rows, totals per item."""
    written = io.BytesIO()
    with _workbook(written, made_at) as book:
        _write_register(book, register)
    return written.getvalue()


def briefing_bytes(
    text: BriefingText, figures: Iterable[Figure], registers: Iterable[Register], *, language: str, made_at: datetime
) -> bytes:
    """The briefing's workbook: the text, the figures with their definitions, and the registers of the day."""
    written = io.BytesIO()
    with _workbook(written, made_at) as book:
        _write_text(book, text, language)
        _write_figures(book, list(figures), language)
        for register in registers:
            _write_register(book, register)
    return written.getvalue()


class _workbook:
    """An XlsxWriter workbook whose only moment is `made_at`."""

    def __init__(self, file: io.BytesIO, made_at: datetime) -> None:
        import xlsxwriter

        self.book = xlsxwriter.Workbook(
            file,
            {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
        )
        self.book.set_properties(
            {"author": "Liangcao", "created": made_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)}
        )
        styles: dict[str, dict[str, Any]] = {
            "title": {"bold": True, "font_size": 16, "align": "center"},
            "note": {"font_color": "#555555"},
            "head": {"bold": True, "bg_color": "#EEF1F5", "border": 1, "text_wrap": True, "valign": "vcenter"},
            "text": {"border": 1},
            "quantity": {"border": 1, "num_format": "#,##0"},
            "date": {"border": 1, "num_format": "yyyy-mm-dd"},
            "total": {"border": 1, "num_format": "#,##0", "bold": True, "bg_color": "#F7F8FA"},
        }
        self.styles = {name: self.book.add_format({"font_name": _FONT, **style}) for name, style in styles.items()}

    def __enter__(self) -> _workbook:
        return self

    def __exit__(self, *_: Any) -> None:
        self.book.close()


def _write_register(book: _workbook, register: Register) -> None:
    scope, english = register.scope, register.scope.language.startswith("en")
    sheet = book.book.add_worksheet(register.en[:31] if english else register.zh[:31])
    columns = register.columns
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width)
    bureau = scope.names.bureau
    sheet.merge_range(0, 0, 0, len(columns) - 1, "", book.styles["title"])
    sheet.write_string(
        0,
        0,
        f"{bureau.name_en or bureau.name}: {register.en}" if english else f"{bureau.name}{register.zh}",
        book.styles["title"],
    )
    sheet.write_string(1, 0, _period(register, english), book.styles["note"])
    for place, column in enumerate(columns):
        sheet.write_string(2, place, column.en if english else column.zh, book.styles["head"])
    sheet.freeze_panes(3, 0)
    line = 3
    for row in register.rows():
        for place, (column, value) in enumerate(zip(columns, row.cells, strict=True)):
            _write_cell(book, sheet, line, place, column, value)
        line += 1
    _write_totals(book, sheet, line + 1, register.totals, columns, english)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(2)


def _period(register: Register, english: bool) -> str:
    scope = register.scope
    store = (
        scope.names.store(scope.store_id) if scope.store_id is not None else ("all stores" if english else "全部仓库")
    )
    if english:
        return f"Period: {day_en(scope.from_)} to {day_en(scope.to)}; {store}; quantities in base units"
    return f"期间:{day_zh(scope.from_, year=True)}至{day_zh(scope.to, year=True)};{store};数量按基本单位"


def _write_cell(book: _workbook, sheet: Any, line: int, place: int, column: Column, value: Any) -> None:
    style = book.styles[column.holds]
    if value is None or value == "":
        sheet.write_blank(line, place, None, style)
    elif column.holds == "quantity":
        sheet.write_number(line, place, value, style)
    elif isinstance(value, date):
        sheet.write_datetime(line, place, datetime(value.year, value.month, value.day), style)  # noqa: DTZ001
    else:
        sheet.write_string(line, place, str(value)[:_MOST_CELL_TEXT], style)


def _write_totals(
    book: _workbook, sheet: Any, line: int, totals: Totals, columns: tuple[Column, ...], english: bool
) -> None:
    """The number of rows, then one line for each item under the columns that it sums."""
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


def _write_text(book: _workbook, text: BriefingText, language: str) -> None:
    sheet = book.book.add_worksheet("Briefing" if language.startswith("en") else "通报")
    sheet.set_column(0, 0, 110, book.book.add_format({"font_name": _FONT, "text_wrap": True, "valign": "top"}))
    for line, said in enumerate(text.plain.splitlines()):
        sheet.write_string(line, 0, said)


def _write_figures(book: _workbook, figures: list[Figure], language: str) -> None:
    english = language.startswith("en")
    sheet = book.book.add_worksheet("Figures" if english else "数字")
    heads = (
        ("Figure", "Value", "Unit", "Period", "Definition", "Key")
        if english
        else ("指标", "数值", "单位", "期间", "口径", "代码")
    )
    for place, (head, width) in enumerate(zip(heads, (48, 16, 8, 14, 60, 32), strict=True)):
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, head, book.styles["head"])
    sheet.freeze_panes(1, 0)
    for line, figure in enumerate(figures, start=1):
        sheet.write_string(line, 0, figure.label(language), book.styles["text"])
        sheet.write_number(line, 1, figure.value or 0, book.styles["quantity"])
        told = (figure.counted(language), figure.period, figure.definition(language), figure.key)
        for place, said in enumerate(told, start=2):
            sheet.write_string(line, place, said, book.styles["text"])
    sheet.write_string(
        len(figures) + 2, 0, f"{len(figures)} rows" if english else f"共 {len(figures)} 行", book.styles["note"]
    )
