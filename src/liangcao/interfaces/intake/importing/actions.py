"""Writes of imports: begin, correct, confirm, leave out, import, discard. Each checks, writes once, journals."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from liangcao.foundation.database.locks import locked
from liangcao.foundation.files.actions import store
from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.jobs.actions import enqueue
from liangcao.foundation.journal.actions import claim, next_number, record, settle
from liangcao.foundation.kernel.chain import digest
from liangcao.foundation.kernel.clock import business_date
from liangcao.foundation.kernel.errors import Conflict, Invalid
from liangcao.foundation.kernel.flow import check_step
from liangcao.foundation.kernel.text import check_text
from liangcao.interfaces.intake.flow import IMPORT_FLOW, LIVE
from liangcao.interfaces.intake.importing import given as whole
from liangcao.interfaces.intake.importing import queries
from liangcao.interfaces.intake.importing.kinds import Importer, importer_of, importers
from liangcao.interfaces.intake.models import LONGEST_SENDER, ImportRun
from liangcao.interfaces.intake.reading.files import Limits
from liangcao.interfaces.intake.reading.files.refusals import empty, too_large
from liangcao.reference.parties.actions import hold_bureau

READING, TAKING = "read_import", "take_import"
# Files up to this size are read while the person waits; larger ones by a worker, with progress.
READ_AT_ONCE_BYTES = 256 << 10
# What was to be read at once and still waits then was left by a process that ended: a worker reads it.
LEFT_LYING = timedelta(minutes=5)


@transaction.atomic
def begin_import(
    *,
    bureau_id: int,
    kind: str,
    name: str,
    content: bytes,
    sender: str = "",
    given: Mapping[str, Any] | None = None,
    again: bool = False,
    is_queued: bool = True,
    by: Actor,
    at: datetime,
    client_id: UUID,
) -> ImportRun:
    """Keep a file or a pasted text, to be read by a worker (or by the caller where not `is_queued`).

    The same bytes that are being checked, or were imported before, give that import and change nothing; `again` says
    that they are meant once more. Raises Invalid KIND_UNKNOWN, FILE_EMPTY, FILE_TOO_LARGE; Forbidden as the kind's own
    act does.
    """
    guard.check(by, "enter", "import", bureau_id=bureau_id)
    importer = check_kind(kind)
    guard.check(by, importer.act[1], importer.act[0], bureau_id=bureau_id)
    held = digest(content)
    body = {"bureau": bureau_id, "kind": kind, "name": name, "digest": held, "sender": sender, "again": again}
    done = claim(client_id=client_id, action="begin_import", body=body, by=by, at=at)
    if done:
        return queries.run(by, int(done))
    _check_content(content)
    sender = check_text(sender, field="sender", zh="来文单位或联系人", en="sender", longest=LONGEST_SENDER)
    # Two who send one file at once wait for each other at their bureau, so that the second finds the first.
    hold_bureau(bureau_id)
    before = _before(by, bureau_id, kind, held, again=again)
    if before is not None:
        settle(client_id=client_id, ref=str(before.pk))
        return before
    told = whole.checked(importer, given or {}, by=by, bureau_id=bureau_id)
    kept = store(bureau_id=bureau_id, name=_safe(name), content=content, content_type=_KEPT_AS, at=at)
    run = ImportRun.objects.create(
        bureau_id=bureau_id, kind=kind, file=kept, digest=held, sender=sender, client_id=client_id,
        number=next_number(bureau_id=bureau_id, prefix="DR", day=business_date(at)),
        given={**told, **({"again": True} if again else {})}, started_by=by.name, started_user_id=by.user_id,
        started_at=at,
    )  # fmt: skip
    note("begin_import", run, by=by, at=at, after={"kind": kind, "file": kept.name, "again": again})
    enqueue_reading(run, at, due_at=at if is_queued else at + LEFT_LYING)
    settle(client_id=client_id, ref=str(run.pk))
    return run


_KEPT_AS = "application/octet-stream"


def _safe(name: str) -> str:
    """A file's name without its folders and without signs that nobody sees."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(sign for sign in last if sign.isprintable())[:200] or "file"


def check_kind(kind: str) -> Importer:
    """The importer of a kind. Raises Invalid KIND_UNKNOWN."""
    importer = importer_of(kind)
    if importer is None:
        known = " ".join(importers())
        raise Invalid(
            "KIND_UNKNOWN",
            f"没有“{kind[:40]}”这类导入;可选:{known}",
            f'There is no import of the kind "{kind[:40]}". Known: {known}',
            field="kind",
        )
    return importer


def _check_content(content: bytes) -> None:
    if not content.strip(b"\0\t\r\n "):
        raise empty()
    most = Limits().file_bytes
    if len(content) > most:
        raise too_large(most)


def _before(by: Actor, bureau_id: int, kind: str, held: str, *, again: bool) -> ImportRun | None:
    """The import of the same bytes that is under way, or was done before."""
    same = queries.runs(by, bureau_id=bureau_id).filter(kind=kind, digest=held).order_by("-pk")
    wanted = LIVE if again else (*LIVE, "imported", "known")
    return same.filter(status__in=wanted).first()


