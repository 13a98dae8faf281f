"""Tables as Excel, CSV, words for the chat group, a picture. Text stays text: nothing that a person typed is ever run
as a formula. Rows are written as they come, however many there are."""

from __future__ import annotations

import csv
import io
import tempfile
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import IO, Any

from django.http import FileResponse, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from liangcao.foundation.kernel.errors import Invalid

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
TEXT = "text/plain; charset=utf-8"
PNG = "image/png"
FORMATS = ("xlsx", "csv", "txt", "png")
# A fixed date in the file's properties: exports of equal content have equal bytes.
_CREATED = datetime(2020, 1, 1)  # noqa: DTZ001
# What a spreadsheet program may read as the start of a formula; full-width and small signs count like plain ones.
_RISKY = frozenset("=+-@\u2212")
# A worksheet holds no more; the rows after these stand on the next one.
SHEET_ROWS = 1_048_576
_MOST_CELL_TEXT = 32_767
# A cell keeps numbers of fifteen digits and days from 1900; what is beyond is written as text, whole.
_EXACT = 10**15
_FIRST_YEAR = 1900
# Larger files leave in pieces.
_WHOLE = 1 << 20


@dataclass
class Sheet:
    """A sheet: title and notes on top, a heading, rows, sums of the columns in `totals` (by unit), the count of
    rows.

    `sums`: lines to stand below the rows instead, asked for when all have passed. `units`: column → the column that
    holds its unit; words and pictures show both as one. `brief`: the columns that words have, none for all.
    """

    title: str
    heading: Sequence[str]
    rows: Iterable[Sequence[Any]]
    notes: Sequence[str] = ()
    totals: dict[int, int | None] = field(default_factory=dict)  # column → the column of what is added up by itself
    sums: Callable[[], Iterable[Sequence[Any]]] | None = None
    units: dict[int, int] = field(default_factory=dict)
    brief: Sequence[int] = ()


def check_format(kind: str, *, among: Sequence[str] = FORMATS) -> None:
    """Raises Invalid FORMAT_UNKNOWN for what the table is not exported as."""
    if kind not in among:
        raise Invalid("FORMAT_UNKNOWN", f"不能导出为“{kind[:20]}”", f'Cannot export as "{kind[:20]}"', field="format")


def answer(sheet: Sheet, *, kind: str, name: str) -> HttpResponse:
    """The sheet as a download: `kind` is one of FORMATS. Raises Invalid FORMAT_UNKNOWN, IMAGE_TOO_LONG."""
    from liangcao.interfaces.web import sheet_shown

    check_format(kind)
    if kind == "txt":
        return download(sheet_shown.text_of(sheet).encode(), name=f"{name}.txt", content_type=TEXT)
    if kind == "png":
        return download(sheet_shown.image_of(sheet), name=f"{name}.png", content_type=PNG)
    file = tempfile.TemporaryFile()  # noqa: SIM115 - a streamed answer closes it
    if kind == "csv":
        write_csv(sheet, file)
    else:
        write_xlsx(sheet, file)
    return _from_file(file, name=f"{name}.{kind}", content_type=CSV if kind == "csv" else XLSX)


def _from_file(file: IO[bytes], *, name: str, content_type: str) -> HttpResponse:
    """A file that was written to its end: at once when it is small, else in pieces."""
    size = file.tell()
    file.seek(0)
    if size <= _WHOLE:
        with file:
            return download(file.read(), name=name, content_type=content_type)
    streamed: Any = FileResponse(file, as_attachment=True, filename=name, content_type=content_type)
    return streamed  # type: ignore[no-any-return]


def download(content: bytes, *, name: str, content_type: str) -> HttpResponse:
    """The bytes as a file to keep."""
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    return response


def xlsx(sheet: Sheet) -> bytes:
    """The sheet as a workbook."""
    target = io.BytesIO()
    write_xlsx(sheet, target)
    return target.getvalue()


def write_xlsx(sheet: Sheet, file: IO[bytes], *, sheet_rows: int = SHEET_ROWS) -> None:
    """The sheet as a workbook; what one worksheet does not hold stands on the next, under the same heading."""
    import xlsxwriter

    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(file, options)
    book.use_zip64()
    book.set_properties({"created": _CREATED})
    styles = {
        "bold": book.add_format({"bold": True}),
        "note": book.add_format({"font_color": "#555555"}),
        "head": book.add_format({"bold": True, "bottom": 1, "bg_color": "#EEF2F6"}),
        "number": book.add_format({"num_format": "#,##0"}),
        "day": book.add_format({"num_format": "yyyy-mm-dd"}),
        "moment": book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
    }
    pages = 1
    page, line = _begin_page(book, sheet, pages, styles)
    for values in with_sums(sheet):
        if line >= sheet_rows:
            pages += 1
            page, line = _begin_page(book, sheet, pages, styles)
        for column, value in enumerate(values):
            _write(page, line, column, value, styles)
        line += 1
    book.close()


