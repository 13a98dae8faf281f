"""Cells of a kept file opened anew: done in a child process, without the database."""

from __future__ import annotations

from typing import Any

from liangcao.interfaces.intake.importing.identities import masked
from liangcao.interfaces.intake.reading.documents import is_message
from liangcao.interfaces.intake.reading.files import open_sheets
from liangcao.interfaces.intake.reading.tables.cells import is_blank, text_of

_LONGEST = 40
Places = list[tuple[str, int]]


def read_samples(_tell: Any, content: bytes, name: str, places: Places) -> list[dict[int, str]]:
    """The cells of the rows at these places; done in a child process."""
    if is_message(content, name):
        return []
    sheets = {grid.name: grid for grid in open_sheets(content, name).sheets}
    found = []
    for sheet, first_row in places:
        grid = sheets.get(sheet)
        place = first_row - grid.first_row if grid is not None else -1
        row = grid.rows[place] if grid is not None and 0 <= place < len(grid.rows) else []
        found.append(
            {column: masked(text_of(cell))[:_LONGEST] for column, cell in enumerate(row) if not is_blank(cell)}
        )
    return found
