"""One value as a file holds it → one value as it is read: invisible signs gone, whole numbers whole."""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from decimal import Decimal
from typing import Any

from liangcao.interfaces.intake.reading.files.grids import CONTROL_CHARACTER, ERROR_VALUE, Cell, CellError

# Whole numbers above this are no quantities; as integers they would only be long.
_WHOLE_BELOW = 1e21
_MEMORY = 500_000
_DROPPED = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u180e"
_REORDERING = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_SPACES = "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\t"
_CLEANING = {**dict.fromkeys(map(ord, _DROPPED)), **dict.fromkeys(map(ord, _SPACES), " ")}
_LINES = re.compile(r"\r\n?|\u2028|\u2029|\x85")
_CONTROLS = re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff{_REORDERING}]")


def clean(text: str) -> str | CellError | None:
    """The text in NFC, without signs that nobody sees and outer blanks; other blanks become plain spaces, line ends
    "\\n". None for nothing but blanks; a `CellError` for control characters and signs that turn the order round."""
    if text.isprintable() and unicodedata.is_normalized("NFC", text):
        return text.strip() or None
    text = _LINES.sub("\n", text)
    bad = _CONTROLS.search(text)
    if bad is not None:
        return CellError(CONTROL_CHARACTER, f"U+{ord(bad.group()):04X}")
    return unicodedata.normalize("NFC", text.translate(_CLEANING)).strip() or None


def number(value: float) -> int | Decimal | CellError:
    """Whole numbers as integers, others as the shortest decimal that means the same."""
    if not math.isfinite(value):
        return CellError(ERROR_VALUE, str(value))
    if value.is_integer() and abs(value) < _WHOLE_BELOW:
        return int(value)
    return Decimal(repr(value))


class _Known(dict[Any, Cell]):
    """Raw value → value as read; asked for a raw value it does not know, it reads it. Equal texts become one text, so
    that a long table needs little memory. True and 1 are equal to a dictionary: it is never asked for either truth."""

    def __init__(self) -> None:
        super().__init__({"": None, None: None})
        # Texts that were changed by more than their line ends.
        self.changed: set[str] = set()
        self.has_errors = False

    def __missing__(self, raw: Any) -> Cell:
        read: Cell
        if isinstance(raw, str):
            read = clean(raw)
            if isinstance(read, str) and read != raw and read != _LINES.sub("\n", raw):
                self.changed.add(raw)
        elif isinstance(raw, float):
            read = number(raw)
        else:
            read = raw if type(raw) in (int, dt.date) else _moment(raw)
        self.has_errors = self.has_errors or isinstance(read, CellError)
        if len(self) > _MEMORY:
            self.clear()
            self.update({"": None, None: None})
        self[raw] = read
        return read


class Cleaner:
    """Reads the values of one file."""

    def __init__(self) -> None:
        self._known = _Known()

    @property
    def has_errors(self) -> bool:
        """Whether any value so far was unusable."""
        return self._known.has_errors

    def row(self, raws: list[Any], left: int, number: int, cleaned: set[tuple[int, int]]) -> list[Cell]:
        """A row whose first value stands in column `left` (from 0); notes in `cleaned` which cells were cleaned."""
        known = self._known
        cells: list[Cell]
        if bool in map(type, raws):
            cells = [raw if type(raw) is bool else known[raw] for raw in raws]
        else:
            cells = [known[raw] for raw in raws]
        if known.changed:
            changed = known.changed
            for column, raw in enumerate(raws, left + 1):
                if raw in changed:
                    cleaned.add((number, column))
        return [None] * left + cells if left else cells


def errors_of(rows: list[list[Cell]], first_row: int) -> dict[tuple[int, int], CellError]:
    """Where the cells without a usable value stand, by the sheet's own numbers."""
    return {
        (row, column): cell
        for row, cells in enumerate(rows, first_row)
        for column, cell in enumerate(cells, 1)
        if type(cell) is CellError
    }


def _moment(raw: Any) -> Cell:
    """A moment at midnight is a day; a time of day or a length of time is told as the sheet shows it."""
    if isinstance(raw, dt.datetime):
        return raw.date() if raw.time() == dt.time() else raw
    if isinstance(raw, dt.time):
        return raw.isoformat("seconds" if raw.second else "minutes")
    if isinstance(raw, dt.timedelta):
        minutes, seconds = divmod(round(raw.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    return clean(str(raw))
