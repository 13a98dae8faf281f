"""Writes of the ledger: the only place that adds rows to a book."""

from liangcao.ledger.actions.handling import HazardNotAllowed, inspect_lot, record_fact, transfer
from liangcao.ledger.actions.moves import open_book, post_move, reverse_move, reversible

__all__ = [
    "HazardNotAllowed",
    "inspect_lot",
    "open_book",
    "post_move",
    "record_fact",
    "reverse_move",
    "reversible",
    "transfer",
]
