"""The units that a plan gives something or nothing: one row for each, in the order of its page."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from liangcao.foundation.database.bulk import Among
from liangcao.foundation.identity.actor import Actor
from liangcao.operations.allocation.models import PlanLine
from liangcao.reference.parties.queries import organisations


@dataclass(frozen=True)
class PlanUnit:
    """A unit's row in the matrix: a unit stands in each tier in which it has a line."""

    tier: int
    organisation_id: int
    name: str
    region_id: int | None
    region_name: str


def plan_units(actor: Actor, plan_id: int, *, item_id: int | None = None, search: str = "") -> list[PlanUnit]:
    """The units of a plan by tier and name: of one item, by a word of their names. A constant number of queries,
    whatever the plan's size."""
    lines = PlanLine.objects.visible_to(actor).filter(plan_id=plan_id)
    found = (
        _of_plan(actor, lines, search) if item_id is None else _of_item(actor, lines.filter(item_id=item_id), search)
    )
    return sorted(found, key=lambda row: (row.tier, row.name, row.organisation_id))


def _of_plan(actor: Actor, lines: QuerySet[PlanLine], search: str) -> list[PlanUnit]:
    """Asks the index for each unit, and reads none of the lines: there may be a million."""
    of_unit = lines.filter(organisation_id=OuterRef("pk"))
    units = organisations(actor, search=search).filter(Exists(of_unit)).order_by()
    first, last = (Subquery(of_unit.order_by(order).values("tier")[:1]) for order in ("tier", "-tier"))
    found = list(
        units.annotate(first=first, last=last).values_list("pk", "name", "region_id", "region__name", "first", "last")
    )
    tiers = _tiers(lines, [row[0] for row in found if row[4] != row[5]])
    return [PlanUnit(tier, *row[:3], row[3] or "") for row in found for tier in tiers.get(row[0], [row[4]])]


def _of_item(actor: Actor, lines: QuerySet[PlanLine], search: str) -> list[PlanUnit]:
    """Reads the lines, which are at most as many as the units."""
    pairs = list(lines.order_by().values_list("tier", "organisation_id").distinct())
    units = organisations(actor, search=search).filter(Among("pk", {organisation_id for _, organisation_id in pairs}))
    names = {row[0]: row for row in units.values_list("pk", "name", "region_id", "region__name")}
    return [PlanUnit(tier, *names[pk][:3], names[pk][3] or "") for tier, pk in pairs if pk in names]


def _tiers(lines: QuerySet[PlanLine], organisation_ids: list[int]) -> dict[int, list[int]]:
    """The tiers of units that stand in several."""
    tiers: dict[int, list[int]] = defaultdict(list)
    pairs = lines.order_by().filter(Among("organisation_id", organisation_ids)) if organisation_ids else lines.none()
    for organisation_id, tier in pairs.values_list("organisation_id", "tier").distinct():
        tiers[organisation_id].append(tier)
    return tiers
