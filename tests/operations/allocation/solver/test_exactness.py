"""Exactness: each step against every plan, the plan before rounding against a linear programme, census shares to the
piece. LIANGCAO_EXACT_ROUNDS sets the number of random rounds."""

from __future__ import annotations

import csv
import itertools
import os
from collections import defaultdict
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from liangcao.operations.allocation.solver import Ask, Round, Step, Stock, shares_before_rounding, solve
from liangcao.operations.allocation.solver.before_rounding import level_out

from .oracles import (
    Turn,
    best_of_all_plans,
    largest_remainders,
    level_by_linear_programme,
    nearest_to_shares,
    stepped_rounds,
    turns,
)
from .reference import allocated, pack_by_pack, share_by_weight, target_of

ROUNDS = int(os.environ.get("LIANGCAO_EXACT_ROUNDS", "2000"))


def _levels(turn: Turn, pieces: list[int]) -> list[Fraction]:
    columns = zip(turn.counted, pieces, turn.scales, strict=True)
    return sorted(Fraction(have + more, scale) for have, more, scale in columns)


@pytest.mark.parametrize(("all_ones", "seed"), [(True, 11), (False, 12)])
def test_every_step_is_the_best_of_all_plans_given_the_steps_before(all_ones: bool, seed: int) -> None:
    looked_at: dict[str, int] = defaultdict(int)
    for round_ in stepped_rounds(ROUNDS // 2, all_ones=all_ones, seed=seed):
        for turn, pieces in turns(round_):
            one_size = len({ask.pack for ask in turn.asks}) == 1
            by_weight = turn.step.how == "proportional"
            # The rule to the piece, with its ties, in plain fractions; with packs of one size it is the optimum also.
            assert pieces == (share_by_weight(turn) if by_weight else pack_by_pack(turn)), (round_, turn)
            if one_size and by_weight:
                assert pieces == nearest_to_shares(turn), (round_, turn)
            elif one_size:
                assert _levels(turn, pieces) == best_of_all_plans(turn), (round_, turn)
            looked_at[f"{turn.step.how} {one_size}"] += 1
    wanted = [f"{how} {size}" for how in ("fill", "equal_cover", "proportional") for size in {True, all_ones}]
    assert all(looked_at[kind] >= ROUNDS // 100 for kind in wanted), looked_at


@pytest.mark.parametrize(("all_ones", "seed"), [(True, 13), (False, 14)])
def test_a_linear_programme_finds_the_plan_before_rounding(all_ones: bool, seed: int) -> None:
    solved = 0
    for round_ in stepped_rounds(ROUNDS // 2, all_ones=all_ones, seed=seed):
        asks = {ask.requester: ask for ask in round_.asks}
        shares = {share.requester: share for share in shares_before_rounding(round_)}
        for number, step in enumerate(round_.steps):
            before = {name: share.after_step[number - 1] if number else Fraction(0) for name, share in shares.items()}
            waiting = [name for name in sorted(asks) if target_of(asks[name], step) > before[name]]
            if not waiting:
                continue
            turn = Turn(step, tuple(asks[n] for n in waiting), tuple(before[n] for n in waiting), 0)  # type: ignore[arg-type]
            left = round_.stocks[0].quantity - sum(before.values())
            expected = level_by_linear_programme(
                list(map(float, turn.counted)), turn.scales, list(map(float, turn.rooms)), float(left)
            )
            added = [shares[name].after_step[number] - before[name] for name in waiting]
            assert list(map(float, added)) == pytest.approx(expected, abs=1e-6), (round_, step)
            assert sum(added) == min(left, sum(turn.rooms))
            solved += 1
    assert solved >= ROUNDS // 2


@pytest.mark.parametrize(("all_ones", "seed"), [(True, 15), (False, 16)])
def test_nobody_gets_more_than_one_pack_above_the_share_of_a_linear_programme(all_ones: bool, seed: int) -> None:
    over = 0
    for round_ in stepped_rounds(ROUNDS // 4, all_ones=all_ones, seed=seed):
        for turn, pieces in turns(round_):
            shares = level_by_linear_programme(turn.counted, turn.scales, turn.rooms, turn.stock)
            largest = max(ask.pack for ask in turn.asks)
            one_size = all(ask.pack == largest for ask in turn.asks)
            for ask, got, share in zip(turn.asks, pieces, shares, strict=True):
                # A pack that is too large for what is left is passed over: the small packs behind it take that rest.
                most = ask.pack if one_size else ask.pack + largest
                assert got <= share + most - (1e-6 if one_size else 0), (round_, turn)
                over += got > share + 1e-6
    assert over >= ROUNDS // 100


def test_level_out_raises_all_to_one_level() -> None:
    assert level_out([0, 0], [10, 30], [10, 30], 20) == [5, 15]
    assert level_out([6, 0, 1], [1, 1, 2], [9, 9, 3], 7) == [0, 4, 3]
    assert level_out([0, 0, 0], [1, 2, 0 + 3], [1, 50, 60], 26) == [1, 10, 15]
    assert level_out([0, 5], [1, 1], [2, 3], 99) == [2, 3]
    assert level_out([4], [3], [0], 5) == [0]
    assert level_out([], [], [], 5) == []


def _counties(folder: Path) -> dict[str, dict[str, int]]:
    """Population of 2020 by county and by prefecture: rows of totals (codes ending in 00) are left out."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    with (folder / "county_2020.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            code, people = row["code"], row["pop_total"]
            if code.isdigit() and not code.endswith("00") and people.isdigit() and int(people):
                found[code[:4]][f"{row['county']} {code}"] = int(people)
    return found


def _shared(people: dict[str, int], amount: int) -> list[int]:
    asks = tuple(Ask(name, "口罩", amount, weight=count) for name, count in people.items())
    plan = solve(Round((Stock("库", "口罩", "1", None, amount),), asks, (Step("all", "request", "proportional"),)))
    given = allocated(plan)
    return [given[name, "口罩"] for name in sorted(people)]


def test_shares_by_census_add_up_to_the_piece_in_every_prefecture(data_folder: Callable[[str], Path]) -> None:
    prefectures = _counties(data_folder("population_census"))
    everybody = dict(itertools.chain.from_iterable(people.items() for people in prefectures.values()))
    assert len(prefectures) > 300
    assert len(everybody) > 2_800
    for people in [*prefectures.values(), everybody]:
        weights = [people[name] for name in sorted(people)]
        for amount in (1, 9_973, 15 * 480, 999_999_999):
            pieces = _shared(people, amount)
            assert sum(pieces) == amount
            assert pieces == largest_remainders(weights, amount)
            assert all(abs(got * sum(weights) - amount * weight) < sum(weights)
                       for got, weight in zip(pieces, weights, strict=True))  # fmt: skip
