"""Reads of shortages: what is approved and not met, beside what is free and what is still to come; and their tasks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet, Sum
from django.db.models.functions import Coalesce

from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.kernel.clock import business_date
from liangcao.foundation.kernel.quantity import QUANTITY_MAX
from liangcao.ledger.queries import free_stock
from liangcao.operations.allocation.models import Replenishment
from liangcao.operations.demand.queries import demand_list
from liangcao.operations.supply.models import ReceiptLine, SourceLine
from liangcao.operations.supply.queries import EXPECTED, with_arrivals
from liangcao.reference.catalog.models import Item
from liangcao.reference.catalog.queries import items_by_id


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
    found = []
    for pk, item in items.items():
        need = needs.get(pk, {"units": 0, "open": 0, "unknown": 0})
        to_come, untold = arriving.get(pk, (0, 0))
        found.append(
            Shortage(
                item, need["units"], need["open"], need["unknown"], free.get(pk, 0), to_come, untold, tasks.get(pk)
            )
        )
    return sorted(found, key=lambda row: row.code)


def shortage(actor: Actor, bureau_id: int, item: Item, *, at: datetime) -> Shortage:
    """How one item stands now."""
    known = {row.item.pk: row for row in shortages(actor, bureau_id, at=at)}
    return known.get(item.pk) or Shortage(item, 0, 0, 0, 0, 0, 0)


def free_by_item(actor: Actor, bureau_id: int, *, at: datetime, item_ids: Iterable[int]) -> dict[int, int]:
    """item → what may be issued today."""
    found: dict[int, int] = defaultdict(int)
    for lot in free_stock(actor, bureau_id, on=business_date(at), item_ids=list(item_ids)):
        found[lot.item_id] += lot.quantity
    return dict(found)


def coming(actor: Actor, bureau_id: int, item_ids: Iterable[int]) -> dict[int, tuple[int, int]]:
    """item → (pieces announced and not arrived, or arrived and waiting for signatures; announcements without a
    number)."""
    lines = with_arrivals(
        SourceLine.objects.visible_to(actor).filter(source__bureau_id=bureau_id, item_id__in=set(item_ids))
    ).order_by()
    found: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    expected = lines.filter(source__status__in=EXPECTED, added_on_arrival=False)
    for line in expected:
        missing: int | None = line.quantity_missing  # type: ignore[attr-defined]
        found[line.item_id][0] += missing or 0
        found[line.item_id][1] += missing is None
    for item_id, good, taken in _waiting(actor, bureau_id, item_ids):
        found[item_id][0] += good - taken
    return {item_id: (min(pieces, QUANTITY_MAX), untold) for item_id, (pieces, untold) in found.items()}


def _waiting(actor: Actor, bureau_id: int, item_ids: Iterable[int]) -> QuerySet[Any, tuple[int, int, int]]:
    """(item, good ones, of these taken back) of what arrived and may not be given out before it is signed for."""
    rows = ReceiptLine.objects.visible_to(actor).filter(
        receipt__source__bureau_id=bureau_id, receipt__status="waiting", receipt__release=None,
        source_line__item_id__in=set(item_ids),
    )  # fmt: skip
    taken = Coalesce(Sum("reversals__quantity_good"), 0)
    found = rows.exclude(needs="").order_by().annotate(taken=taken)
    return found.values_list("source_line__item_id", "quantity_good", "taken")


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
