"""A pick-up from first to last: arranged, announced, closed or cancelled."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from liangcao.foundation.database.locks import locked
from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.actions import claim, next_number, settle
from liangcao.foundation.kernel.clock import business_date
from liangcao.foundation.kernel.errors import Conflict, NotFound, Refusal, collected, raise_all
from liangcao.foundation.kernel.quantity import check_between
from liangcao.foundation.kernel.text import check_reason, check_required
from liangcao.foundation.outbox.actions import announce
from liangcao.operations.dispatch.models import Delivery
from liangcao.operations.dispatch.queries import deliveries
from liangcao.operations.pickup import queries
from liangcao.operations.pickup.actions.locking import leave, locked_pick_up, note, slots_of
from liangcao.operations.pickup.models import PickUp, PickUpSlot, PickUpTurn
from liangcao.operations.pickup.notices import not_to_come, to_come
from liangcao.operations.pickup.rules import (
    CAPACITY_MOST,
    MINUTES_LEAST,
    MINUTES_MOST,
    SLOTS_MOST,
    check_pick_up_step,
    check_window,
    clock,
)
from liangcao.operations.pickup.slotting import Comer, assign, check_room, distance_between, windows
from liangcao.reference.parties.models import Store
from liangcao.reference.parties.queries import stores


@transaction.atomic
def arrange_pick_up(
    *,
    store_id: int,
    opens_at: datetime,
    closes_at: datetime,
    minutes: int,
    capacity: int,
    safety_text: str,
    place: str = "",
    plan_id: int | None = None,
    delivery_ids: Sequence[int] | None = None,
    by: Actor,
    at: datetime,
    client_id: UUID,
) -> PickUp:
    """Slots of `minutes` from `opens_at` to `closes_at`, each for `capacity` units at once, and a turn for each
    delivery that waits at the store: those named, or of the plan, or all that nobody brings and that have no turn.

    `place` "": the store with its address. Raises NotFound, Forbidden, Invalid WINDOW_INVALID, WINDOW_OVER,
    NUMBER_INVALID, SAFETY_MISSING, PLACE_MISSING (all at once); Conflict PLACE_TAKEN, NOTHING_TO_FETCH, SLOTS_TOO_FEW.
    """
    store = stores(by).filter(pk=store_id).first()
    if store is None:
        raise NotFound("未找到该仓库,或不在您的范围内", "No such store within your scope", field="store")
    guard.check(by, "edit", "pick_up", bureau_id=store.bureau_id, row=store)
    body = {
        "store": store_id, "from": opens_at, "to": closes_at, "minutes": minutes, "capacity": capacity,
        "safety": safety_text, "place": place, "plan": plan_id,
        "deliveries": None if delivery_ids is None else sorted(set(delivery_ids)),
    }  # fmt: skip
    done = claim(client_id=client_id, action="arrange_pick_up", body=body, by=by, at=at)
    if done:
        return queries.pick_up(by, int(done))
    where, safety = _checked(store, opens_at, closes_at, minutes, capacity, safety_text, place, at=at)
    locked(Store.objects.all(), [store.pk])
    _check_place_is_free(store, opens_at, closes_at)
    found = _to_fetch(by, store, plan_id, delivery_ids)
    times = windows(opens_at, closes_at, minutes)
    check_room(len(found), len(times), capacity, minutes)
    made = PickUp.objects.create(
        bureau_id=store.bureau_id, store=store, plan_id=plan_id, place=where, safety_text=safety, capacity=capacity,
        number=next_number(bureau_id=store.bureau_id, prefix="ZT", day=business_date(at)), opens_at=opens_at,
        closes_at=closes_at, made_by=by.name, made_at=at, client_id=client_id,
    )  # fmt: skip
    _write(made, store, found, times)
    note("arrange_pick_up", made, by=by, at=at, after={"units": len(found), "slots": len(times), "capacity": capacity})
    settle(client_id=client_id, ref=str(made.pk))
    return made


def _checked(
    store: Store, opens_at: datetime, closes_at: datetime, minutes: int, capacity: int, safety: str, place: str,
    *, at: datetime,
) -> tuple[str, str]:  # fmt: skip
    """Place and safety instructions as they are written; everything that is wrong with the input is told at once."""
    problems: list[Refusal] = []
    where, said = "", ""
    with collected(problems):
        check_window(opens_at, closes_at, at=at)
    with collected(problems):
        check_between(
            minutes, MINUTES_LEAST, MINUTES_MOST, field="minutes", zh="每段分钟数", en="The minutes of a slot"
        )
        check_between(
            1 if opens_at >= closes_at else len(windows(opens_at, closes_at, minutes)), 1, SLOTS_MOST, field="minutes",
            zh="时段数", en="The number of slots",
        )  # fmt: skip
    with collected(problems):
        check_between(capacity, 1, CAPACITY_MOST, field="capacity", zh="同时最多单位数", en="Units at once")
    with collected(problems):
        said = check_required(
            safety, code="SAFETY_MISSING", field="safety_text", zh="请写安全须知,单位到场前要确认",
            en="Write the safety instructions: units acknowledge them before they come", longest=500,
        )  # fmt: skip
    with collected(problems):
        where = check_required(
            place or f"{store.name} {store.address}".strip(), code="PLACE_MISSING", field="place", zh="请填写领取地点",
            en="Say where the goods are fetched", longest=200,
        )  # fmt: skip
    raise_all(problems)
    return where, said


def _check_place_is_free(store: Store, opens_at: datetime, closes_at: datetime) -> None:
    """Two pick-ups at the same time would let in twice as many as either says. The store is locked."""
    live = PickUp.objects.filter(store=store, status__in=["draft", "announced"])
    other = live.filter(opens_at__lt=closes_at, closes_at__gt=opens_at).order_by("opens_at", "pk").first()
    if other is not None:
        raise Conflict(
            "PLACE_TAKEN",
            f"{store.name}在 {clock(other.opens_at)}–{clock(other.closes_at)} 已有自提安排 {other.number},时间不能重叠",
            f"{store.name} has pick-up {other.number} from {clock(other.opens_at)} to {clock(other.closes_at)}: they "
            "may not overlap",
            field="opens_at",
        )


def _to_fetch(by: Actor, store: Store, plan_id: int | None, chosen: Sequence[int] | None) -> list[Delivery]:
    """The deliveries that wait, locked, so that each gets one turn only."""
    rows = deliveries(by, bureau_id=store.bureau_id, status="picking", store_id=store.pk, plan_id=plan_id)
    rows = rows.filter(carrier_organisation=None).exclude(
        pk__in=PickUpTurn.objects.exclude(status="released").values("delivery_id")
    )
    if chosen is not None:
        rows = rows.filter(pk__in=set(chosen))
    locked(Delivery.objects.all(), rows.values_list("pk", flat=True))
    found = list(rows.order_by("pk"))
    if chosen is not None and len(found) < len(set(chosen)):
        raise Conflict(
            "NOTHING_TO_FETCH",
            f"所选 {len(set(chosen))} 张配送单里只有 {len(found)} 张待出库、没有承运单位、也还没有排时段",
            f"Of the {len(set(chosen))} deliveries chosen {len(found)} wait at the store without a carrier or a turn",
            field="deliveries",
        )
    if not found:
        raise Conflict(
            "NOTHING_TO_FETCH",
            f"{store.name}没有等单位来领的配送单;请先签发方案并生成配送单",
            f"No delivery at {store.name} waits to be fetched: publish a plan and make its deliveries first",
            field="plan",
        )
    return found


def _write(made: PickUp, store: Store, found: Sequence[Delivery], times: Sequence[tuple[datetime, datetime]]) -> None:
    comers = [_comer(store, delivery) for delivery in found]
    places = assign(comers, len(times), made.capacity)
    taken = list(places.values())
    PickUpSlot.objects.bulk_create(
        PickUpSlot(
            pick_up=made, number=number, starts_at=start, ends_at=end, capacity=made.capacity,
            taken=taken.count(number - 1),
        )
        for number, (start, end) in enumerate(times, start=1)
    )  # fmt: skip
    slots = slots_of(made)
    far = {comer.key: comer.distance_m for comer in comers}
    PickUpTurn.objects.bulk_create(
        PickUpTurn(
            pick_up=made, slot=slots[places[row.pk]], delivery=row, organisation_id=row.organisation_id,
            quantity=_quantity(row), distance_m=far[row.pk],
        )
        for row in found
    )  # fmt: skip


def _quantity(row: Any) -> int:
    """Pieces of all lines, in their base units."""
    return int(row.quantity_sent)


def _comer(store: Store, row: Delivery) -> Comer:
    unit = row.organisation
    region = unit.region.code if unit.region else ""
    return Comer(row.pk, _quantity(row), distance_between(store, unit), region, unit.code)


def _held(action: str, pick_up_id: int, body: dict[str, Any], *, by: Actor, at: datetime, client_id: UUID) -> bool:
    """Guard and claim; True when the same call was answered before."""
    found = queries.pick_up(by, pick_up_id)
    guard.check(by, "edit", "pick_up", bureau_id=found.bureau_id, row=found)
    return bool(claim(client_id=client_id, action=action, body={"pick_up": pick_up_id, **body}, by=by, at=at))


@transaction.atomic
def announce_pick_up(*, pick_up_id: int, by: Actor, at: datetime, client_id: UUID) -> PickUp:
    """通知: every unit is told when and where. Raises NotFound, Forbidden, Conflict STATE_CONFLICT."""
    if _held("announce_pick_up", pick_up_id, {}, by=by, at=at, client_id=client_id):
        return queries.pick_up(by, pick_up_id)
    held = locked_pick_up(pick_up_id, by=by)
    check_pick_up_step(held, "announced")
    held.status, held.announced_by, held.announced_at = "announced", by.name, at
    held.save(update_fields=["status", "announced_by", "announced_at"])
    for turn in queries.turns(by, pick_up_id=held.pk, status="assigned").order_by("slot__number", "pk"):
        announce(to_come(turn), at=at)
    note("announce_pick_up", held, by=by, at=at)
    settle(client_id=client_id, ref=str(held.pk))
    return held


@transaction.atomic
def cancel_pick_up(*, pick_up_id: int, reason: str, by: Actor, at: datetime, client_id: UUID) -> PickUp:
    """取消: who was told is told not to come; the deliveries wait as before. Nobody may be inside.

    Raises NotFound, Forbidden, Invalid REASON_MISSING, Conflict STATE_CONFLICT, STILL_INSIDE.
    """
    if _held("cancel_pick_up", pick_up_id, {"reason": reason}, by=by, at=at, client_id=client_id):
        return queries.pick_up(by, pick_up_id)
    given = check_reason(reason, what_zh="取消自提安排", what_en="Cancelling")
    held = locked_pick_up(pick_up_id, by=by)
    return _end(held, "cancelled", given, by=by, at=at, client_id=client_id)


@transaction.atomic
def close_pick_up(*, pick_up_id: int, by: Actor, at: datetime, client_id: UUID) -> PickUp:
    """结束: who did not come is no longer expected; those deliveries can get a turn in another pick-up. Nobody may be
    inside. Raises NotFound, Forbidden, Conflict STATE_CONFLICT, STILL_INSIDE."""
    if _held("close_pick_up", pick_up_id, {}, by=by, at=at, client_id=client_id):
        return queries.pick_up(by, pick_up_id)
    held = locked_pick_up(pick_up_id, by=by)
    return _end(held, "closed", "", by=by, at=at, client_id=client_id)


def _end(held: PickUp, status: str, reason: str, *, by: Actor, at: datetime, client_id: UUID) -> PickUp:
    check_pick_up_step(held, status)
    inside = queries.turns(by, pick_up_id=held.pk, status="checked_in").count()
    if inside:
        raise Conflict(
            "STILL_INSIDE",
            f"还有 {inside} 个单位在场内,请先交货",
            f"{inside} units are still inside: hand their goods over first",
        )
    was_told = held.announced_at is not None
    held.status, held.ended_by, held.ended_at, held.end_reason = status, by.name, at, reason
    held.save(update_fields=["status", "ended_by", "ended_at", "end_reason"])
    for turn in queries.turns(by, pick_up_id=held.pk).filter(status__in=["assigned", "no_show"]).order_by("pk"):
        if turn.status == "assigned":
            leave(turn.slot)
            turn.times_missed += status == "closed"
        turn.status = "released"
        turn.save(update_fields=["status", "times_missed"])
        if was_told and status == "cancelled":
            announce(not_to_come(turn), at=at)
    action = "cancel_pick_up" if status == "cancelled" else "close_pick_up"
    note(action, held, by=by, at=at, reason=reason)
    settle(client_id=client_id, ref=str(held.pk))
    return held
