"""A recall ends: lifted, and the goods may be used again; or closed, and they stay stopped."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid5

from django.db import transaction

from liangcao.foundation.database.locks import locked
from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.actions import claim, record, settle
from liangcao.foundation.kernel.text import check_reason
from liangcao.foundation.outbox.actions import announce
from liangcao.ledger.actions import mark_recalled
from liangcao.ledger.queries import book_of
from liangcao.operations.recall import queries, rules
from liangcao.operations.recall.models import Recall
from liangcao.operations.recall.notices import lifted
from liangcao.reference.parties.separation import check_two_people


@transaction.atomic
def lift_recall(*, recall_id: int, reason: str, by: Actor, at: datetime, client_id: UUID) -> Recall:
    """The goods were found good: they may be used again, from the moment of the fact in the book. By another person
    than who began the recall.

    Raises NotFound, Forbidden OWN_DOCUMENT, Conflict STATE_CONFLICT, Invalid REASON_MISSING.
    """
    found = _begin(recall_id, "lifted", reason, by=by, at=at, client_id=client_id)
    if isinstance(found, Recall):
        return found
    recall, why = found
    check_two_people(
        rule=rules.LIFT, by=by, earlier=[recall.began_user_id], bureau_id=recall.bureau_id, at=at, ref=recall.number
    )
    stopped = recall.lots.filter(is_stopped=True)
    moved = mark_recalled(
        book_id=book_of(by, recall.bureau_id).pk, lot_ids=stopped.values_list("lot_id", flat=True), is_recalled=False,
        cause_ref=recall.number, reason=why, by=by, at=at, client_id=uuid5(client_id, "lifted"),
    )  # fmt: skip
    stopped.update(is_stopped=False)
    recall.end_move_id = moved.id
    _end(recall, "lifted", why, by=by, at=at, client_id=client_id)
    for told in lifted(recall, list(recall.holders.values_list("organisation_id", flat=True))):
        announce(told, at=at)
    return recall


@transaction.atomic
def close_recall(*, recall_id: int, reason: str, by: Actor, at: datetime, client_id: UUID) -> Recall:
    """There is nothing left to wait for. The lots stay stopped for good.

    Raises NotFound, Forbidden, Conflict STATE_CONFLICT, Invalid REASON_MISSING.
    """
    found = _begin(recall_id, "closed", reason, by=by, at=at, client_id=client_id)
    if isinstance(found, Recall):
        return found
    recall, why = found
    _end(recall, "closed", why, by=by, at=at, client_id=client_id)
    return recall


def _begin(
    recall_id: int, target: str, reason: str, *, by: Actor, at: datetime, client_id: UUID
) -> Recall | tuple[Recall, str]:
    """The recall as it ended when this very act was done before; else the recall, locked, and the reason."""
    held = queries.recall(by, recall_id)
    guard.check(by, "end", "recall", bureau_id=held.bureau_id, row=held)
    body = {"recall": recall_id, "reason": reason}
    if claim(client_id=client_id, action=f"recall_{target}", body=body, by=by, at=at):
        return queries.recall(by, recall_id)
    locked(Recall.objects.all(), [held.pk])
    recall = queries.recall(by, recall_id)
    rules.check_can_end(by, recall, target, at)
    what_zh, what_en = ("解除召回", "Lifting a recall") if target == "lifted" else ("办结召回", "Closing a recall")
    return recall, check_reason(reason, what_zh=what_zh, what_en=what_en)


def _end(recall: Recall, status: str, reason: str, *, by: Actor, at: datetime, client_id: UUID) -> None:
    recall.status, recall.ended_at, recall.ended_by, recall.ended_reason = status, at, by.name, reason
    recall.save(update_fields=["status", "ended_at", "ended_by", "ended_reason", "end_move"])
    record(
        by=by, at=at, action=f"recall_{status}", object_kind="recall", object_ref=recall.number,
        bureau_id=recall.bureau_id, reason=reason,
    )  # fmt: skip
    settle(client_id=client_id, ref=str(recall.pk))
