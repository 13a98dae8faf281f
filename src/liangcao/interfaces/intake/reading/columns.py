"""A small table inside a message: a line of headings, and lines with as many words (品名 库存 需求 / 防护服 80套 2000套)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from liangcao.interfaces.intake.reading import lines
from liangcao.interfaces.intake.reading.lines import Line
from liangcao.interfaces.intake.reading.quantities import read_quantity

_NAMES = re.compile(r"(?:物资|物品|品名|名称|品种|货物|项目|产品|药品)(?:名称)?")
# What a heading says of its column: the flow, and whether it is a rate.
_HEADINGS = (
    (re.compile(r".*(?:日用量|日消耗|日均|每天|每日|消耗|用量).*"), lines.OTHER, "day"),
    (re.compile(r".*(?:库存|现有|结存|剩余|存量|在库|余量).*"), lines.STOCK, None),
    (re.compile(r".*(?:缺口).*"), lines.OTHER, None),
    (re.compile(r".*(?:需求|需要|申请|申领|需|缺|求).*"), lines.REQUESTED, None),
    (re.compile(r".*(?:捐赠|接收|收到).*"), lines.DONATED, None),
    (re.compile(r".*(?:发放|下发|调拨|领用).*"), lines.DISTRIBUTED, None),
    (re.compile(r".*(?:采购|购买).*"), lines.PROCURED, None),
)
_UNIT = re.compile(r"(?:计量)?单位")
_CELL = re.compile(r"[^\s/|,、;]+")
_LINE = re.compile(r"[^\n]+")


@dataclass(frozen=True, slots=True)
class _Column:
    flow: str
    per: str | None
    is_unit: bool = False


def read_columns(text: str) -> tuple[list[Line], list[tuple[int, int]]]:
    """The lines of the small tables in a text (as `plain` gives it), and which parts of it they took."""
    found: list[Line] = []
    taken: list[tuple[int, int]] = []
    columns: list[_Column | None] = []
    for match in _LINE.finditer(text):
        cells = list(_CELL.finditer(match.group()))
        headed = _headings([cell.group() for cell in cells])
        if headed:
            columns = headed
            taken.append(match.span())
            continue
        row = list(_row(cells, columns, match.start())) if cells and len(cells) == len(columns) else []
        if not row:
            columns = []
            continue
        found += row
        taken.append(match.span())
    return (found, taken) if found else ([], [])


def _headings(cells: list[str]) -> list[_Column | None]:
    """What the columns are; empty when this is no line of headings: a name, and two or more columns of amounts."""
    if len(cells) < 3 or not _NAMES.fullmatch(cells[0]) or any(re.search(r"\d", cell) for cell in cells):
        return []
    columns: list[_Column | None] = [None]
    for cell in cells[1:]:
        if _UNIT.fullmatch(cell):
            columns.append(_Column("", None, is_unit=True))
            continue
        known = next((_Column(flow, per) for pattern, flow, per in _HEADINGS if pattern.fullmatch(cell)), None)
        columns.append(known)
    return columns if any(column and not column.is_unit for column in columns) else []


def _row(cells: list[re.Match[str]], columns: list[_Column | None], offset: int) -> Iterator[Line]:
    name = cells[0].group() if cells else ""
    pairs = list(zip(cells[1:], columns[1:], strict=True))
    unit = next((cell.group() for cell, column in pairs if column and column.is_unit), None)
    for cell, column in pairs:
        quantity = read_quantity(cell.group()) if column and not column.is_unit else None
        if quantity is None or column is None:
            continue
        yield Line(
            item=name, quantity=quantity.value, unit=quantity.unit or unit,
            flow=column.flow, quantity_max=quantity.most,
            approx=quantity.approx, per=quantity.per or column.per,
            start=offset + cells[0].start(), end=offset + cell.end(),
        )  # fmt: skip
