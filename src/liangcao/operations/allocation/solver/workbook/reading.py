"""The two workbooks of `liangcao plan` → a round."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from liangcao.foundation.kernel.errors import Invalid, Refusal, raise_all
from liangcao.operations.allocation.solver.check import DEMAND_SHEET, STEP_SHEET, STOCK_SHEET, problems_of
from liangcao.operations.allocation.solver.round import Ask, Notice, Round, Stock, default_steps
from liangcao.operations.allocation.solver.workbook.cells import Cell, date_of, name_key, text_of, whole_number
from liangcao.operations.allocation.solver.workbook.rules import STEP_COLUMNS, read_rules, steps_of
from liangcao.operations.allocation.solver.workbook.tables import Column, Row, Table, Workbook


def _names(cell: Cell) -> tuple[str, ...]:
    text = text_of(cell)
    for separator in "\uff0c;\uff1b、|":
        text = text.replace(separator, ",")
    return tuple(name.strip() for name in text.split(",") if name.strip())


STOCK_COLUMNS = (
    Column("仓库", "store", text_of, header_needed=True, value_needed=True),
    Column("物资", "item", text_of, header_needed=True, value_needed=True),
    Column("批号", "lot"),
    Column("失效日期", "expiry", date_of),
    Column("数量", "quantity", whole_number, header_needed=True, value_needed=True, is_number=True),
    Column("单位", "unit"),
    Column("定向", "earmark"),
)
DEMAND_COLUMNS = (
    Column("申请单位", "requester", text_of, header_needed=True, value_needed=True),
    Column("物资", "item", text_of, header_needed=True, value_needed=True),
    Column("申请数量", "requested", whole_number, header_needed=True, is_number=True),
    Column("档", "tier", whole_number, is_number=True),
    Column("权重", "weight", whole_number, is_number=True),
    Column("现有库存", "on_hand", whole_number, is_number=True),
    Column("日用量", "daily_use", whole_number, is_number=True),
    Column("定额", "norm", whole_number, is_number=True),
    Column("保底", "floor", whole_number, is_number=True),
    Column("上限", "cap", whole_number, is_number=True),
    Column("包装", "pack", whole_number, is_number=True),
    Column("替代品", "substitutes", _names),
)
# What an empty cell, or a column that is not there, stands for.
_EMPTY_ASK = {"tier": 1, "weight": 1, "on_hand": 0, "floor": 0, "pack": 1}


def read_round(supply: Path, demand: Path, rules: Path | None = None) -> tuple[Round, tuple[Notice, ...]]:
    """The round in the workbooks, and the warnings about how they were read.

    Raises `Invalid` with every problem of all files at once, each with sheet, row and column.
    """
    stock_table, demand_table, step_table = _tables(supply, demand, rules)
    tables = [table for table in (stock_table, demand_table, step_table) if table]
    problems = [problem for table in tables for problem in table.problems]
    problems += _mixed_units(stock_table)
    items, item_notices = _one_spelling(_item_names(stock_table, demand_table), DEMAND_SHEET, "物资")
    people, people_notices = _one_spelling(_people_names(stock_table, demand_table), DEMAND_SHEET, "申请单位")
    asks = tuple(_ask(row, items, people) for row in demand_table.rows)
    steps = steps_of(step_table, people) if step_table else default_steps(asks)
    round_ = Round(tuple(_stock(row, items, people) for row in stock_table.rows), asks, steps)
    if not asks and not problems:
        problems.append(_nothing_asked(demand_table))
    problems += problems_of(round_, complete=not problems)
    raise_all(problems)
    return round_, tuple([notice for table in tables for notice in table.notices] + item_notices + people_notices)


def _tables(supply: Path, demand: Path, rules: Path | None) -> tuple[Table, Table, Table | None]:
    """The sheets 库存, 需求 and 步骤. A file that cannot be read at all is told together with the other's problems."""
    refused: list[Refusal] = []
    stock_table = demand_table = step_table = None
    try:
        stock_table = _table(Workbook(supply), supply, STOCK_SHEET, "stock", STOCK_COLUMNS)
    except Invalid as problem:
        refused.append(problem)
    try:
        book = Workbook(demand)
        demand_table = _table(book, demand, DEMAND_SHEET, "demand", DEMAND_COLUMNS)
        sheet = book.sheet_called(STEP_SHEET, "steps")
        if sheet and rules is None:
            step_table = book.table(sheet, STEP_COLUMNS)
    except Invalid as problem:
        refused.append(problem)
    try:
        step_table = read_rules(rules) if rules else step_table
    except Invalid as problem:
        refused.append(problem)
    raise_all(refused + [p for t in (stock_table, demand_table, step_table) if refused and t for p in t.problems])
    if stock_table is None or demand_table is None:
        raise AssertionError("a sheet is either read or refused")
    if step_table is not None and not step_table.rows and not step_table.problems:
        step_table = None
    return stock_table, demand_table, step_table


