"""Every problem of a refused command: a line of its own with its place, and in JSON where that was asked for."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from liangcao.foundation.kernel.errors import Refusal
from liangcao.interfaces.commands.output import print_json
from liangcao.interfaces.commands.words import in_words, language

if TYPE_CHECKING:
    from liangcao.operations.allocation.solver import Notice


def tell_refusal(refusal: Refusal, *, as_json: bool) -> int:
    """Print all problems of a refusal; the exit code."""
    problems = refusal.problems or (refusal,)
    for problem in problems:
        print(placed(problem), file=sys.stderr)
    if as_json:
        print_json({"ok": False, "problems": [problem_as_data(problem) for problem in problems]})
    return 1


def placed(problem: Refusal | Notice) -> str:
    """One line: sheet, row and column, then the sentence."""
    row = in_words(f"第 {problem.row} 行", f"row {problem.row}") if problem.row else None
    where = " ".join(part for part in (problem.sheet, row, problem.column) if part)
    sentence = " ".join(problem.message(language()).split())
    return f"{where}: {sentence}" if where else sentence


def problem_as_data(problem: Refusal | Notice) -> dict[str, Any]:
    """The same for JSON."""
    return {
        "code": problem.code,
        "message": problem.message(language()),
        "sheet": problem.sheet,
        "row": problem.row,
        "column": problem.column,
    }
