"""A file → its sheets. What it is, its content says; what must not be opened is refused before it is."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

from liangcao.interfaces.intake.reading.files import refusals
from liangcao.interfaces.intake.reading.files.cells import Cleaner, errors_of
from liangcao.interfaces.intake.reading.files.delimited import read_text
from liangcao.interfaces.intake.reading.files.grids import Grid, Limits, Notice, Tell, Workbook, widen
from liangcao.interfaces.intake.reading.files.kinds import OLE, TEXT, differs, kind_of
from liangcao.interfaces.intake.reading.files.markup import Marks
from liangcao.interfaces.intake.reading.files.old_excel import look_over as look_over_old
from liangcao.interfaces.intake.reading.files.packages import look_over

_TOLD_EVERY = 5_000


def open_sheets(
    content: bytes | Path, name: str = "", *, limits: Limits | None = None, tell: Tell | None = None
) -> Workbook:
    """The sheets of a workbook or a text table. `name` is what the sender calls the file: it is only compared.

    Raises Invalid FILE_MISSING, FILE_EMPTY, FILE_TOO_LARGE, FILE_KIND, FILE_DAMAGED, FILE_UNSAFE, FILE_ENCRYPTED,
    FILE_WITH_MACROS, FILE_UNPACKS_TOO_LARGE, TOO_MANY_ROWS, TOO_MANY_COLUMNS, TOO_MANY_CELLS, TOO_MANY_SHEETS,
    ENCODING_UNKNOWN, CSV_QUOTES. Single cells are never refused here: they are `CellError`s in their places.
    """
    limits = limits or Limits()
    if isinstance(content, Path):
        name, content = name or content.name, _content_of(content, limits)
    if not content.strip(b"\0\t\r\n "):
        raise refusals.empty()
    if len(content) > limits.file_bytes:
        raise refusals.too_large(limits.file_bytes)
    kind = kind_of(content)
    if kind == TEXT:
        return _noticed(read_text(content, limits, tell), name)
    marks = look_over_old(content, limits) if kind == OLE else look_over(content, limits)
    sheets = _read(content, marks, limits, tell)
    return _noticed(Workbook(sheets, "xls" if kind == OLE else "xlsx"), name)


def _content_of(path: Path, limits: Limits) -> bytes:
    try:
        if path.stat().st_size > limits.file_bytes:
            raise refusals.too_large(limits.file_bytes)
        return path.read_bytes()
    except OSError:
        raise refusals.missing() from None


def _noticed(book: Workbook, name: str) -> Workbook:
    notice = differs(name, book.kind)
    notices: tuple[Notice, ...] = (*book.notices, notice) if notice else book.notices
    return Workbook(book.sheets, book.kind, notices, book.encoding)


def _read(content: bytes, marks: list[Marks], limits: Limits, tell: Tell | None) -> list[Grid]:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        with CalamineWorkbook.from_filelike(BytesIO(content)) as book:
            return _sheets(book, marks, limits, tell)
    except PasswordError:
        raise refusals.encrypted() from None
    except (CalamineError, ValueError, OverflowError, OSError):
        raise refusals.damaged() from None
    except BaseException as fault:
        # Where the library meets what it holds impossible it ends in a fault of its own, which is no Exception.
        if type(fault).__name__ == "PanicException":
            raise refusals.damaged() from None
        raise


def _sheets(book: Any, marks: list[Marks], limits: Limits, tell: Tell | None) -> list[Grid]:
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    cleaner, grids, done = Cleaner(), [], 0
    if len(marks) != len(book.sheets_metadata):
        raise refusals.damaged()
    for index, (told, found) in enumerate(zip(book.sheets_metadata, marks, strict=True)):
        if told.typ != SheetTypeEnum.WorkSheet:
            continue
        grid = Grid(told.name, is_hidden=told.visible != SheetVisibleEnum.Visible)
        source = book.get_sheet_by_index(index)
        _fill(grid, source, cleaner, limits, tell, done)
        _mark(grid, source, found)
        _trim(grid)
        if found.broken or cleaner.has_errors:
            grid.broken = errors_of(grid.rows, grid.first_row)
        done += len(grid.rows)
        grids.append(grid)
    if tell:
        tell(done, done)
    return grids


def _fill(grid: Grid, source: Any, cleaner: Cleaner, limits: Limits, tell: Tell | None, done: int) -> None:
    if source.start is None:
        return
    left, rows, total = source.start[1], grid.rows, done + source.end[0] + 1
    for number, raws in enumerate(source.iter_rows(), 1):
        rows.append(cleaner.row(raws, left, number, grid.cleaned))
        if number > limits.rows:
            raise refusals.too_many_rows(limits.rows, grid.name)
        if tell and number % _TOLD_EVERY == 0:
            tell(done + number, total)


def _mark(grid: Grid, source: Any, found: Marks) -> None:
    """Put in what the library does not tell; a cell without a value may stand outside what it read."""
    grid.hidden_rows, grid.hidden_columns = found.hidden_rows, found.hidden_columns
    merged = source.merged_cell_ranges or []
    grid.merges = [(top + 1, left + 1, bottom + 1, right + 1) for (top, left), (bottom, right) in merged]
    if found.broken:
        height = max(row for row, _column in found.broken)
        width = max(grid.width, *(column for _row, column in found.broken))
        if width > grid.width:
            widen(grid.rows, width)
        grid.rows += [[None] * width for _ in range(height - len(grid.rows))]
    for (row, column), error in found.broken.items():
        grid.rows[row - 1][column - 1] = error


def _trim(grid: Grid) -> None:
    """Leave out blank rows before and after the values."""
    rows = grid.rows
    while rows and not any(cell is not None for cell in rows[-1]):
        rows.pop()
    blank = next((index for index, row in enumerate(rows) if any(cell is not None for cell in row)), 0)
    del rows[:blank]
    grid.first_row = blank + 1
