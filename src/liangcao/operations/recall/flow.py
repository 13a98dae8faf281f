"""States of a recall, what it covers, and what a holder has answered."""

from __future__ import annotations

from liangcao.foundation.kernel.flow import Flow, State

RECALL_FLOW: Flow = {
    "active": State("召回中", "being recalled", ("lifted", "closed"), "storekeeper"),
    "lifted": State("已解除", "lifted"),
    # The goods are back, written off or used up: there is nothing left to wait for, and the lots stay stopped.
    "closed": State("已办结", "closed"),
}
# What was named when the recall began: one lot, all lots of a maker's lot number of the item, all of a source line.
BASES: dict[str, tuple[str, str]] = {
    "lot": ("本批次", "this lot"),
    "maker_lot": ("同一生产批号", "the maker's lot number"),
    "source": ("同一来源明细", "the source line"),
}
ANSWERS: dict[str, tuple[str, str]] = {
    "told": ("已通知", "told"),
    "stopped": ("已停用", "stopped using"),
}
# How far a holder is.
HOLDER_STATES: dict[str, tuple[str, str]] = {
    "open": ("未回复", "no answer yet"),
    "told": ("已通知", "told"),
    "stopped": ("已停用", "stopped using"),
    "done": ("已退清", "all given back"),
}
