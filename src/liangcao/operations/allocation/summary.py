"""What stands above a plan, whatever its size: sums by item, how many lines are met, how the worst-off unit fares.

Counted when the plan is made or changed, and kept with it: a page must not read a million lines to tell them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from liangcao.operations.allocation.fairness import mean_share
from liangcao.operations.allocation.models import Plan

Kept = dict[str, Any]


class LineFigures(NamedTuple):
    """What of a line counts."""

    organisation_id: int
    item_id: int
    instead_of_id: int | None
    tier: int
    is_hold_back: bool
    is_stale: bool
    quantity_asked: int | None
    quantity_open: int | None
    on_hand: int
    daily_use: int | None
    quantity_planned: int
    gap: int | None


@dataclass(frozen=True)
class ItemSums:
    """Sums of one item: unknown amounts are counted beside. Cover is of the worst-off unit, in tenths of a day."""

    asked: int
    unknown: int
    planned: int
    worst_before: int | None
    worst_after: int | None


@dataclass(frozen=True)
class Summary:
    """Figures of a whole plan. `rows`: units by tier. `share` is the part of the need that is met, the mean over the
    items, in permille; hold-backs and what waits to be confirmed are nobody's need today."""

    items: dict[int, ItemSums]
    rows: int
    lines: int
    lines_met: int
    lines_unmet: int
    share: int | None


def summary_of(plan: Plan) -> Summary:
    """The figures as kept with the plan; counted anew for a plan that was made before they were kept."""
    kept = plan.figures or counted(plan)
    return Summary(
        items={row[0]: ItemSums(*row[1:]) for row in kept["items"]},
        rows=kept["rows"],
        lines=kept["lines"],
        lines_met=kept["met"],
        lines_unmet=kept["unmet"],
        share=kept["share"],
    )


def counted(plan: Plan) -> Kept:
    """The figures of a plan from its lines, in one pass."""
    return figures_to_keep(map(LineFigures._make, plan.lines.values_list(*LineFigures._fields)))


def figures_to_keep(lines: Iterable[Any]) -> Kept:
    """The figures of these lines, as a plan keeps them."""
    rows = list(lines)
    own = [line for line in rows if line.instead_of_id is None]
    planned: dict[int, int] = defaultdict(int)
    instead: dict[tuple[int, int], int] = defaultdict(int)
    for line in rows:
        planned[line.item_id] += line.quantity_planned
        if line.instead_of_id is not None:
            instead[line.organisation_id, line.instead_of_id] += line.quantity_planned
    by_item: dict[int, list[Any]] = {item_id: [] for item_id in sorted(planned)}
    for line in own:
        by_item[line.item_id].append(line)
    return {
        "items": [[item_id, *_sums(of_item, planned[item_id], instead)] for item_id, of_item in by_item.items()],
        "rows": len({(line.tier, line.organisation_id) for line in own}),
        "lines": len(own),
        "met": sum(line.gap == 0 and not line.is_stale for line in own),
        "unmet": sum(line.gap is None or line.gap > 0 or line.is_stale for line in own),
        "share": _share(own, instead),
    }


def _sums(lines: list[Any], planned: int, instead: dict[tuple[int, int], int]) -> list[int | None]:
    """As `ItemSums` has them."""
    before = [line.on_hand * 10 // line.daily_use for line in lines if line.daily_use]
    after = [
        (line.on_hand + line.quantity_planned + instead.get((line.organisation_id, line.item_id), 0))
        * 10
        // line.daily_use
        for line in lines
        if line.daily_use
    ]
    return [
        sum(line.quantity_asked or 0 for line in lines),
        sum(line.quantity_asked is None and not line.is_hold_back for line in lines),
        planned,
        min(before, default=None),
        min(after, default=None),
    ]


def _share(lines: list[Any], instead: dict[tuple[int, int], int]) -> int | None:
    return mean_share(
        (
            line.item_id,
            line.quantity_open,
            line.quantity_planned + instead.get((line.organisation_id, line.item_id), 0),
        )
        for line in lines
        if line.quantity_open and not line.is_hold_back and not line.is_stale
    )
