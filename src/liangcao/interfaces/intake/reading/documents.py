"""One document, whatever it is: a message, a pasted table or a workbook, read into lines with their candidates."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from liangcao.interfaces.intake.reading.catalogue import Catalogue
from liangcao.interfaces.intake.reading.files.delimited import decoded
from liangcao.interfaces.intake.reading.files.kinds import TEXT, kind_of
from liangcao.interfaces.intake.reading.lines import Line
from liangcao.interfaces.intake.reading.matching import with_candidates

if TYPE_CHECKING:
    from liangcao.interfaces.intake.reading.tables import Reading

_TABLE_ENDINGS = (".csv", ".tsv", ".tab")
_LEAST_ROWS = 2


@dataclass(frozen=True)
class Document:
    """What was read. `table` None: the document is a message."""

    lines: tuple[Line, ...]
    table: Reading | None = None


def read_document(
    content: bytes, name: str = "", *, kind: str | None = None, catalogue: Catalogue, today: date | None = None
) -> Document:
    """The lines of a message or of the goods rows of a table; a message counts its days from `today`.

    Raises Invalid as `open_sheets` does for what cannot be opened; a message without goods has no lines.
    """
    if not content.strip():
        return Document(())
    if is_message(content, name):
        from liangcao.interfaces.intake.reading.text import read_text

        return Document(tuple(with_candidates(read_text(message_of(content), kind=kind, today=today), catalogue)))
    from liangcao.interfaces.intake.reading.files import open_sheets
    from liangcao.interfaces.intake.reading.tables import read_grids

    table = read_grids(open_sheets(content, name).sheets, kind=kind, catalogue=catalogue)
    return Document(tuple(table.lines), table)


def is_message(content: bytes, name: str = "") -> bool:
    """Whether a document is a message and no table or workbook. Raises Invalid ENCODING_UNKNOWN."""
    if kind_of(content) != TEXT or name.lower().endswith(_TABLE_ENDINGS):
        return False
    return not _is_table(message_of(content))


def message_of(content: bytes) -> str:
    """The text of a message. Raises Invalid ENCODING_UNKNOWN."""
    return decoded(content)[0]


def _is_table(text: str) -> bool:
    """Whether a text is a table: most of its lines are parted by tabs into as many cells. A message has none."""
    lines = [line for line in text.splitlines() if line.strip()]
    widths = Counter(line.count("\t") for line in lines if "\t" in line)
    return bool(widths) and widths.most_common(1)[0][1] >= max(_LEAST_ROWS, len(lines) / 2)
