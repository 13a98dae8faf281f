"""签收异议: a unit says that less came than it signed for; the desk takes so much back from its receipt, or does not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import Sum

from liangcao.foundation.database.locks import locked
from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.actions import claim, next_number, record, settle
from liangcao.foundation.kernel.clock import business_date
from liangcao.foundation.kernel.errors import Conflict, Invalid, NotFound, Refusal, collected, raise_all
from liangcao.foundation.kernel.quantity import check_quantity_or_zero
from liangcao.foundation.kernel.text import check_reason, check_required, check_text
from liangcao.foundation.outbox.actions import announce
from liangcao.ledger.actions import reverse_move
from liangcao.operations.demand.actions import FulfilmentInput, note_fulfilments
from liangcao.operations.dispatch.actions.locking import delivery_in_scope, lines_of, locked_delivery
from liangcao.operations.dispatch.actions.receiving import post_outcomes
from liangcao.operations.dispatch.models import Delivery, DeliveryDispute, DeliveryDisputeLine, DeliveryLine
from liangcao.operations.dispatch.notices import dispute_decided, disputed
from liangcao.operations.dispatch.proof import BY_PROGRAM, Proof, write_photos
from liangcao.operations.dispatch.receipts import SettledDifference, checked_settlement
from liangcao.operations.dispatch.rules import apart, check_can_decide, check_can_dispute, check_dispute_step
from liangcao.reference.parties.separation import check_two_people


@dataclass(frozen=True)
class DisputedLine:
    """Of the good pieces of one line: so many were short, so many damaged. Base units."""

    line_id: int
    quantity_short: int = 0
    quantity_damaged: int = 0


@transaction.atomic
def raise_dispute(
    *,
    delivery_id: int,
    lines: Sequence[DisputedLine],
    reason: str,
    raised_name: str,
    raised_phone: str = "",
    proof: Proof = BY_PROGRAM,
    by: Actor,
    at: datetime,
    client_id: UUID,
) -> DeliveryDispute:
    """Say after the receipt that pieces were short or damaged; nothing moves until the desk decides.

    Raises NotFound, Conflict NOT_SIGNED, DISPUTE_LATE, DISPUTE_OPEN, and at once REASON_MISSING, NAME_MISSING,
    LINE_UNKNOWN, LINES_EMPTY, DISPUTED_TOO_MUCH.
    """
    found = delivery_in_scope(by, delivery_id)
    guard.check(by, "raise", "dispute", bureau_id=found.bureau_id, organisation_id=found.organisation_id, row=found)
    body = {
        "delivery": delivery_id, "lines": [asdict(line) for line in lines], "reason": reason, "name": raised_name,
        "phone": raised_phone, "proof": proof.body,
    }  # fmt: skip
    done = claim(client_id=client_id, action="raise_dispute", body=body, by=by, at=at)
    if done:
        return DeliveryDispute.objects.get(pk=done)
    delivery = locked_delivery(delivery_id)
    check_can_dispute(delivery, by, at)
    reason, raised_name, raised_phone = _checked(lines_of(delivery), lines, reason, raised_name, raised_phone)
    dispute = DeliveryDispute.objects.create(
        delivery=delivery, reason=reason, raised_name=raised_name, raised_phone=raised_phone, raised_door=proof.door,
        number=next_number(bureau_id=delivery.bureau_id, prefix="YY", day=business_date(at)), raised_by=by.name,
        raised_at=at, client_id=client_id,
    )  # fmt: skip
    DeliveryDisputeLine.objects.bulk_create(
        DeliveryDisputeLine(
            dispute=dispute, delivery_line_id=row.line_id, quantity_short=row.quantity_short,
            quantity_damaged=row.quantity_damaged,
        )
        for row in lines
        if row.quantity_short or row.quantity_damaged
    )  # fmt: skip
    write_photos(delivery, proof.photos, dispute=dispute, at=at)
    _note(dispute, "raise_dispute", by=by, at=at, after={"door": proof.door}, reason=reason)
    announce(disputed(dispute), at=at)
    settle(client_id=client_id, ref=str(dispute.pk))
    return dispute


def _checked(
    of_delivery: Sequence[DeliveryLine], given: Sequence[DisputedLine], reason: str, name: str, phone: str
) -> tuple[str, str, str]:
    """Reason, name and telephone as they are kept. Every problem of them and of the lines is raised at once."""
    problems: list[Refusal] = []
    with collected(problems):
        reason = check_reason(reason, what_zh="提出异议", what_en="A dispute")
    with collected(problems):
        name = check_required(
            name, code="NAME_MISSING", field="raised_name", zh="请填写姓名", en="Give your name", longest=60
        )
    with collected(problems):
        phone = check_text(phone, field="raised_phone", zh="电话", en="telephone", longest=40)
    with collected(problems):
        _check_lines(of_delivery, given)
    raise_all(problems)
    return reason, name, phone


def _check_lines(of_delivery: Sequence[DeliveryLine], given: Sequence[DisputedLine]) -> None:
    by_id, taken = {line.pk: line for line in of_delivery}, accepted_pieces([line.pk for line in of_delivery])
    problems: list[Refusal] = []
    said: set[int] = set()
    for number, row in enumerate(given, start=1):
        line = by_id.get(row.line_id)
        if line is None or row.line_id in said:
            problems.append(
                Invalid(
                    "LINE_UNKNOWN",
                    f"第 {number} 行不是本单的明细,或重复",
                    f"Row {number} is no line of this delivery, or stands twice",
                    field="line_id",
                    row=number,
                )
            )
            continue
        said.add(row.line_id)
        with collected(problems):
            _check_pieces(line, row, (line.quantity_good or 0) - taken.get(line.pk, 0))
    if not problems and not any(row.quantity_short or row.quantity_damaged for row in given):
        problems.append(
            Invalid("LINES_EMPTY", "请填写短少或损坏的数量", "Say how many were short or damaged", field="lines")
        )
    raise_all(problems)


def _check_pieces(line: DeliveryLine, row: DisputedLine, left: int) -> None:
    check_quantity_or_zero(row.quantity_short, field="quantity_short", row=line.line)
    check_quantity_or_zero(row.quantity_damaged, field="quantity_damaged", row=line.line)
    said = row.quantity_short + row.quantity_damaged
    if said > left:
        raise Conflict(
            "DISPUTED_TOO_MUCH",
            f"第 {line.line} 行“{line.item.name}”:签收完好的还有 {left:,} {line.item.base_unit},异议合计 {said:,}",
            f'Row {line.line} "{line.item.english}": {line.item.counted(left)} of it were signed for as good, '
            f"{said:,} are disputed",
            field="quantity_short",
            row=line.line,
        )


def accepted_pieces(line_ids: Sequence[int]) -> dict[int, int]:
    """delivery line → pieces that accepted disputes have taken back from its receipt."""
    rows = DeliveryDisputeLine.objects.filter(delivery_line_id__in=line_ids, dispute__status="accepted")
    grouped = rows.order_by().values_list("delivery_line_id")
    sums = grouped.annotate(Sum("quantity_short"), Sum("quantity_damaged"))
    return {line_id: short + damaged for line_id, short, damaged in sums}


@transaction.atomic
def accept_dispute(
    *, dispute_id: int, lines: Sequence[SettledDifference], reason: str, by: Actor, at: datetime, client_id: UUID
) -> DeliveryDispute:
    """成立: the pieces are taken back from the receipt, go where `lines` (by the id of the dispute's line) say, and the
    unit's need is open again.

    Raises NotFound, Forbidden, Conflict STATE_CONFLICT, GoodsMovedOn (the unit has given them on), Invalid
    REASON_MISSING, and at once all OUTCOME_INVALID, OUTCOME_MISSING.
    """
    body = {"dispute": dispute_id, "lines": [asdict(line) for line in lines], "reason": reason}
    found, done = _began(dispute_id, "accept_dispute", body, by=by, at=at, client_id=client_id)
    if done:
        return found
    delivery, dispute = _locked(found)
    check_can_decide(dispute, by, "accepted", at)
    check_two_people(**apart(delivery, by, "settle", at), ref=dispute.number)
    given = check_reason(reason, what_zh="处理异议", what_en="Deciding")
    settled = checked_settlement(list(dispute.lines.select_related("delivery_line__item")), lines)
    _reopen_needs(dispute, settled, by=by, at=at)
    move = cast(UUID, delivery.receipt_move_id)  # Disputed pieces were signed for as good: the receipt has a move.
    dispute.reversal_id = reverse_move(
        move_id=move, reason=given, lines=_posting_lines(delivery, settled), by=by, at=at,
        client_id=uuid5(client_id, "reversal"),
    ).id  # fmt: skip
    dispute.settlement_id = post_outcomes(
        delivery, settled, given, by=by, at=at, client_id=uuid5(client_id, "settlement")
    ).id
    DeliveryDisputeLine.objects.bulk_update(settled, ["short_settled_as", "damaged_settled_as"])
    return _decided(dispute, "accepted", given, by=by, at=at, client_id=client_id)


def _reopen_needs(dispute: DeliveryDispute, lines: Sequence[DeliveryDisputeLine], *, by: Actor, at: datetime) -> None:
    note_fulfilments(
        entries=[
            FulfilmentInput(
                line.delivery_line.requisition_line_id, "returned", line.quantity_short + line.quantity_damaged,
                "delivery", dispute.delivery.number,
            )
            for line in lines
            if line.delivery_line.requisition_line_id
        ],
        by=by,
        at=at,
    )  # fmt: skip


def _posting_lines(delivery: Delivery, lines: Sequence[DeliveryDisputeLine]) -> dict[int, int]:
    """Line of the receipt's move → pieces. The move has a line for each line of the delivery with good pieces."""
    good = [line.pk for line in lines_of(delivery) if line.quantity_good]
    numbers = {line_id: number for number, line_id in enumerate(good, start=1)}
    pieces: dict[int, int] = defaultdict(int)
    for line in lines:
        pieces[numbers[line.delivery_line_id]] += line.quantity_short + line.quantity_damaged
    return dict(pieces)


@transaction.atomic
def reject_dispute(*, dispute_id: int, reason: str, by: Actor, at: datetime, client_id: UUID) -> DeliveryDispute:
    """不成立: the receipt stands. Raises NotFound, Forbidden, Conflict STATE_CONFLICT, Invalid REASON_MISSING."""
    body = {"dispute": dispute_id, "reason": reason}
    found, done = _began(dispute_id, "reject_dispute", body, by=by, at=at, client_id=client_id)
    if done:
        return found
    delivery, dispute = _locked(found)
    check_can_decide(dispute, by, "rejected", at)
    check_two_people(**apart(delivery, by, "settle", at), ref=dispute.number)
    given = check_reason(reason, what_zh="异议不成立", what_en="Rejecting")
    return _decided(dispute, "rejected", given, by=by, at=at, client_id=client_id)


@transaction.atomic
def withdraw_dispute(*, dispute_id: int, reason: str, by: Actor, at: datetime, client_id: UUID) -> DeliveryDispute:
    """The unit was mistaken. Raises NotFound, Forbidden, Conflict STATE_CONFLICT, Invalid REASON_MISSING."""
    body = {"dispute": dispute_id, "reason": reason}
    found, done = _began(dispute_id, "withdraw_dispute", body, by=by, at=at, client_id=client_id, act="withdraw")
    if done:
        return found
    _delivery, dispute = _locked(found)
    check_dispute_step(dispute, by, "withdraw", "withdrawn")
    given = check_reason(reason, what_zh="撤回异议", what_en="Withdrawing")
    return _decided(dispute, "withdrawn", given, by=by, at=at, client_id=client_id)


def _began(
    dispute_id: int, action: str, body: dict[str, Any], *, by: Actor, at: datetime, client_id: UUID, act: str = "decide"
) -> tuple[DeliveryDispute, bool]:
    """The dispute in scope, and whether this very act was done before."""
    found = DeliveryDispute.objects.visible_to(by).select_related("delivery").filter(pk=dispute_id).first()
    if found is None:
        raise NotFound("未找到该异议,或不在您的范围内", "No such dispute within your scope", field="dispute")
    delivery = found.delivery
    guard.check(
        by, act, "dispute", bureau_id=delivery.bureau_id, organisation_id=delivery.organisation_id, row=delivery
    )
    return found, bool(claim(client_id=client_id, action=action, body=body, by=by, at=at))


def _locked(found: DeliveryDispute) -> tuple[Delivery, DeliveryDispute]:
    """Its delivery, then itself, locked until the transaction ends."""
    delivery = locked_delivery(found.delivery_id)
    [dispute] = locked(DeliveryDispute.objects.all(), [found.pk])
    dispute.delivery = delivery
    return delivery, dispute


def _decided(
    dispute: DeliveryDispute, status: str, reason: str, *, by: Actor, at: datetime, client_id: UUID
) -> DeliveryDispute:
    dispute.status, dispute.decided_reason, dispute.decided_by, dispute.decided_at = status, reason, by.name, at
    dispute.save(update_fields=["status", "decided_reason", "decided_by", "decided_at", "reversal", "settlement"])
    _note(dispute, f"dispute_{status}", by=by, at=at, after={}, reason=reason)
    if status != "withdrawn":
        announce(dispute_decided(dispute), at=at)
    settle(client_id=client_id, ref=str(dispute.pk))
    return dispute


def _note(
    dispute: DeliveryDispute, action: str, *, by: Actor, at: datetime, after: dict[str, Any], reason: str
) -> None:
    record(
        by=by, at=at, action=action, object_kind="delivery", object_ref=dispute.delivery.number,
        bureau_id=dispute.delivery.bureau_id, after={"dispute": dispute.number, **after}, reason=reason,
    )  # fmt: skip
