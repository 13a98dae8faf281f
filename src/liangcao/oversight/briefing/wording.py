"""Numbers and days as the trade writes them: 47万只, 1.5吨, 35.6万元, 3月1日. Exact always: nothing is rounded."""

from __future__ import annotations

from calendar import month_name
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from liangcao.foundation.figures.figure import Figure
from liangcao.foundation.kernel.clock import LOCAL
from liangcao.foundation.kernel.quantity import unit_in_english

_TEN_THOUSAND = 10_000
_KILOGRAM, _TON = "千克", "吨"


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def count_zh(value: int, unit: str) -> str:
    """A quantity in prose: from 10,000 on in 万, a thousand kilograms and more in 吨."""
    shown = Decimal(value)
    if unit == _KILOGRAM and abs(value) >= 1000:
        shown, unit = shown / 1000, _TON
    if abs(shown) >= _TEN_THOUSAND:
        return f"{_plain(shown / _TEN_THOUSAND)}万{unit}"
    return f"{_plain(shown)}{unit}"


def count_en(value: int, unit: str) -> str:
    """A quantity in English prose: 12,000 pieces."""
    return f"{value:,} {unit_in_english(unit, value)}".strip()


def yuan_zh(fen: int) -> str:
    """Money in prose: 35.6万元."""
    yuan = Decimal(fen) / 100
    return f"{_plain(yuan / _TEN_THOUSAND)}万元" if abs(yuan) >= _TEN_THOUSAND else f"{_plain(yuan)}元"


def yuan_en(fen: int) -> str:
    """Money in English prose: RMB 35,600."""
    yuan, rest = divmod(fen, 100)
    return f"RMB {yuan:,}.{rest:02d}" if rest else f"RMB {yuan:,}"


def day_zh(day: date, *, year: bool = False) -> str:
    """3月1日, or 2020年3月1日."""
    return f"{day.year}年{day.month}月{day.day}日" if year else f"{day.month}月{day.day}日"


def day_en(day: date) -> str:
    """1 March 2020."""
    return f"{day.day} {month_name[day.month]} {day.year}"


def cutoff_zh(day: date, cutoff_at: datetime) -> str:
    """3月1日24时, or the hour and minute when the day was not over."""
    local = cutoff_at.astimezone(LOCAL)
    return f"{day_zh(day)}24时" if local.date() > day else f"{day_zh(day)}{local.hour}时{local.minute:02d}分"


def cutoff_en(day: date, cutoff_at: datetime) -> str:
    """24:00 on 1 March 2020."""
    local = cutoff_at.astimezone(LOCAL)
    return f"{'24:00' if local.date() > day else local.strftime('%H:%M')} on {day_en(day)}"


def joined_zh(parts: Iterable[str]) -> str:
    """A、B、C."""
    return "、".join(parts)


def joined_en(parts: Iterable[str]) -> str:
    """A, B and C."""
    listed = list(parts)
    return listed[0] if len(listed) == 1 else f"{', '.join(listed[:-1])} and {listed[-1]}" if listed else ""


@dataclass(frozen=True)
class Annex:
    """The table of figures at the end of a briefing on paper."""

    title: str
    heads: tuple[str, str, str]
    rows: list[tuple[str, str, str]]


def annex(figures: Iterable[Figure], language: str) -> Annex:
    """Every figure with its value and unit; a value that is not known is empty."""
    rows = [
        (figure.label(language), "" if figure.value is None else f"{figure.value:,}", figure.counted(language))
        for figure in figures
    ]
    if language.startswith("en"):
        return Annex("Annex: figures", ("Figure", "Value", "Unit"), rows)
    return Annex("附:数字一览", ("指标", "数值", "单位"), rows)


def seal_line(seal: Any, language: str) -> str:
    """The last seal for paper: paper that left the building is a witness."""
    if language.startswith("en"):
        return f"Last seal: {seal.day}, no. {seal.number}, digest {seal.digest}"
    return f"最近封条:{seal.day},第 {seal.number} 号,校验值 {seal.digest}"
