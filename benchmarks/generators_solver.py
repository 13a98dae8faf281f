"""Random rounds for the solver's benchmark: 30 % of all pairs ask, stock for 60 % of the need, packs from 1 to 500."""

from __future__ import annotations

import numpy as np

from liangcao.operations.allocation.solver import Ask, Round, RoundArrays, Step, StepRule, Stock

SIZES = {"S": (100, 30), "M": (2_000, 100), "L": (10_000, 300)}

# Every way of sharing, and enough left for the last step: floors for all, days of cover for the front line, a share by
# weight up to the caps, a week for everybody, then the requests in what is left.
STEPS = (
    StepRule("floor", "fill"),
    StepRule("days", "equal_cover", days=3, first_tier=1, last_tier=2),
    StepRule("cap", "proportional", first_tier=2, last_tier=4),
    StepRule("days", "proportional", days=7),
    StepRule("request", "fill"),
)


def random_round(requesters: int, items: int, *, seed: int) -> RoundArrays:
    """A round in which 30 % of the requester × item pairs ask."""
    random = np.random.default_rng(seed)
    pairs = np.flatnonzero(random.random(requesters * items) < 0.3)
    size = pairs.size
    item, requester = pairs // requesters, pairs % requesters
    pack = random.integers(1, 501, size)
    requested = pack * random.integers(1, 40, size) + random.integers(0, 20, size)
    requested[random.random(size) < 0.03] = -1
    need = np.bincount(item, weights=np.maximum(requested, 0), minlength=items)
    cap = np.where(random.random(size) < 0.2, pack * random.integers(1, 60, size), -1)
    return RoundArrays(
        item=item,
        requester=requester,
        requested=requested,
        tier=random.integers(1, 6, requesters)[requester],
        weight=random.integers(1, 1_000_000, requesters)[requester],
        on_hand=random.integers(0, 500, size),
        daily_use=np.where(random.random(size) < 0.1, -1, random.integers(0, 400, size)),
        floor=np.where(random.random(size) < 0.5, pack * random.integers(0, 3, size), 0),
        cap=cap,
        pack=pack,
        earmarked=np.where(random.random(size) < 0.01, random.integers(1, 2_000, size), 0),
        free=(need * 0.6).astype(np.int64),
        steps=STEPS,
    )


def as_round(lines: RoundArrays) -> Round:
    """The same round in names, each item in three lots of two stores, for the way from names to names."""

    def known(value: int) -> int | None:
        return None if value < 0 else value

    columns = (lines.requester, lines.item, lines.requested, lines.tier, lines.weight, lines.on_hand, lines.daily_use)
    rows = zip(*(column.tolist() for column in (*columns, lines.floor, lines.cap, lines.pack)), strict=True)
    asks = tuple(
        Ask(f"R{r:05}", f"I{i:03}", known(requested), tier, weight, on_hand, known(daily), floor, known(cap), pack)
        for r, i, requested, tier, weight, on_hand, daily, floor, cap, pack in rows
        if cap < 0 or cap >= pack
    )
    stocks = tuple(
        Stock(f"S{lot % 2}", f"I{item:03}", f"L{lot}", None, pieces // 3)
        for item, pieces in enumerate(lines.free.tolist())
        for lot in range(3)
    )
    steps = (
        Step("all", "floor", "fill"),
        Step("1-2", "days", "equal_cover", 3),
        Step("2-4", "cap", "proportional"),
        Step("all", "days", "proportional", 7),
        Step("all", "request", "fill"),
    )
    return Round(stocks, asks, steps)
