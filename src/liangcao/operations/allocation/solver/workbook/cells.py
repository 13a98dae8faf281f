"""One cell as people really fill it: full-width digits, thousands separators, numbers as text, invisible signs."""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from functools import lru_cache

Cell = str | float | int | bool | dt.date | dt.datetime | dt.time | dt.timedelta | None

TEXT_MAX = 500
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad\u180e"))
# Seen by nobody, or taken for a plain blank: a code with one of them is another code.
_HIDDEN = frozenset(map(chr, _INVISIBLE)) | {"\u00a0"}
_BREAKS = str.maketrans("\t\r\n\u2028\u2029", "     ")
_REORDERING = set("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_WHOLE = re.compile(r"[+-]?\d+(\.0*)?")
_GROUPED = re.compile(r"[+-]?\d{1,3}([, ]\d{3})+(\.0*)?")
_DECIMAL = re.compile(r"[+-]?\d*\.\d+")
_ABOUT = re.compile(r"[约近超~≈>≥<≤]|左右|多|余|来")
_DATE = re.compile(
    r"(\d{4})(?:[-/.](\d{1,2})[-/.](\d{1,2})|年(\d{1,2})月(\d{1,2})日?|(\d{2})(\d{2}))(?: 00:00(?::00)?)?"
)


class CellProblem(Exception):
    """A cell that cannot be read. `zh` and `en` say what is wrong and what to do; the caller knows where."""

    def __init__(self, code: str, zh: str, en: str) -> None:
        super().__init__(code)
        self.code, self.zh, self.en = code, zh, en


def text_of(cell: Cell) -> str:
    """The text of a cell without invisible characters and outer blanks; "" for an empty cell.

    Raises `CellProblem` for control characters, for text over 500 characters, and for a number that lost its last
    digits.
    """
    if cell is None:
        return ""
    if isinstance(cell, float):
        if abs(cell) >= 1e15:
            raise CellProblem(
                "NUMBER_CUT",
                f"{cell:.5E} 已被表格软件截断,请把单元格设为文本后重填",
                f"{cell:.5E} has lost its last digits: format the cell as text and type it again",
            )
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, dt.datetime) and cell.time() == dt.time():
        cell = cell.date()
    text = str(cell).translate(_INVISIBLE).translate(_BREAKS).replace("\u00a0", " ").replace("\u3000", " ").strip()
    if not text.isprintable():
        _refuse_control_characters(text)
    if len(text) > TEXT_MAX:
        raise CellProblem("TEXT_TOO_LONG", f"超过 {TEXT_MAX} 字", f"longer than {TEXT_MAX} characters")
    return text


def has_hidden_signs(cell: Cell) -> bool:
    """Whether `text_of` takes signs off this cell that nobody sees: no-break spaces, zero-width signs, a BOM."""
    return isinstance(cell, str) and not _HIDDEN.isdisjoint(cell)


def _refuse_control_characters(text: str) -> None:
    for place, sign in enumerate(text, start=1):
        if sign in _REORDERING or unicodedata.category(sign) in {"Cc", "Cs"}:
            raise CellProblem(
                "CONTROL_CHARACTER",
                f"第 {place} 个字符是不可见的控制字符,请删去",
                f"character {place} is an invisible control character: delete it",
            )


@lru_cache(maxsize=65536)
def name_key(text: str) -> str:
    """What makes two spellings one name: width, letter case and blanks do not count."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def whole_number(cell: Cell) -> int | None:
    """The whole number in a cell, None for an empty one. Raises `CellProblem` for anything that is not exactly that."""
    if isinstance(cell, bool | dt.date | dt.time | dt.timedelta):
        raise _not_a_number(str(cell))
    if isinstance(cell, float | int):
        if isinstance(cell, float) and not math.isfinite(cell):
            raise _not_a_number(str(cell))
        if cell != int(cell):
            raise _fraction(str(cell), float(cell))
        return int(cell)
    text = unicodedata.normalize("NFKC", text_of(cell)).strip().replace("−", "-")
    if not text:
        return None
    if _GROUPED.fullmatch(text):
        text = text.replace(",", "").replace(" ", "")
    if _WHOLE.fullmatch(text):
        return int(text.partition(".")[0])
    if _DECIMAL.fullmatch(text):
        raise _fraction(text, float(text))
    if _ABOUT.search(text) and any(sign.isdigit() for sign in text):
        raise CellProblem(
            "NUMBER_APPROXIMATE",
            f"“{text[:40]}”是约数,请核实后填整数;不知道就留空",
            f"{text[:40]!r} is approximate: ask and write a whole number, or leave the cell empty if unknown",
        )
    raise _not_a_number(text)


def _not_a_number(text: str) -> CellProblem:
    return CellProblem(
        "NOT_A_NUMBER",
        f"“{text[:40]}”不是整数,请只填数字;没有或不知道就留空",
        f"{text[:40]!r} is not a whole number: write digits only, or leave the cell empty if there is none",
    )


def _fraction(text: str, value: float) -> CellProblem:
    hint_zh, hint_en = (f",是否为 {round(value)}", f", did you mean {round(value)}") if abs(value) < 1e15 else ("", "")
    return CellProblem(
        "NUMBER_FRACTION",
        f"{text[:40]} 不是整数{hint_zh}?数量按基本单位填整数",
        f"{text[:40]} is not whole{hint_en}? Quantities are whole numbers of the base unit",
    )


def date_of(cell: Cell) -> dt.date | None:
    """The day in a cell, None for an empty one. Raises `CellProblem` for a day that does not exist or is ambiguous."""
    if isinstance(cell, dt.datetime):
        return cell.date()
    if isinstance(cell, dt.date):
        return cell
    text = unicodedata.normalize("NFKC", text_of(cell))
    if not text:
        return None
    found = _DATE.fullmatch(text)
    if found:
        year, *rest = (int(part) for part in found.groups() if part)
        try:
            return dt.date(year, *rest)
        except ValueError:
            found = None
    raise CellProblem(
        "DATE_INVALID",
        f"“{text[:40]}”不是存在且明确的日期,请写成 2026-03-01",
        f"{text[:40]!r} is not one existing day: write it as 2026-03-01",
    )