def enqueue_reading(run: ImportRun, at: datetime, *, due_at: datetime | None = None) -> None:
    """Have a worker read the file, should it still wait then."""
    enqueue(
        kind=READING, payload={"run_id": run.pk}, at=at, key=f"{run.number} {run.bureau_id} {run.version}",
        bureau_id=run.bureau_id, due_at=due_at or at,
    )  # fmt: skip


def locked_run(by: Actor, run_id: int, version: int | None, act: str = "enter") -> ImportRun:
    """The import as it is now, locked, when the actor may change it. Raises NotFound, Forbidden, Conflict
    CHANGED_MEANWHILE."""
    held = queries.run(by, run_id)
    guard.check(by, act, "import", bureau_id=held.bureau_id)
    locked(ImportRun.objects.all(), [run_id])
    held = queries.run(by, run_id)
    if version is not None and held.version != version:
        raise Conflict(
            "CHANGED_MEANWHILE",
            "这次导入已被他人更正,请刷新后再试",
            "Somebody has corrected this import meanwhile; reload and try again",
        )
    return held


def check_open(run: ImportRun) -> None:
    """Raise Conflict STATE_CONFLICT unless the rows can still be corrected."""
    if run.status != "read":
        check_step(IMPORT_FLOW, run.status, "importing", what_zh="这次导入", what_en="The import")


@transaction.atomic
def describe_import(
    *, run_id: int, given: Mapping[str, Any], sender: str | None = None, version: int | None = None,
    by: Actor, at: datetime, client_id: UUID,
) -> ImportRun:  # fmt: skip
    """Say what is true of the whole: the store, the kind of source, the sender … The rows are judged anew.

    Raises Invalid for what cannot be, NotFound, Conflict STATE_CONFLICT, CHANGED_MEANWHILE.
    """
    from liangcao.interfaces.intake.importing.correcting import judge_all

    run = locked_run(by, run_id, version)
    body = {"run": run_id, "given": dict(given), "sender": sender}
    if claim(client_id=client_id, action="describe_import", body=body, by=by, at=at):
        return queries.run(by, run_id)
    check_open(run)
    importer = importers()[run.kind]
    before = {key: str(value) for key, value in run.given.items()}
    run.given = {**run.given, **whole.checked(importer, given, by=by, bureau_id=run.bureau_id)}
    if sender is not None:
        run.sender = check_text(sender, field="sender", zh="来文单位或联系人", en="sender", longest=LONGEST_SENDER)
    run.version += 1
    run.save(update_fields=["given", "sender", "version"])
    judge_all(run, by=by, at=at)
    note("describe_import", run, by=by, at=at, before=before, after={k: str(v) for k, v in run.given.items()})
    settle(client_id=client_id, ref=str(run.pk))
    return run


@transaction.atomic
def discard_import(*, run_id: int, version: int | None = None, by: Actor, at: datetime, client_id: UUID) -> ImportRun:
    """Give an import up, also while it is read: nothing of it was imported. The original stays kept. Raises NotFound,
    Conflict STATE_CONFLICT."""
    run = locked_run(by, run_id, version)
    if claim(client_id=client_id, action="discard_import", body={"run": run_id}, by=by, at=at):
        return queries.run(by, run_id)
    check_step(IMPORT_FLOW, run.status, "discarded", what_zh="这次导入", what_en="The import")
    before, run.status = run.status, "discarded"
    run.ended_by, run.ended_at, run.version = by.name, at, run.version + 1
    run.save(update_fields=["status", "ended_by", "ended_at", "version"])
    note("discard_import", run, by=by, at=at, before={"status": before}, after={"status": run.status})
    settle(client_id=client_id, ref=str(run.pk))
    return run


@transaction.atomic
def reopen_import(*, run_id: int, version: int | None = None, by: Actor, at: datetime, client_id: UUID) -> ImportRun:
    """Say that rows which came before are meant once more: the import can be corrected and imported. Raises NotFound,
    Conflict STATE_CONFLICT."""
    run = locked_run(by, run_id, version)
    if claim(client_id=client_id, action="reopen_import", body={"run": run_id}, by=by, at=at):
        return queries.run(by, run_id)
    if run.status != "known":
        check_step(IMPORT_FLOW, run.status, "read", what_zh="这次导入", what_en="The import")
    hold_bureau(run.bureau_id)
    other = _before(by, run.bureau_id, run.kind, run.digest, again=True)
    if other is not None:
        raise Conflict(
            "IMPORT_UNDER_WAY",
            f"同一份内容正在 {other.number} 中核对,请到那里办理",
            f"The same content is being checked in {other.number}; go on there",
        )
    run.status, run.same_as, run.ended_at, run.version = "read", None, None, run.version + 1
    run.given = {**run.given, "again": True}
    run.save(update_fields=["status", "same_as", "ended_at", "version", "given"])
    note("reopen_import", run, by=by, at=at, before={"status": "known"}, after={"status": run.status})
    settle(client_id=client_id, ref=str(run.pk))
    return run


def note(
    action: str, run: ImportRun, *, by: Actor, at: datetime,
    before: dict[str, Any] | None = None, after: dict[str, Any] | None = None, reason: str = "",
) -> None:  # fmt: skip
    """Put an act on an import into the journal."""
    record(
        by=by, at=at, action=action, object_kind="import", object_ref=run.number, bureau_id=run.bureau_id,
        before=before, after=after, reason=reason,
    )  # fmt: skip
