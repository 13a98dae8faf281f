"""Each next pack to the lowest level: the method of *fill* and of *equal cover*.

The packs of all entries, ordered by (level before the pack, the larger next level first, rank), are handed out in that
order while the stock holds them; an entry whose pack no longer fits the stock leaves. With one pack size this is the
integer leximin optimum, and more stock only lengthens the same sequence, so that nobody ever gets less of more.

The sequence may have billions of packs, so it is not walked. A bisection on the level, in floating point and with a
margin far above its error, finds the packs that are certainly handed out; only the few packs near the final level are
ordered exactly and decided one by one.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from liangcao.operations.allocation.solver.exact import ratio_keys, running_sum_by, sum_by
from liangcao.operations.allocation.solver.queue import Queue

Integers = NDArray[Any]
Floats = NDArray[np.float64]

# Doubles carry 53 bits; the three operations of `_packs_below` lose at most 2**-51 of the level. The margin is 4,000
# times that, and still leaves no more than a handful of packs of one entry undecided.
MARGIN = 2e-12
# A level between 0 and any high bound is halved to the margin in about 40 turns; levels near 0 may take more.
TURNS_MAX = 64


def give_to_lowest(queue: Queue, left: Integers) -> Integers:
    """Packs given to each entry; `left` (pieces of each item) is reduced in place."""
    given = np.zeros(queue.item.size, dtype=np.int64)
    alive = queue.can_take(given, left)
    while alive.size:
        part = queue.waiting(alive, given)
        given[alive] += _hand_out(part, left)
        alive = alive[queue.waiting(alive, given).can_take(np.zeros(alive.size, dtype=np.int64), left)]
    return given


def _hand_out(part: Queue, left: Integers) -> Integers:
    """Hand out packs until, in each item, all entries are full or one pack does not fit the stock any more."""
    sure, possible = _bracket(part, left)
    left -= sum_by(part.item, sure * part.pack, left.size)
    entry, pieces = _next_packs_in_order(part, sure, possible)
    item = part.item[entry]
    # The sums only grow, so that "fits" ends at the first pack which does not: the search then starts again without
    # the entries whose packs are too large for what is left.
    fits = running_sum_by(item, pieces) <= left[item]
    left -= sum_by(item[fits], pieces[fits], left.size)
    return sure + np.bincount(entry[fits], minlength=sure.size)


def _bracket(part: Queue, left: Integers) -> tuple[Integers, Integers]:
    """For each entry the packs it gets for certain and the packs that may still be decided."""
    size = left.size
    measures = _Measures(part)
    stock = left.astype(np.float64)
    # In floating point, because the needs of a million lines may add up to more than an integer of 64 bits holds.
    enough = np.bincount(part.item, weights=measures.pack * measures.limit, minlength=size) <= stock
    high = np.zeros(size)
    np.maximum.at(high, part.item, (part.counted + part.limit * part.pack) / measures.scale)
    high *= 1 + MARGIN
    low = np.where(enough, high, 0.0)
    coarse = measures.pack.sum() / 16
    spread_low, spread_high = np.zeros(size), measures.pieces_below(high, size)
    for _ in range(TURNS_MAX):
        middle = (low + high) / 2
        pieces = measures.pieces_below(middle, size)
        fits = pieces <= stock
        low, high = np.where(fits, middle, low), np.where(fits, high, middle)
        spread_low, spread_high = np.where(fits, pieces, spread_low), np.where(fits, spread_high, pieces)
        if (spread_high - spread_low)[~enough].sum() <= coarse or np.all(high - low <= MARGIN * high):
            break
    sure = measures.packs_below(low * (1 - MARGIN)).astype(np.int64)
    possible = measures.packs_below(high * (1 + MARGIN)).astype(np.int64)
    everything = enough[part.item]
    return np.where(everything, part.limit, sure), np.where(everything, part.limit, possible)


class _Measures:
    """The queue in floating point, for the bisection only."""

    def __init__(self, part: Queue) -> None:
        self.item = part.item
        self.scale = part.scale.astype(np.float64)
        self.counted = part.counted.astype(np.float64)
        self.pack = part.pack.astype(np.float64)
        self.limit = part.limit.astype(np.float64)

    def packs_below(self, level: Floats) -> Floats:
        """How many packs of each entry start below the level of its item, give or take the margin."""
        packs = level[self.item]
        packs *= self.scale
        packs -= self.counted
        packs /= self.pack
        np.ceil(packs, out=packs)
        np.maximum(packs, 0, out=packs)
        return np.minimum(packs, self.limit, out=packs)

    def pieces_below(self, level: Floats, size: int) -> Floats:
        """The pieces in those packs for each item: exact below 2**53, and above that more than any stock."""
        packs = self.packs_below(level)
        packs *= self.pack
        return np.bincount(self.item, weights=packs, minlength=size).astype(np.float64, copy=False)


def _next_packs_in_order(part: Queue, sure: Integers, possible: Integers) -> tuple[Integers, Integers]:
    """The undecided packs, item by item, in the exact order of the rule: entry index and pieces of each pack."""
    counts = possible - sure
    entry = np.repeat(np.arange(sure.size), counts)
    first = np.repeat(np.cumsum(counts) - counts, counts)
    number = np.arange(entry.size) - first + sure[entry]
    pack, scale = part.pack[entry], part.scale[entry]
    level = ratio_keys(part.counted[entry] + number * pack, scale)
    gain = [-key for key in ratio_keys(pack, scale)]
    order = np.lexsort([part.rank[entry], *reversed(gain), *reversed(level), part.item[entry]])
    return entry[order], pack[order]
