"""Flows at least cost, without Django or a database: from where the goods are to where they are wanted.

`min_cost_flow` solves a `Network` exactly in whole numbers; `read_dimacs` reads one from a DIMACS file. Called by the
console (`liangcao flow`).
"""

from liangcao.operations.allocation.sourcing.dimacs import read_dimacs
from liangcao.operations.allocation.sourcing.network import Arc, Flow, Network, NoFlow, min_cost_flow

__all__ = ["Arc", "Flow", "Network", "NoFlow", "min_cost_flow", "read_dimacs"]
