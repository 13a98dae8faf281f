"""When the rule of the goods is met: what is accepted goes into the store, the rest where it belongs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from uuid import UUID, uuid5

from django.db.models import Q

from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.actions import record
from liangcao.foundation.kernel.chain import canonical
from liangcao.foundation.kernel.clock import business_date
from liangcao.ledger.actions import post_move, reverse_move
from liangcao.ledger.entries import AccountRef, NewFact, PostedMove, PostingLine
from liangcao.ledger.queries import book_of
from liangcao.operations.supply import queries
from liangcao.operations.supply.accepting import Settled, settled
from liangcao.operations.supply.models import (
    Receipt,
    ReceiptOutcome,
    ReceiptReversal,
    ReceiptSignature,
    Source,
    SourceLine,
)


def accept_if_complete(receipt: Receipt, *, by: Actor, at: datetime, client_id: UUID) -> None:
    """Post what the signatures say once none is owing; part of the act that signs, under the source's lock.

    What the count did not find is taken back from the receipt; accepted pieces go into the store, rejected ones into
    quarantine. The move carries the names and the digest of what each of them found. A receipt of which nothing is
    found is taken back whole.
    """
    signed = queries.in_force(queries.signatures(by, receipt.pk))
    lying = queries.lying(by, receipt)
    if queries.missing_signatures([row.line for row in lying], signed):
        return
    rows = [settled(row) for row in lying]
    move = _take_back_missing(receipt, rows, by=by, at=at, client_id=client_id)
    if move is None or any(row.lying.there for row in rows):
        move = _post(receipt, rows, list(signed.values()), by=by, at=at, client_id=client_id)
    ReceiptOutcome.objects.bulk_create(
        ReceiptOutcome(
            receipt_line=row.lying.line,
            move_id=move.id,
            quantity_accepted=row.accepted,
            quantity_rejected=row.rejected,
            quantity_missing=row.missing,
            quantity_out=row.out,
        )
        for row in rows
    )
    receipt.status = "posted" if _anything_left(receipt, by) else "reversed"
    receipt.save(update_fields=["status"])
    _note_missing(receipt.source, receipt, rows, by)
    record(
        by=by, at=at, action="accept_receipt", object_kind="source", object_ref=receipt.source.number,
        bureau_id=receipt.bureau_id,
        after={
            "receipt": receipt.number, "move": move.number,
            "lines": [[row.lying.item.code, row.accepted, row.rejected, row.missing] for row in rows],
        },
    )  # fmt: skip


def _anything_left(receipt: Receipt, by: Actor) -> bool:
    """Whether any piece of the receipt is left, good or damaged."""
    left = queries.receipt_lines(by, receipt.pk).filter(Q(good_left__gt=0) | Q(damaged_left__gt=0))
    return left.exists()


def _take_back_missing(
    receipt: Receipt, rows: Sequence[Settled], *, by: Actor, at: datetime, client_id: UUID
) -> PostedMove | None:
    """Pieces that were written down at the gate and that nobody finds never came."""
    missing = [row for row in rows if row.missing]
    if not missing:
        return None
    move = reverse_move(
        move_id=receipt.move_id,
        reason=f"{receipt.number} 清点短少",
        lines={row.lying.line.posting_good: row.missing for row in missing if row.lying.line.posting_good},
        by=by,
        at=at,
        client_id=uuid5(client_id, "missing"),
    )
    ReceiptReversal.objects.bulk_create(
        ReceiptReversal(receipt_line=row.lying.line, move_id=move.id, quantity_good=row.missing, quantity_damaged=0)
        for row in missing
    )
    return move


def _post(
    receipt: Receipt,
    rows: Sequence[Settled],
    signed: Sequence[ReceiptSignature],
    *,
    by: Actor,
    at: datetime,
    client_id: UUID,
) -> PostedMove:
    """The move of the acceptance; when everything was let go before, it only says what was found."""
    receiving, store, quarantine = (
        AccountRef(kind, store_id=receipt.store_id)  # type: ignore[arg-type]
        for kind in ("receiving", "store", "quarantine")
    )
    lines = [
        PostingLine(row.lying.line.lot_id, origin, target, quantity)
        for row in rows
        for origin, target, quantity in (
            (receiving, store, row.to_store),
            (receiving, quarantine, row.from_receiving),
            (store, quarantine, row.from_store),
        )
        if quantity
    ]
    return post_move(
        book_id=book_of(by, receipt.bureau_id).pk,
        kind="inspection" if lines else "fact",
        business_date=business_date(at),
        lines=lines,
        new_facts=[fact for row in rows if row.lying.there for fact in _facts(receipt, row)],
        cause_kind="receipt",
        cause_ref=receipt.number,
        reason=f"{receipt.number} 验收",
        signatures=[_signature(row) for row in signed],
        by=by,
        at=at,
        client_id=uuid5(client_id, "acceptance"),
    )


def _facts(receipt: Receipt, row: Settled) -> list[NewFact]:
    """The lot's quality; and a stop when rejected pieces are out of the house."""
    lot_id, rejected = row.lying.line.lot_id, row.rejected
    value = "accepted" if row.accepted else "rejected"
    facts = [NewFact(lot_id, "quality", value, f"{receipt.number} 验收:合格 {row.accepted:,},不合格 {rejected:,}")]
    if row.out:
        facts.append(
            NewFact(
                lot_id, "frozen", "yes", f"{receipt.number} 质检不合格 {rejected:,},其中 {row.out:,} 已先行放行出库"
            )
        )
    return facts


def _signature(signature: ReceiptSignature) -> dict[str, str]:
    """A signature as the move keeps it: who, when, and the digest of what was found."""
    found = [
        [f.receipt_line.line, f.quantity_counted, f.quantity_passed, f.quantity_rejected, f.reason]
        for f in signature.findings.all()
    ]
    digest = sha256(canonical([sorted(found, key=lambda row: row[0]), signature.remark])).hexdigest()
    return {
        "role": signature.kind,
        "name": signature.signed_by,
        "at": signature.signed_at.isoformat(),
        "findings": digest,
    }


def _note_missing(source: Source, receipt: Receipt, rows: Sequence[Settled], by: Actor) -> None:
    """What was not found is expected again, or explained when nothing more was to come."""
    missing = {row.lying.line.source_line_id for row in rows if row.missing}
    if not missing or source.status not in ("received", "partly_received"):
        return
    lines = list(queries.source_lines(by, source.pk))
    short = [line for line in lines if line.quantity_missing or _is_open(line)]  # type: ignore[attr-defined]
    told_complete = queries.receipts(by).filter(source=source, is_final=True).exclude(status="reversed").exists()
    if told_complete:
        _explain([line for line in short if line.pk in missing])
        return
    if not short:
        return
    arrived = any(line.quantity_arrived for line in lines)  # type: ignore[attr-defined]
    source.status = "partly_received" if arrived else "announced"
    source.version += 1
    source.save(update_fields=["status", "version"])


def _is_open(line: SourceLine) -> bool:
    """The advice named no amount: nobody knows whether more comes."""
    return line.quantity_advised is None and not line.added_on_arrival


def _explain(lines: Sequence[SourceLine]) -> None:
    for line in lines:
        line.difference_reason = f"{line.difference_reason};清点短少".lstrip(";")[:200]
    SourceLine.objects.bulk_update(lines, ["difference_reason"])
