"""Reads of allocation: lists, the page of a plan, its workbooks, what waits."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Min, Prefetch, Q, QuerySet, Sum

from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.kernel.errors import NotFound
from liangcao.foundation.kernel.waiting import Waiting
from liangcao.ledger.queries import FreeStock, free_stock
from liangcao.operations.allocation.models import (
    Plan,
    PlanLine,
    PlanMinutes,
    PlanPick,
    PlanSignOff,
    PlanStock,
    RuleSet,
    Scenario,
)
from liangcao.operations.allocation.reasons import words
from liangcao.operations.allocation.rounds import stored_steps
from liangcao.operations.allocation.rules import overridden_by, sentence
from liangcao.operations.allocation.summary import Summary, summary_of
from liangcao.reference.catalog.models import Item
from liangcao.reference.catalog.queries import items
from liangcao.reference.parties.separation import is_apart


def rule_sets(actor: Actor, *, bureau_id: int | None = None, is_active: bool | None = True) -> QuerySet[RuleSet]:
    """Rule sets with their steps: the program's, and the bureau's own. The bureau's default first, then the program's.

    `is_active` True: those in use; None: every version.
    """
    found = RuleSet.objects.visible_to(actor).prefetch_related("steps")
    if is_active is not None:
        found = found.filter(is_active=is_active)
    if bureau_id is not None:
        found = found.filter(Q(bureau=None) | Q(bureau_id=bureau_id))
    return found.order_by("-is_default", F("bureau").asc(nulls_last=True), "pk")


def plans(actor: Actor, *, bureau_id: int | None = None, status: str | None = None, search: str = "") -> QuerySet[Plan]:
    """Plans in scope with quantity_planned, line_count and unmet_count; no order is set."""
    found = Plan.objects.visible_to(actor).select_related("rule_set", "bureau")
    for name, value in (("bureau_id", bureau_id), ("status", status)):
        if value is not None:
            found = found.filter(**{name: value})
    if search:
        found = found.filter(Q(number__icontains=search) | Q(made_by__icontains=search))
    return found.annotate(
        quantity_planned=Sum("lines__quantity_planned", default=0),
        line_count=Count("lines"),
        unmet_count=Count("lines", filter=_unmet("lines__")),
    )


def _unmet(prefix: str = "") -> Q:
    return Q(**{f"{prefix}instead_of": None}) & (
        Q(**{f"{prefix}gap": None}) | Q(**{f"{prefix}gap__gt": 0}) | Q(**{f"{prefix}is_stale": True})
    )


def plan(actor: Actor, plan_id: int) -> Plan:
    """One plan in scope. Raises NotFound."""
    found: Plan | None = (
        Plan.objects.visible_to(actor)
        .select_related("rule_set", "bureau", "emergency", "move", "follows")
        .filter(pk=plan_id)
        .first()
    )
    if found is None:
        raise NotFound("未找到该方案,或不在您的范围内", "No such plan within your scope", field="plan")
    return found


def plan_by_number(actor: Actor, bureau_id: int, number: str) -> Plan | None:
    """The plan with this number, or None."""
    found: Plan | None = Plan.objects.visible_to(actor).filter(bureau_id=bureau_id, number=number).first()
    return found


def plan_lines(actor: Actor, plan_id: int) -> QuerySet[PlanLine]:
    """All lines of a plan with unit, items and picks, by tier, unit and item."""
    picks = PlanPick.objects.visible_to(actor).select_related("store", "lot").order_by("order")
    return (
        PlanLine.objects.visible_to(actor)
        .filter(plan_id=plan_id)
        .select_related("organisation", "item", "instead_of", "requisition_line__requisition")
        .prefetch_related(Prefetch("picks", queryset=picks))
        .order_by("tier", "organisation__name", "item__name", "pk")
    )


@dataclass(frozen=True)
class Cell:
    """One unit and one item: asked, planned (with what stands in for the item), cover before and after, and why.

    Days of cover are tenths of a day as integers, None while the daily use is unknown or 0.
    """

    line: PlanLine
    item_id: int
    quantity_asked: int | None
    quantity_planned: int
    quantity_substituted: int
    gap: int | None
    cover_before: int | None
    cover_after: int | None
    is_overridden: bool
    reasons: tuple[str, ...]
    picks: tuple[PlanPick, ...] = ()


@dataclass(frozen=True)
class UnitRow:
    """A unit's row of the matrix: its cells by item."""

    organisation_id: int
    name: str
    tier: int
    is_hold_back: bool
    cells: dict[int, Cell]
    needed_on: date | None = None


@dataclass(frozen=True)
class ItemColumn:
    """An item's column: what was free, asked (unknown amounts left out and counted), planned, left."""

    item_id: int
    name: str
    name_en: str
    base_unit: str
    base_unit_en: str
    quantity_free: int
    quantity_asked: int
    unknown_count: int
    quantity_planned: int
    worst_cover_before: int | None
    worst_cover_after: int | None

    @property
    def quantity_left(self) -> int:
        """Free and not planned."""
        return self.quantity_free - self.quantity_planned


