"""How fair a plan is, in figures that stand beside one another: whole numbers, no database.

Cover is in tenths of a day, rounded down; shares are in permille, rounded down, so that 1,000 means everything. A share
over several items is the mean of their shares, each item alike: pieces of different items are never added.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

Group = int | str


@dataclass(frozen=True, slots=True)
class Part:
    """What one unit has and gets of one item, in base units. `wanted` is None while the amount is unknown."""

    item_id: int
    tier: int
    town: str
    wanted: int | None
    given: int
    on_hand: int
    daily_use: int | None

    def cover(self, pieces: int) -> int | None:
        """Tenths of a day that so many pieces last; None while the daily use is unknown or 0."""
        return pieces * 10 // self.daily_use if self.daily_use else None


@dataclass(frozen=True)
class Fairness:
    """Figures of one way to share. `worst_before`/`worst_after`: the cover of the worst-off unit; `median_after`: half
    of the units have less; `spread_after`: between the first and the third quartile of the cover. None: nobody's daily
    use is known."""

    worst_before: int | None
    worst_after: int | None
    median_after: int | None
    spread_after: int | None
    met: int | None
    met_by_tier: Mapping[int, int]
    met_by_town: Mapping[str, int]
    lines: int
    lines_met: int
    lines_empty: int


def fairness(parts: Iterable[Part]) -> Fairness:
    """The figures of these parts."""
    rows = list(parts)
    before = sorted(cover for row in rows if (cover := row.cover(row.on_hand)) is not None)
    after = sorted(cover for row in rows if (cover := row.cover(row.on_hand + row.given)) is not None)
    wanting = [row for row in rows if row.wanted]
    return Fairness(
        worst_before=before[0] if before else None,
        worst_after=after[0] if after else None,
        median_after=_quantile(after, 2) if after else None,
        spread_after=_quantile(after, 3) - _quantile(after, 1) if after else None,
        met=_mean_share(wanting),
        met_by_tier=_by_group((row.tier, row) for row in wanting),
        met_by_town=_by_group((row.town, row) for row in wanting if row.town),
        lines=len(wanting),
        lines_met=sum(row.given >= (row.wanted or 0) for row in wanting),
        lines_empty=sum(not row.given for row in wanting),
    )


def _quantile(ordered: list[int], quarter: int) -> int:
    """The value below which `quarter` quarters lie, by the nearest rank (never a number that nobody has).

    >>> _quantile([1, 2, 3, 4], 2)
    2
    """
    return ordered[max(-(-len(ordered) * quarter // 4) - 1, 0)]


def _by_group(rows: Iterable[tuple[Group, Part]]) -> dict:  # type: ignore[type-arg]
    groups: dict[Group, list[Part]] = defaultdict(list)
    for group, row in rows:
        groups[group].append(row)
    return {group: _mean_share(groups[group]) for group in sorted(groups, key=str)}


def _mean_share(rows: Iterable[Part]) -> int | None:
    return mean_share((row.item_id, row.wanted or 0, row.given) for row in rows)


def mean_share(rows: Iterable[tuple[int, int, int]]) -> int | None:
    """The mean over the items of what is met of what is wanted, in permille, from (item, wanted, given); more than
    wanted counts as met. None while nothing is wanted."""
    wanted: dict[int, int] = defaultdict(int)
    met: dict[int, int] = defaultdict(int)
    for item, want, given in rows:
        wanted[item] += want
        met[item] += min(given, want)
    if not wanted:
        return None
    return int(sum(Fraction(met[item], wanted[item]) for item in wanted) * 1000 / len(wanted))
