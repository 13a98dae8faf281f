"""States of a return from a unit, and where returned goods may lie."""

from __future__ import annotations

from liangcao.foundation.kernel.flow import Flow, State

UNIT_RETURN_FLOW: Flow = {
    "asked": State("待收回", "waiting to be taken back", ("received", "declined", "withdrawn"), "storekeeper"),
    "received": State("已收回", "taken back", ("reversed",)),
    "declined": State("不收回", "declined"),
    "withdrawn": State("已撤回", "withdrawn"),
    "reversed": State("已冲红", "reversed"),
}
PLACES: dict[str, tuple[str, str]] = {
    "quarantine": ("待检区", "quarantine"),
    "store": ("在库,可再发", "store, free to be issued"),
}
