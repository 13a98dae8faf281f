"""Tables as Excel and CSV. Text stays text: nothing that a person typed is ever run as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
# A fixed date in the file's properties: exports of equal content have equal bytes.
_CREATED = datetime(2020, 1, 1)  # noqa: DTZ001
# What a spreadsheet program may read as the start of a formula; full-width signs count like plain ones.
_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@dataclass
class Sheet:
    """A sheet: title and notes on top, a heading, rows, sums of the columns in `totals` (by unit), the count of
    rows."""

    title: str
    heading: Sequence[str]
    rows: Iterable[Sequence[Any]]
    notes: Sequence[str] = ()
    totals: dict[int, int | None] = field(default_factory=dict)  # column → the column that holds its unit


def xlsx(sheet: Sheet) -> bytes:
    """The sheet as a workbook."""
    import xlsxwriter

    target = io.BytesIO()
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(target, options)
    book.set_properties({"created": _CREATED})
    page = book.add_worksheet(_sheet_name(sheet.title))
    bold, grey = book.add_format({"bold": True}), book.add_format({"font_color": "#555555"})
    head = book.add_format({"bold": True, "bottom": 1, "bg_color": "#EEF2F6"})
    formats = {
        int: book.add_format({"num_format": "#,##0"}),
        date: book.add_format({"num_format": "yyyy-mm-dd"}),
        datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
    }
    page.set_column(0, max(len(sheet.heading) - 1, 0), 16)
    page.write_string(0, 0, sheet.title, bold)
    for line, note in enumerate(sheet.notes, 1):
        page.write_string(line, 0, note, grey)
    first = len(sheet.notes) + 1
    for column, label in enumerate(sheet.heading):
        page.write_string(first, column, label, head)
    page.freeze_panes(first + 1, 0)
    line = first
    for line, values in enumerate(_with_sums(sheet), first + 1):
        for column, value in enumerate(values):
            _write(page, line, column, value, formats)
    book.close()
    return target.getvalue()


def _write(page: Any, line: int, column: int, value: Any, formats: dict[type, Any]) -> None:
    if isinstance(value, bool) or value is None:
        page.write_string(line, column, "" if value is None else str(value))
    elif isinstance(value, int):
        page.write_number(line, column, value, formats[int])
    elif isinstance(value, (datetime, date)):
        page.write_datetime(line, column, value, formats[datetime if isinstance(value, datetime) else date])
    else:
        page.write_string(line, column, str(value))


def csv_bytes(sheet: Sheet) -> bytes:
    """The sheet as CSV with a byte-order mark, so that Excel reads the Chinese. Text that could be a formula gets
    a quote."""
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow([safe(label) for label in sheet.heading])
    for values in _with_sums(sheet):
        writer.writerow([safe(value) for value in values])
    return b"\xef\xbb\xbf" + target.getvalue().encode("utf-8")


def safe(value: Any) -> Any:
    """A CSV value that no spreadsheet program runs."""
    if isinstance(value, (int, date)) or value is None:
        return value
    text = str(value)
    return f"'{text}" if text.startswith(_RISKY) else text


def _with_sums(sheet: Sheet) -> Iterable[Sequence[Any]]:
    """The rows, then the sums: one line for each unit, because pieces of different units are never added."""
    sums: dict[str, dict[int, int]] = {}
    count = 0
    for values in sheet.rows:
        count += 1
        for column, unit_column in sheet.totals.items():
            if isinstance(values[column], int):
                unit = str(values[unit_column]) if unit_column is not None else ""
                held = sums.setdefault(unit, {})
                held[column] = held.get(column, 0) + values[column]
        yield values
    for unit, held in sums.items():
        line: list[Any] = ["" for _label in sheet.heading]
        for column, total in held.items():
            line[column] = total
            unit_column = sheet.totals[column]
            if unit_column is not None:
                line[unit_column] = unit
        line[0] = _("合计") if line[0] == "" else line[0]
        yield line
    yield [_("共 %(count)s 行") % {"count": f"{count:,}"}, *["" for _label in sheet.heading[1:]]]


def _sheet_name(title: str) -> str:
    return "".join(mark for mark in title if mark not in "[]:*?/\\'")[:31] or "1"


def download(content: bytes, *, name: str, content_type: str) -> HttpResponse:
    """The bytes as a file to keep."""
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    return response


def answer(sheet: Sheet, *, kind: str, name: str) -> HttpResponse:
    """The sheet as a download: `kind` is xlsx or csv."""
    if kind == "csv":
        return download(csv_bytes(sheet), name=f"{name}.csv", content_type=CSV)
    return download(xlsx(sheet), name=f"{name}.xlsx", content_type=XLSX)
