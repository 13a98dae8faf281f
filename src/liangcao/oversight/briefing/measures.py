"""What is counted: each measure with its names, unit, definition in both languages, and the time it speaks of."""

from __future__ import annotations

from dataclasses import dataclass

from liangcao.foundation.kernel.errors import Invalid

DAY, TOTAL, STATE = "day", "total", "state"
FLOW_SPANS = (DAY, TOTAL)


@dataclass(frozen=True)
class Measure:
    """One measure. `spans`: of the day and to date, or as it stands at the end of the day (STATE).

    `unit` is None for goods (the item's base unit). `family` says where its rows come from.
    """

    name: str
    zh: str
    en: str
    definition_zh: str
    definition_en: str
    family: str
    spans: tuple[str, ...] = FLOW_SPANS
    unit: tuple[str, str] | None = None
    per_item: bool = True


def _flow(name: str, zh: str, en: str, definition_zh: str, definition_en: str) -> Measure:
    return Measure(name, zh, en, definition_zh, definition_en, "flow")


def _state(name: str, zh: str, en: str, definition_zh: str, definition_en: str, family: str) -> Measure:
    return Measure(name, zh, en, definition_zh, definition_en, family, (STATE,))


_FEN, _BATCH, _LINE, _SLIP = ("分", "fen"), ("批", "batches"), ("行", "lines"), ("张", "documents")
_TASK = ("件", "tasks")
_ALL = (
    _flow(
        "purchase",
        "采购入库",
        "bought",
        "采购来源的入库数,含待检和直达,已扣冲红",
        "received from purchases, quarantine and direct deliveries included, reversals taken off",
    ),
    _flow(
        "gift",
        "捐赠入库",
        "given",
        "捐赠来源的入库数,含待检和直达,已扣冲红",
        "received from gifts, quarantine and direct deliveries included, reversals taken off",
    ),
    _flow(
        "allotment",
        "下拨入库",
        "allotted to us",
        "上级下拨的入库数,已扣冲红",
        "received from the upper level, reversals taken off",
    ),
    Measure(
        "allotment_batches",
        "下拨批次",
        "allotment batches",
        "有净入库的下拨单数",
        "allotments with goods received, reversals taken off",
        "batches",
        unit=_BATCH,
    ),
    Measure(
        "made",
        "本地生产(组织协调)",
        "made locally (arranged)",
        "本地企业生产的通知数,不一定进本局仓库,与入库不相加",
        "output that local factories announced; it need not enter our store and is never added to receipts",
        "output",
    ),
    _flow(
        "output",
        "收储入库",
        "taken in from factories",
        "本地生产中收储入库的数,已扣冲红",
        "local output taken into our store, reversals taken off",
    ),
    _flow(
        "reserve",
        "储备入库",
        "drawn from reserves",
        "由储备任务承担单位调入的数,已扣冲红",
        "drawn from reserve holders, reversals taken off",
    ),
    _flow("opening", "期初入账", "opening stock", "建账时已有的数", "what was there when the book was opened"),
    _flow("found", "盘盈", "found", "盘点多出的数", "found in a count"),
    _flow(
        "issued",
        "出库",
        "issued",
        "出库和直达的数,含应急出库,已扣冲红",
        "issued from store or delivered directly, emergency issues included, reversals taken off",
    ),
    _flow(
        "delivered",
        "签收",
        "delivered",
        "领用单位签收的完好数,含直达,已扣冲红",
        "signed for in good order by the units, direct deliveries included, reversals taken off",
    ),
    _flow(
        "returned",
        "退回入库",
        "returned",
        "领用单位或途中退回入库的数",
        "came back into store from units or from the road",
    ),
    _flow(
        "sent_back",
        "退还来源",
        "sent back to the source",
        "退还供应商、捐赠方等来源的数",
        "sent back to suppliers, donors and other sources",
    ),
    _flow("loss", "报损", "lost", "在库或途中报损的数", "written off in store or on the road"),
    Measure(
        "gift_money",
        "捐赠资金",
        "gifts of money",
        "捐赠来源登记的金额,不含已取消",
        "amounts registered with gifts that were not cancelled",
        "money",
        unit=_FEN,
        per_item=False,
    ),
    Measure(
        "purchase_money",
        "采购金额",
        "price of purchases",
        "采购来源登记的合同金额,不含已取消",
        "contract prices registered with purchases that were not cancelled",
        "money",
        unit=_FEN,
        per_item=False,
    ),
    _state(
        "in_stock",
        "在库",
        "in stock",
        "本局仓库内的数,含已预留、待检和待验收",
        "in our stores, reserved, in quarantine and being received included",
        "holding",
    ),
    _state(
        "free", "可用", "free", "在库中未预留、不在待检的数", "in store, neither reserved nor in quarantine", "holding"
    ),
    _state(
        "reserved",
        "已预留",
        "reserved",
        "在库中已为单位预留、尚未出库的数",
        "in store, set aside for a unit and not yet issued",
        "holding",
    ),
    _state("quarantine", "待检", "in quarantine", "在库中待检验的数", "in store, waiting for inspection", "holding"),
    _state(
        "in_transit",
        "在途",
        "in transit",
        "已出库、尚未签收或处理差异的数",
        "issued, not yet signed for or settled",
        "holding",
    ),
    _state(
        "expiring",
        "临期",
        "expiring",
        "在库中 30 天内失效或已失效的数",
        "in stores, ending within 30 days or past their date",
        "expiring",
    ),
    _state(
        "demand_requested",
        "未结申请",
        "requested, open",
        "待审核和待满足申领行的申请数,数量未知的另列",
        "asked in lines that wait for review or are open; unknown amounts are counted apart",
        "demand",
    ),
    Measure(
        "demand_unknown",
        "未结申请(数量未知)",
        "requested, amount unknown",
        "待审核和待满足申领行中没有数量的行数",
        "lines that wait for review or are open and name no amount",
        "demand",
        (STATE,),
        _LINE,
    ),
    _state("demand_approved", "未结核定", "approved, open", "待满足申领行的核定数", "approved in open lines", "demand"),
    _state(
        "demand_allotted", "未结已分配", "allotted, open", "待满足申领行已分配的数", "allotted to open lines", "demand"
    ),
    _state(
        "demand_delivered",
        "未结已签收",
        "delivered, open",
        "待满足申领行已签收的数",
        "delivered on open lines",
        "demand",
    ),
    _state(
        "demand_unmet",
        "尚未满足",
        "approved, not met",
        "待满足申领行核定而未签收、也不在途的数",
        "approved in open lines, neither delivered nor on the way",
        "demand",
    ),
    _state(
        "gap",
        "缺口",
        "short",
        "尚未满足的数超过可用数的部分",
        "approved and not met, as far as it exceeds what is free",
        "gap",
    ),
    _state(
        "difference",
        "签收差异待处理",
        "differences to settle",
        "签收时短少、破损而尚未处理的数",
        "short or damaged at delivery and not yet settled",
        "difference",
    ),
    Measure(
        "papers_owing",
        "待补手续",
        "papers owing",
        "先发后补而手续未到的应急出库单、先行放行而签字未齐的入库单数",
        "emergency issues whose papers have not come, and early releases whose signatures have not",
        "papers",
        (STATE,),
        _SLIP,
        per_item=False,
    ),
    Measure(
        "papers_overdue",
        "逾期未补手续",
        "papers overdue",
        "其中超过 24 小时的单数",
        "of these, older than 24 hours",
        "papers",
        (STATE,),
        _SLIP,
        per_item=False,
    ),
    Measure(
        "tasks_open",
        "交办未办结",
        "tasks open",
        "日末尚未办结的交办事项数",
        "tasks given and not ended by the end of the day",
        "tasks",
        (STATE,),
        _TASK,
        per_item=False,
    ),
    Measure(
        "tasks_overdue",
        "交办到期未办结",
        "tasks due and not done",
        "其中时限在当日 24 时以前的件数",
        "of these, due by the end of the day",
        "tasks",
        (STATE,),
        _TASK,
        per_item=False,
    ),
    Measure(
        "tasks_done",
        "交办办结",
        "tasks done",
        "办结的交办事项数,重新办理的不算",
        "tasks done and not opened again",
        "tasks",
        unit=_TASK,
        per_item=False,
    ),
)
MEASURES: dict[str, Measure] = {measure.name: measure for measure in _ALL}
FLOWS = tuple(measure.name for measure in _ALL if measure.family == "flow")
# Which accounts a state measure of stock adds up.
HOLDINGS: dict[str, tuple[str, ...]] = {
    "in_stock": ("receiving", "store", "quarantine", "reserved"),
    "free": ("store",),
    "reserved": ("reserved",),
    "quarantine": ("quarantine",),
    "in_transit": ("transit",),
}
EXPIRING_DAYS = 30


@dataclass(frozen=True)
class Key:
    """A figure's key taken apart: `purchase.KZ01.total`, `in_stock.KZ01`, `gift_money.day`, `papers_owing`."""

    measure: Measure
    item_code: str
    span: str

    def __str__(self) -> str:
        parts = [self.measure.name, self.item_code, "" if self.span == STATE else self.span]
        return ".".join(part for part in parts if part)


def key_of(text: str) -> Key:
    """The parts of a key. Raises Invalid FIGURE_UNKNOWN."""
    name, _, rest = text.partition(".")
    measure = MEASURES.get(name)
    if measure is not None:
        span = STATE
        if measure.spans == FLOW_SPANS:
            rest, _, span = f".{rest}".rpartition(".")
        item_code = rest.strip(".")
        if span in measure.spans and bool(item_code) == measure.per_item:
            return Key(measure, item_code, span)
    raise Invalid("FIGURE_UNKNOWN", f"没有“{text[:60]}”这个数字", f'There is no figure "{text[:60]}"', field="figure")
