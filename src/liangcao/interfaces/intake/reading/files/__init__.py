"""Files opened into grids: xlsx, xls, text tables and pasted tables, by what they hold and not by their names.

`open_sheets` and `paste_grid` read, `in_child` reads apart, with limits; a stranger's file goes through it.
"""

from liangcao.interfaces.intake.reading.files.child import Cancelled, ChildLimits, FaultInChild, get_ready, in_child
from liangcao.interfaces.intake.reading.files.delimited import paste_grid
from liangcao.interfaces.intake.reading.files.grids import (
    CONTROL_CHARACTER,
    ENCODING_GUESSED,
    ERROR_VALUE,
    FILE_KIND_DIFFERS,
    FORMULA_WITHOUT_VALUE,
    Cell,
    CellError,
    Grid,
    Limits,
    Notice,
    Workbook,
    letters_of,
)
from liangcao.interfaces.intake.reading.files.opening import open_sheets

__all__ = [
    "CONTROL_CHARACTER",
    "ENCODING_GUESSED",
    "ERROR_VALUE",
    "FILE_KIND_DIFFERS",
    "FORMULA_WITHOUT_VALUE",
    "Cancelled",
    "Cell",
    "CellError",
    "ChildLimits",
    "FaultInChild",
    "Grid",
    "Limits",
    "Notice",
    "Workbook",
    "get_ready",
    "in_child",
    "letters_of",
    "open_sheets",
    "paste_grid",
]
