"""GS1 data as scanners give it: element strings, the bracketed form under a bar code, Digital Link URIs.

The table of application identifiers and the check digits are biip's. The message is taken apart here, because biip goes
on reading where a variable field is too long, and asks the clock for the century of a date.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable
from datetime import date

from biip import ParseConfig, ParseError
from biip.checksums import gs1_standard_check_digit
from biip.gs1_application_identifiers import GS1ApplicationIdentifier
from biip.gs1_digital_link_uris import GS1DigitalLinkURI

from liangcao.foundation.kernel.errors import Invalid

SEPARATOR = "\x1d"
_BRACKETED = re.compile(r"\((\d{2,4})\)([^()]*)")
_GTINS, _CHECKED = ("01", "02"), ("00", "01", "02")
_DATES = ("11", "12", "13", "15", "16", "17")

Elements = dict[str, str]


def split_message(text: str) -> Elements:
    """Application identifier → value of an element string whose separators are GS characters.

    Raises Invalid CODE_DAMAGED for an unknown identifier, a value that does not fit it, rests, or one identifier with
    two values.
    """
    found: list[tuple[str, str]] = []
    rest = text.lstrip(SEPARATOR)
    while rest:
        known = _identifier(rest)
        head = rest.partition(SEPARATOR)[0]
        # A variable field goes up to its separator, a fixed one ends by itself.
        whole = head if known.separator_required else _fixed(known, head)
        found.append((known.ai, _value(known, whole)))
        rest = rest[len(whole) :].lstrip(SEPARATOR)
    return _once(found)


def split_bracketed(text: str) -> Elements:
    """The same of "(01)06901234567892(17)260630(10)A1". Raises Invalid CODE_DAMAGED."""
    text = "".join(text.split())
    if "".join(f"({ai}){value}" for ai, value in _BRACKETED.findall(text)) != text:
        raise damaged(text)
    pairs = []
    for ai, value in _BRACKETED.findall(text):
        known = _identifier(ai)
        if known.ai != ai:
            raise damaged(ai)
        pairs.append((ai, _value(known, ai + value)))
    return _once(pairs)


def split_link(text: str) -> Elements | None:
    """The same of a GS1 Digital Link URI; None for any other address."""
    try:
        # Dates are read here, by the day of the scan.
        link = GS1DigitalLinkURI.parse(text, config=ParseConfig(gs1_element_strings_verify_date=False))
    except (ParseError, ValueError):
        return None
    return _once((element.ai.ai, element.value) for element in link.element_strings)


def _identifier(rest: str) -> GS1ApplicationIdentifier:
    try:
        return GS1ApplicationIdentifier.extract(rest)
    except ParseError:
        raise damaged(rest) from None


def _fixed(known: GS1ApplicationIdentifier, head: str) -> str:
    found = re.match(_pattern(known), head)
    if found is None:
        raise damaged(head)
    return found.group()


def _pattern(known: GS1ApplicationIdentifier) -> str:
    # A day that no calendar has is told as such, not as damage. The table's patterns end in "$", which would let
    # a line end through.
    return rf"{known.ai}(\d{{6}})" if known.ai in _DATES else known.pattern.removesuffix("$")


def _value(known: GS1ApplicationIdentifier, whole: str) -> str:
    if not whole.isascii() or re.fullmatch(_pattern(known), whole) is None:
        raise damaged(whole)
    return whole[len(known.ai) :]


def _once(pairs: Iterable[tuple[str, str]]) -> Elements:
    made: Elements = {}
    for ai, value in pairs:
        if made.setdefault(ai, value) != value:
            raise Invalid(
                "CODE_DAMAGED",
                f"码里的 ({ai}) 出现两次且不同:{made[ai]}、{value};请只扫一个码,或改为手工填写",
                f"({ai}) stands twice in the code with two values, {made[ai]} and {value}: scan one code, or type",
                field="code",
            )
    for ai in _CHECKED:
        if ai in made:
            check_digit(made[ai])
    if "01" in made and "02" in made:
        raise damaged(f"(01){made['01']}(02){made['02']}")
    return made


def check_digit(digits: str) -> None:
    """The last digit of a GTIN or SSCC fits the others. Raises Invalid CHECK_DIGIT_WRONG."""
    expected = gs1_standard_check_digit(digits[:-1])
    if str(expected) != digits[-1]:
        raise Invalid(
            "CHECK_DIGIT_WRONG",
            f"{digits} 的校验位不符(应为 {expected},读到 {digits[-1]}),多半是读错或印坏了;请再扫一次,或核对后手工填写",
            f"The check digit of {digits} is wrong ({digits[-1]} instead of {expected}): misread or misprinted. "
            "Scan again, or check and type",
            field="code",
        )


def gtin14(digits: str) -> str:
    """A GTIN of 8, 12, 13 or 14 digits in 14 digits. Raises Invalid CHECK_DIGIT_WRONG, CODE_LOCAL."""
    check_digit(digits)
    whole = digits.zfill(14)
    if _is_local(whole):
        raise Invalid(
            "CODE_LOCAL",
            f"{digits} 是店内码或自编码,别处可能是另一种货,不能用来认物资;请在目录里选择",
            f"{digits} is a number that each shop gives by itself: elsewhere it may be other goods. Choose the item",
            field="code",
        )
    return whole


def _is_local(whole: str) -> bool:
    """Of a number range that GS1 leaves to each shop or country: the same number means other goods elsewhere."""
    if whole.startswith("000000"):
        return whole[6] in "02"
    return whole[1] == "2" or whole[1:3] in ("02", "04")


def gtin_of(elements: Elements) -> str:
    """The GTIN of the goods, or of what a pallet holds, "" without one. Raises Invalid CODE_LOCAL."""
    given = next((elements[ai] for ai in _GTINS if ai in elements), "")
    return gtin14(given) if given else ""


def day_of(ai: str, digits: str, today: date) -> date:
    """The day that six digits YYMMDD mean. Day 00 is the last of the month; a year more than 50 ahead of `today` is of
    the last century, one 50 or more behind of the next (GS1 General Specifications, 7.12).

    Raises Invalid CODE_DATE_IMPOSSIBLE.
    """
    year, month, day = int(digits[:2]), int(digits[2:4]), int(digits[4:6])
    ahead = year - today.year % 100
    year += today.year - today.year % 100 + (-100 if ahead >= 51 else 100 if ahead <= -50 else 0)
    try:
        return date(year, month, day or calendar.monthrange(year, month)[1])
    except (ValueError, calendar.IllegalMonthError):
        raise Invalid(
            "CODE_DATE_IMPOSSIBLE",
            f"码里的日期 ({ai}){digits[:6]} 不存在;请核对包装上的日期后手工填写",
            f"The date ({ai}){digits[:6]} of the code does not exist: read it from the pack and type it",
            field="code",
        ) from None


def damaged(where: str) -> Invalid:
    """The refusal of a code that cannot be taken apart, with the place where reading ended."""
    shown = where.replace(SEPARATOR, "␝")[:40]
    return Invalid(
        "CODE_DAMAGED",
        f"码不完整或已损坏,读到“{shown}”处读不下去;请再扫一次,或手工填写",
        f'The code is incomplete or damaged: reading stopped at "{shown}". Scan again, or type',
        field="code",
    )
