"""Rule sets: the program's and the bureau's own, versions, and a draft tried on today's needs."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Status
from pydantic import Field, StrictBool, StrictInt

from liangcao.foundation.identity import guard
from liangcao.interfaces.api.v1.doors import KEYED, Body, Door, enter, entered, key_of, language_of
from liangcao.interfaces.api.v1.paging import Page, PageFilters, page
from liangcao.operations.allocation import actions, queries, rule_set_queries
from liangcao.operations.allocation.models import RuleSet
from liangcao.operations.allocation.rule_set_checks import RuleSetDraft
from liangcao.operations.allocation.rules import sentence
from liangcao.operations.allocation.solver import Step

router = Router(tags=["allocation"])


class StepIn(Body):
    """One step: whom ("all", a tier "2", tiers in a row "2-4"), up to what, and how."""

    whom: str = Field(max_length=10, examples=["1"])
    target: Literal["floor", "days", "cap", "request"] = "request"
    days: StrictInt | None = Field(None, description="With the target days only")
    how: Literal["fill", "equal_cover", "proportional"] = "fill"


class RulesIn(Body):
    """Steps in their order, and by what a step by weight weighs."""

    weigh_by: Literal["none", "population", "beds", "headcount"] = "none"
    steps: list[StepIn] = Field(max_length=50)


class RuleSetIn(RulesIn):
    """A rule set of the bureau's own."""

    name: str = Field(max_length=40, examples=["一线优先,学校随后"])
    name_en: str = Field("", max_length=60)
    note: str = Field("", max_length=200, description="Why: the number of the minutes, say")


class NewRuleSetIn(RuleSetIn):
    """The same, and for which bureau."""

    bureau: str | None = None


class TryIn(RulesIn):
    """Rules to be tried."""

    bureau: str | None = None


class DefaultIn(Body):
    """Whether new plans of the bureau begin with it."""

    is_default: StrictBool = True


class RetirementIn(Body):
    """Why it goes out of use."""

    reason: str = Field(max_length=200)


def show_rule_set(row: RuleSet, *, english: bool) -> dict[str, Any]:
    """A version without its steps."""
    return {
        "id": row.pk,
        "code": row.code,
        "name": row.name_en if english else row.name,
        "version": row.version,
        "is_own": row.bureau_id is not None,
        "is_default": row.is_default,
        "is_active": row.is_active,
        "sentence": row.sentence_en if english else row.sentence,
    }


def _whole(request: HttpRequest, door: Door, rule_set_id: int) -> dict[str, Any]:
    found = rule_set_queries.rule_set(door.actor, rule_set_id)
    steps = [{"whom": s.whom, "target": s.target, "days": s.days, "how": s.how} for s in found.steps.all()]
    rows = rule_set_queries.versions(door.actor, found)
    versions = [
        {"id": row.pk, "version": row.version, "plans": row.plan_count}  # type: ignore[attr-defined]
        for row in rows
    ]
    told = {"weigh_by": found.weigh_by, "note": found.note, "made_by": found.made_by}
    english = language_of(request).startswith("en")
    return show_rule_set(found, english=english) | told | {"steps": steps, "versions": versions}


def _door(request: HttpRequest, rule_set_id: int) -> Door:
    """The door of the bureau whose set this is; of the caller's bureau for one of the program. Raises NotFound."""
    found = rule_set_queries.rule_set(request.auth, rule_set_id)  # type: ignore[attr-defined]
    return enter(request, found.bureau.code if found.bureau else None)


def _draft(body: RulesIn, name: str = "", name_en: str = "") -> RuleSetDraft:
    return RuleSetDraft(name, tuple(Step(s.whom, s.target, s.how, s.days) for s in body.steps), body.weigh_by, name_en)


@router.get("/rule-sets", response=Page)
def list_rule_sets(request: HttpRequest, filters: Query[PageFilters]) -> dict[str, Any]:
    """Rule sets in use, with the sentence that a person reads."""
    door = entered(request, filters.bureau, "plan")
    english = language_of(request).startswith("en")
    rows = queries.rule_sets(door.actor, bureau_id=door.bureau_id)
    return page(rows, filters, lambda row: show_rule_set(row, english=english))


