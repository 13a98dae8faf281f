"""The columns of the four registers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """A column: its name in both languages, what it holds (text, quantity, date), its width in characters."""

    key: str
    zh: str
    en: str
    holds: str = "text"
    width: int = 14


_ITEM = (
    Column("item_code", "物资编码", "item code", width=10),
    Column("item", "物资名称", "item", width=26),
    Column("standard", "规格/标准", "standard", width=18),
)
_UNIT = Column("unit", "单位", "unit", width=6)
STOCK_COLUMNS = (
    Column("store", "仓库", "store", width=18),
    *_ITEM,
    _UNIT,
    Column("opening", "期初结存", "opening", "quantity"),
    Column("in", "本期入库", "in", "quantity"),
    Column("out", "本期出库", "out", "quantity"),
    Column("closing", "期末结存", "closing", "quantity"),
    Column("reserved", "其中已预留", "of this reserved", "quantity"),
    Column("quarantine", "其中待检", "of this in quarantine", "quantity"),
    Column("expiring", "其中临期", "of this expiring", "quantity"),
)
_LOT = (
    Column("lot", "批次", "lot", width=22),
    Column("maker_lot", "生产批号", "maker's lot"),
    Column("expires_on", "失效日期", "expires", "date", 12),
)


def _entry_columns(flow: Column, party: Column, cause: Column) -> tuple[Column, ...]:
    """The columns of 入库台账 and 出库台账, which differ in where goods come from or go to."""
    return (
        Column("date", "日期", "date", "date", 12),
        Column("document", "单据号", "document", width=20),
        Column("kind", "单据", "kind", width=12),
        flow,
        party,
        cause,
        *_ITEM,
        *_LOT,
        _UNIT,
        Column("quantity", "数量", "quantity", "quantity"),
        Column("store", "仓库", "store", width=18),
        Column("by", "经办人", "by", width=12),
        Column("remark", "备注", "remark", width=24),
    )


RECEIPT_COLUMNS = _entry_columns(
    Column("flow", "来源类别", "kind of source", width=12),
    Column("party", "来源单位", "from", width=24),
    Column("source", "来源单号", "source document", width=20),
)
ISSUE_COLUMNS = _entry_columns(
    Column("flow", "出库类别", "kind of issue", width=12),
    Column("party", "领用单位", "to", width=24),
    Column("cause", "依据", "on the ground of", width=20),
)
HAND_OUT_COLUMNS = (
    Column("date", "发放日期", "issued on", "date", 12),
    Column("document", "单据号", "document", width=20),
    Column("party", "领用单位", "unit", width=24),
    *_ITEM,
    Column("lot", "批次", "lot", width=22),
    _UNIT,
    Column("quantity", "发放数量", "issued", "quantity"),
    Column("good", "签收完好", "received well", "quantity"),
    Column("short", "短少", "short", "quantity"),
    Column("damaged", "破损", "damaged", "quantity"),
    Column("signed_name", "签收人", "signed by", width=12),
    Column("signed_on", "签收日期", "signed on", "date", 12),
    Column("state", "状态", "state", width=10),
    Column("remark", "备注", "remark", width=24),
)
