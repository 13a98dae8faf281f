"""What a published plan holds, before it is picked: less of it, or another lot in its place.

A pick is never rewritten: what is cut or exchanged is released whole, and what stays or comes instead is a pick of its
own that names the one it replaces, by whom and why.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import F

from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.actions import claim, record, settle
from liangcao.foundation.kernel.clock import business_date
from liangcao.foundation.kernel.errors import Conflict, NotFound
from liangcao.foundation.kernel.quantity import check_quantity
from liangcao.foundation.kernel.text import check_reason
from liangcao.foundation.outbox.actions import announce
from liangcao.ledger.actions import post_move
from liangcao.ledger.entries import AccountRef, PostedMove, PostingLine
from liangcao.ledger.queries import FreeStock, book_of, posted_by_key
from liangcao.operations.allocation import notices, queries
from liangcao.operations.allocation.actions.drafting import locked_plan
from liangcao.operations.allocation.actions.refusals import OverFree
from liangcao.operations.allocation.models import Plan, PlanLine, PlanNeed, PlanPick
from liangcao.operations.allocation.rules import check_can_release
from liangcao.operations.demand.actions import FulfilmentInput, note_fulfilments


@transaction.atomic
def release_line(
    *, plan_line_id: int, reason: str, quantity: int | None = None, by: Actor, at: datetime, client_id: UUID
) -> PostedMove:
    """释放 or 核减: give back what a published line holds, all of it or `quantity` pieces, before it is on a pick list;
    the unit is told. Hold-backs end this way.

    Raises NotFound, Forbidden, Conflict IN_DELIVERY (cancel that instead), NOTHING_RESERVED, OVER_HELD, Invalid
    REASON_MISSING, QUANTITY_INVALID.
    """
    line = _line(by, plan_line_id)
    guard.check(by, "release", "plan", bureau_id=line.plan.bureau_id)
    body = {"line": plan_line_id, "reason": reason} | ({} if quantity is None else {"quantity": quantity})
    done = claim(client_id=client_id, action="release_line", body=body, by=by, at=at)
    plan = locked_plan(by, line.plan_id)
    if done:
        return posted_by_key(by, client_id)
    check_can_release(plan, by)
    given = check_reason(reason, what_zh="释放预留", what_en="A release")
    picks = _releasable(line)
    held = sum(pick.quantity for pick in picks)
    pieces = held if quantity is None else check_quantity(quantity)
    if pieces > held:
        raise Conflict(
            "OVER_HELD",
            f"该行还没配货的只有 {held:,} {line.item.base_unit},不能减 {pieces:,}",
            f"Only {held:,} of the line are not yet on a delivery: {pieces:,} cannot be taken off",
            field="quantity",
        )
    gone = _take_off(picks, pieces, given, by=by, at=at)
    _open_needs(plan, line, pieces, by=by, at=at)
    moved = _move(plan, line, gone, "release", given, by=by, at=at, client_id=client_id)
    record(
        by=by, at=at, action="release_line", object_kind="plan", object_ref=plan.number, bureau_id=plan.bureau_id,
        after={"line": line.line, "quantity": pieces}, reason=given,
    )  # fmt: skip
    announce(notices.held_less(line, pieces, moved.number), at=at)
    settle(client_id=client_id, ref=str(moved.id))
    return moved


def _line(by: Actor, plan_line_id: int) -> PlanLine:
    rows = PlanLine.objects.visible_to(by).select_related("plan", "item", "requisition_line")
    line: PlanLine | None = rows.filter(pk=plan_line_id).first()
    if line is None:
        raise NotFound("未找到该方案行,或不在您的范围内", "No such plan line within your scope", field="plan_line")
    return line


def _releasable(line: PlanLine) -> list[PlanPick]:
    picks = list(PlanPick.objects.filter(plan_line=line, quantity_released=0).order_by("order", "pk"))
    loose = [pick for pick in picks if not pick.delivery_ref]
    busy = sorted({pick.delivery_ref for pick in picks if pick.delivery_ref})
    if busy and not loose:
        raise Conflict(
            "IN_DELIVERY",
            f"该行已在配送单 {'、'.join(busy)} 上,请先取消配送单",
            f"The line is on delivery {', '.join(busy)}: cancel that first",
        )
    if not loose:
        raise Conflict("NOTHING_RESERVED", "该行没有预留可释放", "Nothing is reserved by this line")
    return loose


_Place = tuple[int, UUID, int]


def _take_off(picks: Sequence[PlanPick], pieces: int, reason: str, *, by: Actor, at: datetime) -> list[_Place]:
    """Release the last picks up to `pieces`; of a pick that is cut in part the rest stays as a pick of its own."""
    gone: list[_Place] = []
    for pick in reversed(picks):
        cut = min(pick.quantity, pieces)
        if not cut:
            break
        pieces -= cut
        gone.append((pick.store_id, pick.lot_id, cut))
        PlanPick.objects.filter(pk=pick.pk).update(quantity_released=F("quantity"))
        if cut < pick.quantity:
            _instead(pick, pick.store_id, pick.lot_id, pick.quantity - cut, reason, by=by, at=at)
    return gone


def _instead(
    pick: PlanPick, store_id: int, lot_id: UUID, quantity: int, reason: str, *, by: Actor, at: datetime
) -> PlanPick:
    return PlanPick.objects.create(
        plan_line_id=pick.plan_line_id, order=pick.order, item_id=pick.item_id, store_id=store_id, lot_id=lot_id,
        quantity=quantity, delivery_ref=pick.delivery_ref, replaces=pick, swapped_by=by.name, swapped_at=at,
        swap_reason=reason,
    )  # fmt: skip


def _open_needs(plan: Plan, line: PlanLine, pieces: int, *, by: Actor, at: datetime) -> None:
    """The needs of the line are open again, the last one first."""
    entries = []
    for need in PlanNeed.objects.filter(plan_line=line, quantity_planned__gt=0).order_by("-pk"):
        part = min(need.quantity_planned - need.quantity_released, pieces)
        if part:
            pieces -= part
            entries.append(FulfilmentInput(need.requisition_line_id, "released", part, "plan", plan.number))
            PlanNeed.objects.filter(pk=need.pk).update(quantity_released=F("quantity_released") + part)
    note_fulfilments(entries=entries, by=by, at=at)


def _move(
    plan: Plan,
    line: PlanLine,
    places: Sequence[_Place],
    kind: str,
    reason: str,
    *,
    by: Actor,
    at: datetime,
    client_id: UUID,
) -> PostedMove:
    """One move between the shelf and what is held for the unit, in the direction of its kind."""
    lines = []
    for store_id, lot_id, quantity in places:
        ways = [AccountRef("reserved", store_id, line.organisation_id), AccountRef("store", store_id)]
        start, end = ways if kind == "release" else ways[::-1]
        lines.append(PostingLine(lot_id, start, end, quantity))
    return post_move(
        book_id=book_of(by, plan.bureau_id).pk, kind=kind, business_date=business_date(at), lines=lines,
        cause_kind="plan", cause_ref=plan.number, reason=reason, by=by, at=at, client_id=client_id,
    )  # fmt: skip


@dataclass(frozen=True)
class Replaced:
    """A pick and what stands in its place."""

    old: PlanPick
    new: tuple[PlanPick, ...]


@transaction.atomic
def replace_lot(
    *, plan_pick_id: int, reason: str, lot_id: UUID | None = None, by: Actor, at: datetime, client_id: UUID
) -> Replaced:
    """换批次: hold other goods of the item for the same line, because a lot is frozen or another lies nearer.

    `lot_id` is a lot of the item in the same store; without it the lots that expire first, of the same store before
    others. Raises NotFound, Forbidden, Conflict STATE_CONFLICT, IN_DELIVERY, NOTHING_RESERVED, LOT_SAME, OverFree,
    Invalid REASON_MISSING.
    """
    pick = queries.pick(by, plan_pick_id)
    if pick.delivery_ref:
        raise Conflict(
            "IN_DELIVERY",
            f"这批货已在配送单 {pick.delivery_ref} 上,请在配送单上换批次",
            f"The goods are on delivery {pick.delivery_ref}: exchange the lot there",
        )
    return exchange(pick=pick, lot_id=lot_id, reason=reason, by=by, at=at, client_id=client_id)


def exchange(*, pick: PlanPick, lot_id: UUID | None, reason: str, by: Actor, at: datetime, client_id: UUID) -> Replaced:
    """The exchange itself, for a pick with or without a delivery; a delivery's act changes its own lines."""
    line = pick.plan_line
    guard.check(by, "replace_lot", "plan", bureau_id=line.plan.bureau_id)
    body = {"pick": pick.pk, "lot": None if lot_id is None else str(lot_id), "reason": reason}
    done = claim(client_id=client_id, action="replace_lot", body=body, by=by, at=at)
    plan = locked_plan(by, line.plan_id)
    if done:
        return Replaced(pick, tuple(pick.replaced_by.order_by("pk")))
    check_can_hold(plan, pick)
    given = check_reason(reason, what_zh="换批次", what_en="Taking another lot")
    places = _free_places(pick, lot_id, by=by, at=at)
    _move(
        plan, line, [(pick.store_id, pick.lot_id, pick.quantity)], "release", given,
        by=by, at=at, client_id=uuid5(client_id, "release"),
    )  # fmt: skip
    _move(plan, line, places, "reservation", given, by=by, at=at, client_id=uuid5(client_id, "reservation"))
    PlanPick.objects.filter(pk=pick.pk).update(quantity_released=F("quantity"))
    made = [_instead(pick, *place, given, by=by, at=at) for place in places]
    record(
        by=by, at=at, action="replace_lot", object_kind="plan", object_ref=plan.number, bureau_id=plan.bureau_id,
        before={"lot": pick.lot.code, "quantity": pick.quantity},
        after={"lots": [f"{row.lot.code} {row.quantity}" for row in made]}, reason=given,
    )  # fmt: skip
    settle(client_id=client_id, ref=str(pick.pk))
    return Replaced(pick, tuple(made))


