"""会商: scenarios beside a plan, agreement and objection, minutes."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Status
from pydantic import Field, StrictBool, StrictInt

from liangcao.foundation.identity import guard
from liangcao.foundation.kernel.errors import NotFound
from liangcao.interfaces.api.v1.allocation import (
    HoldBackIn,
    LimitIn,
    ReadIn,
    door_of_plan,
    rule_set_id,
    show_plan_whole,
)
from liangcao.interfaces.api.v1.doors import KEYED, Body, Filters, Moment, key_of, language_of
from liangcao.interfaces.api.v1.names import items_by_code, organisation_ids
from liangcao.operations.allocation import actions, comparison, queries

router = Router(tags=["allocation"])


class ComparisonFilters(Filters):
    """One item of the plan, by its code."""

    item: str = Field("", max_length=30)


class ExtraStockIn(Body):
    """Pieces supposed to be there (negative: missing), in base units."""

    item: str = Field(max_length=30)
    quantity: StrictInt


class ScenarioIn(Body):
    """Another assumption beside the plan. Without `rule_set` the plan's own rules."""

    name: str = Field(max_length=60, examples=["再到一批"])
    rule_set: str | None = Field(None, max_length=30)
    extra_stock: list[ExtraStockIn] = Field(default_factory=list, max_length=500)
    limits: list[LimitIn] = Field(default_factory=list, max_length=500)
    hold_backs: list[HoldBackIn] = Field(default_factory=list, max_length=500)
    keeps_overrides: StrictBool = True


class SignOffIn(ReadIn):
    """Agree to the plan, or object with the reason in `note`."""

    agrees: StrictBool
    note: str = Field("", max_length=200)


class MinutesIn(Body):
    """When, where, who, what was decided."""

    held_at: Moment = Field(description="With its zone: 2020-02-03T09:00:00+08:00")
    place: str = Field("", max_length=80)
    participants: str = Field(max_length=500)
    decisions: str = Field(max_length=2000)


def show_scenario(scenario: Any, language: str) -> dict[str, Any]:
    """A scenario without its lines."""
    return {
        "id": scenario.pk,
        "order": scenario.order,
        "name": scenario.name,
        "rule_set": scenario.rule_set.code,
        "sentence": queries.scenario_sentence(scenario, language),
        "keeps_overrides": scenario.keeps_overrides,
        "plan_version": scenario.plan_version,
        "made_by": scenario.made_by,
        "made_at": scenario.made_at,
    }


def show_comparison(request: HttpRequest, plan_id: int, item_id: int | None = None) -> dict[str, Any]:
    """The plan first, then its scenarios: figures, and for each line what each of them gives, in that order."""
    language, actor = language_of(request), request.auth  # type: ignore[attr-defined]
    found = comparison.comparison(actor, plan_id, item_id=item_id, language=language)
    return {
        "plan": found.plan.pk,
        "scenarios": [show_scenario(s, language) | {"is_stale": s.pk in found.stale} for s in found.scenarios],
        "figures": [_figures(figures) for figures in found.figures],
        "lines": [
            {
                "organisation_name": line.name,
                "item": line.item.code,
                "tier": line.tier,
                "is_hold_back": line.is_hold_back,
                "quantity_open": line.quantity_open,
                "given": [None if cell is None else cell.given for cell in line.cells],
                "cover_tenths": [None if cell is None else cell.cover for cell in line.cells],
            }
            for line in found.lines
        ],
    }


def _figures(figures: Any) -> dict[str, Any]:
    """Cover in tenths of a day, shares in permille, rounded down."""
    return {
        "worst_cover_before": figures.worst_before,
        "worst_cover": figures.worst_after,
        "median_cover": figures.median_after,
        "spread": figures.spread_after,
        "met": figures.met,
        "met_by_tier": {str(tier): share for tier, share in figures.met_by_tier.items()},
        "met_by_town": dict(figures.met_by_town),
        "lines": figures.lines,
        "lines_met": figures.lines_met,
        "lines_empty": figures.lines_empty,
    }


def show_minutes(row: Any) -> dict[str, Any]:
    """One writing of the minutes."""
    return {
        "id": row.pk, "held_at": row.held_at, "place": row.place, "participants": row.participants,
        "decisions": row.decisions, "by": row.by, "at": row.at, "plan_version": row.version,
    }  # fmt: skip


