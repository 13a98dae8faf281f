"""What a trip brought enters the book by the receipt of supply; here the two are joined."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID, uuid5

from django.db import transaction

from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.actions import claim, settle
from liangcao.foundation.kernel.errors import Conflict
from liangcao.operations.supply import queries as supply
from liangcao.operations.supply.actions import ReceiptLineInput, receive_source, receive_unannounced
from liangcao.operations.supply.models import Receipt
from liangcao.operations.trips import queries, rules
from liangcao.operations.trips.actions.locking import locked_trip, note
from liangcao.operations.trips.models import InboundTrip


@transaction.atomic
def receive_trip(
    *,
    trip_id: int,
    lines: Sequence[ReceiptLineInput],
    final: bool = False,
    kind: str = "purchase",
    business_date: date | None = None,
    late_reason: str = "",
    remark: str = "",
    by: Actor,
    at: datetime,
    client_id: UUID,
) -> InboundTrip:
    """入库: the receipt of supply is written, against the trip's source or as goods that nobody announced (of `kind`),
    and the trip is received by the same act. Raises Conflict STATE_CONFLICT, and as the receipts of supply."""
    held = queries.trip(by, trip_id)
    guard.check(by, "receive", "trip", bureau_id=held.bureau_id, row=held)
    body = {
        "id": trip_id, "lines": list(lines), "final": final, "kind": kind, "day": business_date,
        "late_reason": late_reason, "remark": remark,
    }  # fmt: skip
    if claim(client_id=client_id, action="receive_trip", body=body, by=by, at=at):
        return queries.trip(by, trip_id)
    held = locked_trip(trip_id, by=by)
    rules.check_trip_step(held, "received")
    inner, note_text = uuid5(client_id, "receipt"), f"{held.number} {remark}".strip()
    if held.source_id is not None:
        receipt = receive_source(
            source_id=held.source_id, store_id=held.store_id, lines=lines, final=final, business_date=business_date,
            late_reason=late_reason, note=note_text, by=by, at=at, client_id=inner,
        )  # fmt: skip
    else:
        receipt = receive_unannounced(
            bureau_id=held.bureau_id, kind=kind, counterparty_id=held.supplier_id, store_id=held.store_id, lines=lines,
            business_date=business_date, late_reason=late_reason, note=note_text, by=by, at=at, client_id=inner,
        )  # fmt: skip
    return _join(held, receipt, "receive_trip", by=by, at=at, client_id=client_id)


@transaction.atomic
def link_receipt(*, trip_id: int, receipt_id: int, by: Actor, at: datetime, client_id: UUID) -> InboundTrip:
    """关联入库单: the goods were received already. Raises NotFound, Conflict STATE_CONFLICT, RECEIPT_ELSEWHERE,
    RECEIPT_TAKEN, RECEIPT_REVERSED."""
    held = queries.trip(by, trip_id)
    guard.check(by, "receive", "trip", bureau_id=held.bureau_id, row=held)
    receipt = supply.receipt(by, receipt_id)
    body = {"id": trip_id, "receipt": receipt_id}
    if claim(client_id=client_id, action="link_receipt", body=body, by=by, at=at):
        return queries.trip(by, trip_id)
    held = locked_trip(trip_id, by=by)
    rules.check_trip_step(held, "received")
    _check_receipt(held, receipt)
    return _join(held, receipt, "link_receipt", by=by, at=at, client_id=client_id)


def _check_receipt(held: InboundTrip, receipt: Receipt) -> None:
    if not rules.fits(held, receipt):
        raise Conflict(
            "RECEIPT_ELSEWHERE",
            f"入库单 {receipt.number} 的仓库或来源与车次 {held.number} 不一致",
            f"Receipt {receipt.number} is of another store or another source than trip {held.number}",
            field="receipt",
        )
    if receipt.status == "reversed":
        raise Conflict(
            "RECEIPT_REVERSED",
            f"入库单 {receipt.number} 已冲红",
            f"Receipt {receipt.number} was reversed",
            field="receipt",
        )
    other = InboundTrip.objects.filter(receipt=receipt).first()
    if other is not None:
        raise Conflict(
            "RECEIPT_TAKEN",
            f"入库单 {receipt.number} 已关联车次 {other.number}",
            f"Receipt {receipt.number} belongs to trip {other.number}",
            field="receipt",
        )


def _join(held: InboundTrip, receipt: Receipt, action: str, *, by: Actor, at: datetime, client_id: UUID) -> InboundTrip:
    held.receipt, held.status, held.received_by, held.received_at = receipt, "received", by.name, at
    held.save(update_fields=["receipt", "status", "received_by", "received_at"])
    note(action, held, by=by, at=at, after={"receipt": receipt.number})
    settle(client_id=client_id, ref=str(held.pk))
    return held
