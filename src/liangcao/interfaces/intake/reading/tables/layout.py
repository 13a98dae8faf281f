"""What each column of a table was taken for: shown, changed by a person, kept for a sender and given back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from liangcao.interfaces.intake.reading.tables.cells import letter
from liangcao.interfaces.intake.reading.tables.vocabulary import normal


@dataclass(frozen=True, slots=True)
class ColumnUse:
    """A column, from 0, and what it is taken for. `item` or `organisation`: named by the header of a wide table;
    `is_read` False: a quantity that is not read because another column says it."""

    column: int
    header: str
    key: str
    flow: str | None = None
    unit: str | None = None
    per: str | None = None
    item: str | None = None
    organisation: str | None = None
    is_read: bool = True

    @property
    def letter(self) -> str:
        """The letters of the column."""
        return letter(self.column)


@dataclass(frozen=True, slots=True)
class TableLayout:
    """A table of a sheet: its rows and columns by the sheet's own numbers, its flow, and its columns' meanings.

    `organisation`: the key of the column that gives each line's organisation.
    """

    sheet: str
    header_rows: tuple[int, ...]
    first_row: int
    last_row: int
    flow: str
    columns: tuple[ColumnUse, ...]
    title: str = ""
    organisation: str | None = None

    @property
    def signature(self) -> tuple[str, ...]:
        """The headers in order, by which the same layout is known again."""
        return tuple(normal(use.header) for use in self.columns)


@dataclass(frozen=True, slots=True)
class Layout:
    """The tables of a file, one after another."""

    tables: tuple[TableLayout, ...] = ()
    _known: dict[tuple[str, ...], TableLayout] = field(init=False, repr=False, compare=False, hash=False)

    def __post_init__(self) -> None:
        """Prepare finding a table by its headers."""
        object.__setattr__(self, "_known", {table.signature: table for table in reversed(self.tables)})

    def record(self) -> dict[str, Any]:
        """The layout as plain values, to be kept or sent."""
        return {"tables": [asdict(table) for table in self.tables]}

    @classmethod
    def load(cls, record: Mapping[str, Any]) -> Layout:
        """The layout of plain values."""
        return cls(tuple(_table(each) for each in record.get("tables", ())))

    def known(self, headers: Iterable[str]) -> TableLayout | None:
        """The table with these headers, in this order."""
        return self._known.get(tuple(normal(header) for header in headers))


def _table(record: Mapping[str, Any]) -> TableLayout:
    values = dict(record)
    values["columns"] = tuple(ColumnUse(**column) for column in values["columns"])
    values["header_rows"] = tuple(values["header_rows"])
    return TableLayout(**values)
