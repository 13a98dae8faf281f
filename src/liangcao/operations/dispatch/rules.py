"""What may be done to a delivery, as twins: `check_can_…` raises, `can_…` answers."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.kernel.errors import Conflict
from liangcao.foundation.kernel.flow import check_step
from liangcao.operations.dispatch.flow import DELIVERY_FLOW, DISPUTE_FLOW
from liangcao.operations.dispatch.models import Delivery, DeliveryDispute
from liangcao.reference.parties import separation

# Days after a receipt in which the unit may still say that less had come.
DISPUTE_DAYS = 7


def check_can_step(delivery: Delivery, target: str) -> None:
    """Raise Conflict STATE_CONFLICT with the allowed next states unless `target` follows."""
    check_step(
        DELIVERY_FLOW,
        delivery.status,
        target,
        what_zh=f"配送单 {delivery.number} ",
        what_en=f"Delivery {delivery.number}",
    )


def _allowed(delivery: Delivery, actor: Actor, action: str) -> None:
    guard.check(actor, action, "delivery", bureau_id=delivery.bureau_id, organisation_id=delivery.organisation_id)


def apart(delivery: Delivery, actor: Actor, action: str, at: datetime) -> dict[str, Any]:
    """What the separation of duties asks: who handed the goods over does not close the matter alone."""
    return {
        "rule": f"delivery.{action}", "by": actor, "earlier": [delivery.handed_over_user_id],
        "bureau_id": delivery.bureau_id, "at": at,
    }  # fmt: skip


def _check_apart(delivery: Delivery, actor: Actor, action: str, at: datetime | None) -> None:
    """Asked wherever the moment is known: by the act and by the button."""
    if at is not None:
        separation.check_apart(**apart(delivery, actor, action, at))


def check_can_hand_over(delivery: Delivery, actor: Actor) -> None:
    """A storekeeper, and goods that are still being picked."""
    _allowed(delivery, actor, "hand_over")
    check_can_step(delivery, "in_transit")


def can_hand_over(delivery: Delivery, actor: Actor) -> bool:
    """The twin for buttons."""
    return guard.passes(check_can_hand_over, delivery, actor)


def check_can_assign(delivery: Delivery, actor: Actor) -> None:
    """Right role, and goods that are still being picked: once they are out of the door, they are with who took them."""
    _allowed(delivery, actor, "assign")
    if delivery.status != "picking":
        state = DELIVERY_FLOW[delivery.status]
        raise Conflict(
            "CARRIER_FIXED",
            f"配送单 {delivery.number} 现为“{state.zh}”,不能再指定承运单位;出库前才能指定或更换",
            f"Delivery {delivery.number} is {state.en}: its carrier can be chosen or changed before the hand-over only",
            field="carrier_organisation_id",
        )


def can_assign(delivery: Delivery, actor: Actor) -> bool:
    """The twin for buttons."""
    return guard.passes(check_can_assign, delivery, actor)


def check_can_confirm(delivery: Delivery, actor: Actor, at: datetime | None = None) -> None:
    """The unit itself, or the desk with the unit's signed slip in hand; goods that are on their way."""
    _allowed(delivery, actor, "confirm")
    check_can_step(delivery, "signed")
    _check_apart(delivery, actor, "confirm", at)


def can_confirm(delivery: Delivery, actor: Actor, at: datetime | None = None) -> bool:
    """The twin for buttons."""
    return guard.passes(check_can_confirm, delivery, actor, at)


def check_can_settle(delivery: Delivery, actor: Actor, at: datetime | None = None) -> None:
    """Right role, and a receipt that is signed."""
    _allowed(delivery, actor, "settle")
    check_can_step(delivery, "settled")
    _check_apart(delivery, actor, "settle", at)


def can_settle(delivery: Delivery, actor: Actor, at: datetime | None = None) -> bool:
    """The twin for buttons. Whether there is a difference at all is the page's to see."""
    return guard.passes(check_can_settle, delivery, actor, at)


