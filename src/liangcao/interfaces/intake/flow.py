"""States of an import and of its rows."""

from __future__ import annotations

from liangcao.foundation.kernel.flow import Flow, State

IMPORT_FLOW: Flow = {
    "waiting": State("等待读取", "waiting to be read", ("read", "failed", "known", "discarded")),
    "read": State("待核对", "to be checked", ("waiting", "importing", "imported", "known", "discarded"), "coordinator"),
    "importing": State("正在导入", "being imported", ("imported", "read")),
    "imported": State("已导入", "imported"),
    "known": State("此前已导入", "came before", ("read",)),
    "failed": State("读不了", "could not be read", ("waiting", "discarded")),
    "discarded": State("已放弃", "discarded"),
}
IMPORT_ROW_FLOW: Flow = {
    "good": State("可导入", "good", ("confirm", "wrong", "left_out", "done")),
    "confirm": State("待确认", "to be confirmed", ("good", "wrong", "left_out"), "coordinator"),
    "wrong": State("有误", "wrong", ("good", "confirm", "left_out"), "coordinator"),
    "left_out": State("不导入", "left out", ("good", "confirm", "wrong")),
    "done": State("已导入", "imported"),
}
# An import that is not over yet.
LIVE = ("waiting", "read", "importing")