@router.get("/plans/{int:plan_id}/scenarios", response=dict)
def compare_scenarios(request: HttpRequest, plan_id: int, filters: Query[ComparisonFilters]) -> dict[str, Any]:
    """The plan beside its scenarios, line by line and by figures of fairness."""
    door = door_of_plan(request, plan_id)
    guard.check(door.actor, "view", "plan", bureau_id=door.bureau_id)
    item_id = items_by_code(door, [filters.item])[filters.item].pk if filters.item else None
    return show_comparison(request, plan_id, item_id)


@router.post("/plans/{int:plan_id}/scenarios", response={201: dict}, openapi_extra=KEYED)
def try_scenario(request: HttpRequest, plan_id: int, body: ScenarioIn) -> Status:
    """Solve the plan's round under another assumption; the plan stays as it is."""
    door = door_of_plan(request, plan_id)
    rows = [*body.extra_stock, *body.limits, *body.hold_backs]
    items = items_by_code(door, [row.item for row in rows])
    units = organisation_ids(door, [row.organisation for row in (*body.limits, *body.hold_backs)])
    actions.try_scenario(
        plan_id=plan_id,
        name=body.name,
        rule_set_id=None if body.rule_set is None else rule_set_id(door, body.rule_set),
        extra_stock=[actions.ExtraStock(items[row.item].pk, row.quantity) for row in body.extra_stock],
        limits=[
            actions.LineLimit(units[r.organisation], items[r.item].pk, r.floor, r.cap, r.pack)  # type: ignore[arg-type]
            for r in body.limits
        ],
        hold_backs=[
            actions.HoldBack(
                units[r.organisation],  # type: ignore[arg-type]
                items[r.item].pk,
                r.quantity,
                r.tier,
                r.needed_on,
            )
            for r in body.hold_backs
        ],
        keeps_overrides=body.keeps_overrides,
        client_id=key_of(request),
        **door.who_and_when,
    )
    return Status(201, show_comparison(request, plan_id))


@router.post("/plans/{int:plan_id}/scenarios/{int:scenario_id}/adoption", response={201: dict}, openapi_extra=KEYED)
def adopt_scenario(request: HttpRequest, plan_id: int, scenario_id: int, body: ReadIn | None = None) -> Status:
    """The plan takes over the scenario's rules, limits and hold-backs, and is made again."""
    door = door_of_plan(request, plan_id)
    if scenario_id not in {row.pk for row in comparison.scenarios(door.actor, plan_id)}:
        raise NotFound("该方案没有这个情景", "The plan has no such scenario", field="scenario")
    actions.adopt_scenario(
        scenario_id=scenario_id, version=body.version if body else None, client_id=key_of(request), **door.who_and_when
    )
    return Status(201, show_plan_whole(request, plan_id))


@router.post("/plans/{int:plan_id}/sign-offs", response={201: dict}, openapi_extra=KEYED)
def sign_off_plan(request: HttpRequest, plan_id: int, body: SignOffIn) -> Status:
    """会签: agree to the plan, or object to it with a reason."""
    door = door_of_plan(request, plan_id)
    actions.sign_off_plan(plan_id=plan_id, client_id=key_of(request), **body.model_dump(), **door.who_and_when)
    return Status(201, show_plan_whole(request, plan_id))


@router.get("/plans/{int:plan_id}/minutes", response=dict)
def get_minutes(request: HttpRequest, plan_id: int) -> dict[str, Any]:
    """Opinions and every writing of the minutes, oldest first; the last one counts."""
    door = door_of_plan(request, plan_id)
    guard.check(door.actor, "view", "plan", bureau_id=door.bureau_id)
    return {
        "sign_offs": [
            {"role": r.role, "opinion": r.opinion, "note": r.note, "by": r.by, "at": r.at, "plan_version": r.version}
            for r in queries.sign_offs(door.actor, plan_id)
        ],
        "minutes": [show_minutes(row) for row in queries.minutes(door.actor, plan_id)],
    }


@router.post("/plans/{int:plan_id}/minutes", response={201: dict}, openapi_extra=KEYED)
def write_minutes(request: HttpRequest, plan_id: int, body: MinutesIn) -> Status:
    """会商纪要: when, where, who, what was decided."""
    door = door_of_plan(request, plan_id)
    made = actions.write_minutes(plan_id=plan_id, client_id=key_of(request), **body.model_dump(), **door.who_and_when)
    return Status(201, show_minutes(made))
