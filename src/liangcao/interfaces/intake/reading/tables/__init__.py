"""Sheets read into lines: headers found, merges filled, flows told table by table, nothing dropped in silence."""

from liangcao.interfaces.intake.reading.tables.cells import Grid
from liangcao.interfaces.intake.reading.tables.gathered import Problem, Reading, Record, Skipped
from liangcao.interfaces.intake.reading.tables.kinds import Column, Kind, kind_of, kinds, register, template
from liangcao.interfaces.intake.reading.tables.layout import ColumnUse, Layout, TableLayout
from liangcao.interfaces.intake.reading.tables.reading import read_grids

__all__ = [
    "Column",
    "ColumnUse",
    "Grid",
    "Kind",
    "Layout",
    "Problem",
    "Reading",
    "Record",
    "Skipped",
    "TableLayout",
    "kind_of",
    "kinds",
    "read_grids",
    "register",
    "template",
]
