"""The XML of one sheet, scanned once: how far its values reach, and what the library that reads them does not tell.

The scan looks for rare words first and takes a closer look only where they are. What it counts is never less than what
the library will find: an attribute may stand in single quotes or behind blanks, a name may have a prefix.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from liangcao.interfaces.intake.reading.files import refusals
from liangcao.interfaces.intake.reading.files.grids import (
    ERROR_VALUE,
    FORMULA_WITHOUT_VALUE,
    CellError,
    Limits,
    number_of,
)

# Attributes as hardly any program writes them; rewritten before anything else is looked for. Patterns that begin with
# plain letters are found many times faster: one that finds too much costs less than one that looks for a word's edge.
_ODD = (re.compile(rb"r=[\s']"), re.compile(rb"r\s+="))
_ATTRIBUTE = re.compile(rb"""(\s[\w:]+)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')""")
_TAG_WITH_ODD = re.compile(rb"<[\w:]+\s[^<>]*>")
_FILLED = re.compile(rb'r="([A-Za-z]{2,})\d+"[^>]*(?<!/)>')
_RIGHT_OF_L = re.compile(rb'r="[M-Zm-z]\d')
_REFERENCE = re.compile(rb'\br="([A-Za-z]+)(\d+)"')
_IS_ERROR = b't="e"'
_TEXT = re.compile(rb"<(?:\w+:)?v\b[^>]*>([^<]+)<")
_HIDDEN = re.compile(rb'\bhidden="(?:1|true|on)"')
_COLUMN = re.compile(rb"<(?:\w+:)?col\b([^<>]*)>")
_BOUNDS = re.compile(rb'\b(min|max)="(\d+)"')
_NUMBERED = re.compile(rb'\sr="(\d+)"')
_PREFIX = re.compile(rb"<(\w+:)?worksheet\b")


@dataclass(slots=True)
class Marks:
    """What stands in a sheet beside its values; rows and columns from 1. `cells`: how many the values span."""

    cells: int = 0
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    broken: dict[tuple[int, int], CellError] = field(default_factory=dict)


@lru_cache(maxsize=16)
def _patterns(prefix: bytes) -> tuple[re.Pattern[bytes], re.Pattern[bytes]]:
    """The start of a row, and a formula without a result up to the end of its cell."""
    p = re.escape(prefix)
    return (
        re.compile(rb'<%brow\b(?: r="(\d+)")?([^<>]*)>' % p),
        re.compile(rb"<%bf\b(?:[^<>]*/>|[^<>]*>[^<]*</%bf>)\s*(?:<%bv\s*/>|<%bv\b[^<>]*></%bv>)?\s*</%bc>"
                   % (p, p, p, p, p, p)),
    )  # fmt: skip


def marks_of(part: bytes, sheet: str, limits: Limits) -> Marks:
    """Scan one sheet. Raises Invalid TOO_MANY_ROWS, TOO_MANY_COLUMNS, FILE_DAMAGED."""
    part = _plain(part)
    named = _PREFIX.search(part)
    if named is None:
        return Marks()
    prefix = named.group(1) or b""
    starts, numbers, end = _rows(part, prefix, limits.rows)
    if _holds_anything(part, prefix, end):
        raise refusals.too_many_rows(limits.rows, sheet)
    last, part = numbers[-1] if numbers else 0, part[:end]
    # What the library goes by is the references of the cells, which need not agree with the rows they stand in.
    if any(one >= other for one, other in pairwise(numbers)) or _row_beyond(last).search(part):
        raise refusals.damaged()
    width = max(map(number_of, set(_FILLED.findall(part))), default=0)
    if width > limits.columns:
        raise refusals.too_wide(limits.columns, sheet)
    # Of a narrow sheet it is enough to know about how wide it is.
    marks = Marks(cells=last * (width or (26 if _RIGHT_OF_L.search(part) else 12)))
    if b'hidden="' in part:
        _find_hidden(part, prefix, numbers, marks)
    place = _Places(part, prefix, starts, numbers)
    _find_formulas(part, prefix, place, marks)
    _find_errors(part, prefix, place, marks)
    return marks


def _plain(part: bytes) -> bytes:
    """The sheet with its attributes written as name="value"."""
    if not any(odd.search(part) for odd in _ODD):
        return part
    return _TAG_WITH_ODD.sub(
        lambda tag: _ATTRIBUTE.sub(lambda m: b'%b="%b"' % (m[1], m[2] if m[2] is not None else m[3]), tag.group()),
        part,
    )