@router.get("/rule-sets/{int:rule_set_id}", response=dict)
def get_rule_set(request: HttpRequest, rule_set_id: int) -> dict[str, Any]:
    """One version with its steps, in use or not."""
    door = _door(request, rule_set_id)
    guard.check(door.actor, "view", "plan", bureau_id=door.bureau_id)
    return _whole(request, door, rule_set_id)


@router.post("/rule-sets", response={201: dict}, openapi_extra=KEYED)
def make_rule_set(request: HttpRequest, body: NewRuleSetIn) -> Status:
    """A rule set of the bureau's own, in use at once; its code is given."""
    door = enter(request, body.bureau)
    made = actions.make_rule_set(
        bureau_id=door.bureau_id, draft=_draft(body, body.name, body.name_en), note=body.note,
        client_id=key_of(request), **door.who_and_when,
    )  # fmt: skip
    return Status(201, _whole(request, door, made.pk))


@router.post("/rule-sets/try", response=dict)
def try_rules(request: HttpRequest, body: TryIn) -> dict[str, Any]:
    """What these rules would give today, by tier; nothing is written. Shares in permille, cover in tenths of a day."""
    door = enter(request, body.bureau)
    draft = _draft(body)
    found = rule_set_queries.example(door.actor, door.bureau_id, draft, at=door.at)
    told = {"sentence": sentence(draft.steps, draft.weigh_by, language_of(request))}
    if found is None:
        return told | {"is_asked": False}
    figures = found.figures
    return told | {
        "is_asked": True, "met": figures.met, "lines": figures.lines, "lines_met": figures.lines_met,
        "worst_before": figures.worst_before, "worst_after": figures.worst_after,
        "tiers": [asdict(row) for row in found.tiers],
        "notices": [notice.message(language_of(request)) for notice in found.notices],
    }  # fmt: skip


@router.post("/rule-sets/{int:rule_set_id}/versions", response={201: dict}, openapi_extra=KEYED)
def revise_rule_set(request: HttpRequest, rule_set_id: int, body: RuleSetIn) -> Status:
    """A new version; the one that was read goes out of use and stays as it was."""
    door = _door(request, rule_set_id)
    made = actions.revise_rule_set(
        rule_set_id=rule_set_id, draft=_draft(body, body.name, body.name_en), note=body.note,
        client_id=key_of(request), **door.who_and_when,
    )  # fmt: skip
    return Status(201, _whole(request, door, made.pk))


@router.post("/rule-sets/{int:rule_set_id}/default", response={201: dict}, openapi_extra=KEYED)
def set_default(request: HttpRequest, rule_set_id: int, body: DefaultIn) -> Status:
    """The set that new plans of the bureau begin with."""
    door = _door(request, rule_set_id)
    actions.set_default_rule_set(
        rule_set_id=rule_set_id, is_default=body.is_default, client_id=key_of(request), **door.who_and_when
    )
    return Status(201, _whole(request, door, rule_set_id))


@router.post("/rule-sets/{int:rule_set_id}/retirement", response={201: dict}, openapi_extra=KEYED)
def retire_rule_set(request: HttpRequest, rule_set_id: int, body: RetirementIn) -> Status:
    """Out of use; plans that were made keep it."""
    door = _door(request, rule_set_id)
    actions.retire_rule_set(rule_set_id=rule_set_id, reason=body.reason, client_id=key_of(request), **door.who_and_when)
    return Status(201, _whole(request, door, rule_set_id))


@router.post("/rule-sets/{int:rule_set_id}/restoration", response={201: dict}, openapi_extra=KEYED)
def restore_rule_set(request: HttpRequest, rule_set_id: int) -> Status:
    """The newest version in use again."""
    door = _door(request, rule_set_id)
    actions.restore_rule_set(rule_set_id=rule_set_id, client_id=key_of(request), **door.who_and_when)
    return Status(201, _whole(request, door, rule_set_id))
