"""The one call of the library: a round in, a plan out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from liangcao.foundation.kernel.errors import raise_all
from liangcao.operations.allocation.solver.arrays import NONE, PlanArrays
from liangcao.operations.allocation.solver.check import problems_of
from liangcao.operations.allocation.solver.columns import Columns
from liangcao.operations.allocation.solver.describe import Description, Entries
from liangcao.operations.allocation.solver.exact import sum_by
from liangcao.operations.allocation.solver.floors import floors_cut
from liangcao.operations.allocation.solver.notices import notices_besides_floors
from liangcao.operations.allocation.solver.picks import match_intervals
from liangcao.operations.allocation.solver.prepare import Prepared, prepare
from liangcao.operations.allocation.solver.result import ItemTotal, Pick, Reason, Reserved, Result
from liangcao.operations.allocation.solver.round import Round
from liangcao.operations.allocation.solver.steps import solve_arrays
from liangcao.operations.allocation.solver.views import View

Integers = NDArray[Any]


@dataclass(frozen=True)
class _Taken:
    """Pieces of lots for entries, as parallel arrays: the place of the entry, the place of the lot, pieces."""

    entry: Integers
    lot: Integers
    pieces: Integers


def solve(round_: Round) -> Result:
    """The plan of a round, exact and deterministic.

    Quantities are whole base units. Lines, picks and what is unmet are made when they are read (see `View`). Raises
    `Invalid` with all problems at once (see `check_round`); warnings come back as `Result.notices`.
    """
    columns = Columns(round_.asks)
    raise_all(problems_of(round_, columns))
    prepared = prepare(round_, columns)
    plan = solve_arrays(prepared.arrays)
    description = Description(prepared, round_.steps, plan)
    entries = description.entries
    taken = _in_order(prepared, _free_lots(prepared, entries), _earmarked_lots(prepared, plan, entries))
    reserved = _reserved(prepared, taken)
    return Result(
        lines=description.lines(),
        picks=_picks(prepared, entries, taken),
        unmet=description.unmet(),
        reserved=reserved,
        totals=_totals(prepared, entries, reserved),
        # Once the plan is known, the warning about floors names those who are cut.
        notices=(*floors_cut(prepared, description.received), *notices_besides_floors(round_, prepared)),
    )


def _free_lots(prepared: Prepared, entries: Entries) -> _Taken:
    """From the free stock, first expired first out, in the order of the entries."""
    free = np.flatnonzero(~prepared.lot_is_earmarked)
    return _matched(entries.item, entries.free, prepared.lot_item[free], free, prepared)


def _earmarked_lots(prepared: Prepared, plan: PlanArrays, entries: Entries) -> _Taken:
    """From the stock earmarked for each line."""
    own = entries.substitute == NONE
    place = np.empty(plan.earmarked.size, dtype=np.int64)
    place[entries.line[own]] = np.flatnonzero(own)
    marked = np.flatnonzero(prepared.lot_line != NONE)
    marked = marked[np.argsort(prepared.lot_line[marked], kind="stable")]
    lines = np.arange(plan.earmarked.size)
    found = _matched(lines, plan.earmarked, prepared.lot_line[marked], marked, prepared)
    return _Taken(place[found.entry], found.lot, found.pieces)


def _matched(groups: Integers, needs: Integers, lot_groups: Integers, lots: Integers, prepared: Prepared) -> _Taken:
    """Serve needs from lots, group by group; both stand in ascending order of their groups."""
    if not needs.size or not lots.size:
        nothing = np.zeros(0, dtype=np.int64)
        return _Taken(nothing, nothing, nothing)
    entry, lot, pieces = match_intervals(groups, needs, lot_groups, prepared.lot_pieces[lots])
    return _Taken(entry, lots[lot], pieces)


def _in_order(prepared: Prepared, free: _Taken, marked: _Taken) -> _Taken:
    """Entry by entry, the earmarked lots of an entry first."""
    entry, lot, pieces = (
        np.concatenate([getattr(free, name), getattr(marked, name)]) for name in ("entry", "lot", "pieces")
    )
    order = np.lexsort([lot, ~prepared.lot_is_earmarked[lot], entry])
    return _Taken(entry[order], lot[order], pieces[order])


def _picks(prepared: Prepared, entries: Entries, taken: _Taken) -> View[Pick]:
    def made(first: int, last: int) -> list[Pick]:
        part = slice(first, last)
        entry = taken.entry[part]
        columns = (entry, entries.line[entry], entries.item[entry], taken.lot[part], taken.pieces[part])
        asks, items, stocks = prepared.asks, prepared.items, prepared.stocks
        return [
            Pick(
                line=place,
                requester=asks[line].requester,
                item=items[item],
                store=stocks[lot].store,
                lot=stocks[lot].lot,
                expiry=stocks[lot].expiry,
                quantity=pieces,
            )
            for place, line, item, lot, pieces in zip(*(column.tolist() for column in columns), strict=True)
        ]

    return View(taken.entry.size, made)


def _reserved(prepared: Prepared, taken: _Taken) -> tuple[Reserved, ...]:
    """The earmarked pieces that the recipient does not need now and nobody else may take."""
    rest = prepared.lot_pieces - sum_by(taken.lot, taken.pieces, len(prepared.stocks))
    kept = []
    for lot in np.flatnonzero((rest > 0) & prepared.lot_is_earmarked).tolist():
        stock, pieces = prepared.stocks[lot], int(rest[lot])
        asked = prepared.lot_line[lot] != NONE
        cause = Reason.of("earmark_over_need" if asked else "earmark_without_ask", pieces=pieces)
        kept.append(Reserved(stock.earmark or "", stock.item, stock.store, stock.lot, pieces, cause))
    return tuple(kept)


def _totals(prepared: Prepared, entries: Entries, reserved: tuple[Reserved, ...]) -> tuple[ItemTotal, ...]:
    size = len(prepared.items)
    stock = sum_by(prepared.lot_item, prepared.lot_pieces, size).tolist()
    given = sum_by(entries.item, entries.free + entries.earmarked, size).tolist()
    kept = dict.fromkeys(prepared.items, 0)
    for rest in reserved:
        kept[rest.item] += rest.quantity
    return tuple(
        ItemTotal(item, held, out, held - out, kept[item])
        for item, held, out in zip(prepared.items, stock, given, strict=True)
    )
