"""Writes of supply. Every act on a source first locks the source's row; the ledger is posted to last."""

from liangcao.operations.supply.actions.opening import (
    confirm_opening_stock,
    enter_opening_stock,
    return_opening_stock,
    sign_opening_stock,
)
from liangcao.operations.supply.actions.receipts import receive_direct, receive_source, receive_unannounced
from liangcao.operations.supply.actions.reversals import reverse_receipt
from liangcao.operations.supply.actions.sources import announce_source, cancel_source, close_source
from liangcao.operations.supply.inputs import OpeningLineInput, ReceiptLineInput, ReversalInput, SourceLineInput

__all__ = [
    "OpeningLineInput",
    "ReceiptLineInput",
    "ReversalInput",
    "SourceLineInput",
    "announce_source",
    "cancel_source",
    "close_source",
    "confirm_opening_stock",
    "enter_opening_stock",
    "receive_direct",
    "receive_source",
    "receive_unannounced",
    "return_opening_stock",
    "reverse_receipt",
    "sign_opening_stock",
]
