"""The fair plan as a library: no Django, no database, whole numbers only.

A `Round` (`Stock`, `Ask`, `Step`) goes into `solve`, a `Result` (`PlannedLine`, `Pick`, `Unmet`, `Reserved`,
`ItemTotal`, `Notice`) comes out; `explain` makes words of the codes in a line. The steps of a round run in order on
what is left. The same round gives the same plan on every machine, in whatever order its rows come.

`solve_arrays` takes and gives numpy arrays (`RoundArrays`, `PlanArrays`) for rounds of millions of lines; `solve`
uses it. `workbook` reads the two workbooks of `liangcao plan` and writes the third. Called by allocation's actions
and the console.
"""

from liangcao.operations.allocation.solver.arrays import PlanArrays, RoundArrays, StepRule
from liangcao.operations.allocation.solver.before_rounding import Share, shares_before_rounding
from liangcao.operations.allocation.solver.check import check_round
from liangcao.operations.allocation.solver.result import ItemTotal, Pick, PlannedLine, Reason, Reserved, Result, Unmet
from liangcao.operations.allocation.solver.round import Ask, Notice, Round, Step, Stock, default_steps
from liangcao.operations.allocation.solver.solve import solve
from liangcao.operations.allocation.solver.steps import solve_arrays
from liangcao.operations.allocation.solver.words import explain, say

__all__ = [
    "Ask",
    "ItemTotal",
    "Notice",
    "Pick",
    "PlanArrays",
    "PlannedLine",
    "Reason",
    "Reserved",
    "Result",
    "Round",
    "RoundArrays",
    "Share",
    "Step",
    "StepRule",
    "Stock",
    "Unmet",
    "check_round",
    "default_steps",
    "explain",
    "say",
    "shares_before_rounding",
    "solve",
    "solve_arrays",
]
