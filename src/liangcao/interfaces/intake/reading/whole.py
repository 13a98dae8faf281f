"""What a message says of all its lines: which unit writes, and by when the goods are needed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

_KINDS = (
    "医院|卫生院|卫生室|卫生服务中心|医疗队|诊所|疾控中心|公司|集团|工厂|街道办事处|街道办|街道|镇政府|乡政府|开发区|管委会|社区|村委会"
    "|学校|幼儿园|中学|小学|大学|学院|公安局|卫健局|教育局|经信局|商务局|交警大队|派出所|消防站|指挥部|委员会|红十字会|慈善总会|养老院|福利院"
    "|镇|乡"
)
# At the beginning of a line, before a sign or a word that asks: 示例医院急需…, 示例镇:…
_WRITER = re.compile(
    rf"(?m)^[\s【\[#]*(?P<name>[\u4e00-\u9fffA-Za-z()]{{1,20}}?(?:{_KINDS})(?:[\u4e00-\u9fff]{{1,6}}(?:院区|分院|科|部|处|办))?)"
    r"(?=\s*(?:[::,;】\]\s]|急|现|请|要|需|申|求|缺|报|目前|还|库存|$))"
)
_MONTH_DAY = r"(?:(?P<year>20\d\d)\s*[年\-/.]\s*)?(?P<month>\d{1,2})\s*[月\-/.]\s*(?P<day>\d{1,2})\s*[日号]?"
_BEFORE = r"\s*(?:中午|晚上?|上午|下午|早上)?\s*(?:\d{1,2}\s*[时点])?\s*(?:之?以?前|须到|要到|到位|急用|要用|就要)"
_DATED = re.compile(rf"(?<!\d){_MONTH_DAY}{_BEFORE}")
_DAY = re.compile(rf"(?<![\d月.])(?P<day>\d{{1,2}})\s*[日号]{_BEFORE}")
_SPOKEN = re.compile(rf"(?P<word>今天|今日|今晚|明天|明日|明早|明晚|后天){_BEFORE}")
_AHEAD = {"今天": 0, "今日": 0, "今晚": 0, "明天": 1, "明日": 1, "明早": 1, "明晚": 1, "后天": 2}
# A date without its year is the one nearest to today.
_HALF_A_YEAR = timedelta(days=183)


@dataclass(frozen=True, slots=True)
class Writer:
    """A unit that begins to write at `start` of the text."""

    name: str
    start: int


def writers(text: str) -> Iterator[Writer]:
    """The units that head the lines of a text (as `plain` gives it), in order."""
    for match in _WRITER.finditer(text):
        yield Writer(match["name"].strip("()"), match.start("name"))


def needed_by(text: str, today: date | None) -> date | None:
    """By when the goods are needed (25日前, 3月2日前, 明早急用), the first that the text names. Without `today` only a
    full date is read; a day that does not exist is not."""
    dated = _DATED.search(text)
    if dated:
        year = int(dated["year"]) if dated["year"] else None
        return _nearest(year, int(dated["month"]), int(dated["day"]), today)
    if today is None:
        return None
    day = _DAY.search(text)
    if day:
        return _next_day(int(day["day"]), today)
    spoken = _SPOKEN.search(text)
    return today + timedelta(days=_AHEAD[spoken["word"]]) if spoken else None


def _nearest(year: int | None, month: int, day: int, today: date | None) -> date | None:
    if year is not None:
        return _made(year, month, day)
    if today is None:
        return None
    made = [_made(today.year + shift, month, day) for shift in (-1, 0, 1)]
    return next((each for each in made if each and abs(each - today) <= _HALF_A_YEAR), None)


def _next_day(day: int, today: date) -> date | None:
    """The day of this month, or of the next where it has gone by."""
    this = _made(today.year, today.month, day)
    if this is not None and this >= today:
        return this
    return _made(today.year + today.month // 12, today.month % 12 + 1, day)


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
