"""Warnings: the plan is made, but somebody should look."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from operator import attrgetter

import numpy as np

from liangcao.operations.allocation.solver.arrays import NONE
from liangcao.operations.allocation.solver.floors import floors_over_stock
from liangcao.operations.allocation.solver.prepare import Prepared
from liangcao.operations.allocation.solver.round import EVERYONE, Notice, Round, tier_range


def notices_of(round_: Round, prepared: Prepared) -> tuple[Notice, ...]:
    """The warnings of a round, in a fixed order."""
    return (*floors_over_stock(prepared), *notices_besides_floors(round_, prepared))


def notices_besides_floors(round_: Round, prepared: Prepared) -> tuple[Notice, ...]:
    """The warnings which the plan itself does not answer."""
    return (
        *_floor_over_cap(prepared),
        *_unknown_items(prepared),
        *_tiers_unserved(round_),
        *_earmarks_without_ask(prepared),
    )


def _floor_over_cap(prepared: Prepared) -> Iterator[Notice]:
    lines = prepared.arrays
    for line in np.flatnonzero((lines.cap != NONE) & (lines.floor > lines.cap)).tolist():
        ask = prepared.asks[line]
        yield Notice(
            "FLOOR_OVER_CAP",
            f"“{ask.requester}”的“{ask.item}”保底 {ask.floor} 大于上限 {ask.cap},按上限计",
            f"floor {ask.floor} is over cap {ask.cap} for {ask.item} of {ask.requester}: the cap counts",
            sheet="需求",
            row=ask.row,
            column="保底",
        )


def _unknown_items(prepared: Prepared) -> Iterator[Notice]:
    missing = set(prepared.items).difference(lot.item for lot in prepared.stocks)
    if not missing:
        return
    for ask in prepared.asks:
        for name, column in [(ask.item, "物资"), *((name, "替代品") for name in ask.substitutes)]:
            if name in missing:
                missing.remove(name)
                yield Notice(
                    "ITEM_NOT_IN_STOCK",
                    f"库存中没有“{name}”,请核对名称",
                    f"{name} is not in stock: check the name",
                    sheet="需求",
                    row=ask.row,
                    column=column,
                )


def _tiers_unserved(round_: Round) -> Iterator[Notice]:
    """A tier is served when a step names it, or names everybody, or names each of its requesters."""
    ranges = [tier_range(step.whom) for step in round_.steps]
    named = {step.whom for step in round_.steps}
    if EVERYONE in named:
        return
    unserved: dict[int, set[str]] = defaultdict(set)
    for requester, tier in set(map(attrgetter("requester", "tier"), round_.asks)):
        if requester not in named and not any(r and r[0] <= tier <= r[1] for r in ranges):
            unserved[tier].add(requester)
    for tier in sorted(unserved):
        people = sorted(unserved[tier])
        some_zh, some_en = "、".join(people[:5]), ", ".join(people[:5])
        yield Notice(
            "TIER_WITHOUT_STEP",
            f"没有步骤供应第 {tier} 档的 {len(people)} 家:{some_zh}{'等' if len(people) > 5 else ''}",
            f"no step serves these {len(people)} of tier {tier}: {some_en}{' …' if len(people) > 5 else ''}",
            sheet="步骤",
            column="对象",
        )


def _earmarks_without_ask(prepared: Prepared) -> Iterator[Notice]:
    without = np.flatnonzero(prepared.lot_is_earmarked & (prepared.lot_line == NONE)).tolist()
    lots = [prepared.stocks[lot] for lot in without]
    for lot in sorted(lots, key=lambda lot: (lot.item, lot.earmark or "", lot.store, lot.lot)):
        yield Notice(
            "EARMARK_WITHOUT_ASK",
            f"“{lot.item}”定向给“{lot.earmark}”的 {lot.quantity} 在需求中没有对应的行,保留不发",
            f"{lot.quantity} of {lot.item} earmarked for {lot.earmark} have no line in the demand: they stay reserved",
            sheet="库存",
            row=lot.row,
            column="定向",
        )
