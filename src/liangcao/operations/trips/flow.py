"""States of an inbound trip, kinds of vehicles, and who is on board."""

from __future__ import annotations

from liangcao.foundation.kernel.flow import Flow, State

INBOUND_TRIP_FLOW: Flow = {
    "planned": State("待出发", "planned", ("under_way", "cancelled"), "coordinator"),
    "under_way": State("去提货", "under way", ("loaded", "planned"), "coordinator"),
    "loaded": State("已装车,返程", "loaded", ("arrived", "under_way"), "coordinator"),
    "arrived": State("已到库,待入库", "arrived", ("received", "loaded"), "storekeeper"),
    "received": State("已入库", "received", ("arrived",)),
    "cancelled": State("已取消", "cancelled"),
}
OUTBOUND_TRIP_FLOW: Flow = {
    "planned": State("待出发", "planned", ("under_way", "cancelled"), "coordinator"),
    "under_way": State("送货中", "under way", ("finished",), "coordinator"),
    "finished": State("已返回", "finished"),
    "cancelled": State("已取消", "cancelled"),
}
# A status that was set wrongly goes back to the one before.
BACK: dict[str, str] = {"under_way": "planned", "loaded": "under_way", "arrived": "loaded", "received": "arrived"}
VEHICLE_KINDS: dict[str, tuple[str, str]] = {
    "truck": ("货车", "lorry"),
    "van": ("厢式货车", "van"),
    "cold": ("冷藏车", "refrigerated lorry"),
    "hazard": ("危险品车", "lorry for dangerous goods"),
    "car": ("轿车", "car"),
    "other": ("其他", "other"),
}
CREW_ROLES: dict[str, tuple[str, str]] = {"driver": ("驾驶员", "driver"), "escort": ("押运人", "escort")}
