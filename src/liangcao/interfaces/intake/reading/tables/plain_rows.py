"""The rows of kinds that are no goods: organisations, items, head-counts. Each becomes a record."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from liangcao.interfaces.intake.reading.lines import CONFIRM, GOOD, STOCK, WRONG
from liangcao.interfaces.intake.reading.tables.amounts import amount_of, worse
from liangcao.interfaces.intake.reading.tables.cells import Grid, Merges, error_of, is_blank, is_error, text_of
from liangcao.interfaces.intake.reading.tables.dates import day_of
from liangcao.interfaces.intake.reading.tables.gathered import Gathering, Record
from liangcao.interfaces.intake.reading.tables.goods import LONGEST_TEXT, WRONGS, alike, is_cut_short
from liangcao.interfaces.intake.reading.tables.kinds import CODE, DAY, NUMBER, Column, Kind
from liangcao.interfaces.intake.reading.tables.plan import Plan
from liangcao.interfaces.intake.reading.tables.sums import Sums
from liangcao.interfaces.intake.reading.tables.telling import Telling

_PEOPLE = re.compile(r"^([\d.,，]+\s*[万千]?)\s*(?:余|多)?[人名位户口]$")


def read_rows(gathering: Gathering, grid: Grid, merges: Merges, plan: Plan, kind: Kind, table: int) -> None:
    """Read every row of a table into a record of the kind's columns."""
    tell, sums = Telling(gathering, grid, merges, plan), Sums(plan)
    uses = [(use.column, kind.column(use.key)) for use in plan.block.columns.uses]
    placed = [(column, meant) for column, meant in uses if meant is not None]
    width = max([plan.block.right, *(column + 1 for column, _ in placed)])
    seen: dict[tuple[str, ...], int] = {}
    for index in range(plan.block.first, plan.block.last):
        row = grid.rows[index]
        cells = merges.cells(row, index, width)
        number = grid.first_row + index
        if index in plan.block.repeats:
            tell.skip(number, "header", cells)
            continue
        if index >= plan.block.closing or not any(not is_blank(cells[column]) for column, _ in placed):
            tell.skip(number, "note" if any(not is_blank(cell) for cell in row) else "blank", cells)
            continue
        why = tell.why_not(index, row, cells, "", sums)
        if why and why != "section":
            tell.skip(number, why, cells)
            continue
        values, reasons, state = _values(cells, placed)
        if number in grid.hidden_rows or grid.is_hidden:
            reasons.append(("HIDDEN_ROW", None))
        same = seen.setdefault(tuple(map(alike, values.values())), number)
        if same != number:
            reasons.append(("DUPLICATE_ROW", None))
        if reasons:
            state = worse(state, WRONG if any(code in WRONGS for code, _ in reasons) else CONFIRM)
        for code, column in reasons:
            tell.problem(number, column, code, cells, same)
        codes = tuple(sorted({code for code, _ in reasons}))
        gathering.reading.records.append(Record(plan.sheet, number, table, values, state, codes))


def _values(
    cells: Sequence[Any], placed: list[tuple[int, Column]]
) -> tuple[dict[str, str], list[tuple[str, int | None]], str]:
    values: dict[str, str] = {}
    reasons: list[tuple[str, int | None]] = []
    state = GOOD
    for column, meant in placed:
        cell = cells[column]
        text = text_of(cell)
        if is_error(cell):
            reasons.append((error_of(cell), column))
        elif not text:
            if meant.is_required:
                reasons.append(("VALUE_MISSING", column))
        elif meant.holds == DAY:
            day = day_of(cell)
            text = day.text or ""
            reasons += [(day.reason, column)] if day.reason else []
        elif meant.holds == NUMBER:
            people = _PEOPLE.match(text)
            amount = amount_of(people[1] if people else cell, STOCK, None)
            text = text_of(amount.value) if amount.value is not None else text
            reasons += [(code, column) for code in amount.reasons]
            state = worse(state, amount.state)
        elif meant.holds == CODE and is_cut_short(cell):
            reasons.append(("CODE_TRUNCATED", column))
        elif len(text) > LONGEST_TEXT:
            reasons.append(("TEXT_TOO_LONG", column))
        values.setdefault(meant.key, text)
    return values, reasons, state
