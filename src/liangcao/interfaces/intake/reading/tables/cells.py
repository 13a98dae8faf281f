"""Cells of a sheet: their text, blanks, merges; letters of columns."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol

from liangcao.interfaces.intake.reading.lines import shown

# What cannot be seen: NBSP and other blanks become a space, zero-width signs and direction marks nothing.
_UNSEEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f\xa0\u2000-\u200f\u202a-\u202f\u2060-\u206f\u3000\ufeff\ufffe\uffff\ud800-\udfff]"
)
_SPACES = (0x0B, 0x0C, 0xA0, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000)
_NOTHING = (
    *range(0x09), *range(0x0E, 0x20), 0x7F, *range(0x200B, 0x2010), *range(0x202A, 0x202F),
    *range(0x2060, 0x2070), 0xFEFF, 0xFFFE, 0xFFFF, *range(0xD800, 0xE000),
)  # fmt: skip
_INTO: dict[int, str | None] = {**dict.fromkeys(_NOTHING), **dict.fromkeys(_SPACES, " "), 0x0D: "\n"}
_USUAL = frozenset((str, int, type(None), Decimal, bool, date, datetime, float))
WIDEST = 16_384


class Grid(Protocol):
    """A sheet as it was opened: rows of values, `first_row` the sheet's number of the first of them."""

    @property
    def name(self) -> str:
        """The sheet's name."""

    @property
    def is_hidden(self) -> bool:
        """Whether the sheet is hidden."""

    @property
    def rows(self) -> Sequence[Sequence[Any]]:
        """The rows; column A is at 0."""

    @property
    def first_row(self) -> int:
        """The number, from 1, of the first row."""

    @property
    def merges(self) -> Sequence[tuple[int, int, int, int]]:
        """Merged cells: first row, first column, last row, last column, all from 1."""

    @property
    def hidden_rows(self) -> Collection[int]:
        """Numbers of rows that are hidden or filtered out."""


def tidy(value: str) -> str:
    """A text without what cannot be seen and without blanks around it."""
    if value.isprintable():
        return value.strip()
    if _UNSEEN.search(value):
        value = value.translate(_INTO).replace("\n\n", "\n")
    return value.strip()


def text_of(value: Any) -> str:
    """Any cell as a text: numbers without needless zeros, dates as ISO, errors as they are shown."""
    if value is None:
        return ""
    if type(value) is str:
        return value.strip() if value.isprintable() else tidy(value)
    if isinstance(value, date):
        written = str(value)
        return written[:10] if written[10:] in ("", " 00:00:00") else written[:16]
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, (int, float, Decimal)):
        return _of_number(value)
    return tidy(str(getattr(value, "text", value)))


def _of_number(value: int | float | Decimal) -> str:
    number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if not number.is_finite() or abs(number.adjusted()) >= 40:
        return f"{number:.6E}" if number.is_finite() else str(number)
    return str(shown(number))


def error_of(value: Any) -> str:
    """The code of a cell without a value, as the reader of files says it."""
    code = getattr(value, "code", "")
    return code if code in ("FORMULA_WITHOUT_VALUE", "ERROR_VALUE", "CONTROL_CHARACTER") else "CELL_ERROR"


def is_blank(value: Any) -> bool:
    """Whether a cell holds nothing that can be seen."""
    return value is None or (isinstance(value, str) and not tidy(value))


def is_error(value: Any) -> bool:
    """Whether a cell is none of the values that a sheet can hold: #N/A, a formula without a result."""
    return type(value) not in _USUAL and not isinstance(value, (str, int, float, Decimal, date))


def letter(column: int) -> str:
    """The letters of a column from 0: A, Z, AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


class Merges:
    """The merged cells of a sheet by index of row, those under each other filled with their value."""

    def __init__(self, grid: Grid) -> None:
        """Take down which cell is filled with what; overlapping merges are taken once."""
        self.down: dict[int, dict[int, Any]] = {}
        self.across: dict[int, list[tuple[int, int]]] = {}
        self.columns: set[int] = set()
        rows, first = grid.rows, grid.first_row
        reached: dict[int, int] = {}
        for top, left, bottom, right in sorted(grid.merges):
            start, end, column = top - first, min(bottom - first, len(rows) - 1), left - 1
            if not (0 <= start <= end) or not 0 <= column < WIDEST:
                continue
            value = rows[start][column] if column < len(rows[start]) else None
            if right > left:
                self.across.setdefault(start, []).append((column, min(right - 1, WIDEST)))
            if end > start and not is_blank(value):
                self.columns.add(column)
            for index in range(max(start + 1, reached.get(column, 0)), end + 1):
                self.down.setdefault(index, {})[column] = value
            reached[column] = max(reached.get(column, 0), end + 1)

    def cells(self, row: Sequence[Any], index: int, width: int, keep: Collection[int] = ()) -> list[Any]:
        """A row of `width` cells with merges filled, but not in the columns of `keep`."""
        cells = list(row[:width])
        if len(cells) < width:
            cells += [None] * (width - len(cells))
        for column, value in self.down.get(index, {}).items():
            if column < width and column not in keep and is_blank(cells[column]):
                cells[column] = value
        return cells
