"""The briefing as a Word file, laid out like an official notice: centred title, numbered headings, table of figures.

Equal content gives equal bytes: the document carries the edition's moment, and the zip the same fixed date.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from liangcao.foundation.figures.figure import Figure
from liangcao.ledger.seals_queries import qr_text
from liangcao.oversight.briefing.text import BriefingText
from liangcao.oversight.briefing.wording import Annex, annex, seal_line

TITLE_FONT, HEADING_FONT, BODY_FONT, LATIN_FONT = "方正小标宋简体", "黑体", "仿宋", "Times New Roman"
CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)


def word_bytes(
    text: BriefingText, figures: Iterable[Figure], *, language: str, made_at: datetime, seal: Any = None
) -> bytes:
    """The Word file of a briefing: the text, then every figure with its value, then the last seal with its QR."""
    from docx import Document
    from docx.shared import Mm

    document = Document()
    section = document.sections[0]
    # A4 and the margins of GB/T 9704-2012, the standard for official documents of the Party and the government.
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    _set_default_font(document)
    _paragraph(document, text.title, size=22, font=TITLE_FONT, centred=True, bold=True)
    _paragraph(document, text.subtitle, size=14, font=BODY_FONT, centred=True)
    for part in text.sections:
        _paragraph(document, part.heading, size=16, font=HEADING_FONT, bold=True)
        for line in part.paragraphs:
            _paragraph(document, line, size=16, font=BODY_FONT, indent=True)
    shown = annex(figures, language)
    if shown.rows:
        _figure_table(document, shown)
    if seal is not None:
        _seal(document, seal, language)
    _set_properties(document, text.title, made_at)
    written = io.BytesIO()
    document.save(written)
    return same_bytes(written.getvalue())


@dataclass(frozen=True)
class Sheet:
    """A list on one sheet of paper: title, a line below it, lines on top, and a table with widths in millimetres."""

    title: str
    subtitle: str
    lines: tuple[str, ...]
    heads: tuple[str, ...]
    widths: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]


def sheet_bytes(sheet: Sheet, *, made_at: datetime) -> bytes:
    """The Word file of a list: narrow margins and small rows, so that some forty of them fit one page of A4."""
    from docx import Document
    from docx.shared import Mm

    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = section.left_margin = section.right_margin = Mm(15)
    _set_default_font(document)
    _paragraph(document, sheet.title, size=16, font=HEADING_FONT, centred=True)
    _paragraph(document, sheet.subtitle, size=9, font=BODY_FONT, centred=True)
    for line in sheet.lines:
        _paragraph(document, line, size=9, font=BODY_FONT)
    table = document.add_table(rows=1, cols=len(sheet.heads))
    table.style = "Table Grid"
    table.autofit = False
    widths = tuple(Mm(width) for width in sheet.widths)
    _fill(table.rows[0], sheet.heads, widths, size=9, bold=True)
    for row in sheet.rows:
        _fill(table.add_row(), row, widths, size=9)
    _set_properties(document, sheet.title, made_at)
    written = io.BytesIO()
    document.save(written)
    return same_bytes(written.getvalue())


def _set_default_font(document: Any) -> None:
    style = document.styles["Normal"]
    style.font.name = LATIN_FONT
    _east_asian(style.element, BODY_FONT)


def _east_asian(element: Any, font: str) -> None:
    """Word takes the font of Chinese characters from w:eastAsia, which python-docx leaves to the caller."""
    from docx.oxml.ns import qn

    properties = element.get_or_add_rPr()
    properties.get_or_add_rFonts().set(qn("w:eastAsia"), font)


def _paragraph(
    holder: Any, said: str, *, size: int, font: str, centred: bool = False, bold: bool = False, indent: bool = False
) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    paragraph = holder.add_paragraph()
    layout = paragraph.paragraph_format
    layout.space_after, layout.line_spacing = Pt(0 if not centred else 6), 1.4
    if indent:
        layout.first_line_indent = Pt(size * 2)
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(paragraph, said, size=size, font=font, bold=bold)


def _run(paragraph: Any, said: str, *, size: float, font: str, bold: bool = False) -> None:
    from docx.shared import Pt

    run = paragraph.add_run(said)
    run.font.size, run.font.bold, run.font.name = Pt(size), bold, LATIN_FONT
    _east_asian(run._element, font)


def _seal(document: Any, seal: Any, language: str) -> None:
    """Paper that left the building is a witness: the digest in print, and as a QR to compare by machine."""
    import segno
    from docx.shared import Mm

    _paragraph(document, seal_line(seal, language), size=10, font=BODY_FONT)
    drawn = io.BytesIO()
    segno.make(qr_text(seal), error="m", micro=False).save(drawn, kind="png", scale=4, border=3)
    drawn.seek(0)
    document.add_picture(drawn, width=Mm(32))


def _figure_table(document: Any, figures: Annex) -> None:
    from docx.shared import Mm

    _paragraph(document, figures.title, size=16, font=HEADING_FONT, bold=True)
    table = document.add_table(rows=1, cols=3)
    table.style = "Table Grid"
    table.autofit = False
    widths = (Mm(100), Mm(36), Mm(20))
    _fill(table.rows[0], figures.heads, widths, number=1, bold=True)
    for row in figures.rows:
        _fill(table.add_row(), row, widths, number=1)


def _fill(
    row: Any,
    texts: tuple[str, ...],
    widths: tuple[Any, ...],
    *,
    size: float = 10.5,
    number: int | None = None,
    bold: bool = False,
) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    for place, (cell, said) in enumerate(zip(row.cells, texts, strict=True)):
        cell.width = widths[place]
        paragraph = cell.paragraphs[0]
        paragraph.paragraph_format.space_after = Pt(0)
        if place == number:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        _run(paragraph, said, size=size, font=BODY_FONT, bold=bold)


def _set_properties(document: Any, title: str, made_at: datetime) -> None:
    properties = document.core_properties
    moment = made_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    properties.title, properties.author, properties.last_modified_by = title, "Liangcao", "Liangcao"
    properties.created = properties.modified = moment
    properties.comments, properties.revision = "", 1


def same_bytes(content: bytes) -> bytes:
    """The same zip with fixed dates and order: python-docx writes the time of day into it."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as read, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as made:
        for entry in read.infolist():
            fixed = zipfile.ZipInfo(entry.filename, _ZIP_DATE)
            fixed.compress_type, fixed.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            made.writestr(fixed, read.read(entry))
    return written.getvalue()
