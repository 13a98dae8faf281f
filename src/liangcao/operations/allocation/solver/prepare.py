"""From a round of names to arrays of numbers: sorted by name, so that the order of rows cannot matter."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from liangcao.operations.allocation.solver.arrays import NONE, RoundArrays, StepRule
from liangcao.operations.allocation.solver.columns import Columns
from liangcao.operations.allocation.solver.exact import sum_by
from liangcao.operations.allocation.solver.round import EVERYONE, Ask, Round, Step, Stock, tier_range

Integers = NDArray[Any]


@dataclass(frozen=True)
class Prepared:
    """A round in arrays, with the names behind the numbers.

    `asks` and `stocks` stand in the order of the arrays; the arrays of the lots are parallel to `stocks`.
    """

    arrays: RoundArrays
    items: tuple[str, ...]
    asks: tuple[Ask, ...]
    stocks: tuple[Stock, ...]
    lot_item: Integers
    lot_pieces: Integers
    lot_is_earmarked: NDArray[np.bool_]
    # The line of the requester for whom the lot is earmarked; NONE where it is free, or he does not ask for the item.
    lot_line: Integers


def prepare(round_: Round, columns: Columns | None = None) -> Prepared:
    """Sort the round and turn it into arrays. The round must have passed `check_round`; `columns` are its asks'."""
    columns = columns or Columns(round_.asks)
    items = sorted(item_names(round_))
    item_number = {name: number for number, name in enumerate(items)}
    asked, item = columns.codes("item")
    item = _column(item_number[name] for name in asked)[item]
    people, person = columns.codes("requester")
    person_number = {name: number for number, name in enumerate(people)}
    order = np.lexsort([person, item])
    item, person = item[order], person[order]
    asks = tuple(map(round_.asks.__getitem__, order.tolist()))
    stocks = tuple(sorted(round_.stocks, key=fefo))
    lot_item = _numbers(stocks, "item", item_number)
    lot_pieces = np.fromiter(map(attrgetter("quantity"), stocks), np.int64, len(stocks))
    lot_is_earmarked = np.fromiter((stock.earmark is not None for stock in stocks), np.bool_, len(stocks))
    lot_person = np.fromiter((person_number.get(stock.earmark or "", NONE) for stock in stocks), np.int64, len(stocks))
    lot_line = _lines_of(item * len(people) + person, lot_item * len(people) + lot_person, lot_person != NONE)
    turns = turn_of_items(asks)
    replacing = [(line, ask) for line, ask in enumerate(asks) if ask.substitutes]

    def amounts(name: str) -> Integers:
        return columns.checked(name)[order]

    arrays = RoundArrays(
        item=item,
        requester=person,
        requested=amounts("requested"),
        tier=amounts("tier"),
        weight=amounts("weight"),
        on_hand=amounts("on_hand"),
        daily_use=np.where(amounts("daily_use") == NONE, amounts("norm"), amounts("daily_use")),
        floor=amounts("floor"),
        cap=amounts("cap"),
        pack=amounts("pack"),
        earmarked=sum_by(lot_line[lot_line != NONE], lot_pieces[lot_line != NONE], len(asks)),
        free=sum_by(lot_item[~lot_is_earmarked], lot_pieces[~lot_is_earmarked], len(items)),
        steps=tuple(step_rule(step, person_number) for step in round_.steps),
        substitute_line=_column(line for line, ask in replacing for _ in ask.substitutes),
        substitute_item=_column(item_number[name] for _, ask in replacing for name in ask.substitutes),
        depth=_column(turns.get(name, 0) for name in items) if turns else None,
    )
    return Prepared(arrays, tuple(items), asks, stocks, lot_item, lot_pieces, lot_is_earmarked, lot_line)


def _numbers(rows: Sequence[Any], name: str, number_of: dict[str, int]) -> Integers:
    return np.fromiter(map(number_of.__getitem__, map(attrgetter(name), rows)), np.int64, len(rows))


def _lines_of(keys: Integers, wanted: Integers, asked: NDArray[np.bool_]) -> Integers:
    """Where each wanted key stands among the ascending keys; NONE where it does not, or `asked` is false."""
    if not keys.size:
        return np.full(wanted.size, NONE)
    at = np.minimum(np.searchsorted(keys, wanted), keys.size - 1)
    return np.where(asked & (keys[at] == wanted), at, NONE)


def fefo(stock: Stock) -> tuple[str, bool, date, str, str, int, str]:
    """First expired, first out, item by item; without a date last; then by store and lot."""
    undated = stock.expiry is None
    return stock.item, undated, stock.expiry or date.max, stock.store, stock.lot, stock.quantity, stock.earmark or ""


def item_names(round_: Round) -> set[str]:
    """Every item that is in stock, asked for, or named as a substitute."""
    named = {stock.item for stock in round_.stocks} | set(map(attrgetter("item"), round_.asks))
    return named.union(*set(map(attrgetter("substitutes"), round_.asks)))


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
    for item, substitutes in set(map(attrgetter("item", "substitutes"), asks)):
        for earlier, next_one in itertools.pairwise((item, *substitutes)):
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
