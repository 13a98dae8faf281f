"""What the cell of a quantity says: a number with what is wrong with it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from liangcao.interfaces.intake.reading.lines import CONFIRM, GOOD, STOCK, WRONG
from liangcao.interfaces.intake.reading.numbers import plain, read_number
from liangcao.interfaces.intake.reading.quantities import read_quantity
from liangcao.interfaces.intake.reading.tables.cells import error_of, is_error, text_of

MOST = 999_999_999
_LONGEST = 60
# Units of which a part may be meant.
_DIVISIBLE = frozenset(
    [
        "吨",
        "t",
        "T",
        "kg",
        "KG",
        "Kg",
        "千克",
        "公斤",
        "斤",
        "市斤",
        "克",
        "g",
        "升",
        "L",
        "l",
        "公升",
        "毫升",
        "ml",
        "ML",
        "mL",
        "米",
        "m",
        "平方米",
        "平米",
        "立方米",
        "立方",
        "方",
        "元",
        "万元",
        "亩",
    ]
)
_MANY = re.compile(
    r"^(?:若干|大量|许多|不限|越多越好|多多益善|尽量多|尽可能多|一批|数量不限|待定|不详|未知|不明|[-—–/\\?？·.、~]+|n/?a|无法统计|见.{0,6})$",
    re.IGNORECASE,
)
_NEEDED = re.compile(r"^(?:√|✓|✔|☑|是|有|要|需|需要|急需|急缺|紧缺|缺|y|yes|true|needed)$", re.IGNORECASE)
_NOT_NEEDED = re.compile(r"^(?:×|✗|✘|否|不需要|不需|不要|不缺|充足|足够|n|no|false|x)$", re.IGNORECASE)
_SIGNED = re.compile(r"^[-−]\s*[\d,.]+")
_GLUED = re.compile(r"^(\d+(?:\.\d+)?)\s*([\u4e00-\u9fff]{1,3})$")
_NAN = re.compile(r"^[+-]?(?:nan|inf(?:inity)?|\d+(?:\.\d+)?e[+-]?\d+)$", re.IGNORECASE)
_WORST = {GOOD: 0, CONFIRM: 1, WRONG: 2}


@dataclass(frozen=True, slots=True)
class Amount:
    """What a cell of a quantity says. `needed`: no amount, but that something is needed (True) or not (False)."""

    value: Decimal | None
    unit: str | None = None
    most: Decimal | None = None
    approx: bool = False
    per: str | None = None
    state: str = GOOD
    reasons: tuple[str, ...] = ()
    needed: bool | None = None

    @property
    def is_blank(self) -> bool:
        """Whether the cell says nothing at all."""
        return self.value is None and not self.reasons and self.needed is None


NOTHING = Amount(None)


def worse(one: str, other: str) -> str:
    """The worse of two states."""
    return one if _WORST[one] >= _WORST[other] else other


def amount_of(value: Any, flow: str, unit: str | None) -> Amount:
    """The amount of a cell for goods of that flow, in `unit` where the cell itself names none."""
    if type(value) is int:
        return _of_integer(value, flow, unit)
    if value is None or value == "":
        return NOTHING
    if isinstance(value, str):
        return _of_text(value, flow, unit)
    if isinstance(value, bool):
        return Amount(None, needed=value)
    if is_error(value):
        return Amount(None, state=WRONG, reasons=(error_of(value),))
    if isinstance(value, (float, Decimal, int)):
        return _of_decimal(Decimal(repr(value)) if isinstance(value, float) else Decimal(value), flow, unit)
    return Amount(None, state=WRONG, reasons=("QUANTITY_NOT_A_NUMBER",))


@lru_cache(maxsize=65536)
def _of_integer(value: int, flow: str, unit: str | None) -> Amount:
    return _ranged(Amount(Decimal(value)), flow, unit)


@lru_cache(maxsize=65536)
def _of_text(written: str, flow: str, unit: str | None) -> Amount:
    text = text_of(written)
    if not text:
        return NOTHING
    if text.isascii() and text.isdigit() and len(text) <= 20:
        return _ranged(Amount(Decimal(text)), flow, unit)
    whole = plain(text).strip()
    if _MANY.match(whole):
        return Amount(None, state=CONFIRM, reasons=("QUANTITY_MISSING",))
    if _NEEDED.match(whole):
        return Amount(None, needed=True)
    if _NOT_NEEDED.match(whole):
        return Amount(None, needed=False)
    if whole[:1] == "#" and whole[1:2].isalpha():
        return Amount(None, state=WRONG, reasons=("CELL_ERROR",))
    if len(whole) > _LONGEST:
        return Amount(None, state=WRONG, reasons=("QUANTITY_NOT_A_NUMBER",))
    return _ranged(_parsed(whole), flow, unit)


def _parsed(whole: str) -> Amount:
    if _NAN.match(whole):
        try:
            return _finite(Decimal(whole))
        except InvalidOperation:
            return Amount(None, state=WRONG, reasons=("QUANTITY_NOT_A_NUMBER",))
    if _SIGNED.match(whole):
        inner = _parsed(whole[1:].strip())
        return inner if inner.value is None else replace(inner, value=-inner.value)
    found = read_quantity(whole)
    if found is not None:
        return Amount(found.value, found.unit, found.most, found.approx, found.per)
    number = read_number(whole)
    if number is not None:
        return Amount(number.value, None, number.most, number.approx)
    glued = _GLUED.match(whole)
    if glued:
        return Amount(Decimal(glued[1]), glued[2])
    behind = re.match(r"^([\u4e00-\u9fff]{1,2})[:\s]*(\d+(?:\.\d+)?)$", whole)
    if behind and behind[1] in _COUNTED:
        return Amount(Decimal(behind[2]), behind[1])
    return Amount(None, state=WRONG, reasons=("QUANTITY_NOT_A_NUMBER",))


_COUNTED = frozenset("箱件盒包袋只个套副双支瓶桶台")


def _finite(value: Decimal) -> Amount:
    if not value.is_finite():
        return Amount(None, state=WRONG, reasons=("QUANTITY_NOT_A_NUMBER",))
    if abs(value.adjusted()) > 20:
        return Amount(
            None, state=WRONG, reasons=("QUANTITY_TOO_LARGE" if value.adjusted() > 0 else "QUANTITY_NOT_WHOLE",)
        )
    return Amount(value)


def _of_decimal(value: Decimal, flow: str, unit: str | None) -> Amount:
    return _ranged(_finite(value), flow, unit)


def _ranged(amount: Amount, flow: str, unit: str | None) -> Amount:
    """The amount with what is wrong with its number: nothing, less, too much, a part of a piece."""
    value, reasons, state = amount.value, list(amount.reasons), amount.state
    if value is None:
        return amount
    if amount.approx or amount.most is not None:
        reasons.append("QUANTITY_APPROXIMATE")
        state = worse(state, CONFIRM)
    if value < 0:
        reasons.append("QUANTITY_NEGATIVE")
        state = WRONG
    elif value == 0 and flow != STOCK:
        reasons.append("QUANTITY_ZERO")
        state = WRONG
    elif value > MOST:
        reasons.append("QUANTITY_TOO_LARGE")
        state = WRONG
        if value.adjusted() > 20:
            value = None
    elif value != value.to_integral_value() and (amount.unit or unit) not in _DIVISIBLE:
        reasons.append("QUANTITY_NOT_WHOLE")
        state = worse(state, CONFIRM)
    return replace(amount, value=value, reasons=tuple(reasons), state=state) if reasons else amount
