"""Ask that goods be written off, approve, decline, withdraw."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.actions import claim, next_number, settle
from liangcao.foundation.kernel.clock import business_date
from liangcao.foundation.kernel.errors import Conflict, Invalid, Refusal, collected, raise_all
from liangcao.foundation.kernel.quantity import check_lines_by_hand, check_quantity
from liangcao.foundation.kernel.text import check_reason
from liangcao.ledger.actions import post_move
from liangcao.ledger.entries import AccountRef, PostingLine
from liangcao.ledger.queries import balances, book_of
from liangcao.ledger.refusals import LotNotFound
from liangcao.operations.stocktaking import queries, rules
from liangcao.operations.stocktaking.actions.locking import locked_write_off, note
from liangcao.operations.stocktaking.flow import CAUSES, PLACES
from liangcao.operations.stocktaking.inputs import WriteOffInput
from liangcao.operations.stocktaking.models import WriteOff, WriteOffLine
from liangcao.reference.parties.queries import store as store_in_scope
from liangcao.reference.parties.separation import check_two_people


class TooMuch(Conflict):
    """More is to be written off than lies there free."""

    def __init__(self, row: int, code: str, unit: str, asked: int, there: int) -> None:
        super().__init__(
            "STOCK_SHORT",
            f"第 {row} 行:批次 {code} 可报损 {there:,} {unit},填的是 {asked:,}。已预留的请先释放",
            f"Row {row}: {there:,} of lot {code} can be written off, {asked:,} given. Release what is reserved first",
            field="quantity",
            row=row,
        )


@transaction.atomic
def ask_write_off(
    *,
    bureau_id: int,
    store_id: int,
    cause: str,
    lines: Sequence[WriteOffInput],
    reason: str,
    by: Actor,
    at: datetime,
    client_id: UUID,
) -> WriteOff:
    """Ask that goods of one store be written off; they stay where they are until it is approved.

    Raises Invalid CAUSE_UNKNOWN, REASON_MISSING, LINES_EMPTY, LINE_TWICE; TooMuch, LotNotFound, all rows at once.
    """
    guard.check(by, "ask", "write_off", bureau_id=bureau_id)
    reason = check_reason(reason, what_zh="报损", what_en="Writing off")
    body = {"store": store_id, "cause": cause, "lines": list(lines), "reason": reason}
    done = claim(client_id=client_id, action="ask_write_off", body=body, by=by, at=at)
    if done:
        return queries.write_off(by, int(done))
    store = store_in_scope(by, store_id, bureau_id=bureau_id)
    guard.check(by, "ask", "write_off", bureau_id=bureau_id, row=store)
    if cause not in CAUSES:
        raise Invalid(
            "CAUSE_UNKNOWN", "报损类别须为过期、损坏或其他", "The cause is expired, damaged or other", field="cause"
        )
    _check_lines(bureau_id, store_id, lines, by)
    made = WriteOff.objects.create(
        bureau_id=bureau_id, store=store, number=next_number(bureau_id=bureau_id, prefix="BF", day=business_date(at)),
        cause=cause, reason=reason, asked_at=at, asked_by=by.name, asked_user_id=by.user_id, client_id=client_id,
    )  # fmt: skip
    WriteOffLine.objects.bulk_create(
        WriteOffLine(write_off=made, line=number, lot_id=row.lot_id, place=row.place, quantity=row.quantity)
        for number, row in enumerate(lines, start=1)
    )
    note("ask_write_off", made, by=by, at=at, after={"lines": len(lines)}, reason=reason)
    settle(client_id=client_id, ref=str(made.pk))
    return made


def _check_lines(bureau_id: int, store_id: int, lines: Sequence[WriteOffInput], by: Actor) -> None:
    if not lines:
        raise Invalid("LINES_EMPTY", "请至少填一行", "Give at least one line", field="lines")
    check_lines_by_hand(len(lines))
    rows = balances(by, bureau_id, kinds=PLACES, store_id=store_id).filter(lot_id__in={row.lot_id for row in lines})
    held = {(row.lot_id, row.kind): row for row in rows}
    problems, seen = list[Refusal](), set[tuple[UUID, str]]()
    for number, line in enumerate(lines, start=1):
        with collected(problems):
            check_quantity(line.quantity, row=number)
            key = (line.lot_id, line.place)
            if key in seen:
                raise Invalid("LINE_TWICE", f"第 {number} 行与前面重复", f"Row {number} is there twice", row=number)
            seen.add(key)
            found = held.get(key)
            if found is None:
                raise LotNotFound(str(line.lot_id))
            if line.quantity > found.quantity:
                raise TooMuch(number, found.lot.code, found.item.base_unit, line.quantity, found.quantity)
    raise_all(problems)


@transaction.atomic
def approve_write_off(*, write_off_id: int, by: Actor, at: datetime, client_id: UUID) -> WriteOff:
    """Approve, by another person than who asked: the goods go to loss, as one move. Raises StockShort when they have
    gone elsewhere meanwhile."""
    held = queries.write_off(by, write_off_id)
    guard.check(by, "approve", "write_off", bureau_id=held.bureau_id, row=held)
    if claim(client_id=client_id, action="approve_write_off", body={"write_off": write_off_id}, by=by, at=at):
        return held
    found = locked_write_off(write_off_id, by=by)
    rules.check_can_decide(by, found)
    check_two_people(
        rule=rules.APPROVE, by=by, earlier=[found.asked_user_id], bureau_id=found.bureau_id, at=at, ref=found.number
    )
    moved = post_move(
        book_id=book_of(by, found.bureau_id).pk,
        kind="loss",
        business_date=business_date(at),
        lines=[
            PostingLine(
                line.lot_id, AccountRef(line.place, found.store_id), AccountRef("loss", found.store_id), line.quantity
            )
            for line in found.lines.order_by("line")
        ],
        cause_kind="write_off",
        cause_ref=found.number,
        reason=found.reason,
        signatures=[{"role": "asked", "name": found.asked_by}, {"role": "approved", "name": by.name}],
        by=by,
        at=at,
        client_id=client_id,
    )
    found.move_id = moved.id
    _decide(found, "posted", "", by=by, at=at)
    note("approve_write_off", found, by=by, at=at)
    settle(client_id=client_id, ref=str(found.pk))
    return found


@transaction.atomic
def decline_write_off(*, write_off_id: int, reason: str, by: Actor, at: datetime, client_id: UUID) -> WriteOff:
    """Do not approve; the goods stay. Raises Invalid REASON_MISSING."""
    held = queries.write_off(by, write_off_id)
    guard.check(by, "approve", "write_off", bureau_id=held.bureau_id, row=held)
    reason = check_reason(reason, what_zh="不批准报损", what_en="Declining a write-off")
    body = {"write_off": write_off_id, "reason": reason}
    if claim(client_id=client_id, action="decline_write_off", body=body, by=by, at=at):
        return held
    found = locked_write_off(write_off_id, by=by)
    rules.check_can_decide(by, found, "declined")
    _decide(found, "declined", reason, by=by, at=at)
    note("decline_write_off", found, by=by, at=at, reason=reason)
    settle(client_id=client_id, ref=str(found.pk))
    return found


@transaction.atomic
def withdraw_write_off(*, write_off_id: int, reason: str, by: Actor, at: datetime, client_id: UUID) -> WriteOff:
    """Take the request back. Raises Invalid REASON_MISSING."""
    held = queries.write_off(by, write_off_id)
    guard.check(by, "ask", "write_off", bureau_id=held.bureau_id, row=held)
    reason = check_reason(reason, what_zh="撤回报损单", what_en="Withdrawing a write-off")
    body = {"write_off": write_off_id, "reason": reason}
    if claim(client_id=client_id, action="withdraw_write_off", body=body, by=by, at=at):
        return held
    found = locked_write_off(write_off_id, by=by)
    rules.check_can_withdraw(by, found)
    _decide(found, "withdrawn", reason, by=by, at=at)
    note("withdraw_write_off", found, by=by, at=at, reason=reason)
    settle(client_id=client_id, ref=str(found.pk))
    return found


def _decide(found: WriteOff, status: str, reason: str, *, by: Actor, at: datetime) -> None:
    found.status, found.decided_reason = status, reason
    found.decided_at, found.decided_by = at, by.name
    found.save(update_fields=["status", "decided_reason", "decided_at", "decided_by", "move"])
