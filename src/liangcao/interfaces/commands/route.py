"""`liangcao route INSTANCE`: routes of vehicles for a CVRPLIB, Solomon or VRPLIB file, without a database."""

from __future__ import annotations

import argparse
from pathlib import Path

from liangcao.foundation.kernel.errors import Refusal
from liangcao.interfaces.commands.output import print_json
from liangcao.interfaces.commands.problems import tell_refusal
from liangcao.interfaces.commands.words import in_words

SECONDS = 10.0
SECONDS_MAX = 86_400.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The instance, how long to look, and by which convention its distances are rounded."""
    parser.add_argument(
        "instance",
        metavar="INSTANCE",
        help=in_words("CVRPLIB、Solomon 或 VRPLIB 文件", "CVRPLIB, Solomon or VRPLIB file"),
    )
    parser.add_argument(
        "--seconds", type=_seconds, default=SECONDS, metavar="S", help=in_words("算多久(秒)", "how long to look (s)")
    )
    parser.add_argument(
        "--seed", type=int, default=0, metavar="N", help=in_words("随机种子", "seed of the random numbers")
    )
    parser.add_argument(
        "--rounding",
        choices=("round", "trunc", "dimacs", "exact"),
        help=in_words("距离取整的约定;不写按文件类型", "convention for distances; without it by the kind of file"),
    )


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 < seconds <= SECONDS_MAX:
        raise ValueError(text)
    return seconds


def run(args: argparse.Namespace) -> int:
    """Solve it. 0 with routes; 1 when refused or impossible, with one line on stderr for each problem."""
    from liangcao.operations.dispatch.routing import read_instance, solve_instance

    try:
        instance = read_instance(Path(args.instance), rounding=args.rounding)
        answer = solve_instance(instance, seconds=args.seconds, seed=args.seed)
    except Refusal as refusal:
        return tell_refusal(refusal, as_json=args.json)
    if args.json:
        print_json(
            {
                "ok": True, "instance": instance.name, "routes": [list(route) for route in answer.routes],
                "cost": _number(answer.cost), "distance": _number(answer.distance), "rounding": instance.rounding,
                "vehicles_used": answer.vehicles_used, "seed": args.seed, "iterations": answer.iterations,
                "seconds": round(answer.seconds, 2),
            }
        )  # fmt: skip
        return 0
    for number, route in enumerate(answer.routes, start=1):
        print(f"Route #{number}: {' '.join(map(str, route))}".rstrip())
    print(f"Cost {_number(answer.cost)}")
    return 0


def _number(value: float) -> int | float:
    """Whole costs without a point."""
    return int(value) if value == int(value) else value
