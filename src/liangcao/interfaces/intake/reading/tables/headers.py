"""Where the header of a table stands: one or two lines, title lines above, tables beside each other."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from liangcao.interfaces.intake.reading.items import ends_in_goods
from liangcao.interfaces.intake.reading.tables.cells import Grid, Merges, is_blank, text_of
from liangcao.interfaces.intake.reading.tables.dates import is_day
from liangcao.interfaces.intake.reading.tables.kinds import Kind
from liangcao.interfaces.intake.reading.tables.layout import Layout
from liangcao.interfaces.intake.reading.tables.vocabulary import (
    ITEM,
    LONGEST_HEADER,
    NAME,
    NEED,
    QUANTITY,
    ROLES,
    UNIT_OR_ORGANISATION,
    Head,
    head_of,
    is_common,
    normal,
    unit_in,
)

# So many rows at the top are looked at closely for a first header; further down one must hold listed words.
_CLOSELY = 200
_LEAST_COMMON = 2
_LOOK_AHEAD = 12
_COUNT = re.compile(r"^[约近]?\d[\d,.]*\s*\D{0,3}$")
_FLAG = re.compile(r"^[√✓✔×]$")


@dataclass(frozen=True, slots=True)
class Cell:
    """A header's cell: the text of its own and that of the line above which spans it."""

    column: int
    text: str
    group: str = ""


@dataclass(frozen=True, slots=True)
class Header:
    """A header: the indexes of its first row and of the row behind its last, and its cells from left to right."""

    start: int
    stop: int
    cells: tuple[Cell, ...]