def check_can_hold(plan: Plan, pick: PlanPick) -> None:
    """A published plan, and a pick that is still held. Raises Conflict."""
    if plan.status != "published":
        raise Conflict(
            "STATE_CONFLICT",
            f"方案 {plan.number} 还没有签发,没有预留可换",
            f"Plan {plan.number} is not published: nothing is held that could be exchanged",
        )
    if PlanPick.objects.filter(pk=pick.pk, quantity_released__gt=0).exists():
        raise Conflict("NOTHING_RESERVED", "这笔预留已释放或已换过", "This was released or exchanged already")


def _free_places(pick: PlanPick, lot_id: UUID | None, *, by: Actor, at: datetime) -> list[_Place]:
    """Free goods for the whole pick: of the named lot in the pick's store, or first to expire, its store first."""
    if lot_id == pick.lot_id:
        raise Conflict("LOT_SAME", "换的就是原来那个批次", "That is the lot it was", field="lot")
    rows = queries.lots_instead(by, pick, on=business_date(at))
    if lot_id is not None:
        rows = [row for row in rows if row.lot_id == lot_id and row.store_id == pick.store_id]
    elif pick.delivery_ref:
        rows = [row for row in rows if row.store_id == pick.store_id and row.quantity >= pick.quantity][:1]
    rows.sort(key=lambda row: row.store_id != pick.store_id)
    return _up_to(rows, pick)


def _up_to(rows: Sequence[FreeStock], pick: PlanPick) -> list[_Place]:
    left, places = pick.quantity, []
    for row in rows:
        if left:
            part = min(left, row.quantity)
            left -= part
            places.append((row.store_id, row.lot_id, part))
    if left:
        raise OverFree(item=pick.item, quantity=pick.quantity, available=pick.quantity - left)
    return places
