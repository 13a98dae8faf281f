"""Writes of duty. Every act on the roster first locks the post, so that two of them never cross."""

from liangcao.operations.duty.actions.hand_overs import sign_hand_over, take_over
from liangcao.operations.duty.actions.organisation import (
    add_group,
    add_member,
    dissolve_group,
    end_member,
    set_up_groups,
)
from liangcao.operations.duty.actions.roster import add_post, cancel_shift, plan_shifts
from liangcao.operations.duty.actions.swaps import accept_swap, ask_swap, decline_swap, withdraw_swap
from liangcao.operations.duty.actions.tasks import cancel_task, complete_task, give_task, reassign_task, reopen_task
from liangcao.operations.duty.inputs import ShiftInput

__all__ = [
    "ShiftInput",
    "accept_swap",
    "add_group",
    "add_member",
    "add_post",
    "ask_swap",
    "cancel_shift",
    "cancel_task",
    "complete_task",
    "decline_swap",
    "dissolve_group",
    "end_member",
    "give_task",
    "plan_shifts",
    "reassign_task",
    "reopen_task",
    "set_up_groups",
    "sign_hand_over",
    "take_over",
    "withdraw_swap",
]
