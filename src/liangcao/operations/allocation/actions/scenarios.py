"""情景: the round of a plan under another assumption, beside the plan; and taking one over into the plan.

A scenario is solved on the round that the plan keeps, so that both differ only by what was assumed. Nothing is
reserved and nothing of the plan changes until one is adopted.
"""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import Max

from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.actions import claim, record, settle
from liangcao.foundation.kernel.errors import Conflict, Invalid, NotFound, Refusal, raise_all
from liangcao.foundation.kernel.quantity import QUANTITY_MAX
from liangcao.foundation.kernel.text import check_text
from liangcao.operations.allocation.actions.drafting import (
    back_to_draft,
    known_rule_set,
    locked_plan,
    make_again,
    plan_in_scope,
)
from liangcao.operations.allocation.asks import HoldBack, LineLimit, Wish, held_back, names_of, set_limits, set_weights
from liangcao.operations.allocation.models import Plan, PlanLine, PlanStock, RuleSet, Scenario, ScenarioLine
from liangcao.operations.allocation.reasons import words
from liangcao.operations.allocation.rounds import Names, Solved, plain_steps, solve_lines, stored_steps
from liangcao.operations.allocation.rules import check_can_change, check_version

SCENARIOS_MAX = 12
_SUPPOSED = "假设"


@dataclass(frozen=True)
class ExtraStock:
    """假设多到 or 假设少了: pieces of an item (base units, negative: fewer) that the round is supposed to have."""

    item_id: int
    quantity: int


@transaction.atomic
def try_scenario(
    *,
    plan_id: int,
    name: str,
    rule_set_id: int | None = None,
    extra_stock: Sequence[ExtraStock] = (),
    limits: Sequence[LineLimit] = (),
    hold_backs: Sequence[HoldBack] = (),
    keeps_overrides: bool = True,
    by: Actor,
    at: datetime,
    client_id: UUID,
) -> Scenario:
    """Solve the plan's own round again by another rule set, with more or less stock, with limits and hold-backs.

    Quantities in base units; without `rule_set_id` the plan's own rules. Raises NotFound, Forbidden, Conflict
    (STATE_CONFLICT, SCENARIOS_FULL, SCENARIO_NAME_TAKEN, SHARE_HAS_NO_SCENARIO), Invalid with all problems at once.
    """
    guard.check(by, "try_scenario", "plan", bureau_id=plan_in_scope(by, plan_id).bureau_id)
    kept = {
        "rule_set": rule_set_id,
        "extra_stock": [[row.item_id, row.quantity] for row in extra_stock],
        "limits": [[row.organisation_id, row.item_id, row.floor, row.cap, row.pack] for row in limits],
        "hold_backs": [_plain_hold_back(row) for row in hold_backs],
        "keeps_overrides": keeps_overrides,
    }
    body = {"plan": plan_id, "name": name, **kept}
    done = claim(client_id=client_id, action="try_scenario", body=body, by=by, at=at)
    if done:
        return Scenario.objects.get(pk=done)
    plan = locked_plan(by, plan_id)
    check_can_change(plan)
    name = _free_name(plan, name)
    rule_set, steps, weigh_by = _rules(plan, rule_set_id, by=by)
    wish = Wish(by, plan.bureau_id, at, None, weigh_by, stored_steps(steps))
    asked = _asked(plan, wish, limits, hold_backs, keeps_overrides=keeps_overrides)
    stocks, names = _stock(plan, asked, extra_stock, client_id, by=by)
    solved = solve_lines(asked, stocks, stored_steps(steps), names)
    scenario = Scenario.objects.create(
        plan=plan, order=(plan.scenarios.aggregate(last=Max("order"))["last"] or 0) + 1, name=name, rule_set=rule_set,
        weigh_by=weigh_by, steps=steps, extra_stock=kept["extra_stock"], limits=kept["limits"],
        hold_backs=kept["hold_backs"], keeps_overrides=keeps_overrides, plan_version=plan.version, made_by=by.name,
        made_by_user_id=by.user_id, made_at=at, client_id=client_id,
    )  # fmt: skip
    ScenarioLine.objects.bulk_create(_lines(scenario, solved), batch_size=500)
    record(
        by=by, at=at, action="try_scenario", object_kind="plan", object_ref=plan.number, bureau_id=plan.bureau_id,
        after={"name": name},
    )  # fmt: skip
    settle(client_id=client_id, ref=str(scenario.pk))
    return scenario


