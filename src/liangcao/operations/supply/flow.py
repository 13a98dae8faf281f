"""States of a source and of a receipt, and the kinds of sources."""

from __future__ import annotations

from dataclasses import dataclass

from liangcao.foundation.kernel.flow import Flow, State

SOURCE_FLOW: Flow = {
    "announced": State("待到货", "announced", ("partly_received", "received", "closed", "cancelled"), "storekeeper"),
    "partly_received": State("部分到货", "partly received", ("announced", "received", "closed"), "storekeeper"),
    "received": State("已到货", "received", ("announced", "partly_received")),
    "closed": State("已关闭", "closed", ("announced", "partly_received")),
    "cancelled": State("已取消", "cancelled"),
}
RECEIPT_FLOW: Flow = {
    "waiting": State("待验收签字", "signatures owing", ("posted", "reversed"), "inspector"),
    "posted": State("已入账", "posted", ("reversed",)),
    "reversed": State("已冲红", "reversed"),
}
OPENING_FLOW: Flow = {
    "draft": State("待点收签字", "to be signed", ("signed",), "storekeeper"),
    "signed": State("待第二人签字", "to be confirmed by a second person", ("draft", "live"), "leader"),
    "live": State("已启用", "live"),
}


# Who signs for goods that arrived, in the order in which people think of them: (中文, English).
SIGNATURES: dict[str, tuple[str, str]] = {
    "store": ("仓管", "store"),
    "quality": ("质检", "quality"),
    "count": ("清点", "count"),
}


@dataclass(frozen=True)
class SourceKind:
    """Number prefix and names of a kind of source."""

    prefix: str
    zh: str
    en: str


KINDS: dict[str, SourceKind] = {
    "purchase": SourceKind("CG", "采购", "purchase"),
    "gift": SourceKind("JZ", "捐赠", "gift"),
    "allotment": SourceKind("XB", "上级下拨", "allotment from above"),
    "output": SourceKind("CC", "本地生产收储", "local output"),
}