@dataclass(frozen=True)
class PlanDetail:
    """What the page of a plan shows. `columns` and `summary` are of the whole plan; `tiers`, `substitutes` and `unmet`
    (lines that get less than they want, with their words) of the lines that were asked for."""

    plan: Plan
    columns: tuple[ItemColumn, ...]
    tiers: dict[int, tuple[UnitRow, ...]]
    substitutes: tuple[PlanLine, ...]
    unmet: tuple[Cell, ...]
    notices: tuple[str, ...]
    quantity_free: int
    quantity_asked: int
    quantity_planned: int
    summary: Summary
    unmet_count: int
    sentence: str = ""
    followers: tuple[Plan, ...] = field(default=())


NO_LINES = Q(pk__in=[])


def plan_detail(actor: Actor, plan_id: int, *, language: str | None = None, lines_of: Q | None = None) -> PlanDetail:
    """The matrix of units × items with reasons in the reader's language: of all lines, or of those `lines_of` leaves.
    Raises NotFound. A fixed number of queries."""
    found = plan(actor, plan_id)
    tongue = language or actor.language
    rows = plan_lines(actor, plan_id)
    lines = list(rows if lines_of is None else rows.filter(lines_of))
    own = [line for line in lines if line.instead_of_id is None]
    stood_in: dict[tuple[int, int], list[PlanLine]] = defaultdict(list)
    for line in lines:
        if line.instead_of_id is not None:
            stood_in[line.organisation_id, line.instead_of_id].append(line)
    cells = [_cell(line, stood_in[line.organisation_id, line.item_id], tongue) for line in own]
    free = dict(
        PlanStock.objects.visible_to(actor).filter(plan_id=plan_id).values_list("item_id").annotate(Sum("quantity"))
    )
    summary = summary_of(found)
    columns = _columns(actor, summary, free)
    unmet = () if found.basis == "share" else tuple(c for c in cells if c.gap is None or c.gap or c.line.is_stale)
    return PlanDetail(
        plan=found,
        columns=columns,
        tiers=_tiers(cells),
        substitutes=tuple(line for line in lines if line.instead_of_id is not None),
        unmet=unmet,
        notices=tuple(notice["en" if tongue.startswith("en") else "zh"] for notice in found.notices),
        quantity_free=sum(column.quantity_free for column in columns),
        quantity_asked=sum(column.quantity_asked for column in columns),
        quantity_planned=sum(column.quantity_planned for column in columns),
        summary=summary,
        unmet_count=0 if found.basis == "share" else summary.lines_unmet,
        sentence=rule_sentence(found, tongue),
        followers=tuple(Plan.objects.visible_to(actor).filter(follows=found)),
    )


def rule_sentence(found: Plan, language: str) -> str:
    """By which rule the plan was made, in one sentence."""
    return sentence(stored_steps(found.steps), found.weigh_by, language)


def scenario_sentence(scenario: Scenario, language: str) -> str:
    """By which rule a scenario was made, in one sentence."""
    return sentence(stored_steps(scenario.steps), scenario.weigh_by, language)


def items_of_plan(actor: Actor, plan_id: int) -> QuerySet[Item]:
    """The items that a plan is about, for choices."""
    lines = PlanLine.objects.visible_to(actor).filter(plan_id=plan_id)
    return items(actor).filter(pk__in=lines.values("item_id")).order_by("code")


def _cell(line: PlanLine, substitutes: list[PlanLine], language: str) -> Cell:
    given = line.quantity_planned + sum(s.quantity_planned for s in substitutes)
    reasons = words(line, language)
    for substitute in substitutes:
        name = substitute.item.english if language.startswith("en") else substitute.item.name
        reasons += [f"{name} {substitute.quantity_planned:,}"]
    return Cell(
        line=line,
        item_id=line.item_id,
        quantity_asked=line.quantity_asked,
        quantity_planned=line.quantity_planned,
        quantity_substituted=given - line.quantity_planned,
        gap=line.gap,
        cover_before=cover(line.on_hand, line.daily_use),
        cover_after=cover(line.on_hand + given, line.daily_use),
        is_overridden=line.quantity_pinned is not None,
        reasons=tuple(reasons),
        picks=tuple(line.picks.all()),
    )


def cover(pieces: int, daily_use: int | None) -> int | None:
    """Tenths of a day that the pieces last, rounded down; None while the daily use is unknown or 0."""
    return pieces * 10 // daily_use if daily_use else None


def _columns(actor: Actor, summary: Summary, free: dict[int, int]) -> tuple[ItemColumn, ...]:
    return tuple(
        ItemColumn(
            item_id=item.pk,
            name=item.name,
            name_en=item.name_en,
            base_unit=item.base_unit,
            base_unit_en=item.base_unit_en,
            quantity_free=free.get(item.pk, 0),
            quantity_asked=summary.items[item.pk].asked,
            unknown_count=summary.items[item.pk].unknown,
            quantity_planned=summary.items[item.pk].planned,
            worst_cover_before=summary.items[item.pk].worst_before,
            worst_cover_after=summary.items[item.pk].worst_after,
        )
        for item in items(actor).filter(pk__in=list(summary.items)).order_by("code")
    )


