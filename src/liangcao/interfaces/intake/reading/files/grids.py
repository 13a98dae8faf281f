"""What a file becomes: sheets as grids of plain values, with everything a program that shows the file would hide."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from liangcao.foundation.kernel.errors import Invalid

# Codes of cells that hold no value.
FORMULA_WITHOUT_VALUE, ERROR_VALUE, CONTROL_CHARACTER = "FORMULA_WITHOUT_VALUE", "ERROR_VALUE", "CONTROL_CHARACTER"
# Codes of notices.
FILE_KIND_DIFFERS, ENCODING_GUESSED = "FILE_KIND_DIFFERS", "ENCODING_GUESSED"

# Told (rows read, rows in all or 0 where nobody knows yet); it may raise to end the reading.
Tell = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Limits:
    """What a file may cost. Rows and columns are those of one sheet, cells those of the whole file."""

    file_bytes: int = 30 << 20
    unpacked_bytes: int = 100 << 20
    ratio: int = 100
    # Below this size a high ratio is only a small sheet of equal rows.
    ratio_from_bytes: int = 10 << 20
    members: int = 5_000
    sheets: int = 200
    rows: int = 200_000
    columns: int = 702
    cells: int = 6_000_000


@dataclass(frozen=True, slots=True)
class CellError:
    """A cell without a usable value. `text`: the error as the sheet shows it, or the sign as U+202E."""

    code: str
    text: str = ""

    def refusal(self, *, sheet: str, row: int, column: int) -> Invalid:
        """The refusal of this cell; row and column from 1."""
        place = f"{letters_of(column)}{row}"
        zh, en = _SENTENCES[self.code]
        return Invalid(
            self.code,
            zh.format(place=place, text=self.text),
            en.format(place=place, text=self.text),
            sheet=sheet or None,
            row=row,
            column=letters_of(column),
        )


_SENTENCES = {
    FORMULA_WITHOUT_VALUE: (
        "{place} 是公式且无结果,请粘贴为数值",
        "{place} is a formula without a result: paste it as a value",
    ),
    ERROR_VALUE: (
        "{place} 为错误值 {text},请改正后重新上传",
        "{place} holds the error {text}: correct it and send the file again",
    ),
    CONTROL_CHARACTER: (
        "{place} 含不可见的控制字符({text}),请删去后重填",
        "{place} holds an invisible control character ({text}): delete it and type the text again",
    ),
}

Cell = str | int | Decimal | bool | dt.date | dt.datetime | CellError | None


@dataclass(frozen=True, slots=True)
class Notice:
    """What a person should know about a file that was read all the same."""

    code: str
    zh: str
    en: str


@dataclass(slots=True)
class Grid:
    """One sheet. Row and column numbers are the sheet's own, from 1; `rows[0]` is the row `first_row`, each row begins
    in column A and all are equally long. Blank rows before and after the values are left out.

    `merges`: (top, left, bottom, right). `hidden_rows`: also those that a filter hides. `cleaned`: cells from which
    blanks or signs that nobody sees were taken. `broken`: cells that hold a `CellError`.
    """

    name: str
    rows: list[list[Cell]] = field(default_factory=list)
    first_row: int = 1
    is_hidden: bool = False
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    cleaned: set[tuple[int, int]] = field(default_factory=set)
    broken: dict[tuple[int, int], CellError] = field(default_factory=dict)

    @property
    def width(self) -> int:
        """How many columns each row has."""
        return len(self.rows[0]) if self.rows else 0

    def cell(self, row: int, column: int) -> Cell:
        """The value at the sheet's own row and column, from 1; None outside."""
        index = row - self.first_row
        if 0 <= index < len(self.rows) and 0 < column <= self.width:
            return self.rows[index][column - 1]
        return None


@dataclass(frozen=True, slots=True)
class Workbook:
    """A file that was read: its sheets with values or without, in order. `kind` is what the content is: "xlsx", "xls",
    "csv" or "paste". `encoding` of a text file: "utf-8", "gb18030", "utf-16"."""

    sheets: list[Grid]
    kind: str
    notices: tuple[Notice, ...] = ()
    encoding: str | None = None


def widen(rows: list[list[Cell]], width: int) -> None:
    """Fill up each row to the same width."""
    for row in rows:
        row.extend([None] * (width - len(row)))


def letters_of(column: int) -> str:
    """The letters of a column from 1: A, Z, AA."""
    letters = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def number_of(letters: bytes) -> int:
    """The column from 1 of its letters as a sheet writes them."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
