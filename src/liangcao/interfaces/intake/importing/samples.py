"""The first line of each table of a kept file, to show beside what its columns were taken for."""

from __future__ import annotations

from liangcao.foundation.files.paths import path_of
from liangcao.interfaces.intake.importing.reading import LIMITS
from liangcao.interfaces.intake.importing.sampling import read_samples
from liangcao.interfaces.intake.models import ImportRun
from liangcao.interfaces.intake.reading.files import in_child
from liangcao.interfaces.intake.reading.tables.vocabulary import IDENTITY


def samples_of(run: ImportRun) -> list[dict[int, str]]:
    """For each table: column → what its first row holds. Raises Invalid where the file cannot be opened any more."""
    tables = run.layout.get("tables", ())
    places = [(table["sheet"], table["first_row"]) for table in tables]
    if not places:
        return []
    found = in_child(read_samples, path_of(run.digest).read_bytes(), run.file.name, places, limits=LIMITS)
    for table, cells in zip(tables, found, strict=False):
        unkept = {use["column"] for use in table["columns"] if use["key"] == IDENTITY}
        cells.update({column: "***" for column in cells if column in unkept})
    return found
