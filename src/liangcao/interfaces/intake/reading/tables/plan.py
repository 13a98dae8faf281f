"""How one table is read: its flow, which column gives what, and what it was called."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from liangcao.interfaces.intake.reading.lines import DONATED, PROCURED, REQUESTED, STOCK
from liangcao.interfaces.intake.reading.tables import columns as c
from liangcao.interfaces.intake.reading.tables import vocabulary as v
from liangcao.interfaces.intake.reading.tables.blocks import Block, is_sum_row
from liangcao.interfaces.intake.reading.tables.cells import Grid, Merges, is_blank
from liangcao.interfaces.intake.reading.tables.dates import Day, day_of, days_in, is_day
from liangcao.interfaces.intake.reading.tables.direction import Direction, direction, organisation_key
from liangcao.interfaces.intake.reading.tables.kinds import Kind
from liangcao.interfaces.intake.reading.tables.layout import ColumnUse, Layout, TableLayout
from liangcao.interfaces.intake.reading.words import UNITS

_NAMED = re.compile(
    r"(?:填报|申请|申领|报送|需求|领用|接收|捐赠|供货|收货|填表|上报)?(?:单位|医院|部门|机构)(?:名称)?\s*[:：]\s*([^\s:：,，;；]{2,40})"
)
_UNIT_NAMED = re.compile(r"(?:计量)?单位\s*[:：]\s*([^\s:：,，;；)）]{1,4})")
_YEAR = re.compile(r"(?<!\d)(20\d\d)\s*年")
_DAY_IN = re.compile(r"(?<!\d)\d{1,2}\s*月\s*\d{1,2}\s*[日号]")
_LEAST_BLANK = 2
# Columns whose cells a record keeps as dates.
DAYS = (v.MADE, v.EXPIRY)


@dataclass(slots=True)
class Plan:
    """How a table is read, worked out once before its rows."""

    block: Block
    sheet: str
    direction: Direction
    layout: TableLayout
    item: int | None = None
    spec: int | None = None
    pack: int | None = None
    unit: int | None = None
    date: int | None = None
    needed_by: int | None = None
    urgency: int | None = None
    organisation: int | None = None
    quantities: list[ColumnUse] = field(default_factory=list)
    messages: list[int] = field(default_factory=list)
    remarks: list[int] = field(default_factory=list)
    extras: list[tuple[int, str]] = field(default_factory=list)
    title_unit: str | None = None
    title_organisation: str | None = None
    title_day: Day | None = None
    year: int | None = None
    has_units: bool = False
    fills_down: bool = False
    is_wide: bool = False
    has_flags: bool = False
    differs: bool = False

    def use(self, column: int | None) -> ColumnUse | None:
        """What a column was taken for."""
        return next((use for use in self.block.columns.uses if use.column == column), None)

    def header(self, column: int | None) -> str | None:
        """The header of a column as written."""
        use = self.use(column)
        return use.header if use else None


def plan_of(
    grid: Grid, merges: Merges, block: Block, kind: Kind | None, layout: Layout | None, year: int | None
) -> Plan:
    """Work out how a table is read."""
    columns = block.columns
    keys, flows = columns.keys(), columns.flows()
    known = layout.known(use.header for use in columns.uses) if layout and block.header else None
    found = direction(block.titles, keys, flows, grid.name, kind.flow if kind else None, _told(grid, block))
    if known:
        found = Direction(known.flow)
    organisation = known.organisation if known else organisation_key(found.flow, keys)
    rows = range(block.header.start, block.header.stop) if block.header else range(0)
    told = TableLayout(
        grid.name, tuple(grid.first_row + row for row in rows), grid.first_row + block.first,
        grid.first_row + max(block.last - 1, block.first), found.flow, tuple(columns.uses),
        " ".join(block.titles)[:200], organisation,
    )  # fmt: skip
    plan = Plan(block, grid.name, found, told)
    plan.item, plan.spec, plan.pack = columns.first(v.ITEM), columns.first(v.SPEC), columns.first(v.PACK)
    plan.unit, plan.date = columns.first(v.UNIT), columns.first(v.DATE)
    plan.needed_by, plan.urgency = columns.first(v.NEEDED_BY), columns.first(v.URGENCY)
    plan.organisation = columns.first(organisation)
    plan.quantities = _read(columns.quantities(), found, is_open=bool(known))
    plan.is_wide = any(use.item or use.organisation for use in plan.quantities)
    plan.messages = [use.column for use in columns.uses if use.key == v.MESSAGE]
    plan.remarks = [use.column for use in columns.uses if use.key == v.REMARK]
    plan.differs = bool(kind and kind.is_goods and found.is_said and not _agrees(found.flow, kind.flow, flows))
    _take_titles(plan, year)
    _take_extras(plan)
    _look_down(plan, grid.rows, merges)
    return plan


def _told(grid: Grid, block: Block) -> str:
    """What the first rows of a table say in words."""
    rows = grid.rows[block.first : min(block.closing, block.first + 100)]
    return " ".join(cell for row in rows for cell in row[block.left : block.right] if isinstance(cell, str))


def _read(quantities: list[ColumnUse], found: Direction, *, is_open: bool) -> list[ColumnUse]:
    """The quantities that are read: stock beside need, else those of the table's own flow where it has any."""
    inward = found.flow if found.flow in (DONATED, PROCURED) else PROCURED
    quantities = [replace(use, flow=inward) if use.flow == v.INWARD else use for use in quantities]
    read = [use for use in quantities if use.is_read] or ([] if is_open else quantities[:1])
    own = [use for use in read if use.flow in (None, found.flow)]
    if not own or not found.is_said or any(use.item for use in read):
        return read
    if found.flow in (REQUESTED, STOCK):
        return [use for use in read if use.flow in (None, REQUESTED, STOCK)]
    return own


