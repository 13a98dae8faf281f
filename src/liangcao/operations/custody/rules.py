"""What is refused of returns and sub-issues. One rule for the button and the act."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from uuid import UUID

from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.kernel.errors import Conflict, Invalid
from liangcao.foundation.kernel.flow import check_step
from liangcao.foundation.kernel.quantity import check_lines_by_hand
from liangcao.operations.custody.flow import UNIT_RETURN_FLOW
from liangcao.operations.custody.models import UnitReturn
from liangcao.reference.parties.models import Organisation

if TYPE_CHECKING:
    from liangcao.ledger.models import Lot


class MoreThanHeld(Conflict):
    """More than the unit has of the lot by the book, or more than it kept for itself."""

    def __init__(self, *, row: int, unit: Organisation, lot: Lot, asked: int, held: int, given_on: int) -> None:
        left, word = held - given_on, lot.item.base_unit
        on_zh = f",其中 {given_on:,} 已分发到下面" if given_on else ""
        on_en = f", {given_on:,} of them given on" if given_on else ""
        hint_zh = ";分发下去的要先登记收回" if given_on else ""
        hint_en = "; record first what was taken back from there" if given_on else ""
        super().__init__(
            "MORE_THAN_HELD",
            f"第 {row} 行:{unit.name}账上有批次 {lot.code} {held:,} {word}{on_zh},最多 {left:,},填的是 {asked:,}{hint_zh}",
            f"Row {row}: {unit.name} has {held:,} of lot {lot.code}{on_en}: at most {left:,}, {asked:,} given{hint_en}",
            field="quantity",
            row=row,
        )


class MustLieApart(Conflict):
    """Recalled goods come back into quarantine only."""

    def __init__(self, codes: Iterable[str]) -> None:
        named = list(codes)
        super().__init__(
            "RECALLED_TO_QUARANTINE",
            f"批次 {'、'.join(named)} 已召回,只能收进待检区,不能再入库",
            f"Recalled: {', '.join(named)} can be taken back into quarantine only",
            field="place",
        )


class StoppedLot(Conflict):
    """A recalled lot is not given on."""

    def __init__(self, code: str) -> None:
        super().__init__(
            "LOT_FROZEN",
            f"批次 {code} 已召回,请停用、封存,不能再分发",
            f"Lot {code} is recalled: keep it sealed, it is not given on",
            field="lot",
        )


def check_return_step(held: UnitReturn, target: str) -> None:
    """Raise Conflict STATE_CONFLICT unless the step leads on from the state."""
    check_step(UNIT_RETURN_FLOW, held.status, target, what_zh=f"退回单 {held.number} ", what_en=f"Return {held.number}")


def can_do(actor: Actor, held: UnitReturn, action: str, target: str) -> bool:
    """Whether the act is the actor's, and the return in a state for it."""
    if target not in UNIT_RETURN_FLOW[held.status].next:
        return False
    return guard.can(
        actor, action, "unit_return", bureau_id=held.bureau_id, organisation_id=held.organisation_id
    )  # fmt: skip


def check_rows(rows: Iterable[UUID]) -> None:
    """At least one row, none twice, not too many. Raises Invalid LINES_EMPTY, LINES_TOO_MANY, LINE_TWICE."""
    seen = list(rows)
    if not seen:
        raise Invalid("LINES_EMPTY", "请至少填一行", "Give at least one line", field="lines")
    check_lines_by_hand(len(seen))
    for number, lot in enumerate(seen, start=1):
        if lot in seen[: number - 1]:
            raise Invalid("LINE_TWICE", f"第 {number} 行与前面重复", f"Row {number} is there twice", row=number)
