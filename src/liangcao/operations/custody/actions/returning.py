"""A unit announces that it gives goods back; the desk declines, or the unit thinks again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.actions import claim, next_number, settle
from liangcao.foundation.kernel.clock import business_date
from liangcao.foundation.kernel.text import check_reason
from liangcao.foundation.outbox.actions import announce
from liangcao.operations.custody import queries
from liangcao.operations.custody.actions.locking import checked_rows, locked_return, note
from liangcao.operations.custody.inputs import ReturnInput
from liangcao.operations.custody.models import UnitReturn, UnitReturnLine
from liangcao.operations.custody.notices import coming_back
from liangcao.operations.custody.rules import check_return_step
from liangcao.reference.parties.models import Organisation
from liangcao.reference.parties.queries import organisation


@transaction.atomic
def ask_return(
    *,
    organisation_id: int,
    lines: Sequence[ReturnInput],
    reason: str,
    is_still_needed: bool = False,
    by: Actor,
    at: datetime,
    client_id: UUID,
) -> UnitReturn:
    """Announce that goods come back. The book changes when the storekeeper takes them in. `is_still_needed`: the unit
    still needs as many, so that its need is open again then.

    Raises NotFound, Invalid REASON_MISSING, LINES_EMPTY, LINE_TWICE, LotNotFound, MoreThanHeld.
    """
    unit = organisation(by, organisation_id)
    guard.check(by, "ask", "unit_return", bureau_id=unit.bureau_id, organisation_id=unit.pk)
    body = {"unit": organisation_id, "lines": list(lines), "reason": reason, "is_still_needed": is_still_needed}
    done = claim(client_id=client_id, action="ask_return", body=body, by=by, at=at)
    if done:
        return queries.unit_return(by, int(done))
    made = announced(unit, reason, is_still_needed, by=by, at=at, client_id=client_id)
    checked_rows(unit, lines)
    write_lines(made, lines, is_received=False)
    note("ask_return", made, by=by, at=at, after={"lines": len(lines)}, reason=made.reason)
    announce(coming_back(made), at=at)
    settle(client_id=client_id, ref=str(made.pk))
    return made


def announced(
    unit: Organisation, reason: str, is_still_needed: bool, *, by: Actor, at: datetime, client_id: UUID
) -> UnitReturn:
    """The head of a return. Its number comes before the lots are locked; the lines when they are checked."""
    given = check_reason(reason, what_zh="退回", what_en="A return")
    return UnitReturn.objects.create(
        bureau_id=unit.bureau_id, organisation=unit, reason=given, is_still_needed=is_still_needed, asked_at=at,
        number=next_number(bureau_id=unit.bureau_id, prefix="TD", day=business_date(at)), asked_by=by.name,
        client_id=client_id,
    )  # fmt: skip


def write_lines(made: UnitReturn, lines: Sequence[ReturnInput], *, is_received: bool) -> None:
    """The lines of a new return."""
    UnitReturnLine.objects.bulk_create(
        UnitReturnLine(
            unit_return=made, line=number, lot_id=row.lot_id, quantity_asked=row.quantity,
            quantity=row.quantity if is_received else None,
        )
        for number, row in enumerate(lines, start=1)
    )  # fmt: skip


@transaction.atomic
def decline_return(*, return_id: int, reason: str, by: Actor, at: datetime, client_id: UUID) -> UnitReturn:
    """The desk does not take the goods back; they stay with the unit. Raises NotFound, Invalid REASON_MISSING."""
    return _end("receive", "decline_return", "declined", return_id, reason, by=by, at=at, client_id=client_id)


@transaction.atomic
def withdraw_return(*, return_id: int, reason: str, by: Actor, at: datetime, client_id: UUID) -> UnitReturn:
    """The unit keeps the goods after all. Raises NotFound, Invalid REASON_MISSING."""
    return _end("ask", "withdraw_return", "withdrawn", return_id, reason, by=by, at=at, client_id=client_id)


def _end(
    act: str, action: str, status: str, return_id: int, reason: str, *, by: Actor, at: datetime, client_id: UUID
) -> UnitReturn:
    held = queries.unit_return(by, return_id)
    guard.check(by, act, "unit_return", bureau_id=held.bureau_id, organisation_id=held.organisation_id)
    body = {"return": return_id, "reason": reason}
    if claim(client_id=client_id, action=action, body=body, by=by, at=at):
        return queries.unit_return(by, return_id)
    what_zh, what_en = ("不收回", "Declining") if status == "declined" else ("撤回", "Withdrawing")
    why = check_reason(reason, what_zh=what_zh, what_en=what_en)
    found = locked_return(return_id, by=by)
    check_return_step(found, status)
    found.status, found.decided_at, found.decided_by, found.decided_reason = status, at, by.name, why
    found.save(update_fields=["status", "decided_at", "decided_by", "decided_reason"])
    note(action, found, by=by, at=at, reason=why)
    settle(client_id=client_id, ref=str(found.pk))
    return found
