"""补货: a shortage becomes somebody's task, and the task is told when the gap is closed."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid5

from django.db import transaction

from liangcao.foundation.database.locks import locked
from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.actions import claim, record, settle
from liangcao.foundation.kernel.errors import Conflict
from liangcao.foundation.kernel.quantity import check_quantity
from liangcao.foundation.outbox.actions import announce
from liangcao.operations.allocation import notices
from liangcao.operations.allocation.models import Replenishment
from liangcao.operations.allocation.shortages import (
    DAYS_AHEAD,
    Shortage,
    gap_ahead,
    open_replenishment,
    replenishments,
    shortage,
    shortages,
    suggested,
)
from liangcao.operations.duty.actions import give_task
from liangcao.operations.forecast.queries import forecast
from liangcao.reference.catalog.queries import items_by_id, known_item
from liangcao.reference.parties.models import Bureau
from liangcao.reference.parties.queries import current_emergency


@transaction.atomic
def start_replenishment(
    *,
    bureau_id: int,
    item_id: int,
    owner_id: int,
    due_at: datetime,
    quantity: int | None = None,
    page: str = "",
    by: Actor,
    at: datetime,
    client_id: UUID,
) -> Replenishment:
    """Make the shortage of an item somebody's task, due at a moment: what is short now, or what the forecast misses
    within a week. `quantity` (base units) is what should be got; None: the larger gap in whole packs. Where the item
    has an open task in the emergency, that one is returned.

    Raises Conflict NO_SHORTAGE, NO_EMERGENCY, Invalid ITEM_UNKNOWN, QUANTITY_INVALID, and what `give_task` raises.
    """
    guard.check(by, "start", "replenishment", bureau_id=bureau_id)
    body = {"bureau": bureau_id, "item": item_id, "owner": owner_id, "due": due_at, "quantity": quantity, "page": page}
    done = claim(client_id=client_id, action="start_replenishment", body=body, by=by, at=at)
    if done:
        return replenishments(by, bureau_id).get(pk=int(done))
    item = known_item(items_by_id([item_id]), item_id)
    if quantity is not None:
        check_quantity(quantity)
    locked(Bureau.objects.all(), [bureau_id])
    emergency = current_emergency(bureau_id)
    held = open_replenishment(by, bureau_id, emergency_id=emergency.pk, item_id=item_id)
    if held is not None:
        settle(client_id=client_id, ref=str(held.pk))
        return held
    found = shortage(by, bureau_id, item, at=at)
    ahead = gap_ahead(by, bureau_id, item, at=at)
    _check_short(found, ahead)
    gap = max(found.gap, ahead)
    wanted = quantity or suggested(gap, item.packs.values_list("factor", flat=True))
    task = give_task(
        bureau_id=bureau_id, text=_words(found, ahead, wanted), owner_id=owner_id, due_at=due_at, page=page,
        subject=f"replenishment {emergency.pk}/{item_id}", by=by, at=at, client_id=uuid5(client_id, "task"),
    )  # fmt: skip
    made = Replenishment.objects.create(
        bureau_id=bureau_id, emergency=emergency, item=item, task=task, quantity_open=found.open,
        quantity_free=found.free, quantity_coming=found.coming, quantity_ahead=ahead if ahead > found.gap else 0,
        quantity_suggested=wanted, made_at=at, client_id=client_id,
    )  # fmt: skip
    record(
        by=by, at=at, action="start_replenishment", object_kind="task", object_ref=task.number, bureau_id=bureau_id,
        after={"item": item.code, "gap": gap, "quantity": wanted},
    )  # fmt: skip
    settle(client_id=client_id, ref=str(made.pk))
    return made


def _check_short(found: Shortage, ahead: int) -> None:
    if found.gap or ahead:
        return
    item, unit = found.item, found.item.base_unit
    raise Conflict(
        "NO_SHORTAGE",
        f"“{item.name}”没有缺口:待分配 {found.open:,} {unit},库内可分 {found.free:,},待到货 {found.coming:,},"
        f"未来 {DAYS_AHEAD} 天也够;不需要补货",
        f'No shortage of "{item.english}": {found.open:,} open, {found.free:,} free, {found.coming:,} to come, and '
        f"enough for {DAYS_AHEAD} days; nothing to replenish",
        field="item",
    )


def _words(found: Shortage, ahead: int, wanted: int) -> str:
    item, gap = found.item, max(found.gap, ahead)
    when = f"未来 {DAYS_AHEAD} 天" if ahead > found.gap else ""
    return f"补货“{item.name}”:{when}缺口 {gap:,} {item.base_unit},建议筹措 {wanted:,} {item.base_unit}"


@transaction.atomic
def note_gaps(*, bureau_id: int, by: Actor, at: datetime) -> int:
    """Note on open replenishments since when their gap is closed, and take the note off where it has opened again.
    Who holds the task is told of the first. Returns how many changed."""
    open_ones = list(replenishments(by, bureau_id, status="open").order_by("pk"))
    if not open_ones:
        return 0
    gaps = {row.item.pk: row.gap for row in shortages(by, bureau_id, at=at)}
    foreseen = [row.item_id for row in open_ones if row.quantity_ahead]
    for seen in forecast(by, bureau_id, at=at, item_ids=foreseen) if foreseen else ():
        gaps[seen.item.pk] = max(gaps.get(seen.item.pk, 0), seen.to_get(DAYS_AHEAD))
    changed = [row for row in open_ones if (gaps.get(row.item_id, 0) == 0) != (row.met_at is not None)]
    for row in changed:
        row.met_at = at if row.met_at is None else None
        row.save(update_fields=["met_at"])
        if row.met_at is not None:
            announce(notices.gap_closed(row), at=at)
    return len(changed)
