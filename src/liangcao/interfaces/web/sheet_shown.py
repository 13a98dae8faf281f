"""A table for a chat group: as words that can be pasted, and as one picture."""

from __future__ import annotations

import unicodedata
from collections.abc import Generator, Iterable, Sequence
from datetime import UTC, date, datetime
from functools import cache
from importlib.resources import files
from itertools import islice
from typing import Any

from django.utils.translation import get_language

from liangcao.foundation.kernel.errors import Invalid
from liangcao.interfaces.web.spreadsheet import Sheet, counted, with_sums
from liangcao.oversight.briefing.typeset import set_in_type

# A chat group reads no more, and a message holds no more.
TEXT_ROWS = 200
IMAGE_ROWS = 60
# Widths in characters of ten points.
_NARROWEST, _WIDEST, _SIDES = 2.0, 16.0, 1.2
# The picture has no moment: equal tables are equal pictures.
_NO_MOMENT = datetime(2020, 1, 1, tzinfo=UTC)
_PIXELS_AN_INCH = 144


def text_of(sheet: Sheet) -> str:
    """Title, notes, a line for each of the first rows, sums and the count of all."""
    shown, below, count = _parted(sheet, TEXT_ROWS)
    lines = [sheet.title, *(note for note in sheet.notes if note)]
    labels = _labels(sheet, shown)
    lines += [_line(sheet, values, labels) for values in shown]
    more = count - len(shown)
    lines += ["…"] if more else []
    lines += [_line(sheet, values, _labels(sheet, below)) for values in below]
    lines.append(f"…{counted(count)}" if more else counted(count))
    return "\n".join(lines) + "\n"


def _parted(sheet: Sheet, most: int) -> tuple[list[Sequence[Any]], list[Sequence[Any]], int]:
    """The first rows, the lines of sums, and how many rows there are; all rows pass, few are kept."""
    passed = _Counting(sheet.rows)
    whole = with_sums(Sheet(**{**vars(sheet), "rows": passed}))
    shown, below = [], list[Sequence[Any]]()
    for values in whole:
        if not passed.is_over:
            if passed.count <= most:
                shown.append(values)
        else:
            below.append(values)
    return shown, below[:-1], passed.count


class _Counting:
    """Rows that are counted while they pass."""

    def __init__(self, rows: Iterable[Sequence[Any]]) -> None:
        self.rows, self.count, self.is_over = rows, 0, False

    def __iter__(self) -> Any:
        for values in self.rows:
            self.count += 1
            yield values
        self.is_over = True


def _labels(sheet: Sheet, rows: list[Sequence[Any]]) -> frozenset[int]:
    """Columns whose name must be said: where several hold numbers, or several hold days."""
    found: frozenset[int] = frozenset()
    for kind in (int, date):
        places = {place for place in _brief(sheet) if any(isinstance(values[place], kind) for values in rows)}
        found |= places if len(places) > 1 else frozenset()
    return found


def _brief(sheet: Sheet) -> list[int]:
    units = set(sheet.units.values())
    return [place for place in sheet.brief or range(len(sheet.heading)) if place not in units]


def _line(sheet: Sheet, values: Sequence[Any], labels: frozenset[int]) -> str:
    """`市一院 N95口罩 500只`: a quantity with its unit, and with its name where there are others."""
    units, parts = sheet.units, list[str]()
    for place in _brief(sheet):
        value = values[place]
        if value is None or value == "" or (value == 0 and place in labels):
            continue
        said = _said(value) + (_said(values[units[place]]) if place in units else "")
        parts.append(f"{sheet.heading[place]} {said}" if place in labels else said)
    return " ".join(parts)


def _said(value: Any) -> str:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    return " ".join(str("" if value is None else value).split())


def _leave(rows: Iterable[Sequence[Any]]) -> None:
    """End rows that nobody reads on, now: left to the collector, PostgreSQL's cursor would be closed inside whatever
    transaction runs by then, and break it."""
    if isinstance(rows, Generator):
        rows.close()


def image_of(sheet: Sheet) -> bytes:
    """The table as one picture. Raises Invalid IMAGE_TOO_LONG."""
    rows = list(islice(iter(sheet.rows), IMAGE_ROWS + 1))
    if len(rows) > IMAGE_ROWS:
        _leave(sheet.rows)
        raise Invalid(
            "IMAGE_TOO_LONG",
            f"图片最多放 {IMAGE_ROWS} 行,这张表更长。请先用筛选缩小范围,或导出表格",
            f"A picture holds at most {IMAGE_ROWS} rows. Narrow the table with the filters, or export it",
            field="format",
        )
    kept = Sheet(**{**vars(sheet), "rows": rows})
    units = kept.units
    places = [place for place in range(len(kept.heading)) if place not in set(units.values())]
    below = list(with_sums(kept))[len(rows) : -1]
    cells = [_cells(values, places, units) for values in (*rows, *below)]
    numbers = {place for place in places if any(isinstance(values[place], int) for values in rows)}
    heads = [
        {
            "label": kept.heading[place],
            "width": _width([kept.heading[place], *(values[number] for values in cells)]),
            "is_number": place in numbers,
        }
        for number, place in enumerate(places)
    ]
    paper = {
        "lang": (get_language() or "zh")[:2],
        "title": kept.title,
        "notes": [note for note in kept.notes if note],
        "heads": heads,
        "rows": cells[: len(rows)],
        "sums": cells[len(rows) :],
        "counted": counted(len(rows)),
    }
    return set_in_type(_drawing(), paper, moment=_NO_MOMENT, ending="png", ppi=_PIXELS_AN_INCH)


def _cells(values: Sequence[Any], places: list[int], units: dict[int, int]) -> list[str]:
    cells = []
    for place in places:
        unit = _said(values[units[place]]) if place in units and values[place] not in (None, "") else ""
        cells.append(f"{_said(values[place])} {unit}".strip())
    return cells


def _width(texts: Iterable[str]) -> float:
    """The width of the widest, within bounds; a Chinese character is as wide as high, others take six tenths."""
    widest = max(sum(1.0 if unicodedata.east_asian_width(mark) in "WF" else 0.6 for mark in text) for text in texts)
    return round(min(max(widest, _NARROWEST), _WIDEST) + _SIDES, 2)


@cache
def _drawing() -> bytes:
    return files(__package__).joinpath("table.typ").read_bytes()
