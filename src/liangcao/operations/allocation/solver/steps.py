"""The steps of a round, one after the other, each on what the earlier ones left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from liangcao.operations.allocation.solver.arrays import NONE, PlanArrays, RoundArrays, StepRule
from liangcao.operations.allocation.solver.causes import Causes
from liangcao.operations.allocation.solver.exact import sum_by
from liangcao.operations.allocation.solver.lowest import give_to_lowest
from liangcao.operations.allocation.solver.proportional import give_by_weight
from liangcao.operations.allocation.solver.queue import Queue
from liangcao.operations.allocation.solver.targets import Wanted, give_earmarked, wanted_in_step

Integers = NDArray[Any]
# How a step shares among those who wait: the queue, its limits in pieces, and the stock left, which it reduces.
Sharing = Callable[[StepRule, Queue, Integers], Integers]


def solve_arrays(lines: RoundArrays) -> PlanArrays:
    """The plan of a checked round, in pieces; the same round gives the same plan on every machine."""
    work = Work.start(lines)
    causes = Causes.start(lines)
    own, replaced, targets = [], [], []
    for number, step in enumerate(lines.steps):
        wanted = wanted_in_step(lines, step)
        before, before_replaced = work.own.copy(), work.replaced.copy()
        serve_step(work, step, wanted, whole_packs)
        targets.append(_targets_with_cap(work, wanted))
        own.append(work.own - before)
        replaced.append(work.replaced - before_replaced)
        causes.note_step(number, wanted, work.room(targets[-1]), work.left)
    gap, cause, cause_step = causes.conclude(work.counted, work.free_part + work.lent)
    return PlanArrays(
        earmarked=work.earmarked,
        own=_stacked(own, lines.item.size),
        replaced=_stacked(replaced, lines.substitute_line.size),
        target=_stacked(targets, lines.item.size),
        gap=gap,
        cause=cause,
        cause_step=cause_step,
        left=work.left,
    )


def _stacked(rows: list[Integers], width: int) -> Integers:
    return np.stack(rows) if rows else np.zeros((0, width), dtype=np.int64)


@dataclass
class Work:
    """What has been given so far. `lent` is what a line's requester got of its item in place of another item."""

    lines: RoundArrays
    earmarked: Integers
    own: Integers
    by_substitutes: Integers
    lent: Integers
    replaced: Integers
    substitute_own_line: Integers
    left: Integers
    turns: int

    @classmethod
    def start(cls, lines: RoundArrays) -> Work:
        """Nothing given yet but the earmarked goods."""
        size = lines.item.size
        return cls(
            lines=lines,
            earmarked=give_earmarked(lines),
            own=np.zeros(size, dtype=np.int64),
            by_substitutes=np.zeros(size, dtype=np.int64),
            lent=np.zeros(size, dtype=np.int64),
            replaced=np.zeros(lines.substitute_line.size, dtype=np.int64),
            substitute_own_line=_own_line_of_substitutes(lines),
            left=lines.free.copy(),
            turns=1 if lines.depth is None else int(lines.depth.max(initial=0)) + 1,
        )

    @property
    def free_part(self) -> Integers:
        """Pieces received that count against the cap."""
        return self.own + self.by_substitutes

    @property
    def counted(self) -> Integers:
        """All pieces received for the line's need in this round."""
        return self.earmarked + self.own + self.by_substitutes

    def room(self, target: Integers) -> Integers:
        """Pieces still missing up to the target of the step, never negative."""
        return np.maximum(target - self.counted, 0)


def serve_step(work: Work, step: StepRule, wanted: Wanted, sharing: Sharing) -> None:
    """One step: turn after turn, so that an item is served after all items which it may replace."""
    for turn in range(work.turns):
        _serve(work, step, wanted, turn, sharing)


def whole_packs(step: StepRule, queue: Queue, left: Integers) -> Integers:
    """Pieces for each entry in whole packs, by the method of the step."""
    # No entry can take more than the whole stock; the bound keeps every sum in the solver small.
    packs = np.minimum(queue.limit, left[queue.item]) // queue.pack
    method = give_by_weight if step.how == "proportional" else give_to_lowest
    return method(replace(queue, limit=packs), left) * queue.pack


