"""The workbook of opening stock: 仓库 物资 批号 生产日期 失效日期 单位 数量 备注, headers in either language, any order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.kernel.errors import Invalid, Refusal, raise_all
from liangcao.interfaces.intake.sheets import signs_removed, table_of
from liangcao.operations.allocation.solver.round import Notice
from liangcao.operations.allocation.solver.workbook.cells import date_of, name_key, whole_number
from liangcao.operations.allocation.solver.workbook.tables import Column, Row, Table
from liangcao.operations.supply.actions import OpeningLineInput
from liangcao.reference.catalog import queries as catalog
from liangcao.reference.parties import queries as parties

SHEET = ("期初库存", "opening stock")
COLUMNS = (
    Column("仓库", "store", header_needed=True, value_needed=True),
    Column("物资", "item", header_needed=True, value_needed=True),
    Column("批号", "lot"),
    Column("生产日期", "produced", read=date_of),
    Column("失效日期", "expiry", read=date_of),
    Column("单位", "unit"),
    Column("数量", "quantity", read=whole_number, header_needed=True, value_needed=True, is_number=True),
    Column("备注", "remark"),
)


def read_opening_stock(
    content: bytes, *, name: str, by: Actor, bureau_id: int
) -> tuple[list[OpeningLineInput], Notice | None]:
    """The rows of a workbook as lines of opening stock, and what was mended on the way; stores and items by name or
    code.

    Raises Invalid with all problems at once, each with sheet, row and column; nothing is guessed.
    """
    table = table_of(content, name, sheet=SHEET, columns=COLUMNS)
    stores = _by_name(parties.stores(by, bureau_id=bureau_id))
    items = _by_name(catalog.items(by))
    lines, problems = [], list(table.problems)
    for row in table.rows:
        store = _one(row, "store", stores, table, problems)
        item = _one(row, "item", items, table, problems)
        if store is not None and item is not None:
            lines.append(_line(row, store, item))
    raise_all(problems)
    return lines, signs_removed(table)


def _by_name(things: Iterable[Any]) -> dict[str, list[Any]]:
    """Name or code, without width, case and blanks → what is called so."""
    found: dict[str, list[Any]] = {}
    for thing in things:
        for word in {name_key(thing.name), name_key(thing.code)}:
            found.setdefault(word, []).append(thing)
    return found


def _one(row: Row, column: str, known: Mapping[str, list[Any]], table: Table, problems: list[Refusal]) -> Any:
    """The one thing that the cell names; None, with a problem, when there is none or more than one."""
    written = row.cells.get(column) or ""
    found = known.get(name_key(written), []) if written else []
    if len(found) == 1:
        return found[0]
    label, what, code = ("仓库", "store", "STORE") if column == "store" else ("物资", "item", "ITEM")
    where: dict[str, Any] = {"sheet": table.sheet, "row": row.number, "column": label}
    if found:
        problems.append(
            Invalid(
                f"{code}_AMBIGUOUS",
                f"“{written}”有 {len(found)} 个候选,请填编码",
                f'{len(found)} are called "{written}": write the code',
                **where,
            )
        )
    else:
        problems.append(
            Invalid(f"{code}_UNKNOWN", f"没有{label}“{written}”,请核对名称或编码", f'No {what} "{written}"', **where)
        )
    return None


def _line(row: Row, store: Any, item: Any) -> OpeningLineInput:
    cells = row.cells
    return OpeningLineInput(
        store_id=store.pk,
        item_id=item.pk,
        quantity=cells["quantity"],
        unit=cells.get("unit") or "base",
        maker_lot=cells.get("lot") or "",
        produced_on=cells.get("produced"),
        expires_on=cells.get("expiry"),
        remark=cells.get("remark") or "",
        row=row.number,
    )
