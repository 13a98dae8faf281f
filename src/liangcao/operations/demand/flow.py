"""States of a requisition and of its lines."""

from __future__ import annotations

from liangcao.foundation.kernel.flow import Flow, State

REQUISITION_FLOW: Flow = {
    "submitted": State(
        "待审核", "waiting for review", ("approved", "rejected", "withdrawn", "superseded"), "allocator"
    ),
    "approved": State("已批准", "approved", ("withdrawn",)),
    "rejected": State("已退回", "rejected"),
    "withdrawn": State("已撤回", "withdrawn"),
    "superseded": State("已被取代", "superseded"),
}
# A line waits (submitted) until it is reviewed; only then is it open and does it replace the earlier open line.
REQUISITION_LINE_FLOW: Flow = {
    "submitted": State(
        "待审核", "waiting for review", ("open", "closed", "rejected", "withdrawn", "superseded"), "allocator"
    ),
    "open": State("待满足", "open", ("closed", "superseded", "withdrawn")),
    "closed": State("已满足", "closed", ("open",)),
    "rejected": State("已退回", "rejected"),
    "withdrawn": State("已撤回", "withdrawn"),
    "superseded": State("已被取代", "superseded"),
}
CHANNELS: dict[str, tuple[str, str]] = {
    "portal": ("单位自填", "portal"),
    "phone": ("电话", "phone"),
    "wechat": ("微信", "chat group"),
    "desk": ("柜台", "desk"),
    "import": ("表格导入", "import"),
}
URGENCIES: dict[str, tuple[str, str]] = {
    "normal": ("一般", "normal"),
    "urgent": ("紧急", "urgent"),
    "critical": ("特急", "critical"),
}
FULFILMENTS: dict[str, tuple[str, str]] = {
    "allotted": ("已分配", "allotted"),
    "released": ("分配取消", "allotment released"),
    "delivered": ("已签收", "delivered"),
    "returned": ("已退回", "returned"),
}
