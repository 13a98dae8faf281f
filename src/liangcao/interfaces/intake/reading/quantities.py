"""Quantities: a number with its unit, and whether it is a rate. Of a text, or of the one cell of a table."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from liangcao.interfaces.intake.reading import words
from liangcao.interfaces.intake.reading.numbers import Number, numbers, plain

_UNIT = re.compile(rf"\s?(?P<scale>[万亿])?(?P<unit>{words.pattern(words.UNITS)})")
_NOT_UNIT = re.compile(rf"\s?多?余?[万亿]?(?:{words.pattern(words.NOT_UNITS)})")
_HEAD = re.compile(words.pattern(words.HEADS))
_MORE = re.compile(r"(?:左右|以上|以下|以内|上下|多|余)")
_PER_AFTER = re.compile(r"\s*(?:[/每](?P<what>天|日|人|班)|(?:每|一)(?P<again>天|日|人))")
_PER_BEFORE = re.compile(
    r"(?P<day>每天|每日|一天|日均|日产|日产量|日产能|天天|日耗|日用|当日|单日)|(?P<person>每人|人均|每名|每位)"
)
_MONEY = frozenset(words.MONEY_UNITS)
_SCALED = {"万元": 10**4, "亿元": 10**8}


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit at `start`–`end` of the text. `most`: upper end of a range; `per`: "day" or "person"."""

    value: Decimal
    unit: str | None
    start: int
    end: int
    most: Decimal | None = None
    approx: bool = False
    per: str | None = None
    is_han: bool = False

    @property
    def is_money(self) -> bool:
        """Whether it is a sum of money."""
        return self.unit in _MONEY or (self.unit or "").endswith("元")


def quantities(text: str) -> Iterator[Quantity]:
    """The quantities of a text whose other numbers are blanked out (see `masks`). Those with a unit that counts no
    goods are left out."""
    for number in numbers(text):
        found = _quantity(text, number)
        if found is not None:
            yield found


def read_quantity(text: str) -> Quantity | None:
    """The quantity that the whole of a cell is: 198箱, 约500, 2万只, 1,200. None where it is something else."""
    whole = plain(text).strip()
    for number in numbers(whole):
        if number.start:
            return None
        found = _quantity(whole, number) or Quantity(number.value, None, 0, number.end, number.most, number.approx)
        return found if not whole[found.end :].strip() else None
    return None


def _quantity(text: str, number: Number) -> Quantity | None:
    if _NOT_UNIT.match(text, number.end) and not _is_goods_unit(text, number.end):
        return None
    match = _UNIT.match(text, number.end)
    if match is None:
        return None if number.is_han and number.value < 10 else _plainly(number)
    head = _HEAD.match(text, match.start("unit"))
    if head and head.end() > match.end() and match["scale"] is None:
        return _plainly(number)  # 500 面屏: no unit, but goods that begin like one.
    value, most, unit = number.value, number.most, match["unit"]
    for written, scale in _SCALED.items():
        if unit == written:
            value, most, unit = value * scale, most and most * scale, "元"
    end, approx = match.end(), number.approx
    more = _MORE.match(text, end)
    if more:
        end, approx = more.end(), True
    per = _PER_AFTER.match(text, end)
    if per:
        end = per.end()
    return Quantity(value, unit, number.start, end, most, approx, _per(per), number.is_han)


def _plainly(number: Number) -> Quantity:
    return Quantity(number.value, None, number.start, number.end, number.most, number.approx, None, number.is_han)


def _is_goods_unit(text: str, at: int) -> bool:
    """件套, 人份: units of goods that begin like one that counts no goods."""
    return bool(re.compile(r"\s?(?:人份|次性|层纱|点心)").match(text, at))


def _per(match: re.Match[str] | None) -> str | None:
    if match is None:
        return None
    return "person" if (match["what"] or match["again"]) == "人" else "day"


def per_before(text: str) -> str | None:
    """The rate that the words before a quantity make of it: 每天, 日产, 人均."""
    found = None
    for match in _PER_BEFORE.finditer(text):
        found = "day" if match["day"] else "person"
    return found
