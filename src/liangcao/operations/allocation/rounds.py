"""Between the tables and the solver: rows become a round, a result becomes rows.

An override is said in the solver's own words: the pinned pieces are earmarked for the unit, which asks for just these.
So the rest of the item is shared around it by the same rules, and the exported workbooks give the same plan.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from liangcao.foundation.kernel.chain import canonical, digest
from liangcao.operations.allocation.models import PlanLine, PlanStock
from liangcao.operations.allocation.reasons import plain
from liangcao.operations.allocation.solver import Ask, Notice, Result, Round, Step, Stock, solve
from liangcao.operations.allocation.solver.round import EVERYONE, tier_range


@dataclass(frozen=True)
class Names:
    """The names by which the solver and the workbooks know units, items, stores and lots."""

    organisations: Mapping[int, str]
    items: Mapping[int, str]
    stores: Mapping[int, str]
    lots: Mapping[Any, str]


def store_names(rows: Iterable[tuple[int, str, str]]) -> dict[int, str]:
    """(id, name, code) of stores → id → a name that only one store has."""
    listed = list(rows)
    seen: dict[str, int] = defaultdict(int)
    for _, name, _ in listed:
        seen[name] += 1
    return {pk: name if seen[name] == 1 else f"{name} {code}" for pk, name, code in listed}


@dataclass
class PickRow:
    """A pick before it is a row: the place of its line in `Solved.lines`."""

    line: PlanLine
    item_id: int
    store_id: int
    lot_id: Any
    quantity: int
    order: int


@dataclass
class Solved:
    """Lines with their results, further lines for substitutes, picks, warnings."""

    lines: list[PlanLine]
    substitute_lines: list[PlanLine]
    picks: list[PickRow]
    notices: tuple[Notice, ...] = field(default=())


def round_of(lines: Sequence[PlanLine], stocks: Sequence[PlanStock], steps: Sequence[Step], names: Names) -> Round:
    """The round of a plan's own lines (no substitute lines) and stock. Rows are numbered as in the workbooks."""
    taking_part = sorted(
        (line for line in lines if not line.is_stale),
        key=lambda line: (names.items[line.item_id], names.organisations[line.organisation_id]),
    )
    asks = tuple(_ask(line, names, row) for row, line in enumerate(taking_part, start=2))
    people = {ask.requester for ask in asks}
    usable = tuple(step for step in steps if step.whom == EVERYONE or tier_range(step.whom) or step.whom in people)
    return Round(_stocks(taking_part, stocks, names), asks, usable)


def _ask(line: PlanLine, names: Names, row: int) -> Ask:
    pinned = line.quantity_pinned
    return Ask(
        requester=names.organisations[line.organisation_id],
        item=names.items[line.item_id],
        requested=line.quantity_open if pinned is None else pinned,
        tier=line.tier,
        weight=line.weight,
        on_hand=line.on_hand,
        daily_use=line.daily_use,
        norm=line.norm,
        floor=line.floor if pinned is None else 0,
        cap=line.cap if pinned is None else None,
        pack=line.pack if pinned is None else 1,
        substitutes=tuple(names.items[item_id] for item_id in line.substitutes) if pinned is None else (),
        row=row,
    )


def fefo(stock: PlanStock, names: Names) -> tuple[str, bool, date, str, str]:
    """First expired first out, as the solver sorts."""
    undated = stock.expires_on is None
    return (
        names.items[stock.item_id],
        undated,
        stock.expires_on or date.max,
        names.stores[stock.store_id],
        names.lots[stock.lot_id],
    )


def _stocks(lines: Sequence[PlanLine], stocks: Sequence[PlanStock], names: Names) -> tuple[Stock, ...]:
    """The lots of the round. Pinned pieces that are not the unit's own already are taken from the free lots, FEFO."""
    ordered = sorted(stocks, key=lambda stock: fefo(stock, names))
    left = [stock.quantity for stock in ordered]
    marked: list[tuple[PlanStock, int, int]] = []
    own: dict[tuple[int, int], int] = defaultdict(int)
    for stock in ordered:
        if stock.earmark_id is not None:
            own[stock.earmark_id, stock.item_id] += stock.quantity
    for line in lines:
        missing = (line.quantity_pinned or 0) - own[line.organisation_id, line.item_id]
        for place, stock in enumerate(ordered):
            if missing <= 0:
                break
            if stock.item_id == line.item_id and stock.earmark_id is None and left[place]:
                taken = min(left[place], missing)
                left[place] -= taken
                missing -= taken
                marked.append((stock, line.organisation_id, taken))
    rows = [
        (stock, stock.earmark_id, quantity) for stock, quantity in zip(ordered, left, strict=True) if quantity
    ] + marked
    return tuple(
        _stock(stock, earmark_id, quantity, names, row)
        for row, (stock, earmark_id, quantity) in enumerate(rows, start=2)
    )


def _stock(stock: PlanStock, earmark_id: int | None, quantity: int, names: Names, row: int) -> Stock:
    return Stock(
        store=names.stores[stock.store_id],
        item=names.items[stock.item_id],
        lot=names.lots[stock.lot_id],
        expiry=stock.expires_on,
        quantity=quantity,
        earmark=None if earmark_id is None else names.organisations[earmark_id],
        row=row,
    )


