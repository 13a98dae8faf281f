"""The rules of a round in the plainest words: one pack after the other, in fractions. Slow, and easy to read."""

from __future__ import annotations

import itertools
import random
from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from liangcao.operations.allocation.solver import Ask, Result, Round, Step, Stock
from liangcao.operations.allocation.solver.check import reaches

Given = dict[tuple[str, str], int]


def allocated(result: Result) -> Given:
    """Pieces by requester and item, substitutes among the rest."""
    given: Given = defaultdict(int)
    for line in result.lines:
        given[line.requester, line.item] += line.allocated
    return dict(given)


def target_of(ask: Ask, step: Step) -> int:
    """Pieces that the step aims at in this round, under the cap; 0 when it has no target for the ask."""
    if not reaches(step, ask.tier, ask.requester) or (step.how != "fill" and ask.weight == 0):
        return 0
    daily = ask.norm if ask.daily_use is None else ask.daily_use
    if (step.target == "days" or step.how == "equal_cover") and not daily:
        return 0
    wanted = {
        "floor": ask.floor,
        "days": (step.days or 0) * (daily or 0) - ask.on_hand,
        "cap": ask.cap,
        "request": ask.requested,
    }[step.target]
    return max(0, min(wanted or 0, ask.cap if ask.cap is not None else wanted or 0))


def level_of(ask: Ask, step: Step, pieces: int) -> Fraction:
    """The fraction of the target met, or the weighted days of cover, with `pieces` received."""
    if step.how == "fill":
        return Fraction(pieces, target_of(ask, step))
    daily = ask.norm if ask.daily_use is None else ask.daily_use
    return Fraction(ask.on_hand + pieces, (daily or 0) * ask.weight)


def plain_plan(round_: Round) -> Given:
    """The plan without earmarks and substitutes, pack by pack."""
    given: Given = {(ask.requester, ask.item): 0 for ask in round_.asks}
    left: dict[str, int] = defaultdict(int)
    for lot in round_.stocks:
        left[lot.item] += lot.quantity
    for step in round_.steps:
        for item in sorted({ask.item for ask in round_.asks}):
            asks = [ask for ask in round_.asks if ask.item == item and target_of(ask, step)]
            if step.how == "proportional":
                _share(asks, step, given, left)
            else:
                _fill(asks, step, given, left)
    return given


def _fill(asks: list[Ask], step: Step, given: Given, left: dict[str, int]) -> None:
    while True:
        open_ = [
            ask
            for ask in asks
            if given[ask.requester, ask.item] + ask.pack <= target_of(ask, step) and ask.pack <= left[ask.item]
        ]
        if not open_:
            return
        lowest = min(
            open_,
            key=lambda ask: (
                level_of(ask, step, given[ask.requester, ask.item]),
                -level_of(ask, step, given[ask.requester, ask.item] + ask.pack),
                ask.requester,
            ),
        )
        given[lowest.requester, lowest.item] += lowest.pack
        left[lowest.item] -= lowest.pack


def shares_before_rounding(limits: list[int], weights: list[int], amount: int) -> list[Fraction]:
    """Shares in proportion to the weights under limits, by setting the fullest aside and sharing again."""
    full: set[int] = set()
    while True:
        rest = amount - sum(limits[i] for i in full)
        total = sum(weights[i] for i in range(len(limits)) if i not in full)
        shares = [Fraction(limits[i]) if i in full else Fraction(rest * weights[i], total) for i in range(len(limits))]
        over = {i for i in range(len(limits)) if i not in full and shares[i] >= limits[i]}
        if not over:
            return shares
        full |= over


