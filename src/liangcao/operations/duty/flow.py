"""States of shifts, swaps, hand-overs and tasks, and the words for positions, kinds of groups and sources of tasks."""

from __future__ import annotations

from liangcao.foundation.kernel.flow import Flow, State

DUTY_SHIFT_FLOW: Flow = {
    "planned": State("已排", "planned", ("cancelled",), "duty_officer"),
    "cancelled": State("已取消", "cancelled"),
}
SHIFT_SWAP_FLOW: Flow = {
    "asked": State("待答复", "waiting for an answer", ("accepted", "declined", "withdrawn"), "duty_officer"),
    "accepted": State("已同意", "accepted"),
    "declined": State("未同意", "declined"),
    "withdrawn": State("已撤回", "withdrawn"),
}
HAND_OVER_FLOW: Flow = {
    "signed": State("待接班", "waiting to be taken over", ("taken",), "duty_officer"),
    "taken": State("已接班", "taken over"),
}
TASK_FLOW: Flow = {
    "open": State("待办", "open", ("done", "cancelled"), "duty_officer"),
    "done": State("已办结", "done", ("open",)),
    "cancelled": State("已取消", "cancelled", ("open",)),
}
TASK_SOURCES: dict[str, tuple[str, str]] = {
    "meeting": ("会商", "consultation"),
    "call": ("电话", "call"),
    "note": ("记录", "note"),
}
TASK_EVENTS: dict[str, tuple[str, str]] = {
    "given": ("交办", "given"),
    "done": ("办结", "done"),
    "cancelled": ("取消", "cancelled"),
    "reopened": ("重新办理", "reopened"),
    "reassigned": ("转办", "passed on"),
}
GROUP_KINDS: dict[str, tuple[str, str]] = {
    "leading": ("领导小组", "leading group"),
    "working": ("工作组", "working group"),
    "team": ("队伍", "team"),
}
POSITIONS: dict[str, tuple[str, str]] = {
    "head": ("组长", "head"),
    "deputy": ("副组长", "deputy head"),
    "contact": ("联络员", "contact person"),
    "member": ("组员", "member"),
}
