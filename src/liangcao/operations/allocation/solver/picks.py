"""Which lots a plan takes: first expired, first out. Lines and lots are laid on one axis and cut at each border."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[Any]


def match_intervals(
    line_group: Integers, line_pieces: Integers, lot_group: Integers, lot_pieces: Integers
) -> tuple[Integers, Integers, Integers]:
    """Serve lines from lots in the order given, group by group: (line index, lot index, pieces) of each pick.

    Groups are small integers and stand in ascending order on both sides; in no group may the lines need more than
    the lots hold. A line that needs nothing and an empty lot have no pick.
    """
    groups = int(max(line_group.max(initial=-1), lot_group.max(initial=-1))) + 1
    held = np.zeros(groups, dtype=np.int64)
    np.add.at(held, lot_group, lot_pieces)
    start = np.cumsum(held) - held
    lot_end = np.cumsum(lot_pieces)
    total = np.cumsum(line_pieces)
    needed = np.zeros(groups, dtype=np.int64)
    np.add.at(needed, line_group, line_pieces)
    # Within its group a line starts where the lines before it end; the group starts where its lots start.
    line_end = total - (np.cumsum(needed) - needed)[line_group] + start[line_group]
    line_start = line_end - line_pieces
    cuts = np.sort(np.concatenate([line_start, line_end, lot_end, np.zeros(1, dtype=np.int64)]), kind="stable")
    left, right = cuts[:-1], cuts[1:]
    left, right = left[left < right], right[left < right]
    wanted = np.flatnonzero(line_pieces > 0)
    at = np.searchsorted(line_end[wanted], left, side="right")
    inside = at < wanted.size
    left, right, at = left[inside], right[inside], at[inside]
    covered = line_start[wanted[at]] <= left
    left, right, line = left[covered], right[covered], wanted[at[covered]]
    lot = np.searchsorted(lot_end, left, side="right")
    return line, lot, right - left
