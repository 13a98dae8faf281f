"""Quantities are integers of the item's base unit, from 1 to 999,999,999."""

from __future__ import annotations

from liangcao.foundation.kernel.errors import Invalid

QUANTITY_MAX = 999_999_999


def check_quantity(value: object, *, field: str = "quantity", row: int | None = None, least: int = 1) -> int:
    """Return `value` if it is an int from `least` to 999,999,999; raise `Invalid` QUANTITY_INVALID otherwise.

    Booleans, floats and text are refused even when they look like a number: the edge converts, the core does not guess.
    """
    if type(value) is int and least <= value <= QUANTITY_MAX:
        return value
    at_zh, at_en = (f"第 {row} 行", f"row {row}: ") if row else ("", "")
    shown = str(value)[:40]
    raise Invalid(
        "QUANTITY_INVALID",
        f"{at_zh}数量须为 {least}–{QUANTITY_MAX:,} 的整数(按基本单位),收到的是 {shown}",
        f"{at_en}the quantity must be a whole number from {least} to {QUANTITY_MAX:,} in the base unit, got {shown}",
        field=field,
        row=row,
    )


def check_quantity_or_zero(value: object, *, field: str = "quantity", row: int | None = None) -> int:
    """Like `check_quantity`, but 0 is allowed (stock on hand, damaged pieces)."""
    return check_quantity(value, field=field, row=row, least=0)


# What a person can still read before he signs. Documents that the system makes (a plan's reservation, the opening
# stock, a count) have as many lines as they need.
LINES_BY_HAND_MOST = 2_000


def check_lines_by_hand(count: int, *, field: str = "lines") -> None:
    """A document that is filled in by hand has at most 2,000 lines. Raises Invalid LINES_TOO_MANY."""
    if count > LINES_BY_HAND_MOST:
        raise too_many_lines(count, LINES_BY_HAND_MOST, field=field)


def too_many_lines(count: int, most: int, *, field: str = "lines") -> Invalid:
    """What somebody is told who sends more lines than one document may have."""
    return Invalid(
        "LINES_TOO_MANY",
        f"一张单据最多 {most:,} 行,收到 {count:,} 行,请分成几张",
        f"A document has at most {most:,} lines, got {count:,}: make several of it",
        field=field,
    )


def no_lines(*, field: str = "lines") -> Invalid:
    """What somebody is told who sends a document without any line."""
    return Invalid("LINES_EMPTY", "单据至少要有 1 行", "A document needs at least one line", field=field)


# English words for units that do not change with the number.
_UNCOUNTED = frozenset({"kg", "g", "mg", "l", "ml", "m", "cm", "mm", "km"})


def unit_in_english(unit: str, count: int | None) -> str:
    """The unit as it stands after a number: 1 piece, 5 pieces, 5 boxes, 5 kg. What is no English word stays."""
    if count is None or abs(count) == 1 or not (unit.isascii() and unit.isalpha()) or unit.lower() in _UNCOUNTED:
        return unit
    if unit.endswith(("ss", "x", "z", "ch", "sh")):
        return f"{unit}es"
    if unit.endswith("s"):
        return unit
    if unit.endswith("y") and unit[-2:-1] not in "aeiou":
        return f"{unit[:-1]}ies"
    return f"{unit}s"


def check_between(value: int, least: int, most: int, *, field: str, zh: str, en: str, row: int | None = None) -> None:
    """Raise Invalid NUMBER_INVALID for a number outside least–most."""
    if least <= value <= most:
        return
    at_zh, at_en = (f"第 {row} 行:", f"Row {row}: ") if row else ("", "")
    raise Invalid(
        "NUMBER_INVALID",
        f"{at_zh}{zh}应在 {least:,} 到 {most:,} 之间",
        f"{at_en}{en} must lie between {least:,} and {most:,}",
        field=field,
        row=row,
    )
