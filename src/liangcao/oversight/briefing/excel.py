"""The briefing as Excel. Text is written as text, so that no cell is ever a formula; equal content gives equal
bytes."""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import datetime

from liangcao.foundation.figures.figure import Figure
from liangcao.oversight.briefing.registers import Register
from liangcao.oversight.briefing.registers_excel import write_sheet
from liangcao.oversight.briefing.text import BriefingText
from liangcao.oversight.briefing.workbook import FONT, Workbook

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def briefing_bytes(
    text: BriefingText, figures: Iterable[Figure], registers: Iterable[Register], *, language: str, made_at: datetime
) -> bytes:
    """The briefing's workbook: the text, the figures with their definitions, and the registers of the day."""
    written = io.BytesIO()
    with Workbook(written, made_at) as book:
        _write_text(book, text, language)
        _write_figures(book, list(figures), language)
        for register in registers:
            write_sheet(book, register)
    return written.getvalue()


def _write_text(book: Workbook, text: BriefingText, language: str) -> None:
    sheet = book.book.add_worksheet("Briefing" if language.startswith("en") else "通报")
    sheet.set_column(0, 0, 110, book.book.add_format({"font_name": FONT, "text_wrap": True, "valign": "top"}))
    for line, said in enumerate(text.plain.splitlines()):
        sheet.write_string(line, 0, said)


def _write_figures(book: Workbook, figures: list[Figure], language: str) -> None:
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
