"""Numbers of blank paper forms: the letter of their kind, the day, chance, and a sign that checks the rest. No table
keeps them: a form that was never filled in leaves nothing behind."""

from __future__ import annotations

import re
import secrets
from datetime import date

from liangcao.foundation.kernel.errors import Invalid

KINDS = {"S": "requisition", "J": "gift", "R": "receipt", "Y": "emergency"}
LETTERS = {kind: letter for letter, kind in KINDS.items()}
# No 0, O, 1, I and U: read aloud and written by hand they are taken for others. Thirty-one is a prime, so that one
# wrong sign and two that changed places are always found.
SIGNS = "23456789ABCDEFGHJKLMNPQRSTVWXYZ"
_CHANCE = 5
_NUMBER = re.compile(rf"ZD([SJRY])([0-9]{{6}})-([{SIGNS}]{{{_CHANCE}}})([{SIGNS}])")


def new_number(kind: str, day: date) -> str:
    """A number nobody has had: `ZDS200203-7KQ4MX`. `kind`: one of LETTERS."""
    chance = "".join(secrets.choice(SIGNS) for _ in range(_CHANCE))
    head = f"ZD{LETTERS[kind]}{day:%y%m%d}"
    return f"{head}-{chance}{_check_sign(head + chance)}"


def read_number(text: str) -> tuple[str, str]:
    """The number as printed, and the kind of its form. Raises Invalid PAPER_NUMBER_INVALID."""
    wide = text.strip().upper().replace(" ", "").replace("\u2014", "-").replace("\uff0d", "-")
    found = _NUMBER.fullmatch(wide)
    if found is None or _check_sign(wide[: -_CHANCE - 2] + found[3]) != found[4]:
        raise Invalid(
            "PAPER_NUMBER_INVALID",
            f"“{text[:30]}”不是纸单编号,请照纸上右上角核对(如 ZDS200203-7KQ4MX)",
            f'"{text[:30]}" is no number of a paper form; compare it with the top right of the paper',
            field="number",
        )
    return wide, KINDS[found[1]]


def _check_sign(text: str) -> str:
    """A sum with weights modulo thirty-one."""
    values = (SIGNS.find(sign) if sign in SIGNS else ord(sign) for sign in text)
    return SIGNS[sum(place * value for place, value in enumerate(values, start=2)) % len(SIGNS)]
