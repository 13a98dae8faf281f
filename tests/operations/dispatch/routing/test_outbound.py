"""Trips by PyVRP: loads, hours, cold and dangerous goods apart, urgent first, reasons for what fits nowhere."""

from __future__ import annotations

from typing import Any

import pytest

from liangcao.foundation.kernel.distance import Place
from liangcao.operations.dispatch.routing.outbound import Call, Proposal, Round, Van, follow, metres, propose, seconds

DEPOT = Place(28.90, 120.00)
TONNE = 1_000_000


def call(key: int, kilograms: int = 100, **more: Any) -> Call:
    """A stop a kilometre or more from the depot."""
    given = {"place": Place(28.90 + key / 100, 120.00), "grams": kilograms * 1000, "millilitres": 1000} | more
    return Call(key, **given)


def solve(calls: list[Call], vans: list[Van], **more: Any) -> Proposal:
    return propose(Round(DEPOT, tuple(calls), tuple(vans), **more), limit_seconds=3, seed=1)


def served(found: Proposal) -> dict[int, list[int]]:
    return {way.van: [visit.key for visit in way.visits] for way in found.ways}


def test_a_way_is_followed_stop_by_stop() -> None:
    way = follow(DEPOT, [call(1, opens=9 * 3600), call(2)], 8 * 3600)
    assert way.visits[0].arrives == 9 * 3600
    leg = metres(call(1).place, call(2).place)  # type: ignore[arg-type]
    assert way.visits[1].arrives == 9 * 3600 + 600 + seconds(leg)
    assert way.grams == 200_000
    assert not any(visit.is_late for visit in way.visits)
    assert follow(DEPOT, [call(1, closes=8 * 3600)], 8 * 3600).visits[0].is_late


def test_everything_fits_within_load_and_room() -> None:
    found = solve([call(key) for key in range(1, 7)], [Van(1, 300_000), Van(2, 300_000, 3_000)])
    assert sorted(key for keys in served(found).values() for key in keys) == [1, 2, 3, 4, 5, 6]
    assert all(way.grams <= 300_000 for way in found.ways)
    assert found.left_out == {}


def test_the_urgent_is_not_dropped_for_many_that_are_less_urgent() -> None:
    """The van holds the one urgent load far away, or four near ones that are not."""
    far = call(30, 400, urgency=0)
    near = [call(key, 100, urgency=1) for key in range(1, 5)]
    found = solve([*near, far], [Van(1, 400_000)])
    assert served(found) == {1: [30]}
    assert found.left_out == dict.fromkeys([1, 2, 3, 4], "NO_ROOM")


def test_cold_and_dangerous_goods_go_apart_on_vehicles_that_take_them() -> None:
    calls = [call(1, is_cold=True), call(2, is_hazard=True), call(3), call(4)]
    vans = [Van(1, TONNE), Van(2, TONNE, is_cold=True), Van(3, TONNE, takes_hazard=True)]
    found = served(solve(calls, vans))
    assert found[2] == [1]
    assert found[3] == [2]
    assert sorted(found[1]) == [3, 4]


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        (call(1, place=None), "NO_PLACE"),
        (call(1, is_cold=True), "NO_COLD_VEHICLE"),
        (call(1, is_hazard=True), "NO_HAZARD_VEHICLE"),
        (call(1, 2_000), "TOO_HEAVY"),
        (call(1, millilitres=9_000_000), "TOO_LARGE"),
        (call(1, closes=8 * 3600 + 1), "WINDOW_TOO_SHORT"),
    ],
)
def test_what_fits_nowhere_says_why(asked: Call, reason: str) -> None:
    found = solve([asked, call(2)], [Van(1, TONNE, 2_000_000)])
    assert found.left_out == {1: reason}
    assert served(found) == {1: [2]}


def test_the_same_seed_gives_the_same_trips() -> None:
    calls = [call(key, 100 + key, place=Place(28.9 + key % 5 / 50, 120 + key % 7 / 50)) for key in range(1, 16)]
    vans = [Van(key, 800_000) for key in range(1, 4)]
    assert solve(calls, vans) == solve(calls, vans)


def test_without_a_vehicle_everything_is_left_out() -> None:
    assert solve([call(1)], []).left_out == {1: "NO_ROOM"}
