"""退回来源: what quality rejected, or came damaged, goes back to where it came from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.actions import claim, record, settle
from liangcao.foundation.kernel.clock import business_date
from liangcao.foundation.kernel.text import check_reason
from liangcao.ledger.actions import post_move
from liangcao.ledger.entries import AccountRef, PostingLine
from liangcao.ledger.queries import book_of
from liangcao.operations.supply import queries, rules
from liangcao.operations.supply.accepting import check_pieces
from liangcao.operations.supply.actions.sources import locked_source
from liangcao.operations.supply.inputs import PieceInput
from liangcao.operations.supply.models import Receipt, ReceiptReturn


@transaction.atomic
def send_back(
    *, receipt_id: int, lines: Sequence[PieceInput], reason: str, by: Actor, at: datetime, client_id: UUID
) -> Receipt:
    """Send pieces of a receipt that lie in quarantine back to the source's party. The move is the supplier's paper.

    Raises AlreadyReversed, Conflict TOO_MANY, Invalid REASON_MISSING and LINES_EMPTY.
    """
    receipt = queries.receipt(by, receipt_id)
    guard.check(by, "send_back", "source", bureau_id=receipt.bureau_id, row=receipt)
    body = {"receipt": receipt_id, "lines": list(lines), "reason": reason}
    done = claim(client_id=client_id, action="send_back", body=body, by=by, at=at)
    if done:
        return queries.receipt(by, receipt_id)
    source = locked_source(by, receipt.source_id)
    receipt = queries.receipt(by, receipt_id)
    rules.check_can_send_back(by, receipt)
    reason = check_reason(reason, what_zh="退回来源", what_en="Sending back")
    held = {line.pk: (line, quantity) for line, quantity in queries.returnable(by, receipt)}
    taken = check_pieces(
        lines, {pk: (line.item, quantity) for pk, (line, quantity) in held.items()}, zh="退回", en="sent back"
    )
    quarantine = AccountRef("quarantine", store_id=receipt.store_id or 0)
    outside = AccountRef("outside", party_id=source.counterparty_id)
    move = post_move(
        book_id=book_of(by, receipt.bureau_id).pk,
        kind="return",
        business_date=business_date(at),
        lines=[PostingLine(held[pk][0].lot_id, quarantine, outside, quantity) for pk, quantity in taken.items()],
        cause_kind="source",
        cause_ref=source.number,
        reason=reason,
        by=by,
        at=at,
        client_id=client_id,
    )
    ReceiptReturn.objects.bulk_create(
        ReceiptReturn(receipt_line_id=pk, move_id=move.id, quantity=quantity) for pk, quantity in taken.items()
    )
    record(
        by=by, at=at, action="send_back", object_kind="source", object_ref=source.number, bureau_id=receipt.bureau_id,
        reason=reason, after={"receipt": receipt.number, "move": move.number, "lines": sorted(taken.values())},
    )  # fmt: skip
    settle(client_id=client_id, ref=str(receipt.pk))
    return queries.receipt(by, receipt_id)
