"""Dates as sheets hold them: cells of a date, serial numbers, 20200203, 2020.2.3, 2月3日, 截至28日."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from liangcao.interfaces.intake.reading.numbers import plain
from liangcao.interfaces.intake.reading.tables.cells import text_of

_EPOCH = date(1899, 12, 30)
# Serial numbers from 2000 to 2099.
_SERIALS = range(36526, 73051)
_FULL = re.compile(r"(?<!\d)((?:19|20)\d\d)\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?![\d.])")
_PACKED = re.compile(r"(?<!\d)((?:19|20)\d\d)([01]\d)([0-3]\d)(?!\d)")
_TIME = re.compile(
    r"[T\s]+\d{1,2}(?:[:时点]\d{0,2}){1,2}(?:[:分]\d{0,2})?(?:\.\d+)?秒?(?:\s*[AaPp][Mm]|Z|[+-]\d\d:?\d\d)?$"
)
_MONTH_DAY = re.compile(r"^(\d{1,2})\s*月\s*(\d{1,2})\s*[日号]$")
_LAST = re.compile(r"^(\d{1,2})/(\d{1,2})/((?:19|20)\d\d)$")


@dataclass(frozen=True, slots=True)
class Day:
    """A date as ISO, or as written with the code of what is wrong with it."""

    text: str | None
    reason: str | None = None


NO_DAY = Day(None)
UNCLEAR, IMPOSSIBLE = "DATE_UNCLEAR", "DATE_IMPOSSIBLE"


def day_of(value: Any, year: int | None = None) -> Day:
    """The date of a cell. `year`: that of the sheet, where one is said, for days without a year."""
    if isinstance(value, datetime):
        return Day(value.date().isoformat())
    if isinstance(value, date):
        return Day(value.isoformat())
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        return _of_number(value)
    written = text_of(value)
    return _of_text(written, year) if written else NO_DAY


def days_in(text: str) -> list[Day]:
    """The full dates inside a text."""
    shown = plain(text)
    return [_matched(match, match.group()) for match in (*_FULL.finditer(shown), *_PACKED.finditer(shown))]


def is_day(value: Any) -> bool:
    """Whether a cell is a date and nothing else: a date, a serial number, 2020-01-30, 1月30日, (1月31日)."""
    if isinstance(value, (date, datetime)):
        return True
    if isinstance(value, str):
        written = plain(text_of(value)).strip("()[] ")
        if written.isdigit() and len(written) == 5:
            return int(written) in _SERIALS
        if _MONTH_DAY.match(written):
            return True
        return bool(written) and len(written) <= 20 and day_of(written).reason is None
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        return day_of(value).reason is None
    return False


def _of_number(value: int | float | Decimal) -> Day:
    written = text_of(value)
    try:
        whole = int(value)
    except (ValueError, OverflowError):
        return Day(written, IMPOSSIBLE)
    if whole in _SERIALS:
        return Day((_EPOCH + timedelta(days=whole)).isoformat())
    packed = _PACKED.fullmatch(written)
    if packed:
        return _matched(packed, written)
    return Day(written, UNCLEAR)


def _of_text(written: str, year: int | None) -> Day:
    whole = _TIME.sub("", plain(written).strip())
    for pattern in (_FULL, _PACKED):
        match = pattern.fullmatch(whole)
        if match:
            return _matched(match, written)
    if whole.isdigit() and len(whole) == 5 and int(whole) in _SERIALS:
        return _of_number(int(whole))
    month_day = _MONTH_DAY.match(whole.strip("()"))
    if month_day:
        month, day = map(int, month_day.groups())
        made = _made(year or 2000, month, day, written)
        return made if year or made.reason else Day(written, UNCLEAR)
    last = _LAST.match(whole)
    if last:
        first, second, full = map(int, last.groups())
        if first > 12 or second > 12 or first == second:
            month, day = (second, first) if first > 12 else (first, second)
            return _made(full, month, day, written)
    return Day(written, UNCLEAR)


def _matched(match: re.Match[str], written: str) -> Day:
    year, month, day = map(int, match.groups())
    return _made(year, month, day, written)


def _made(year: int, month: int, day: int, written: str) -> Day:
    try:
        return Day(date(year, month, day).isoformat())
    except ValueError:
        return Day(written, IMPOSSIBLE)
