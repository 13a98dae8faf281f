"""二次分发: a unit writes down to whom it gave how much of a lot, and what it took back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.db.models import Sum

from liangcao.foundation.database.locks import locked
from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.actions import claim, next_number, record, settle
from liangcao.foundation.kernel.clock import business_date
from liangcao.foundation.kernel.errors import Conflict, Invalid, Refusal, collected, raise_all
from liangcao.foundation.kernel.quantity import check_lines_by_hand, check_quantity
from liangcao.foundation.kernel.text import check_reason, check_text
from liangcao.ledger.holders import bookkeeper
from liangcao.operations.custody import queries
from liangcao.operations.custody.actions.locking import checked_rows
from liangcao.operations.custody.inputs import HolderInput, ReturnInput
from liangcao.operations.custody.models import SubIssue
from liangcao.operations.custody.rules import StoppedLot
from liangcao.reference.parties.queries import organisation

if TYPE_CHECKING:
    from liangcao.ledger.models import Lot


@transaction.atomic
def give_on(
    *,
    organisation_id: int,
    lot_id: UUID,
    given_on: date,
    holders: Sequence[HolderInput],
    by: Actor,
    at: datetime,
    client_id: UUID,
) -> list[SubIssue]:
    """Write down to which wards, villages, workshops a unit gave pieces of a lot, never more than it has left.

    Raises NotFound, Invalid LINES_EMPTY, REQUIRED, GIVEN_ON_INVALID, LotNotFound, MoreThanHeld, StoppedLot.
    """
    unit = organisation(by, organisation_id)
    guard.check(by, "record", "sub_issue", bureau_id=unit.bureau_id, organisation_id=unit.pk)
    body = {"unit": organisation_id, "lot": lot_id, "given_on": given_on.isoformat(), "holders": list(holders)}
    done = claim(client_id=client_id, action="give_on", body=body, by=by, at=at)
    if done:
        return list(SubIssue.objects.filter(bureau_id=unit.bureau_id, number=done).order_by("line"))
    named = _checked_holders(holders)
    number = next_number(bureau_id=unit.bureau_id, prefix="EF", day=business_date(at))
    lots = checked_rows(unit, [ReturnInput(lot_id, sum(row.quantity for row in named))])
    lot = lots[lot_id]
    _check_day(lot, given_on, today=business_date(at))
    if queries.recalled(bookkeeper(by, unit.bureau_id), unit.bureau_id, [lot_id]):
        raise StoppedLot(lot.code)
    made = SubIssue.objects.bulk_create(
        SubIssue(
            bureau_id=unit.bureau_id, organisation=unit, number=number, line=line, lot_id=lot_id, holder=row.holder,
            phone=row.phone, quantity=row.quantity, given_on=given_on, recorded_at=at, recorded_by=by.name,
        )
        for line, row in enumerate(named, start=1)
    )  # fmt: skip
    after = {"organisation": unit.code, "lot": lot.code, "lines": [[row.holder, row.quantity] for row in named]}
    record(
        by=by,
        at=at,
        action="give_on",
        object_kind="sub_issue",
        object_ref=number,
        bureau_id=unit.bureau_id,
        after=after,
    )
    settle(client_id=client_id, ref=number)
    return made


def _check_day(lot: Lot, given_on: date, *, today: date) -> None:
    if not lot.arrived_on <= given_on <= today:
        raise Invalid(
            "GIVEN_ON_INVALID",
            f"分发日期须在到货({lot.arrived_on})之后、今天之前",
            f"The day lies between the arrival ({lot.arrived_on}) and today",
            field="given_on",
        )


def _checked_holders(holders: Sequence[HolderInput]) -> list[HolderInput]:
    if not holders:
        raise Invalid("LINES_EMPTY", "请至少填一行", "Give at least one line", field="holders")
    check_lines_by_hand(len(holders), field="holders")
    problems, named = list[Refusal](), list[HolderInput]()
    for row, given in enumerate(holders, start=1):
        with collected(problems):
            check_quantity(given.quantity, row=row)
            holder = check_text(
                given.holder, field="holder", zh="分给谁(病区、村、车间)", en="to whom", longest=60, is_required=True,
                row=row,
            )  # fmt: skip
            phone = check_text(given.phone, field="phone", zh="电话", en="telephone", longest=40, row=row)
            named.append(HolderInput(holder, given.quantity, phone))
    raise_all(problems)
    return named


class MoreThanGiven(Conflict):
    """More is taken back than was given."""

    def __init__(self, given: SubIssue, asked: int, left: int) -> None:
        unit = given.lot.item.base_unit
        super().__init__(
            "MORE_THAN_GIVEN",
            f"{given.number} 分给“{given.holder}”的还剩 {left:,} {unit},填的是 {asked:,}",
            f'{left:,} of {given.number} are still with "{given.holder}", {asked:,} given',
            field="quantity",
        )


@transaction.atomic
def take_back(*, sub_issue_id: int, quantity: int, reason: str, by: Actor, at: datetime, client_id: UUID) -> SubIssue:
    """A counter-entry: written down by mistake, or taken back from the ward.

    Raises NotFound, Invalid REASON_MISSING, MoreThanGiven.
    """
    given = queries.sub_issue(by, sub_issue_id)
    guard.check(by, "record", "sub_issue", bureau_id=given.bureau_id, organisation_id=given.organisation_id)
    body = {"sub_issue": sub_issue_id, "quantity": quantity, "reason": reason}
    done = claim(client_id=client_id, action="take_back", body=body, by=by, at=at)
    if done:
        return SubIssue.objects.get(pk=done)
    why = check_reason(reason, what_zh="收回", what_en="Taking back")
    check_quantity(quantity)
    number = next_number(bureau_id=given.bureau_id, prefix="EF", day=business_date(at))
    locked(SubIssue.objects.all(), [given.pk])
    left = given.quantity - (given.reversals.aggregate(total=Sum("quantity"))["total"] or 0)
    if quantity > left:
        raise MoreThanGiven(given, quantity, left)
    made = SubIssue.objects.create(
        bureau_id=given.bureau_id, organisation_id=given.organisation_id, number=number, line=1, lot_id=given.lot_id,
        holder=given.holder, phone=given.phone, quantity=quantity, given_on=business_date(at), reverses=given,
        reason=why, recorded_at=at, recorded_by=by.name,
    )  # fmt: skip
    record(
        by=by, at=at, action="take_back", object_kind="sub_issue", object_ref=number, bureau_id=given.bureau_id,
        before={"number": given.number}, after={"quantity": quantity}, reason=why,
    )  # fmt: skip
    settle(client_id=client_id, ref=str(made.pk))
    return made
