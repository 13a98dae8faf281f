"""The plan before rounding: what each line would get if packs and pieces could be cut, in exact fractions.

It is what the plan of whole packs is measured against: within one step nobody is a whole pack away from it while all
packs of the item are of one size, and more stock never lowers it for anybody. Made for looking at a plan, not for
speed: a round of some thousand lines takes seconds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from liangcao.operations.allocation.solver.arrays import StepRule
from liangcao.operations.allocation.solver.check import check_round
from liangcao.operations.allocation.solver.prepare import prepare
from liangcao.operations.allocation.solver.queue import Queue
from liangcao.operations.allocation.solver.round import Round
from liangcao.operations.allocation.solver.steps import Work, serve_step
from liangcao.operations.allocation.solver.targets import needed_of_earmarked, wanted_in_step

Exact = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Share:
    """What one ask has, in pieces: of earmarked goods, and in all after each step, substitutes included."""

    requester: str
    item: str
    earmarked: Fraction
    after_step: tuple[Fraction, ...]

    @property
    def total(self) -> Fraction:
        """After the last step."""
        return self.after_step[-1] if self.after_step else self.earmarked


def shares_before_rounding(round_: Round) -> tuple[Share, ...]:
    """The plan of a round as if everything could be cut, by item, then requester. Raises `Invalid` as `solve` does."""
    check_round(round_)
    prepared = prepare(round_)
    lines = prepared.arrays
    work = Work.start(lines)
    for name in ("own", "by_substitutes", "lent", "replaced", "left"):
        setattr(work, name, _exact(getattr(work, name)))
    work.earmarked = _exact(needed_of_earmarked(lines))
    after = []
    for step in lines.steps:
        serve_step(work, step, wanted_in_step(lines, step), _cut)
        after.append(work.counted.tolist())
    columns = list(zip(*after, strict=True)) if after else [()] * len(prepared.asks)
    return tuple(
        Share(ask.requester, ask.item, earmarked, tuple(column))
        for ask, earmarked, column in zip(prepared.asks, work.earmarked.tolist(), columns, strict=True)
    )


def level_out(
    counted: Sequence[int | Fraction], scale: Sequence[int], room: Sequence[int | Fraction], stock: int | Fraction
) -> list[Fraction]:
    """Raise everybody's (counted + share) / scale to one level, each up to his room, until the stock is used up.

    With nothing counted and the weights as scale this is the division in proportion to weights under limits.
    """
    events = sorted(
        event
        for have, size, more in zip(counted, scale, room, strict=True)
        if more > 0
        for event in ((Fraction(have) / size, size), (Fraction(have + more) / size, -size))
    )
    level, slope, left = Fraction(0), 0, Fraction(stock)
    for at, change in events:
        needed = slope * (at - level)
        if slope and needed >= left:
            level += left / slope
            break
        level, slope, left = at, slope + change, left - needed
    return [
        min(max(level * size - have, Fraction(0)), Fraction(more))
        for have, size, more in zip(counted, scale, room, strict=True)
    ]


def _cut(step: StepRule, queue: Queue, left: Exact) -> Exact:
    """Shares of the queue by the method of the step, item by item."""
    by_weight = step.how == "proportional"
    given = _exact(np.zeros(queue.item.size, dtype=np.int64))
    places: dict[int, list[int]] = defaultdict(list)
    for place, item in enumerate(queue.item.tolist()):
        places[item].append(place)
    for item, found in places.items():
        counted = [0] * len(found) if by_weight else queue.counted[found].tolist()
        scale = (queue.weight if by_weight else queue.scale)[found].tolist()
        shares = level_out(counted, scale, queue.limit[found].tolist(), left[item])
        given[found] = shares
        left[item] -= sum(shares)
    return given


def _exact(values: Exact) -> Exact:
    made = np.empty(values.size, dtype=object)
    made[:] = [Fraction(value) for value in values.tolist()]
    return made
