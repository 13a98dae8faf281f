"""The sheets of a workbook read into lines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from liangcao.interfaces.intake.reading.catalogue import Catalogue
from liangcao.interfaces.intake.reading.lines import CONFIRM, GOOD, Line
from liangcao.interfaces.intake.reading.matching import with_candidates
from liangcao.interfaces.intake.reading.tables import vocabulary as v
from liangcao.interfaces.intake.reading.tables.amounts import worse
from liangcao.interfaces.intake.reading.tables.blocks import Block, blocks
from liangcao.interfaces.intake.reading.tables.cells import Grid, Merges, is_blank, letter, text_of
from liangcao.interfaces.intake.reading.tables.closings import is_closing
from liangcao.interfaces.intake.reading.tables.columns import is_stock_and_need
from liangcao.interfaces.intake.reading.tables.dates import day_of, is_day
from liangcao.interfaces.intake.reading.tables.gathered import Gathering, Reading
from liangcao.interfaces.intake.reading.tables.goods import GoodsTable
from liangcao.interfaces.intake.reading.tables.headers import Finder
from liangcao.interfaces.intake.reading.tables.kinds import Kind, kind_of
from liangcao.interfaces.intake.reading.tables.layout import Layout
from liangcao.interfaces.intake.reading.tables.plain_rows import read_rows
from liangcao.interfaces.intake.reading.tables.plan import Plan, plan_of


def read_grids(
    grids: Iterable[Grid], *, kind: str | None = None, catalogue: Catalogue | None = None, layout: Layout | None = None
) -> Reading:
    """Read the sheets of a workbook. `kind`: what the person said it is; `layout`: what columns of known headers mean,
    as a person corrected it before. Never raises for what the sheets hold."""
    gathering = Gathering()
    known = kind_of(kind)
    for grid in grids:
        _read_grid(gathering, grid, known, layout)
    reading = gathering.reading
    reading.layout = Layout(tuple(gathering.tables))
    if catalogue is not None:
        _match(reading, catalogue)
    return reading


def _read_grid(gathering: Gathering, grid: Grid, kind: Kind | None, layout: Layout | None) -> None:
    merges = Merges(grid)
    finder = Finder(grid, merges, kind, layout)
    found = blocks(grid, merges, finder)
    if grid.is_hidden and found:
        gathering.tell(grid.name, None, None, None, "HIDDEN_SHEET")
    year = _year(grid)
    seen: set[int] = set()
    before: Block | None = None
    for block in found:
        if (kind is None or kind.is_goods) and is_closing(block, before, grid.rows):
            _skip_head(gathering, grid, block, seen)
            seen.update(range(block.first, block.last))
            _leave(gathering, grid, range(block.first, block.last), "closing")
            continue
        before = block
        plan = plan_of(grid, merges, block, kind, layout, year)
        year = plan.year or year
        _tell_table(gathering, grid, merges, plan, kind)
        table = len(gathering.tables)
        gathering.tables.append(plan.layout)
        _skip_head(gathering, grid, block, seen)
        seen.update(range(block.first, block.last))
        if kind is not None and not kind.is_goods:
            read_rows(gathering, grid, merges, plan, kind, table)
        elif plan.item is None and not plan.is_wide and not plan.messages:
            _leave(gathering, grid, range(block.first, block.last))
        else:
            GoodsTable(gathering, grid, merges, plan, table).read()
    outside = [index for index in range(len(grid.rows)) if index not in seen]
    if not found and any(any(not is_blank(cell) for cell in grid.rows[index]) for index in outside):
        gathering.tell(grid.name, None, None, None, "NOT_GOODS")
    _leave(gathering, grid, outside)


def _skip_head(gathering: Gathering, grid: Grid, block: Block, seen: set[int]) -> None:
    """The rows of a table's titles and header are told once, be there two tables beside each other."""
    header = range(block.header.start, block.header.stop) if block.header else range(0)
    for why, indexes in (("title", block.title_rows), ("header", header)):
        for index in indexes:
            if index not in seen:
                seen.add(index)
                text = " ".join(text_of(cell) for cell in grid.rows[index] if not is_blank(cell))
                gathering.skip(grid.name, grid.first_row + index, why, text)


def _leave(gathering: Gathering, grid: Grid, indexes: Iterable[int], why: str = "outside") -> None:
    for index in indexes:
        text = " ".join(text_of(cell) for cell in grid.rows[index] if not is_blank(cell))
        gathering.skip(grid.name, grid.first_row + index, why if text else "blank", text)


