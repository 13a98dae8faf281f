"""What a maker's code means."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.actions import claim, record, settle
from liangcao.foundation.kernel.clock import business_date
from liangcao.foundation.kernel.codes import ISSUERS, MakerCode, foreign, read_code
from liangcao.foundation.kernel.errors import Conflict, NotFound
from liangcao.foundation.kernel.quantity import check_quantity
from liangcao.foundation.kernel.text import check_reason
from liangcao.reference.catalog.models import Item, ItemIdentifier
from liangcao.reference.catalog.queries import identifier_in_force, items_by_id, known_item


@transaction.atomic
def add_identifier(
    *, item_id: int, code: str, quantity: int, by: Actor, at: datetime, client_id: UUID
) -> ItemIdentifier:
    """Say which item a maker's code means, and how many base units a pack with this code holds.

    What was said already is found again. Raises Invalid as `read_code` and ITEM_UNKNOWN, QUANTITY_INVALID, Conflict
    IDENTIFIER_TAKEN.
    """
    guard.check(by, "identify", "item")
    body = {"item": item_id, "code": code, "quantity": quantity}
    done = claim(client_id=client_id, action="add_identifier", body=body, by=by, at=at)
    if done:
        return ItemIdentifier.objects.get(pk=int(done))
    read = read_code(code, today=business_date(at))
    if not isinstance(read, MakerCode) or not read.identifier:
        raise foreign(code)
    item = known_item(items_by_id([item_id]), item_id)
    check_quantity(quantity, field="quantity")
    held = _identifier(read, item, quantity, by=by, at=at)
    settle(client_id=client_id, ref=str(held.pk))
    return held


def _identifier(read: MakerCode, item: Item, quantity: int, *, by: Actor, at: datetime) -> ItemIdentifier:
    try:
        with transaction.atomic():
            held = ItemIdentifier.objects.create(
                issuer=read.issuer,
                identifier=read.identifier,
                item=item,
                quantity=quantity,
                added_by=by.name,
                added_at=at,
            )
    except IntegrityError:
        # Somebody has said it, perhaps in this moment.
        there = identifier_in_force(by, read.issuer, read.identifier)
        if there is None:
            raise
        if (there.item_id, there.quantity) == (item.pk, quantity):
            return there
        raise _taken(there) from None
    record(
        by=by, at=at, action="add_identifier", object_kind="item", object_ref=item.code,
        after={"issuer": read.issuer, "identifier": read.identifier, "quantity": quantity},
    )  # fmt: skip
    return held


def _taken(there: ItemIdentifier) -> Conflict:
    item, issuer = there.item, ISSUERS[there.issuer]
    return Conflict(
        "IDENTIFIER_TAKEN",
        f"{issuer[0]} 码 {there.identifier} 已由{there.added_by}登记为“{item.name}”,每包 {there.quantity:,} {item.base_unit};"
        "登记错了请先停用原来的",
        f'The {issuer[1]} code {there.identifier} was recorded by {there.added_by} as "{item.english}", '
        f"{item.counted(there.quantity)} a pack: if that is wrong, end it first",
        field="code",
    )


@transaction.atomic
def end_identifier(*, identifier_id: int, reason: str, by: Actor, at: datetime, client_id: UUID) -> ItemIdentifier:
    """Say that a code does not mean what was recorded. The row stays; the code may be recorded anew.

    Raises NotFound, Invalid REASON_MISSING, Conflict IDENTIFIER_ENDED.
    """
    guard.check(by, "edit", "item")
    reason = check_reason(reason, what_zh="停用条码", what_en="Ending a bar code")
    body = {"identifier": identifier_id, "reason": reason}
    done = claim(client_id=client_id, action="end_identifier", body=body, by=by, at=at)
    held = (
        ItemIdentifier.objects.select_for_update(of=("self",)).select_related("item").filter(pk=identifier_id).first()
    )
    if held is None:
        raise NotFound(field="identifier")
    if done:
        return held
    if held.ended_at is not None:
        raise Conflict(
            "IDENTIFIER_ENDED",
            f"条码 {held.identifier} 已由{held.ended_by}停用",
            f"The code {held.identifier} was ended by {held.ended_by}",
        )
    held.ended_by, held.ended_at, held.ended_reason = by.name, at, reason
    held.save(update_fields=["ended_by", "ended_at", "ended_reason"])
    record(
        by=by, at=at, action="end_identifier", object_kind="item", object_ref=held.item.code, reason=reason,
        before={"issuer": held.issuer, "identifier": held.identifier, "quantity": held.quantity},
    )  # fmt: skip
    settle(client_id=client_id, ref=str(held.pk))
    return held
