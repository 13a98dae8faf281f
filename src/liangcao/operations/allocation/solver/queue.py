"""A queue: the entries that wait for packs of their items in one step, as parallel arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[Any]


@dataclass(frozen=True)
class Queue:
    """Entries waiting for items.

    An entry's level is counted / scale: the fraction of its target met (fill) or its weighted days of cover (equal
    cover). `limit` is the number of whole packs that still fit under its target; `rank` settles ties (the
    requester's name).
    """

    item: Integers
    counted: Integers
    scale: Integers
    weight: Integers
    pack: Integers
    limit: Integers
    rank: Integers

    def waiting(self, chosen: Integers, given: Integers) -> Queue:
        """The chosen entries as they stand after `given` packs each."""
        given = given[chosen]
        pack = self.pack[chosen]
        return Queue(
            item=self.item[chosen],
            counted=self.counted[chosen] + given * pack,
            scale=self.scale[chosen],
            weight=self.weight[chosen],
            pack=pack,
            limit=self.limit[chosen] - given,
            rank=self.rank[chosen],
        )

    def can_take(self, given: Integers, left: Integers) -> NDArray[np.intp]:
        """The entries with room for one more pack which the stock left of their item still holds."""
        return np.flatnonzero((given < self.limit) & (self.pack <= left[self.item]))
