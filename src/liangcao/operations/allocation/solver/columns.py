"""The asks of a round as columns: read once, then looked through and calculated with as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from liangcao.operations.allocation.solver.arrays import NONE
from liangcao.operations.allocation.solver.round import Ask

Integers = NDArray[Any]


class Columns:
    """Columns of asks in the order of their rows, each made when it is first asked for."""

    def __init__(self, asks: Sequence[Ask]) -> None:
        self._asks = asks
        self._amounts: dict[str, Integers | None] = {}
        self._codes: dict[str, tuple[tuple[str, ...], Integers]] = {}

    def amounts(self, name: str) -> Integers | None:
        """One number of every ask as int64, NONE where it is not known; None where a value is no whole number from 0
        on, or too large for any sum."""
        if name not in self._amounts:
            self._amounts[name] = _amounts(list(map(attrgetter(name), self._asks)))
        return self._amounts[name]

    def checked(self, name: str) -> Integers:
        """`amounts` of a round that was checked; raises ValueError where it was not and a value cannot be counted."""
        values = self.amounts(name)
        if values is None:
            raise ValueError(f"column {name} of an unchecked round holds a value that is no whole number")
        return values

    def codes(self, name: str) -> tuple[tuple[str, ...], Integers]:
        """The names that stand in a column, sorted, and for every ask the place of its name among them."""
        if name not in self._codes:
            values = list(map(attrgetter(name), self._asks))
            names = tuple(sorted(set(values)))
            place = {value: number for number, value in enumerate(names)}
            self._codes[name] = names, np.fromiter(map(place.__getitem__, values), np.int64, len(values))
        return self._codes[name]

    def has_repeats(self) -> bool:
        """Whether a requester asks for an item on more than one row."""
        people, requester = self.codes("requester")
        keys = np.sort(self.codes("item")[1] * len(people) + requester)
        return bool((keys[1:] == keys[:-1]).any())


def _amounts(values: list[Any]) -> Integers | None:
    types = set(map(type, values))
    if not types <= {int, type(None)}:
        return None
    known = [value for value in values if value is not None] if type(None) in types else values
    if known and not 0 <= min(known) <= max(known) < 1 << 62:
        return None
    if len(known) < len(values):
        values = [NONE if value is None else value for value in values]
    return np.array(values, dtype=np.int64)
