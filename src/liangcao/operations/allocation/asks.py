"""What goes into a round, as unsaved rows: requisition lines, hold-backs, limits, weights, substitutes, free stock."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.kernel.clock import business_date
from liangcao.foundation.kernel.errors import Invalid, Refusal, raise_all
from liangcao.foundation.kernel.quantity import check_quantity, check_quantity_or_zero
from liangcao.ledger.queries import free_stock, held_for_parties
from liangcao.ledger.queries import lots as lots_in_scope
from liangcao.operations.allocation.models import WEIGH_BY, Plan, PlanLine, PlanStock
from liangcao.operations.allocation.rounds import Names, store_names
from liangcao.operations.allocation.rules import StepLike
from liangcao.operations.allocation.solver.round import EVERYONE, tier_range
from liangcao.operations.demand.queries import open_lines
from liangcao.operations.forecast.norms import in_force, norm_for
from liangcao.reference.catalog.models import Item, Substitute
from liangcao.reference.parties.models import Organisation, Store

Key = tuple[int, int]


@dataclass(frozen=True)
class HoldBack:
    """预留: pieces set aside now for a known later need, as a line. Without a tier the organisation's counts. `needed_on`
    is the day of the need, where it is known."""

    organisation_id: int
    item_id: int
    quantity: int
    tier: int | None = None
    needed_on: date | None = None


@dataclass(frozen=True)
class LineLimit:
    """The allocator's own numbers for one unit and item in this round: floor, cap, pack (base units)."""

    organisation_id: int
    item_id: int
    floor: int = 0
    cap: int | None = None
    pack: int = 1


@dataclass
class Asks:
    """The lines of a round and, for each, the requisition lines that it serves with what is open on them."""

    lines: list[PlanLine]
    needs: dict[Key, list[tuple[int, int | None]]]


@dataclass(frozen=True)
class Wish:
    """Whose round: the bureau, the moment, the items (None: all), how requesters are weighed.

    With `steps` a unit without the number by which one of them weighs is refused. Without them (goods that were signed
    for are shared again) it takes no part in such a step, and its line says so.
    """

    by: Actor
    bureau_id: int
    at: datetime
    item_ids: frozenset[int] | None
    weigh_by: str
    steps: Sequence[StepLike] = ()


def gather(wish: Wish, *, hold_backs: Sequence[HoldBack] = (), limits: Sequence[LineLimit] = ()) -> Asks:
    """All asks of a round. Raises Invalid with every problem of the hold-backs, of the limits or of the weights."""
    rows: dict[Key, list[Any]] = defaultdict(list)
    for row in open_lines(wish.by, wish.bureau_id, at=wish.at, item_ids=wish.item_ids, include_stale=True):
        rows[row.organisation_id, row.item_id].append(row)
    held = held_for_parties(wish.by, wish.bureau_id, item_ids=wish.item_ids)
    lines, needs = [], {}
    for key in sorted(rows):
        line, served = _line(key, rows[key], held.get(key, 0))
        if line is not None:
            lines.append(line)
            needs[key] = served
    lines += held_back(wish, hold_backs, set(needs))
    set_limits(lines, limits)
    set_weights(wish, lines)
    set_substitutes(lines, wish.item_ids)
    set_norms(wish, lines)
    return Asks(lines, needs)


def _line(key: Key, rows: list[Any], held: int) -> tuple[PlanLine | None, list[tuple[int, int | None]]]:
    """One line for one unit and item. Stale rows count only where all are stale; what is all allotted is left out."""
    fresh = [row for row in rows if not row.is_stale]
    counted = sorted(fresh or rows, key=lambda row: (row.in_addition, row.pk))
    known = [row.quantity_open for row in counted if row.quantity_open is not None]
    if known and not sum(known):
        return None, []
    first = counted[0]
    approved = [row.quantity_approved for row in counted if row.quantity_approved is not None]
    line = PlanLine(
        organisation_id=key[0],
        item_id=key[1],
        requisition_line_id=first.pk,
        is_stale=not fresh,
        tier=min(row.tier for row in counted),
        quantity_asked=sum(approved) if approved else None,
        quantity_open=sum(known) if known else None,
        on_hand=(first.on_hand or 0) + held,
        daily_use=first.daily_use,
    )
    # An unknown amount beside a known one adds nothing that could be counted.
    return line, [(row.pk, 0 if known and row.quantity_open is None else row.quantity_open) for row in counted]


