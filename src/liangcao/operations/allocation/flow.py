"""States of a plan."""

from __future__ import annotations

from liangcao.foundation.kernel.flow import Flow, State

PLAN_FLOW: Flow = {
    "draft": State("试算稿", "draft", next=("consulting", "discarded"), turn="allocator"),
    # Sent to the people whom the profile of separation names; the last of them who agrees makes it "reviewed".
    "consulting": State("会商中", "in consultation", next=("reviewed", "draft", "discarded"), turn="coordinator"),
    "reviewed": State("已会商", "reviewed", next=("published", "draft", "discarded"), turn="leader"),
    "published": State("已签发", "published"),
    "discarded": State("已作废", "discarded"),
}
