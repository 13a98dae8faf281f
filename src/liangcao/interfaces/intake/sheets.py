"""The one sheet of a workbook that people send."""

from __future__ import annotations

import tempfile
from pathlib import Path

from liangcao.foundation.kernel.errors import Invalid
from liangcao.operations.allocation.solver.workbook.tables import Column, Table, Workbook


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
