"""Files that people send, and imports of them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import xlsxwriter

from liangcao.foundation.identity.actor import Actor
from liangcao.interfaces.intake.importing.actions import begin_import
from liangcao.interfaces.intake.importing.jobs import read_now
from liangcao.interfaces.intake.models import ImportRow, ImportRun
from tests.factories.world import NOON, World

NEEDS = ("申请单位", "物资", "规格", "单位", "数量", "需要日期", "联系电话", "备注")


def workbook(*rows: Sequence[Any], sheet: str = "Sheet1", saved: int = 0) -> bytes:
    """A workbook with these rows. Another `saved` gives other bytes of the same content."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False})
    book.set_properties({"comments": f"saved {saved}"})
    page = book.add_worksheet(sheet)
    for number, row in enumerate(rows):
        page.write_row(number, 0, row)
    book.close()
    return target.getvalue()


def begin(world: World, kind: str, content: bytes | str, *, by: Actor | None = None, **more: Any) -> ImportRun:
    """An import that was begun and read."""
    arguments: dict[str, Any] = {
        "name": "来表.xlsx" if isinstance(content, bytes) else "消息.txt",
        "sender": "示例来文人",
        "client_id": uuid4(),
        "at": NOON,
    } | more
    run = begin_import(
        bureau_id=world.bureau.pk,
        kind=kind,
        content=content if isinstance(content, bytes) else content.encode(),
        by=by or world.actor("coordinator"),
        is_queued=False,
        **arguments,
    )
    return read_now(run, at=arguments["at"])


def rows_of(run: ImportRun) -> list[ImportRow]:
    """All rows of an import in order."""
    return list(run.rows.order_by("number"))


def told(run: ImportRun) -> list[tuple[int, str, list[str]]]:
    """(row of the file, state, reasons) of each row."""
    return [(row.row, row.status, row.reasons) for row in rows_of(run)]
