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
_PACKS = Column("packs", "折合包装", "in packs", width=16)
_MARK = Column("mark", "标记", "mark", width=10)
STOCK_COLUMNS = (
    Column("store", "仓库", "store", width=18),
    *_ITEM,
    _UNIT,
    Column("opening", "期初结存", "opening", "quantity"),
    Column("in", "本期入库", "in", "quantity"),
    Column("out", "本期出库", "out", "quantity"),
    Column("closing", "期末结存", "closing", "quantity"),
    _PACKS,
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
        _PACKS,
        Column("store", "仓库", "store", width=18),
        Column("by", "经办人", "by", width=12),
        _MARK,
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
    _PACKS,
    Column("good", "签收完好", "received well", "quantity"),
    Column("short", "短少", "short", "quantity"),
    Column("damaged", "破损", "damaged", "quantity"),
    Column("signed_name", "签收人", "signed by", width=12),
    Column("signed_on", "签收日期", "signed on", "date", 12),
    Column("state", "状态", "state", width=10),
    _MARK,
    Column("remark", "备注", "remark", width=24),
)


@dataclass(frozen=True)
class PaperColumn:
    """A column on paper: which columns stand in it, one under the other, and its share of the width. No key: the
    number of the row."""

    keys: tuple[str, ...]
    share: float


_NUMBER = PaperColumn((), 4)
_ITEM_ON_PAPER = PaperColumn(("item", "standard"), 15)


def _entries_on_paper(party: tuple[str, ...]) -> tuple[PaperColumn, ...]:
    return (
        _NUMBER,
        PaperColumn(("date",), 8),
        PaperColumn(("document", "kind"), 11.5),
        PaperColumn(("flow",), 6),
        PaperColumn(party, 13),
        _ITEM_ON_PAPER,
        PaperColumn(("lot", "maker_lot"), 11.5),
        PaperColumn(("expires_on",), 8),
        PaperColumn(("unit",), 4),
        PaperColumn(("quantity",), 8.5),
        PaperColumn(("packs",), 8),
        PaperColumn(("store",), 7),
        PaperColumn(("by",), 6),
        PaperColumn(("mark", "remark"), 10),
    )


PAPER_COLUMNS: dict[str, tuple[PaperColumn, ...]] = {
    "stock_statement": (
        _NUMBER,
        PaperColumn(("store",), 11),
        PaperColumn(("item_code",), 9),
        _ITEM_ON_PAPER,
        PaperColumn(("unit",), 4),
        *(PaperColumn((key,), 9) for key in ("opening", "in", "out", "closing")),
        PaperColumn(("packs",), 9),
        *(PaperColumn((key,), 9) for key in ("reserved", "quarantine", "expiring")),
    ),
    "receipts_register": _entries_on_paper(("party", "source")),
    "issues_register": _entries_on_paper(("party", "cause")),
    "issue_register": (
        _NUMBER,
        PaperColumn(("date",), 8),
        PaperColumn(("document",), 11.5),
        PaperColumn(("party",), 14),
        _ITEM_ON_PAPER,
        PaperColumn(("lot",), 11.5),
        PaperColumn(("unit",), 4),
        PaperColumn(("quantity",), 8.5),
        PaperColumn(("packs",), 8),
        *(PaperColumn((key,), 7) for key in ("good", "short", "damaged")),
        PaperColumn(("signed_name", "signed_on"), 8),
        PaperColumn(("state",), 6),
        PaperColumn(("mark", "remark"), 10),
    ),
}
