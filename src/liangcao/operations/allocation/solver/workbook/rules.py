"""The words of a step: whom, up to what, how; in Chinese or English, from a sheet or from JSON."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path

from liangcao.foundation.kernel.errors import Invalid
from liangcao.operations.allocation.solver.check import STEP_SHEET
from liangcao.operations.allocation.solver.round import EVERYONE, Step
from liangcao.operations.allocation.solver.workbook.cells import Cell, CellProblem, name_key, text_of
from liangcao.operations.allocation.solver.workbook.tables import Column, Row, Table, Workbook


def _whom_cell(cell: Cell) -> str:
    if isinstance(cell, dt.date):
        raise CellProblem(
            "TIER_BECAME_DATE",
            "“1-3”被表格软件改成了日期,请把单元格设为文本后重填",
            "a range such as 1-3 was turned into a date: format the cell as text and type it again",
        )
    return text_of(cell)


STEP_COLUMNS = (
    Column("对象", "whom", _whom_cell, header_needed=True, value_needed=True),
    Column("目标", "target", text_of, header_needed=True, value_needed=True),
    Column("方式", "how", text_of, header_needed=True, value_needed=True),
)

_TARGETS = {"保底": "floor", "floor": "floor", "上限": "cap", "cap": "cap"} | dict.fromkeys(
    ("申请", "申请数量", "request", "fullrequest", "requested"), "request"
)
_HOWS = {"同比例": "fill", "fill": "fill", "等天数": "equal_cover", "equalcover": "equal_cover"} | {
    "按权重": "proportional",
    "proportional": "proportional",
}
_DAYS = re.compile(r"(?:天数|days?)(\d{1,6})天?|(\d{1,6})(?:天|days?)")
_TIERS = re.compile(r"第?(?:档|tiers?)?(\d{1,6})(?:[-~—–至到]第?(\d{1,6}))?档?")
_EVERYONE = {"全部", "所有", "全体", "all", "everyone"}
RULES_BYTES_MAX = 1 << 20


def read_rules(path: Path) -> Table:
    """The steps of a rules file: a workbook with a sheet 步骤, or JSON.

    The JSON is a list of {"whom", "target", "how"}, or an object that holds it as "steps". Raises `Invalid` for a
    file of neither kind; problems of single steps stay in the table.
    """
    if path.suffix.lower() == ".json":
        return _table_from_json(path)
    book = Workbook(path)
    sheet = book.sheet_called(STEP_SHEET, "steps") or book.only_sheet()
    if sheet is None:
        raise Invalid(
            "SHEET_MISSING", f"{path.name}:缺少工作表“步骤”", f"{path.name}: the sheet 步骤 (steps) is missing"
        )
    return book.table(sheet, STEP_COLUMNS)


def _table_from_json(path: Path) -> Table:
    try:
        if path.stat().st_size > RULES_BYTES_MAX:
            raise ValueError("too long")
        content = json.loads(path.read_text(encoding="utf-8-sig"))
        steps = content["steps"] if isinstance(content, dict) else content
        table = Table(STEP_SHEET)
        for number, step in enumerate(steps, start=1):
            cells = {column.en: text_of(step.get(column.en, step.get(column.zh))) for column in STEP_COLUMNS}
            table.rows.append(Row(number, cells))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Invalid(
            "RULES_UNREADABLE",
            f'{path.name}:不是可读的规则,应为 [{{"whom": "1", "target": "保底", "how": "同比例"}}, …]',
            f'{path.name}: no readable rules, expected [{{"whom": "1", "target": "floor", "how": "fill"}}, …]',
        ) from None
    return table


def steps_of(table: Table, names: dict[str, str]) -> tuple[Step, ...]:
    """The steps in the order of their rows. Unknown words are left as they are: the check of the round refuses them.

    `names` maps the key of a requester's name to the name as it is used.
    """
    steps = []
    for row in table.rows:
        target, days = _target(row.cells["target"])
        how = _HOWS.get(name_key(row.cells["how"]).replace("_", ""), row.cells["how"])
        steps.append(Step(_whom(row.cells["whom"], names), target, how, days, row=row.number))
    return tuple(steps)


def _target(text: str) -> tuple[str, int | None]:
    key = name_key(text).replace("_", "")
    found = _DAYS.fullmatch(key)
    if found:
        return "days", int(found.group(1) or found.group(2))
    return _TARGETS.get(key, text), None


def _whom(text: str, names: dict[str, str]) -> str:
    """A requester's name comes first: a unit may well be called 1."""
    key = name_key(text)
    if key in names and not key.isdigit():
        return names[key]
    if key in _EVERYONE:
        return EVERYONE
    found = _TIERS.fullmatch(key)
    if not found:
        return text
    first, last = int(found.group(1)), int(found.group(2) or found.group(1))
    return str(first) if first == last else f"{first}-{last}"
