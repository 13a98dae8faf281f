"""The checks that returns and sub-issues share, and one writer at a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from liangcao.foundation.database.locks import locked
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.actions import record
from liangcao.foundation.kernel.errors import Refusal, collected, raise_all
from liangcao.foundation.kernel.quantity import check_quantity
from liangcao.ledger.holders import held_by_unit, lock_lots
from liangcao.operations.custody import queries
from liangcao.operations.custody.inputs import ReturnInput
from liangcao.operations.custody.models import UnitReturn
from liangcao.operations.custody.rules import MoreThanHeld, check_rows
from liangcao.reference.parties.models import Organisation

if TYPE_CHECKING:
    from liangcao.ledger.models import Lot


def checked_rows(unit: Organisation, rows: Sequence[ReturnInput]) -> dict[UUID, Lot]:
    """The lots of these rows, locked: what the unit has cannot change meanwhile. Never more than it has and has not
    given on. Raises LotNotFound, Invalid, MoreThanHeld, all rows at once."""
    check_rows(row.lot_id for row in rows)
    lots = lock_lots(unit.bureau_id, [row.lot_id for row in rows])
    held = held_by_unit(unit.bureau_id, unit.pk, lots)
    given = queries.given_on(unit.pk, lots)
    problems: list[Refusal] = []
    for number, row in enumerate(rows, start=1):
        with collected(problems):
            check_quantity(row.quantity, row=number)
            here, on = held.get(row.lot_id, 0), given.get(row.lot_id, 0)
            if row.quantity > here - on:
                raise MoreThanHeld(
                    row=number, unit=unit, lot=lots[row.lot_id], asked=row.quantity, held=here, given_on=on
                )  # fmt: skip
    raise_all(problems)
    return lots


def locked_return(return_id: int, *, by: Actor) -> UnitReturn:
    """The return in scope, locked until the transaction ends, as it is now."""
    pk = queries.unit_return(by, return_id).pk
    locked(UnitReturn.objects.all(), [pk])
    return queries.unit_return(by, pk)


def note(
    action: str, held: UnitReturn, *, by: Actor, at: datetime, after: dict[str, Any] | None = None, reason: str = ""
) -> None:
    """The journal's line of an act on a return."""
    record(
        by=by, at=at, action=action, object_kind="unit_return", object_ref=held.number, bureau_id=held.bureau_id,
        after=after, reason=reason,
    )  # fmt: skip