def _own_line_of_substitutes(lines: RoundArrays) -> Integers:
    """For each substitute entry the line on which the same requester asks for the substitute itself, or NONE."""
    if lines.substitute_line.size == 0:
        return np.zeros(0, dtype=np.int64)
    people = int(lines.requester.max()) + 1
    keys = lines.item * people + lines.requester
    looked_for = lines.substitute_item * people + lines.requester[lines.substitute_line]
    at = np.minimum(np.searchsorted(keys, looked_for), keys.size - 1)
    return np.where(keys[at] == looked_for, at, NONE)


def _targets_with_cap(work: Work, wanted: Wanted) -> Integers:
    """The step's target in pieces received, under the cap; earmarked goods stand outside the cap. NONE: no target."""
    lines = work.lines
    ceiling = np.where(lines.cap == NONE, wanted.pieces, lines.cap + work.earmarked - work.lent)
    target = np.minimum(wanted.pieces, np.maximum(ceiling, 0))
    return np.where(wanted.pieces > 0, target, NONE)


def _serve(work: Work, step: StepRule, wanted: Wanted, turn: int, sharing: Sharing) -> None:
    """Serve the items of one turn: their own lines, and what is still missing of the items they replace."""
    target = _targets_with_cap(work, wanted)
    room = work.room(target)
    chosen, entries = _chosen(work, room, turn)
    line = np.concatenate([chosen, work.lines.substitute_line[entries]])
    if line.size == 0:
        return
    item = np.concatenate([work.lines.item[chosen], work.lines.substitute_item[entries]])
    pack, limit = _packs_and_limits(work, room, chosen, entries)
    counted, scale = _levels(work, step, target, line)
    # Ties go by the requester's name; of one requester's two entries for an item, his own line comes first.
    rank = work.lines.requester[line] * room.size * 2 + np.where(work.lines.item[line] == item, 0, line + 1)
    pieces = sharing(step, Queue(item, counted, scale, work.lines.weight[line], pack, limit, rank), work.left)
    work.own[chosen] += pieces[: chosen.size]
    _note_replaced(work, entries, pieces[chosen.size :])


def _chosen(work: Work, room: Integers, turn: int) -> tuple[Integers, Integers]:
    """The lines, and the substitute entries, that have room and whose item is served in this turn."""
    lines = work.lines
    wants = room > 0
    if lines.depth is None:
        return np.flatnonzero(wants), np.zeros(0, dtype=np.int64)
    chosen = np.flatnonzero(wants & (lines.depth[lines.item] == turn))
    entries = np.flatnonzero(wants[lines.substitute_line] & (lines.depth[lines.substitute_item] == turn))
    return chosen, entries


def _packs_and_limits(work: Work, room: Integers, chosen: Integers, entries: Integers) -> tuple[Integers, Integers]:
    """Pack size and the pieces that are wanted, for the own lines and then for the substitute entries.

    A substitute comes in the packs in which its requester asks for it, if he does, and stays within his cap for it
    after his own target there is served: the two entries of one requester share one cap.
    """
    lines = work.lines
    line, own = lines.substitute_line[entries], work.substitute_own_line[entries]
    asked = own != NONE
    pack = np.where(asked, lines.pack[own], lines.pack[line])
    capped = asked & (lines.cap[own] != NONE)
    spare = lines.cap[own] - work.lent[own] - work.free_part[own] - room[own]
    pieces = np.where(capped, np.minimum(room[line], np.maximum(spare, 0)), room[line])
    packs = np.concatenate([lines.pack[chosen], pack])
    return packs, np.concatenate([room[chosen], pieces])


def _levels(work: Work, step: StepRule, target: Integers, line: Integers) -> tuple[Integers, Integers]:
    """What each entry's level is made of. A substitute entry carries the level of its line: it is the same need."""
    if step.how == "equal_cover":
        on_hand = work.lines.on_hand[line] + work.counted[line]
        return on_hand, work.lines.daily_use[line] * work.lines.weight[line]
    return work.counted[line], target[line]


def _note_replaced(work: Work, entries: Integers, pieces: Integers) -> None:
    lines = work.lines
    work.replaced[entries] += pieces
    work.by_substitutes += sum_by(lines.substitute_line[entries], pieces, lines.item.size)
    own = work.substitute_own_line[entries]
    known = own != NONE
    work.lent += sum_by(own[known], pieces[known], lines.item.size)
