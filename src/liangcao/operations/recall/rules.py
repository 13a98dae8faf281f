"""Who may do what with a recall. One rule for the button and the act."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.kernel.errors import Conflict, Forbidden
from liangcao.foundation.kernel.flow import check_step
from liangcao.operations.recall.flow import RECALL_FLOW
from liangcao.operations.recall.models import Recall
from liangcao.reference.parties.separation import check_apart

if TYPE_CHECKING:
    from liangcao.ledger.models import Lot

LIFT = "recall.lift"


class AlreadyRecalled(Conflict):
    """The lots are under a recall that has not been lifted."""

    def __init__(self, code: str, number: str) -> None:
        super().__init__(
            "ALREADY_RECALLED",
            f"批次 {code} 已在召回单 {number} 中停用,不用再召回",
            f"Lot {code} is stopped by recall {number} already",
            field="lot",
        )


class MoreThanHeld(Conflict):
    """A holder says that he has more than he ever got."""

    def __init__(self, *, row: int, lot: Lot, given: int, held: int) -> None:
        unit = lot.item.base_unit
        super().__init__(
            "MORE_THAN_HELD",
            f"第 {row} 行:批次 {lot.code} 贵单位账上有 {held:,} {unit},填的是 {given:,}。请核对",
            f"Row {row}: by the book the unit has {held:,} of lot {lot.code}, {given:,} given; check",
            field="quantity_left",
            row=row,
        )


def check_recall_step(recall: Recall, target: str) -> None:
    """Raise Conflict STATE_CONFLICT unless the step leads on from the recall's state."""
    check_step(
        RECALL_FLOW, recall.status, target, what_zh=f"召回单 {recall.number} ", what_en=f"Recall {recall.number}"
    )


def check_is_active(recall: Recall) -> None:
    """Answers are taken while it lasts. Raises Conflict RECALL_ENDED."""
    if recall.status != "active":
        state = RECALL_FLOW[recall.status]
        raise Conflict(
            "RECALL_ENDED",
            f"召回单 {recall.number} {state.zh},不再收回复",
            f"Recall {recall.number} is {state.en} and takes no more answers",
        )


def check_can_end(actor: Actor, recall: Recall, target: str, at: datetime) -> None:
    """Coordinator or leader; to lift it, another person than who began it."""
    guard.check(actor, "end", "recall", bureau_id=recall.bureau_id, row=recall)
    check_recall_step(recall, target)
    if target == "lifted":
        check_apart(rule=LIFT, by=actor, earlier=[recall.began_user_id], bureau_id=recall.bureau_id, at=at)


def can_end(actor: Actor, recall: Recall, target: str, at: datetime) -> bool:
    """Whether `check_can_end` lets it pass."""
    try:
        check_can_end(actor, recall, target, at)
    except (Conflict, Forbidden):
        return False
    return True