def _tiers(cells: list[Cell]) -> dict[int, tuple[UnitRow, ...]]:
    rows: dict[int, dict[int, UnitRow]] = defaultdict(dict)
    for cell in cells:
        line = cell.line
        row = rows[line.tier].setdefault(
            line.organisation_id,
            UnitRow(line.organisation_id, line.organisation.name, line.tier, line.is_hold_back, {}, line.needed_on),
        )
        row.cells[line.item_id] = cell
    return {tier: tuple(rows[tier].values()) for tier in sorted(rows)}


def sign_offs(actor: Actor, plan_id: int) -> QuerySet[PlanSignOff]:
    """What people said of a plan in the consultation, oldest first."""
    return PlanSignOff.objects.visible_to(actor).filter(plan_id=plan_id).order_by("at", "pk")


def minutes(actor: Actor, plan_id: int) -> QuerySet[PlanMinutes]:
    """The minutes of a plan; the last one counts."""
    return PlanMinutes.objects.visible_to(actor).filter(plan_id=plan_id).order_by("at", "pk")


def _by(actor: Actor) -> Q:
    return Q(by_user_id=actor.user_id) if actor.user_id is not None else Q(by=actor.name, by_user_id=None)


def pick(actor: Actor, plan_pick_id: int) -> PlanPick:
    """One pick with its lot, store, line and unit. Raises NotFound."""
    rows = PlanPick.objects.visible_to(actor).select_related(
        "lot", "store", "item", "plan_line__plan", "plan_line__organisation", "plan_line__item"
    )
    found: PlanPick | None = rows.filter(pk=plan_pick_id).first()
    if found is None:
        raise NotFound("未找到这笔配货,或不在您的范围内", "No such pick within your scope", field="pick")
    return found


def picked(actor: Actor, plan_id: int) -> list[tuple[int, UUID, int, int]]:
    """(store, lot, item, pieces) that a plan takes."""
    rows = PlanPick.objects.visible_to(actor).filter(plan_line__plan_id=plan_id).order_by()
    return list(rows.values_list("store_id", "lot_id", "item_id").annotate(Sum("quantity")))


def lots_instead(actor: Actor, held: PlanPick, *, on: date) -> list[FreeStock]:
    """Free lots that could take the place of a pick: of its item, for anybody or for its unit, soonest expiry first."""
    line = held.plan_line
    rows = free_stock(actor, line.plan.bureau_id, on=on, item_ids=[held.item_id])
    return [r for r in rows if r.earmark_party_id in (None, line.organisation_id) and r.lot_id != held.lot_id]


def unprepared_picks(actor: Actor, plan_id: int) -> QuerySet[PlanPick]:
    """Picks of a plan that no delivery carries yet, hold-backs left out, with their lines, by store, unit and item."""
    return (
        PlanPick.objects.visible_to(actor)
        .filter(plan_line__plan_id=plan_id, delivery_ref="", quantity_released=0, plan_line__is_hold_back=False)
        .select_related("plan_line")
        .prefetch_related("plan_line__needs")
        .order_by("store_id", "plan_line__organisation_id", "item_id", "order")
    )


def waiting(actor: Actor, *, bureau_id: int | None = None, at: datetime | None = None) -> list[Waiting]:
    """What waits for this person: drafts to look at together, reviewed plans of others to sign. Where the
    profile of separation in force at `at` lets one person sign what he made, his own wait for him too."""
    scope = {} if bureau_id is None else {"bureau_id": bureau_id}
    found: list[Waiting] = []
    own = Q(made_by_user_id=actor.user_id) if actor.user_id is not None else Q(made_by=actor.name, made_by_user_id=None)
    touched = PlanLine.objects.visible_to(actor).filter(overridden_by(actor))
    others = ~own & ~Q(pk__in=touched.values("plan_id"))
    if bureau_id is not None and at is not None and not is_apart("plan.publish", bureau_id, at):
        others = Q()
    unmade = ~own
    if bureau_id is not None and at is not None and not is_apart("plan.sign_off", bureau_id, at):
        unmade = Q()
    signed = PlanSignOff.objects.visible_to(actor).filter(_by(actor), version=F("plan__version"))
    groups: list[tuple[str, str, Any, str, str]] = [
        ("review", "draft", Q(), "待会商的分配方案", "plans to review"),
        (
            "sign_off",
            "consulting",
            unmade & ~Q(pk__in=signed.values("plan_id")),
            "待会签的分配方案",
            "plans to agree to",
        ),
        ("publish", "reviewed", others, "待签发的分配方案", "plans to sign"),
    ]
    for action, status, whose, zh, en in groups:
        if not guard.can(actor, action, "plan", bureau_id=bureau_id):
            continue
        rows = Plan.objects.visible_to(actor).filter(whose, status=status, **scope)
        count, oldest = rows.aggregate(n=Count("pk"), oldest=Min("made_at")).values()
        if count:
            found.append(Waiting(f"plan_{action}", zh, en, count, oldest, "plan_list", f"status={status}"))
    return found
