"""冲红: take back a receipt, whole or in part."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction

from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.actions import claim, record, settle
from liangcao.foundation.kernel.errors import Conflict, Invalid, Refusal, collected, raise_all
from liangcao.foundation.kernel.quantity import check_quantity_or_zero
from liangcao.foundation.kernel.text import check_text
from liangcao.ledger import queries as ledger
from liangcao.ledger.actions import reverse_move, reversible
from liangcao.operations.supply import queries, rules
from liangcao.operations.supply.actions.sources import locked_source
from liangcao.operations.supply.inputs import ReversalInput
from liangcao.operations.supply.models import Receipt, ReceiptLine, ReceiptReversal, Source

Taken = dict[int, tuple[int, int]]


@transaction.atomic
def reverse_receipt(
    *,
    receipt_id: int,
    reason: str,
    lines: Sequence[ReversalInput] | None = None,
    by: Actor,
    at: datetime,
    client_id: UUID,
) -> Receipt:
    """Take back what is left of a receipt, or only `lines` (base units). The source is open again afterwards.

    Goods that signatures have let into the store go back to the receiving area first. Raises AlreadyReversed, Conflict
    SIGNATURES_OPEN and REJECTED_STAY, Invalid REVERSAL_TOO_LARGE and REQUIRED, and GoodsMovedOn of the ledger with the
    later documents.
    """
    receipt = queries.receipt(by, receipt_id)
    guard.check(by, "reverse", "source", bureau_id=receipt.bureau_id, row=receipt)
    body = {"receipt": receipt_id, "reason": reason, "lines": None if lines is None else list(lines)}
    done = claim(client_id=client_id, action="reverse_receipt", body=body, by=by, at=at)
    if done:
        return queries.receipt(by, int(done))
    source = locked_source(by, receipt.source_id)
    receipt = queries.receipt(by, receipt_id)
    receipt.source = source
    rules.check_can_reverse(by, receipt)
    reason = check_text(reason, field="reason", zh="冲红原因", en="reason", longest=500, is_required=True)
    held = list(queries.receipt_lines(by, receipt_id))
    taken = _taken(held, lines)
    _bring_back(receipt, held, taken, reason, by=by, at=at, client_id=client_id)
    move = reverse_move(
        move_id=receipt.move_id, reason=reason, lines=_postings(held, taken), by=by, at=at, client_id=client_id
    )
    ReceiptReversal.objects.bulk_create(
        ReceiptReversal(receipt_line_id=pk, move_id=move.id, quantity_good=good, quantity_damaged=damaged)
        for pk, (good, damaged) in taken.items()
    )
    if taken == _all_left(held):
        receipt.status = "reversed"
        receipt.save(update_fields=["status"])
    _reopen(source, by)
    record(
        by=by, at=at, action="reverse_receipt", object_kind="source", object_ref=source.number,
        bureau_id=source.bureau_id, before={"receipt": receipt.number}, reason=reason,
        after={"reversal": move.number, "receipt_status": receipt.status, "status": source.status},
    )  # fmt: skip
    settle(client_id=client_id, ref=str(receipt.pk))
    return receipt


def _bring_back(
    receipt: Receipt, held: list[ReceiptLine], taken: Taken, reason: str, *, by: Actor, at: datetime, client_id: UUID
) -> None:
    """Undo so much of the acceptance, and of a release before it, that the pieces lie where they were taken in."""
    lots = {line.lot_id: taken[line.pk][0] for line in held if line.needs and taken.get(line.pk, (0, 0))[0]}
    if not lots:
        return
    is_whole = taken == _all_left(held)
    if not is_whole:
        _check_part(receipt, held, taken)
    balances = ledger.balances(by, receipt.bureau_id, kinds=["receiving"], store_id=receipt.store_id)
    for balance in balances.filter(lot_id__in=list(lots)):
        lots[balance.lot_id] -= balance.quantity
    later = ledger.moves(by, receipt.bureau_id).filter(cause_kind="receipt", cause_ref=receipt.number)
    for number, move in enumerate(later.exclude(kind="reversal").order_by("-seq")):
        lines = _undone(move, lots, is_whole=is_whole)
        if lines:
            reverse_move(
                move_id=move.pk, reason=reason, lines=lines, by=by, at=at, client_id=uuid5(client_id, f"back{number}")
            )


def _undone(move: Any, lots: dict[UUID, int], *, is_whole: bool) -> dict[int, int]:
    """line → base units of one move to undo, taken off `lots`: what is still wanted in the receiving area. Rejected
    pieces come back with the whole only; those that were taken out of the store go back there first."""
    lines: dict[int, int] = {}
    for number, (row, quantity) in reversible(move).items():
        way = (row.source.kind, row.target.kind)
        if way == ("receiving", "store") or (is_whole and way == ("receiving", "quarantine")):
            lines[number] = min(quantity, lots.get(row.lot_id, 0))
            lots[row.lot_id] = lots.get(row.lot_id, 0) - lines[number]
        elif is_whole and row.source.kind == "store":
            lines[number] = quantity
    return {number: quantity for number, quantity in lines.items() if quantity > 0}


def _check_part(receipt: Receipt, held: list[ReceiptLine], taken: Taken) -> None:
    """A part is taken back only of what was accepted: findings speak of the whole."""
    if receipt.status == "waiting":
        raise Conflict(
            "SIGNATURES_OPEN",
            f"{receipt.number} 验收签字未齐,只能整单冲红;数量不对请由“清点”写明",
            f"{receipt.number} waits for signatures and is reversed whole only; let the count say what is missing",
        )
    for line in held:
        outcome = getattr(line, "outcome", None)
        good = taken.get(line.pk, (0, 0))[0]
        if outcome is None or not good:
            continue
        most = line.good_left - outcome.quantity_rejected  # type: ignore[attr-defined]
        if good > most:
            raise Conflict(
                "REJECTED_STAY",
                f"“{line.item.name}”验收合格的最多可冲红 {most:,} {line.item.base_unit};不合格的请退回来源,或整单冲红",
                f'"{line.item.english}": at most {line.item.counted(most)} of the accepted can be reversed; send the '
                "rejected ones back, or reverse the whole receipt",
                field="quantity",
            )


def _all_left(held: list[ReceiptLine]) -> Taken:
    """What has not been reversed yet, by receipt line."""
    left = {line.pk: (line.good_left, line.damaged_left) for line in held}  # type: ignore[attr-defined]
    return {pk: pair for pk, pair in left.items() if any(pair)}


def _taken(held: list[ReceiptLine], given: Sequence[ReversalInput] | None) -> Taken:
    """receipt line → (good, damaged) to take back. Raises all problems at once."""
    left = _all_left(held)
    if given is None:
        return left
    problems: list[Refusal] = []
    taken: Taken = {}
    for row, line in enumerate(given, start=1):
        with collected(problems):
            good = check_quantity_or_zero(line.quantity_good, field="quantity_good", row=row)
            damaged = check_quantity_or_zero(line.quantity_damaged, field="quantity_damaged", row=row)
            if line.receipt_line_id not in {row.pk for row in held} or line.receipt_line_id in taken:
                raise Invalid(
                    "LINE_UNKNOWN",
                    f"第 {row} 行:本单没有明细 {line.receipt_line_id},或给出了两次",
                    f"Row {row}: the receipt has no line {line.receipt_line_id}, or it was given twice",
                    field="line",
                    row=row,
                )
            most = left.get(line.receipt_line_id, (0, 0))
            if good > most[0] or damaged > most[1]:
                raise Invalid(
                    "REVERSAL_TOO_LARGE",
                    f"第 {row} 行最多可冲红完好 {most[0]:,}、破损 {most[1]:,},填写的是 {good:,}、{damaged:,}",
                    f"Row {row}: at most {most[0]:,} good and {most[1]:,} damaged can be reversed, {good:,} and "
                    f"{damaged:,} given",
                    field="quantity",
                    row=row,
                )
            if good or damaged:
                taken[line.receipt_line_id] = (good, damaged)
    if not problems and not taken:
        problems.append(Invalid("LINES_EMPTY", "请填写要冲红的数量", "Say how much to reverse", field="lines"))
    raise_all(problems)
    return taken


def _postings(held: list[ReceiptLine], taken: Taken) -> dict[int, int]:
    """posting number → base units. Good and damaged pieces that lie in one account share a posting."""
    asked: dict[int, int] = defaultdict(int)
    for line in held:
        good, damaged = taken.get(line.pk, (0, 0))
        for number, quantity in ((line.posting_good, good), (line.posting_damaged, damaged)):
            if number is not None and quantity:
                asked[number] += quantity
    return dict(asked)


def _reopen(source: Source, by: Actor) -> None:
    """Something is expected again: the goods, or the same goods counted right."""
    arrived = any(line.quantity_arrived for line in queries.source_lines(by, source.pk))  # type: ignore[attr-defined]
    source.status = "partly_received" if arrived else "announced"
    source.ended_by, source.ended_at, source.ended_reason = "", None, ""
    source.version += 1
    source.save(update_fields=["status", "ended_by", "ended_at", "ended_reason", "version"])