def _rules(plan: Plan, rule_set_id: int | None, *, by: Actor) -> tuple[RuleSet, list[dict[str, Any]], str]:
    """The rule set, its steps and its weights: the chosen one's, or those that the plan keeps."""
    if plan.basis != "round" or plan.rule_set is None:
        raise Conflict(
            "SHARE_HAS_NO_SCENARIO",
            "按比例下拨的方案没有分配规则可比;请直接另分一份",
            "A plan that shares one amount has no rules to compare; share it again instead",
        )
    if rule_set_id is None:
        return plan.rule_set, plan.steps, plan.weigh_by
    chosen = known_rule_set(by, plan.bureau_id, rule_set_id)
    return chosen, plain_steps(chosen.steps.order_by("order")), chosen.weigh_by


def _free_name(plan: Plan, name: str) -> str:
    given = check_text(name, field="name", zh="情景名称", en="name", longest=60, is_required=True)
    if plan.scenarios.filter(name=given).exists():
        raise Conflict(
            "SCENARIO_NAME_TAKEN",
            f"这份方案已有情景“{given}”,请换个名称",
            f'The plan has a scenario "{given}" already; choose another name',
            field="name",
        )
    if plan.scenarios.count() >= SCENARIOS_MAX:
        raise Conflict(
            "SCENARIOS_FULL",
            f"一份方案最多比较 {SCENARIOS_MAX} 种情景;可重新试算一份方案再比",
            f"A plan compares at most {SCENARIOS_MAX} scenarios; draft another plan to compare more",
        )
    return given


def _plain_hold_back(row: HoldBack) -> list[Any]:
    day = row.needed_on and row.needed_on.isoformat()
    return [row.organisation_id, row.item_id, row.quantity, row.tier, day]


def _hold_back(row: Sequence[Any]) -> HoldBack:
    """As it was kept; the first scenarios knew of no day."""
    organisation_id, item_id, quantity, tier, *days = row
    day = days[0] if days else None
    return HoldBack(organisation_id, item_id, quantity, tier, day and date.fromisoformat(day))


def _asked(
    plan: Plan, wish: Wish, limits: Sequence[LineLimit], hold_backs: Sequence[HoldBack], *, keeps_overrides: bool
) -> list[PlanLine]:
    """Copies of the plan's lines under the assumption; the plan's own are not touched."""
    lines = [copy.copy(line) for line in plan.lines.filter(instead_of=None).order_by("line")]
    taken = {(line.organisation_id, line.item_id) for line in lines}
    lines += held_back(wish, hold_backs, taken)
    set_limits(lines, limits)
    if wish.weigh_by != plan.weigh_by:
        for line in lines:
            line.weight = 1
    set_weights(wish, lines)
    if not keeps_overrides:
        for line in lines:
            line.quantity_pinned = None
    return lines


def _stock(
    plan: Plan, lines: Sequence[PlanLine], extra: Sequence[ExtraStock], client_id: UUID, *, by: Actor
) -> tuple[list[PlanStock], Names]:
    """The stock that the plan was made from, with what is supposed to come or to be missing."""
    stocks = list(plan.stocks.order_by("pk"))
    in_round = {line.item_id for line in lines} | {pk for line in lines for pk in line.substitutes}
    _check_extra(extra, in_round, stocks)
    for row in extra:
        if row.quantity < 0:
            _take_away(stocks, row.item_id, -row.quantity)
    stocks = [stock for stock in stocks if stock.quantity]
    names = names_of(by, plan.bureau_id, lines, stocks)
    lots = dict(names.lots)
    for row in extra:
        if row.quantity > 0:
            lot_id = uuid5(client_id, f"supposed {row.item_id}")
            lots[lot_id] = f"{_SUPPOSED} {row.item_id}"
            stocks.append(
                PlanStock(
                    plan=plan, store_id=min(names.stores), item_id=row.item_id, lot_id=lot_id, quantity=row.quantity
                )
            )
    return stocks, replace(names, lots=lots)


def _check_extra(extra: Sequence[ExtraStock], in_round: set[int], stocks: Sequence[PlanStock]) -> None:
    free: dict[int, int] = defaultdict(int)
    for stock in stocks:
        free[stock.item_id] += stock.quantity if stock.earmark_id is None else 0
    problems: list[Refusal] = []
    seen: set[int] = set()
    for number, row in enumerate(extra, start=1):
        given = {"field": "extra_stock", "row": number}
        if row.item_id not in in_round or row.item_id in seen:
            problems.append(
                Invalid(
                    "NOT_IN_ROUND",
                    f"假设第 {number} 行:方案里没有这种物资,或它已写过一行",
                    f"Assumption {number}: the plan has no such item, or it stands there already",
                    **given,  # type: ignore[arg-type]
                )
            )
        elif not row.quantity or row.quantity > QUANTITY_MAX or -row.quantity > free[row.item_id]:
            problems.append(
                Invalid(
                    "QUANTITY_INVALID",
                    f"假设第 {number} 行:数量不能为 0,最多少 {free[row.item_id]:,}(现在可分的数)",
                    f"Assumption {number}: not 0, and at most {free[row.item_id]:,} fewer, which is what is free",
                    **given,  # type: ignore[arg-type]
                )
            )
        seen.add(row.item_id)
    raise_all(problems)


