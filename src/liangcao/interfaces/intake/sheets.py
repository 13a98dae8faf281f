"""The one sheet of a workbook that people send."""

from __future__ import annotations

import tempfile
from pathlib import Path

from liangcao.foundation.kernel.errors import Invalid
from liangcao.operations.allocation.solver.round import Notice
from liangcao.operations.allocation.solver.workbook.tables import SIGNS_REMOVED, Column, Table, Workbook

_PLACES_MOST = 5


def signs_removed(table: Table) -> Notice | None:
    """One sentence about all cells of the sheet from which signs were taken that nobody sees, or None."""
    places = [notice for notice in table.notices if notice.code == SIGNS_REMOVED]
    if not places:
        return None
    shown, more = places[:_PLACES_MOST], len(places) > _PLACES_MOST
    zh = "、".join(f"第 {place.row} 行“{place.column}”" for place in shown) + (f"等 {len(places)} 处" if more else "")
    en = ", ".join(f"row {place.row} ({place.column})" for place in shown)
    en += f" and others, {len(places)} cells in all," if more else ""
    return Notice(
        SIGNS_REMOVED,
        f"{zh}有看不见的字符(零宽字符、不间断空格等),已自动去除,请核对",
        f"{en} held signs that nobody sees (zero-width, no-break spaces); they were taken off, please check",
        sheet=table.sheet,
    )


def table_of(content: bytes, name: str, *, sheet: tuple[str, str], columns: tuple[Column, ...]) -> Table:
    """The sheet called so in either language, or the only one. Raises Invalid SHEET_MISSING, and as `Workbook`."""
    with tempfile.TemporaryDirectory() as folder:
        # The reader opens a path; what the browser called the file is used only in sentences.
        path = Path(folder) / (Path(name).name[:80] or "file.xlsx")
        path.write_bytes(content)
        book = Workbook(path)
        found = book.sheet_called(*sheet) or book.only_sheet()
        if found is None:
            raise Invalid(
                "SHEET_MISSING",
                f"{name}:没有名为“{sheet[0]}”的工作表",
                f'{name}: there is no sheet called "{sheet[1]}"',
                field="file",
            )
        return book.table(found, columns)
