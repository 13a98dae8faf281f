"""Writes of supply. Every act on a source first locks the source's row; the ledger is posted to last."""

from liangcao.operations.supply.actions.opening import (
    confirm_opening_stock,
    enter_opening_stock,
    return_opening_stock,
    sign_opening_stock,
)
from liangcao.operations.supply.actions.receipts import receive_direct, receive_source, receive_unannounced
from liangcao.operations.supply.actions.releasing import release_early
from liangcao.operations.supply.actions.reversals import reverse_receipt
from liangcao.operations.supply.actions.sending_back import send_back
from liangcao.operations.supply.actions.signing import correct_signature, sign_receipt
from liangcao.operations.supply.actions.sources import announce_source, cancel_source, close_source
from liangcao.operations.supply.inputs import (
    FindingInput,
    OpeningLineInput,
    PieceInput,
    ReceiptLineInput,
    ReversalInput,
    SourceLineInput,
)

__all__ = [
    "FindingInput",
    "OpeningLineInput",
    "PieceInput",
    "ReceiptLineInput",
    "ReversalInput",
    "SourceLineInput",
    "announce_source",
    "cancel_source",
    "close_source",
    "confirm_opening_stock",
    "correct_signature",
    "enter_opening_stock",
    "receive_direct",
    "receive_source",
    "receive_unannounced",
    "release_early",
    "return_opening_stock",
    "reverse_receipt",
    "send_back",
    "sign_opening_stock",
    "sign_receipt",
]
