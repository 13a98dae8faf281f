"""Sign for goods that wait in the receiving area, and mend a finding before they are released."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.actions import claim, record, settle
from liangcao.foundation.kernel.errors import Conflict
from liangcao.foundation.kernel.text import check_reason, check_text
from liangcao.operations.supply import queries, rules
from liangcao.operations.supply.accepting import check_findings
from liangcao.operations.supply.actions.accepting import accept_if_complete
from liangcao.operations.supply.actions.sources import locked_source
from liangcao.operations.supply.flow import SIGNATURES
from liangcao.operations.supply.inputs import FindingInput
from liangcao.operations.supply.models import Receipt, ReceiptFinding, ReceiptSignature
from liangcao.reference.parties.separation import check_two_people


@transaction.atomic
def sign_receipt(
    *,
    receipt_id: int,
    kind: str,
    findings: Sequence[FindingInput],
    remark: str = "",
    by: Actor,
    at: datetime,
    client_id: UUID,
) -> Receipt:
    """Sign a receipt for quality or for the count, with a finding for each line that asks for it. With the last
    signature the accepted pieces go into the store.

    Raises Conflict (RECEIPT_REVERSED, SIGNATURES_COMPLETE, ALREADY_SIGNED, SIGNATURE_NOT_NEEDED, COUNT_ABOVE_ARRIVED,
    ACCEPTED_TOO_MANY …), Forbidden SAME_PERSON_SIGNED, Invalid with all problems at once.
    """
    return _sign("sign_receipt", receipt_id, kind, findings, remark, "", by=by, at=at, client_id=client_id)


@transaction.atomic
def correct_signature(
    *,
    receipt_id: int,
    kind: str,
    findings: Sequence[FindingInput],
    reason: str,
    remark: str = "",
    by: Actor,
    at: datetime,
    client_id: UUID,
) -> Receipt:
    """Mend what a signature said, by a new one that takes its place; only while the goods wait. Both stay on record.

    Raises as `sign_receipt`, Conflict NOT_SIGNED, Invalid REASON_MISSING.
    """
    reason = check_reason(reason, what_zh="更正验收签字", what_en="A correction")
    return _sign("correct_signature", receipt_id, kind, findings, remark, reason, by=by, at=at, client_id=client_id)


def _sign(
    action: str,
    receipt_id: int,
    kind: str,
    findings: Sequence[FindingInput],
    remark: str,
    reason: str,
    *,
    by: Actor,
    at: datetime,
    client_id: UUID,
) -> Receipt:
    rules.check_kind(kind)
    receipt = queries.receipt(by, receipt_id)
    guard.check(by, f"sign_{kind}", "source", bureau_id=receipt.bureau_id, row=receipt)
    body = {"receipt": receipt_id, "kind": kind, "findings": list(findings), "remark": remark, "reason": reason}
    done = claim(client_id=client_id, action=action, body=body, by=by, at=at)
    if done:
        return queries.receipt(by, receipt_id)
    source = locked_source(by, receipt.source_id)
    receipt = queries.receipt(by, receipt_id)
    receipt.source = source
    signed = queries.in_force(queries.signatures(by, receipt_id))
    _check(by, receipt, kind, signed, at, is_correction=bool(reason))
    found = check_findings(kind, findings, _asked_for(by, receipt, kind))
    signature = ReceiptSignature.objects.create(
        receipt=receipt,
        kind=kind,
        corrects=signed.get(kind),
        signed_user_id=by.user_id,
        signed_by=by.name,
        signed_at=at,
        remark=check_text(remark, field="remark", zh="备注", en="remark", longest=200),
        reason=reason,
    )
    _write_findings(signature, found)
    record(
        by=by, at=at, action=action, object_kind="source", object_ref=source.number, bureau_id=source.bureau_id,
        reason=reason, after=_told(receipt, kind, found),
    )  # fmt: skip
    accept_if_complete(receipt, by=by, at=at, client_id=client_id)
    settle(client_id=client_id, ref=str(receipt.pk))
    return queries.receipt(by, receipt_id)


def _asked_for(by: Actor, receipt: Receipt, kind: str) -> list[queries.Lying]:
    """What lies there of the receipt, some of which asks for this signature. Raises Conflict SIGNATURE_NOT_NEEDED."""
    lying = queries.lying(by, receipt)
    if not any(row.is_asked(kind) for row in lying):
        raise Conflict(
            "SIGNATURE_NOT_NEEDED",
            f"{receipt.number} 的物资不要求“{SIGNATURES[kind][0]}”签字",
            f"No goods of {receipt.number} ask for a signature for the {SIGNATURES[kind][1]}",
            field="kind",
        )
    return lying


def _check(
    by: Actor, receipt: Receipt, kind: str, signed: dict[str, ReceiptSignature], at: datetime, *, is_correction: bool
) -> None:
    """State, role and separation; a pass that a profile gives is written down."""
    if is_correction:
        rules.check_can_correct(by, receipt, kind, signed)
    else:
        rules.check_can_sign(by, receipt, kind, signed, at)
    for rule, other, signature in rules.earlier_signers(kind, signed):
        check_two_people(
            rule=rule, by=by, earlier=[signature.signed_user_id], bureau_id=receipt.bureau_id, at=at,
            ref=receipt.number, refusal=rules.SamePersonSigned(kind, other),
        )  # fmt: skip


def _write_findings(signature: ReceiptSignature, found: dict[int, FindingInput]) -> None:
    ReceiptFinding.objects.bulk_create(
        ReceiptFinding(
            signature=signature,
            receipt_line_id=line_id,
            quantity_counted=finding.quantity_counted,
            quantity_passed=finding.quantity_passed,
            quantity_rejected=finding.quantity_rejected,
            reason=finding.reason,
        )
        for line_id, finding in found.items()
    )


def _told(receipt: Receipt, kind: str, found: dict[int, FindingInput]) -> dict[str, Any]:
    """What the journal keeps of a signature."""
    return {
        "receipt": receipt.number,
        "signature": kind,
        "findings": [
            [f.receipt_line_id, f.quantity_counted, f.quantity_passed, f.quantity_rejected, f.reason]
            for f in found.values()
        ],
    }
