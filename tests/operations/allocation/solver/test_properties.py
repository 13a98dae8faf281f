"""The promises of a plan, over random rounds with every feature: earmarks, substitutes, caps, packs, all steps."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from liangcao.operations.allocation.solver import Ask, Result, Round, Stock, shares_before_rounding, solve
from liangcao.operations.allocation.solver.prepare import turn_of_items

from .reference import allocated, random_round, random_step, reaches, target_of

seeds = st.integers(0, 10**9)
ITEMS = ("口罩", "防护服", "面罩")


def full_round(seed: int) -> Round:
    """A random round with earmarked lots and substitutes added."""
    dice = random.Random(seed)
    round_ = random_round(dice)
    asks: list[Ask] = []
    for ask in round_.asks:
        others = [item for item in ITEMS if item != ask.item]
        substitutes = tuple(dice.sample(others, dice.choice([0, 0, 1, 2])))
        changed = replace(ask, substitutes=substitutes)
        asks.append(ask if turn_of_items([*asks, changed]) is None else changed)
    marked = [
        Stock("二库", ask.item, f"捐{number}", None, dice.randint(0, 60), ask.requester)
        for number, ask in enumerate(asks)
        if dice.random() < 0.2
    ]
    spare = Stock("二库", "面罩", "9", None, dice.randint(0, 80))
    return Round((*round_.stocks, *marked, spare), tuple(asks), round_.steps)


@given(seeds)
@settings(max_examples=200, deadline=None)
def test_every_piece_is_accounted_for(seed: int) -> None:
    round_ = full_round(seed)
    result = solve(round_)
    taken: dict[tuple[str, str, str], int] = defaultdict(int)
    for pick in result.picks:
        taken[pick.item, pick.store, pick.lot] += pick.quantity
    reserved = {(r.item, r.store, r.lot): r.quantity for r in result.reserved}
    for lot in round_.stocks:
        key = (lot.item, lot.store, lot.lot)
        assert 0 <= taken[key] <= lot.quantity
        if lot.earmark:
            assert taken[key] + reserved.get(key, 0) == lot.quantity
    by_line: dict[int, int] = defaultdict(int)
    for pick in result.picks:
        by_line[pick.line] += pick.quantity
        assert pick.requester == result.lines[pick.line].requester
    assert all(by_line[place] == line.allocated for place, line in enumerate(result.lines))
    for total in result.totals:
        assert total.allocated + total.left == total.stock
        assert total.allocated == sum(line.allocated for line in result.lines if line.item == total.item)
        assert 0 <= total.reserved <= total.left


@given(seeds)
@settings(max_examples=200, deadline=None)
def test_earmarked_lots_go_only_to_their_recipient(seed: int) -> None:
    round_ = full_round(seed)
    owner = {(lot.item, lot.store, lot.lot): lot.earmark for lot in round_.stocks}

    for pick in solve(round_).picks:
        assert owner[pick.item, pick.store, pick.lot] in (None, pick.requester)


@given(seeds)
@settings(max_examples=200, deadline=None)
def test_nobody_gets_more_than_his_cap_or_a_broken_pack(seed: int) -> None:
    round_ = full_round(seed)
    asks = {(ask.requester, ask.item): ask for ask in round_.asks}
    free: dict[tuple[str, str], int] = defaultdict(int)
    for line in solve(round_).lines:
        ask = asks[line.requester, line.instead_of or line.item]
        # In place of item A, and of item B itself: both the cap for A and the cap for B hold.
        free[ask.requester, ask.item] += line.allocated - line.earmarked
        if line.instead_of and (line.requester, line.item) in asks:
            free[line.requester, line.item] += line.allocated
            ask = asks[line.requester, line.item]
        assert line.allocated % ask.pack == 0
    for key, pieces in free.items():
        cap = asks[key].cap
        assert cap is None or pieces <= cap


@given(seeds)
@settings(max_examples=200, deadline=None)
def test_the_order_of_rows_does_not_matter(seed: int) -> None:
    round_, dice = full_round(seed), random.Random(seed)
    stocks, asks = list(round_.stocks), list(round_.asks)
    dice.shuffle(stocks)
    dice.shuffle(asks)

    assert solve(Round(tuple(stocks), tuple(asks), round_.steps)) == solve(round_)


@given(seeds)
@settings(max_examples=200, deadline=None)
def test_no_step_gets_a_pack_which_an_earlier_step_could_use(seed: int) -> None:
    round_ = random_round(random.Random(seed))
    plans = [solve(replace(round_, steps=round_.steps[:count])) for count in range(len(round_.steps) + 1)]
    for number, step in enumerate(round_.steps, start=1):
        after = allocated(plans[number])
        # An earlier step decides before a later one is looked at, so that the plan so far is the plan of the steps so
        # far.
        assert all(after[key] >= pieces for key, pieces in allocated(plans[number - 1]).items())
        left = {total.item: total.left for total in plans[number].totals}
        for ask in round_.asks:
            room = target_of(ask, step) - after[ask.requester, ask.item]
            assert room < ask.pack or ask.pack > left[ask.item]


@given(seeds)
@settings(max_examples=200, deadline=None)
def test_more_stock_never_lowers_anyone_by_more_than_one_pack(seed: int) -> None:
    dice = random.Random(seed)
    round_ = random_round(dice, one_pack=True)
    asks = tuple(replace(ask, tier=1) for ask in round_.asks)
    step = random_step(dice)
    round_ = replace(round_, asks=asks, steps=(replace(step, whom="all"),))
    more = (*round_.stocks, Stock("三库", "口罩", "", None, dice.randint(1, 40)))
    before, after = allocated(solve(round_)), allocated(solve(replace(round_, stocks=more)))

    packs = {(ask.requester, ask.item): ask.pack for ask in asks}
    allowed = packs if step.how == "proportional" else dict.fromkeys(packs, 0)
    assert all(after[key] >= pieces - allowed[key] for key, pieces in before.items())


def test_more_stock_lowers_nobody_by_more_than_one_pack_in_several_steps_either() -> None:
    for seed in range(250):
        dice = random.Random(seed)
        round_ = random_round(dice, one_pack=True)
        asks = tuple(replace(ask, tier=1) for ask in round_.asks)
        steps = tuple(replace(random_step(dice), whom="all") for _ in range(dice.randint(2, 4)))
        round_ = replace(round_, asks=asks, steps=steps)
        more = (*round_.stocks, Stock("三库", "口罩", "", None, dice.randint(1, 40)))
        before, after = allocated(solve(round_)), allocated(solve(replace(round_, stocks=more)))
        packs = {(ask.requester, ask.item): ask.pack for ask in asks}
        assert all(after[key] >= pieces - packs[key] for key, pieces in before.items()), seed


@given(seeds)
@settings(max_examples=200, deadline=None)
def test_before_rounding_more_stock_never_lowers_anyone(seed: int) -> None:
    dice = random.Random(seed)
    round_ = random_round(dice)
    lot = Stock("三库", dice.choice(["口罩", "防护服"]), "", None, dice.randint(1, 40))
    before = shares_before_rounding(round_)
    after = shares_before_rounding(replace(round_, stocks=(*round_.stocks, lot)))

    for less, more in zip(before, after, strict=True):
        assert all(a <= b for a, b in zip(less.after_step, more.after_step, strict=True)), (less, more)
    assert sum(share.total for share in after) >= sum(share.total for share in before)


@given(seeds)
@settings(max_examples=200, deadline=None)
def test_before_rounding_every_piece_is_accounted_for_and_no_cap_broken(seed: int) -> None:
    round_ = full_round(seed)
    asks = {(ask.requester, ask.item): ask for ask in round_.asks}
    stock: dict[str, int] = defaultdict(int)
    for lot in round_.stocks:
        stock[lot.item] += lot.quantity
    shares = shares_before_rounding(round_)

    assert sum(share.total for share in shares) <= sum(stock.values())
    for share in shares:
        cap = asks[share.requester, share.item].cap
        assert list(share.after_step) == sorted(share.after_step)
        assert share.earmarked >= 0
        assert cap is None or share.total - share.earmarked <= cap


@given(seeds)
@settings(max_examples=200, deadline=None)
def test_every_line_has_a_cause_and_every_shortage_is_listed(seed: int) -> None:
    round_ = full_round(seed)
    result = solve(round_)
    received = _received_for(result)
    listed = {(unmet.requester, unmet.item): unmet.gap for unmet in result.unmet}
    for ask in round_.asks:
        key = (ask.requester, ask.item)
        if ask.requested is not None:
            assert listed.get(key, 0) == max(0, ask.requested - received[key])
        elif not any(reaches(step, ask.tier, ask.requester) for step in round_.steps):
            assert listed[key] is None
    assert all(line.cause.code for line in result.lines)
    for unmet in result.unmet:
        assert unmet.cause.code != "target_met"


def _received_for(result: Result) -> dict[tuple[str, str], int]:
    received: dict[tuple[str, str], int] = defaultdict(int)
    for line in result.lines:
        received[line.requester, line.instead_of or line.item] += line.allocated
    return received