def _rows(part: bytes, prefix: bytes, most: int) -> tuple[list[int], list[int], int]:
    """Where each row starts, and its number; one without a number follows the one before. Then where the first row
    beyond the limit starts, or the end: a sheet may be formatted to its last row, and those are not looked at."""
    starts: list[int] = []
    numbers: list[int] = []
    number = 0
    for row in _patterns(prefix)[0].finditer(part):
        told = row.group(1)
        if told is None and (other := _NUMBERED.search(row.group(2))):
            told = other.group(1)
        number = int(told) if told else number + 1
        if number > most:
            return starts, numbers, row.start()
        starts.append(row.start())
        numbers.append(number)
    return starts, numbers, len(part)


def _holds_anything(part: bytes, prefix: bytes, start: int) -> bool:
    """Whether any cell from there on has a value, a formula or an error."""
    if start == len(part):
        return False
    tokens = (rb"<%bv\b[^<>/]*>[^<]", rb"<%bis\b", rb"<%bf\b")
    if any(re.compile(token % re.escape(prefix)).search(part, start) for token in tokens):
        return True
    return part.find(_IS_ERROR, start) >= 0


def _row_beyond(last: int) -> re.Pattern[bytes]:
    """Finds the reference of a cell in a row with a larger number."""
    digits = str(last)
    larger = [
        digits[:place] + f"[{int(digit) + 1}-9]" + "[0-9]" * (len(digits) - place - 1)
        for place, digit in enumerate(digits)
        if digit != "9"
    ]
    larger.append(f"[1-9][0-9]{{{len(digits)},}}")
    return re.compile(rb'r="[A-Za-z]+0*(?:' + "|".join(larger).encode() + rb')"')


def _find_hidden(part: bytes, prefix: bytes, numbers: list[int], marks: Marks) -> None:
    for number, row in zip(numbers, _patterns(prefix)[0].finditer(part), strict=False):
        if _HIDDEN.search(row.group(2)):
            marks.hidden_rows.add(number)
    for column in _COLUMN.finditer(part):
        if _HIDDEN.search(column.group(1)):
            bounds = {name: int(value) for name, value in _BOUNDS.findall(column.group(1))}
            if b"min" in bounds and b"max" in bounds:
                marks.hidden_columns.update(range(bounds[b"min"], min(bounds[b"max"], 16_384) + 1))


def _find_formulas(part: bytes, prefix: bytes, place: _Places, marks: Marks) -> None:
    if b"<%bf" % prefix not in part:
        return
    for formula in _patterns(prefix)[1].finditer(part):
        opening = part.rfind(b"<%bc" % prefix, 0, formula.start())
        start = part[opening : formula.start()]
        # A formula may result in an empty text.
        if opening >= 0 and b't="str"' not in start and _IS_ERROR not in start:
            marks.broken[place.of(opening)] = CellError(FORMULA_WITHOUT_VALUE)


def _find_errors(part: bytes, prefix: bytes, place: _Places, marks: Marks) -> None:
    found = part.find(_IS_ERROR)
    while found >= 0:
        opening, end = part.rfind(b"<", 0, found), part.find(b">", found)
        if part.startswith(b"<%bc" % prefix, opening) and end > 0 and part[end - 1] != ord("/"):
            text = _TEXT.search(part, end, part.find(b"</%bc>" % prefix, end))
            shown = text.group(1).decode("utf-8", "replace")[:40] if text else "#?"
            marks.broken[place.of(opening)] = CellError(ERROR_VALUE, shown)
        found = part.find(_IS_ERROR, found + 1)


class _Places:
    """Where a cell stands: by its reference, or, where it has none, by counting."""

    def __init__(self, part: bytes, prefix: bytes, starts: list[int], numbers: list[int]) -> None:
        self._part, self._cell = part, re.compile(rb"<%bc\b" % re.escape(prefix))
        self._starts, self._numbers = starts, numbers

    def of(self, opening: int) -> tuple[int, int]:
        """Row and column from 1 of the cell that opens there."""
        end = self._part.find(b">", opening)
        reference = _REFERENCE.search(self._part, opening, end)
        if reference is not None:
            return int(reference.group(2)), number_of(reference.group(1))
        index = bisect_right(self._starts, opening) - 1
        if index < 0:
            raise refusals.damaged()
        return self._numbers[index], len(self._cell.findall(self._part, self._starts[index], end))