def _share(asks: list[Ask], step: Step, given: Given, left: dict[str, int]) -> None:
    """Largest remainder for one pack size; the tests of mixed packs check properties instead."""
    if not asks:
        return
    pack, item = asks[0].pack, asks[0].item
    asks = sorted(asks, key=lambda ask: ask.requester)
    rooms = [max(0, target_of(ask, step) - given[ask.requester, item]) // pack for ask in asks]
    open_ = [i for i, room in enumerate(rooms) if room]
    if not open_:
        return
    packs = min(left[item] // pack, sum(rooms))
    shares = shares_before_rounding([rooms[i] for i in open_], [asks[i].weight for i in open_], packs)
    whole = [int(share) for share in shares]
    by_remainder = sorted(range(len(open_)), key=lambda n: (whole[n] - shares[n], asks[open_[n]].requester))
    for n in by_remainder[: packs - sum(whole)]:
        whole[n] += 1
    for n, place in enumerate(open_):
        given[asks[place].requester, item] += whole[n] * pack
        left[item] -= whole[n] * pack


def pack_by_pack(turn: Any) -> list[int]:
    """One step on one item by *fill* or *equal cover*: pieces for each who waits, one pack after the other."""
    given = {(ask.requester, ask.item): have for ask, have in zip(turn.asks, turn.have, strict=True)}
    before = dict(given)
    _fill(list(turn.asks), turn.step, given, defaultdict(int, {turn.asks[0].item: turn.stock}))
    return [given[key] - before[key] for key in before]


def share_by_weight(turn: Any) -> list[int]:
    """One step on one item by *proportional*, packs of any size: quota, largest remainders that fit, then who is
    furthest behind by weight."""
    packs = [ask.pack for ask in turn.asks]
    limits = [room // pack for room, pack in zip(turn.rooms, packs, strict=True)]
    waiting = [n for n, limit in enumerate(limits) if limit and packs[n] <= turn.stock]
    # Nobody takes more than the whole stock.
    limits = [min(limit, turn.stock // pack) for limit, pack in zip(limits, packs, strict=True)]
    given = [0] * len(packs)
    if not waiting:
        return given
    amount = min(turn.stock, sum(limits[n] * packs[n] for n in waiting))
    if len(set(packs)) == 1:
        amount = amount // packs[waiting[0]] * packs[waiting[0]]
    rooms = [limits[n] * packs[n] for n in waiting]
    shares = shares_before_rounding(rooms, [turn.asks[n].weight for n in waiting], amount)
    quota = {n: share / packs[n] for n, share in zip(waiting, shares, strict=True)}
    left = turn.stock
    for n in waiting:
        given[n] = int(quota[n])
        left -= given[n] * packs[n]
    for n in sorted(waiting, key=lambda n: (given[n] - quota[n], turn.asks[n].requester)):
        if given[n] < quota[n] and packs[n] <= left:
            given[n] += 1
            left -= packs[n]
    while True:
        behind = [n for n in waiting if given[n] < limits[n] and packs[n] <= left]
        if not behind:
            return [count * pack for count, pack in zip(given, packs, strict=True)]
        n = min(behind, key=lambda n: _behind(turn.asks[n], given[n]))
        given[n] += 1
        left -= packs[n]


def _behind(ask: Ask, packs: int) -> tuple[Fraction, Fraction, str]:
    pieces = packs * ask.pack
    return Fraction(pieces, ask.weight), -Fraction(pieces + ask.pack, ask.weight), ask.requester


def best_levels(asks: list[Ask], step: Step, stock: int) -> list[Fraction]:
    """The leximin optimum by trying every plan of whole packs: the sorted levels that no other plan beats."""
    choices = [
        [(pieces, level_of(ask, step, pieces)) for pieces in range(0, target_of(ask, step) + 1, ask.pack)]
        for ask in asks
    ]
    # Levels are compared as places in their common order: thousands of plans are looked at, and fractions are slow.
    order = sorted({level for choice in choices for _, level in choice})
    place = {level: number for number, level in enumerate(order)}
    numbered = [[(pieces, place[level]) for pieces, level in choice] for choice in choices]
    best = max(
        sorted(level for _, level in plan)
        for plan in itertools.product(*numbered)
        if sum(pieces for pieces, _ in plan) <= stock
    )
    return [order[number] for number in best]


def small_rounds(how: str, count: int, *, seed: int) -> Iterator[Round]:
    """Small random rounds of one item, one step and one pack size, few enough plans to try them all."""
    dice = random.Random(seed)
    for _ in range(count):
        pack = dice.choice([1, 1, 2, 5])
        asks = []
        for number in range(dice.randint(1, 4)):
            asks.append(
                Ask(
                    f"{number}号",
                    "口罩",
                    dice.randint(1, 7) * pack + dice.randint(0, pack - 1),
                    weight=dice.randint(1, 4),
                    on_hand=dice.randint(0, 6),
                    daily_use=dice.randint(1, 5),
                    cap=dice.choice([None, None, dice.randint(pack, 6 * pack)]),
                    pack=pack,
                )
            )
        stock = dice.randint(0, sum(ask.requested or 0 for ask in asks) + pack)
        yield Round((Stock("库", "口罩", "1", None, stock),), tuple(asks), (Step("all", "request", how),))


def random_round(dice: random.Random, *, one_pack: bool = False) -> Round:
    """A random round of two items and several steps, without earmarks and substitutes."""
    items = ["口罩", "防护服"]
    packs = {item: dice.choice([1, 3, 10]) for item in items}
    asks = []
    for number in range(dice.randint(1, 7)):
        for item in items:
            pack = packs[item] if one_pack else dice.choice([1, 2, 5, 10])
            asks.append(
                Ask(
                    f"{number}号",
                    item,
                    dice.choice([None, *range(0, 60, 7)]),
                    tier=dice.randint(1, 3),
                    weight=dice.randint(1, 9),
                    on_hand=dice.randint(0, 20),
                    daily_use=dice.choice([None, 0, 1, 2, 5, 9]),
                    floor=dice.choice([0, 0, 5, 20]),
                    cap=dice.choice([None, None, dice.randint(pack, 50)]),
                    pack=pack,
                    norm=dice.choice([None, None, 3]),
                )
            )
    steps = tuple(random_step(dice) for _ in range(dice.randint(1, 5)))
    stocks = tuple(
        Stock("一库", item, str(lot), None, dice.randint(0, 120)) for item in items for lot in range(dice.randint(0, 3))
    )
    return Round(stocks, tuple(asks), steps)


def random_step(dice: random.Random) -> Step:
    """Any step that a round of three tiers may have."""
    target = dice.choice(["floor", "days", "cap", "request", "request"])
    return Step(
        dice.choice(["1", "2", "1-2", "2-3", "all", "all", "0号"]),
        target,
        dice.choice(["fill", "equal_cover", "proportional"]),
        dice.randint(1, 9) if target == "days" else None,
    )
