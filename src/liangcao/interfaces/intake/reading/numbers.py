"""Numbers as people write them: 2万, 六万, 1.6万, 两千五, １，２００, 500-1000, 五六百, 200多万, 近三千, 5w.

Positions are those of the text as written: `plain` changes full-width characters one for one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

_DIGITS = {character: value for value, character in enumerate("〇一二三四五六七八九")} | {
    "零": 0, "两": 2, "俩": 2, "壹": 1, "贰": 2, "叁": 3, "肆": 4, "伍": 5, "陆": 6, "柒": 7, "捌": 8, "玖": 9,
}  # fmt: skip
_SMALL = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_LARGE = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8, "w": 10**4, "W": 10**4, "k": 1000, "K": 1000}
_UNITS = _SMALL | _LARGE
_HAN = "".join(_DIGITS) + "".join(_SMALL) + "万萬亿億半"
_ARABIC = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
# w and k mean 万 and 千 only where no other Latin letter or digit follows (2w只, not 2kg).
# The 千 of 千克 belongs to the unit.
_SCALE = r"(?:(?:[十百万萬亿億]|千(?![克瓦米]))+|[wWkK](?![A-Za-z0-9]))"
_MORE = "[多余來来几]"
# The sign of a smaller number behind 万: 3万5000, 1万2千, 2万5.
_MIXED = rf"{_ARABIC}(?: ?{_MORE}?{_SCALE}(?:零?\d+(?:\.\d+)?(?:[十百千万萬]+)?)*)?"
_NUMBER = re.compile(rf"(?P<arabic>{_MIXED})|(?P<han>[{_HAN}]{{1,24}}(?:{_MORE}[百千万萬亿億]+)?)")
_BETWEEN = re.compile(r"\s*(?:-{1,2}|~|—{1,2}|–|至|到)\s*")
_BEFORE = re.compile(
    r"(?:约|大约|约为|大概|将近|接近|近|超过|超|逾|至少|不少于|不低于|不到|不足|最少|起码|估计|几乎|达到?上)\s*$"
)
_AFTER = re.compile(rf"\s*(?:{_MORE}|左右|上下|以上|以下|以内|开外)")
_RANGE_OF_DIGITS = re.compile(r"^([一二三四五六七八九])([二三四五六七八九])(?=[十百千万萬])")
# Full-width forms, written one for one, so that positions stay. A circled number begins an entry of a list, as a new
# line does.
_PLAIN = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {
    0x3000: 0x20, 0xA0: 0x20, 0x200B: 0x20, 0xFEFF: 0x20, 0x2212: 0x2D, 0x2013: 0x2D, 0x301C: 0x7E, 0xD7: 0x2A,
} | dict.fromkeys(range(0x2460, 0x2474), 0x0A)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a text: `text[start:end]` with the words that make it approximate. `most` is the upper end of a
    range. `is_han`: written in Chinese characters alone."""

    value: Decimal
    start: int
    end: int
    approx: bool = False
    most: Decimal | None = None
    is_han: bool = False


def plain(text: str) -> str:
    """The text with full-width letters, digits and signs as half-width ones, as long as before."""
    return text.translate(_PLAIN)


def numbers(text: str) -> Iterator[Number]:
    """The numbers of a text from left to right, ranges joined to one. Give it `plain(text)`."""
    held = [found for match in _NUMBER.finditer(text) for found in _number(match)]
    at = 0
    while at < len(held):
        first = held[at]
        second = held[at + 1] if at + 1 < len(held) else None
        joined = _range(text, first, second) if second else None
        yield _with_words(text, joined or first)
        at += 2 if joined else 1


def read_number(text: str) -> Number | None:
    """The number that the whole text is, blanks and words of approximation aside; None when it is not one number."""
    whole = plain(text).strip()
    found = list(numbers(whole))
    if len(found) == 1 and found[0].start == 0 and found[0].end == len(whole):
        return found[0]
    return None


