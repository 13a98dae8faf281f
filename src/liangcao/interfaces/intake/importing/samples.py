"""The first line of each table of a kept file, to show beside what its columns were taken for."""

from __future__ import annotations

from liangcao.foundation.files.paths import path_of
from liangcao.interfaces.intake.importing.reading import LIMITS
from liangcao.interfaces.intake.importing.sampling import read_samples
from liangcao.interfaces.intake.models import ImportRun
from liangcao.interfaces.intake.reading.files import in_child


def samples_of(run: ImportRun) -> list[dict[int, str]]:
    """For each table: column → what its first row holds. Raises Invalid where the file cannot be opened any more."""
    places = [(table["sheet"], table["first_row"]) for table in run.layout.get("tables", ())]
    if not places:
        return []
    return in_child(read_samples, path_of(run.digest).read_bytes(), run.file.name, places, limits=LIMITS)
