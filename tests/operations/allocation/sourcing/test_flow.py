"""Flows at least cost: known optima, a linear programme beside it, and what is refused."""

from __future__ import annotations

import csv
import random
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from liangcao.foundation.kernel.errors import Invalid
from liangcao.operations.allocation.sourcing import Arc, Flow, Network, NoFlow, min_cost_flow, read_dimacs

SMALL = ["c a small one", "p min 4 4", "n 1 3", "n 4 -3", "a 1 2 0 2 3", "a 2 3 0 2 1", "a 3 4 0 2 1", "a 1 4 0 2 2"]


def check(network: Network, flow: Flow) -> None:
    """Every bound and every supply is kept, and the cost is that of the units."""
    balance: dict[int, int] = {}
    for arc, units in zip(network.arcs, flow.units, strict=True):
        assert arc.lower <= units
        assert arc.upper is None or units <= arc.upper
        balance[arc.tail] = balance.get(arc.tail, 0) + units
        balance[arc.head] = balance.get(arc.head, 0) - units
    assert {n: b for n, b in balance.items() if b} == {n: s for n, s in network.supplies.items() if s}
    assert flow.cost == sum(arc.cost * units for arc, units in zip(network.arcs, flow.units, strict=True))


def test_a_small_network_by_hand() -> None:
    """Two units go straight for 2 each, the third the long way for 5."""
    network = read_dimacs(SMALL)
    flow = min_cost_flow(network)
    check(network, flow)
    assert (flow.cost, flow.units) == (9, (1, 1, 1, 2))


def test_lower_bounds_are_sent_first() -> None:
    network = read_dimacs([*SMALL[:4], "a 1 2 2 2 3", *SMALL[5:]])
    flow = min_cost_flow(network)
    check(network, flow)
    assert flow.cost == 2 * 5 + 2


def test_negative_costs_and_parallel_arcs() -> None:
    network = Network({1: 3, 2: -3}, (Arc(1, 2, 0, 2, -4), Arc(1, 2, 0, 2, 1)))
    flow = min_cost_flow(network)
    check(network, flow)
    assert flow.cost == -7


@pytest.mark.parametrize("name", ["sample", "Network1", "Network3"])
def test_known_optima(name: str, data_folder: Any) -> None:
    folder = data_folder("routing_or") / "dimacs_mcf"
    with (folder / "optimal_values.csv").open(encoding="utf-8") as file:
        best = {row["instance"]: int(row["optimal_cost"]) for row in csv.DictReader(file)}
    with (folder / f"{name}.dmx").open(encoding="utf-8") as lines:
        network = read_dimacs(lines)
    flow = min_cost_flow(network)
    check(network, flow)
    assert flow.cost == best[name]


def warehouses(folder: Path, name: str) -> tuple[Network, Fraction, int, Fraction]:
    """An OR-Library instance with its best sites open, as a transportation problem: the network, what the open sites
    cost, by how much costs are multiplied, the stated optimum."""
    words = iter((folder / f"{name}.txt").read_text(encoding="utf-8").split())
    sites, customers = int(next(words)), int(next(words))
    fixed = [(int(next(words)), Fraction(next(words).rstrip("."))) for _ in range(sites)]
    best = (folder / f"{name}.txt.opt").read_text(encoding="utf-8").split()
    opened = sorted({int(word) for word in best[:customers]})
    scale = 10**6
    arcs, supplies, wanted = [], {}, 0
    for customer in range(customers):
        need = int(next(words))
        costs = [Fraction(next(words)) for _ in range(sites)]
        supplies[1000 + customer] = -need
        wanted += need
        arcs += [Arc(site, 1000 + customer, 0, need, round(costs[site] / need * scale)) for site in opened]
    held = sum(fixed[site][0] for site in opened)
    supplies[999] = wanted - held
    arcs += [Arc(site, 999, 0, fixed[site][0], 0) for site in opened]
    supplies |= {site: fixed[site][0] for site in opened}
    return Network(supplies, tuple(arcs)), sum((fixed[s][1] for s in opened), Fraction(0)), scale, Fraction(best[-1])


@pytest.mark.parametrize("name", ["cap71", "cap73", "cap101", "cap103", "cap131", "cap133"])
def test_warehouses_of_the_or_library(name: str, data_folder: Any) -> None:
    network, sites, scale, best = warehouses(data_folder("routing_or") / "orlib_cap", name)
    flow = min_cost_flow(network)
    check(network, flow)
    assert float(sites + Fraction(flow.cost, scale)) == pytest.approx(float(best), abs=0.1)


