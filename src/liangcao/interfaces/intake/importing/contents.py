"""A kept file read into plain rows: done in a child process, without the database."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import Any

from liangcao.interfaces.intake.importing.identities import has_like, masked, masked_all, masked_values
from liangcao.interfaces.intake.reading.catalogue import Catalogue, Entry
from liangcao.interfaces.intake.reading.documents import is_message, message_of
from liangcao.interfaces.intake.reading.files import open_sheets
from liangcao.interfaces.intake.reading.lines import CONFIRM, DISTRIBUTED, REQUESTED, STOCK, Line, shown
from liangcao.interfaces.intake.reading.matching import with_candidates
from liangcao.interfaces.intake.reading.reasons import SKIPPED
from liangcao.interfaces.intake.reading.tables import Grid, Layout, Reading, Record, kind_of, read_grids
from liangcao.interfaces.intake.reading.tables.cells import is_blank, text_of
from liangcao.interfaces.intake.reading.tables.vocabulary import IDENTITY
from liangcao.interfaces.intake.reading.text import read_text

LONGEST_WRITTEN = 1000
SKIPPED_KEPT = 500
PROBLEMS_KEPT = 2000
_NOTHING = "\0"
Tell = Callable[[int, int], None]


@dataclass(frozen=True)
class Ask:
    """What the child is to read, and how. `entries`, `aliases`: the catalogue. `layout`: what columns of known headers
    mean."""

    content: bytes
    name: str
    kind: str
    entries: tuple[Entry, ...]
    aliases: tuple[tuple[str, str], ...]
    layout: dict[str, Any]
    today: date


@dataclass
class ReadRow:
    """One line of a file: where it stands, what is written there, its values by key, and what is to be asked."""

    sheet: str
    row: int
    written: str
    values: dict[str, str]
    reasons: tuple[str, ...] = ()
    candidates: tuple[dict[str, Any], ...] = ()
    digest: str = ""


@dataclass
class Contents:
    """Everything that was read of a file. `skipped` are the rows that are none of the kind's, `problems` what was to be
    said of tables, rows and cells."""

    rows: list[ReadRow] = field(default_factory=list)
    skipped: list[dict[str, Any]] = field(default_factory=list)
    skipped_count: int = 0
    problems: list[dict[str, Any]] = field(default_factory=list)
    notices: list[dict[str, str]] = field(default_factory=list)
    layout: dict[str, Any] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """Of all rows, in whatever order: the same list saved anew has the same. "" where there is none."""
        whole = "\n".join(sorted(row.digest for row in self.rows))
        return sha256(whole.encode()).hexdigest() if self.rows else ""


def read_contents(tell: Tell, ask: Ask) -> Contents:
    """Read a file. Raises Invalid as `open_sheets` does."""
    catalogue = Catalogue(ask.entries, ask.aliases)
    if is_message(ask.content, ask.name):
        text = message_of(ask.content)
        lines = list(with_candidates(read_text(text, kind=ask.kind, today=ask.today), catalogue))
        rows = _paired([_of_line(line, ask.kind, _span(text, line)) for line in lines])
        for number, row in enumerate(rows, start=1):
            row.row = number
        return _kept(Contents(_digested(ask.kind, rows)))
    book = open_sheets(ask.content, ask.name, tell=tell)
    reading = read_grids(
        book.sheets, kind=ask.kind, catalogue=catalogue, layout=Layout.load(ask.layout) if ask.layout else None
    )
    contents = _of_reading(reading, book.sheets, ask.kind)
    contents.notices = [{"code": notice.code, "zh": notice.zh, "en": notice.en} for notice in book.notices]
    return _kept(contents)


def _kept(contents: Contents) -> Contents:
    """Without the sign of nothing (U+0000), which no database keeps: U+FFFD stands for it, and its rows are asked; and
    without numbers of identity cards."""
    for row in contents.rows:
        if has_like(row.written) or len(row.written) >= LONGEST_WRITTEN:
            row.written, row.values = masked(row.written), masked_values(row.values)
        if _NOTHING in row.written or any(_NOTHING in value for value in row.values.values()):
            row.written, row.values = _visible(row.written), _visible(row.values)
            row.reasons = tuple(dict.fromkeys((*row.reasons, "CONTROL_CHARACTER")))
    contents.skipped = masked_all(_visible(contents.skipped))
    contents.problems = masked_all(_visible(contents.problems))
    contents.layout = _visible(contents.layout)
    return contents


def _visible(held: Any) -> Any:
    if isinstance(held, str):
        return held.replace(_NOTHING, "\ufffd")
    if isinstance(held, dict):
        return {_visible(key): _visible(value) for key, value in held.items()}
    return [_visible(each) for each in held] if isinstance(held, list | tuple) else held


def _span(text: str, line: Line) -> str:
    return text[line.start or 0 : line.end].strip()


def _of_reading(reading: Reading, sheets: Iterable[Grid], kind: str) -> Contents:
    written = {grid.name: grid for grid in sheets}
    rows: list[ReadRow] = []
    unread = [{use.column for use in table.columns if use.key == IDENTITY} for table in reading.layout.tables]
    for record in reading.records:
        text = _written(written.get(record.sheet), record.row, unread[record.table])
        lines = reading.lines_of(record)
        known = kind_of(kind)
        if known is not None and not known.is_goods:
            rows.append(ReadRow(record.sheet, record.row, text, dict(record.values), record.reasons))
        else:
            rows.extend(_paired([_of_line(line, kind, text, record) for line in lines]))
    return Contents(
        rows=_digested(kind, rows),
        skipped=[
            {"sheet": each.sheet, "row": each.row, "zh": SKIPPED[each.why][0], "en": SKIPPED[each.why][1],
             "text": each.text}
            for each in reading.skipped if each.why not in ("blank", "outside") or each.text
        ][:SKIPPED_KEPT],
        skipped_count=sum(each.why != "blank" for each in reading.skipped),
        problems=[
            {"sheet": each.sheet, "row": each.row, "column": each.column, "header": each.header, "code": each.code,
             "zh": each.zh, "en": each.en}
            for each in reading.problems
        ][:PROBLEMS_KEPT],
        layout=reading.layout.record(),
    )  # fmt: skip


def _written(grid: Grid | None, row: int, unread: set[int]) -> str:
    """The texts of a row of the file, with a bar between cells; those of columns that are not kept as stars."""
    if grid is None or not 0 <= row - grid.first_row < len(grid.rows):
        return ""
    cells = [
        "***" if column in unread else text_of(cell)
        for column, cell in enumerate(grid.rows[row - grid.first_row])
        if not is_blank(cell)
    ]
    return " | ".join(cells)[:LONGEST_WRITTEN]


def _of_line(line: Line, kind: str, written: str, record: Record | None = None) -> ReadRow:
    """A line of goods as plain texts; what stands in a column of its own is kept under its key."""
    told: dict[str, Any] = {
        "item": line.item, "quantity": shown(line.quantity), "quantity_max": shown(line.quantity_max),
        "unit": line.unit, "spec": line.spec, "organisation": line.organisation, "date": line.date,
        "needed_by": line.needed_by, "urgency": line.urgency, "flow": line.flow, "per": line.per,
        "pack_count": line.pack_count, "pack_unit": line.pack_unit,
    }  # fmt: skip
    values = dict(record.values) if record else {}
    values |= {key: str(value) for key, value in told.items() if value is not None}
    candidates = tuple({"code": each.code, "name": each.name, "score": each.score} for each in line.candidates)
    reasons = line.reasons
    if (line.approx or line.quantity_max is not None) and "QUANTITY_APPROXIMATE" not in reasons:
        reasons = (*reasons, "QUANTITY_APPROXIMATE")
    if line.state == CONFIRM and not reasons:
        reasons = ("ITEM_UNSURE",)
    place = (record.sheet, record.row) if record else ("", 1)
    return ReadRow(*place, written, values, reasons, candidates)


def _paired(rows: list[ReadRow]) -> list[ReadRow]:
    """The lines of one row or message, with stock and daily use put beside the need of the same goods."""
    kept: list[ReadRow] = []
    asked = {row.values["item"]: row for row in rows if row.values["flow"] == REQUESTED and "per" not in row.values}
    for row in rows:
        need, flow = asked.get(row.values["item"]), row.values["flow"]
        key = "daily_use" if row.values.get("per") == "day" else "on_hand" if flow == STOCK else ""
        if need is not None and need is not row and key and flow != DISTRIBUTED and row.values.get("quantity"):
            need.values.setdefault(key, row.values["quantity"])
            # The stock was told with the need: what is uncertain about it is uncertain about the need too.
            need.reasons = tuple(dict.fromkeys((*need.reasons, *row.reasons)))
            continue
        kept.append(row)
    return kept


def _digested(kind: str, rows: list[ReadRow]) -> list[ReadRow]:
    for row in rows:
        said = "\x1f".join(f"{key}={''.join(value.split())}" for key, value in sorted(row.values.items()) if value)
        row.digest = sha256(f"{kind}\x1e{said}".encode("utf-8", "backslashreplace")).hexdigest()[:32]
    return rows
