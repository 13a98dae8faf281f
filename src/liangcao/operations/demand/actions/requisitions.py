"""File and withdraw."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.actions import claim, next_number, record, settle
from liangcao.foundation.kernel.clock import business_date
from liangcao.foundation.kernel.text import check_text
from liangcao.foundation.outbox.actions import announce
from liangcao.operations.demand import notices, queries, rules
from liangcao.operations.demand.actions.locking import lock_organisations, touch
from liangcao.operations.demand.filing import Filing, check_filing
from liangcao.operations.demand.inputs import RequisitionLineInput
from liangcao.operations.demand.models import Requisition, RequisitionLine
from liangcao.reference.catalog.queries import items_by_id
from liangcao.reference.parties.models import Organisation
from liangcao.reference.parties.queries import current_emergency
from liangcao.reference.parties.queries import organisation as organisation_in_scope


@transaction.atomic
def file_requisition(
    *,
    bureau_id: int,
    organisation_id: int,
    lines: Sequence[RequisitionLineInput],
    channel: str = "portal",
    caller: str = "",
    received_at: datetime | None = None,
    needed_by: date | None = None,
    urgency: str = "normal",
    note: str = "",
    by: Actor,
    at: datetime,
    client_id: UUID,
) -> Requisition:
    """File a requisition: by the unit itself (channel "portal") or by the desk for a caller, who is named.

    A waiting line of the same item is replaced at once; an open one is replaced when this one is approved, so that
    nobody goes without while the review is pending. Lines "in addition" replace nothing. Raises Invalid with all
    problems at once, NotFound, Conflict NO_EMERGENCY.
    """
    rules.check_can_file(by, bureau_id=bureau_id, organisation_id=organisation_id)
    body = {
        "bureau": bureau_id, "organisation": organisation_id, "lines": list(lines), "channel": channel,
        "caller": caller, "received_at": received_at, "needed_by": needed_by, "urgency": urgency, "note": note,
    }  # fmt: skip
    done = claim(client_id=client_id, action="file_requisition", body=body, by=by, at=at)
    if done:
        return queries.requisition(by, int(done))
    organisation = organisation_in_scope(by, organisation_id, bureau_id=bureau_id)
    emergency = current_emergency(bureau_id)
    for row in (organisation, emergency):
        guard.check(by, "file", "requisition", bureau_id=bureau_id, organisation_id=organisation_id, row=row)
    lock_organisations([organisation.pk])
    filing = check_filing(
        by, organisation, lines, items_by_id(line.item_id for line in lines),
        channel=channel, caller=caller, received_at=received_at, needed_by=needed_by, urgency=urgency, note=note, at=at,
    )  # fmt: skip
    requisition = Requisition.objects.create(
        bureau_id=bureau_id, emergency=emergency, organisation=organisation, channel=channel, needed_by=needed_by,
        urgency=urgency, client_id=client_id, **_filed(filing, bureau_id, by=by, at=at),
    )  # fmt: skip
    replaced = _write_lines(requisition, organisation, filing, by=by, at=at)
    record(
        by=by, at=at, action="file_requisition", object_kind="requisition", object_ref=requisition.number,
        bureau_id=bureau_id,
        after={"organisation": organisation.code, "lines": len(filing.lines), "channel": channel, "replaces": replaced},
    )  # fmt: skip
    announce(notices.to_review(requisition), at=at)
    settle(client_id=client_id, ref=str(requisition.pk))
    return requisition


def _filed(filing: Filing, bureau_id: int, *, by: Actor, at: datetime) -> dict[str, Any]:
    """What a new requisition has from its checked filing, and who filed it when."""
    return {
        "number": next_number(bureau_id=bureau_id, prefix="XQ", day=business_date(at)),
        "caller": filing.caller,
        "received_at": filing.received_at,
        "note": filing.note,
        "submitted_by": by.name,
        "submitted_user_id": by.user_id,
        "submitted_at": at,
        "changed_by": by.name,
        "changed_at": at,
    }


def _write_lines(
    requisition: Requisition, organisation: Organisation, filing: Filing, *, by: Actor, at: datetime
) -> list[str]:
    """Write the lines; waiting lines of the same items give way first. Returns the requisitions they were in."""
    arrived = queries.delivered_lately(
        by, organisation.pk, [line.item.pk for line in filing.lines], before=filing.received_at
    )
    drafted = [
        RequisitionLine(
            requisition=requisition,
            line=number,
            bureau_id=requisition.bureau_id,
            emergency_id=requisition.emergency_id,
            organisation=organisation,
            item=line.item,
            quantity_requested=line.quantity,
            asked_as=line.asked_as,
            on_hand=line.on_hand,
            daily_use=line.daily_use,
            quantity_delivered_lately=arrived.get(line.item.pk, 0),
            tier=filing.tier,
            in_addition=line.in_addition,
            confirmed_at=filing.received_at,
        )
        for number, line in enumerate(filing.lines, start=1)
    ]
    waiting = RequisitionLine.objects.filter(
        emergency_id=requisition.emergency_id,
        organisation=organisation,
        item_id__in=[line.item.pk for line in filing.lines if not line.in_addition],
        status="submitted",
        in_addition=False,
    ).select_related("requisition")
    old = list(waiting.order_by("pk"))
    _give_way(old, by=by, at=at)
    RequisitionLine.objects.bulk_create(drafted)
    new = {line.item_id: line for line in requisition.lines.all() if not line.in_addition}
    for line in old:
        line.superseded_by = new[line.item_id]
    RequisitionLine.objects.bulk_update(old, ["superseded_by"])
    return sorted({line.requisition.number for line in old})


def _give_way(old: list[RequisitionLine], *, by: Actor, at: datetime) -> None:
    """Mark waiting lines as superseded; a requisition with no waiting line left is superseded as a whole."""
    touched = {line.requisition_id: line.requisition for line in old}
    for requisition in touched.values():
        touch(requisition, by=by, at=at)
    for line in old:
        line.status = "superseded"
        line.version = touched[line.requisition_id].version
    RequisitionLine.objects.bulk_update(old, ["status", "version"])
    left = RequisitionLine.objects.filter(requisition_id__in=touched, status="submitted")
    still_waiting = set(left.values_list("requisition_id", flat=True))
    for requisition in touched.values():
        if requisition.pk not in still_waiting:
            requisition.status = "superseded"
    Requisition.objects.bulk_update(touched.values(), ["status", "version", "changed_by", "changed_at"])


@transaction.atomic
def withdraw_requisition(
    *, requisition_id: int, reason: str = "", version: int | None = None, by: Actor, at: datetime, client_id: UUID
) -> Requisition:
    """Withdraw a waiting or approved requisition. What was delivered stays delivered.

    Raises GoodsUnderWay while something is allotted on it and not delivered, Conflict STATE_CONFLICT, ChangedMeanwhile.
    """
    requisition = queries.requisition(by, requisition_id)
    guard.check(
        by, "withdraw", "requisition", bureau_id=requisition.bureau_id, organisation_id=requisition.organisation_id,
        row=requisition,
    )  # fmt: skip
    body = {"requisition": requisition_id, "reason": reason, "version": version}
    done = claim(client_id=client_id, action="withdraw_requisition", body=body, by=by, at=at)
    if done:
        return queries.requisition(by, int(done))
    lock_organisations([requisition.organisation_id])
    requisition = queries.requisition(by, requisition_id)
    lines = list(queries.lines_of(by, requisition_id))
    rules.check_version(requisition, lines, version)
    rules.check_can_withdraw(by, requisition)
    reason = check_text(reason, field="reason", zh="撤回原因", en="reason", longest=500)
    rules.check_nothing_under_way(requisition, lines)
    before = requisition.status
    number = touch(requisition, by=by, at=at)
    requisition.status = "withdrawn"
    requisition.save(update_fields=["status", "version", "changed_by", "changed_at"])
    requisition.lines.filter(status__in=("submitted", "open")).update(status="withdrawn", version=number)
    record(
        by=by, at=at, action="withdraw_requisition", object_kind="requisition", object_ref=requisition.number,
        bureau_id=requisition.bureau_id, before={"status": before}, after={"status": "withdrawn"}, reason=reason,
    )  # fmt: skip
    settle(client_id=client_id, ref=str(requisition.pk))
    return requisition
