"""Why a line did not get more: one limiting cause for each line, found while the steps run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from liangcao.operations.allocation.solver.arrays import CAUSE, NONE, RoundArrays
from liangcao.operations.allocation.solver.targets import Wanted

Integers = NDArray[Any]
Mask = NDArray[np.bool_]

_EXCLUSIONS = ("daily_use_unknown", "daily_use_zero", "weight_zero", "cap_missing", "amount_unknown")


@dataclass
class Causes:
    """What the steps noticed about each line."""

    lines: RoundArrays
    reached: Mask
    aimed: Mask
    largest_want: Integers
    short_step: Integers
    short_of_pack: Mask
    excluded: dict[str, Mask]
    excluded_step: dict[str, Integers]

    @classmethod
    def start(cls, lines: RoundArrays) -> Causes:
        """Nothing noticed yet."""
        size = lines.item.size
        return cls(
            lines=lines,
            reached=np.zeros(size, dtype=bool),
            aimed=np.zeros(size, dtype=bool),
            largest_want=np.zeros(size, dtype=np.int64),
            short_step=np.full(size, NONE, dtype=np.int64),
            short_of_pack=np.zeros(size, dtype=bool),
            excluded={code: np.zeros(size, dtype=bool) for code in _EXCLUSIONS},
            excluded_step={code: np.full(size, NONE, dtype=np.int64) for code in _EXCLUSIONS},
        )

    def note_step(self, number: int, wanted: Wanted, room: Integers, left: Integers) -> None:
        """After step `number`: who still had room for a pack, so that only the stock stopped him."""
        self.reached |= wanted.reached
        self.aimed |= wanted.aimed
        self.largest_want = np.maximum(self.largest_want, wanted.pieces)
        short = (room >= self.lines.pack) & (self.short_step == NONE)
        self.short_step[short] = number
        self.short_of_pack[short] = left[self.lines.item[short]] > 0
        for code in _EXCLUSIONS:
            mask = getattr(wanted, code)
            self.excluded_step[code][mask & ~self.excluded[code]] = number
            self.excluded[code] |= mask

    def conclude(self, counted: Integers, under_cap: Integers) -> tuple[Integers, Integers, Integers]:
        """Gap in pieces (NONE: unknown amount), cause and step of each line; `under_cap` counts against its cap."""
        lines = self.lines
        known = lines.requested != NONE
        gap = np.maximum(np.where(known, lines.requested, self.largest_want) - counted, 0)
        gap[~known & ~self.aimed] = NONE
        cap_room = np.where(lines.cap == NONE, gap, lines.cap - under_cap)
        capped = (lines.cap != NONE) & (cap_room < lines.pack) & (cap_room < gap)
        cases: list[tuple[str, Mask, Integers | None]] = [
            ("no_step", ~self.reached & (gap != 0), None),
            ("target_met", gap == 0, None),
            ("no_stock", (self.short_step != NONE) & (lines.free[lines.item] == 0), self.short_step),
            ("pack_over_stock", (self.short_step != NONE) & self.short_of_pack, self.short_step),
            ("stock_out", self.short_step != NONE, self.short_step),
            ("cap", capped, None),
            *((code, self.excluded[code] & ~self.aimed, self.excluded_step[code]) for code in _EXCLUSIONS),
            ("amount_unknown", gap == NONE, None),
            ("pack_over_target", (gap > 0) & (gap < lines.pack), None),
            *((code, self.excluded[code] & (gap > 0), self.excluded_step[code]) for code in _EXCLUSIONS),
        ]
        return gap, *_first_match(cases, lines.item.size)


def _first_match(cases: list[tuple[str, Mask, Integers | None]], size: int) -> tuple[Integers, Integers]:
    cause = np.full(size, CAUSE["steps_end"], dtype=np.int64)
    step = np.full(size, NONE, dtype=np.int64)
    for code, mask, steps in reversed(cases):
        cause[mask] = CAUSE[code]
        step[mask] = NONE if steps is None else steps[mask]
    return cause, step
