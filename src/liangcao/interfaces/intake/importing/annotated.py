"""The file as it was sent, with a column that says what is the matter with each row: to be sent back."""

from __future__ import annotations

from collections import defaultdict

from liangcao.foundation.files.paths import path_of
from liangcao.foundation.identity.actor import Actor
from liangcao.interfaces.intake.importing import queries
from liangcao.interfaces.intake.importing.marking import Marks, write_annotated
from liangcao.interfaces.intake.importing.reading import LIMITS
from liangcao.interfaces.intake.importing.reasons import reason_text
from liangcao.interfaces.intake.models import ImportRun
from liangcao.interfaces.intake.reading.files import in_child


def annotated_workbook(run: ImportRun, by: Actor, *, language: str = "zh") -> bytes:
    """The sent rows as a workbook, each with its state and the reasons. Cells are texts, numbers and days: nothing in
    it is run. Raises Invalid where the kept file cannot be opened any more."""
    content = path_of(run.digest).read_bytes()
    return in_child(write_annotated, content, run.file.name, _marks(run, by, language), language, limits=LIMITS)


def _marks(run: ImportRun, by: Actor, language: str) -> Marks:
    """(sheet, row) → state, reasons, who corrected it."""
    from liangcao.interfaces.intake.flow import IMPORT_ROW_FLOW

    at = 1 if language == "en" else 0
    told: dict[tuple[str, int], list[tuple[str, str, str]]] = defaultdict(list)
    for row in queries.rows_of(by, run.pk).iterator(chunk_size=2000):
        state = IMPORT_ROW_FLOW[row.status]
        reasons = "; " if at else ";"
        told[row.sheet, row.row].append(
            (state.en if at else state.zh, reasons.join(reason_text(code)[at] for code in row.reasons), row.changed_by)
        )
    joined: Marks = {}
    for place, rows in told.items():
        found, why, who = (" / ".join(dict.fromkeys(filter(None, column))) for column in zip(*rows, strict=True))
        joined[place] = (found, why, who)
    return joined
