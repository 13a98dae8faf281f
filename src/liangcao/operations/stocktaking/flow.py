"""States of count sheets and write-offs, and the words for places and causes."""

from __future__ import annotations

from liangcao.foundation.kernel.flow import Flow, State

COUNT_FLOW: Flow = {
    "open": State("盘点中", "being counted", ("counted", "cancelled"), "storekeeper"),
    "counted": State("已清点", "counted", ("recount", "signed", "cancelled"), "storekeeper"),
    "recount": State("复盘中", "being recounted", ("counted", "cancelled"), "counter"),
    "signed": State("待复核签字", "waiting for the second signature", ("posted", "counted", "cancelled"), "leader"),
    "posted": State("已入账", "posted"),
    "cancelled": State("已作废", "cancelled"),
}
WRITE_OFF_FLOW: Flow = {
    "asked": State("待批准", "waiting for approval", ("posted", "declined", "withdrawn"), "leader"),
    "posted": State("已报损", "written off"),
    "declined": State("未批准", "declined"),
    "withdrawn": State("已撤回", "withdrawn"),
}
# Where a line of a sheet lies, and which accounts of the store it counts: who stands at the shelf cannot tell free
# goods from reserved ones, but goods to be inspected lie apart.
PLACES: dict[str, tuple[str, ...]] = {
    "store": ("store", "reserved"),
    "quarantine": ("quarantine",),
    "receiving": ("receiving",),
}
PLACE_OF = {kind: place for place, kinds in PLACES.items() for kind in kinds}
CAUSES: dict[str, tuple[str, str]] = {
    "expired": ("过期", "expired"),
    "damaged": ("损坏", "damaged"),
    "other": ("其他", "other"),
}
