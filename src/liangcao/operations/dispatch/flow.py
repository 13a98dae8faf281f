"""States of a delivery, and of a dispute of what was signed for."""

from __future__ import annotations

from liangcao.foundation.kernel.flow import Flow, State

DELIVERY_FLOW: Flow = {
    "picking": State("待出库", "being picked", next=("in_transit", "cancelled"), turn="storekeeper"),
    "in_transit": State("配送中", "on the way", next=("signed",), turn="requester"),
    # Only a receipt with a shortage or damage goes on; a whole one ends here, so it is nobody's turn.
    "signed": State("已签收", "signed for", next=("settled",)),
    "settled": State("差异已处理", "difference settled"),
    "cancelled": State("已取消", "cancelled"),
}
DISPUTE_FLOW: Flow = {
    "open": State("待核查", "open", next=("accepted", "rejected", "withdrawn"), turn="coordinator"),
    "accepted": State("成立", "accepted"),
    "rejected": State("不成立", "not accepted"),
    "withdrawn": State("已撤回", "withdrawn"),
}
