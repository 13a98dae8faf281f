"""A sheet as a table: headers in either language and any order, rows with their numbers, problems with their places."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

from liangcao.foundation.kernel.errors import Invalid, Refusal
from liangcao.operations.allocation.solver.round import Notice
from liangcao.operations.allocation.solver.workbook.cells import (
    Cell,
    CellProblem,
    has_hidden_signs,
    name_key,
    text_of,
)
from liangcao.operations.allocation.solver.workbook.guard import encrypted, inspect, not_a_workbook

HEADER_ROWS_MAX = 20
SIGNS_REMOVED = "SIGNS_REMOVED"
# Sums under a table, and the count of rows that our own exports end with.
_TOTAL_ROW = re.compile(r"合计|总计|小计|total|(?:以上)?共[\d,]+行|rows:[\d,]+|note:[\d,]+rows")


@dataclass(frozen=True)
class Column:
    """A column we know: its Chinese header, its English one, how a cell is read, and what must be there."""

    zh: str
    en: str
    read: Callable[[Cell], Any] = text_of
    header_needed: bool = False
    value_needed: bool = False
    is_number: bool = False


@dataclass(frozen=True)
class Row:
    """A row of the table: its number in the sheet and its cells by the English name of the column."""

    number: int
    cells: dict[str, Any]


@dataclass
class Table:
    """What was read of one sheet, and everything that was wrong with it."""

    sheet: str
    rows: list[Row] = field(default_factory=list)
    problems: list[Refusal] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)

    def refuse(self, code: str, zh: str, en: str, row: int | None = None, column: str | None = None) -> None:
        """Note a problem at its place."""
        self.problems.append(Invalid(code, zh, en, sheet=self.sheet, row=row, column=column))


class Workbook:
    """A workbook that was looked over and opened; its sheets are read one by one."""

    def __init__(self, path: Path) -> None:
        """Raises `Invalid` for a file that is missing, damaged, encrypted or unsafe."""
        self.path = path
        self.broken = inspect(path).broken
        try:
            self.book = CalamineWorkbook.from_path(str(path))
        except PasswordError:
            raise encrypted(path) from None
        except (CalamineError, OSError):
            raise not_a_workbook(path) from None

    def sheet_called(self, zh: str, en: str) -> str | None:
        """The sheet of that name, in whatever letter case; None when there is none."""
        wanted = {name_key(zh), name_key(en)}
        return next((name for name in self.book.sheet_names if name_key(name) in wanted), None)

    def only_sheet(self) -> str | None:
        """The name of the sheet when the workbook has just one."""
        return self.book.sheet_names[0] if len(self.book.sheet_names) == 1 else None

    def table(self, sheet: str, columns: tuple[Column, ...]) -> Table:
        """Read a sheet. Problems are collected, not raised, so that all are told at once."""
        table = Table(sheet)
        try:
            source = self.book.get_sheet_by_name(sheet)
            grid: list[list[Cell]] = source.to_python(skip_empty_area=False)  # type: ignore[assignment]
        except (CalamineError, OSError):
            raise not_a_workbook(self.path) from None
        found = _find_header(grid, columns)
        if found is None:
            _refuse_missing(table, [column for column in columns if column.header_needed], row=1)
            return table
        header_row, places = found
        _check_header(table, grid[header_row], header_row, columns)
        if not table.problems:
            _fill_merged(table, source, grid, header_row, places)
            _read_rows(table, grid, header_row, places, self.broken.get(sheet, {}))
        return table


def _known(columns: tuple[Column, ...]) -> dict[str, Column]:
    return {_header_key(name): column for column in columns for name in (column.zh, column.en)}


def _header_key(text: str) -> str:
    """A header without blanks, underscores, a trailing mark, or a unit in brackets."""
    return name_key(text).partition("(")[0].replace("_", "").strip("*:·")


def _plain_text(cell: Cell) -> str:
    try:
        return text_of(cell)
    except CellProblem:
        return ""


def _find_header(grid: list[list[Cell]], columns: tuple[Column, ...]) -> tuple[int, dict[int, Column]] | None:
    """The row with the most headers we know among the first rows: titles above the table are passed over."""
    known, best = _known(columns), None
    for number, cells in enumerate(grid[:HEADER_ROWS_MAX]):
        places = {
            place: known[key] for place, cell in enumerate(cells) if (key := _header_key(_plain_text(cell))) in known
        }
        if places and (best is None or len(places) > len(best[1])):
            best = number, places
    return best


def _check_header(table: Table, cells: list[Cell], header_row: int, columns: tuple[Column, ...]) -> None:
    known, seen = _known(columns), set()
    for cell in cells:
        text = _plain_text(cell)
        column = known.get(_header_key(text))
        if column is None and text:
            table.notices.append(
                Notice(
                    "HEADER_UNKNOWN", f"没有用到列“{text[:40]}”", f"the column {text[:40]!r} is not used",
                    sheet=table.sheet, row=header_row + 1, column=text[:40],
                )
            )  # fmt: skip
        elif column in seen and column is not None:
            table.refuse(
                "HEADER_REPEATED",
                f"列名“{column.zh}”重复,请删去一列",
                f"the column {column.en} stands twice: delete one",
                header_row + 1, column.zh,
            )  # fmt: skip
        seen.add(column)
    _refuse_missing(table, [c for c in columns if c.header_needed and c not in seen], header_row + 1)


def _refuse_missing(table: Table, missing: list[Column], row: int) -> None:
    for column in missing:
        table.refuse(
            "HEADER_MISSING", f"缺少列“{column.zh}”", f"the column {column.zh} ({column.en}) is missing", row, column.zh
        )


def _fill_merged(
    table: Table, source: CalamineSheet, grid: list[list[Cell]], header_row: int, places: dict[int, Column]
) -> None:
    """A name merged over several rows stands for each of them; a merged number is nobody's in particular."""
    for (top, left), (bottom, right) in source.merged_cell_ranges or []:
        if top <= header_row or top == bottom:
            continue
        for place in range(left, right + 1):
            column = places.get(place)
            if column is None:
                continue
            if column.is_number:
                table.refuse(
                    "NUMBER_MERGED", f"第 {top + 1}–{bottom + 1} 行的“{column.zh}”是合并单元格,请拆开逐行填写",
                    f"{column.en} is merged over rows {top + 1}–{bottom + 1}: split it and fill in each row",
                    top + 1, column.zh,
                )  # fmt: skip
                continue
            for number in range(top + 1, min(bottom + 1, len(grid))):
                grid[number][place] = grid[top][left]