def least_cost_of_programme(network: Network) -> float:
    """The same as a linear programme, by HiGHS."""
    import highspy

    highs = highspy.Highs()
    highs.silent()
    units = [highs.addVariable(arc.lower, arc.upper, arc.cost) for arc in network.arcs]
    nodes = {node for arc in network.arcs for node in (arc.tail, arc.head)} | set(network.supplies)
    for node in sorted(nodes):
        leaving = sum((x for x, arc in zip(units, network.arcs, strict=True) if arc.tail == node), 0)
        coming = sum((x for x, arc in zip(units, network.arcs, strict=True) if arc.head == node), 0)
        highs.addConstr(leaving - coming == network.supplies.get(node, 0))
    highs.run()
    assert highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return float(highs.getInfo().objective_function_value)


@pytest.mark.parametrize("seed", range(20))
def test_no_linear_programme_is_cheaper(seed: int) -> None:
    chance = random.Random(seed)
    stores, units = chance.randint(2, 5), chance.randint(2, 8)
    wanted = [chance.randint(1, 40) for _ in range(units)]
    arcs = [
        Arc(store, 100 + unit, 0, chance.randint(5, 60), chance.randint(-3, 50))
        for store in range(1, stores + 1)
        for unit in range(units)
    ]
    arcs += [Arc(99, 100 + unit, 0, 10_000, 500) for unit in range(units)]
    supplies = dict.fromkeys(range(1, stores + 1), 0) | {100 + unit: -need for unit, need in enumerate(wanted)}
    held = {store: chance.randint(0, 60) for store in range(1, stores + 1)}
    supplies = supplies | held | {98: -sum(held.values()), 99: sum(wanted)}
    arcs += [Arc(store, 98, 0, held[store], 0) for store in held] + [Arc(99, 98, 0, 10_000, 0)]
    network = Network(supplies, tuple(arcs))
    flow = min_cost_flow(network)
    check(network, flow)
    assert flow.cost == pytest.approx(least_cost_of_programme(network))


@pytest.mark.parametrize(
    ("supplies", "arcs", "code"),
    [
        ({1: 3, 2: -2}, (Arc(1, 2, 0, 5, 1),), "UNBALANCED"),
        ({1: 3, 2: -3}, (Arc(1, 2, 0, 2, 1),), "FLOW_IMPOSSIBLE"),
        ({1: 3, 2: -3}, (Arc(1, 3, 0, 5, 1),), "FLOW_IMPOSSIBLE"),
        ({1: 3, 2: -3}, (Arc(1, 2, 4, 5, 1),), "FLOW_IMPOSSIBLE"),
    ],
)
def test_what_has_no_flow(supplies: dict[int, int], arcs: tuple[Arc, ...], code: str) -> None:
    with pytest.raises(NoFlow) as caught:
        min_cost_flow(Network(supplies, arcs))
    assert caught.value.code == code


def test_arcs_without_a_limit() -> None:
    """A negative capacity means none. Without a negative cycle the optimum is finite; with one it is told."""
    network = read_dimacs(["p min 3 3", "n 1 7", "n 3 -7", "a 1 2 0 -1 2", "a 2 3 0 -1 1", "a 3 1 0 4 -1"])
    flow = min_cost_flow(network)
    check(network, flow)
    assert flow.cost == 21
    with pytest.raises(NoFlow) as caught:
        min_cost_flow(read_dimacs(["p min 2 2", "n 1 1", "n 2 -1", "a 1 2 0 -1 5", "a 2 1 0 -1 -7"]))
    assert caught.value.code == "FLOW_UNBOUNDED"
    ended = read_dimacs(["p min 2 2", "n 1 1", "n 2 -1", "a 1 2 0 -1 5", "a 2 1 0 9 -7"])
    assert min_cost_flow(ended).units == (10, 9)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("a 1 2 0 2", "LINE_UNKNOWN"),
        ("x 1", "LINE_UNKNOWN"),
        ("a 1 9 0 2 1", "NODE_UNKNOWN"),
        ("a 1 2 0 zwei 1", "NUMBER_INVALID"),
        ("a 1 2 0 ² 1", "NUMBER_INVALID"),
        ("a 1 2 3 2 1", "BOUNDS_CROSSED"),
        ("a 1 2 -1 2 1", "BOUNDS_CROSSED"),
        ("a 1 2 0 2 9999999999999999", "NUMBER_INVALID"),
        ("n 1 5", "REPEATED"),
        ("p min 4 4", "REPEATED"),
    ],
)
def test_wrong_lines_are_told_with_their_place(line: str, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        read_dimacs([*SMALL[:4], line, *SMALL[5:], "a 1 2 0 sieben 1"])
    told = [(problem.code, problem.row) for problem in caught.value.problems]
    assert told[0] == (code, 5)
    assert told[1] == ("NUMBER_INVALID", 9), "all problems at once"


def test_what_is_missing_from_a_file() -> None:
    for lines, code in (
        ([], "PROBLEM_LINE_MISSING"),
        (SMALL[:-1], "ARC_COUNT_DIFFERS"),
        (SMALL[2:], "PROBLEM_LINE_MISSING"),
    ):
        with pytest.raises(Invalid) as caught:
            read_dimacs(lines)
        assert caught.value.problems[0].code == code if caught.value.problems else caught.value.code == code
