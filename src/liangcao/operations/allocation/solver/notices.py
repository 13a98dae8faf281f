"""Warnings: the plan is made, but somebody should look."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from liangcao.operations.allocation.solver.floors import floors_over_stock
from liangcao.operations.allocation.solver.round import EVERYONE, Notice, Round, tier_range


def notices_of(round_: Round) -> tuple[Notice, ...]:
    """The warnings of a round, in a fixed order."""
    return (
        *floors_over_stock(round_),
        *_floor_over_cap(round_),
        *_unknown_items(round_),
        *_tiers_unserved(round_),
        *_earmarks_without_ask(round_),
    )


def _floor_over_cap(round_: Round) -> Iterator[Notice]:
    for ask in sorted(round_.asks, key=lambda ask: (ask.item, ask.requester)):
        if ask.cap is not None and ask.floor > ask.cap:
            yield Notice(
                "FLOOR_OVER_CAP",
                f"“{ask.requester}”的“{ask.item}”保底 {ask.floor} 大于上限 {ask.cap},按上限计",
                f"floor {ask.floor} is over cap {ask.cap} for {ask.item} of {ask.requester}: the cap counts",
                sheet="需求",
                row=ask.row,
                column="保底",
            )


def _unknown_items(round_: Round) -> Iterator[Notice]:
    stocked = {lot.item for lot in round_.stocks}
    seen = set()
    for ask in sorted(round_.asks, key=lambda ask: (ask.item, ask.requester)):
        for name, column in [(ask.item, "物资"), *((name, "替代品") for name in ask.substitutes)]:
            if name not in stocked and name not in seen:
                seen.add(name)
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
    for ask in round_.asks:
        if ask.requester not in named and not any(r and r[0] <= ask.tier <= r[1] for r in ranges):
            unserved[ask.tier].add(ask.requester)
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


def _earmarks_without_ask(round_: Round) -> Iterator[Notice]:
    asked = {(ask.requester, ask.item) for ask in round_.asks}
    lots = [lot for lot in round_.stocks if lot.earmark is not None and (lot.earmark, lot.item) not in asked]
    for lot in sorted(lots, key=lambda lot: (lot.item, lot.earmark or "", lot.store, lot.lot)):
        yield Notice(
            "EARMARK_WITHOUT_ASK",
            f"“{lot.item}”定向给“{lot.earmark}”的 {lot.quantity} 在需求中没有对应的行,保留不发",
            f"{lot.quantity} of {lot.item} earmarked for {lot.earmark} have no line in the demand: they stay reserved",
            sheet="库存",
            row=lot.row,
            column="定向",
        )
