"""先发后补: goods leave on a leader's word; the papers follow within 24 hours and are owing until they are there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.actions import claim, next_number, record, settle
from liangcao.foundation.kernel.clock import business_date
from liangcao.foundation.kernel.errors import Invalid, NotFound, Refusal, raise_all
from liangcao.foundation.kernel.orders import PAPERS_DUE_AFTER, check_word
from liangcao.foundation.kernel.quantity import check_quantity
from liangcao.foundation.kernel.text import check_required, check_text
from liangcao.foundation.outbox.actions import announce
from liangcao.ledger.actions import post_move
from liangcao.ledger.entries import AccountRef, PostedMove, PostingLine
from liangcao.ledger.queries import FreeStock, balances, book_of, free_stock
from liangcao.ledger.refusals import LotExpired, LotFrozen, StockShort
from liangcao.ledger.reservations import holds_of
from liangcao.operations.demand.actions import FulfilmentInput, note_fulfilments
from liangcao.operations.demand.models import RequisitionLine
from liangcao.operations.dispatch.actions.carriers import checked_carrier, told
from liangcao.operations.dispatch.actions.locking import delivery_in_scope, lines_of, locked_delivery, transit
from liangcao.operations.dispatch.models import Delivery, DeliveryLine
from liangcao.operations.dispatch.notices import on_its_way, with_carrier
from liangcao.operations.dispatch.rules import apart, check_can_regularise
from liangcao.reference.catalog.models import Item
from liangcao.reference.catalog.queries import items_by_id, known_item
from liangcao.reference.parties.queries import current_emergency
from liangcao.reference.parties.queries import organisation as organisation_in_scope
from liangcao.reference.parties.queries import store as store_in_scope
from liangcao.reference.parties.separation import check_two_people

# Another writer may take a lot between our look and our lock; then we look again.
TRIES = 5
_Taken = tuple[FreeStock, int]


@transaction.atomic
def emergency_issue(
    *,
    bureau_id: int,
    store_id: int,
    organisation_id: int,
    lines: Sequence[tuple[int, int]],
    leader: str,
    reason: str,
    limit_note: str,
    carrier: str = "",
    carrier_organisation_id: int | None = None,
    by: Actor,
    at: datetime,
    client_id: UUID,
) -> Delivery:
    """Issue (item, base units) from one store to a unit at once, soonest expiry first, outside any plan.

    Papers are due 24 hours later. Raises NotFound, Forbidden, Invalid (leader, reason, limit, quantity), and StockShort
    for each item that is not there, all at once. What is reserved for others is not touched.
    """
    guard.check(by, "emergency", "delivery", bureau_id=bureau_id)
    body = {
        "bureau": bureau_id, "store": store_id, "organisation": organisation_id,
        "lines": [list(line) for line in lines], "leader": leader, "reason": reason, "limit_note": limit_note,
        "carrier": carrier, "carrier_organisation": carrier_organisation_id,
    }  # fmt: skip
    done = claim(client_id=client_id, action="emergency_issue", body=body, by=by, at=at)
    if done:
        return Delivery.objects.get(pk=done)
    wanted = _checked_lines(lines)
    delivery = Delivery(
        bureau_id=bureau_id,
        **_places(by, bureau_id, store_id, organisation_id),
        number=next_number(bureau_id=bureau_id, prefix="PS", day=business_date(at)),
        carrier=check_text(carrier, field="carrier", zh="承运人", en="carrier", longest=60),
        client_id=client_id,
        **_left_at_once(by, at),
        **_word(leader, reason, limit_note, at),
    )
    delivery.carrier_organisation = checked_carrier(delivery, carrier_organisation_id, by=by)
    moved = _issue(delivery, wanted, by=by, at=at, client_id=client_id)
    record(
        by=by, at=at, action="emergency_issue", object_kind="delivery", object_ref=delivery.number,
        bureau_id=bureau_id, reason=delivery.emergency_reason,
        after={"move": moved.number, "leader": delivery.leader, **told(delivery.carrier_organisation)},
    )  # fmt: skip
    settle(client_id=client_id, ref=str(delivery.pk))
    return delivery


def _places(by: Actor, bureau_id: int, store_id: int, organisation_id: int) -> dict[str, Any]:
    """From where, to whom and in which emergency; all of them in the actor's scope."""
    places = {
        "store": store_in_scope(by, store_id, bureau_id=bureau_id),
        "organisation": organisation_in_scope(by, organisation_id, bureau_id=bureau_id),
        "emergency": current_emergency(bureau_id),
    }
    for row in places.values():
        guard.check(by, "emergency", "delivery", bureau_id=bureau_id, row=row)
    return places


