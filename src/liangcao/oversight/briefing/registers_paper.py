"""A register on paper: A4 lying, so many rows a sheet as fit, 本页小计 and 累计 under each, the closing at the end.

The lines of every cell are broken here, by an estimate of widths that is rather too wide. So page and PDF have the same
sheets, the number of sheets is known before the first is drawn, and nothing runs over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from liangcao.foundation.kernel.errors import Invalid
from liangcao.oversight.briefing.columns import PAPER_COLUMNS, PaperColumn
from liangcao.oversight.briefing.registers import Register
from liangcao.oversight.briefing.registers_closing import CLOSING_HEADS, check_line, closing_rows
from liangcao.oversight.briefing.registers_parts import Row, Totals
from liangcao.oversight.briefing.registers_words import SIGNATURES, covered, heading, made_words

ROWS_MOST = 2_000
WIDTH = 277.0  # millimetres between the margins of A4 lying
EM, LINE, PADDING = 2.65, 3.3, 0.7  # the size of a letter, the height of a line, the space beside and above
# What is left for rows and sums under title and header, above the signatures.
HEIGHT = 150.0
_CLOSING_SHARES = (30, 74, 16, 28, 28, 28, 28, 28, 17)
_CLOSING_HEAD = 14.0


@dataclass(frozen=True)
class Head:
    """A column on paper: its label, its width in millimetres, whether it holds numbers."""

    label: str
    width: float
    is_number: bool = False


Cells = tuple[tuple[str, ...], ...]  # for each cell its lines


@dataclass
class Sheet:
    """One sheet. Sums are (label, cells) under the columns; `closing` stands at the end of the register."""

    number: int
    rows: list[Cells] = field(default_factory=list)
    page_sums: Cells = ()
    running_sums: Cells = ()
    page_totals: dict[str, list[int]] = field(default_factory=dict)
    closing: list[Cells] = field(default_factory=list)
    is_first_closing: bool = False


@dataclass(frozen=True)
class Paper:
    """A register ready to be drawn."""

    title: str
    covered: str
    made: str
    heads: list[Head]
    closing_heads: list[Head]
    closing_title: str
    sheets: list[Sheet]
    counted: str
    check: str
    signatures: list[str]
    language: str


def paper_of(register: Register, *, made_at: datetime) -> Paper:
    """The sheets of a register; read it inside `snapshot()`. Raises Invalid REGISTER_TOO_LONG."""
    rows = register.summed().rows
    if rows > ROWS_MOST:
        raise Invalid(
            "REGISTER_TOO_LONG",
            f"共 {rows:,} 行,纸上最多 {ROWS_MOST:,} 行:请缩短期间,或按仓库、物资、单位分开打印,或导出表格",
            f"{rows:,} rows; paper takes at most {ROWS_MOST:,}: shorten the period, choose a store, an item or a unit,"
            " or export as Excel",
            field="from",
        )
    english = register.scope.is_english
    columns = PAPER_COLUMNS[register.kind]
    heads = _heads(register, columns)
    sheets = _Filling(register, columns, heads).sheets()
    closing = closing_rows(register)
    closing_heads = [
        Head(_headed(words[english]), share, 3 <= place <= 7)
        for place, (words, share) in enumerate(zip(CLOSING_HEADS, _CLOSING_SHARES, strict=True))
    ]
    _close(sheets, [_closing_cells(row.cells(is_english=english), closing_heads) for row in closing])
    total = register.totals.rows
    return Paper(
        title=heading(register),
        covered=covered(register),
        made=made_words(register, made_at),
        heads=heads,
        closing_heads=closing_heads,
        closing_title="Totals and closing" if english else "合计与结存",
        sheets=sheets,
        counted=f"{total:,} rows" if english else f"共 {total:,} 行",
        check=check_line(closing, is_english=english),
        signatures=[f"{words[english].capitalize()}:" if english else f"{words[0]}:" for words in SIGNATURES],
        language=register.scope.language,
    )


def _heads(register: Register, columns: Sequence[PaperColumn]) -> list[Head]:
    """Labels and widths: what the columns ask for, stretched to the sheet."""
    english, named = register.scope.is_english, {column.key: column for column in register.columns}
    wide = WIDTH / sum(column.share for column in columns)
    made = []
    for column in columns:
        words = [("no.", "序号")] if not column.keys else [(named[key].en, named[key].zh) for key in column.keys]
        label = _headed("/".join(en if english else zh for en, zh in words))
        is_number = bool(column.keys) and named[column.keys[0]].holds == "quantity"
        made.append(Head(label, round(column.share * wide, 2), is_number))
    return made


def _headed(label: str) -> str:
    """An English heading begins with a capital."""
    return f"{label[:1].upper()}{label[1:]}"


class _Filling:
    """Fills sheet after sheet with rows, as long as rows and sums fit."""

    def __init__(self, register: Register, columns: Sequence[PaperColumn], heads: list[Head]) -> None:
        self.register, self.columns, self.heads = register, columns, heads
        self.running = Totals(register.totals.columns)
        self.done: list[Sheet] = []

    def sheets(self) -> list[Sheet]:
        """All sheets with their rows and sums; one empty sheet for a register without rows."""
        held: list[tuple[Row, Cells]] = []
        height, units, all_units = 0.0, set(), set()
        unit = self.register.place("unit")
        for number, row in enumerate(self.register.rows(), start=1):
            cells = self._cells(number, row)
            units.add(row.cells[unit])
            all_units.add(row.cells[unit])
            sums = 4 * PADDING + LINE * (len(units) + len(all_units))
            if held and height + height_of(cells) + sums > HEIGHT:
                self._finish(held)
                held, height, units = [], 0.0, {row.cells[unit]}
            held.append((row, cells))
            height += height_of(cells)
        self._finish(held)
        return self.done

    def _finish(self, held: list[tuple[Row, Cells]]) -> None:
        page = self.register.totals_of([row for row, _ in held])
        for (code, name, unit), sums in page.by_item.items():
            self.running.add((code, name, unit), sums)
        english = self.register.scope.is_english
        sheet = Sheet(len(self.done) + 1, [cells for _, cells in held], page_totals=page.by_unit())
        if held:
            sheet.page_sums = self._sums("This page" if english else "本页小计", page)
            sheet.running_sums = self._sums("So far" if english else "累计", self.running)
        self.done.append(sheet)

    def _cells(self, number: int, row: Row) -> Cells:
        made = []
        for column, head in zip(self.columns, self.heads, strict=True):
            values = [number] if not column.keys else [row.cells[self.register.place(key)] for key in column.keys]
            lines = [line for value in values for line in broken(_text(value), head.width)]
            made.append(tuple(lines) or ("",))
        return tuple(made)

    def _sums(self, label: str, totals: Totals) -> Cells:
        """Under each quantity one line for each unit; the units under theirs."""
        by_unit = totals.by_unit()
        made: list[tuple[str, ...]] = []
        for column in self.columns:
            key = column.keys[0] if column.keys else ""
            if key == "unit":
                made.append(tuple(by_unit))
            elif key in totals.columns:
                place = totals.columns.index(key)
                made.append(tuple(f"{sums[place]:,}" for sums in by_unit.values()))
            else:
                made.append(())
        return ((), (label,), *made[2:])


def _close(sheets: list[Sheet], closing: list[Cells]) -> None:
    """Put the closing under the last rows if it fits whole, else onto sheets of its own."""
    last = sheets[-1]
    used = sum(map(height_of, last.rows)) + (height_of(last.page_sums) + height_of(last.running_sums))
    needed = _CLOSING_HEAD + sum(map(height_of, closing))
    if used + needed <= HEIGHT:
        last.closing, last.is_first_closing = closing, True
        return
    height = HEIGHT + 1
    for cells in closing:
        if height + height_of(cells) > HEIGHT:
            sheets.append(Sheet(len(sheets) + 1, is_first_closing=not sheets[-1].closing))
            height = _CLOSING_HEAD
        sheets[-1].closing.append(cells)
        height += height_of(cells)


def _closing_cells(values: tuple[Any, ...], heads: list[Head]) -> Cells:
    return tuple(tuple(broken(_text(value), head.width)) for value, head in zip(values, heads, strict=True))


def height_of(cells: Cells) -> float:
    """How high a row stands, in millimetres."""
    return LINE * max(map(len, cells), default=0) + 2 * PADDING if cells else 0.0


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:,}" if isinstance(value, int) else " ".join(str(value).split())


def broken(text: str, width: float) -> list[str]:
    """The text in lines that fit a cell of so many millimetres; at least one line for a text, none for nothing."""
    room = (width - 2 * PADDING) / EM
    lines: list[str] = []
    line, used = "", 0.0
    for mark in text:
        wide = _width_of(mark)
        if line and used + wide > room:
            lines.append(line)
            line, used = "", 0.0
        line += mark
        used += wide
    return [*lines, line] if line else lines


def _width_of(mark: str) -> float:
    """In letter sizes; a little more than fonts with Chinese need."""
    if ord(mark) >= 0x2E80:
        return 1.0
    if mark in "il.,:;|'!() ":
        return 0.4
    return 0.75 if mark.isupper() or mark in "mw%@" else 0.6