def check_can_dispute(delivery: Delivery, actor: Actor, at: datetime) -> None:
    """The unit, or the desk for it; within DISPUTE_DAYS after the receipt, and one dispute at a time."""
    guard.check(actor, "raise", "dispute", bureau_id=delivery.bureau_id, organisation_id=delivery.organisation_id)
    if delivery.signed_at is None:
        state = DELIVERY_FLOW[delivery.status]
        raise Conflict(
            "NOT_SIGNED",
            f"配送单 {delivery.number} 现为“{state.zh}”,还没有签收;有短少或损坏,签收时填写即可",
            f"Delivery {delivery.number} is {state.en}: nothing is signed for yet. Tell what is missing when you sign",
        )
    if at > delivery.signed_at + timedelta(days=DISPUTE_DAYS):
        raise Conflict(
            "DISPUTE_LATE",
            f"配送单 {delivery.number} 签收已超过 {DISPUTE_DAYS} 天,不能再提异议;货有问题请办退回",
            f"Delivery {delivery.number} was signed for more than {DISPUTE_DAYS} days ago: give the goods back instead",
        )
    earlier = delivery.disputes.filter(status="open").first()
    if earlier is not None:
        raise Conflict(
            "DISPUTE_OPEN",
            f"配送单 {delivery.number} 已有待核查的异议 {earlier.number};要改,请先撤回它",
            f"Dispute {earlier.number} of this delivery is still open: withdraw it first to change it",
        )


def can_dispute(delivery: Delivery, actor: Actor, at: datetime) -> bool:
    """The twin for buttons."""
    return guard.passes(check_can_dispute, delivery, actor, at)


def check_dispute_step(dispute: DeliveryDispute, actor: Actor, action: str, target: str) -> None:
    """Right role, and a dispute that is open. `action` is decide or withdraw."""
    delivery = dispute.delivery
    guard.check(actor, action, "dispute", bureau_id=delivery.bureau_id, organisation_id=delivery.organisation_id)
    check_step(
        DISPUTE_FLOW, dispute.status, target, what_zh=f"异议 {dispute.number} ", what_en=f"Dispute {dispute.number}"
    )


def check_can_decide(dispute: DeliveryDispute, actor: Actor, target: str, at: datetime) -> None:
    """As `check_dispute_step`; who handed the goods over does not decide under the full profile."""
    check_dispute_step(dispute, actor, "decide", target)
    separation.check_apart(**apart(dispute.delivery, actor, "settle", at))


def can_decide(dispute: DeliveryDispute, actor: Actor, at: datetime) -> bool:
    """The twin for buttons."""
    return guard.passes(check_can_decide, dispute, actor, "accepted", at)


def can_withdraw(dispute: DeliveryDispute, actor: Actor) -> bool:
    """The twin for buttons."""
    return guard.passes(check_dispute_step, dispute, actor, "withdraw", "withdrawn")


def check_can_cancel(delivery: Delivery, actor: Actor) -> None:
    """Right role, and goods that have not left the store."""
    _allowed(delivery, actor, "cancel")
    check_can_step(delivery, "cancelled")


def can_cancel(delivery: Delivery, actor: Actor) -> bool:
    """The twin for buttons."""
    return guard.passes(check_can_cancel, delivery, actor)


def check_can_regularise(delivery: Delivery, actor: Actor, at: datetime | None = None) -> None:
    """Right role, and an emergency issue whose papers are owing."""
    _allowed(delivery, actor, "regularise")
    if not delivery.is_emergency:
        raise Conflict(
            "NOT_EMERGENCY",
            f"配送单 {delivery.number} 不是先发后补,不需要补手续",
            f"Delivery {delivery.number} is no emergency issue: it owes no papers",
        )
    if delivery.papers_at is not None:
        raise Conflict(
            "PAPERS_DONE",
            f"配送单 {delivery.number} 的手续已由 {delivery.papers_by} 补办({delivery.papers_ref})",
            f"The papers of {delivery.number} were brought by {delivery.papers_by} ({delivery.papers_ref})",
        )
    _check_apart(delivery, actor, "regularise", at)


def can_regularise(delivery: Delivery, actor: Actor, at: datetime | None = None) -> bool:
    """The twin for buttons."""
    return guard.passes(check_can_regularise, delivery, actor, at)


def is_overdue(delivery: Delivery, at: datetime) -> bool:
    """True for an emergency issue whose 24 hours are over and whose papers have not come."""
    return delivery.papers_are_owing and delivery.papers_due_at is not None and at > delivery.papers_due_at
