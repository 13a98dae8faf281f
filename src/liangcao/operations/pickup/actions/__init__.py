"""Writes of pick-ups: arranging, announcing, turns, check-in, hand-over, no-shows."""

from liangcao.operations.pickup.actions.arranging import (
    announce_pick_up,
    arrange_pick_up,
    cancel_pick_up,
    close_pick_up,
)
from liangcao.operations.pickup.actions.counter import check_in, hand_out
from liangcao.operations.pickup.actions.moving import acknowledge_turn, move_turn, reassign_no_shows

__all__ = [
    "acknowledge_turn",
    "announce_pick_up",
    "arrange_pick_up",
    "cancel_pick_up",
    "check_in",
    "close_pick_up",
    "hand_out",
    "move_turn",
    "reassign_no_shows",
]
