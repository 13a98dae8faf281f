"""Writes of dispatch: preparing, handing over, receipts and their disputes, emergency issues."""

from liangcao.operations.dispatch.actions.carriers import assign_carrier
from liangcao.operations.dispatch.actions.disputes import (
    DisputedLine,
    accept_dispute,
    raise_dispute,
    reject_dispute,
    withdraw_dispute,
)
from liangcao.operations.dispatch.actions.emergency import emergency_issue, regularise
from liangcao.operations.dispatch.actions.handing_over import cancel_delivery, hand_over, prepare_deliveries
from liangcao.operations.dispatch.actions.picking import confirm_pick
from liangcao.operations.dispatch.actions.receiving import confirm_delivery, settle_difference
from liangcao.operations.dispatch.actions.substituting import substitute_lot
from liangcao.operations.dispatch.receipts import MoreThanSent, ReceiptConfirmation, SettledDifference

__all__ = [
    "DisputedLine",
    "MoreThanSent",
    "ReceiptConfirmation",
    "SettledDifference",
    "accept_dispute",
    "assign_carrier",
    "cancel_delivery",
    "confirm_delivery",
    "confirm_pick",
    "emergency_issue",
    "hand_over",
    "prepare_deliveries",
    "raise_dispute",
    "regularise",
    "reject_dispute",
    "settle_difference",
    "substitute_lot",
    "withdraw_dispute",
]
