"""签收 and what becomes of a difference."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from django.db import transaction

from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.actions import claim, record, settle
from liangcao.foundation.kernel.clock import business_date
from liangcao.foundation.kernel.text import check_reason, check_required
from liangcao.foundation.outbox.actions import announce
from liangcao.ledger.actions import post_move
from liangcao.ledger.entries import AccountRef, PostedMove, PostingLine
from liangcao.ledger.queries import book_of
from liangcao.operations.dispatch.actions.locking import (
    as_bookkeeper,
    delivery_in_scope,
    lines_of,
    locked_delivery,
    transit,
)
from liangcao.operations.dispatch.actions.noting import note_lines
from liangcao.operations.dispatch.models import Delivery, DeliveryDisputeLine, DeliveryLine
from liangcao.operations.dispatch.notices import signed_by_link
from liangcao.operations.dispatch.proof import BY_PROGRAM, Proof, check_proof, write_receipt
from liangcao.operations.dispatch.receipts import (
    ReceiptConfirmation,
    SettledDifference,
    checked_receipt,
    checked_settlement,
)
from liangcao.operations.dispatch.rules import apart, check_can_confirm, check_can_settle
from liangcao.reference.parties.separation import check_two_people

_RECEIPT_FIELDS = ["quantity_good", "quantity_short", "quantity_damaged", "difference_reason"]


@transaction.atomic
def confirm_delivery(
    *,
    delivery_id: int,
    lines: Sequence[ReceiptConfirmation] | None = None,
    signed_name: str,
    proof: Proof = BY_PROGRAM,
    by: Actor,
    at: datetime,
    client_id: UUID,
) -> Delivery:
    """签收: good pieces are the unit's; short and damaged ones stay on the way until `settle_difference`.

    `lines` None: everything came whole. Raises NotFound (also for another unit's delivery), STATE_CONFLICT,
    PROOF_MISSING, SIGNED_BY_BRINGER, and at once all of MoreThanSent, RECEIPT_INCOMPLETE, REASON_MISSING, LINE_MISSING.
    """
    found = delivery_in_scope(by, delivery_id)
    guard.check(by, "confirm", "delivery", bureau_id=found.bureau_id, organisation_id=found.organisation_id, row=found)
    said = None if lines is None else [asdict(line) for line in lines]
    body = {"delivery": delivery_id, "lines": said, "signed_name": signed_name, "proof": proof.body}
    done = claim(client_id=client_id, action="confirm_delivery", body=body, by=by, at=at)
    if done:
        return Delivery.objects.get(pk=done)
    delivery = locked_delivery(delivery_id)
    check_can_confirm(delivery, by, at)
    check_two_people(**apart(delivery, by, "confirm", at), ref=delivery.number)
    name = check_required(
        signed_name, code="NAME_MISSING", field="signed_name", zh="请填写签收人姓名", en="Name who signs", longest=60
    )
    check_proof(delivery, proof, name)
    received = checked_receipt(lines_of(delivery), lines)
    note_lines(delivery, received, "delivered", "quantity_good", by=by, at=at)
    moved = _post_good(delivery, received, name, by=by, at=at, client_id=client_id)
    DeliveryLine.objects.bulk_update(received, _RECEIPT_FIELDS, batch_size=500)
    delivery.status, delivery.signed_name, delivery.signed_by, delivery.signed_at = "signed", name, by.name, at
    delivery.receipt_move_id = moved.id if moved else None
    delivery.save(update_fields=["status", "signed_name", "signed_by", "signed_at", "receipt_move"])
    write_receipt(delivery, proof, name, at=at)
    record(
        by=by,
        at=at,
        action="confirm_delivery",
        object_kind="delivery",
        object_ref=delivery.number,
        bureau_id=delivery.bureau_id,
        after={"signed_name": name, "door": proof.door, "move": moved.number if moved else ""},
    )
    if proof.door == "link":
        announce(signed_by_link(delivery), at=at)
    settle(client_id=client_id, ref=str(delivery.pk))
    return delivery


def _post_good(
    delivery: Delivery, lines: Iterable[DeliveryLine], name: str, *, by: Actor, at: datetime, client_id: UUID
) -> PostedMove | None:
    """The move of what came whole; None when nothing did."""
    recipient = AccountRef("recipient", 0, delivery.organisation_id)
    postings = [
        PostingLine(line.lot_id, transit(delivery), recipient, line.quantity_good)
        for line in lines
        if line.quantity_good
    ]
    if not postings:
        return None
    clerk = as_bookkeeper(by, delivery.bureau_id)
    return post_move(
        book_id=book_of(clerk, delivery.bureau_id).pk,
        kind="delivery",
        business_date=business_date(at),
        lines=postings,
        cause_kind="delivery",
        cause_ref=delivery.number,
        by=clerk,
        at=at,
        client_id=client_id,
        signatures=[{"role": "recipient", "name": name}],
    )


@transaction.atomic
def settle_difference(
    *, delivery_id: int, lines: Sequence[SettledDifference], reason: str, by: Actor, at: datetime, client_id: UUID
) -> Delivery:
    """差异处理: what was short or damaged goes back to stock or quarantine, or is written off; the unit's need opens again.

    Raises NotFound, Forbidden, STATE_CONFLICT, NO_DIFFERENCE, and at once all OUTCOME_INVALID, OUTCOME_MISSING.
    """
    found = delivery_in_scope(by, delivery_id)
    guard.check(by, "settle", "delivery", bureau_id=found.bureau_id, organisation_id=found.organisation_id, row=found)
    body = {"delivery": delivery_id, "lines": [asdict(line) for line in lines], "reason": reason}
    done = claim(client_id=client_id, action="settle_difference", body=body, by=by, at=at)
    if done:
        return Delivery.objects.get(pk=done)
    delivery = locked_delivery(delivery_id)
    check_can_settle(delivery, by, at)
    check_two_people(**apart(delivery, by, "settle", at), ref=delivery.number)
    given = check_reason(reason, what_zh="处理差异", what_en="Settling")
    settled = checked_settlement(lines_of(delivery), lines)
    for field in ("quantity_short", "quantity_damaged"):
        note_lines(delivery, settled, "released", field, by=by, at=at)
    moved = post_outcomes(delivery, settled, given, by=by, at=at, client_id=client_id)
    DeliveryLine.objects.bulk_update(settled, ["short_settled_as", "damaged_settled_as"], batch_size=500)
    delivery.status, delivery.settled_by, delivery.settled_at, delivery.settle_reason = "settled", by.name, at, given
    delivery.save(update_fields=["status", "settled_by", "settled_at", "settle_reason"])
    record(
        by=by, at=at, action="settle_difference", object_kind="delivery", object_ref=delivery.number,
        bureau_id=delivery.bureau_id, after={"move": moved.number}, reason=given,
    )  # fmt: skip
    settle(client_id=client_id, ref=str(delivery.pk))
    return delivery


def post_outcomes(
    delivery: Delivery,
    settled: Iterable[DeliveryLine | DeliveryDisputeLine],
    reason: str,
    *,
    by: Actor,
    at: datetime,
    client_id: UUID,
) -> PostedMove:
    """The move of what was short or damaged, each part to where it went. The caller claims `client_id`."""
    return post_move(
        book_id=book_of(by, delivery.bureau_id).pk,
        kind="settlement",
        business_date=business_date(at),
        lines=[
            PostingLine(_lot_id(line), transit(delivery), _place(delivery, outcome), quantity)
            for line in settled
            for outcome, quantity in (
                (line.short_settled_as, line.quantity_short),
                (line.damaged_settled_as, line.quantity_damaged),
            )
            if quantity
        ],
        cause_kind="delivery",
        cause_ref=delivery.number,
        reason=reason,
        by=by,
        at=at,
        client_id=client_id,
    )


def _lot_id(line: DeliveryLine | DeliveryDisputeLine) -> UUID:
    return (line if isinstance(line, DeliveryLine) else line.delivery_line).lot_id


def _place(delivery: Delivery, outcome: str) -> AccountRef:
    return AccountRef({"returned": "store", "quarantine": "quarantine", "lost": "loss"}[outcome], delivery.store_id)
