"""States of a pick-up and of the turn of one unit in it."""

from __future__ import annotations

from liangcao.foundation.kernel.flow import Flow, State

PICK_UP_FLOW: Flow = {
    "draft": State("待通知", "not announced yet", ("announced", "cancelled"), "coordinator"),
    "announced": State("已通知", "announced", ("closed", "cancelled"), "storekeeper"),
    "closed": State("已结束", "closed"),
    "cancelled": State("已取消", "cancelled"),
}
PICK_UP_TURN_FLOW: Flow = {
    "assigned": State("待到场", "expected", ("checked_in", "no_show", "released"), "requester"),
    "checked_in": State("已到场", "checked in", ("handed_over", "released"), "storekeeper"),
    "handed_over": State("已领取", "fetched"),
    "no_show": State("未到场", "did not come", ("assigned", "released"), "storekeeper"),
    "released": State("不再安排", "no longer expected"),
}
# Who holds a place of a slot.
HOLDING = ("assigned", "checked_in", "handed_over")
