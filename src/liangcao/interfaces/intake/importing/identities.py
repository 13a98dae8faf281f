"""Numbers of identity cards in what people send: nothing of them is kept beside the original."""

from __future__ import annotations

import re
from typing import Any

from stdnum.cn import ric

_LIKE = re.compile(r"(?<![0-9A-Za-z])\d{17}[0-9Xx](?![0-9A-Za-z])")
# A credit code may look like one.
_KEPT = ("credit_code",)


def has_like(text: str) -> bool:
    """Whether a text holds what may be such a number: a quick look."""
    return _LIKE.search(text) is not None


def masked(text: str) -> str:
    """The text with every number of an identity card masked: 110***********1234."""
    return _LIKE.sub(_masked, text)


def masked_values(values: dict[str, str]) -> dict[str, str]:
    """The values of a row, masked."""
    return {key: value if key in _KEPT else masked(value) for key, value in values.items()}


def masked_all(held: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What was said of rows, masked."""
    return [{key: masked(value) if isinstance(value, str) else value for key, value in each.items()} for each in held]


def _masked(match: re.Match[str]) -> str:
    number = match.group().upper()
    # Not `is_valid`: divisions that were merged away since are none for it, and their people's numbers stay numbers.
    is_one = (
        ric.calc_check_digit(number) == number[17] and 1 <= int(number[10:12]) <= 12 and 1 <= int(number[12:14]) <= 31
    )
    return f"{number[:3]}{'*' * 11}{number[14:]}" if is_one else match.group()
