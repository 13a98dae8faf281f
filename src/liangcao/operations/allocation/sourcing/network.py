"""A network with bounds and costs in whole numbers, and its flow at least cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from liangcao.foundation.kernel.errors import Conflict

# The solver multiplies costs by the number of nodes in 64 bits; beyond this it says BAD_COST_RANGE.
COST_MAX = 10**12
FLOW_MAX = 10**15


@dataclass(frozen=True, slots=True)
class Arc:
    """From one node to another: at least `lower` and at most `upper` units (None: any number), each at `cost`."""

    tail: int
    head: int
    lower: int
    upper: int | None
    cost: int


@dataclass(frozen=True, slots=True)
class Network:
    """`supplies`: node → units that start there (negative: that are wanted there); the others let pass what comes."""

    supplies: Mapping[int, int]
    arcs: Sequence[Arc]


@dataclass(frozen=True, slots=True)
class Flow:
    """The units on each arc, in the order of the arcs, and what they cost together."""

    units: tuple[int, ...]
    cost: int


class NoFlow(Conflict):
    """No flow meets the network's supplies and bounds."""


def min_cost_flow(network: Network) -> Flow:
    """The flow that meets every supply and bound at least cost: exact, in whole numbers, by cost scaling (Goldberg,
    Journal of Algorithms 22, 1997) as OR-Tools has it.

    Lower bounds are sent first and only the rest is decided. Raises NoFlow with UNBALANCED (more starts than is
    wanted, or the other way), FLOW_IMPOSSIBLE (the bounds stand in the way), FLOW_UNBOUNDED (the cost falls for ever)
    or NETWORK_TOO_LARGE.
    """
    from ortools.graph.python import min_cost_flow as solver

    needs = dict(network.supplies)
    for arc in network.arcs:
        needs[arc.tail] = needs.get(arc.tail, 0) - arc.lower
        needs[arc.head] = needs.get(arc.head, 0) + arc.lower
    _check_balance(network)
    plenty = _plenty(network)
    places = {node: place for place, node in enumerate(sorted(needs))}
    solving = solver.SimpleMinCostFlow()
    arcs = [
        solving.add_arc_with_capacity_and_unit_cost(
            places[a.tail], places[a.head], (plenty if a.upper is None else a.upper) - a.lower, a.cost
        )
        for a in network.arcs
    ]
    for node, supply in needs.items():
        solving.set_node_supply(places[node], supply)
    _check_status(solving, solving.solve())
    units = tuple(arc.lower + solving.flow(place) for arc, place in zip(network.arcs, arcs, strict=True))
    if any(arc.upper is None and flow >= plenty for arc, flow in zip(network.arcs, units, strict=True)):
        raise NoFlow(
            "FLOW_UNBOUNDED",
            "费用可以无限减少:有一圈没有上限的弧合计费用为负",
            "The cost falls without end: arcs without a limit form a cycle of negative cost",
        )
    return Flow(units, sum(arc.cost * flow for arc, flow in zip(network.arcs, units, strict=True)))


def _plenty(network: Network) -> int:
    """More than any arc carries at least cost where the cost has an end: then a flow is paths that carry supplies and
    bounds, and cycles each of which some arc with a limit ends (flow decomposition)."""
    supplies = sum(units for units in network.supplies.values() if units > 0)
    return 1 + supplies + sum(arc.lower if arc.upper is None else arc.upper for arc in network.arcs)


def _check_balance(network: Network) -> None:
    starting = sum(units for units in network.supplies.values() if units > 0)
    wanted = -sum(units for units in network.supplies.values() if units < 0)
    if starting != wanted:
        raise NoFlow(
            "UNBALANCED",
            f"供应合计 {starting:,},需求合计 {wanted:,},两者须相等;可加一个节点吸收差额",
            f"{starting:,} units start and {wanted:,} are wanted: both must be equal; a further node can take the rest",
        )


def _check_status(solving: object, status: object) -> None:
    names = type(solving)
    if status == names.OPTIMAL:  # type: ignore[attr-defined]
        return
    if status == names.INFEASIBLE:  # type: ignore[attr-defined]
        raise NoFlow(
            "FLOW_IMPOSSIBLE",
            "无可行流:弧的容量(或下界)不允许把供应全部送到需求处",
            "No flow exists: the bounds of the arcs do not let all supply reach where it is wanted",
        )
    raise NoFlow(
        "NETWORK_TOO_LARGE",
        f"数值太大,无法精确求解({status});请缩小费用或流量的单位",
        f"The numbers are too large to be solved exactly ({status}); use larger units of cost or flow",
    )
