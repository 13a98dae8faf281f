"""Texts that people type: trimmed, not too long, without characters that nobody can see."""

from __future__ import annotations

import unicodedata

from liangcao.foundation.kernel.errors import Invalid

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


def _is_unseen(character: str) -> bool:
    return character in _TURNING or (unicodedata.category(character) in ("Cc", "Cs") and character not in "\t\n\r")
