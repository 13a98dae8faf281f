"""The workbooks of `liangcao plan`: `read_round` reads supply and demand, `plan_workbook` writes the plan.

People's sheets are taken as they are (headers in either language and any order, full-width digits, merged names, blank
rows); what cannot be read for certain is refused, everything at once, each problem with its sheet, row and column.
"""

from liangcao.operations.allocation.solver.workbook.reading import read_round
from liangcao.operations.allocation.solver.workbook.writing import plan_workbook

__all__ = ["plan_workbook", "read_round"]
