"""What a table says of its goods: asked for, held, received or handed out – by title, headers, sheet and kind."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from liangcao.interfaces.intake.reading import lines
from liangcao.interfaces.intake.reading.tables import vocabulary as v

_IN = v.INWARD
_SAID = (
    # The first that matches counts: 发放捐赠物资 is handed out, 捐赠物资需求 is asked for.
    (lines.REQUESTED, r"申请|申领|请领|求助|需求(?!.{0,6}(?:分配|发放|满足))|(?:急|所|紧)需|需要|短缺|缺口|紧缺"
                      r"|requisition|request|demand|appeal|needs?\b"),
    (lines.DISTRIBUTED, r"发放|下发|出库|分配|调拨|领用|领取|配发|分发|拨付|使用情况|去向|流向|发往|移交|投放|派发|配送|支出|"
                        r"outbound|outflow|\bout\b|issue|distribut|dispatch|deliver|allocat"),
    (lines.STOCK, r"库存|结存|盘点|存量|期初|在库|stock|inventory|on.hand|opening|balance"),
    (lines.DONATED, r"捐赠|捐献|受赠|捐助|捐|爱心|赠送|donat|gift|contribut"),
    (lines.PROCURED, r"采购|购置|购买|购进|订购|purchas|procure"),
    (lines.PRODUCED, r"生产(?!日期|厂|企业)|产量|production|output"),
    (_IN, r"接收|接受|收到|入库|到货|来源|筹集|收货|进货|inbound|inflow|receipt|received|\bin\b"),
    # 入库台账 is a list of what came in; a 台账 of nothing else tells what is there.
    (lines.STOCK, r"台账"),
)  # fmt: skip
_GIFT = re.compile(r"捐(?!.{0,2}款账)|赠|爱心|慈善|红十字|donat|gift", re.IGNORECASE)
_PATTERNS = tuple((flow, re.compile(words, re.IGNORECASE)) for flow, words in _SAID)
# Which organisation a line names, by what happens to the goods: the first column that the table has.
_ORGANISATIONS = {
    lines.DISTRIBUTED: (v.RECEIVER, v.ISSUER, v.ORGANISATION, v.APPLICANT),
    lines.DONATED: (v.DONOR, v.SUPPLIER, v.ORGANISATION, v.ISSUER),
    lines.PROCURED: (v.SUPPLIER, v.DONOR, v.ORGANISATION, v.ISSUER),
    lines.REQUESTED: (v.APPLICANT, v.ORGANISATION, v.RECEIVER, v.ISSUER),
    lines.STOCK: (v.ORGANISATION, v.APPLICANT, v.RECEIVER, v.SUPPLIER, v.DONOR),
    lines.PRODUCED: (v.SUPPLIER, v.ORGANISATION, v.DONOR),
}


@dataclass(frozen=True, slots=True)
class Direction:
    """The flow of a table. `is_said`: by its own words, not by the chosen kind; `is_sure` False: nobody said."""

    flow: str
    is_said: bool = True
    is_sure: bool = True


def said(text: str) -> str | None:
    """The flow that a title, a sheet's name or the heading of a section says."""
    return next((flow for flow, pattern in _PATTERNS if pattern.search(text)), None)


def direction(
    titles: Iterable[str], keys: AbstractSet[str], flows: Collection[str], sheet: str, kind_flow: str | None, told: str
) -> Direction:
    """`keys` of the columns, `flows` of the quantity columns, `kind_flow` of the kind that was chosen, if any; `told`:
    texts of the table's rows, which may speak of gifts."""
    inward = kind_flow if kind_flow in (lines.DONATED, lines.PROCURED) else None
    inward = inward or (lines.DONATED if _GIFT.search(told) or said(sheet) == lines.DONATED else None)
    found = next((flow for title in reversed(list(titles)) if (flow := said(title))), None)
    if found == _IN:
        is_gift = v.DONOR in keys or lines.DONATED in flows
        return Direction(lines.DONATED if is_gift else inward or lines.PROCURED)
    by_role = _by_role(keys)
    clearly = [flow for flow in flows if flow != _IN]
    by_flow = clearly[0] if len(flows) == 1 and clearly else None
    by_flow = by_flow or next((flow for flow in (lines.REQUESTED, lines.STOCK) if flow in flows), None)
    clear = found or (by_role if by_role != _IN else None) or by_flow
    if clear:
        return Direction(clear)
    if by_role == _IN or _IN in flows:
        return Direction(inward or lines.PROCURED)
    if kind_flow:
        return Direction(kind_flow, is_said=False)
    named = said(sheet)
    if named:
        return Direction((inward or lines.PROCURED) if named == _IN else named)
    return Direction(lines.REQUESTED, is_said=False, is_sure=bool(keys & {v.ORGANISATION, "region"}))


def organisation_key(flow: str, keys: Collection[str]) -> str | None:
    """The column that gives the organisation of a table's lines; None when no column does."""
    order = _ORGANISATIONS.get(flow, v.ROLES)
    return next((key for key in (*order, "region") if key in keys), None)


def _by_role(keys: AbstractSet[str]) -> str | None:
    if v.APPLICANT in keys or v.NEEDED_BY in keys:
        return lines.REQUESTED
    if v.RECEIVER in keys:
        return lines.DISTRIBUTED
    if v.DONOR in keys:
        return lines.DONATED
    if v.ISSUER in keys:
        return lines.DISTRIBUTED
    return _IN if v.SUPPLIER in keys else None
