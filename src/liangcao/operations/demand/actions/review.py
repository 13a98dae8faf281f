"""Approve and reject."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.actions import claim, record, settle
from liangcao.foundation.kernel.text import check_text
from liangcao.foundation.outbox.actions import announce
from liangcao.operations.demand import notices, queries, rules
from liangcao.operations.demand.actions.fulfilment import carry_over
from liangcao.operations.demand.actions.locking import lock_organisations, touch
from liangcao.operations.demand.inputs import ApprovalLine
from liangcao.operations.demand.models import Requisition, RequisitionLine
from liangcao.operations.demand.reviewing import check_review
from liangcao.reference.parties.separation import check_two_people

_REVIEWED = [
    "status",
    "version",
    "changed_by",
    "changed_at",
    "reviewed_by",
    "reviewed_user_id",
    "is_reviewed_alone",
    "reviewed_at",
    "review_reason",
]


@transaction.atomic
def approve_requisition(
    *,
    requisition_id: int,
    lines: Sequence[ApprovalLine],
    version: int | None = None,
    by: Actor,
    at: datetime,
    client_id: UUID,
) -> Requisition:
    """Approve a waiting requisition line by line. Its lines are open from now on and replace the unit's earlier open
    lines, except those cut to 0.

    `version` is the one the reviewer read. Raises SelfApproval, ChangedMeanwhile, Conflict STATE_CONFLICT, Invalid with
    all problems at once (over asked, cut without a reason, a line without a review).
    """
    requisition = queries.requisition(by, requisition_id)
    _check_reviewer(by, requisition)
    body = {"requisition": requisition_id, "lines": list(lines), "version": version}
    done = claim(client_id=client_id, action="approve_requisition", body=body, by=by, at=at)
    if done:
        return queries.requisition(by, int(done))
    lock_organisations([requisition.organisation_id])
    requisition = queries.requisition(by, requisition_id)
    held = list(requisition.lines.select_related("item").order_by("line"))
    rules.check_version(requisition, held, version)
    rules.check_can_review(by, requisition, at)
    reviews = check_review(held, lines)
    number = _decide(requisition, "approved", by=by, at=at, reason="")
    approved = [line for line in held if line.pk in reviews]
    for line in approved:
        review = reviews[line.pk]
        line.quantity_approved = review.quantity_approved
        line.cut_reason = review.cut_reason.strip()
        line.tier = review.tier or line.tier
        line.status = "closed" if review.quantity_approved == 0 else "open"
        line.version = number
    carried = _replace_open_lines(approved, by=by, at=at)
    RequisitionLine.objects.bulk_update(approved, ["quantity_approved", "cut_reason", "tier", "status", "version"])
    record(
        by=by, at=at, action="approve_requisition", object_kind="requisition", object_ref=requisition.number,
        bureau_id=requisition.bureau_id, before={"status": "submitted"},
        after={"status": "approved", "lines": [_told(line) for line in approved], "carried": carried},
    )  # fmt: skip
    announce(notices.decided(requisition, is_cut=any(line.cut_reason for line in approved)), at=at)
    settle(client_id=client_id, ref=str(requisition.pk))
    return requisition


@transaction.atomic
def reject_requisition(
    *, requisition_id: int, reason: str, version: int | None = None, by: Actor, at: datetime, client_id: UUID
) -> Requisition:
    """Turn a waiting requisition down as a whole, with the reason that the unit will read. Earlier open lines stay as
    they are."""
    requisition = queries.requisition(by, requisition_id)
    _check_reviewer(by, requisition)
    body = {"requisition": requisition_id, "reason": reason, "version": version}
    done = claim(client_id=client_id, action="reject_requisition", body=body, by=by, at=at)
    if done:
        return queries.requisition(by, int(done))
    lock_organisations([requisition.organisation_id])
    requisition = queries.requisition(by, requisition_id)
    rules.check_version(requisition, list(requisition.lines.all()), version)
    rules.check_can_review(by, requisition, at, target="rejected")
    reason = check_text(reason, field="reason", zh="退回原因", en="reason", longest=500, is_required=True)
    number = _decide(requisition, "rejected", by=by, at=at, reason=reason)
    requisition.lines.filter(status="submitted").update(status="rejected", version=number)
    record(
        by=by, at=at, action="reject_requisition", object_kind="requisition", object_ref=requisition.number,
        bureau_id=requisition.bureau_id, before={"status": "submitted"}, after={"status": "rejected"}, reason=reason,
    )  # fmt: skip
    announce(notices.decided(requisition), at=at)
    settle(client_id=client_id, ref=str(requisition.pk))
    return requisition


def _told(line: RequisitionLine) -> list[object]:
    return [line.line, line.quantity_requested, line.quantity_approved, line.cut_reason]


def _check_reviewer(by: Actor, requisition: Requisition) -> None:
    guard.check(
        by, "approve", "requisition", bureau_id=requisition.bureau_id, organisation_id=requisition.organisation_id,
        row=requisition,
    )  # fmt: skip


def _decide(requisition: Requisition, status: str, *, by: Actor, at: datetime, reason: str) -> int:
    check_two_people(**rules.apart(by, requisition, at), ref=requisition.number)
    number = touch(requisition, by=by, at=at)
    requisition.status = status
    requisition.is_reviewed_alone = by.user_id is not None and by.user_id == requisition.submitted_user_id
    requisition.reviewed_by = by.name
    requisition.reviewed_user_id = by.user_id
    requisition.reviewed_at = at
    requisition.review_reason = reason
    requisition.save(update_fields=_REVIEWED)
    return number


def _replace_open_lines(approved: list[RequisitionLine], *, by: Actor, at: datetime) -> int:
    """The open lines of the same unit and items give way to those that were approved now, with what is on its way.

    A line cut to nothing takes nobody's place: what was approved earlier still stands. Returns the pieces carried over.
    """
    new = {line.item_id: line for line in approved if not line.in_addition and line.quantity_approved != 0}
    if not new:
        return 0
    first = approved[0]
    old = list(
        RequisitionLine.objects.filter(
            emergency_id=first.emergency_id,
            organisation_id=first.organisation_id,
            item_id__in=new,
            status="open",
            in_addition=False,
        ).select_related("requisition")
    )
    touched = {line.requisition_id: line.requisition for line in old}
    for requisition in touched.values():
        touch(requisition, by=by, at=at)
    for line in old:
        line.status = "superseded"
        line.superseded_by = new[line.item_id]
        line.version = touched[line.requisition_id].version
    RequisitionLine.objects.bulk_update(old, ["status", "superseded_by", "version"])
    Requisition.objects.bulk_update(touched.values(), ["version", "changed_by", "changed_at"])
    return carry_over(old, at=at)
