"""The storekeeper counts what a unit brings back and takes it in; a mistake is reversed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid5

from django.db import transaction

from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.actions import claim, settle
from liangcao.foundation.kernel.clock import business_date
from liangcao.foundation.kernel.errors import Invalid, collected, raise_all
from liangcao.foundation.kernel.quantity import check_quantity_or_zero
from liangcao.foundation.kernel.text import check_reason, check_required
from liangcao.ledger.actions import check_hazard, post_move, reverse_move
from liangcao.ledger.entries import AccountRef, PostingLine
from liangcao.ledger.queries import book_of
from liangcao.operations.custody import queries
from liangcao.operations.custody.actions.locking import checked_rows, locked_return, note
from liangcao.operations.custody.actions.needs import needs_again, needs_met
from liangcao.operations.custody.actions.returning import announced, write_lines
from liangcao.operations.custody.flow import PLACES
from liangcao.operations.custody.inputs import ReturnInput
from liangcao.operations.custody.models import UnitReturn, UnitReturnLine
from liangcao.operations.custody.rules import MustLieApart, check_return_step
from liangcao.reference.parties.models import Store
from liangcao.reference.parties.queries import organisation
from liangcao.reference.parties.queries import store as store_in_scope


@transaction.atomic
def receive_return(
    *,
    return_id: int,
    store_id: int,
    place: str,
    brought_by: str,
    lines: Sequence[ReturnInput],
    by: Actor,
    at: datetime,
    client_id: UUID,
) -> UnitReturn:
    """Take in what a unit announced, as counted at the counter (0: did not come), into a store or its quarantine.

    Raises NotFound, Conflict STATE_CONFLICT, Invalid LINES_DIFFER, NOTHING_CAME, PLACE_UNKNOWN, BROUGHT_BY_MISSING,
    MoreThanHeld, MustLieApart, HazardNotAllowed.
    """
    held = queries.unit_return(by, return_id)
    guard.check(by, "receive", "unit_return", bureau_id=held.bureau_id)
    body = {"return": return_id, "store": store_id, "place": place, "brought_by": brought_by, "lines": list(lines)}
    if claim(client_id=client_id, action="receive_return", body=body, by=by, at=at):
        return queries.unit_return(by, return_id)
    found = locked_return(return_id, by=by)
    check_return_step(found, "received")
    rows = queries.return_lines(by, found.pk)
    counted = _counted(rows, lines)
    came = [ReturnInput(lot_id, quantity) for lot_id, quantity in counted.items() if quantity]
    if not came:
        raise Invalid(
            "NOTHING_CAME", "一件也没有收到,请改用“不收回”", "Nothing came: decline the return instead", field="lines"
        )
    _take(found, came, store_id, place, brought_by, by=by, at=at, client_id=client_id)
    for row in rows:
        row.quantity = counted[row.lot_id]
    UnitReturnLine.objects.bulk_update(rows, ["quantity"])
    note("receive_return", found, by=by, at=at, after={"place": place, "lines": sorted(counted.values())})
    settle(client_id=client_id, ref=str(found.pk))
    return found


def _counted(rows: Sequence[UnitReturnLine], lines: Sequence[ReturnInput]) -> dict[UUID, int]:
    """lot → pieces that came; every lot of the return once, and no other."""
    problems: list = []  # type: ignore[type-arg]
    for number, line in enumerate(lines, start=1):
        with collected(problems):
            check_quantity_or_zero(line.quantity, row=number)
    raise_all(problems)
    if sorted(row.lot_id for row in rows) != sorted(line.lot_id for line in lines):
        raise Invalid(
            "LINES_DIFFER",
            "退回单上的每个批次都要填实收数量,没有收到填 0;单上没有的批次请另开退回单",
            "Give what came of every lot of the return, 0 for none; for other lots make another return",
            field="lines",
        )
    return {line.lot_id: line.quantity for line in lines}


@transaction.atomic
def take_return(
    *,
    organisation_id: int,
    lines: Sequence[ReturnInput],
    reason: str,
    store_id: int,
    place: str,
    brought_by: str,
    is_still_needed: bool = False,
    by: Actor,
    at: datetime,
    client_id: UUID,
) -> UnitReturn:
    """A unit stands at the counter with goods that nobody announced: written down and taken in as one act.

    Raises as `ask_return` and `receive_return`.
    """
    unit = organisation(by, organisation_id)
    guard.check(by, "receive", "unit_return", bureau_id=unit.bureau_id)
    body = {
        "unit": organisation_id, "lines": list(lines), "reason": reason, "store": store_id, "place": place,
        "brought_by": brought_by, "is_still_needed": is_still_needed,
    }  # fmt: skip
    done = claim(client_id=client_id, action="take_return", body=body, by=by, at=at)
    if done:
        return queries.unit_return(by, int(done))
    made = announced(unit, reason, is_still_needed, by=by, at=at, client_id=client_id)
    _take(made, lines, store_id, place, brought_by, by=by, at=at, client_id=client_id)
    write_lines(made, lines, is_received=True)
    after = {"place": place, "lines": sorted(line.quantity for line in lines)}
    note("take_return", made, by=by, at=at, after=after, reason=made.reason)
    settle(client_id=client_id, ref=str(made.pk))
    return made


def _take(
    held: UnitReturn,
    lines: Sequence[ReturnInput],
    store_id: int,
    place: str,
    brought_by: str,
    *,
    by: Actor,
    at: datetime,
    client_id: UUID,
) -> None:
    """Post the goods from the unit into the place, and open its need again where it still has one."""
    if place not in PLACES:
        raise Invalid(
            "PLACE_UNKNOWN", "请选择收进待检区还是在库", "The place is quarantine or store", field="place"
        )  # fmt: skip
    name = check_required(
        brought_by, code="BROUGHT_BY_MISSING", field="brought_by", zh="请填写交回人", en="Name who brought it back",
        longest=60,
    )  # fmt: skip
    store: Store = store_in_scope(by, store_id, bureau_id=held.bureau_id)
    if held.is_still_needed:
        needs_again(held, lines, by=by, at=at)
    lots = checked_rows(held.organisation, lines)
    book = book_of(by, held.bureau_id)
    check_hazard(book, store, list(lots))
    stopped = queries.recalled(by, held.bureau_id, lots)
    if stopped and place == "store":
        raise MustLieApart(lots[lot_id].code for lot_id in stopped)
    unit, target = AccountRef("recipient", party_id=held.organisation_id), AccountRef(place, store.pk)
    moved = post_move(
        book_id=book.pk, kind="return", business_date=business_date(at),
        lines=[PostingLine(row.lot_id, unit, target, row.quantity) for row in lines],
        cause_kind="unit_return", cause_ref=held.number, reason=held.reason,
        signatures=[{"role": "brought_by", "name": name}, {"role": "received", "name": by.name}],
        by=by, at=at, client_id=uuid5(client_id, "move"),
    )  # fmt: skip
    held.status, held.store, held.place, held.brought_by, held.move_id = "received", store, place, name, moved.id
    held.decided_at, held.decided_by = at, by.name
    held.save(update_fields=["status", "store", "place", "brought_by", "move", "decided_at", "decided_by"])


@transaction.atomic
def reverse_return(*, return_id: int, reason: str, by: Actor, at: datetime, client_id: UUID) -> UnitReturn:
    """冲红: the return was a mistake; the goods are the unit's again.

    Raises NotFound, Conflict STATE_CONFLICT, GoodsMovedOn when they have left the place, Invalid REASON_MISSING.
    """
    held = queries.unit_return(by, return_id)
    guard.check(by, "reverse", "unit_return", bureau_id=held.bureau_id)
    body = {"return": return_id, "reason": reason}
    if claim(client_id=client_id, action="reverse_return", body=body, by=by, at=at):
        return queries.unit_return(by, return_id)
    why = check_reason(reason, what_zh="冲红", what_en="Reversing")
    found = locked_return(return_id, by=by)
    check_return_step(found, "reversed")
    if found.is_still_needed:
        needs_met(found, by=by, at=at)
    posted_as = UUID(str(found.move_id))
    moved = reverse_move(move_id=posted_as, reason=why, by=by, at=at, client_id=uuid5(client_id, "reversal"))
    found.status, found.reversal_id, found.decided_reason = "reversed", moved.id, why
    found.decided_at, found.decided_by = at, by.name
    found.save(update_fields=["status", "reversal", "decided_at", "decided_by", "decided_reason"])
    note("reverse_return", found, by=by, at=at, reason=why)
    settle(client_id=client_id, ref=str(found.pk))
    return found
