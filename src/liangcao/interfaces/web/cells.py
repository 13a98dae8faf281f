"""Columns and cells: how one value of one row is shown, linked and exported. Lists and document tables share it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

from liangcao.foundation.kernel.clock import LOCAL
from liangcao.interfaces.web.templatetags.words import day, moment, pieces, quantity, said, unit_of

RIGHT = frozenset({"quantity", "number", "money"})


@dataclass(frozen=True)
class Column:
    """A column of a table.

    `value` is an attribute path ("lot__item__name") or a function of the row; left out, `key` is the path.
    `kind`: text, code, quantity, number, money, day, moment, mark (a chip or other safe HTML). `unit` gives the
    unit of a
    quantity: a path to an item, or a function of the row that returns a text. `link` gives the address the value opens.
    `sort` is the path to sort by: a database path for querysets, never one that can be NULL.
    `phone`: title (first line), main (right of it), rest (second line), hide. `total` adds the column up in
    exports and footers. `file_label`: its header in files, where that says more; the reader of documents must know it.
    """

    key: str
    label: Any
    value: str | Callable[[Any], Any] = ""
    kind: str = "text"
    unit: str | Callable[[Any], str] = ""
    link: Callable[[Any], str] | None = None
    sort: str = ""
    phone: str = "rest"
    total: bool = False
    plain: Callable[[Any], Any] | None = None
    file_label: Any = ""

    def of(self, row: Any) -> Any:
        """The value in a row."""
        return self.value(row) if callable(self.value) else follow(row, self.value or self.key)

    def unit_in(self, row: Any) -> str:
        """The unit in a row."""
        if callable(self.unit):
            return self.unit(row)
        return unit_of(follow(row, self.unit)) if self.unit else ""

    @property
    def classes(self) -> str:
        """CSS classes of the column's cells."""
        side = "cell-right" if self.kind in RIGHT else "cell-left"
        return f"{side} cell-{self.kind} phone-{self.phone}"

    def cell(self, row: Any) -> Cell:
        """The cell of a row, ready for the template."""
        value = self.of(row)
        if value == 0 and self.kind in RIGHT:
            zero = format_html('{}<span class="unit"></span>', 0) if self.kind == "quantity" else "0"
            return Cell(self.label, zero, "", f"{self.classes} cell-zero")
        return Cell(self.label, self._shown(row, value), (self.link(row) or "") if self.link else "", self.classes)

    def _shown(self, row: Any, value: Any) -> Any:
        if self.kind == "quantity":
            return pieces(value, self.unit_in(row))
        if self.kind == "number" and isinstance(value, int):
            return quantity(value)
        if self.kind == "code" and value:
            return format_html('<span class="code">{}</span>', value)
        if isinstance(value, datetime):
            return moment(value)
        if isinstance(value, date):
            return day(value)
        if value is None or value == "":
            return ""
        return value if isinstance(value, SafeString) else said(value) if self.kind == "text" else value

    def exported(self, row: Any) -> Any:
        """What a spreadsheet gets: numbers as numbers, days as days, the rest as text."""
        value = self.plain(row) if self.plain else self.of(row)
        if isinstance(value, datetime):
            return value.astimezone(LOCAL).replace(tzinfo=None, microsecond=0)
        if isinstance(value, (int, date)) and not isinstance(value, bool):
            return value
        return strip_tags_of(value)


@dataclass(frozen=True)
class Cell:
    """One shown value."""

    label: Any
    value: Any
    url: str
    classes: str


@dataclass(frozen=True)
class Row:
    """One shown row. `tone` marks it: alarm, wait, or nothing."""

    cells: list[Cell]
    tone: str = ""


@dataclass(frozen=True)
class Table:
    """A table ready for `components/_table.html`."""

    columns: Sequence[Column]
    rows: list[Row]
    title: Any = ""
    totals: list[Cell] = field(default_factory=list)
    empty: Any = ""


def table(
    columns: Sequence[Column],
    rows: Iterable[Any],
    *,
    title: Any = "",
    empty: Any = "",
    tone: Callable[[Any], str] | None = None,
    total_label: Any = "",
) -> Table:
    """Shape rows for the template; with `total_label` a last line adds up the columns that ask for it."""
    held = list(rows)
    shaped = [Row([column.cell(row) for column in columns], tone(row) if tone else "") for row in held]
    totals = _totals(columns, held, total_label) if total_label and held else []
    return Table(columns, shaped, title, totals, empty)


def _totals(columns: Sequence[Column], rows: list[Any], label: Any) -> list[Cell]:
    """Sums where all rows have one unit: pieces of different units are never added."""
    cells = []
    for place, column in enumerate(columns):
        value: Any = label if place == 0 else ""
        if column.total:
            units = {column.unit_in(row) for row in rows}
            value = pieces(sum(column.of(row) or 0 for row in rows), units.pop()) if len(units) == 1 else ""
        cells.append(Cell(column.label, value, "", column.classes))
    # Nothing could be added up: then there is no line at all.
    return cells if any(cell.value for cell in cells[1:]) else []


def follow(row: Any, path: str) -> Any:
    """The value at the end of a path like "lot__item__name"; None where a step is missing."""
    for name in path.split("__"):
        row = row.get(name) if isinstance(row, dict) else getattr(row, name, None)
        if row is None:
            return None
    return row


def strip_tags_of(value: Any) -> str:
    """The text of a value that may be marked-up."""
    from django.utils.html import strip_tags

    if value is None:
        return ""
    return strip_tags(str(value)) if isinstance(value, SafeString) else said(value)