def _left_at_once(by: Actor, at: datetime) -> dict[str, Any]:
    """Picked and handed over in one act."""
    return {
        "prepared_by": by.name, "prepared_at": at, "handed_over_by": by.name,
        "handed_over_user_id": by.user_id, "handed_over_at": at,
    }  # fmt: skip


def _issue(
    delivery: Delivery, wanted: Sequence[tuple[Item, int]], *, by: Actor, at: datetime, client_id: UUID
) -> PostedMove:
    """Take the goods from the book, and write the delivery with what was taken."""
    moved, taken = _take(delivery, wanted, by=by, at=at, client_id=client_id)
    delivery.issue_move_id = moved.id
    delivery.save(force_insert=True)
    DeliveryLine.objects.bulk_create(
        DeliveryLine(delivery=delivery, line=number, item_id=row.item_id, lot_id=row.lot_id, quantity=pieces)
        for number, (row, pieces) in enumerate(taken, start=1)
    )
    announce(on_its_way(delivery), at=at)
    announce(with_carrier(delivery), at=at)
    return moved


def _word(leader: str, reason: str, limit_note: str, at: datetime) -> dict[str, Any]:
    """Whose word it is, and until when the papers must come."""
    word = check_word(leader, reason, limit_note, what_zh="先发后补", what_en="An emergency issue")
    return {
        "status": "in_transit",
        "is_emergency": True,
        "leader": word.leader,
        "emergency_reason": word.reason,
        "limit_note": word.limit,
        "papers_due_at": at + PAPERS_DUE_AFTER,
    }


def _checked_lines(lines: Sequence[tuple[int, int]]) -> list[tuple[Item, int]]:
    items = items_by_id(item_id for item_id, _ in lines)
    problems: list[Refusal] = []
    wanted: list[tuple[Item, int]] = []
    seen: set[int] = set()
    for number, (item_id, quantity) in enumerate(lines, start=1):
        try:
            item = known_item(items, item_id, row=number)
            check_quantity(quantity, row=number)
        except Invalid as problem:
            problems.append(problem)
            continue
        if item_id in seen:
            problems.append(
                Invalid(
                    "LINE_REPEATED",
                    f"第 {number} 行:“{item.name}”重复,请合并",
                    f'Row {number}: "{item.english}" stands twice',
                    field="item",
                    row=number,
                )
            )
        seen.add(item_id)
        wanted.append((item, quantity))
    if not lines:
        problems.append(Invalid("LINES_EMPTY", "至少要有 1 行物资", "At least one line is needed", field="lines"))
    raise_all(problems)
    return wanted


def _take(
    delivery: Delivery, wanted: Sequence[tuple[Item, int]], *, by: Actor, at: datetime, client_id: UUID
) -> tuple[PostedMove, list[_Taken]]:
    for attempt in range(1, TRIES + 1):
        taken = _fefo(delivery, wanted, by=by, at=at)
        source = AccountRef("store", delivery.store_id)
        try:
            with transaction.atomic():
                moved = post_move(
                    book_id=book_of(by, delivery.bureau_id).pk,
                    kind="emergency_issue",
                    business_date=business_date(at),
                    lines=[PostingLine(row.lot_id, source, transit(delivery), pieces) for row, pieces in taken],
                    cause_kind="delivery",
                    cause_ref=delivery.number,
                    reason=delivery.emergency_reason,
                    by=by,
                    at=at,
                    client_id=client_id,
                )
                return moved, taken
        except (StockShort, LotExpired, LotFrozen):
            if attempt == TRIES:
                raise
    raise AssertionError("the loop either returns or raises")


def _fefo(delivery: Delivery, wanted: Sequence[tuple[Item, int]], *, by: Actor, at: datetime) -> list[_Taken]:
    """The lots to take, the unit's own earmarked ones first. Raises a StockShort for every item that is not there."""
    rows: dict[int, list[FreeStock]] = defaultdict(list)
    found = free_stock(
        by,
        delivery.bureau_id,
        on=business_date(at),
        item_ids=[item.pk for item, _ in wanted],
        store_id=delivery.store_id,
    )
    for row in found:
        if row.earmark_party_id in (None, delivery.organisation_id):
            rows[row.item_id].append(row)
    taken: list[_Taken] = []
    problems: list[Refusal] = []
    for item, quantity in wanted:
        missing = quantity
        for row in sorted(rows[item.pk], key=lambda row: row.earmark_party_id is None):
            pieces = min(row.quantity, missing)
            if pieces:
                taken.append((row, pieces))
                missing -= pieces
        if missing:
            problems.append(_short(by, delivery, item, quantity, quantity - missing))
    raise_all(problems)
    return taken


