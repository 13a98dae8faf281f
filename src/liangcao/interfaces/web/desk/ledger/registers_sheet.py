"""A register as CSV, as words for a chat group, as a picture. Excel and PDF are made by the briefing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse

from liangcao.foundation.database.snapshot import snapshot
from liangcao.interfaces.web import spreadsheet
from liangcao.interfaces.web.desk.ledger.registers import PHONE, period_of
from liangcao.interfaces.web.templatetags.words import full_day, headed, named
from liangcao.oversight.briefing.registers_words import known_words

FORMATS = ("csv", "txt", "png")


def register_table(request: Any, made: Any, kind: str) -> HttpResponse:
    """All rows in one snapshot, with the sums of each item. Raises Invalid IMAGE_TOO_LONG."""
    from_, to = period_of(request)
    period = str(to) if from_ == to else f"{from_}-{to}"
    with snapshot():
        sheet = _sheet(request, made, is_file=kind == "csv")
        return spreadsheet.answer(sheet, kind=kind, name=f"{headed((made.zh, made.en))}-{period}")


def _sheet(request: Any, made: Any, *, is_file: bool) -> spreadsheet.Sheet:
    from_, to = period_of(request)
    days = full_day(to) if from_ == to else f"{full_day(from_)} — {full_day(to)}"
    unit = made.place("unit")
    return spreadsheet.Sheet(
        headed((made.zh, made.en)),
        [headed((column.zh, column.en)) for column in made.columns],
        (row.cells for row in made.rows()),
        [f"{named(request.bureau)} · {days}", known_words(made)],
        sums=lambda: _sums(made, is_file=is_file),
        units={place: unit for place, column in enumerate(made.columns) if column.holds == "quantity"},
        brief=[place for place, column in enumerate(made.columns) if column.key in PHONE],
    )


def _sums(made: Any, *, is_file: bool) -> Iterator[list[Any]]:
    """One line for each item, under the columns that are added up. In a file that may be read again it says of the
    item and of the unit that it is a sum: the reader of documents leaves it out."""
    places = [made.place(key) for key in made.totals.columns]
    for (code, name, unit), sums in sorted(made.totals.by_item.items()):
        line: list[Any] = ["" for _column in made.columns]
        line[0] = spreadsheet.total_word()
        line[made.place("item_code")], line[made.place("item")], line[made.place("unit")] = code, name, unit
        if is_file:
            line[made.place("item")] = f"{line[0]}:{name}"
            for column in made.columns:
                if column.key == "party":
                    line[made.place("party")] = line[0]
        for place, quantity in zip(places, sums, strict=True):
            line[place] = quantity
        yield line
