"""The bureau's calendar. “当日” ends at 24:00 Asia/Shanghai, wherever the server stands."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """The moment, in UTC. Only `interfaces` may call it; everything below takes `at`."""
    return datetime.now(UTC)


def business_date(at: datetime) -> date:
    """The day of `at` in the bureau's calendar."""
    return at.astimezone(LOCAL).date()


def day_start(day: date) -> datetime:
    """00:00 of `day` in the bureau's calendar."""
    return datetime.combine(day, time.min, tzinfo=LOCAL)


def day_end(day: date) -> datetime:
    """24:00 of `day`: the cut-off of its figures."""
    return day_start(day + timedelta(days=1))
