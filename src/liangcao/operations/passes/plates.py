"""Number plates of mainland China: written as people write them, kept in one form, and in plain letters in a code."""

from __future__ import annotations

import re
import unicodedata

from liangcao.foundation.kernel.errors import Invalid

# The province's sign → its code of GB/T 2260: a QR of plain letters is small, and every reader reads it alike.
PROVINCES = {
    "京": "11", "津": "12", "冀": "13", "晋": "14", "蒙": "15", "辽": "21", "吉": "22", "黑": "23", "沪": "31",
    "苏": "32", "浙": "33", "皖": "34", "闽": "35", "赣": "36", "鲁": "37", "豫": "41", "鄂": "42", "湘": "43",
    "粤": "44", "桂": "45", "琼": "46", "渝": "50", "川": "51", "贵": "52", "云": "53", "藏": "54", "陕": "61",
    "甘": "62", "青": "63", "宁": "64", "新": "65",
}  # fmt: skip
# Signs at the end: trailer, police, training.
ENDS = {"挂": "g", "警": "j", "学": "x"}
_SIGN = "[A-HJ-NP-Z0-9]"
# Five signs or four with a sign of use; new-energy cars have six: a small one D or F before, a large one behind.
_PLATE = re.compile(
    f"[{''.join(PROVINCES)}][A-HJ-NP-Z]"
    f"(?:{_SIGN}{{5}}|{_SIGN}{{4}}[{''.join(ENDS)}]|[A-HJK]{_SIGN}[0-9]{{4}}|[0-9]{{5}}[A-HJK])"
)


def read_plate(text: str, *, row: int | None = None) -> str:
    """The plate without blanks and dots, in capitals. Raises Invalid PLATE_INVALID."""
    plate = re.sub(r"[\s·・•.\-]", "", unicodedata.normalize("NFKC", text)).upper()
    if not _PLATE.fullmatch(plate):
        at_zh, at_en = (f"第 {row} 行:", f"Row {row}: ") if row else ("", "")
        raise Invalid(
            "PLATE_INVALID",
            f"{at_zh}“{text[:20]}”不是车牌号。应为省份简称、一个字母和 5 位(新能源 6 位)字母数字,如 鄂A12345、鄂AD12345;没有字母 I 和 O",
            f'{at_en}"{text[:20]}" is no number plate: the sign of the province, a letter and 5 letters or digits '
            "(6 for new-energy cars), such as 鄂A12345 or 鄂AD12345; never I or O",
            field="plate",
            row=row,
        )
    return plate


def plain_plate(plate: str) -> str:
    """The plate in plain letters: 鄂A12345 is 42A12345."""
    return PROVINCES[plate[0]] + "".join(ENDS.get(sign, sign) for sign in plate[1:])
