"""Writes of stocktaking."""

from liangcao.operations.stocktaking.actions.counting import (
    add_found,
    enter_counts,
    finish_count,
    open_count,
    start_recount,
)
from liangcao.operations.stocktaking.actions.signing import cancel_count, confirm_count, return_count, sign_count
from liangcao.operations.stocktaking.actions.write_offs import (
    approve_write_off,
    ask_write_off,
    decline_write_off,
    withdraw_write_off,
)
from liangcao.operations.stocktaking.inputs import CountInput, FoundInput, WriteOffInput

__all__ = [
    "CountInput",
    "FoundInput",
    "WriteOffInput",
    "add_found",
    "approve_write_off",
    "ask_write_off",
    "cancel_count",
    "confirm_count",
    "decline_write_off",
    "enter_counts",
    "finish_count",
    "open_count",
    "return_count",
    "sign_count",
    "start_recount",
    "withdraw_write_off",
]
