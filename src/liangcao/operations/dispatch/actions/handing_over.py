"""From a published plan to deliveries, out of the door, or back on the shelf."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from uuid import UUID, uuid5

from django.db import transaction

from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.actions import claim, next_number, record, settle
from liangcao.foundation.kernel.clock import business_date
from liangcao.foundation.kernel.errors import Conflict
from liangcao.foundation.kernel.text import check_reason, check_required, check_text
from liangcao.foundation.outbox.actions import announce
from liangcao.ledger.actions import post_move
from liangcao.ledger.entries import AccountRef, PostedMove, PostingLine
from liangcao.ledger.queries import book_of
from liangcao.operations.allocation.actions import mark_picks, mark_released
from liangcao.operations.allocation.actions.drafting import locked_plan, plan_in_scope
from liangcao.operations.allocation.models import Plan, PlanPick
from liangcao.operations.allocation.queries import unprepared_picks
from liangcao.operations.dispatch.actions.carriers import checked_carrier, told
from liangcao.operations.dispatch.actions.locking import (
    delivery_in_scope,
    lines_of,
    locked_delivery,
    reserved,
    transit,
)
from liangcao.operations.dispatch.actions.noting import note_lines
from liangcao.operations.dispatch.models import Delivery, DeliveryLine
from liangcao.operations.dispatch.notices import not_to_fetch, on_its_way, with_carrier
from liangcao.operations.dispatch.rules import check_can_cancel, check_can_hand_over


@transaction.atomic
def prepare_deliveries(*, plan_id: int, by: Actor, at: datetime, client_id: UUID) -> list[Delivery]:
    """One delivery for each store and unit of a published plan, its lines by lot; hold-backs stay reserved.

    Raises NotFound, Forbidden, Conflict STATE_CONFLICT, NOTHING_TO_PREPARE.
    """
    bureau_id = plan_in_scope(by, plan_id).bureau_id
    guard.check(by, "prepare", "delivery", bureau_id=bureau_id)
    done = claim(client_id=client_id, action="prepare_deliveries", body={"plan": plan_id}, by=by, at=at)
    if done:
        return list(Delivery.objects.filter(plan_id=done).order_by("pk"))
    plan = locked_plan(by, plan_id)
    if plan.status != "published":
        raise Conflict(
            "STATE_CONFLICT",
            f"方案 {plan.number} 还没有签发,不能配货",
            f"Plan {plan.number} is not published yet: nothing can be picked",
        )
    groups = _by_store_and_unit(unprepared_picks(by, plan_id))
    if not groups:
        raise Conflict(
            "NOTHING_TO_PREPARE", f"方案 {plan.number} 没有待配货的明细", f"Plan {plan.number} has nothing left to pick"
        )
    made = [_prepare(plan, key, groups[key], by=by, at=at, client_id=client_id) for key in sorted(groups)]
    refs = {
        pick.pk: delivery.number
        for delivery, (_, rows) in zip(made, sorted(groups.items()), strict=True)
        for pick, _, _ in rows
    }
    mark_picks(plan=plan, refs=refs, by=by, at=at)
    record(
        by=by,
        at=at,
        action="prepare_deliveries",
        object_kind="plan",
        object_ref=plan.number,
        bureau_id=bureau_id,
        after={"deliveries": [delivery.number for delivery in made]},
    )
    settle(client_id=client_id, ref=str(plan.pk))
    return made


_Row = tuple[PlanPick, int | None, int]


def _by_store_and_unit(picks: Iterable[PlanPick]) -> dict[tuple[int, int], list[_Row]]:
    """(store, unit) → (pick, requisition line, pieces): the pieces of a line go to its needs in their order."""
    by_line: dict[int, list[PlanPick]] = defaultdict(list)
    for pick in picks:
        by_line[pick.plan_line_id].append(pick)
    groups: dict[tuple[int, int], list[_Row]] = defaultdict(list)
    for of_line in by_line.values():
        line = of_line[0].plan_line
        left = [(need.requisition_line_id, need.quantity_planned - need.quantity_released) for need in line.needs.all()]
        needs = [(requisition_line_id, pieces) for requisition_line_id, pieces in left if pieces]
        for pick, requisition_line_id, pieces in _matched(of_line, needs):
            groups[pick.store_id, line.organisation_id].append((pick, requisition_line_id, pieces))
    return groups


def _matched(picks: list[PlanPick], needs: list[tuple[int, int]]) -> Iterator[_Row]:
    waiting = list(needs)
    for pick in picks:
        left = pick.quantity
        while left and waiting:
            requisition_line_id, wanted = waiting[0]
            pieces = min(left, wanted)
            yield pick, requisition_line_id, pieces
            left -= pieces
            waiting[0] = (requisition_line_id, wanted - pieces)
            if not waiting[0][1]:
                waiting.pop(0)
        if left:
            yield pick, None, left


def _prepare(
    plan: Plan, key: tuple[int, int], rows: list[_Row], *, by: Actor, at: datetime, client_id: UUID
) -> Delivery:
    store_id, organisation_id = key
    delivery = Delivery.objects.create(
        bureau_id=plan.bureau_id,
        emergency_id=plan.emergency_id,
        number=next_number(bureau_id=plan.bureau_id, prefix="PS", day=business_date(at)),
        plan=plan,
        store_id=store_id,
        organisation_id=organisation_id,
        prepared_by=by.name,
        prepared_at=at,
        client_id=uuid5(client_id, f"{store_id}-{organisation_id}"),
    )
    DeliveryLine.objects.bulk_create(
        DeliveryLine(
            delivery=delivery,
            line=number,
            plan_pick=pick,
            requisition_line_id=requisition_line_id,
            item_id=pick.item_id,
            lot_id=pick.lot_id,
            quantity=pieces,
        )
        for number, (pick, requisition_line_id, pieces) in enumerate(rows, start=1)
    )
    return delivery


@transaction.atomic
def hand_over(
    *,
    delivery_id: int,
    carrier: str = "",
    carrier_organisation_id: int | None = None,
    by: Actor,
    at: datetime,
    client_id: UUID,
) -> Delivery:
    """交接: the goods leave the store with an organisation that carries, a driver or vehicle, or both.

    Raises NotFound, Forbidden, Conflict, Invalid CARRIER_MISSING, CARRIER_UNKNOWN, CARRIER_IS_THE_UNIT, LotFrozen.
    """
    found = delivery_in_scope(by, delivery_id)
    guard.check(
        by, "hand_over", "delivery", bureau_id=found.bureau_id, organisation_id=found.organisation_id, row=found
    )
    body = {"delivery": delivery_id, "carrier": carrier, "carrier_organisation": carrier_organisation_id}
    done = claim(client_id=client_id, action="hand_over", body=body, by=by, at=at)
    if done:
        return Delivery.objects.get(pk=done)
    delivery = locked_delivery(delivery_id)
    check_can_hand_over(delivery, by)
    before = delivery.carrier_organisation
    _give_to(delivery, carrier, carrier_organisation_id, by=by)
    moved = _issue(delivery, by=by, at=at, client_id=client_id)
    delivery.status, delivery.issue_move_id = "in_transit", moved.id
    delivery.handed_over_by, delivery.handed_over_user_id, delivery.handed_over_at = by.name, by.user_id, at
    signed = ("handed_over_by", "handed_over_user_id", "handed_over_at")
    delivery.save(update_fields=["status", "carrier", "carrier_organisation", "issue_move", *signed])
    record(
        by=by, at=at, action="hand_over", object_kind="delivery", object_ref=delivery.number,
        bureau_id=delivery.bureau_id, before=told(before),
        after={"move": moved.number, "carrier": delivery.carrier, **told(delivery.carrier_organisation)},
    )  # fmt: skip
    announce(on_its_way(delivery), at=at)
    if delivery.carrier_organisation != before:
        announce(with_carrier(delivery), at=at)
    settle(client_id=client_id, ref=str(delivery.pk))
    return delivery


def _give_to(delivery: Delivery, carrier: str, carrier_organisation_id: int | None, *, by: Actor) -> None:
    """Write who takes the goods away. A registered organisation is enough; of anybody else the name or the vehicle."""
    delivery.carrier_organisation = checked_carrier(delivery, carrier_organisation_id, by=by)
    if delivery.carrier_organisation is not None:
        delivery.carrier = check_text(carrier, field="carrier", zh="承运人", en="carrier", longest=60)
        return
    delivery.carrier = check_required(
        carrier,
        code="CARRIER_MISSING",
        field="carrier",
        zh="请选择承运单位,或填写承运人或车牌",
        en="Choose the carrier, or name the driver or the vehicle",
        longest=60,
    )


def _issue(delivery: Delivery, *, by: Actor, at: datetime, client_id: UUID) -> PostedMove:
    """From what is reserved for the unit to what is on its way to it."""
    return post_move(
        book_id=book_of(by, delivery.bureau_id).pk,
        kind="issue",
        business_date=business_date(at),
        lines=[
            PostingLine(line.lot_id, reserved(delivery), transit(delivery), line.quantity)
            for line in lines_of(delivery)
        ],
        cause_kind="delivery",
        cause_ref=delivery.number,
        by=by,
        at=at,
        client_id=client_id,
    )


@transaction.atomic
def cancel_delivery(*, delivery_id: int, reason: str, by: Actor, at: datetime, client_id: UUID) -> Delivery:
    """取消: before the goods leave, they go back on the shelf and the unit's need is open again.

    Raises NotFound, Forbidden, Conflict STATE_CONFLICT, Invalid REASON_MISSING.
    """
    found = delivery_in_scope(by, delivery_id)
    guard.check(by, "cancel", "delivery", bureau_id=found.bureau_id, organisation_id=found.organisation_id, row=found)
    done = claim(
        client_id=client_id, action="cancel_delivery", body={"delivery": delivery_id, "reason": reason}, by=by, at=at
    )
    if done:
        return Delivery.objects.get(pk=done)
    delivery = locked_delivery(delivery_id)
    check_can_cancel(delivery, by)
    given = check_reason(reason, what_zh="取消配送", what_en="Cancelling")
    lines = lines_of(delivery)
    note_lines(delivery, lines, "released", "quantity", by=by, at=at)
    post_move(
        book_id=book_of(by, delivery.bureau_id).pk,
        kind="release",
        business_date=business_date(at),
        lines=[
            PostingLine(line.lot_id, reserved(delivery), AccountRef("store", delivery.store_id), line.quantity)
            for line in lines
        ],
        cause_kind="delivery",
        cause_ref=delivery.number,
        reason=given,
        by=by,
        at=at,
        client_id=client_id,
    )
    if delivery.plan is not None:
        mark_released(
            plan=delivery.plan, pick_ids={line.plan_pick_id for line in lines if line.plan_pick_id}, by=by, at=at
        )
    delivery.status, delivery.cancel_reason = "cancelled", given
    delivery.cancelled_by, delivery.cancelled_at = by.name, at
    delivery.save(update_fields=["status", "cancelled_by", "cancelled_at", "cancel_reason"])
    record(
        by=by, at=at, action="cancel_delivery", object_kind="delivery", object_ref=delivery.number,
        bureau_id=delivery.bureau_id, reason=given,
    )  # fmt: skip
    announce(not_to_fetch(delivery), at=at)
    settle(client_id=client_id, ref=str(delivery.pk))
    return delivery