def _table(book: Workbook, path: Path, zh: str, en: str, columns: tuple[Column, ...]) -> Table:
    sheet = book.sheet_called(zh, en) or book.only_sheet()
    if sheet is None:
        found = book.book.sheet_names[:10]
        raise Invalid(
            "SHEET_MISSING",
            f"{path.name}:缺少工作表“{zh}”(现有:{'、'.join(found)})",
            f"{path.name}: the sheet {zh} ({en}) is missing (found: {', '.join(found)})",
            sheet=zh,
        )
    return book.table(sheet, columns)


def _stock(row: Row, items: dict[str, str], people: dict[str, str]) -> Stock:
    cells = row.cells
    return Stock(
        store=cells["store"],
        item=items[name_key(cells["item"])],
        lot=cells.get("lot", ""),
        expiry=cells.get("expiry"),
        quantity=cells["quantity"],
        earmark=people[name_key(cells["earmark"])] if cells.get("earmark") else None,
        row=row.number,
    )


def _ask(row: Row, items: dict[str, str], people: dict[str, str]) -> Ask:
    cells = row.cells
    numbers = {name: default if cells.get(name) is None else cells[name] for name, default in _EMPTY_ASK.items()}
    return Ask(
        requester=people[name_key(cells["requester"])],
        item=items[name_key(cells["item"])],
        requested=cells["requested"],
        daily_use=cells.get("daily_use"),
        norm=cells.get("norm"),
        cap=cells.get("cap"),
        substitutes=tuple(items[name_key(name)] for name in cells.get("substitutes", ())),
        row=row.number,
        **numbers,
    )


def _item_names(stock: Table, demand: Table) -> Iterable[str]:
    for row in (*stock.rows, *demand.rows):
        yield row.cells["item"]
        yield from row.cells.get("substitutes", ())


def _people_names(stock: Table, demand: Table) -> Iterable[str]:
    yield from (row.cells["requester"] for row in demand.rows)
    yield from (row.cells["earmark"] for row in stock.rows if row.cells.get("earmark"))


def _one_spelling(names: Iterable[str], sheet: str, column: str) -> tuple[dict[str, str], list[Notice]]:
    """One spelling for each name: of several, the first in the order of characters, whatever the order of rows."""
    spellings: dict[str, set[str]] = defaultdict(set)
    for name in names:
        spellings[name_key(name)].add(name)
    notices = [
        Notice(
            "NAME_SPELLED_DIFFERENTLY",
            f"视为同一名称:{'、'.join(sorted(found))}",
            f"taken as one name: {', '.join(sorted(found))}",
            sheet=sheet,
            column=column,
        )
        for _, found in sorted(spellings.items())
        if len(found) > 1
    ]
    return {key: min(found) for key, found in spellings.items()}, notices


def _mixed_units(table: Table) -> list[Refusal]:
    """Boxes cannot be added to pieces: an item must be in one unit."""
    units: dict[str, tuple[str, int]] = {}
    problems: list[Refusal] = []
    for row in table.rows:
        unit, item = row.cells.get("unit"), row.cells["item"]
        if not unit:
            continue
        first, first_row = units.setdefault(name_key(item), (unit, row.number))
        if name_key(first) != name_key(unit):
            problems.append(
                Invalid(
                    "UNIT_MIXED",
                    f"“{item}”在第 {first_row} 行的单位是“{first}”,这里是“{unit}”,请换算成同一单位",
                    f"{item} is in {first} in row {first_row} but in {unit} here: convert to one unit",
                    sheet=table.sheet,
                    row=row.number,
                    column="单位",
                )
            )
    return problems


def _nothing_asked(table: Table) -> Refusal:
    return Invalid("NOTHING_ASKED", "需求表没有数据行", "the demand sheet has no lines", sheet=table.sheet, row=1)