def held_back(wish: Wish, hold_backs: Sequence[HoldBack], taken: Collection[Key]) -> list[PlanLine]:
    """Lines for pieces that are set aside. Raises Invalid for every row that is wrong: HOLD_BACK_UNKNOWN where the unit
    or item is not known, or stands in the round already (`taken`), HOLD_BACK_PAST where its day is over."""
    known = _organisations(wish.bureau_id, [row.organisation_id for row in hold_backs])
    items = set(Item.objects.filter(pk__in=[row.item_id for row in hold_backs]).values_list("pk", flat=True))
    problems: list[Refusal] = []
    lines = []
    for number, row in enumerate(hold_backs, start=1):
        key = (row.organisation_id, row.item_id)
        if row.organisation_id not in known or row.item_id not in items or key in taken:
            problems.append(
                Invalid(
                    "HOLD_BACK_UNKNOWN",
                    f"预留第 {number} 行:单位或物资不存在,或该单位本轮已有此物资的申领",
                    f"Hold-back {number}: no such unit or item, or the unit has a requisition for it in this round",
                    field="hold_backs",
                    row=number,
                )
            )
            continue
        if row.needed_on is not None and row.needed_on < business_date(wish.at):
            problems.append(
                Invalid(
                    "HOLD_BACK_PAST",
                    f"预留第 {number} 行:要用的日子 {row.needed_on} 已经过去",
                    f"Hold-back {number}: the day for which it is kept, {row.needed_on}, is over",
                    field="hold_backs",
                    row=number,
                )
            )
        taken = {*taken, key}
        quantity = check_quantity(row.quantity, row=number)
        lines.append(
            PlanLine(
                organisation_id=row.organisation_id,
                item_id=row.item_id,
                is_hold_back=True,
                needed_on=row.needed_on,
                tier=row.tier or known[row.organisation_id].tier or 1,
                quantity_asked=quantity,
                quantity_open=quantity,
            )
        )
    raise_all(problems)
    return lines


def set_limits(lines: Iterable[PlanLine], limits: Sequence[LineLimit]) -> None:
    """Write floors, caps and packs on the lines. Limits for strangers to the round are refused, all at once."""
    by_key = {(line.organisation_id, line.item_id): line for line in lines}
    problems: list[Refusal] = []
    for number, limit in enumerate(limits, start=1):
        line = by_key.get((limit.organisation_id, limit.item_id))
        if line is None:
            problems.append(
                Invalid(
                    "NOT_IN_ROUND",
                    f"限额第 {number} 行:该单位本轮没有申领此物资",
                    f"Limit {number}: the unit asks for no such item in this round",
                    field="limits",
                    row=number,
                )
            )
            continue
        line.floor = check_quantity_or_zero(limit.floor, field="floor", row=number)
        line.cap = None if limit.cap is None else check_quantity_or_zero(limit.cap, field="cap", row=number)
        line.pack = check_quantity(limit.pack, field="pack", row=number)
    raise_all(problems)


def set_weights(wish: Wish, lines: Sequence[PlanLine]) -> None:
    """Weigh by population, beds or head-count. Raises Invalid WEIGHT_MISSING with every unit that lacks the number.

    Only units which a step by weight reaches need it; stale lines take no part.
    """
    if wish.weigh_by == "none":
        return
    known = _organisations(wish.bureau_id, [line.organisation_id for line in lines])
    missing: dict[int, Organisation] = {}
    groups: dict[Key, list[PlanLine]] = defaultdict(list)
    for line in lines:
        unit = known[line.organisation_id]
        line.weight = weight_of(unit, wish.weigh_by) or 0
        groups[line.item_id, line.tier].append(line)
        if not line.weight and not line.is_stale and any(_weighs(step, line, unit) for step in wish.steps):
            missing[unit.pk] = unit
    raise_all([_weight_missing(unit, wish.weigh_by) for unit in sorted(missing.values(), key=lambda unit: unit.name)])
    for group in groups.values():
        if not any(line.weight for line in group):
            for line in group:
                line.weight = 1


def set_norms(wish: Wish, lines: Sequence[PlanLine]) -> None:
    """Where a unit does not say what it uses a day, the bureau's norm stands in for it."""
    silent = [line for line in lines if line.daily_use is None and not line.is_hold_back]
    norms = in_force(wish.by, wish.bureau_id, on=business_date(wish.at), item_ids={line.item_id for line in silent})
    if not norms:
        return
    known = _organisations(wish.bureau_id, [line.organisation_id for line in silent])
    for line in silent:
        line.norm = norm_for(norms, known[line.organisation_id], line.item_id)