def round_digest(round_: Round) -> str:
    """One digest for one round: shows whether two plans were made from the same numbers."""
    rows = {
        "stocks": [[s.store, s.item, s.lot, s.expiry, s.quantity, s.earmark] for s in round_.stocks],
        "asks": [
            [
                a.requester,
                a.item,
                a.requested,
                a.tier,
                a.weight,
                a.on_hand,
                a.daily_use,
                a.floor,
                a.cap,
                a.pack,
                list(a.substitutes),
                # A round without norms has the digest that it had before there were any.
                *([] if a.norm is None else [a.norm]),
            ]
            for a in round_.asks
        ],
        "steps": [[s.whom, s.target, s.how, s.days] for s in round_.steps],
    }
    return digest(canonical(rows))


def solve_lines(lines: Sequence[PlanLine], stocks: Sequence[PlanStock], steps: Sequence[Step], names: Names) -> Solved:
    """Solve the round of these lines and write the answer onto them. Raises Invalid as the solver does."""
    own = [line for line in lines if line.instead_of_id is None]
    for line in own:
        _clear(line)
    round_ = round_of(own, stocks, steps, names)
    if not round_.asks:
        return Solved(list(own), [], [])
    return _solved(own, stocks, solve(round_), names)


def _clear(line: PlanLine) -> None:
    line.quantity_planned = line.quantity_earmarked = 0
    line.gap, line.reasons, line.cause = line.quantity_open, [], {}


def _solved(own: list[PlanLine], stocks: Sequence[PlanStock], result: Result, names: Names) -> Solved:
    ids = {name: pk for pk, name in names.items.items()}
    by_key = {(names.organisations[line.organisation_id], names.items[line.item_id]): line for line in own}
    placed: list[PlanLine] = []
    further: list[PlanLine] = []
    for planned in result.lines:
        line = by_key[planned.requester, planned.instead_of or planned.item]
        if planned.instead_of is not None:
            line = _substitute_line(line, ids[planned.item])
            further.append(line)
        line.quantity_planned = planned.allocated
        line.quantity_earmarked = planned.earmarked
        if line.quantity_pinned is None:
            line.quantity_solved = planned.allocated
        line.reasons = [plain(reason) for reason in planned.reasons]
        line.cause = plain(planned.cause)
        line.gap = 0
        placed.append(line)
    for unmet in result.unmet:
        by_key[unmet.requester, unmet.item].gap = unmet.gap
    return Solved(own, further, _pick_rows(result, placed, stocks, names), result.notices)


def _substitute_line(line: PlanLine, item_id: int) -> PlanLine:
    return PlanLine(
        plan_id=line.plan_id,
        organisation_id=line.organisation_id,
        item_id=item_id,
        instead_of_id=line.item_id,
        requisition_line_id=line.requisition_line_id,
        is_hold_back=line.is_hold_back,
        needed_on=line.needed_on,
        tier=line.tier,
        weight=line.weight,
        pack=line.pack,
    )


def _pick_rows(result: Result, placed: list[PlanLine], stocks: Sequence[PlanStock], names: Names) -> list[PickRow]:
    places = {(names.stores[s.store_id], names.items[s.item_id], names.lots[s.lot_id]): s for s in stocks}
    rows = []
    for order, pick in enumerate(result.picks):
        stock = places[pick.store, pick.item, pick.lot]
        rows.append(PickRow(placed[pick.line], stock.item_id, stock.store_id, stock.lot_id, pick.quantity, order))
    return rows


def connected_items(lines: Iterable[PlanLine], item_ids: Iterable[int]) -> set[int]:
    """The items that must be solved together with these: those that replace them, and those that they replace."""
    neighbours: dict[int, set[int]] = defaultdict(set)
    for line in lines:
        for substitute in line.substitutes:
            neighbours[line.item_id].add(substitute)
            neighbours[substitute].add(line.item_id)
    found, waiting = set(item_ids), list(item_ids)
    while waiting:
        fresh = neighbours[waiting.pop()] - found
        found |= fresh
        waiting.extend(fresh)
    return found


def stored_steps(rows: Iterable[Mapping[str, Any]]) -> tuple[Step, ...]:
    """Steps as a plan keeps them."""
    return tuple(Step(row["whom"], row["target"], row["how"], row["days"]) for row in rows)


def plain_steps(steps: Iterable[Any]) -> list[dict[str, Any]]:
    """Steps for a plan to keep."""
    return [{"whom": step.whom, "target": step.target, "how": step.how, "days": step.days} for step in steps]


def spread(pieces: int, wanted: Sequence[int | None]) -> list[int]:
    """Pieces over needs in their order; what nobody has room for, and what goes to an unknown need, is the last one's.

    >>> spread(7, [5, 4])
    [5, 2]
    """
    shares = []
    for want in wanted:
        share = pieces if want is None else min(want, pieces)
        shares.append(share)
        pieces -= share
    if shares and pieces:
        shares[-1] += pieces
    return shares
