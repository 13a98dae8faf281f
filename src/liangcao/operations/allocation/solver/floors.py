"""Floors that contradict the stock or the order of the steps: which item, by how much, and whose floors are cut."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from liangcao.operations.allocation.solver.arrays import NONE, RoundArrays
from liangcao.operations.allocation.solver.exact import sum_by
from liangcao.operations.allocation.solver.prepare import Prepared
from liangcao.operations.allocation.solver.round import Notice

Integers = NDArray[Any]

# A sentence names this many units; the others are counted, and all of them stand in `Notice.cuts`.
NAMED_MAX = 10


@dataclass(frozen=True)
class FloorSum:
    """The floors of one item, under the caps, and what could serve them: the free stock and the earmarks of those who
    have a floor."""

    floors: int
    available: int

    @property
    def short(self) -> int:
        """By how much the floors exceed the stock; 0 when they do not."""
        return max(self.floors - self.available, 0)


def floors_that_count(lines: RoundArrays) -> Integers:
    """The floor of each line, never above its cap."""
    return np.where(lines.cap == NONE, lines.floor, np.minimum(lines.floor, lines.cap))


def floor_sums(prepared: Prepared) -> dict[str, FloorSum]:
    """Every item for which somebody has a floor."""
    lines = prepared.arrays
    floor = floors_that_count(lines)
    floors = sum_by(lines.item, floor, len(prepared.items))
    available = lines.free + sum_by(lines.item, np.minimum(floor, lines.earmarked), len(prepared.items))
    return {
        prepared.items[item]: FloorSum(int(floors[item]), int(available[item]))
        for item in np.flatnonzero(floors).tolist()
    }


def floors_over_stock(prepared: Prepared) -> Iterator[Notice]:
    """The warning before anything is solved: the floors cannot all be met."""
    for item, found in floor_sums(prepared).items():
        if found.short:
            yield _over_stock(item, found, ())


def floors_cut(prepared: Prepared, received: Integers) -> tuple[Notice, ...]:
    """The warnings of a solved round: `received` are the pieces for each line, substitutes and earmarks included.

    A floor that only a broken pack could fill counts as met.
    """
    lines = prepared.arrays
    floor = floors_that_count(lines)
    cuts: dict[str, list[tuple[str, int, int]]] = defaultdict(list)
    for line in np.flatnonzero(received < floor // lines.pack * lines.pack).tolist():
        ask = prepared.asks[line]
        cuts[ask.item].append((ask.requester, int(floor[line]), int(received[line])))
    if not cuts:
        return ()
    sums = floor_sums(prepared)
    notices = []
    for item in sorted(cuts):
        rows = tuple(sorted(cuts[item], key=lambda row: (row[2] - row[1], row[0])))
        notices.append((_over_stock if sums[item].short else _behind)(item, sums[item], rows))
    return tuple(notices)


def _over_stock(item: str, found: FloorSum, cuts: tuple[tuple[str, int, int], ...]) -> Notice:
    zh, en = _whose(cuts)
    return Notice(
        "FLOORS_OVER_STOCK",
        f"“{item}”的保底合计 {found.floors:,},可用于保底的库存 {found.available:,},差 {found.short:,}" + zh,
        f"the floors for {item} add up to {found.floors:,}, {found.available:,} can serve them: {found.short:,} short"
        + en,
        sheet="需求",
        column="保底",
        cuts=cuts,
    )


def _behind(item: str, found: FloorSum, cuts: tuple[tuple[str, int, int], ...]) -> Notice:
    zh, en = _whose(cuts)
    return Notice(
        "FLOORS_BEHIND",
        f"“{item}”的库存 {found.available:,} 够保底合计 {found.floors:,},但按这样的步骤次序仍有保底不足" + zh
        + "。要先保底,请把“保底”放在前面的步骤",
        f"{found.available:,} of {item} would meet the floors of {found.floors:,}, but these steps leave some unmet"
        + en
        + ". To meet them put the floor into an earlier step",
        sheet="步骤",
        column="目标",
        cuts=cuts,
    )  # fmt: skip


def _whose(cuts: tuple[tuple[str, int, int], ...]) -> tuple[str, str]:
    """The largest cuts by name, the others counted."""
    if not cuts:
        return "", ""
    named, rest = cuts[:NAMED_MAX], cuts[NAMED_MAX:]
    zh = "、".join(f"{name} 保底 {floor:,} 得 {got:,}(少 {floor - got:,})" for name, floor, got in named)
    en = ", ".join(f"{name} gets {got:,} of {floor:,} ({floor - got:,} less)" for name, floor, got in named)
    if rest:
        pieces = sum(floor - got for _, floor, got in rest)
        zh, en = f"{zh},另有 {len(rest)} 家共少 {pieces:,}", f"{en}, and {len(rest)} more, {pieces:,} less in all"
    return f";保底不足:{zh}", f"; cut: {en}"
