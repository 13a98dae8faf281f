"""Over-asking: what a unit asks for and says it has, beside what it uses and what it got. A mark for the reviewer, with
its numbers; nothing is ever refused or cut by it (decision 80)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

# A unit's norm is the use of a week; a request beyond two weeks' use is marked.
COVER_DAYS, TIMES = 7, 2
# Reported stock is held against what arrived in these days before it was told.
WINDOW_DAYS = 14
# Far lower: less than half of what should still be there.
FAR_LOWER = 2

BEYOND_NORM, STOCK_UNLIKELY, USE_UNKNOWN = "BEYOND_NORM", "STOCK_UNLIKELY", "USE_UNKNOWN"


@dataclass(frozen=True)
class Norm:
    """How many days of use are the norm, how often it may be asked, how far back deliveries are looked at."""

    cover_days: int = COVER_DAYS
    times: int = TIMES
    window_days: int = WINDOW_DAYS
    far_lower: int = FAR_LOWER


@dataclass(frozen=True)
class Mark:
    """One thing to look at: its code, the numbers it rests on (base units, days), one sentence in both languages.

    USE_UNKNOWN only says that the request cannot be judged: it is no reproach.
    """

    code: str
    zh: str
    en: str
    numbers: dict[str, int] = field(default_factory=dict)

    @property
    def is_over(self) -> bool:
        """Whether the mark says that too much may be asked."""
        return self.code != USE_UNKNOWN

    def message(self, language: str) -> str:
        """The sentence in the reader's language."""
        return self.en if language.startswith("en") else self.zh

    def as_plain(self) -> dict[str, object]:
        """For the API."""
        return {"code": self.code, "is_over": self.is_over, "message": self.zh, "message_en": self.en, **self.numbers}


def judge(
    *,
    requested: int | None,
    on_hand: int | None,
    daily_use: int | None,
    delivered_lately: int | None,
    norm: Norm = Norm(),
) -> tuple[Mark, ...]:
    """What to mark of one line, in base units; None is “not told” and is never taken for 0.

    `delivered_lately`: what arrived in the window before the stock was told. Without a daily use nothing is judged.
    """
    if daily_use is None:
        return (Mark(USE_UNKNOWN, "日用量未报,无法比较", "daily use not reported, nothing to compare with"),)
    found = (_beyond_norm(requested, daily_use, norm), _stock_unlikely(on_hand, daily_use, delivered_lately, norm))
    return tuple(mark for mark in found if mark is not None)


def _beyond_norm(requested: int | None, daily_use: int, norm: Norm) -> Mark | None:
    days = norm.cover_days * norm.times
    most = daily_use * days
    if requested is None or requested <= most:
        return None
    numbers = {
        "requested": requested, "most": most, "daily_use": daily_use, "cover_days": norm.cover_days,
        "times": norm.times,
    }  # fmt: skip
    return Mark(
        BEYOND_NORM,
        f"申领 {requested:,},超过 {days} 天用量 {most:,}(日用 {daily_use:,} × {norm.cover_days} 天 × {norm.times})",
        f"{requested:,} asked, more than {days} days of use, {most:,} ({daily_use:,} a day × {norm.cover_days} days × "
        f"{norm.times})",
        numbers,
    )


def _stock_unlikely(on_hand: int | None, daily_use: int, delivered_lately: int | None, norm: Norm) -> Mark | None:
    if on_hand is None or delivered_lately is None:
        return None
    expected = delivered_lately - daily_use * norm.window_days
    if expected <= 0 or on_hand * norm.far_lower >= expected:
        return None
    numbers = {
        "on_hand": on_hand, "expected": expected, "delivered": delivered_lately, "daily_use": daily_use,
        "window_days": norm.window_days,
    }  # fmt: skip
    return Mark(
        STOCK_UNLIKELY,
        f"报库存 {on_hand:,},按近 {norm.window_days} 天签收 {delivered_lately:,}、日用 {daily_use:,} 推算,"
        f"至少还应有 {expected:,}",
        f"{on_hand:,} reported in stock; {delivered_lately:,} arrived within {norm.window_days} days, {daily_use:,} go "
        f"a day: at least {expected:,} should be left",
        numbers,
    )


def marks_of(line: Any) -> tuple[Mark, ...]:
    """What to mark of a requisition line."""
    return judge(
        requested=line.quantity_requested,
        on_hand=line.on_hand,
        daily_use=line.daily_use,
        delivered_lately=line.quantity_delivered_lately,
    )