def _agrees(flow: str, kind_flow: str | None, flows: set[str]) -> bool:
    if flow == kind_flow or kind_flow in flows:
        return True
    return {flow, kind_flow} <= {"donated", "procured"}


def _take_titles(plan: Plan, year: int | None) -> None:
    """The unit, the organisation, the year and the day that stand above a table."""
    days: list[Day] = []
    for title in plan.block.titles:
        named = _NAMED.search(title)
        unit = _UNIT_NAMED.search(title)
        if unit and unit[1] in UNITS:
            plan.title_unit = unit[1]
        elif named and named[1] not in UNITS and "元" not in named[1]:
            plan.title_organisation = named[1]
        full = _YEAR.search(title)
        year = int(full[1]) if full else year
        if is_day(title):
            days.append(day_of(title, year))
        else:
            days += days_in(title)
            without_full = re.sub(r"20\d\d\s*年\s*", "", title)
            days += [day_of(match, year) for match in _DAY_IN.findall(without_full) if not days_in(title)]
    plan.year = next((int(day.text[:4]) for day in days if day.text and not day.reason), year)
    if len({day.text for day in days}) == 1 or (days and is_day(plan.block.titles[-1])):
        plan.title_day = days[-1]


def _take_extras(plan: Plan) -> None:
    """The columns that a line has no place for; a record keeps them by their key, what is unknown by its header."""
    placed = {plan.item, plan.spec, plan.unit, plan.organisation, plan.date, plan.needed_by, plan.urgency}
    placed |= {use.column for use in plan.quantities}
    taken: set[str] = set()
    for use in plan.block.columns.uses:
        if use.column in placed or use.key in v.UNREAD or (use.key == c.UNKNOWN and not use.header):
            continue
        key = use.header if use.key in (c.UNKNOWN, v.QUANTITY) or use.key in taken else use.key
        taken.add(key)
        plan.extras.append((use.column, key))


def _look_down(plan: Plan, rows: Sequence[Sequence[Any]], merges: Merges) -> None:
    """What only the whole table tells: whether units are named at all, blanks mean "as above", 1 means "needed"."""
    block = plan.block
    sample = rows[block.first : min(block.closing, block.first + 400)]
    plan.has_units = plan.unit is not None and any(
        plan.unit < len(row) and not is_blank(row[plan.unit]) for row in sample
    )
    if plan.organisation is not None and plan.organisation not in merges.columns and not plan.is_wide:
        plan.fills_down = _groups(rows, plan, plan.organisation)
    if plan.is_wide and plan.direction.flow == REQUESTED:
        cells = [
            row[use.column]
            for row in rows[block.first : min(block.closing, block.first + 2000)]
            for use in plan.quantities
            if use.column < len(row) and str(row[use.column]).strip().isdigit()
        ]
        counted = [int(str(cell)) for cell in cells if len(str(cell)) < 12 and str(cell).isascii()]
        positive = [count for count in counted if count > 0]
        ones = sum(count == 1 for count in positive)
        plan.has_flags = ones >= 2 and 2 * ones >= len(positive)


def _groups(rows: Sequence[Sequence[Any]], plan: Plan, column: int) -> bool:
    """Whether blanks below an organisation mean the same one: it is written once for each group and never repeated."""
    blanks, repeated, groups, before, is_first = 0, 0, 0, None, True
    item = plan.item
    for row in rows[plan.block.first : plan.block.closing]:
        cell = row[column] if column < len(row) else None
        if is_blank(cell):
            if is_sum_row(row, plan.block.left):
                continue
            if item is not None and item < len(row) and not is_blank(row[item]):
                if is_first:
                    return False
                blanks += 1
            continue
        is_first = False
        groups += 1
        if cell == before:
            repeated += 1
        before = cell
    return blanks >= _LEAST_BLANK and not repeated and 2 * blanks >= groups