def _read_rows(
    table: Table, grid: list[list[Cell]], header_row: int, places: dict[int, Column], broken: dict[tuple[int, int], str]
) -> None:
    for index in range(header_row + 1, len(grid)):
        cells = grid[index]
        broken_here = {place: broken[index, place] for place in places if (index, place) in broken}
        if not broken_here and not any(_plain_text(cells[place]) for place in places):
            continue
        if _is_total(cells, places):
            _note_total(table, index + 1)
            continue
        before = len(table.problems)
        read = {
            column.en: _read_cell(table, cells[place], column, index + 1, broken_here.get(place))
            for place, column in places.items()
        }
        if len(table.problems) == before:
            table.rows.append(Row(index + 1, read))


def _read_cell(table: Table, cell: Cell, column: Column, row: int, broken: str | None) -> Any:
    if broken == "=":
        table.refuse(
            "FORMULA_WITHOUT_RESULT",
            "是公式且无结果,请粘贴为数值",
            "a formula without a result: paste it as a value",
            row,
            column.zh,
        )
        return None
    if broken:
        table.refuse("CELL_ERROR", f"为错误值 {broken}", f"holds the error {broken}", row, column.zh)
        return None
    try:
        value = column.read(cell)
    except CellProblem as problem:
        table.refuse(problem.code, problem.zh, problem.en, row, column.zh)
        return None
    if has_hidden_signs(cell):
        table.notices.append(
            Notice(
                SIGNS_REMOVED, "有看不见的字符(零宽字符、不间断空格等),已去除",
                "signs that nobody sees (zero-width, no-break spaces) were taken off",
                sheet=table.sheet, row=row, column=column.zh,
            )
        )  # fmt: skip
    if column.value_needed and value in ("", None):
        table.refuse("CELL_EMPTY", f"“{column.zh}”不能为空", f"{column.en} must not be empty", row, column.zh)
    return value


def _is_total(cells: list[Cell], places: dict[int, Column]) -> bool:
    """A line of totals under the table: it names no item, so that it can be no line of the table."""
    item = [place for place, column in places.items() if column.en == "item"]
    if not item or _plain_text(cells[item[0]]):
        return False
    return any(_TOTAL_ROW.fullmatch(name_key(_plain_text(cell))) for cell in cells)


def _note_total(table: Table, row: int) -> None:
    table.notices.append(
        Notice("TOTAL_ROW_SKIPPED", "合计行不读入", "the line of totals is not read", sheet=table.sheet, row=row)
    )
