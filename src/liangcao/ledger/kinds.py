"""Kinds of stock accounts, moves, sources and lot facts, and the flow that each posting counts in."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class AccountKind(StrEnum):
    """Where goods can be. Only `outside` may be below zero: it counts what came in."""

    OUTSIDE = "outside"
    RECEIVING = "receiving"
    STORE = "store"
    QUARANTINE = "quarantine"
    RESERVED = "reserved"
    TRANSIT = "transit"
    RECIPIENT = "recipient"
    CONSUMED = "consumed"
    LOSS = "loss"


# Which parts an account of each kind has: (a store, a party). The other part points at the "none" row.
ACCOUNT_PARTS: dict[AccountKind, tuple[bool, bool]] = {
    AccountKind.OUTSIDE: (False, True),
    AccountKind.RECEIVING: (True, False),
    AccountKind.STORE: (True, False),
    AccountKind.QUARANTINE: (True, False),
    AccountKind.RESERVED: (True, True),
    AccountKind.TRANSIT: (True, True),
    AccountKind.RECIPIENT: (False, True),
    AccountKind.CONSUMED: (False, True),
    AccountKind.LOSS: (True, False),
}
ACCOUNT_NAMES: dict[str, tuple[str, str]] = {
    "outside": ("来源", "source"),
    "receiving": ("待验收", "receiving"),
    "store": ("在库", "in store"),
    "quarantine": ("待检", "quarantine"),
    "reserved": ("已预留", "reserved"),
    "transit": ("在途", "in transit"),
    "recipient": ("已签收单位", "with the unit"),
    "consumed": ("已使用", "used"),
    "loss": ("报损", "lost"),
}


@dataclass(frozen=True)
class MoveKind:
    """A kind of document 单据: its number prefix and its names."""

    prefix: str
    zh: str
    en: str


MOVE_KINDS: dict[str, MoveKind] = {
    "receipt": MoveKind("RK", "入库单", "receipt"),
    "issue": MoveKind("CK", "出库单", "issue"),
    "transfer": MoveKind("DB", "调拨单", "transfer"),
    "reservation": MoveKind("YL", "预留单", "reservation"),
    "release": MoveKind("SF", "释放单", "release"),
    "delivery": MoveKind("QS", "签收单", "delivery"),
    "settlement": MoveKind("CY", "差异处理单", "settlement of a difference"),
    "emergency_issue": MoveKind("JJ", "应急出库单", "emergency issue"),
    "direct": MoveKind("ZD", "直达单", "direct delivery"),
    "return": MoveKind("TH", "退回单", "return"),
    "loss": MoveKind("BS", "报损单", "write-off"),
    "inspection": MoveKind("JY", "检验单", "inspection"),
    "count": MoveKind("PD", "盘点单", "stock count"),
    "fact": MoveKind("SX", "批次情况单", "lot fact"),
    "reversal": MoveKind("CH", "冲红单", "reversal"),
    "opening": MoveKind("QC", "期初单", "opening"),
}
SOURCE_KINDS: dict[str, tuple[str, str]] = {
    "purchase": ("采购", "purchase"),
    "gift": ("捐赠", "gift"),
    "allotment": ("上级下拨", "allotment from above"),
    "output": ("本地生产收储", "local output taken in"),
    "reserve": ("储备调用", "reserve"),
    "opening": ("期初", "opening"),
    "found": ("盘盈", "found"),
}
FACTS: dict[str, tuple[str, str]] = {
    "quality": ("质量状态", "quality state"),
    "frozen": ("冻结", "frozen"),
    "recalled": ("召回", "recalled"),
    "earmark": ("定向", "earmark"),
    "consent": ("捐赠人同意", "donor's consent"),
    "expires_on": ("更正失效日", "corrected expiry"),
    "maker_lot": ("更正批号", "corrected maker's lot"),
    "unit_cost": ("单价", "unit cost"),
    "resembles": ("相似批次", "resembles lot"),
}
FLOWS: dict[str, tuple[str, str]] = {
    "purchase": ("采购入库", "purchased"),
    "gift": ("捐赠入库", "given"),
    "allotment": ("下拨入库", "allotted to us"),
    "output": ("收储入库", "taken in from factories"),
    "reserve": ("储备入库", "drawn from reserves"),
    "opening": ("期初", "opening"),
    "found": ("盘盈", "found"),
    "held": ("预留", "reserved"),
    "issued": ("出库", "issued"),
    "delivered": ("签收", "delivered"),
    "returned": ("退回入库", "returned"),
    "sent_back": ("退还来源", "sent back to the source"),
    "transfer_out": ("调出", "transferred out"),
    "transfer_in": ("调入", "transferred in"),
    "quarantined": ("转待检", "put in quarantine"),
    "cleared": ("检验放行", "cleared from quarantine"),
    "loss": ("报损", "lost"),
    "consumed": ("使用", "used"),
}
IN_FLOWS = ("purchase", "gift", "allotment", "output", "reserve", "opening", "found")
_HELD = {AccountKind.STORE, AccountKind.RESERVED, AccountKind.RECEIVING, AccountKind.QUARANTINE}
_SOURCE, _TARGET = 0, 1
# (source kind, target kind) → flows, each with the side whose store it counts for. "in" stands for the lot's source
# kind.
_PAIR_FLOWS: dict[tuple[str, str], tuple[tuple[str, int], ...]] = {
    ("store", "reserved"): (("held", _SOURCE),),
    ("store", "transit"): (("issued", _SOURCE),),
    ("reserved", "transit"): (("issued", _SOURCE),),
    ("transit", "recipient"): (("delivered", _SOURCE),),
    ("transit", "store"): (("returned", _TARGET),),
    ("transit", "quarantine"): (("returned", _TARGET),),
    ("recipient", "store"): (("returned", _TARGET),),
    ("recipient", "quarantine"): (("returned", _TARGET),),
    ("store", "store"): (("transfer_out", _SOURCE), ("transfer_in", _TARGET)),
    ("store", "quarantine"): (("quarantined", _SOURCE),),
    ("quarantine", "store"): (("cleared", _TARGET),),
    ("recipient", "consumed"): (("consumed", _SOURCE),),
    # No store on either side. What comes in names the source on its other side, what goes out the unit.
    ("outside", "recipient"): (("in", _TARGET), ("issued", _SOURCE), ("delivered", _SOURCE)),
}


def counts_backwards(source: str, target: str, *, is_reversal: bool) -> bool:
    """True when a posting counts below zero in the flow of the way back: a reversal, or a reservation given up.

    The one rule for posting, registers and proof: they must agree on the sign.
    """
    return is_reversal or (source, target) == (AccountKind.RESERVED, AccountKind.STORE)


def flows_of(source: str, target: str, lot_source_kind: str) -> tuple[tuple[str, int], ...]:
    """The flows that a posting counts in, each with the side (0 source, 1 target) whose store it belongs to."""
    if target == AccountKind.LOSS:
        return (("loss", _SOURCE),)
    if target == AccountKind.OUTSIDE:
        return (("sent_back", _SOURCE),)
    pair = _PAIR_FLOWS.get((source, target))
    if pair is None and source == AccountKind.OUTSIDE and target in _HELD:
        pair = (("in", _TARGET),)
    return tuple((lot_source_kind if flow == "in" else flow, side) for flow, side in pair or ())
