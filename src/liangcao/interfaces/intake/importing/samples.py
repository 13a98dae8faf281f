"""The first line of each table of a kept file, to show beside what its columns were taken for."""

from __future__ import annotations

from typing import Any

from liangcao.foundation.files.paths import path_of
from liangcao.interfaces.intake.importing.reading import LIMITS
from liangcao.interfaces.intake.models import ImportRun
from liangcao.interfaces.intake.reading.documents import is_message
from liangcao.interfaces.intake.reading.files import in_child, open_sheets
from liangcao.interfaces.intake.reading.tables.cells import is_blank, text_of

_LONGEST = 40
Places = list[tuple[str, int]]


def samples_of(run: ImportRun) -> list[dict[int, str]]:
    """For each table: column → what its first row holds. Raises Invalid where the file cannot be opened any more."""
    places = [(table["sheet"], table["first_row"]) for table in run.layout.get("tables", ())]
    if not places:
        return []
    return in_child(read_samples, path_of(run.digest).read_bytes(), run.file.name, places, limits=LIMITS)


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
        found.append({column: text_of(cell)[:_LONGEST] for column, cell in enumerate(row) if not is_blank(cell)})
    return found
