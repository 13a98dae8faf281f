"""How much a step aims at for each line, and why it may aim at nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from liangcao.operations.allocation.solver.arrays import NONE, RoundArrays, StepRule

Integers = NDArray[Any]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Wanted:
    """`pieces` wanted in one step, before the cap (0 where nothing is wanted), and the lines it reaches.

    `aimed` are the lines for which the step has a target, be it met already (enough days of cover on hand). The
    other masks name the lines which the step reaches but for which it can have none.
    """

    pieces: Integers
    reached: Mask
    aimed: Mask
    amount_unknown: Mask
    cap_missing: Mask
    daily_use_unknown: Mask
    daily_use_zero: Mask
    weight_zero: Mask


def wanted_in_step(lines: RoundArrays, step: StepRule) -> Wanted:
    """What the step wants for each line it reaches, in pieces to be received in this round."""
    reached = (lines.tier >= step.first_tier) & (lines.tier <= step.last_tier)
    if step.requester != NONE:
        reached = lines.requester == step.requester
    nothing = np.zeros_like(reached)
    daily = step.uses_daily_use
    amount_unknown = reached & (lines.requested == NONE) if step.target == "request" else nothing
    cap_missing = reached & (lines.cap == NONE) if step.target == "cap" else nothing
    use_unknown = reached & (lines.daily_use == NONE) if daily else nothing
    use_zero = reached & (lines.daily_use == 0) if daily else nothing
    weight_zero = reached & (lines.weight == 0) if step.uses_weight else nothing
    excluded = amount_unknown | cap_missing | use_unknown | use_zero | weight_zero
    pieces = np.where(reached & ~excluded, np.maximum(_pieces(lines, step), 0), 0)
    aimed = reached & ~excluded if step.target == "days" else pieces > 0
    return Wanted(pieces, reached, aimed, amount_unknown, cap_missing, use_unknown, use_zero, weight_zero)


def _pieces(lines: RoundArrays, step: StepRule) -> Integers:
    if step.target == "floor":
        return lines.floor
    if step.target == "days":
        return step.days * lines.daily_use - lines.on_hand
    return lines.cap if step.target == "cap" else lines.requested


def give_earmarked(lines: RoundArrays) -> Integers:
    """Earmarked goods for each line, in whole packs, before any step and outside the caps, up to the line's need."""
    return needed_of_earmarked(lines) // lines.pack * lines.pack


def needed_of_earmarked(lines: RoundArrays) -> Integers:
    """The earmarked pieces that each line needs, whatever its packs.

    The need is the largest of the amount requested and the targets of the steps that reach the line. Where nothing
    at all is known about it, the goods are the recipient's own and all go to him.
    """
    if not lines.earmarked.any():
        return np.zeros_like(lines.earmarked)
    need = np.maximum(lines.requested, 0)
    for step in lines.steps:
        need = np.maximum(need, wanted_in_step(lines, step).pieces)
    unlimited = (lines.requested == NONE) & (need == 0)
    return np.where(unlimited, lines.earmarked, np.minimum(lines.earmarked, need))
