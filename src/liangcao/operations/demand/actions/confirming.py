"""Lines that nobody confirmed for three days still stand: one of them, or all of a unit's at one tap."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.actions import claim, record, settle
from liangcao.foundation.kernel.errors import Conflict, Invalid, NotFound, Refusal, collected, raise_all
from liangcao.foundation.kernel.quantity import LINES_BY_HAND_MOST, check_quantity_or_zero
from liangcao.operations.demand import queries, rules
from liangcao.operations.demand.actions.locking import lock_organisations, touch
from liangcao.operations.demand.inputs import ConfirmationInput
from liangcao.operations.demand.models import RequisitionLine


@transaction.atomic
def confirm_requisition_line(
    *,
    line_id: int,
    on_hand: int | None = None,
    daily_use: int | None = None,
    by: Actor,
    at: datetime,
    client_id: UUID,
) -> RequisitionLine:
    """Say that a line still stands, with today's stock and daily use in base units; None keeps what was told before.

    The line is fresh again from `at` on. Raises Invalid, Conflict STATE_CONFLICT, NotFound.
    """
    line = queries.line(by, line_id)
    guard.check(by, "confirm", "requisition", bureau_id=line.bureau_id, organisation_id=line.organisation_id, row=line)
    body = {"line": line_id, "on_hand": on_hand, "daily_use": daily_use}
    done = claim(client_id=client_id, action="confirm_requisition_line", body=body, by=by, at=at)
    if done:
        return queries.line(by, int(done))
    lock_organisations([line.organisation_id])
    line = queries.line(by, line_id)
    rules.check_can_confirm(by, line)
    _check_told(line, ConfirmationInput(line_id, on_hand, daily_use))
    _confirm(line, ConfirmationInput(line_id, on_hand, daily_use), by=by, at=at)
    settle(client_id=client_id, ref=str(line.pk))
    return line


@transaction.atomic
def confirm_requisition_lines(
    *, organisation_id: int, lines: Sequence[ConfirmationInput], by: Actor, at: datetime, client_id: UUID
) -> list[RequisitionLine]:
    """Say of several lines of one unit that they still stand. Returns those that were confirmed.

    A line that was delivered or replaced since it was read needs no answer any more and is passed over; where this is
    so of all of them, nothing is written. Raises Invalid LINES_EMPTY, LINES_TOO_MANY, LINE_TWICE, QUANTITY_INVALID (all
    problems at once), NotFound (a line of another unit), Conflict NOTHING_TO_CONFIRM.
    """
    wanted = {line.line_id: line for line in lines}
    held = _of_unit(by, organisation_id, wanted)
    for line in held:
        guard.check(by, "confirm", "requisition", bureau_id=line.bureau_id, organisation_id=organisation_id, row=line)
    body = {"organisation": organisation_id, "lines": list(lines)}
    done = claim(client_id=client_id, action="confirm_requisition_lines", body=body, by=by, at=at)
    if done:
        return _of_unit(by, organisation_id, [int(pk) for pk in done.split(",")])
    _check_listed(lines)
    lock_organisations([organisation_id])
    standing = [line for line in _of_unit(by, organisation_id, wanted) if rules.can_confirm(by, line)]
    problems: list[Refusal] = []
    rows = {line.line_id: row for row, line in enumerate(lines, start=1)}
    for line in standing:
        with collected(problems):
            _check_told(line, wanted[line.pk], row=rows[line.pk])
    raise_all(problems)
    if not standing:
        raise Conflict(
            "NOTHING_TO_CONFIRM",
            "这些需求都已不在待满足状态,不需要再确认;请刷新后查看",
            "None of these needs is open any more; nothing to confirm. Reload to see what became of them",
        )
    papers = {line.requisition_id: line.requisition for line in standing}
    for line in standing:
        line.requisition = papers[line.requisition_id]
        _confirm(line, wanted[line.pk], by=by, at=at)
    settle(client_id=client_id, ref=",".join(str(line.pk) for line in standing))
    return standing


def _of_unit(
    by: Actor, organisation_id: int, line_ids: Sequence[int] | dict[int, ConfirmationInput]
) -> list[RequisitionLine]:
    found = {line.pk: line for line in queries.lines(by, organisation_id=organisation_id).filter(pk__in=set(line_ids))}
    missing = [line_id for line_id in line_ids if line_id not in found]
    if missing:
        raise NotFound(
            f"该单位没有申领明细 {missing[0]}", f"The unit has no requisition line {missing[0]}", field="line"
        )
    return [found[line_id] for line_id in sorted(found)]


def _check_listed(lines: Sequence[ConfirmationInput]) -> None:
    if not 0 < len(lines) <= LINES_BY_HAND_MOST:
        raise Invalid(
            "LINES_EMPTY" if not lines else "LINES_TOO_MANY",
            f"一次确认 1–{LINES_BY_HAND_MOST:,} 行,收到 {len(lines):,} 行",
            f"1 to {LINES_BY_HAND_MOST:,} lines are confirmed at once, got {len(lines):,}",
            field="lines",
        )
    if len({line.line_id for line in lines}) < len(lines):
        raise Invalid(
            "LINE_TWICE", "同一明细给出了两次,请去掉重复的", "A line was given twice; name it once", field="lines"
        )


def _check_told(line: RequisitionLine, told: ConfirmationInput, *, row: int | None = None) -> None:
    problems: list[Refusal] = []
    for field in ("on_hand", "daily_use"):
        if getattr(told, field) is not None:
            with collected(problems):
                check_quantity_or_zero(getattr(told, field), field=field, row=row or line.line)
    raise_all(problems)


def _confirm(line: RequisitionLine, told: ConfirmationInput, *, by: Actor, at: datetime) -> None:
    """Write what was told. Stock that is told anew is held against what arrived until now."""
    before = {"on_hand": line.on_hand, "daily_use": line.daily_use}
    if told.on_hand is not None:
        line.on_hand = told.on_hand
        arrived = queries.delivered_lately(by, line.organisation_id, [line.item_id], before=at)
        line.quantity_delivered_lately = arrived.get(line.item_id, 0)
    if told.daily_use is not None:
        line.daily_use = told.daily_use
    requisition = line.requisition
    line.version = touch(requisition, by=by, at=at)
    line.confirmed_at = at
    requisition.save(update_fields=["version", "changed_by", "changed_at"])
    line.save(update_fields=["on_hand", "daily_use", "quantity_delivered_lately", "confirmed_at", "version"])
    record(
        by=by, at=at, action="confirm_requisition_line", object_kind="requisition", object_ref=requisition.number,
        bureau_id=line.bureau_id, before=before,
        after={"line": line.line, "on_hand": line.on_hand, "daily_use": line.daily_use},
    )  # fmt: skip
