"""`liangcao flow FILE.dmx`: a flow at least cost of a DIMACS file, without a database."""

from __future__ import annotations

import argparse
from pathlib import Path

from liangcao.foundation.kernel.errors import Invalid, Refusal
from liangcao.interfaces.commands.output import print_json
from liangcao.interfaces.commands.problems import tell_refusal
from liangcao.interfaces.commands.words import in_words


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The network."""
    parser.add_argument(
        "file", metavar="FILE.dmx", help=in_words("DIMACS 最小费用流文件", "minimum-cost flow in the DIMACS format")
    )


def run(args: argparse.Namespace) -> int:
    """Solve it. 0 when solved; 1 when refused or when there is no flow, with one line on stderr for each problem."""
    from liangcao.operations.allocation.sourcing import min_cost_flow, read_dimacs

    try:
        with text_of(args.file).open(encoding="utf-8", errors="replace") as lines:
            network = read_dimacs(lines)
        flow = min_cost_flow(network)
    except Refusal as refusal:
        return tell_refusal(refusal, as_json=args.json)
    used = [(arc, units) for arc, units in zip(network.arcs, flow.units, strict=True) if units]
    if args.json:
        print_json({"ok": True, "cost": flow.cost, "flows": [[arc.tail, arc.head, units] for arc, units in used]})
        return 0
    print(f"s {flow.cost}")
    for arc, units in used:
        print(f"f {arc.tail} {arc.head} {units}")
    return 0


def text_of(name: str) -> Path:
    """The file. Raises Invalid FILE_UNREADABLE."""
    path = Path(name)
    if not path.is_file():
        raise Invalid("FILE_UNREADABLE", f"没有这个文件:{name}", f"There is no such file: {name}", field="file")
    return path
