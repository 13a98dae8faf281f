"""A round and a plan as parallel arrays: what the solver itself works on, and the entry for very large rounds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[Any]

# Stands for "unknown" in `requested` and `daily_use`, for "no limit" in `cap`, and for "no target" in `target`.
NONE = -1
TIER_LAST = 1 << 40


@dataclass(frozen=True)
class StepRule:
    """One step: the tiers `first_tier`..`last_tier`, or a single requester when `requester` is not NONE."""

    target: str
    how: str
    days: int = 0
    first_tier: int = 0
    last_tier: int = TIER_LAST
    requester: int = NONE

    @property
    def uses_weight(self) -> bool:
        """Whether the weight decides: an entry of weight 0 takes no part in such a step."""
        return self.how != "fill"

    @property
    def uses_daily_use(self) -> bool:
        """Whether the step means nothing for an entry whose daily use is unknown or 0."""
        return self.target == "days" or self.how == "equal_cover"


def _no_lines() -> Integers:
    return np.zeros(0, dtype=np.int64)


@dataclass(frozen=True)
class RoundArrays:
    """Lines (one per requester and item) sorted by item, then requester; both are numbered in the order of their names.

    All arrays are int64. `earmarked` is the stock given for exactly this line; `free` the other stock of each item.
    `substitute_line` and `substitute_item` list the substitutes of all lines, each line's in its order of preference;
    `depth` says in which turn an item is served inside a step: after every item which it may replace.
    """

    item: Integers
    requester: Integers
    requested: Integers
    tier: Integers
    weight: Integers
    on_hand: Integers
    daily_use: Integers
    floor: Integers
    cap: Integers
    pack: Integers
    earmarked: Integers
    free: Integers
    steps: tuple[StepRule, ...]
    substitute_line: Integers = field(default_factory=_no_lines)
    substitute_item: Integers = field(default_factory=_no_lines)
    depth: Integers | None = None


@dataclass(frozen=True)
class PlanArrays:
    """The plan in pieces.

    `own[k]` and `replaced[k]` are what step k added to each line from its own item and to each substitute entry;
    `target[k]` is what the step aimed at, counted with all the line already had (NONE: no target). `cause` is an
    index into CAUSES with `cause_step` the step concerned (or NONE); `gap` is what is missing (NONE: the amount is
    unknown).
    """

    earmarked: Integers
    own: Integers
    replaced: Integers
    target: Integers
    gap: Integers
    cause: Integers
    cause_step: Integers
    left: Integers

    @property
    def allocated(self) -> Integers:
        """Pieces of its own item for each line, earmarked goods included."""
        return self.earmarked + self.own.sum(axis=0)


CAUSES = (
    "target_met",
    "stock_out",
    "no_stock",
    "pack_over_stock",
    "cap",
    "pack_over_target",
    "amount_unknown",
    "daily_use_unknown",
    "daily_use_zero",
    "weight_zero",
    "cap_missing",
    "no_step",
    "steps_end",
)
CAUSE = {code: number for number, code in enumerate(CAUSES)}
