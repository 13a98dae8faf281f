"""Writes of custody."""

from liangcao.operations.custody.actions.giving_on import give_on, take_back
from liangcao.operations.custody.actions.returning import ask_return, decline_return, withdraw_return
from liangcao.operations.custody.actions.taking import receive_return, reverse_return, take_return
from liangcao.operations.custody.inputs import HolderInput, ReturnInput

__all__ = [
    "HolderInput",
    "ReturnInput",
    "ask_return",
    "decline_return",
    "give_on",
    "receive_return",
    "reverse_return",
    "take_back",
    "take_return",
    "withdraw_return",
]
