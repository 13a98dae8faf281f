"""Other ways to the same answer: every plan tried, a linear programme, largest remainders in fractions."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import highspy
import numpy as np

from liangcao.operations.allocation.solver import Ask, Round, Step, Stock
from liangcao.operations.allocation.solver.prepare import prepare
from liangcao.operations.allocation.solver.steps import solve_arrays

from .reference import random_step, target_of


@dataclass(frozen=True)
class Turn:
    """One step on one item: who waits with room, what each has, and the stock that the step finds."""

    step: Step
    asks: tuple[Ask, ...]
    have: tuple[int, ...]
    stock: int

    @property
    def rooms(self) -> list[int]:
        """Pieces that each may still get in this step."""
        return [target_of(ask, self.step) - have for ask, have in zip(self.asks, self.have, strict=True)]

    @property
    def scales(self) -> list[int]:
        """What one level is worth to each, in pieces."""
        if self.step.how == "proportional":
            return [ask.weight for ask in self.asks]
        if self.step.how == "fill":
            return [target_of(ask, self.step) for ask in self.asks]
        return [(ask.daily_use if ask.daily_use is not None else ask.norm or 0) * ask.weight for ask in self.asks]

    @property
    def counted(self) -> list[int]:
        """What a level counts before the step; shares by weight count only what the step itself adds."""
        if self.step.how == "proportional":
            return [0] * len(self.asks)
        cover = self.step.how == "equal_cover"
        return [have + (ask.on_hand if cover else 0) for ask, have in zip(self.asks, self.have, strict=True)]


def turns(round_: Round) -> Iterator[tuple[Turn, list[int]]]:
    """Every step on every item of a round without earmarks and substitutes, given the solver's own earlier integer
    steps, with the pieces that the solver adds in it."""
    prepared = prepare(round_)
    own = solve_arrays(prepared.arrays).own
    for number, step in enumerate(round_.steps):
        before = own[:number].sum(axis=0)
        for item, name in enumerate(prepared.items):
            lines = [line for line, ask in enumerate(prepared.asks) if ask.item == name]
            stock = int(prepared.arrays.free[item] - before[lines].sum())
            waiting = [line for line in lines if target_of(prepared.asks[line], step) > before[line]]
            if waiting:
                asks = tuple(prepared.asks[line] for line in waiting)
                yield (
                    Turn(step, asks, tuple(before[waiting].tolist()), stock),
                    own[number][waiting].tolist(),
                )
            elif lines:
                assert not own[number][lines].any()


def best_of_all_plans(turn: Turn) -> list[Fraction]:
    """The sorted levels which no other plan of whole packs beats: every plan is looked at."""
    choices = [
        [Fraction(have + pieces, scale) for pieces in range(0, room + 1, ask.pack)]
        for ask, have, scale, room in zip(turn.asks, turn.counted, turn.scales, turn.rooms, strict=True)
    ]
    order = sorted({level for choice in choices for level in choice})
    place = {level: number for number, level in enumerate(order)}
    grid = np.indices([len(choice) for choice in choices]).reshape(len(choices), -1)
    pieces = sum(grid[n] * ask.pack for n, ask in enumerate(turn.asks))
    grid = grid[:, pieces <= turn.stock]
    ranks = np.stack([np.array([place[level] for level in choice])[grid[n]] for n, choice in enumerate(choices)])
    ranks.sort(axis=0)
    best = ranks[:, np.lexsort(ranks[::-1])[-1]]
    return [order[number] for number in best]


def nearest_to_shares(turn: Turn) -> list[int]:
    """Of all plans that leave no pack which fits, the one nearest to the exact shares by weight (sum of squares; ties
    by name), where all packs are of one size. It is what largest remainders must come to."""
    pack = turn.asks[0].pack
    limits = [room // pack for room in turn.rooms]
    packs = min(turn.stock // pack, sum(limits))
    shares = level_by_linear_programme([0] * len(limits), turn.scales, limits, packs)
    exact = _fractions_of(shares, turn.scales, limits, packs)
    best = min(
        (plan for plan in itertools.product(*(range(limit + 1) for limit in limits)) if sum(plan) == packs),
        key=lambda plan: (sum((n - share) ** 2 for n, share in zip(plan, exact, strict=True)), [-n for n in plan]),
    )
    return [n * pack for n in best]


def _fractions_of(shares: Sequence[float], weights: Sequence[int], limits: Sequence[int], packs: int) -> list[Fraction]:
    """The exact shares: the programme tells in floats who is at his limit, the others divide the rest by weight."""
    full = [limit - share < 1e-6 for share, limit in zip(shares, limits, strict=True)]
    rest = packs - sum(limit for limit, at in zip(limits, full, strict=True) if at)
    total = sum(weight for weight, at in zip(weights, full, strict=True) if not at)
    return [
        Fraction(limit) if at else Fraction(rest * weight, total)
        for limit, weight, at in zip(limits, weights, full, strict=True)
    ]


def level_by_linear_programme(
    counted: Sequence[float], scales: Sequence[int], rooms: Sequence[float], stock: float
) -> list[float]:
    """Shares by linear programmes alone: the lowest level as high as it goes, those who cannot rise are set, again."""
    size = len(rooms)
    shares = [float(room) for room in rooms]
    if sum(shares) <= stock:
        return shares
    free = set(range(size))
    while free:
        solver = highspy.Highs()
        solver.silent()
        level = solver.addVariable(lb=0, ub=highspy.kHighsInf)
        pieces = [
            solver.addVariable(lb=0 if n in free else shares[n], ub=rooms[n] if n in free else shares[n])
            for n in range(size)
        ]
        for n in free:
            solver.addConstr(pieces[n] + counted[n] >= scales[n] * level)
        solver.addConstr(sum(pieces[1:], pieces[0] + 0) <= stock)
        solver.maximize(level)
        reached = solver.val(level)
        at = {n: max(scales[n] * reached - counted[n], 0.0) for n in free}
        # Who has no room above this level is done; when nobody is, the stock is what stops them all.
        done = {n for n in free if at[n] >= rooms[n] - 1e-9 * max(1.0, rooms[n])}
        for n in done or free:
            shares[n] = min(at[n], float(rooms[n]))
        free = free - done if done else set()
    return shares


def largest_remainders(weights: Sequence[int], amount: int) -> list[int]:
    """Hamilton's method in whole numbers: ties go to who stands first."""
    total = sum(weights)
    whole = [amount * weight // total for weight in weights]
    order = sorted(range(len(weights)), key=lambda n: (-(amount * weights[n] % total), n))
    for n in order[: amount - sum(whole)]:
        whole[n] += 1
    return whole


def stepped_rounds(count: int, *, all_ones: bool, seed: int) -> Iterator[Round]:
    """Random rounds of one item and up to four steps, small enough to try every plan of a step. Packs are all 1, or of
    one size, or of several."""
    dice = random.Random(seed)
    for _ in range(count):
        size = dice.choice([2, 3, 5])
        packs = [1] * 4 if all_ones else dice.choice([[size] * 4, [dice.choice([1, 2, 3, 5]) for _ in range(4)]])
        asks = tuple(_small_ask(dice, number, packs[number]) for number in range(dice.randint(1, 4)))
        stock = dice.randint(0, sum(ask.requested or 0 for ask in asks) + size)
        steps = tuple(_gentle(random_step(dice)) for _ in range(dice.randint(1, 4)))
        yield Round((Stock("库", "口罩", "1", None, stock),), asks, steps)


def _gentle(step: Step) -> Step:
    return replace(step, days=min(step.days, 4)) if step.days else step


def _small_ask(dice: random.Random, number: int, pack: int) -> Ask:
    return Ask(
        f"{number}号",
        "口罩",
        dice.choice([None, *[dice.randint(0, 6) * pack + dice.randint(0, pack - 1) for _ in range(5)]]),
        tier=dice.randint(1, 3),
        weight=dice.randint(1, 5),
        on_hand=dice.randint(0, 6),
        daily_use=dice.choice([None, 0, 1, 2, 3]),
        floor=dice.choice([0, dice.randint(0, 4) * pack]),
        cap=dice.choice([None, None, dice.randint(pack, 6 * pack)]),
        pack=pack,
        norm=dice.choice([None, 2]),
    )
