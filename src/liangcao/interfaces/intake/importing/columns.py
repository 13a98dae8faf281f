"""What each column of the tables was taken for, changed by a person: then the file is read anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.actions import claim, settle
from liangcao.foundation.kernel.errors import Invalid, Refusal, collected, raise_all
from liangcao.interfaces.intake.importing import queries
from liangcao.interfaces.intake.importing.actions import LEFT_LYING, check_open, enqueue_reading, locked_run, note
from liangcao.interfaces.intake.models import ImportRun
from liangcao.interfaces.intake.reading.tables import kind_of
from liangcao.interfaces.intake.reading.tables import vocabulary as v
from liangcao.interfaces.intake.reading.tables.columns import UNKNOWN

# What a column of goods may mean besides the kind's own columns.
GOODS_MEANINGS: dict[str, tuple[str, str]] = {
    v.ITEM: ("物资", "item"), v.SPEC: ("规格", "specification"), v.PACK: ("每箱数量", "pieces in a pack"),
    v.UNIT: ("单位(计量)", "unit"), v.QUANTITY: ("数量", "quantity"), v.ORGANISATION: ("单位名称", "organisation"),
    v.DATE: ("日期", "date"), v.NEEDED_BY: ("需要日期", "needed by"), v.MADE: ("生产日期", "production date"),
    v.EXPIRY: ("失效日期", "expiry date"), v.URGENCY: ("缓急", "urgency"), v.REMARK: ("备注", "remarks"),
    v.MESSAGE: ("文字说明", "note in words"), v.SERIAL: ("序号", "number of the row"),
}  # fmt: skip
LEFT: dict[str, tuple[str, str]] = {
    v.IGNORED: ("不读", "not read"), v.IDENTITY: ("证件号码(不保存)", "identity number (not kept)"),
    UNKNOWN: ("不明", "not known"),
}  # fmt: skip


@dataclass(frozen=True)
class ColumnChange:
    """The column at this place of this table, both from 0, means this."""

    table: int
    column: int
    key: str


def meanings(kind: str) -> dict[str, tuple[str, str]]:
    """What a column of a file of this kind may mean: key → words in both languages."""
    known = kind_of(kind)
    own = {column.key: (column.zh, column.en) for column in known.columns} if known else {}
    return {**(GOODS_MEANINGS if known is None or known.is_goods else {}), **own, **LEFT}


@transaction.atomic
def change_columns(
    *, run_id: int, changes: Sequence[ColumnChange], version: int | None = None, is_queued: bool = True,
    by: Actor, at: datetime, client_id: UUID,
) -> ImportRun:  # fmt: skip
    """Say what columns mean. The file is read anew, and corrections of its rows begin anew too; kept for the next file
    with these headers once this one is imported. Raises Invalid COLUMN_UNKNOWN, MEANING_UNKNOWN, NotFound, Conflict."""
    run = locked_run(by, run_id, version)
    body = {"run": run_id, "changes": list(changes)}
    if claim(client_id=client_id, action="change_import_columns", body=body, by=by, at=at):
        return queries.run(by, run_id)
    check_open(run)
    tables, known, problems = run.layout.get("tables", []), meanings(run.kind), list[Refusal]()
    for change in changes:
        with collected(problems):
            _change(tables, change, known)
    raise_all(problems)
    run.layout = {"tables": tables}
    run.status, run.version, run.rows_read, run.rows_expected = "waiting", run.version + 1, 0, 0
    run.save(update_fields=["layout", "status", "version", "rows_read", "rows_expected"])
    note("change_import_columns", run, by=by, at=at, after={"columns": len(changes)})
    enqueue_reading(run, at, due_at=at if is_queued else at + LEFT_LYING)
    settle(client_id=client_id, ref=str(run.pk))
    return run


def _change(tables: list[dict[str, Any]], change: ColumnChange, known: dict[str, tuple[str, str]]) -> None:
    table = tables[change.table] if 0 <= change.table < len(tables) else None
    found = next((use for use in table["columns"] if use["column"] == change.column), None) if table else None
    if table is None or found is None:
        raise Invalid("COLUMN_UNKNOWN", "没有这一列,请刷新后再试", "There is no such column; reload", field="column")
    if not table["header_rows"]:
        raise Invalid(
            "HEADER_NEEDED",
            "这张表没有表头,无从记住各列的含义;请在原表第一行写上列名,再重新上传",
            "This table has no header by which its columns could be known; write names into its first row and send it "
            "again",
            field="column",
        )
    if change.key not in known:
        raise Invalid(
            "MEANING_UNKNOWN",
            f"列不能是“{change.key[:40]}”;可选:{'、'.join(zh for zh, _ in known.values())}",
            f'A column cannot mean "{change.key[:40]}"; choose among {", ".join(en for _, en in known.values())}',
            field="key",
        )
    found["key"] = change.key
    found["is_read"] = True
    if change.key != v.QUANTITY:
        found["item"] = found["organisation"] = None
    table["organisation"] = next((use["key"] for use in table["columns"] if use["key"] in v.ROLES), None)