def _short(by: Actor, delivery: Delivery, item: Item, quantity: int, available: int) -> StockShort:
    held = balances(by, delivery.bureau_id, kinds=["reserved"], item_id=item.pk, store_id=delivery.store_id)
    return StockShort(
        what=item.name,
        place=delivery.store.name,
        asked=quantity,
        available=available,
        unit=item.base_unit,
        reserved=holds_of(held.filter(quantity__gt=0)),
        what_en=item.english,
    )


@transaction.atomic
def regularise(
    *,
    delivery_id: int,
    papers_ref: str,
    requisition_line_id: int | None = None,
    by: Actor,
    at: datetime,
    client_id: UUID,
) -> Delivery:
    """补手续: name the papers of an emergency issue, and the requisition line that it serves if there is one.

    Late papers are taken all the same: the record shows when they came. Raises NotFound, Forbidden, NOT_EMERGENCY,
    PAPERS_DONE, Invalid PAPERS_MISSING, LINE_DOES_NOT_FIT.
    """
    found = delivery_in_scope(by, delivery_id)
    guard.check(
        by, "regularise", "delivery", bureau_id=found.bureau_id, organisation_id=found.organisation_id, row=found
    )
    body = {"delivery": delivery_id, "papers_ref": papers_ref, "requisition_line": requisition_line_id}
    done = claim(client_id=client_id, action="regularise", body=body, by=by, at=at)
    if done:
        return Delivery.objects.get(pk=done)
    delivery = locked_delivery(delivery_id)
    check_can_regularise(delivery, by, at)
    check_two_people(**apart(delivery, by, "regularise", at), ref=delivery.number)
    delivery.papers_ref = check_required(
        papers_ref,
        code="PAPERS_MISSING",
        field="papers_ref",
        zh="请填写补办手续的文号或单号",
        en="Give the number of the papers",
        longest=80,
    )
    if requisition_line_id is not None:
        _bind(delivery, requisition_line_id, by=by, at=at)
    delivery.papers_by, delivery.papers_at = by.name, at
    delivery.save(update_fields=["papers_ref", "papers_by", "papers_at"])
    record(
        by=by,
        at=at,
        action="regularise",
        object_kind="delivery",
        object_ref=delivery.number,
        bureau_id=delivery.bureau_id,
        after={"papers_ref": delivery.papers_ref},
    )
    settle(client_id=client_id, ref=str(delivery.pk))
    return delivery


def _bind(delivery: Delivery, requisition_line_id: int, *, by: Actor, at: datetime) -> None:
    """Count the issue on a requisition line of the same unit and item: allotted, and as far as it went, delivered."""
    line = RequisitionLine.objects.visible_to(by).filter(pk=requisition_line_id).first()
    if line is None:
        raise NotFound(
            "未找到该申领明细,或不在您的范围内",
            "No such requisition line within your scope",
            field="requisition_line_id",
        )
    served = [row for row in lines_of(delivery) if row.item_id == line.item_id]
    if line.organisation_id != delivery.organisation_id or not served:
        raise Invalid(
            "LINE_DOES_NOT_FIT",
            "该申领明细不是本单单位的,或物资不符,请选择同一单位同一物资的申领",
            "The requisition line is of another unit or item; choose one of the same unit and item",
            field="requisition_line_id",
        )
    sums = {"allotted": sum(row.quantity for row in served)}
    if delivery.status in ("signed", "settled"):
        sums["delivered"] = sum(row.quantity_good or 0 for row in served)
    if delivery.status == "settled":
        sums["released"] = sums["allotted"] - sums["delivered"]
    note_fulfilments(
        entries=[
            FulfilmentInput(line.pk, kind, quantity, "delivery", delivery.number)
            for kind, quantity in sums.items()
            if quantity
        ],
        by=by,
        at=at,
    )
    for row in served:
        row.requisition_line = line
    DeliveryLine.objects.bulk_update(served, ["requisition_line"])
