"""Writes of supply. Every act on a source first locks the source's row; the ledger is posted to last."""

from liangcao.operations.supply.actions.receipts import receive_direct, receive_source, receive_unannounced
from liangcao.operations.supply.actions.reversals import reverse_receipt
from liangcao.operations.supply.actions.sources import announce_source, cancel_source, close_source
from liangcao.operations.supply.inputs import ReceiptLineInput, ReversalInput, SourceLineInput

__all__ = [
    "ReceiptLineInput",
    "ReversalInput",
    "SourceLineInput",
    "announce_source",
    "cancel_source",
    "close_source",
    "receive_direct",
    "receive_source",
    "receive_unannounced",
    "reverse_receipt",
]