def _take_away(stocks: Sequence[PlanStock], item_id: int, quantity: int) -> None:
    """Fewer pieces of an item: what would have been used last goes first."""
    for stock in reversed(stocks):
        if stock.item_id == item_id and stock.earmark_id is None:
            gone = min(stock.quantity, quantity)
            stock.quantity -= gone
            quantity -= gone


def _lines(scenario: Scenario, solved: Solved) -> list[ScenarioLine]:
    instead: dict[tuple[int, int | None], int] = defaultdict(int)
    for line in solved.substitute_lines:
        instead[line.organisation_id, line.instead_of_id] += line.quantity_planned
    return [
        ScenarioLine(
            scenario=scenario, organisation_id=line.organisation_id, item_id=line.item_id,
            is_hold_back=line.is_hold_back, tier=line.tier, quantity_open=line.quantity_open, on_hand=line.on_hand,
            daily_use=line.daily_use, quantity_planned=line.quantity_planned,
            quantity_substituted=instead[line.organisation_id, line.item_id], gap=line.gap,
            reasons=[words(line, "zh"), words(line, "en")],
        )
        for line in solved.lines
        if not line.is_stale
    ]  # fmt: skip


@transaction.atomic
def adopt_scenario(*, scenario_id: int, version: int | None = None, by: Actor, at: datetime, client_id: UUID) -> Plan:
    """采用: the plan takes over the rules, limits and hold-backs of a scenario and is made again from what is free and
    open now. It goes back to draft.

    Raises NotFound, Forbidden, PlanChanged, Conflict STATE_CONFLICT, SCENARIO_SUPPOSES_STOCK (goods that are not
    there cannot be planned).
    """
    scenario = scenario_in_scope(by, scenario_id)
    guard.check(by, "draft", "plan", bureau_id=scenario.plan.bureau_id)
    body = {"scenario": scenario_id, "version": version}
    done = claim(client_id=client_id, action="adopt_scenario", body=body, by=by, at=at)
    if done:
        return Plan.objects.get(pk=done)
    plan = locked_plan(by, scenario.plan_id)
    check_version(plan, version)
    check_can_change(plan)
    if scenario.extra_stock:
        raise Conflict(
            "SCENARIO_SUPPOSES_STOCK",
            f"情景“{scenario.name}”假设了库存的变化,不能直接采用;到货(或减少)以后重新试算",
            f'Scenario "{scenario.name}" supposes other stock and cannot be adopted; recompute when it has come',
        )
    plan.rule_set, plan.weigh_by, plan.steps = scenario.rule_set, scenario.weigh_by, scenario.steps
    plan.save(update_fields=["rule_set", "weigh_by", "steps"])
    if not scenario.keeps_overrides:
        _forget_overrides(plan)
    _write_limits(plan, scenario)
    own = {(line.organisation_id, line.item_id) for line in plan.lines.filter(is_hold_back=True)}
    more = [_hold_back(row) for row in scenario.hold_backs if (row[0], row[1]) not in own]
    make_again(plan, more_hold_backs=more, by=by, at=at)
    back_to_draft(plan, "adopted", by=by, at=at)
    record(
        by=by, at=at, action="adopt_scenario", object_kind="plan", object_ref=plan.number, bureau_id=plan.bureau_id,
        after={"name": scenario.name},
    )  # fmt: skip
    settle(client_id=client_id, ref=str(plan.pk))
    return plan


def _forget_overrides(plan: Plan) -> None:
    plan.lines.filter(quantity_pinned__isnull=False).update(
        quantity_pinned=None, override_by="", override_by_user_id=None, override_at=None, override_reason=""
    )


def _write_limits(plan: Plan, scenario: Scenario) -> None:
    for organisation_id, item_id, floor, cap, pack in scenario.limits:
        plan.lines.filter(organisation_id=organisation_id, item_id=item_id, instead_of=None).update(
            floor=floor, cap=cap, pack=pack
        )


def scenario_in_scope(by: Actor, scenario_id: int) -> Scenario:
    """The scenario with its plan. Raises NotFound."""
    rows = Scenario.objects.visible_to(by).select_related("plan", "rule_set")
    found: Scenario | None = rows.filter(pk=scenario_id).first()
    if found is None:
        raise NotFound("没有这个情景,或不在您的范围内", "No such scenario within your scope", field="scenario")
    return found
