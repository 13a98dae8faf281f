"""A workbook of a plan as a table for the other formats."""

from __future__ import annotations

import io
from typing import Any

from liangcao.interfaces.web.spreadsheet import Sheet

# What is added up, item by item.
_ADDED = ("分配数量", "数量", "申请数量")


def first_sheet(content: bytes, *, title: str) -> Sheet:
    """The first sheet of a workbook that we wrote."""
    from python_calamine import CalamineWorkbook

    heading, *rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    labels = [str(label) for label in heading]
    item = labels.index("物资")
    totals: dict[int, int | None] = {place: item for place, label in enumerate(labels) if label in _ADDED}
    return Sheet(title, labels, ([_whole(value) for value in row] for row in rows), totals=totals)


def _whole(value: Any) -> Any:
    """Numbers come as floating ones; ours are whole, or have decimals that are meant."""
    return int(value) if isinstance(value, float) and value.is_integer() else value
