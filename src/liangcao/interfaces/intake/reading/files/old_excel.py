"""An old workbook (.xls) before it is opened: its container walked, its records looked over once.

Layout by Microsoft's published descriptions [MS-CFB] and [MS-XLS]; only what is needed to refuse and to mark.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from liangcao.foundation.kernel.errors import Invalid
from liangcao.interfaces.intake.reading.files import refusals
from liangcao.interfaces.intake.reading.files.grids import ERROR_VALUE, CellError, Limits
from liangcao.interfaces.intake.reading.files.markup import Marks

_END_OF_CHAIN = 0xFFFFFFF0
_ENTRY = 128
_BOF, _EOF, _FILEPASS, _BOUNDSHEET, _SUPBOOK = 0x0809, 0x000A, 0x002F, 0x0085, 0x01AE
_ROW, _COLUMNS, _FORMULA, _BOOLERR, _MULTIPLE = 0x0208, 0x007D, 0x0006, 0x0205, 0x00BD
_MACROS = 0x00D3
_CELLS = frozenset({0x0006, 0x0203, 0x0204, 0x0205, 0x027E, 0x00FD, 0x00BD, 0x00D6})
_MACRO_SHEETS = (0x01, 0x06)
# A reference to the workbook itself, and one to the functions that are built in.
_OWN_BOOKS = (0x0401, 0x3A01)
_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
_COLUMNS_IN_FORMAT = 256


def look_over(content: bytes, limits: Limits) -> list[Marks]:
    """What the sheets hold beside their values, in their order. Raises Invalid for what must not be opened."""
    try:
        container = _Container(content)
        names = container.names
        if "EncryptedPackage" in names:
            raise refusals.encrypted()
        if "_VBA_PROJECT_CUR" in names or any(name.startswith("MBD") or name == "\x01Ole10Native" for name in names):
            raise refusals.active()
        book = next((name for name in ("Workbook", "Book", "WORKBOOK", "BOOK") if name in names), None)
        if book is None:
            raise _other_document(names)
        return _Scan(container.stream(book), limits).run()
    except (struct.error, IndexError, ValueError, OverflowError):
        raise refusals.damaged() from None


def _other_document(names: dict[str, tuple[int, int]]) -> Invalid:
    if "WordDocument" in names:
        return refusals.unknown_kind("Word 文档", "a Word document")
    if "PowerPoint Document" in names:
        return refusals.unknown_kind("PPT 文档", "a slide show")
    return refusals.unknown_kind()


class _Container:
    """The streams of a compound file: `names` → (first sector, size)."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._sector = 1 << struct.unpack_from("<H", content, 30)[0]
        if self._sector not in (512, 4096):
            raise refusals.damaged()
        first_directory, _, self._small_below = struct.unpack_from("<III", content, 48)
        first_small_table, _, first_more, _ = struct.unpack_from("<IIII", content, 60)
        self._table = self._allocation(first_more)
        directory = self._chain(first_directory)
        self._small = b""
        self.names: dict[str, tuple[int, int]] = {}
        for place in range(0, len(directory) - _ENTRY + 1, _ENTRY):
            length, kind = struct.unpack_from("<HB", directory, place + 64)
            if kind in (1, 2, 5) and 2 <= length <= 64:
                name = directory[place : place + length - 2].decode("utf-16-le", "replace")
                start, size = struct.unpack_from("<II", directory, place + 116)
                if kind == 5:
                    self._small = self._chain(start) if size else b""
                else:
                    self.names.setdefault(name, (start, size))
        small_table = self._chain(first_small_table)
        self._small_table = struct.unpack(f"<{len(small_table) // 4}I", small_table[: len(small_table) // 4 * 4])

    def _allocation(self, first_more: int) -> tuple[int, ...]:
        """The table that says which sector follows which."""
        sectors = [sector for sector in struct.unpack_from("<109I", self._content, 76) if sector < _END_OF_CHAIN]
        seen: set[int] = set()
        while first_more < _END_OF_CHAIN and first_more not in seen:
            seen.add(first_more)
            *more, first_more = struct.unpack(f"<{self._sector // 4}I", self._piece(first_more))
            sectors += [sector for sector in more if sector < _END_OF_CHAIN]
        table = b"".join(self._piece(sector) for sector in dict.fromkeys(sectors))
        return struct.unpack(f"<{len(table) // 4}I", table)

    def _piece(self, sector: int) -> bytes:
        start = (sector + 1) * self._sector
        piece = self._content[start : start + self._sector]
        if not piece:
            raise refusals.damaged()
        return piece.ljust(self._sector, b"\0")

    def _chain(self, sector: int) -> bytes:
        return b"".join(self._piece(each) for each in _walk(sector, self._table))

    def stream(self, name: str) -> bytes:
        """The content of a stream. Raises Invalid FILE_DAMAGED where it is cut off."""
        start, size = self.names[name]
        if size >= self._small_below:
            found = self._chain(start)
        else:
            found = b"".join(self._small[each * 64 : each * 64 + 64] for each in _walk(start, self._small_table))
        if len(found) < size:
            raise refusals.damaged()
        return found[:size]


def _walk(sector: int, table: tuple[int, ...]) -> Iterator[int]:
    """The sectors of a chain. Raises Invalid FILE_DAMAGED for one that goes in a circle."""
    left = len(table)
    while sector < _END_OF_CHAIN:
        yield sector
        left -= 1
        if left < 0:
            raise refusals.damaged()
        sector = table[sector]


def _records(stream: bytes) -> Iterator[tuple[int, int, int]]:
    """(place in the stream, kind, length) of each record."""
    place, end = 0, len(stream) - 4
    unpack = struct.Struct("<HH").unpack_from
    while place <= end:
        kind, length = unpack(stream, place)
        yield place, kind, length
        place += 4 + length


class _Scan:
    """One pass over the records of a workbook stream. `marks`: of its sheets, in their order."""

    def __init__(self, stream: bytes, limits: Limits) -> None:
        self._stream, self._limits = stream, limits
        self._sheets: dict[int, Marks] = {}
        # A chart stands inside its sheet as a book inside a book.
        self._open: list[Marks] = [Marks()]
        self._last = self._width = self._cells = 0

    def run(self) -> list[Marks]:
        """The marks of each sheet. Raises Invalid for macros, links, passwords and what is out of all measure."""
        stream = self._stream
        if struct.unpack_from("<H", stream)[0] != _BOF:
            # Workbooks older than Excel 5 begin otherwise.
            raise refusals.damaged()
        for place, kind, length in _records(stream):
            if kind in _CELLS:
                self._cell(place + 4, kind, length)
            elif kind == _ROW:
                row, options = struct.unpack_from("<H10xH", stream, place + 4)
                if options & 0x20:
                    self._open[-1].hidden_rows.add(row + 1)
            elif kind == _BOF:
                self._count()
                self._open.append(self._sheets.get(place, Marks()))
            elif kind == _EOF and len(self._open) > 1:
                self._open.pop()
            else:
                self._seldom(place + 4, kind, length)
        self._count()
        return list(self._sheets.values())

    def _count(self) -> None:
        self._cells += self._last * self._width
        self._last = self._width = 0
        if self._cells > self._limits.cells:
            raise refusals.too_many_cells(self._limits.cells)

    def _cell(self, data: int, kind: int, length: int) -> None:
        stream = self._stream
        row, column = struct.unpack_from("<HH", stream, data)
        error = None
        if kind == _MULTIPLE:
            final = struct.unpack_from("<H", stream, data + length - 2)[0]
            column = max(column, final)
        elif kind == _BOOLERR and stream[data + 7]:
            error = stream[data + 6]
        elif kind == _FORMULA and stream[data + 12 : data + 14] == b"\xff\xff" and stream[data + 6] == 2:
            error = stream[data + 8]
        if column >= _COLUMNS_IN_FORMAT:
            raise refusals.damaged()
        self._last, self._width = max(self._last, row + 1), max(self._width, column + 1)
        if error is not None:
            self._open[-1].broken[row + 1, column + 1] = CellError(ERROR_VALUE, _ERRORS.get(error, "#?"))

    def _seldom(self, data: int, kind: int, length: int) -> None:
        stream = self._stream
        if kind == _BOUNDSHEET:
            place, sheet_kind = struct.unpack_from("<IxB", stream, data)
            if sheet_kind in _MACRO_SHEETS:
                raise refusals.active()
            self._sheets[place] = Marks()
            if len(self._sheets) > self._limits.sheets:
                raise refusals.too_many_sheets(self._limits.sheets)
        elif kind == _COLUMNS:
            first, final, options = struct.unpack_from("<HH4xH", stream, data)
            if options & 1:
                columns = range(first + 1, min(final, _COLUMNS_IN_FORMAT - 1) + 2)
                self._open[-1].hidden_columns.update(columns)
        elif kind == _FILEPASS:
            raise refusals.encrypted()
        elif kind == _MACROS or (
            kind == _SUPBOOK and length >= 4 and struct.unpack_from("<2xH", stream, data)[0] not in _OWN_BOOKS
        ):
            raise refusals.active()
