"""A book in plain Python: what lies where, on every day, as the ledger must have it. Knows nothing of the product but
the words of its records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

Key = tuple[str, str]  # account as records write it ("store:S1:-"), lot
Line = tuple[str, str, str, int]  # lot, source, target, base units
LATE_DAYS = 7
MOST = 999_999_999
HELD = ("store", "reserved")
IN_HOUSE = (*HELD, "receiving", "quarantine")
KEPT_OUT = ("store", "receiving", "quarantine", "recipient")
ISSUING = ("reserved", "transit", "recipient")


@dataclass
class LotModel:
    """A lot with what stops it."""

    item: str
    arrived: date
    expires: date | None
    stopped: dict[str, bool] = field(default_factory=lambda: {"frozen": False, "recalled": False})

    def may_go(self, day: date) -> bool:
        """Whether it may be issued on a day."""
        return not any(self.stopped.values()) and (self.expires is None or self.expires >= day)


def kind_of(account: str) -> str:
    """ "store" of "store:S1:-"."""
    return account.partition(":")[0]


class BookModel:
    """Folds records one by one; says beforehand what a move must be refused for."""

    def __init__(self) -> None:
        self.held: dict[Key, int] = defaultdict(int)
        self.days: dict[Key, dict[date, int]] = defaultdict(lambda: defaultdict(int))
        self.lots: dict[str, LotModel] = {}
        self.records: list[dict[str, Any]] = []
        self.ids: set[str] = set()
        self.sealed: date | None = None

    def absorb(self, record: dict[str, Any]) -> None:
        """Take a record that the product has written; asserts what must hold of it."""
        day = record["business_date"]
        assert record["id"] not in self.ids, "one document per id"
        assert record["seq"] == len(self.records) + 1, "seq without gaps"
        assert self.sealed is None or day > self.sealed, "a sealed day takes nothing"
        self.ids.add(record["id"])
        self.records.append(record)
        for lot in record["lots"]:
            ends = lot["expires_on"]
            self.lots[lot["id"]] = LotModel(lot["item"], day, date.fromisoformat(ends) if ends else None)
        for _line, lot, item, _unit, source, target, quantity in record["postings"]:
            assert type(quantity) is int
            assert 1 <= quantity <= MOST
            assert self.lots[lot].item == item
            assert day >= self.lots[lot].arrived or record["reverses"], "nothing moves before it came"
            for account, change in ((source, -quantity), (target, quantity)):
                self.held[account, lot] += change
                self.days[account, lot][day] += change
        for fact in record["facts"]:
            if fact["fact"] in ("frozen", "recalled"):
                self.lots[fact["lot"]].stopped[fact["fact"]] = fact["value"] == "yes"
        self._never_negative({(a, p[1]) for p in record["postings"] for a in (p[4], p[5])})

    def _never_negative(self, keys: Iterable[Key]) -> None:
        for key in keys:
            if kind_of(key[0]) == "outside":
                continue
            for day, held in self.by_day(key):
                assert held >= 0, f"{key} holds {held} at the end of {day}"

    def by_day(self, key: Key) -> Iterator[tuple[date, int]]:
        """(day, what lay there at its end) for each day on which something moved."""
        held = 0
        for day, change in sorted(self.days[key].items()):
            held += change
            yield day, held

    def as_of(self, day: date, kind: str) -> dict[str, int]:
        """item → base units in accounts of a kind at the end of a day."""
        sums: dict[str, int] = defaultdict(int)
        for (account, lot), changes in self.days.items():
            if kind_of(account) == kind:
                sums[self.lots[lot].item] += sum(change for moved, change in changes.items() if moved <= day)
        return {item: total for item, total in sums.items() if total}

    def balances(self) -> dict[Key, int]:
        """Everything that is not 0."""
        return {key: quantity for key, quantity in self.held.items() if quantity}

    def free(self, item: str, account: str, day: date) -> int:
        """What may be issued of an item from a store's account."""
        there = ((key[1], quantity) for key, quantity in self.held.items() if key[0] == account)
        return sum(q for lot, q in there if self.lots[lot].item == item and self.lots[lot].may_go(day))

    def lowest(self, key: Key, since: date) -> int:
        """The least that lay there at the end of any day from `since` on."""
        before = sum(change for day, change in self.days[key].items() if day <= since)
        later = [held for day, held in self.by_day(key) if day > since]
        return min([before, *later])

    def refusal_of(self, lines: list[Line], day: date, today: date, late_reason: str) -> str:
        """The code with which these lines must be refused, "" when they must be taken."""
        return (
            self._shape(lines)
            or self._dates(day, today, late_reason)
            or self._state(lines, day)
            or self._stock(lines, day, today)
        )

    def _shape(self, lines: list[Line]) -> str:
        for _lot, source, target, quantity in lines:
            if type(quantity) is not int or not 1 <= quantity <= MOST:
                return "QUANTITY_INVALID"
            if source == target:
                return "SAME_ACCOUNT"
        return ""

    def _dates(self, day: date, today: date, late_reason: str) -> str:
        if self.sealed is not None and day <= self.sealed:
            return "SEALED_DAY"
        if day > today:
            return "DATE_IN_FUTURE"
        if day < today and not late_reason:
            return "LATE_REASON_MISSING"
        return "LATE_ENTRY_TOO_OLD" if day < today - timedelta(days=LATE_DAYS) else ""

    def _state(self, lines: list[Line], day: date) -> str:
        for lot, source, target, _ in lines:
            known = self.lots[lot]
            if day < known.arrived:
                return "BEFORE_ARRIVAL"
            from_kind, to_kind = kind_of(source), kind_of(target)
            goes_out = from_kind in IN_HOUSE and to_kind in ISSUING
            if known.stopped["recalled"] and (goes_out or (to_kind == "store" and from_kind in KEPT_OUT)):
                return "LOT_FROZEN"
            if from_kind in HELD and to_kind in ISSUING:
                if known.stopped["frozen"]:
                    return "LOT_FROZEN"
                if known.expires is not None and known.expires < day:
                    return "LOT_EXPIRED"
        return ""

    def _stock(self, lines: list[Line], day: date, today: date) -> str:
        if self.is_short(lines):
            return "STOCK_SHORT"
        change = self._taken(lines)
        if day < today and any(self.lowest(key, day) + change[key] < 0 for key in change):
            return "LATE_ENTRY_NEGATIVE"
        return ""

    def is_short(self, lines: list[Line]) -> bool:
        """Whether the lines together take more than is there now."""
        change = self._taken(lines)
        return any(self.held[key] + change[key] < 0 for key in change)

    @staticmethod
    def _taken(lines: list[Line]) -> dict[Key, int]:
        """What the lines together take from each balance that may not be negative."""
        change: dict[Key, int] = defaultdict(int)
        for lot, source, target, quantity in lines:
            change[source, lot] -= quantity
            change[target, lot] += quantity
        return {key: delta for key, delta in change.items() if delta < 0 and kind_of(key[0]) != "outside"}

    def left_of(self, record: dict[str, Any]) -> dict[int, int]:
        """line → base units of a record that no reversal has taken back."""
        undone: dict[tuple[str, str, str], int] = defaultdict(int)
        for other in self.records:
            if other["reverses"] == record["id"]:
                for _line, lot, _item, _unit, source, target, quantity in other["postings"]:
                    undone[lot, target, source] += quantity
        left = {}
        for line, lot, _item, _unit, source, target, quantity in record["postings"]:
            taken = min(undone[lot, source, target], quantity)
            undone[lot, source, target] -= taken
            if quantity > taken:
                left[line] = quantity - taken
        return left
