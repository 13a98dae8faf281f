"""What reading a workbook gives: lines, the rows they came from, what was left out and why, and what is to be asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from liangcao.interfaces.intake.reading.lines import CONFIRM, GOOD, WRONG, Line
from liangcao.interfaces.intake.reading.reasons import READING_REASONS
from liangcao.interfaces.intake.reading.tables.cells import letter, text_of
from liangcao.interfaces.intake.reading.tables.layout import Layout, TableLayout

_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Problem:
    """Something to be looked at: where it stands, its code, and what to do in both languages."""

    sheet: str
    row: int | None
    column: str | None
    header: str | None
    code: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row that is no goods row, and why: a key of SKIPPED."""

    sheet: str
    row: int
    why: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """A row that was read: its values by the keys of its columns, and which of the reading's lines came from it.

    Of a kind that is no goods the values are everything; of goods they hold what a line has no place for.
    """

    sheet: str
    row: int
    table: int
    values: dict[str, str]
    state: str = GOOD
    reasons: tuple[str, ...] = ()
    first_line: int = 0
    line_count: int = 0


@dataclass(slots=True)
class Reading:
    """Everything that was read. Each of its `rows` is one record: accepted, asked or refused."""

    lines: list[Line] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    layout: Layout = field(default_factory=Layout)

    @property
    def rows(self) -> int:
        """How many rows of goods (or of whatever the kind reads) were met."""
        return len(self.records)

    @property
    def accepted(self) -> int:
        """Rows that may be taken as they are."""
        return sum(record.state == GOOD for record in self.records)

    @property
    def asked(self) -> int:
        """Rows that a person must look at."""
        return sum(record.state == CONFIRM for record in self.records)

    @property
    def refused(self) -> int:
        """Rows that cannot be taken before they are corrected."""
        return sum(record.state == WRONG for record in self.records)

    def lines_of(self, record: Record) -> Sequence[Line]:
        """The lines that came from a row."""
        return self.lines[record.first_line : record.first_line + record.line_count]


class Gathering:
    """Collects what is read, sheet after sheet."""

    def __init__(self) -> None:
        self.reading = Reading()
        self.tables: list[TableLayout] = []

    def skip(self, sheet: str, row: int, why: str, text: str = "") -> None:
        """Note a row that is no goods row."""
        self.reading.skipped.append(Skipped(sheet, row, why, text[:_SHOWN]))

    def tell(
        self, sheet: str, row: int | None, column: int | None, header: str | None, code: str,
        value: Any = None, more: tuple[str, str] = ("", ""),
    ) -> None:  # fmt: skip
        """Note a problem; `value` is the cell as written, `more` says what else there is to say in both languages."""
        zh, en = READING_REASONS.get(code, (code, code))
        where = (letter(column) if column is not None else "") + (str(row) if row is not None else "")
        place_zh = "".join(
            (
                f"“{sheet}”" if sheet else "",
                f"{where} " if column is not None and row else f"第 {row} 行" if row else "",
            )
        )
        place_en = " ".join(
            part
            for part in (f"“{sheet}”" if sheet else "", where if column is not None else f"row {row}" if row else "")
            if part
        )
        written = text_of(value)[:_SHOWN] if value is not None else ""
        zh = f"{place_zh}{f'“{header}”' if header else ''}{f'={written}' if written else ''}:{zh}{more[0]}"
        en = f"{place_en}{f' “{header}”' if header else ''}{f' = {written}' if written else ''}: {en}{more[1]}"
        letters = letter(column) if column is not None else None
        self.reading.problems.append(Problem(sheet, row, letters, header, code, zh.lstrip(":"), en.lstrip(": ")))
