"""From a round of names to arrays of numbers: sorted by name, so that the order of rows cannot matter."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from liangcao.operations.allocation.solver.arrays import NONE, RoundArrays, StepRule
from liangcao.operations.allocation.solver.round import EVERYONE, Ask, Round, Step, Stock, tier_range

Integers = NDArray[Any]


@dataclass(frozen=True)
class Prepared:
    """A round in arrays, with the names behind the numbers; `asks` and `stocks` stand in the order of the arrays."""

    arrays: RoundArrays
    items: tuple[str, ...]
    asks: tuple[Ask, ...]
    stocks: tuple[Stock, ...]
    line_of: dict[tuple[str, str], int]


def prepare(round_: Round) -> Prepared:
    """Sort the round and turn it into arrays. The round must have passed `check_round`."""
    items = sorted(item_names(round_))
    people = sorted({ask.requester for ask in round_.asks})
    item_number = {name: number for number, name in enumerate(items)}
    person_number = {name: number for number, name in enumerate(people)}
    asks = tuple(sorted(round_.asks, key=lambda ask: (ask.item, ask.requester)))
    stocks = tuple(sorted(round_.stocks, key=fefo))
    line_of = {(ask.requester, ask.item): line for line, ask in enumerate(asks)}
    free = np.zeros(len(items), dtype=np.int64)
    earmarked = np.zeros(len(asks), dtype=np.int64)
    for stock in stocks:
        if stock.earmark is None:
            free[item_number[stock.item]] += stock.quantity
        elif (stock.earmark, stock.item) in line_of:
            earmarked[line_of[stock.earmark, stock.item]] += stock.quantity
    turns = turn_of_items(asks)
    arrays = RoundArrays(
        item=_column(item_number[ask.item] for ask in asks),
        requester=_column(person_number[ask.requester] for ask in asks),
        requested=_column(_or_none(ask.requested) for ask in asks),
        tier=_column(ask.tier for ask in asks),
        weight=_column(ask.weight for ask in asks),
        on_hand=_column(ask.on_hand for ask in asks),
        daily_use=_column(_or_none(ask.norm if ask.daily_use is None else ask.daily_use) for ask in asks),
        floor=_column(ask.floor for ask in asks),
        cap=_column(_or_none(ask.cap) for ask in asks),
        pack=_column(ask.pack for ask in asks),
        earmarked=earmarked,
        free=free,
        steps=tuple(step_rule(step, person_number) for step in round_.steps),
        substitute_line=_column(line for line, ask in enumerate(asks) for _ in ask.substitutes),
        substitute_item=_column(item_number[name] for ask in asks for name in ask.substitutes),
        depth=_column(turns.get(name, 0) for name in items) if turns else None,
    )
    return Prepared(arrays, tuple(items), asks, stocks, line_of)


def fefo(stock: Stock) -> tuple[str, bool, date, str, str, int, str]:
    """First expired, first out, item by item; without a date last; then by store and lot."""
    undated = stock.expiry is None
    return stock.item, undated, stock.expiry or date.max, stock.store, stock.lot, stock.quantity, stock.earmark or ""


def item_names(round_: Round) -> set[str]:
    """Every item that is in stock, asked for, or named as a substitute."""
    named = {stock.item for stock in round_.stocks} | {ask.item for ask in round_.asks}
    return named | {name for ask in round_.asks for name in ask.substitutes}


def step_rule(step: Step, person_number: dict[str, int]) -> StepRule:
    """The step with the requester's name, or the tiers, as numbers."""
    days = step.days or 0
    tiers = tier_range(step.whom)
    if tiers:
        return StepRule(step.target, step.how, days, *tiers)
    if step.whom == EVERYONE:
        return StepRule(step.target, step.how, days)
    return StepRule(step.target, step.how, days, requester=person_number[step.whom])


def turn_of_items(asks: Iterable[Ask]) -> dict[str, int] | None:
    """In which turn of a step each item is served: after all items which it may replace, in each list of preferences.

    {} where nothing is replaced; None where the lists contradict each other or go in a circle.
    """
    later = defaultdict(set)
    for ask in asks:
        chain = (ask.item, *ask.substitutes)
        for earlier, next_one in itertools.pairwise(chain):
            later[earlier].add(next_one)
    waits_for: dict[str, int] = defaultdict(int)
    for nexts in later.values():
        for name in nexts:
            waits_for[name] += 1
    turn = {name: 0 for name in later if not waits_for[name]}
    ready = list(turn)
    for name in ready:
        for next_one in later.get(name, ()):
            turn[next_one] = max(turn.get(next_one, 0), turn[name] + 1)
            waits_for[next_one] -= 1
            if not waits_for[next_one]:
                ready.append(next_one)
    return turn if len(ready) == len(set(later) | set(waits_for)) else None


def _column(values: Iterable[int]) -> Integers:
    return np.fromiter(values, dtype=np.int64)


def _or_none(value: int | None) -> int:
    return NONE if value is None else value
