"""Shares in proportion to weights, by the largest remainder, under limits: the method of *proportional*.

What a step adds to an item is split as weight / sum of weights. An entry whose share exceeds its limit gets the
limit, and the rest is split among the others again. Each entry gets its share rounded down to whole packs; the
packs left over go to the largest remainders, ties to the lower rank. Nobody is ever a whole pack away from his
share (the quota rule). The price is the Alabama paradox: one more pack of stock may cost somebody one pack.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from liangcao.operations.allocation.solver.exact import SAFE, ratio_keys, running_sum_by, sum_by
from liangcao.operations.allocation.solver.lowest import give_to_lowest
from liangcao.operations.allocation.solver.queue import Queue

Integers = NDArray[Any]


def give_by_weight(queue: Queue, left: Integers) -> Integers:
    """Packs given to each entry; `left` (pieces of each item) is reduced in place."""
    numerators, denominators = shares(queue, left)
    packs_wide = numerators // denominators
    remainders = numerators - packs_wide * denominators
    given = packs_wide.astype(np.int64)
    left -= sum_by(queue.item, given * queue.pack, left.size)
    given += _largest_remainders(queue, remainders, denominators, left)
    # With packs of several sizes a large pack may have been passed over: what is left goes on to the entries that are
    # furthest behind, so that no later step gets a pack which this step could use.
    behind = replace(queue, counted=given * queue.pack, scale=queue.weight, limit=queue.limit - given)
    return given + give_to_lowest(behind, left)


def shares(queue: Queue, left: Integers) -> tuple[Integers, Integers]:
    """Each entry's share before rounding, in packs, as exact numerators and denominators (int64 or Python integers)."""
    room = queue.limit * queue.pack
    amount = _whole_packs(queue, _least(queue, room, left))
    weights = sum_by(queue.item, queue.weight, left.size)
    wide = _must_be_wide(queue, room, amount, weights)
    weight, room, pack, amount, weights = (
        values.astype(object) if wide else values for values in (queue.weight, room, queue.pack, amount, weights)
    )
    full = np.zeros(queue.item.size, dtype=bool)
    while True:
        # An entry is full when its share, weight * amount / weights, reaches its room. Taking full entries out only
        # raises the shares of the others, so that nobody has to be put back.
        newly = ~full & (room * weights[queue.item] <= weight * amount[queue.item]).astype(bool)
        if not newly.any():
            break
        amount = amount - sum_by(queue.item[newly], room[newly], left.size)
        weights = weights - sum_by(queue.item[newly], weight[newly], left.size)
        full |= newly
    one = np.ones_like(weight)
    return (
        np.where(full, room // pack, weight * amount[queue.item]),
        np.where(full, one, np.maximum(weights[queue.item], 1) * pack),
    )


def _least(queue: Queue, room: Integers, left: Integers) -> Integers:
    """The stock or the need of each item, whichever is less."""
    # The needs of a million lines may add up to more than 64 bits hold: a float tells that they exceed any stock.
    short = np.bincount(queue.item, weights=room.astype(np.float64), minlength=left.size) >= left
    needed = np.where(short[queue.item], 0, room)
    return np.where(short, left, sum_by(queue.item, needed, left.size))


def _whole_packs(queue: Queue, amount: Integers) -> Integers:
    """Where all packs of an item are of one size, the amount in whole packs: then the quota rule holds to the pack."""
    largest = np.zeros(amount.size, dtype=np.int64)
    smallest = np.full(amount.size, SAFE, dtype=np.int64)
    np.maximum.at(largest, queue.item, queue.pack)
    np.minimum.at(smallest, queue.item, queue.pack)
    uniform = np.where(largest == smallest, largest, 1)
    return amount // uniform * uniform


def _must_be_wide(queue: Queue, room: Integers, amount: Integers, weights: Integers) -> bool:
    """Whether a product could leave 64 bits, so that Python's own integers are needed."""
    if queue.item.size == 0:
        return False
    heaviest, total = int(queue.weight.max()), int(weights.max())
    products = (int(room.max()) * total, heaviest * int(amount.max()), total * int(queue.pack.max()) * 4)
    return max(products) >= SAFE


def _largest_remainders(queue: Queue, remainders: Integers, denominators: Integers, left: Integers) -> Integers:
    """One more pack for the largest remainders while the stock holds it; a pack too large is passed over."""
    extra = np.zeros(queue.item.size, dtype=np.int64)
    waiting = np.flatnonzero((remainders > 0) & (queue.pack <= left[queue.item]))
    keys = [-key for key in ratio_keys(remainders[waiting], denominators[waiting])]
    waiting = waiting[np.lexsort([queue.rank[waiting], *reversed(keys), queue.item[waiting]])]
    while waiting.size:
        item, pack = queue.item[waiting], queue.pack[waiting]
        fits = running_sum_by(item, pack) <= left[item]
        extra[waiting[fits]] = 1
        left -= sum_by(item[fits], pack[fits], left.size)
        waiting = waiting[~fits & (pack <= left[item])]
    return extra
