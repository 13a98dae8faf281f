"""Routes: every stop once, every limit kept, the cost recomputed from the file; and why there are none."""

from __future__ import annotations

import itertools
import math
import re
from pathlib import Path
from typing import Any

import pytest

from liangcao.foundation.kernel.errors import Conflict, Invalid, Refusal
from liangcao.operations.dispatch.routing import Answer, read_instance, solve_instance

TINY = """NAME : tiny
TYPE : CVRP
DIMENSION : 4
CAPACITY : 10
EDGE_WEIGHT_TYPE : EUC_2D
NODE_COORD_SECTION
1 0 0
2 0 30
3 40 0
4 40 30
DEMAND_SECTION
1 0
2 6
3 4
4 5
DEPOT_SECTION
1
-1
EOF
"""
SOLOMON = """TINY

VEHICLE
NUMBER     CAPACITY
  2          10

CUSTOMER
CUST NO.  XCOORD.   YCOORD.    DEMAND   READY TIME  DUE DATE   SERVICE   TIME

    0      0         0          0          0       200          0
    1      0        30          6          0       100         10
    2     40         0          4          0       100         10
    3     40        30          5         60       150         10
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "instance.vrp"
    path.write_text(text, encoding="utf-8")
    return path


def solved(path: Path, seconds: float = 0.3) -> Answer:
    return solve_instance(read_instance(path), seconds=seconds, seed=1)


def sections(path: Path) -> dict[str, dict[int, list[float]]]:
    """Section → node from 0 → its numbers, read on its own."""
    found: dict[str, dict[int, list[float]]] = {}
    name = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if re.match(r"\s*[A-Z_]+_SECTION", line):
            name = line.strip()
        elif name and re.match(r"\s*\d+[\s\d.-]+$", line):
            number, *values = line.split()
            found.setdefault(name, {})[int(number) - 1] = [float(value) for value in values]
    return found


def away(nodes: dict[int, list[float]], route: tuple[int, ...]) -> list[float]:
    stops = [0, *route, 0]
    return [math.dist(nodes[a], nodes[b]) for a, b in itertools.pairwise(stops)]


def test_a_tiny_instance_by_hand(tmp_path: Path) -> None:
    """10 fits on a vehicle: stops 2 and 3 go together (40 + 30 + 50), stop 1 alone (60)."""
    answer = solved(written(tmp_path, TINY))
    assert sorted(tuple(sorted(route)) for route in answer.routes) == [(1,), (2, 3)]
    assert (answer.cost, answer.vehicles_used) == (180, 2)


def test_every_stop_once_within_the_load_at_the_cost_told(data_folder: Any) -> None:
    path = data_folder("routing_or") / "cvrp" / "X-n101-k25.vrp"
    answer, read = solved(path, seconds=1), sections(path)
    nodes, demands = read["NODE_COORD_SECTION"], read["DEMAND_SECTION"]
    assert sorted(stop for route in answer.routes for stop in route) == list(range(1, 101))
    assert max(sum(demands[stop][0] for stop in route) for route in answer.routes) <= 206
    assert sum(round(leg) for route in answer.routes for leg in away(nodes, route)) == answer.cost


def test_time_windows_are_kept_at_the_cost_told(data_folder: Any) -> None:
    """Distances with one decimal, cut off, as the best known cost of the instance has it."""
    path = data_folder("routing_or") / "vrptw" / "RC208.vrp"
    answer, read = solved(path, seconds=1), sections(path)
    nodes, windows = read["NODE_COORD_SECTION"], read["TIME_WINDOW_SECTION"]
    tenths = 0
    for route in answer.routes:
        clock = 0
        for leg, stop in zip(away(nodes, route), [*route, 0], strict=True):
            tenths += math.floor(leg * 10)
            clock = max(clock + math.floor(leg * 10), int(windows[stop][0] * 10))
            assert clock <= windows[stop][1] * 10
            clock += 100
    assert tenths / 10 == answer.cost


def test_the_kth_route_is_the_kth_vehicle_of_a_mixed_fleet(data_folder: Any) -> None:
    path = data_folder("routing_or") / "hfvrp" / "X110-HD.vrp"
    answer, read = solved(path, seconds=1), sections(path)
    nodes, demands = read["NODE_COORD_SECTION"], read["DEMAND_SECTION"]
    prices = read["VEHICLES_UNIT_DISTANCE_COST_SECTION"]
    holds = read["CAPACITY_SECTION"] if "CAPACITY_SECTION" in read else read["VEHICLES_CAPACITY_SECTION"]
    cost = 0.0
    for vehicle, route in enumerate(answer.routes):
        assert sum(demands[stop][0] for stop in route) <= holds[vehicle][0]
        cost += sum(round(leg * 1000) for leg in away(nodes, route)) * prices[vehicle][0]
    assert cost / 1000 == pytest.approx(answer.cost)


def test_solomons_format_gives_the_same_instance(tmp_path: Path) -> None:
    """Stop 3 opens at 60; the service takes 10."""
    answer = solved(written(tmp_path, SOLOMON))
    assert sorted(tuple(sorted(route)) for route in answer.routes) == [(1,), (2, 3)]
    assert answer.cost == 180


def test_a_reload_on_the_way_is_a_0(tmp_path: Path) -> None:
    """One vehicle for 15 pieces: it comes back once."""
    text = TINY.replace("CAPACITY : 10", "VEHICLES : 1\nCAPACITY : 10")
    text = text.replace("DEPOT_SECTION", "VEHICLES_RELOAD_DEPOT_SECTION\n1 1\nDEPOT_SECTION")
    answer = solved(written(tmp_path, text))
    [route] = answer.routes
    assert route.count(0) == 1
    assert sorted(stop for stop in route if stop) == [1, 2, 3]


def refused(path: Path) -> Refusal:
    with pytest.raises((Invalid, Conflict)) as caught:
        solved(path)
    return caught.value


def codes(refusal: Refusal) -> list[tuple[str, int | None]]:
    return [(problem.code, problem.row) for problem in refusal.problems or (refusal,)]


@pytest.mark.parametrize(
    ("before", "after", "code", "row"),
    [
        ("3 40 0\n", "3 vierzig 0\n", "NUMBER_INVALID", 9),
        ("4 40 30\n", "", "ROWS_MISSING", None),
        ("4 5\n", "", "ROWS_MISSING", None),
        ("DIMENSION : 4\n", "", "SECTION_MISSING", None),
        ("DEPOT_SECTION\n1\n-1\n", "", "SECTION_MISSING", None),
        ("EUC_2D", "NO_SUCH_TYPE", "FIELD_UNSUPPORTED", None),
        ("2 6\n", "2 11\n", "STOP_TOO_HEAVY", None),
    ],
)
def test_what_is_wrong_with_a_file(tmp_path: Path, before: str, after: str, code: str, row: int | None) -> None:
    assert (code, row) in codes(refused(written(tmp_path, TINY.replace(before, after, 1))))


def test_a_stop_that_closes_before_anybody_can_be_there(tmp_path: Path) -> None:
    refusal = refused(written(tmp_path, SOLOMON.replace("60       150", "20        40")))
    assert codes(refusal) == [("STOP_TOO_LATE", None)]
    assert "第 3 站" in refusal.zh
    assert "500" in refusal.zh, "50.0 in tenths, as the instance is solved"


def test_more_than_all_vehicles_hold(tmp_path: Path) -> None:
    refusal = refused(written(tmp_path, SOLOMON.replace("2          10", "1          10")))
    assert codes(refusal) == [("LOAD_OVER_FLEET", None)]
    assert "5" in refusal.zh


def test_what_cannot_be_done_in_time_is_told(tmp_path: Path) -> None:
    """Each alone could be served, but one vehicle cannot be at both before they close."""
    text = SOLOMON.replace("2          10", "1          20").replace("0       100         10", "0        45         10")
    assert codes(refused(written(tmp_path, text))) == [("ROUTES_IMPOSSIBLE", None)]


def test_no_file_no_routes(tmp_path: Path) -> None:
    assert codes(refused(tmp_path / "not-there.vrp")) == [("FILE_UNREADABLE", None)]
    assert codes(refused(written(tmp_path, "\x00\x01 nothing")))[0][0] == "SECTION_MISSING"