def _tell_table(gathering: Gathering, grid: Grid, merges: Merges, plan: Plan, kind: Kind | None) -> None:
    """What is to be said of a table as a whole."""
    block, sheet = plan.block, grid.name
    row = grid.first_row + (block.header.stop - 1 if block.header else block.first)
    for header, columns in block.columns.duplicates:
        letters = "、".join(map(letter, columns))
        gathering.tell(
            sheet, row, columns[1], header, "HEADER_DUPLICATE", more=(f"({letters} 列)", f" (columns {letters})")
        )
    for use in block.columns.uses:
        if use.key == v.IDENTITY:
            gathering.tell(sheet, row, use.column, use.header, "IDENTITY_NOT_READ")
    for zh, en in _missing(plan, kind):
        gathering.tell(sheet, row, None, None, "HEADER_MISSING", more=(f"“{zh}”", f": “{en}”"))
    if block.header is None:
        gathering.tell(sheet, row, None, None, "HEADER_GUESSED")
    hidden = sum(
        1 for number in grid.hidden_rows if 0 <= number - grid.first_row - block.first < block.last - block.first
    )
    if hidden:
        gathering.tell(sheet, None, None, None, "HIDDEN_ROWS", more=(f"({hidden} 行)", f" ({hidden} rows)"))
    if kind is not None and not kind.is_goods:
        return
    if not plan.direction.is_sure:
        gathering.tell(sheet, row, None, None, "FLOW_UNCLEAR")
    if is_stock_and_need(plan.quantities):
        gathering.tell(sheet, row, None, None, "STOCK_AND_NEED")
    if plan.fills_down:
        gathering.tell(sheet, row, plan.organisation, plan.header(plan.organisation), "BLANKS_FILLED")
    filled = {use.column for use in block.columns.uses} & merges.columns - {use.column for use in plan.quantities}
    if filled:
        letters = "、".join(map(letter, sorted(filled)))
        gathering.tell(sheet, None, None, None, "MERGES_FILLED", more=(f"({letters} 列)", f" (columns {letters})"))


def _missing(plan: Plan, kind: Kind | None) -> list[tuple[str, str]]:
    """The columns that the table lacks and the kind cannot do without."""
    keys = plan.block.columns.keys()
    if kind is None:
        if plan.item is None and not plan.is_wide and not plan.messages:
            return [("物资", "item")]
        lists = plan.item is not None and not plan.quantities
        return [("数量", "quantity")] if lists and not plan.messages and not _holds_messages(plan) else []
    missing = []
    for column in kind.columns:
        if not column.is_required or column.key in keys:
            continue
        if kind.is_goods and (
            (column.key == v.ITEM and (plan.is_wide or plan.messages))
            or (column.key == v.QUANTITY and (plan.quantities or plan.messages))
            or (column.key in v.ROLES and (plan.organisation is not None or plan.title_organisation or plan.is_wide))
        ):
            continue
        missing.append((column.zh, column.en))
    return missing


def _holds_messages(plan: Plan) -> bool:
    return plan.block.columns.first(v.MONEY) is not None or plan.organisation is not None


def _year(grid: Grid) -> int | None:
    """The year of the first full date that stands in a title of a sheet."""
    for row in grid.rows[:12]:
        filled = [cell for cell in row if not is_blank(cell)]
        for cell in filled if len(filled) <= 3 else []:
            if is_day(cell):
                day = day_of(cell)
                if day.text and day.reason is None:
                    return int(day.text[:4])
    return None


def _match(reading: Reading, catalogue: Catalogue) -> None:
    """Each line with the items that its name may mean; what is not certain is to be confirmed."""
    known: dict[str, Line] = {}
    for at, line in enumerate(reading.lines):
        if not line.item:
            continue
        if line.item not in known:
            known[line.item] = next(iter(with_candidates([Line(line.item, None, None)], catalogue)))
        found = known[line.item]
        more = tuple(code for code in found.reasons if code not in line.reasons)
        reading.lines[at] = replace(
            line, candidates=found.candidates, reasons=line.reasons + more, state=worse(line.state, found.state)
        )
    for at, record in enumerate(reading.records):
        lines = reading.lines_of(record)
        if record.state == GOOD and any(line.state != GOOD for line in lines):
            reasons = tuple(sorted({reason for line in lines for reason in line.reasons}))
            reading.records[at] = replace(record, state=CONFIRM, reasons=reasons)
