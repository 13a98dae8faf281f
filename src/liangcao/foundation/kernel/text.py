"""Texts that people type: trimmed, not too long, without characters that nobody can see."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from liangcao.foundation.kernel.errors import Invalid, Refusal, collected, raise_all

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
# Every number of 18 digits fits the databases' 64 bits.
_DIGITS_MOST = 18
# Characters that turn the direction of writing: they make a name read otherwise than it is stored.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def check_text(
    value: object, *, field: str, zh: str, en: str, longest: int, is_required: bool = False, row: int | None = None
) -> str:
    """Return the trimmed text. `zh` and `en` name the field for the reader.

    Raises Invalid REQUIRED, TEXT_TOO_LONG, TEXT_INVALID (control characters other than tab and line end, lone
    surrogates).
    """
    at_zh, at_en = (f"第 {row} 行:", f"row {row}: ") if row else ("", "")
    if not isinstance(value, str):
        raise Invalid("TEXT_INVALID", f"{at_zh}{zh}须为文字", f"{at_en}{en} must be text", field=field, row=row)
    text = value.strip()
    if is_required and not text:
        raise Invalid("REQUIRED", f"{at_zh}请填写{zh}", f"{at_en}give the {en}", field=field, row=row)
    if len(text) > longest:
        raise Invalid(
            "TEXT_TOO_LONG",
            f"{at_zh}{zh}有 {len(text)} 字,超过 {longest} 字,请缩短",
            f"{at_en}the {en} has {len(text)} characters, at most {longest} fit",
            field=field,
            row=row,
        )
    place = next((n for n, character in enumerate(text, 1) if _is_unseen(character)), None)
    if place is not None:
        raise Invalid(
            "TEXT_INVALID",
            f"{at_zh}{zh}第 {place} 个字符是不可见的控制字符,请删除",
            f"{at_en}character {place} of the {en} is an invisible control character; delete it",
            field=field,
            row=row,
        )
    return text


def check_required(
    value: str,
    *,
    code: str,
    field: str,
    zh: str,
    en: str,
    longest: int = 200,
    name: tuple[str, str] = ("内容", "text"),
    row: int | None = None,
) -> str:
    """The trimmed text of an act that cannot do without it: the refusal of an empty one has its own code and words.

    Raises Invalid `code`, and as `check_text` under `name`.
    """
    if not value.strip():
        raise Invalid(code, zh, en, field=field, row=row)
    return check_text(value, field=field, zh=name[0], en=name[1], longest=longest, row=row)


def check_reason(reason: str, *, what_zh: str, what_en: str, row: int | None = None) -> str:
    """The reason of an act, at most 200 characters. Raises Invalid REASON_MISSING, and as `check_text`."""
    return check_required(
        reason,
        code="REASON_MISSING",
        field="reason",
        zh=f"{what_zh}须填写原因",
        en=f"{what_en} needs a reason",
        name=("原因", "reason"),
        row=row,
    )


@dataclass(frozen=True)
class TextRule:
    """What a text field is called, how long it may be, and whether it must be there."""

    zh: str
    en: str
    longest: int
    is_required: bool = False


def check_texts(rules: Mapping[str, TextRule], given: Mapping[str, str]) -> dict[str, str]:
    """The trimmed texts of `given`, each by the rule of its name. Raises as `check_text`, all problems at once."""
    checked, problems = {}, list[Refusal]()
    for field, value in given.items():
        rule = rules[field]
        with collected(problems):
            checked[field] = check_text(
                value, field=field, zh=rule.zh, en=rule.en, longest=rule.longest, is_required=rule.is_required
            )
    raise_all(problems)
    return checked


def is_whole_number(text: str) -> bool:
    """Whether a text is digits 0–9 alone, and no more of them than a database holds. `str.isdigit` lets "²" through,
    which `int` cannot read."""
    return text.isascii() and text.isdigit() and len(text) <= _DIGITS_MOST


def check_characters(value: object, *, field: str | None = None) -> None:
    """Look through everything that came in by a door: texts, lists and mappings of them, their keys.

    Raises Invalid CONTROL_CHARACTER for NUL and the other control characters except tab and line end, and for lone
    surrogates: no text has them, and not every database or answer can hold them.
    """
    waiting: list[tuple[object, str | None, int | None]] = [(value, field, None)]
    while waiting:
        held, name, row = waiting.pop()
        if isinstance(held, str) and _CONTROL.search(held):
            raise _control_character(name, row)
        if isinstance(held, Mapping):
            for key, inner in held.items():
                shown = _CONTROL.sub("?", str(key))[:60]
                waiting += [(inner, shown, row), (str(key), shown, row)]
        elif isinstance(held, (list, tuple)):
            waiting += [(inner, name, number) for number, inner in enumerate(held, start=1)]


def _control_character(field: str | None, row: int | None) -> Invalid:
    at_zh, at_en = (f"第 {row} 行", f"row {row}: ") if row else ("", "")
    shown_zh, shown_en = (f"字段 {field} ", f"the field {field}") if field else ("请求", "the request")
    return Invalid(
        "CONTROL_CHARACTER",
        f"{at_zh}{shown_zh}中有不可见的控制字符,请删除后再提交",
        f"{at_en}{shown_en} has an invisible control character; delete it and send again",
        field=field,
        row=row,
    )


def _is_unseen(character: str) -> bool:
    return character in _TURNING or (unicodedata.category(character) in ("Cc", "Cs") and character not in "\t\n\r")
