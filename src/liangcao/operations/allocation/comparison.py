"""A plan and its scenarios side by side: line by line, and by figures of fairness."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from liangcao.foundation.identity.actor import Actor
from liangcao.operations.allocation.fairness import Fairness, Part, fairness
from liangcao.operations.allocation.models import Plan, PlanLine, Scenario, ScenarioLine
from liangcao.operations.allocation.queries import cover, plan


@dataclass(frozen=True)
class ComparedCell:
    """What one way to share gives a unit of an item, with what stands in for it, and its cover in tenths of a day.
    `difference` is against the plan; None for the plan itself, and where the plan has no such line (a hold-back)."""

    given: int
    gap: int | None
    cover: int | None
    difference: int | None = None
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class ComparedLine:
    """A unit and an item, with a cell for the plan and one for each scenario; None where there is no such line."""

    organisation_id: int
    name: str
    town: str
    item: Any
    tier: int
    is_hold_back: bool
    quantity_open: int | None
    cover_before: int | None
    cells: tuple[ComparedCell | None, ...]

    @property
    def differs(self) -> bool:
        """Whether any scenario gives another number than the plan."""
        return any(cell is None or cell.difference != 0 for cell in self.cells[1:])


@dataclass(frozen=True)
class Compared:
    """The plan first, then its scenarios in their order. `figures` has as many entries. `stale` names the scenarios
    that looked at an earlier version of the plan."""

    plan: Plan
    scenarios: tuple[Scenario, ...]
    figures: tuple[Fairness, ...]
    lines: tuple[ComparedLine, ...]
    items: tuple[Any, ...]
    stale: frozenset[int]


def scenarios(actor: Actor, plan_id: int) -> list[Scenario]:
    """The scenarios of a plan in scope, in their order."""
    rows = Scenario.objects.visible_to(actor).filter(plan_id=plan_id).select_related("rule_set")
    return list(rows.order_by("order"))


def comparison(actor: Actor, plan_id: int, *, item_id: int | None = None, language: str = "zh") -> Compared:
    """The plan beside its scenarios, for all items or one. A fixed number of queries. Raises NotFound."""
    found = plan(actor, plan_id)
    listed = scenarios(actor, plan_id)
    ways: list[dict[tuple[int, int], Any]] = [_of_plan(actor, found)]
    ways += _of_scenarios(actor, listed)
    items = {line.item_id: line.item for way in ways for line, _ in way.values()}
    if item_id is not None:
        ways = [{key: value for key, value in way.items() if key[1] == item_id} for way in ways]
    english = language.startswith("en")
    keys = sorted({key for way in ways for key in way}, key=lambda key: _place(ways, key))
    return Compared(
        plan=found,
        scenarios=tuple(listed),
        figures=tuple(fairness(_parts(way.values())) for way in ways),
        lines=tuple(_line(ways, key, english=english) for key in keys),
        items=tuple(sorted(items.values(), key=lambda item: item.code)),
        stale=frozenset(scenario.pk for scenario in listed if scenario.plan_version != found.version),
    )


_Way = dict[tuple[int, int], tuple[Any, int]]


def _of_plan(actor: Actor, found: Plan) -> _Way:
    rows = PlanLine.objects.visible_to(actor).filter(plan=found, is_stale=False)
    rows = rows.select_related("organisation__region", "item")
    own: _Way = {}
    instead: dict[tuple[int, int], int] = {}
    for line in rows:
        if line.instead_of_id is None:
            own[line.organisation_id, line.item_id] = (line, 0)
        else:
            key = (line.organisation_id, line.instead_of_id)
            instead[key] = instead.get(key, 0) + line.quantity_planned
    return {key: (line, instead.get(key, 0)) for key, (line, _) in own.items()}


def _of_scenarios(actor: Actor, listed: Iterable[Scenario]) -> list[_Way]:
    ways: dict[int, _Way] = {scenario.pk: {} for scenario in listed}
    rows = ScenarioLine.objects.visible_to(actor).filter(scenario_id__in=list(ways))
    for line in rows.select_related("organisation__region", "item"):
        ways[line.scenario_id][line.organisation_id, line.item_id] = (line, line.quantity_substituted)
    return list(ways.values())


def _place(ways: list[_Way], key: tuple[int, int]) -> tuple[Any, ...]:
    line = next(way[key][0] for way in ways if key in way)
    return line.tier, line.organisation.name, line.item.code


def _parts(pairs: Iterable[tuple[Any, int]]) -> Iterable[Part]:
    """Hold-backs are for later: they are nobody's need today."""
    for line, instead in pairs:
        if not line.is_hold_back:
            yield Part(
                item_id=line.item_id,
                tier=line.tier,
                town=line.organisation.region.name if line.organisation.region else "",
                wanted=line.quantity_open,
                given=line.quantity_planned + instead,
                on_hand=line.on_hand,
                daily_use=line.daily_use,
            )


def _line(ways: list[_Way], key: tuple[int, int], *, english: bool) -> ComparedLine:
    line = next(way[key][0] for way in ways if key in way)
    live = ways[0].get(key)
    given = None if live is None else live[0].quantity_planned + live[1]
    return ComparedLine(
        organisation_id=line.organisation_id,
        name=line.organisation.name,
        town=line.organisation.region.name if line.organisation.region else "",
        item=line.item,
        tier=line.tier,
        is_hold_back=line.is_hold_back,
        quantity_open=line.quantity_open,
        cover_before=cover(line.on_hand, line.daily_use),
        cells=tuple(
            None if key not in way else _cell(*way[key], given, is_live=way is ways[0], english=english) for way in ways
        ),
    )


def _cell(line: Any, instead: int, live: int | None, *, is_live: bool, english: bool) -> ComparedCell:
    given = line.quantity_planned + instead
    told = () if is_live or not line.reasons else tuple(line.reasons[1 if english else 0])
    return ComparedCell(
        given=given,
        gap=line.gap,
        cover=cover(line.on_hand + given, line.daily_use),
        difference=None if is_live or live is None else given - live,
        reasons=told,
    )
