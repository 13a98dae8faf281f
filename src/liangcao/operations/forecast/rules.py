"""What a norm and a need event must say. One rule for the button and the act."""

from __future__ import annotations

from datetime import date
from typing import Any

from liangcao.foundation.kernel.errors import Conflict, Invalid
from liangcao.operations.forecast.models import OCCASIONS, PER
from liangcao.operations.forecast.outlook import LONGEST
from liangcao.reference.parties.kinds import REQUESTERS

EARLIEST, LATEST = date(2000, 1, 1), date(2100, 1, 1)
# More people than any city has: a slip of the hand.
PEOPLE_MOST = 50_000_000


def check_kind(kind: str) -> None:
    """Raise Invalid KIND_UNKNOWN for a kind of organisation that never asks for supplies."""
    if kind not in REQUESTERS:
        raise Invalid(
            "KIND_UNKNOWN", "没有这类申领单位", "No such kind of organisation that asks for supplies", field="kind"
        )


def check_per(per: str) -> None:
    """Raise Invalid PER_UNKNOWN."""
    if per not in PER:
        raise Invalid("PER_UNKNOWN", "定额须按人、按床位或按单位", "A norm is per head, bed or unit", field="per")


def check_occasion(occasion: str) -> None:
    """Raise Invalid OCCASION_UNKNOWN."""
    if occasion not in OCCASIONS:
        raise Invalid("OCCASION_UNKNOWN", "没有这种事由", "No such occasion", field="occasion")


def check_day(day: date, *, field: str) -> None:
    """Raise Invalid DAY_INVALID."""
    if not EARLIEST <= day <= LATEST:
        raise Invalid("DAY_INVALID", f"日期 {day} 不合理", f"The day {day} cannot be meant", field=field)


def check_people(count: Any, *, field: str, zh: str, en: str) -> None:
    """Raise Invalid HEADCOUNT_INVALID."""
    if type(count) is not int or not 1 <= count <= PEOPLE_MOST:
        raise Invalid(
            "HEADCOUNT_INVALID",
            f"{zh}须为 1–{PEOPLE_MOST:,} 的整数",
            f"The {en} must be a whole number from 1 to {PEOPLE_MOST:,}",
            field=field,
        )


def check_alert_days(days: Any) -> None:
    """Raise Invalid ALERT_DAYS_INVALID: the forecast looks no further ahead."""
    if type(days) is not int or not 1 <= days <= LONGEST:
        raise Invalid(
            "ALERT_DAYS_INVALID",
            f"告急天数须为 1–{LONGEST} 的整数:预测只看 {LONGEST} 天",
            f"The days of an alert must be a whole number from 1 to {LONGEST}: the forecast looks no further ahead",
            field="days",
        )


def check_stands(held: Any, *, zh: str, en: str) -> None:
    """Raise Conflict STATE_CONFLICT where it was ended."""
    if held.ended_at is not None:
        raise Conflict(
            "STATE_CONFLICT", f"{zh}已由{held.ended_by}停用或取消", f"{en} was ended by {held.ended_by} already"
        )
