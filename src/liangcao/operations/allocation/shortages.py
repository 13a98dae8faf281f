"""Reads of shortages: what is approved and not met, beside what is free and what is still to come; and their tasks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.kernel.quantity import QUANTITY_MAX
from liangcao.operations.allocation.models import Replenishment
from liangcao.operations.demand.queries import demand_list
from liangcao.operations.forecast.goods import Coming, coming, free_by_item
from liangcao.operations.forecast.queries import forecast_of
from liangcao.reference.catalog.models import Item
from liangcao.reference.catalog.queries import items_by_id

# A task is given for what is missing within a week.
DAYS_AHEAD = 7


@dataclass(frozen=True)
class Shortage:
    """One item: open demand over all units, free stock, what is announced and not free yet, all in base units.

    Amounts that nobody told are in none of the sums; `unknown` counts such needs, `coming_unknown` such announcements.
    """

    item: Item
    units: int
    open: int
    unknown: int
    free: int
    coming: int
    coming_unknown: int
    replenishment: Replenishment | None = None

    @property
    def gap(self) -> int:
        """What is missing when everything free and everything announced is given out."""
        return max(self.open - self.free - self.coming, 0)

    @property
    def code(self) -> str:
        """For the order of the list."""
        return self.item.code


def shortages(
    actor: Actor, bureau_id: int, *, at: datetime, needs: Mapping[int, Mapping[str, Any]] | None = None
) -> list[Shortage]:
    """Every item that is asked for now or has an open replenishment, by code. A fixed number of queries. `needs` are
    the rows of the demand list by item where the caller has them already."""
    if needs is None:
        needs = {row["item_id"]: row for row in demand_list(actor, bureau_id, at=at)}
    tasks = {row.item_id: row for row in replenishments(actor, bureau_id, status="open").order_by("pk")}
    items = items_by_id({*needs, *tasks})
    free = free_by_item(actor, bureau_id, at=at, item_ids=items)
    arriving = coming(actor, bureau_id, items)
    nothing = Coming()
    found = []
    for pk, item in items.items():
        need = needs.get(pk, {"units": 0, "open": 0, "unknown": 0})
        to_come = arriving.get(pk, nothing)
        found.append(
            Shortage(
                item, need["units"], need["open"], need["unknown"], free.get(pk, 0), to_come.whole, to_come.untold,
                tasks.get(pk),
            )
        )  # fmt: skip
    return sorted(found, key=lambda row: row.code)


def shortage(actor: Actor, bureau_id: int, item: Item, *, at: datetime) -> Shortage:
    """How one item stands now."""
    known = {row.item.pk: row for row in shortages(actor, bureau_id, at=at)}
    return known.get(item.pk) or Shortage(item, 0, 0, 0, 0, 0, 0)


def gap_ahead(actor: Actor, bureau_id: int, item: Item, *, at: datetime) -> int:
    """What the forecast misses of an item within a week, at most, when everything announced comes."""
    return min(forecast_of(actor, bureau_id, item, at=at).to_get(DAYS_AHEAD), QUANTITY_MAX)


def replenishments(actor: Actor, bureau_id: int, *, status: str | None = None) -> QuerySet[Replenishment]:
    """Replenishments of a bureau with item and task, by the state of the task; no order is set."""
    found = Replenishment.objects.visible_to(actor).filter(bureau_id=bureau_id)
    found = found.select_related("item", "task__owner", "emergency")
    return found if status is None else found.filter(task__status=status)


def open_replenishment(actor: Actor, bureau_id: int, *, emergency_id: int, item_id: int) -> Replenishment | None:
    """The open one of an item in an emergency, or None."""
    wanted: dict[str, Any] = {"emergency_id": emergency_id, "item_id": item_id}
    return replenishments(actor, bureau_id, status="open").filter(**wanted).first()


def replenishment_of_task(actor: Actor, task_id: int) -> Replenishment | None:
    """What a task is to replenish; None for any other task."""
    found: Replenishment | None = (
        Replenishment.objects.visible_to(actor).select_related("item", "bureau").filter(task_id=task_id).first()
    )
    return found


def suggested(gap: int, packs: Iterable[int]) -> int:
    """A gap in whole packs: rounded up to the smallest pack, for goods are bought and brought in packs."""
    pack = min((factor for factor in packs if factor > 1), default=1)
    whole = -(-gap // pack) * pack
    return whole if whole <= QUANTITY_MAX else gap
