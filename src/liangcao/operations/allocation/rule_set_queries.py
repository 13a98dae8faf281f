"""Reads of rule sets: one version, its sisters, and what a draft of rules would give today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.kernel.clock import business_date
from liangcao.foundation.kernel.errors import NotFound
from liangcao.operations.allocation.asks import Wish, gather, names_of, stock_of_round
from liangcao.operations.allocation.fairness import Fairness, Part, fairness
from liangcao.operations.allocation.models import Plan, PlanLine, RuleSet
from liangcao.operations.allocation.queries import rule_sets
from liangcao.operations.allocation.rounds import solve_lines
from liangcao.operations.allocation.rule_set_checks import RuleSetDraft, checked_steps
from liangcao.operations.allocation.solver import Notice


def rule_set(actor: Actor, rule_set_id: int) -> RuleSet:
    """One version in scope, in use or not. Raises NotFound."""
    rows = rule_sets(actor, is_active=None).select_related("bureau")
    found: RuleSet | None = rows.filter(pk=rule_set_id).first()
    if found is None:
        raise NotFound("没有这套分配规则,或不在您的范围内", "No such rule set within your scope", field="rule_set")
    return found


def versions(actor: Actor, found: RuleSet) -> list[RuleSet]:
    """All versions of a rule set, the newest first, with `plan_count`: how many plans were made by each."""
    rows = rule_sets(actor, is_active=None).filter(bureau=found.bureau, code=found.code)
    used = Plan.objects.visible_to(actor).filter(rule_set=OuterRef("pk")).order_by().values("rule_set")
    counted = used.annotate(n=Count("pk")).values("n")
    return list(rows.annotate(plan_count=Coalesce(Subquery(counted), 0)).order_by("-version"))


@dataclass(frozen=True)
class TierExample:
    """What the units of one tier would get, in lines (a unit and an item) and in permille of what they ask."""

    tier: int
    lines: int
    lines_met: int
    met: int | None


@dataclass(frozen=True)
class Example:
    """A draft of rules tried on today's needs and free stock; nothing is written. `worst` are the lines with the least
    cover afterwards, in tenths of a day."""

    figures: Fairness
    tiers: tuple[TierExample, ...]
    worst: tuple[tuple[Any, int], ...]
    notices: tuple[Notice, ...]


WORST_SHOWN = 5


def example(actor: Actor, bureau_id: int, draft: RuleSetDraft, *, at: datetime) -> Example | None:
    """What these rules would give today; None while nothing is asked. Raises Forbidden, every problem of the steps, and
    WEIGHT_MISSING with every unit that lacks the number by which they weigh."""
    guard.check(actor, "view", "rule_set", bureau_id=bureau_id)
    steps = checked_steps(draft)
    asks = gather(Wish(actor, bureau_id, at, None, draft.weigh_by, steps))
    lines = [line for line in asks.lines if not line.is_stale]
    if not lines:
        return None
    items = {line.item_id for line in lines} | {pk for line in lines for pk in line.substitutes}
    stocks = stock_of_round(actor, bureau_id, on=business_date(at), item_ids=items)
    solved = solve_lines(lines, stocks, steps, names_of(actor, bureau_id, lines, stocks))
    return _told(solved.lines, solved.substitute_lines, solved.notices)


def _told(lines: Sequence[PlanLine], substitutes: Sequence[PlanLine], notices: tuple[Notice, ...]) -> Example:
    instead: dict[tuple[int, int], int] = {}
    for line in substitutes:
        key = (line.organisation_id, line.instead_of_id or 0)
        instead[key] = instead.get(key, 0) + line.quantity_planned
    parts = {
        (line.organisation_id, line.item_id): Part(
            line.item_id, line.tier, "", line.quantity_open,
            line.quantity_planned + instead.get((line.organisation_id, line.item_id), 0), line.on_hand, line.daily_use,
        )
        for line in lines
    }  # fmt: skip
    covers = [
        (line, cover)
        for line in lines
        if (part := parts[line.organisation_id, line.item_id])
        and (cover := part.cover(part.on_hand + part.given)) is not None
    ]
    covers.sort(key=lambda row: (row[1], row[0].organisation_id, row[0].item_id))
    figures = fairness(parts.values())
    return Example(figures, _tiers(list(parts.values()), figures), tuple(covers[:WORST_SHOWN]), notices)


def _tiers(parts: Sequence[Part], figures: Fairness) -> tuple[TierExample, ...]:
    told = []
    for tier in sorted({part.tier for part in parts}):
        wanting = [part for part in parts if part.tier == tier and part.wanted]
        met = sum(part.given >= (part.wanted or 0) for part in wanting)
        told.append(TierExample(tier, len(wanting), met, figures.met_by_tier.get(tier)))
    return tuple(told)
