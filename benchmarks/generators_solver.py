"""Random rounds for the solver's benchmark: 30 % of all pairs ask, the stock is 60 % of the need, packs from 1 to 500."""

from __future__ import annotations

import numpy as np

from liangcao.operations.allocation.solver import RoundArrays, StepRule

SIZES = {"S": (100, 30), "M": (2_000, 100), "L": (10_000, 300)}

# Five steps with every way of sharing: floors for all, three days for the front line, the front line's requests, a share by
# weight for the middle tiers, then everybody's request.
STEPS = (
    StepRule("floor", "fill"),
    StepRule("days", "equal_cover", days=3, first_tier=1, last_tier=2),
    StepRule("request", "equal_cover", first_tier=1, last_tier=1),
    StepRule("request", "proportional", first_tier=2, last_tier=4),
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
