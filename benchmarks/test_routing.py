"""Routes and flows on published instances: the gap to the best known cost after so many seconds, and proven optima.

LIANGCAO_BENCH_SECONDS names how long each instance is looked at ("10,60" by default), LIANGCAO_DATA where they are.
"""

from __future__ import annotations

import csv
import os
import re
import time
from pathlib import Path

import pytest

from liangcao.operations.allocation.sourcing import Arc, Network, min_cost_flow, read_dimacs
from liangcao.operations.dispatch.routing import read_instance, solve_instance

SECONDS = [float(part) for part in os.environ.get("LIANGCAO_BENCH_SECONDS", "10,60").split(",")]
SETS = ("cvrp", "hfvrp", "vrptw")


def _folder() -> Path:
    if "LIANGCAO_DATA" not in os.environ:
        pytest.skip("LIANGCAO_DATA names no folder")
    return Path(os.environ["LIANGCAO_DATA"]) / "routing_or"


def _best_known(path: Path, of_routes: float) -> float:
    """The cost of the published routes. Files tell it in units of their own: the power of ten nearest to ours."""
    found = re.search(r"Cost:?\s*([\d.]+)", path.with_suffix(".sol").read_text(encoding="utf-8"))
    assert found is not None
    told = float(found[1])
    return min((told * 10**shift for shift in range(-6, 7)), key=lambda cost: abs(cost / of_routes - 1))


@pytest.mark.parametrize("seconds", SECONDS)
@pytest.mark.parametrize("kind", SETS)
def test_gap_to_the_best_known(kind: str, seconds: float) -> None:
    gaps = []
    for path in sorted((_folder() / kind).glob("*.vrp")):
        answer = solve_instance(read_instance(path), seconds=seconds, seed=1)
        best = _best_known(path, answer.cost)
        gaps.append(answer.cost / best - 1)
        print(
            f"\nroutes {path.stem}: {answer.cost:,.1f} after {seconds:g} s ({answer.iterations:,} iterations), best known "
            f"{best:,.1f}: {gaps[-1]:+.2%}"
        )
    print(f"\nroutes {kind}, {seconds:g} s: mean gap {sum(gaps) / len(gaps):.2%}, worst {max(gaps):.2%}")
    assert min(gaps) > -0.02, "cheaper than the best known by more than rounding: the costs are not the same thing"


def test_flows_of_dimacs() -> None:
    folder = _folder() / "dimacs_mcf"
    with (folder / "optimal_values.csv").open(encoding="utf-8") as file:
        best = {row["instance"]: int(row["optimal_cost"]) for row in csv.DictReader(file)}
    for name, cost in best.items():
        with (folder / f"{name}.dmx").open(encoding="utf-8") as lines:
            network = read_dimacs(lines)
        started = time.perf_counter()
        assert min_cost_flow(network).cost == cost
        print(
            f"\nflow {name}: {len(network.arcs):,} arcs, proven optimum {cost:,} in {time.perf_counter() - started:.3f} s"
        )


def test_transport_of_ten_thousand_to_fifty() -> None:
    """10,000 recipients, 50 stores, all 500,000 ways open: the size of one item of a large plan."""
    recipients, stores = 10_000, 50
    needs = [1 + (place * 7919) % 500 for place in range(recipients)]
    supplies = {1_000_000 + place: -need for place, need in enumerate(needs)}
    share, rest = divmod(sum(needs), stores)
    supplies |= {store: share + (rest if store == 0 else 0) for store in range(stores)}
    arcs = tuple(
        Arc(store, 1_000_000 + place, 0, need, (store * 104_729 + place * 1_299_709) % 100_000)
        for place, need in enumerate(needs)
        for store in range(stores)
    )
    started = time.process_time()
    flow = min_cost_flow(Network(supplies, arcs))
    print(f"\nflow {recipients:,} x {stores}: {time.process_time() - started:.2f} s of processor, cost {flow.cost:,}")