class Finder:
    """Finds the headers of one sheet."""

    def __init__(self, grid: Grid, merges: Merges, kind: Kind | None, layout: Layout | None) -> None:
        """`kind` adds its own headers; `layout` those a person has explained before."""
        self.grid, self.merges, self.kind, self.layout = grid, merges, kind, layout
        self.rows = grid.rows

    def head(self, text: str) -> Head | None:
        """The meaning of a header for the kind that is read."""
        known = self.kind.headers.get(normal(text)) if self.kind and text else None
        if known and self.kind and not self.kind.is_goods:
            return Head(known)
        return head_of(text) or (Head(known) if known else None)

    def at(self, index: int, left: int, right: int, *, closely: bool) -> Header | None:
        """The header that begins at a row between two columns; None when none does."""
        row = self.rows[index]
        if index >= _CLOSELY and sum(map(is_common, row[left:right])) < _LEAST_COMMON:
            return None
        if not self._is_header(index, left, right, closely=closely):
            return None
        start, stop = index, index + 1
        above = self._group_above(index, left, right)
        below = self._line_below(index, left, right)
        cells = []
        for column in range(left, right):
            text = self._text(index, column)
            group = self._spanning(index - 1, column, left) if above else ""
            if below:
                under = self._text(index + 1, column)
                if under:
                    group = self._spanning(index, column, left)
                    is_unit = bool(text) and not self.head(under) and unit_in(f"({under.strip('()（）')})") is not None
                    text, group = (f"{text}({under.strip('()（）')})", "") if is_unit else (under, group)
            cells.append(Cell(column, text, group))
        return Header(start - (1 if above else 0), stop + (1 if below else 0), tuple(cells))

    def _text(self, index: int, column: int) -> str:
        row = self.rows[index] if 0 <= index < len(self.rows) else ()
        return text_of(row[column]) if column < len(row) else ""

    def _spanning(self, index: int, column: int, left: int) -> str:
        """The text above a column: its own, or that of the cell to its left which is merged or left open over it."""
        own = self._text(index, column)
        if own:
            return own
        spans = self.merges.across.get(index, [])
        for first, last in spans:
            if first <= column <= last:
                return self._text(index, first)
        if spans or self.grid.merges:
            return ""
        for before in range(column - 1, left - 1, -1):
            if self._text(index, before):
                return self._text(index, before)
        return ""

    def _is_header(self, index: int, left: int, right: int, *, closely: bool) -> bool:
        filled = [
            (column, cell) for column, cell in enumerate(self.rows[index][left:right], left) if not is_blank(cell)
        ]
        texts = {column: text_of(cell) for column, cell in filled if isinstance(cell, str)}
        if self.layout and self.layout.known(self._text(index, column) for column in range(left, right)):
            return True
        heads = {column: head for column, text in texts.items() if (head := self.head(text)) is not None}
        if self.kind and not self.kind.is_goods:
            required = {column.key for column in self.kind.columns if column.is_required}
            return bool(required & {head.key for head in heads.values()}) and 2 * len(heads) >= len(filled)
        keys = {head.key for head in heads.values()}
        others = len(filled) - len(texts)
        if any(isinstance(cell, (date, Decimal, float)) for _, cell in filled):
            return False
        if len(heads) >= 2 and others <= len(heads) - 2 + (len(heads) > 3) and 2 * len(heads) >= len(texts):
            names = keys & {ITEM, NAME, NEED}
            if names and len(keys) >= 2:
                return True
            if (
                QUANTITY in keys
                and keys & {*ROLES, UNIT_OR_ORGANISATION}
                and len(heads) >= 3
                and not self._is_wide(index, texts, heads)
            ):
                return True
        if others or not closely:
            return False
        return bool(heads) and (self._is_wide(index, texts, heads) or self._is_over_counts(index, texts, heads))

    def _is_wide(self, index: int, texts: dict[int, str], heads: dict[int, Head]) -> bool:
        """Whether a row names goods (or organisations) as headers of columns of numbers."""
        keys = {head.key for head in heads.values()}
        names = [column for column, text in texts.items() if column not in heads and len(text) <= LONGEST_HEADER]
        if len(names) < 2:
            return False
        goods = sum(ends_in_goods(texts[column]) for column in names)
        anchored = keys & {*ROLES, UNIT_OR_ORGANISATION, ITEM, NAME, "region", "store"}
        if not anchored and 2 * goods < len(names):
            return False
        ahead = self.rows[index + 1 : index + 1 + _LOOK_AHEAD]
        counted = [column for column in names if is_counted([row[column] for row in ahead if column < len(row)])]
        return len(counted) >= 2 and 2 * len(counted) >= len(names)

    def _is_over_counts(self, index: int, texts: dict[int, str], heads: dict[int, Head]) -> bool:
        """Whether a row names goods over a line of what is counted of each: 口罩 over 库存 and 需求."""
        below = self.rows[index + 1] if index + 1 < len(self.rows) else ()
        under = [self.head(text_of(cell)) for cell in below if isinstance(cell, str)]
        counts = [head for head in under if head is not None and head.key in (QUANTITY, NEED)]
        goods = [column for column, text in texts.items() if column not in heads and ends_in_goods(text)]
        anchored = {head.key for head in heads.values()} & {*ROLES, UNIT_OR_ORGANISATION, "region", "store"}
        return bool(goods) and bool(anchored) and len(counts) >= 2 and len(counts) == len(under)

    def _group_above(self, index: int, left: int, right: int) -> bool:
        """Whether the row above names groups of columns: 库存 over two, 需求 over two."""
        if index == 0:
            return False
        row = self.rows[index - 1][left:right]
        filled = [(column, text_of(cell)) for column, cell in enumerate(row, left) if not is_blank(cell)]
        if not filled or any(not isinstance(row[column - left], str) for column, _ in filled):
            return False
        if any(len(text) > LONGEST_HEADER or re.search(r"[:：\d]", text) for _, text in filled):
            return False
        spans = [span for span in self.merges.across.get(index - 1, []) if left <= span[0] < right]
        below = sum(1 for column in range(left, right) if self._text(index, column))
        if any(last - first + 1 >= max(below, 2) for first, last in spans):
            return False
        return len(filled) >= 2 if not spans else True

    def _line_below(self, index: int, left: int, right: int) -> bool:
        """Whether the row below is the header's second line."""
        if index + 1 >= len(self.rows):
            return False
        row = self.rows[index + 1][left:right]
        filled = [(column, cell) for column, cell in enumerate(row, left) if not is_blank(cell)]
        if not filled or len(filled) > right - left or any(not _is_word(cell) for _, cell in filled):
            return False
        spans = self.merges.across.get(index, [])
        says = False
        for column, cell in filled:
            text, above = text_of(cell), self._text(index, column)
            spanned = any(first <= column <= last for first, last in spans)
            is_unit = unit_in(f"({text.strip('()（）')})") is not None
            if above and not spanned and not is_unit and not (self._opens(index, column, right) and self.head(text)):
                return False
            over = self._spanning(index, column, left)
            head = self.head(over)
            if above and is_unit and head is not None and head.key not in (QUANTITY, NEED):
                return False
            says = says or self.head(text) is not None or is_unit or (spanned and bool(over))
        return says

    def _opens(self, index: int, column: int, right: int) -> bool:
        """Whether a header's cell is followed by an open one that it may span: a text file has no merges."""
        return not self.grid.merges and column + 1 < right and not self._text(index, column + 1)


def _is_word(cell: Any) -> bool:
    return (
        isinstance(cell, str) and len(cell) <= LONGEST_HEADER and not is_day(cell) and not _COUNT.match(text_of(cell))
    )


def is_number(cell: Any) -> bool:
    """Whether a cell counts: 500, 198箱, 约500."""
    if isinstance(cell, Decimal):
        return not cell.is_nan()  # A signalling NaN cannot even be compared.
    if isinstance(cell, (int, float)):
        return True
    return isinstance(cell, str) and bool(_COUNT.match(text_of(cell)) or _FLAG.match(cell))


def is_counted(cells: Sequence[Any]) -> bool:
    """Whether most of what a column holds are numbers."""
    filled = [cell for cell in cells if not is_blank(cell)]
    return bool(filled) and 3 * sum(map(is_number, filled)) >= 2 * len(filled)
