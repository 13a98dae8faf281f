"""Periods that somebody asks for: from a day to a day."""

from __future__ import annotations

from datetime import date

from liangcao.foundation.kernel.errors import Invalid

LONGEST_DAYS = 3660


def check_span(start: date | None, end: date | None) -> None:
    """Raise Invalid DATES_INVALID when a period ends before it starts or is over ten years."""
    if start and end and (end < start or (end - start).days > LONGEST_DAYS):
        raise Invalid(
            "DATES_INVALID",
            "截止日期早于开始日期,或跨度超过十年",
            "The end is before the start, or the span is over ten years",
            field="to",
        )
