"""The one call of the library: a round in, a plan out."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from liangcao.operations.allocation.solver.arrays import NONE, PlanArrays
from liangcao.operations.allocation.solver.check import check_round
from liangcao.operations.allocation.solver.describe import Description, Entry
from liangcao.operations.allocation.solver.floors import floors_cut
from liangcao.operations.allocation.solver.picks import match_intervals
from liangcao.operations.allocation.solver.prepare import Prepared, prepare
from liangcao.operations.allocation.solver.result import ItemTotal, Pick, PlannedLine, Reason, Reserved, Result
from liangcao.operations.allocation.solver.round import Round, Stock
from liangcao.operations.allocation.solver.steps import solve_arrays

_Found = tuple[int, int, int]


def solve(round_: Round) -> Result:
    """The plan of a round, exact and deterministic.

    Quantities are whole base units. Raises `Invalid` with all problems at once (see `check_round`); warnings come
    back as `Result.notices`.
    """
    notices = check_round(round_)
    prepared = prepare(round_)
    plan = solve_arrays(prepared.arrays)
    description = Description(prepared, round_.steps, plan)
    entries = description.entries()
    lines = tuple(description.planned_line(entry) for entry in entries)
    found = _free_lots(prepared, entries) + _earmarked_lots(prepared, plan, entries)
    reserved = _reserved(prepared, found)
    return Result(
        lines=lines,
        picks=_picks(prepared, lines, found),
        unmet=description.unmet(),
        reserved=reserved,
        totals=_totals(prepared, entries, reserved),
        # Once the plan is known, the warning about floors names those who are cut.
        notices=(
            *floors_cut(round_, prepared.asks, description.received()),
            *(notice for notice in notices if notice.code != "FLOORS_OVER_STOCK"),
        ),
    )


def _free_lots(prepared: Prepared, entries: list[Entry]) -> list[_Found]:
    """(entry, lot, pieces) from the free stock, first expired first out, in the order of the entries."""
    number_of = {name: number for number, name in enumerate(prepared.items)}
    free = [(number_of[stock.item], lot) for lot, stock in enumerate(prepared.stocks) if stock.earmark is None]
    return _matched([(entry.item, entry.free) for entry in entries], free, prepared.stocks)


def _earmarked_lots(prepared: Prepared, plan: PlanArrays, entries: list[Entry]) -> list[_Found]:
    """(entry, lot, pieces) from the stock earmarked for each line."""
    place = {entry.line: number for number, entry in enumerate(entries) if entry.substitute == NONE}
    marked = sorted(
        (prepared.line_of[stock.earmark, stock.item], lot)
        for lot, stock in enumerate(prepared.stocks)
        if stock.earmark is not None and (stock.earmark, stock.item) in prepared.line_of
    )
    found = _matched(list(enumerate(plan.earmarked.tolist())), marked, prepared.stocks)
    return [(place[line], lot, pieces) for line, lot, pieces in found]


def _matched(needs: list[tuple[int, int]], lots: list[tuple[int, int]], stocks: tuple[Stock, ...]) -> list[_Found]:
    """Serve needs (group, pieces) from lots (group, lot), group by group."""
    if not needs or not lots:
        return []
    line, lot, pieces = match_intervals(
        np.array([group for group, _ in needs], dtype=np.int64),
        np.array([pieces for _, pieces in needs], dtype=np.int64),
        np.array([group for group, _ in lots], dtype=np.int64),
        np.array([stocks[number].quantity for _, number in lots], dtype=np.int64),
    )
    return [(a, lots[b][1], c) for a, b, c in zip(line.tolist(), lot.tolist(), pieces.tolist(), strict=True)]


def _picks(prepared: Prepared, lines: tuple[PlannedLine, ...], found: list[_Found]) -> tuple[Pick, ...]:
    """Line by line, the earmarked lots of a line first."""
    stocks = prepared.stocks
    ordered = sorted(found, key=lambda pick: (pick[0], stocks[pick[1]].earmark is None, pick[1]))
    return tuple(
        Pick(
            line=place,
            requester=lines[place].requester,
            item=lines[place].item,
            store=stocks[lot].store,
            lot=stocks[lot].lot,
            expiry=stocks[lot].expiry,
            quantity=pieces,
        )
        for place, lot, pieces in ordered
    )


def _reserved(prepared: Prepared, found: list[_Found]) -> tuple[Reserved, ...]:
    """The earmarked pieces that the recipient does not need now and nobody else may take."""
    taken: dict[int, int] = defaultdict(int)
    for _, lot, pieces in found:
        taken[lot] += pieces
    kept = []
    for lot, stock in enumerate(prepared.stocks):
        rest = stock.quantity - taken[lot]
        if stock.earmark is not None and rest:
            asked = (stock.earmark, stock.item) in prepared.line_of
            cause = Reason.of("earmark_over_need" if asked else "earmark_without_ask", pieces=rest)
            kept.append(Reserved(stock.earmark, stock.item, stock.store, stock.lot, rest, cause))
    return tuple(kept)


def _totals(prepared: Prepared, entries: list[Entry], reserved: tuple[Reserved, ...]) -> tuple[ItemTotal, ...]:
    stock, kept, given = (dict.fromkeys(prepared.items, 0) for _ in range(3))
    for lot in prepared.stocks:
        stock[lot.item] += lot.quantity
    for rest in reserved:
        kept[rest.item] += rest.quantity
    for entry in entries:
        given[prepared.items[entry.item]] += entry.free + entry.earmarked
    return tuple(
        ItemTotal(item, stock[item], given[item], stock[item] - given[item], kept[item]) for item in prepared.items
    )
