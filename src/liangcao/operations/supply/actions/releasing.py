"""先行放行: goods go into the store on a leader's word before all signatures are there; those are owing until then."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.actions import claim, record, settle
from liangcao.foundation.kernel.clock import business_date
from liangcao.foundation.kernel.errors import Conflict
from liangcao.foundation.kernel.orders import PAPERS_DUE_AFTER, LeadersWord, check_word
from liangcao.ledger.actions import post_move
from liangcao.ledger.entries import AccountRef, PostedMove, PostingLine
from liangcao.ledger.queries import book_of
from liangcao.operations.supply import queries, rules
from liangcao.operations.supply.accepting import check_pieces
from liangcao.operations.supply.actions.sources import locked_source
from liangcao.operations.supply.inputs import PieceInput
from liangcao.operations.supply.models import Receipt, ReceiptRelease


@transaction.atomic
def release_early(
    *,
    receipt_id: int,
    lines: Sequence[PieceInput],
    leader: str,
    reason: str,
    limit_note: str,
    by: Actor,
    at: datetime,
    client_id: UUID,
) -> Receipt:
    """Let pieces go into the store before inspection, on the word of `leader`. Once a receipt; the signatures are due
    24 hours later, and stand in red until they are there.

    Raises Conflict (RECEIPT_REVERSED, SIGNATURES_COMPLETE, RELEASED_ALREADY, TOO_MANY), Invalid (leader, reason,
    limit).
    """
    receipt = queries.receipt(by, receipt_id)
    guard.check(by, "release_early", "source", bureau_id=receipt.bureau_id, row=receipt)
    body = {
        "receipt": receipt_id, "lines": list(lines), "leader": leader, "reason": reason, "limit_note": limit_note,
    }  # fmt: skip
    done = claim(client_id=client_id, action="release_early", body=body, by=by, at=at)
    if done:
        return queries.receipt(by, receipt_id)
    source = locked_source(by, receipt.source_id)
    receipt = queries.receipt(by, receipt_id)
    rules.check_can_release(by, receipt)
    _check_first(by, receipt)
    word = check_word(leader, reason, limit_note, what_zh="先行放行", what_en="A release before inspection")
    lying = {row.line.pk: row for row in queries.lying(by, receipt)}
    most = {pk: (row.item, row.releasable) for pk, row in lying.items() if row.releasable}
    taken = check_pieces(lines, most, zh="放行", en="released")
    pieces = {lying[pk].line.lot_id: quantity for pk, quantity in taken.items()}
    move = _let_go(receipt, pieces, word, by=by, at=at, client_id=client_id)
    ReceiptRelease.objects.create(
        receipt=receipt, move_id=move.id, leader=word.leader, reason=word.reason, limit_note=word.limit,
        released_by=by.name,
        released_user_id=by.user_id, released_at=at, papers_due_at=at + PAPERS_DUE_AFTER,
    )  # fmt: skip
    record(
        by=by, at=at, action="release_early", object_kind="source", object_ref=source.number,
        bureau_id=receipt.bureau_id, reason=word.reason,
        after={"receipt": receipt.number, "move": move.number, "leader": word.leader, "limit": word.limit},
    )  # fmt: skip
    settle(client_id=client_id, ref=str(receipt.pk))
    return queries.receipt(by, receipt_id)


def _let_go(
    receipt: Receipt, pieces: dict[UUID, int], word: LeadersWord, *, by: Actor, at: datetime, client_id: UUID
) -> PostedMove:
    """The pieces of each lot go from the receiving area into the store."""
    origin, target = (AccountRef(kind, store_id=receipt.store_id or 0) for kind in ("receiving", "store"))
    return post_move(
        book_id=book_of(by, receipt.bureau_id).pk,
        kind="inspection",
        business_date=business_date(at),
        lines=[PostingLine(lot_id, origin, target, quantity) for lot_id, quantity in pieces.items()],
        cause_kind="receipt",
        cause_ref=receipt.number,
        reason=f"先行放行:{word.reason}"[:500],
        signatures=[{"role": "leader", "name": word.leader}],
        by=by,
        at=at,
        client_id=client_id,
    )


def _check_first(by: Actor, receipt: Receipt) -> None:
    earlier = queries.release_if_any(by, receipt.pk)
    if earlier is not None:
        raise Conflict(
            "RELEASED_ALREADY",
            f"{receipt.number} 已由{earlier.leader}下令先行放行,一张入库单只能一次;其余请等签字",
            f"{receipt.number} was released on the word of {earlier.leader} already; the rest waits for the signatures",
        )
