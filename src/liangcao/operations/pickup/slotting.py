"""Slots from a window, and units into slots by distance and size. Pure functions: the same input, the same answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from liangcao.foundation.kernel.distance import Place, great_circle_m
from liangcao.foundation.kernel.errors import Conflict
from liangcao.reference.parties.models import Organisation, Store


@dataclass(frozen=True)
class Comer:
    """Who is to come: how much is fetched (base units), how far away (metres; None where a place is unknown), and what
    puts those in order whose distance is unknown or the same."""

    key: int
    quantity: int
    distance_m: int | None
    region: str = ""
    code: str = ""

    @property
    def order(self) -> tuple[bool, int, str, str, int]:
        """Near before far, the unknown last by region, then by code."""
        known = self.distance_m is not None
        return (not known, self.distance_m or 0, "" if known else self.region, self.code, self.key)


def windows(opens_at: datetime, closes_at: datetime, minutes: int) -> list[tuple[datetime, datetime]]:
    """Whole slots of `minutes` one after the other, as many as end by `closes_at`."""
    length = timedelta(minutes=minutes)
    count = (closes_at - opens_at) // length
    return [(opens_at + length * place, opens_at + length * (place + 1)) for place in range(count)]


def distance_between(store: Store, unit: Organisation) -> int | None:
    """Metres over the great circle; None where one of the two has no place."""
    if None in (store.latitude, store.longitude, unit.latitude, unit.longitude):
        return None
    start, end = (Place(float(row.latitude), float(row.longitude)) for row in (store, unit))  # type: ignore[arg-type]
    return great_circle_m(start, end)


def check_room(units: int, slots: int, capacity: int, minutes: int) -> None:
    """Raise Conflict SLOTS_TOO_FEW with what is missing when not everybody finds a place."""
    room = slots * capacity
    if units <= room:
        return
    more = -(-(units - room) // capacity)
    least = -(-units // max(slots, 1))
    raise Conflict(
        "SLOTS_TOO_FEW",
        f"{units} 个单位要来,{slots} 个时段每段最多 {capacity} 个,只安排得下 {room} 个;还要加 {more} 个时段"
        f"(再开放 {more * minutes} 分钟),或每段改为 {least} 个",
        f"{units} units are to come, {slots} slots of at most {capacity} take {room}: {more} more slots are needed "
        f"({more * minutes} minutes), or {least} units a slot",
        field="capacity",
    )


def assign(comers: Sequence[Comer], slots: int, capacity: int) -> dict[int, int]:
    """key → place of the slot, counted from 0. Everybody has room (`check_room`).

    The slots are filled evenly, so that each keeps places for changes and for those who did not come. Who fetches more
    than twice the median is spread over the whole window, so that no slot is full of lorries. Near units come first and
    far ones later: they have a longer way and need the notice sooner.

    >>> assign([Comer(1, 10, 500), Comer(2, 10, 100), Comer(3, 10, None), Comer(4, 10, 900)], slots=2, capacity=3)
    {2: 0, 1: 0, 4: 1, 3: 1}
    """
    if not comers:
        return {}
    ordered = sorted(comers, key=lambda comer: comer.order)
    base, rest = divmod(len(ordered), slots)
    free = [base + (place < rest) for place in range(slots)]
    median = sorted(comer.quantity for comer in ordered)[len(ordered) // 2]
    big = [comer for comer in ordered if comer.quantity > 2 * median]
    found: dict[int, int] = {}
    for number, comer in enumerate(big):
        wanted = number * slots // len(big)
        place = next(p % slots for p in range(wanted, wanted + slots) if free[p % slots])
        free[place] -= 1
        found[comer.key] = place
    places = (place for place, left in enumerate(free) for _ in range(left))
    found |= {comer.key: place for comer, place in zip((c for c in ordered if c.key not in found), places, strict=True)}
    return found