def _number(match: re.Match[str]) -> list[Number]:
    written = match.group()
    is_han = match["han"] is not None
    if not is_han:
        value, approx = _mixed(written)
        return [Number(value, match.start(), match.end(), approx)]
    apart = _RANGE_OF_DIGITS.match(written)
    if apart:
        # 五六百: five or six hundred.
        least, most = written[0] + written[2:], written[1:]
        return [Number(_han(least), match.start(), match.end(), most=_han(most), is_han=True)]
    bare = re.sub(_MORE, "", written)
    if bare in ("百", "千", "万") and match.string[match.end() : match.end() + 1] in ("余", "来", "多"):
        return [Number(_han("一" + bare), match.start(), match.end(), approx=True, is_han=True)]
    if bare[0] in "百佰千仟万萬亿億":
        return []  # 千方百计, 万达, 百姓
    return [Number(_han(bare), match.start(), match.end(), bare != written, is_han=True)]


def _mixed(written: str) -> tuple[Decimal, bool]:
    """An Arabic number with its scale: 200多万, 6亿808万, 3万5000, 2万5."""
    approx = bool(re.search(_MORE, written))
    parts = re.findall(r"([\d,]+(?:\.\d+)?) ?([十百千万萬亿億wWkK]*)", re.sub(_MORE, "", written).replace("零", ""))
    total, before = Decimal(0), 0
    for figures, scale in parts:
        value = Decimal(figures.replace(",", "")) * _scale(scale)
        if not scale and before and len(figures) == 1:
            # 2万5 is said for 25,000.
            value *= before // 10
        total += value
        before = _scale(scale)
    return total, approx


def _scale(signs: str) -> int:
    scale = 1
    for sign in signs:
        scale *= _UNITS[sign]
    return scale


def _han(written: str) -> Decimal:
    """六亿零八百零八万, 两千五, 二〇二〇, 三千零五, 半."""
    if "半" in written:
        whole = written.replace("半", "")
        if not whole:
            return Decimal("0.5")
        return _han(whole) + Decimal(_UNITS.get(whole[-1], 1)) / 2
    if len(written) > 1 and all(sign in _DIGITS for sign in written):
        return Decimal("".join(str(_DIGITS[sign]) for sign in written))
    total, section, digit, last = 0, 0, 0, 0
    for sign in written:
        if sign in _DIGITS:
            digit = _DIGITS[sign]
            continue
        if sign in _SMALL:
            section += (digit or 1) * _SMALL[sign]
        else:
            total, section = _raised(total, section + digit, _LARGE[sign])
        last, digit = _UNITS[sign], 0
    if digit and last >= 100 and written[-2] not in "零〇":
        # 两千五 is said for 2,500, 两千零五 for 2,005.
        digit *= last // 10
    return Decimal(total + section + digit)


def _raised(total: int, section: int, scale: int) -> tuple[int, int]:
    """What stands before 万 or 亿 counts so often; 亿 raises what 万 raised before it as well (一万亿)."""
    if scale == 10**8:
        return (total + section) * scale, 0
    return total + (section or 1) * scale, 0


def _range(text: str, first: Number, second: Number) -> Number | None:
    """500-1000, 5到10万: one number with its upper end; None where the two are not a range."""
    if not _BETWEEN.fullmatch(text, first.end, second.start) or first.most or second.most:
        return None
    least, most = first.value, second.value
    scale = re.search(r"[千万萬亿億wWkK]+$", text[second.start : second.end])
    if scale and not re.search(r"[十百千万萬亿億wWkK]", text[first.start : first.end]):
        least *= _scale(scale.group())
    if not 0 < least < most:
        return None
    return Number(least, first.start, second.end, first.approx or second.approx, most)


def _with_words(text: str, number: Number) -> Number:
    before = _BEFORE.search(text, max(0, number.start - 6), number.start)
    after = _AFTER.match(text, number.end)
    if not before and not after:
        return number
    start = before.start() if before else number.start
    end = after.end() if after else number.end
    return Number(number.value, start, end, True, number.most, number.is_han)
