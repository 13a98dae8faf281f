"""Writes of the ledger: the only place that adds rows to a book."""

from liangcao.ledger.actions.handling import HazardNotAllowed, check_hazard, inspect_lot, record_fact, transfer
from liangcao.ledger.actions.moves import open_book, post_move, reverse_move, reversible
from liangcao.ledger.actions.recalling import mark_recalled
from liangcao.ledger.actions.seals import add_seal_address, remove_seal_address, rotate_seal_key, seal_day

__all__ = [
    "HazardNotAllowed",
    "add_seal_address",
    "check_hazard",
    "inspect_lot",
    "mark_recalled",
    "open_book",
    "post_move",
    "record_fact",
    "remove_seal_address",
    "reverse_move",
    "reversible",
    "rotate_seal_key",
    "seal_day",
    "transfer",
]