def _weighs(step: StepLike, line: PlanLine, unit: Organisation) -> bool:
    """Whether this step shares by weight and serves the line."""
    if step.how == "fill":
        return False
    tiers = tier_range(step.whom)
    return tiers[0] <= line.tier <= tiers[1] if tiers else step.whom in (EVERYONE, unit.name)


def _weight_missing(unit: Organisation, weigh_by: str) -> Refusal:
    word_zh, word_en = WEIGH_BY[weigh_by]
    if weigh_by == "population" and unit.region is None:
        return Invalid(
            "WEIGHT_MISSING",
            f"“{unit.name}”没有所在区划,也没有填人口数,不能按人口分;请先在单位资料中补上,或改用别的规则",
            f"{unit.name} has neither a region nor a population, so nothing can be shared by population; complete its "
            "data or choose other rules",
            field="rule_set_id",
        )
    return Invalid(
        "WEIGHT_MISSING",
        f"“{unit.name}”没有{word_zh}数,不能按{word_zh}分;请先在单位资料中补上,或改用别的规则",
        f"{unit.name} has no {word_en}, so nothing can be shared by it; complete its data or choose other rules",
        field="rule_set_id",
    )


def weight_of(organisation: Organisation, weigh_by: str) -> int | None:
    """The number by which a unit is weighed: its own, or for the population the census figure of its region."""
    if weigh_by == "population" and organisation.population is None and organisation.region is not None:
        return organisation.region.population_2020
    value: int | None = getattr(organisation, weigh_by)
    return value


def set_substitutes(lines: Sequence[PlanLine], scope: frozenset[int] | None) -> None:
    """Substitutes from the catalogue, in its order. In a round of few items only these stand in: the others have askers
    of their own, who take no part."""
    asked = {line.item_id for line in lines if not line.is_stale}
    options: dict[int, list[int]] = defaultdict(list)
    for item_id, substitute_id in (
        Substitute.objects.filter(item_id__in=asked)
        .order_by("item_id", "order", "pk")
        .values_list("item_id", "substitute_id")
    ):
        if scope is None or substitute_id in scope:
            options[item_id].append(substitute_id)
    for line in lines:
        line.substitutes = [] if line.is_hold_back else options[line.item_id]


def stock_of_round(by: Actor, bureau_id: int, *, on: date, item_ids: Iterable[int]) -> list[PlanStock]:
    """What is free of these items on a day, as unsaved rows."""
    return [
        PlanStock(
            store_id=row.store_id,
            item_id=row.item_id,
            lot_id=row.lot_id,
            expires_on=row.expires_on,
            quantity=row.quantity,
            earmark_id=row.earmark_party_id,
        )
        for row in free_stock(by, bureau_id, on=on, item_ids=item_ids)
    ]


def names_of(by: Actor, bureau_id: int, lines: Iterable[PlanLine], stocks: Iterable[PlanStock]) -> Names:
    """The names of everything that stands in these rows."""
    rows, lots = list(lines), list(stocks)
    organisations = {line.organisation_id for line in rows} | {stock.earmark_id for stock in lots if stock.earmark_id}
    items = (
        {line.item_id for line in rows}
        | {stock.item_id for stock in lots}
        | {pk for line in rows for pk in line.substitutes}
    )
    return Names(
        organisations=dict(Organisation.objects.filter(pk__in=organisations).values_list("pk", "name")),
        items=dict(Item.objects.filter(pk__in=items).values_list("pk", "name")),
        stores=store_names(Store.objects.filter(bureau_id=bureau_id).values_list("pk", "name", "code")),
        lots=dict(
            lots_in_scope(by, bureau_id).filter(pk__in={stock.lot_id for stock in lots}).values_list("pk", "code")
        ),
    )


def _organisations(bureau_id: int, ids: Iterable[int]) -> dict[int, Organisation]:
    rows = Organisation.objects.filter(bureau_id=bureau_id, pk__in=set(ids)).select_related("region")
    return {row.pk: row for row in rows}


def items_of(plan: Plan) -> frozenset[int] | None:
    """The plan's scope as gather wants it."""
    return frozenset(plan.item_scope) or None
