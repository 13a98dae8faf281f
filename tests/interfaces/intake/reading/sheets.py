"""Sheets written as plain lists, for tests."""

from typing import Any

from liangcao.interfaces.intake.reading.files import Grid
from liangcao.interfaces.intake.reading.tables import Reading, read_grids


def sheet(rows: list[list[Any]], name: str = "Sheet1", **more: Any) -> Grid:
    """A sheet of rows of any length."""
    width = max((len(row) for row in rows), default=0)
    return Grid(name, [[*row, *[None] * (width - len(row))] for row in rows], **more)


def read(rows: list[list[Any]], *, kind: str | None = None, layout: Any = None, **more: Any) -> Reading:
    """What is read of one sheet."""
    return read_grids([sheet(rows, **more)], kind=kind, layout=layout)


def told(reading: Reading) -> list[tuple[Any, ...]]:
    """Each line as (row, organisation, item, quantity, unit, flow)."""
    return [
        (
            line.row,
            line.organisation,
            line.item,
            None if line.quantity is None else int(line.quantity),
            line.unit,
            line.flow,
        )
        for line in reading.lines
    ]


def codes(reading: Reading) -> set[str]:
    """The codes of all problems."""
    return {problem.code for problem in reading.problems}


def whole(reading: Reading, *grids: Grid) -> None:
    """Nothing is dropped in silence: every row of the sheets is a row read or one left out with its reason."""
    met = {(record.sheet, record.row) for record in reading.records} | {
        (each.sheet, each.row) for each in reading.skipped
    }
    for grid in grids:
        assert {(grid.name, grid.first_row + at) for at in range(len(grid.rows))} <= met
    assert reading.accepted + reading.asked + reading.refused == reading.rows
    assert sum(record.line_count for record in reading.records) == len(reading.lines)
