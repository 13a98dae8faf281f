"""The import itself: all good rows through the actions of their module, in one transaction, or none of them."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import transaction

from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.jobs.actions import enqueue
from liangcao.foundation.journal.actions import claim, settle
from liangcao.foundation.kernel.errors import Conflict
from liangcao.foundation.kernel.flow import check_step
from liangcao.interfaces.intake.flow import IMPORT_FLOW
from liangcao.interfaces.intake.importing import queries
from liangcao.interfaces.intake.importing.actions import TAKING, locked_run, note
from liangcao.interfaces.intake.importing.given import check_complete
from liangcao.interfaces.intake.importing.judging import save_alike
from liangcao.interfaces.intake.importing.kinds import Taking, importers
from liangcao.interfaces.intake.models import ImportRun, SenderLayout
from liangcao.interfaces.intake.reading.tables import Layout

# So many rows are imported while the person waits; more by a worker.
AT_ONCE_ROWS = 200


@transaction.atomic
def import_rows(
    *, run_id: int, version: int | None = None, is_queued: bool = True, by: Actor, at: datetime, client_id: UUID
) -> ImportRun:
    """Import every row that is not left out: at once when they are few, else by a worker.

    Raises Conflict ROWS_NOT_READY while a row waits or is wrong, NOTHING_TO_IMPORT, GIVEN_MISSING, STATE_CONFLICT; and
    all that the actions of the kind refuse, each with sheet and row: then nothing is imported.
    """
    run = locked_run(by, run_id, version)
    importer = importers()[run.kind]
    guard.check(by, importer.act[1], importer.act[0], bureau_id=run.bureau_id)
    if claim(client_id=client_id, action="import_rows", body={"run": run_id}, by=by, at=at):
        return queries.run(by, run_id)
    check_step(IMPORT_FLOW, run.status, "importing", what_zh="这次导入", what_en="The import")
    check_complete(run, importer)
    count = _check_ready(run, by)
    if is_queued and count > AT_ONCE_ROWS:
        run.status, run.version, run.rows_expected, run.refusal = "importing", run.version + 1, count, None
        run.ended_by = by.name
        run.save(update_fields=["status", "version", "rows_expected", "refusal", "ended_by"])
        payload: dict[str, Any] = {"run_id": run.pk, "user_id": by.user_id}
        enqueue(
            kind=TAKING, payload=payload, at=at, key=f"{run.number} {run.bureau_id} {run.version}",
            bureau_id=run.bureau_id,
        )  # fmt: skip
    else:
        take(run, by=by, at=at)
    settle(client_id=client_id, ref=str(run.pk))
    return run


def _check_ready(run: ImportRun, by: Actor) -> int:
    """How many rows will be imported. Raises Conflict."""
    found = queries.summary(by, run.pk)
    if found.asked or found.refused:
        raise Conflict(
            "ROWS_NOT_READY",
            f"还有 {found.refused:,} 行有误、{found.asked:,} 行待确认;全部处理后才能导入(不要的行请选“不导入”)",
            f"{found.refused:,} rows are wrong and {found.asked:,} wait to be confirmed. Settle all of them first "
            "(leave out what is not wanted)",
        )
    count = queries.rows_of(by, run.pk, status="good").count()
    if not count and queries.is_message(run):
        raise Conflict(
            "NOTHING_TO_IMPORT",
            "这段消息里没有读出物资和数量;请把物资和数量写在一起(如“口罩2万只”)再送,并放弃这次导入",
            "No goods with an amount were understood in this message; send it again with both side by side, and "
            "discard this import",
        )
    if not count:
        raise Conflict(
            "NOTHING_TO_IMPORT",
            "没有可以导入的行;请核对文件,或放弃这次导入",
            "There is no row to import; check the file, or discard this import",
        )
    return count


def take(run: ImportRun, *, by: Actor, at: datetime) -> None:
    """Hand the rows to their module and link each to what was made of it. In the caller's transaction, which holds the
    run's row. Raises as `import_rows`."""
    importer = importers()[run.kind]
    guard.check(by, importer.act[1], importer.act[0], bureau_id=run.bureau_id)
    _check_ready(run, by)
    rows = list(queries.rows_of(by, run.pk, status="good"))
    taking = Taking(run, rows, by, at)
    importer.take(taking)
    for made in taking.made:
        for row in made.rows:
            row.status, row.made_kind, row.made_id, row.made_ref = "done", made.kind, made.id, made.ref
    save_alike(rows, ("status", "made_kind", "made_id", "made_ref"))
    _remember_layout(run, by, at)
    run.status, run.ended_by, run.ended_at, run.refusal = "imported", by.name, at, None
    run.version += 1
    run.save()
    note("import_rows", run, by=by, at=at, after={"rows": len(rows), "documents": len(taking.made)})


def _remember_layout(run: ImportRun, by: Actor, at: datetime) -> None:
    """Keep what the columns of each table meant, for the next file with the same headers."""
    for table, told in zip(Layout.load(run.layout).tables, run.layout.get("tables", ()), strict=True):
        if not table.header_rows:
            continue
        SenderLayout.objects.update_or_create(
            bureau_id=run.bureau_id,
            kind=run.kind,
            signature=sha256("\x1f".join(table.signature).encode()).hexdigest(),
            defaults={"layout": told, "sender": run.sender, "saved_by": by.name, "saved_at": at},
        )