def _begin_page(book: Any, sheet: Sheet, number: int, styles: dict[str, Any]) -> tuple[Any, int]:
    """A worksheet with title, notes and heading, and the line that comes next."""
    page = book.add_worksheet(_sheet_name(sheet.title, number))
    page.set_column(0, max(len(sheet.heading) - 1, 0), 16)
    # 单位 over a column 单位 would be read as the header of the table.
    title = _("%(title)s一览") % {"title": sheet.title} if sheet.title in sheet.heading else sheet.title
    page.write_string(0, 0, title[:_MOST_CELL_TEXT], styles["bold"])
    line = 1
    for note in sheet.notes:
        page.write_string(line, 0, note[:_MOST_CELL_TEXT], styles["note"])
        line += 1
    for column, label in enumerate(sheet.heading):
        page.write_string(line, column, label, styles["head"])
    page.freeze_panes(line + 1, 0)
    return page, line + 1


def _write(page: Any, line: int, column: int, value: Any, styles: dict[str, Any]) -> None:
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < _EXACT:
        page.write_number(line, column, value, styles["number"])
    elif isinstance(value, date) and value.year >= _FIRST_YEAR:
        page.write_datetime(line, column, value, styles["moment" if isinstance(value, datetime) else "day"])
    elif value is not None and value != "":
        page.write_string(line, column, str(value)[:_MOST_CELL_TEXT])


def csv_bytes(sheet: Sheet) -> bytes:
    """The sheet as CSV."""
    target = io.BytesIO()
    write_csv(sheet, target)
    return target.getvalue()


def write_csv(sheet: Sheet, file: IO[bytes]) -> None:
    """The sheet as CSV with a byte-order mark, so that Excel reads the Chinese. Text that could be a formula gets
    a quote."""
    target = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")  # type: ignore[type-var]
    writer = csv.writer(target)
    writer.writerow([safe(label) for label in sheet.heading])
    for values in with_sums(sheet):
        writer.writerow([safe(value) for value in values])
    target.flush()
    target.detach()


def safe(value: Any) -> Any:
    """A CSV value that no spreadsheet program runs: text that begins like a formula, also behind spaces and marks
    that nobody sees, gets a quote."""
    if isinstance(value, (int, date)) or value is None:
        return value
    text = str(value)
    # Nearly every text begins with a letter or a digit and is told at once.
    return text if text[:1].isalnum() or not _is_risky(text) else f"'{text}"


def _is_risky(text: str) -> bool:
    for place, mark in enumerate(text):
        if mark in "\t\r\n" and place == 0:
            return True
        if not (mark.isspace() or unicodedata.category(mark) in ("Cc", "Cf")):
            return unicodedata.normalize("NFKC", mark)[:1] in _RISKY
    return False


def with_sums(sheet: Sheet) -> Iterator[Sequence[Any]]:
    """The rows, then the sums: one line for each unit, because pieces of different units are never added; then the
    count, in words by which the reader of documents knows that it is no row."""
    added, count = dict[str, dict[int, int]](), 0
    for values in sheet.rows:
        count += 1
        _add(added, sheet, values)
        yield values
    yield from sheet.sums() if sheet.sums else sums_of(sheet, added)
    yield [_("以上共 %(count)s 行") % {"count": f"{count:,}"}, *["" for _label in sheet.heading[1:]]]


def counted(count: int) -> str:
    """How many rows there are, in words."""
    return _("共 %(count)s 行") % {"count": f"{count:,}"}


def total_word() -> str:
    """What stands in front of sums."""
    return _("合计")


def _add(added: dict[str, dict[int, int]], sheet: Sheet, values: Sequence[Any]) -> None:
    for column, unit_column in sheet.totals.items():
        if isinstance(values[column], int):
            held = added.setdefault(str(values[unit_column]) if unit_column is not None else "", {})
            held[column] = held.get(column, 0) + values[column]


def sums_of(sheet: Sheet, added: dict[str, dict[int, int]]) -> Iterator[list[Any]]:
    """A line for each unit."""
    for unit, held in added.items():
        line: list[Any] = ["" for _label in sheet.heading]
        for column, total in held.items():
            line[column] = total
            unit_column = sheet.totals[column]
            if unit_column is not None:
                line[unit_column] = unit
        line[0] = total_word() if line[0] == "" else line[0]
        yield line


def _sheet_name(title: str, number: int) -> str:
    name = "".join(mark for mark in title if mark not in "[]:*?/\\'")[:31] or "1"
    return name if number == 1 else f"{name[:24]} ({number})"
