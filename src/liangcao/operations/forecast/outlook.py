"""The arithmetic of the forecast: what one unit will need of one item, and what all of them will miss. No reads.

Two numbers stand for what nobody knows. The lower one counts what units reported of their use and what was decided
(need events). The upper one adds, for units that report nothing, what they received lately or their norm, and is never
below what is asked for and still open. Goods without a day, and late ones, come in the better case only.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from liangcao.operations.forecast.goods import Coming

HORIZONS = (3, 7, 14)
LONGEST = HORIZONS[-1]
# Below so many days of cover an item, or a unit of the front line, is an alert, where the bureau has set nothing.
LEAST_DAYS = 3

REPORTED, RECEIVED, BY_NORM, BY_EVENT, UNKNOWN = "reported", "received", "norm", "event", "unknown"
SOURCES: dict[str, tuple[str, str]] = {
    REPORTED: ("单位自报", "reported by the unit"),
    RECEIVED: ("按近 14 天签收推算", "computed from 14 days of receipts"),
    BY_NORM: ("按定额", "by the norm"),
    BY_EVENT: ("复工、开学事件", "resumption or opening"),
    UNKNOWN: ("未知", "unknown"),
}


@dataclass(frozen=True)
class Added:
    """So many pieces a day more, from a day on."""

    begins_on: date
    a_day: int


@dataclass
class UnitNeed:
    """One unit and one item, in base units. `organisation` is None for a group of units that an event names."""

    item_id: int
    organisation: Any = None
    group: Any = None
    tier: int = 0
    reported: int | None = None
    received: int | None = None
    norm: int | None = None
    stock: int | None = None
    on_way: int = 0
    open: int = 0
    untold: int = 0
    added: list[Added] = field(default_factory=list)
    alert_days: int = LEAST_DAYS

    @property
    def place(self) -> str:
        """For the order of the list: by tier, then name; groups last."""
        if self.organisation is None:
            return f"99 {self.group.kind} {self.group.pk:012}"
        return f"{self.tier or 98:02} {self.organisation.pinyin} {self.organisation.pk:012}"

    @property
    def source(self) -> str:
        """Where the use comes from."""
        if self.reported is not None:
            return REPORTED
        if self.received is not None:
            return RECEIVED
        if self.norm is not None:
            return BY_NORM
        return BY_EVENT if self.added else UNKNOWN

    @property
    def use(self) -> int | None:
        """Pieces a day, the best that is known; what an event adds is not in it."""
        return next((each for each in (self.reported, self.received, self.norm) if each is not None), None)

    @property
    def use_high(self) -> int:
        """Pieces a day in the worse case."""
        known = [each for each in (self.reported, self.received) if each is not None]
        return max(known) if known else self.norm or 0

    @property
    def held(self) -> int:
        """What it has and what is on the way to it."""
        return (self.stock or 0) + self.on_way

    def added_until(self, days: int, *, today: date) -> int:
        """What events add within so many days, today included."""
        total = 0
        for each in self.added:
            passed = max((each.begins_on - today).days, 0)
            total += each.a_day * max(days - passed, 0)
        return total

    def need(self, days: int, *, today: date) -> tuple[int, int]:
        """What it needs from the bureau within so many days, today included: lower and upper number."""
        more = self.added_until(days, today=today) - self.held
        low = max((self.reported or 0) * days + more, 0)
        return low, max(self.open, self.use_high * days + more, low)

    @property
    def cover_tenths(self) -> int | None:
        """Days that its own stock lasts, in tenths; None where stock or use is not known."""
        return None if self.stock is None or not self.use else self.held * 10 // self.use

    @property
    def is_alert(self) -> bool:
        """A unit of the front line whose stock ends within the days of an alert."""
        return self.tier == 1 and self.cover_tenths is not None and self.cover_tenths < self.alert_days * 10


@dataclass(frozen=True)
class Outlook:
    """One horizon: what is needed, what comes meanwhile, what is missing; lower and upper numbers."""

    days: int
    need_low: int
    need_high: int
    arriving: int
    arriving_most: int
    gap_low: int
    gap_high: int


@dataclass(frozen=True)
class ItemForecast:
    """One item over all units."""

    item: Any
    free: int
    coming: Coming
    units: tuple[UnitNeed, ...]
    outlooks: tuple[Outlook, ...]
    short_from: date | None
    short_surely_from: date | None
    today: date
    alert_days: int = LEAST_DAYS

    @property
    def code(self) -> str:
        """For the order of the list."""
        return str(self.item.code)

    @property
    def open(self) -> int:
        """Asked for, neither allotted nor delivered."""
        return sum(unit.open for unit in self.units)

    @property
    def use_low(self) -> int:
        """Pieces a day that units reported."""
        return sum(unit.reported or 0 for unit in self.units)

    @property
    def use_high(self) -> int:
        """Pieces a day in the worse case; events that begin later are not in it."""
        return sum(unit.use_high for unit in self.units)

    @property
    def silent(self) -> int:
        """Units of which no use is known by any way: they are in no number but what they ask for."""
        return sum(unit.source == UNKNOWN for unit in self.units)

    @property
    def untold(self) -> int:
        """Needs without an amount."""
        return sum(unit.untold for unit in self.units)

    @property
    def cover(self) -> tuple[int | None, int | None]:
        """Days that the free pieces last, in tenths: at the upper and at the lower use."""
        low, high = (self.free * 10 // use if use else None for use in (self.use_high, self.use_low))
        return low, high

    @property
    def cover_tenths(self) -> int:
        """For the order of the list: unknown last."""
        found = self.cover[0]
        return 10**9 if found is None else found

    def within(self, days: int) -> Outlook:
        """The outlook of one horizon."""
        return next(each for each in self.outlooks if each.days == days)

    def to_get(self, days: int) -> int:
        """What is to be got for so many days: nothing that is announced already is got twice."""
        return max(self.within(days).need_high - self.free - self.coming.whole, 0)

    @property
    def to_get7(self) -> int:
        """For a week: what a replenishment proposes."""
        return self.to_get(7)

    @property
    def gap3(self) -> int:
        """What is missing within 3 days at most; the same for 7 and 14: for the order of the list."""
        return self.within(3).gap_high

    @property
    def gap7(self) -> int:
        """See gap3."""
        return self.within(7).gap_high

    @property
    def gap14(self) -> int:
        """See gap3."""
        return self.within(14).gap_high

    @property
    def short_order(self) -> date:
        """For the order of the list: never short last."""
        return self.short_from or date.max

    @property
    def is_alert(self) -> bool:
        """Short within the days of an alert, or of less cover than that."""
        is_short = self.short_from is not None and (self.short_from - self.today).days < self.alert_days
        return is_short or (self.cover[0] is not None and self.cover[0] < self.alert_days * 10)


def looked_ahead(
    item: Any, units: Iterable[UnitNeed], *, free: int, coming: Coming, today: date, alert_days: int = LEAST_DAYS
) -> ItemForecast:
    """The forecast of one item; less than `alert_days` days of cover is an alert."""
    rows = tuple(units)
    for unit in rows:
        unit.alert_days = alert_days
    days = [_one(rows, count, free=free, coming=coming, today=today) for count in range(1, LONGEST + 1)]
    return ItemForecast(
        item, free, coming, rows, tuple(each for each in days if each.days in HORIZONS),
        _first(days, "gap_high", today), _first(days, "gap_low", today), today, alert_days,
    )  # fmt: skip


def _one(rows: Sequence[UnitNeed], days: int, *, free: int, coming: Coming, today: date) -> Outlook:
    needs = [unit.need(days, today=today) for unit in rows]
    low, high = sum(need[0] for need in needs), sum(need[1] for need in needs)
    sure, most = coming.until(today + timedelta(days=days - 1), today=today)
    return Outlook(days, low, high, sure, most, max(low - free - most, 0), max(high - free - sure, 0))


def _first(days: Sequence[Outlook], field_name: str, today: date) -> date | None:
    """The first day on which something is missing."""
    found = next((each.days for each in days if getattr(each, field_name)), None)
    return None if found is None else today + timedelta(days=found - 1)
