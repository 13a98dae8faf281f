"""How a solved round becomes the rows of a plan, new or recomputed in part."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Max

from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.actions import next_number
from liangcao.operations.allocation.asks import Asks, Key, names_of, stock_of_round
from liangcao.operations.allocation.models import Plan, PlanLine, PlanNeed, PlanPick, PlanStock
from liangcao.operations.allocation.rounds import Solved, round_digest, round_of, solve_lines, spread, stored_steps
from liangcao.operations.allocation.summary import figures_to_keep
from liangcao.reference.catalog.models import Item

# In a plan of open requisitions an item without stock is no spelling mistake, so the notice says nothing.
_NOT_HERE = {"ITEM_NOT_IN_STOCK"}


def new_plan(
    *, bureau_id: int, emergency_id: int, plan_date: date, by: Actor, at: datetime, client_id: UUID, **given: Any
) -> Plan:
    """An empty draft with its number (FA)."""
    return Plan.objects.create(
        bureau_id=bureau_id,
        emergency_id=emergency_id,
        number=next_number(bureau_id=bureau_id, prefix="FA", day=plan_date),
        plan_date=plan_date,
        made_by=given.pop("made_by", by.name),
        made_by_user_id=given.pop("made_by_user_id", by.user_id),
        made_at=at,
        changed_by=by.name,
        changed_at=at,
        client_id=client_id,
        **given,
    )


def fill(plan: Plan, asks: Asks, stocks: Sequence[PlanStock], *, by: Actor) -> Solved:
    """Solve the round and write its lines, needs, picks and stock under a plan that has none of these items yet."""
    present = {stock.item_id for stock in stocks} | {line.item_id for line in asks.lines}
    for line in asks.lines:
        line.substitutes = [item_id for item_id in line.substitutes if item_id in present]
    names = names_of(by, plan.bureau_id, asks.lines, stocks)
    steps = stored_steps(plan.steps)
    solved = solve_lines(asks.lines, stocks, steps, names)
    _write_lines(plan, solved)
    _write_needs(asks.needs, solved)
    _write_stock(plan, solved, stocks)
    _note_round(plan, by=by, fresh=solved)
    return solved


def _write_lines(plan: Plan, solved: Solved) -> None:
    last = PlanLine.objects.filter(plan=plan).aggregate(last=Max("line"))["last"] or 0
    for number, line in enumerate([*solved.lines, *solved.substitute_lines], start=last + 1):
        line.plan, line.line = plan, number
    PlanLine.objects.bulk_create([*solved.lines, *solved.substitute_lines])


def _write_needs(needs: dict[Key, list[tuple[int, int | None]]], solved: Solved) -> None:
    """Share what each line gets over the requisition lines that it serves; substitutes fill what it left."""
    left = {key: list(served) for key, served in needs.items()}
    rows = []
    for line in [*solved.lines, *solved.substitute_lines]:
        key = (line.organisation_id, line.instead_of_id or line.item_id)
        served = left.get(key, [])
        shares = spread(line.quantity_planned, [quantity_open for _, quantity_open in served])
        for (requisition_line_id, quantity_open), share in zip(served, shares, strict=True):
            rows.append(
                PlanNeed(
                    plan_line=line,
                    requisition_line_id=requisition_line_id,
                    quantity_open=quantity_open,
                    quantity_planned=share,
                )
            )
        left[key] = [
            (pk, None if quantity_open is None else max(quantity_open - share, 0))
            for (pk, quantity_open), share in zip(served, shares, strict=True)
        ]
    PlanNeed.objects.bulk_create(rows)


def _write_stock(plan: Plan, solved: Solved, stocks: Sequence[PlanStock]) -> None:
    PlanPick.objects.bulk_create(
        PlanPick(
            plan_line=row.line,
            order=row.order,
            item_id=row.item_id,
            store_id=row.store_id,
            lot_id=row.lot_id,
            quantity=row.quantity,
        )
        for row in solved.picks
    )
    for stock in stocks:
        stock.plan = plan
    PlanStock.objects.bulk_create(stocks)


def _note_round(plan: Plan, *, by: Actor, fresh: Solved) -> None:
    """Keep the digest of the whole round, its figures and the warnings."""
    lines = list(plan.lines.filter(instead_of=None))
    stocks = list(plan.stocks.all())
    names = names_of(by, plan.bureau_id, lines, stocks)
    plan.figures = figures_to_keep([*lines, *plan.lines.filter(instead_of__isnull=False)])
    plan.round_digest = round_digest(round_of(lines, stocks, stored_steps(plan.steps), names))
    plan.notices = [{"code": n.code, "zh": n.zh, "en": n.en} for n in fresh.notices if n.code not in _NOT_HERE]
    if plan.notices:
        english = {item.name: item.english for item in Item.objects.filter(pk__in=names.items)}
        plan.notices = [{**notice, "en": _with_names(notice["en"], english)} for notice in plan.notices]
    plan.save(update_fields=["round_digest", "notices", "figures"])


def _with_names(text: str, english: dict[str, str]) -> str:
    """The solver knows items by one name, the Chinese one; an English sentence says theirs."""
    known = "|".join(re.escape(name) for name in sorted(english, key=len, reverse=True))
    return re.sub(rf"(?<!\w)(?:{known})(?!\w)", lambda found: english[found[0]], text)


def solve_again(plan: Plan, item_ids: Collection[int], *, by: Actor) -> None:
    """Solve these items of a plan again on what is free now, keeping the asks and the overrides. Other items stay."""
    lines = list(plan.lines.filter(item_id__in=item_ids, instead_of=None))
    plan.lines.filter(item_id__in=item_ids, instead_of__isnull=False).delete()
    PlanPick.objects.filter(plan_line__in=lines).delete()
    shared = sum(plan.stocks.values_list("quantity", flat=True))
    plan.stocks.filter(item_id__in=item_ids).delete()
    needs = _needs_of(lines)
    PlanNeed.objects.filter(plan_line__in=lines).delete()
    stocks = stock_of_round(by, plan.bureau_id, on=plan.plan_date, item_ids=item_ids)
    if plan.basis == "share":
        stocks = up_to([stock for stock in stocks if stock.earmark_id is None], shared)
    solved = solve_lines(lines, stocks, stored_steps(plan.steps), names_of(by, plan.bureau_id, lines, stocks))
    PlanLine.objects.bulk_update(
        lines,
        [
            "quantity_planned",
            "quantity_solved",
            "quantity_earmarked",
            "gap",
            "reasons",
            "cause",
            "quantity_pinned",
            "override_by",
            "override_by_user_id",
            "override_at",
            "override_reason",
        ],
        batch_size=500,
    )
    _write_lines(plan, Solved([], solved.substitute_lines, []))
    _write_needs(needs, solved)
    _write_stock(plan, solved, stocks)
    _note_round(plan, by=by, fresh=solved)


def up_to(stocks: Sequence[PlanStock], quantity: int) -> list[PlanStock]:
    """The first lots, together no more than `quantity`."""
    taken = []
    for stock in stocks:
        if quantity:
            stock.quantity = min(stock.quantity, quantity)
            quantity -= stock.quantity
            taken.append(stock)
    return taken


def _needs_of(lines: Sequence[PlanLine]) -> dict[Key, list[tuple[int, int | None]]]:
    needs: dict[Key, list[tuple[int, int | None]]] = {}
    keys = {line.pk: (line.organisation_id, line.item_id) for line in lines}
    for need in PlanNeed.objects.filter(plan_line__in=lines).order_by("pk"):
        needs.setdefault(keys[need.plan_line_id], []).append((need.requisition_line_id, need.quantity_open))
    return needs
