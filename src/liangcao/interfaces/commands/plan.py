"""`liangcao plan SUPPLY DEMAND -o PLAN`: the solver alone, from workbooks to a workbook, without a database."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from liangcao.foundation.kernel.errors import Invalid, Refusal
from liangcao.interfaces.commands.output import print_json, write_file
from liangcao.interfaces.commands.problems import placed, problem_as_data, tell_refusal
from liangcao.interfaces.commands.words import in_words, language

if TYPE_CHECKING:
    from liangcao.operations.allocation.solver import Notice, Result


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The two workbooks, where the plan goes, and other rules than those in the demand workbook."""
    parser.add_argument(
        "supply", metavar="SUPPLY.xlsx", help=in_words("库存工作簿(工作表 库存)", "workbook with the sheet 库存")
    )
    parser.add_argument(
        "demand",
        metavar="DEMAND.xlsx",
        help=in_words("需求工作簿(工作表 需求、步骤)", "workbook with the sheets 需求, 步骤"),
    )
    parser.add_argument(
        "-o", "--output", metavar="PLAN.xlsx", help=in_words("分配方案写到哪里", "where the plan is written")
    )
    parser.add_argument(
        "--rules",
        metavar="FILE",
        help=in_words("步骤另见此文件(工作簿或 JSON)", "steps from this file (workbook or JSON) instead"),
    )


def run(args: argparse.Namespace) -> int:
    """Make the plan. 0 when made; 1 when refused, with one line on stderr for each problem and nothing written."""
    from liangcao.operations.allocation.solver import solve
    from liangcao.operations.allocation.solver.workbook import plan_workbook, read_round

    if not (args.output or args.json):
        raise Invalid(
            "OUTPUT_MISSING",
            "请用 -o PLAN.xlsx 指明分配方案写到哪里",
            "Say with -o PLAN.xlsx where the plan goes",
            field="output",
        )
    try:
        _keep_inputs(args)
        round_, reading_notices = read_round(
            Path(args.supply), Path(args.demand), Path(args.rules) if args.rules else None
        )
        result = solve(round_)
    except Refusal as refusal:
        return tell_refusal(refusal, as_json=args.json)
    if args.output:
        content = plan_workbook(result)
        write_file(args.output, lambda file: _write(file, content))
    notices = (*reading_notices, *result.notices)
    for notice in notices:
        print(in_words("提示 ", "Note: ") + placed(notice), file=sys.stderr)
    if args.json:
        print_json(plan_as_data(result, notices) | {"output": args.output})
    elif args.output != "-":
        print(_summary(result, args.output))
    return 0


def _write(file: BinaryIO, content: bytes) -> None:
    file.write(content)


def _keep_inputs(args: argparse.Namespace) -> None:
    """Writing the plan over one of its own inputs would lose the input."""
    inputs = {Path(path).resolve() for path in (args.supply, args.demand, args.rules) if path}
    if args.output and Path(args.output).resolve() in inputs:
        raise Invalid(
            "OUTPUT_IS_INPUT",
            "分配方案会覆盖输入文件,请换一个文件名",
            "the plan would overwrite an input: choose another name",
            field="output",
        )


def plan_as_data(result: Result, notices: tuple[Notice, ...]) -> dict[str, Any]:
    """The plan as one JSON object: the rows of the three sheets, what stays reserved, and the warnings."""
    from liangcao.operations.allocation.solver import explain

    told = language()
    return {
        "ok": True,
        "lines": [
            {
                "requester": pick.requester,
                "item": pick.item,
                "allocated": pick.quantity,
                "store": pick.store,
                "lot": pick.lot,
                "expiry": pick.expiry,
                "reason": explain(result.lines[pick.line], told),
            }
            for pick in result.picks
        ],
        "summary": [
            {"item": t.item, "stock": t.stock, "allocated": t.allocated, "left": t.left, "reserved": t.reserved}
            for t in result.totals
        ],
        "unmet": [
            {"requester": u.requester, "item": u.item, "gap": u.gap, "code": u.cause.code, "reason": explain(u, told)}
            for u in result.unmet
        ],
        "reserved": [
            {"requester": r.requester, "item": r.item, "store": r.store, "lot": r.lot, "quantity": r.quantity}
            for r in result.reserved
        ],
        "warnings": [_warning_as_data(notice) for notice in notices],
    }


def _warning_as_data(notice: Notice) -> dict[str, Any]:
    cuts = [{"requester": name, "floor": floor, "received": pieces} for name, floor, pieces in notice.cuts]
    return problem_as_data(notice) | ({"cuts": cuts} if cuts else {})


def _summary(result: Result, output: str) -> str:
    served, unmet = sum(line.allocated > 0 for line in result.lines), len(result.unmet)
    pieces = sum(total.allocated for total in result.totals)
    return in_words(
        f"分配方案已写入 {output}:{served} 行,共 {pieces} 件,未满足 {unmet} 行",
        f"Plan written to {output}: {served} lines, {pieces} pieces, {unmet} lines not fully met",
    )
