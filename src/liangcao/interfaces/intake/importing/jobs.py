"""Background work of imports: read a file, import many rows."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from liangcao.foundation.identity.actor import NOBODY, Actor
from liangcao.foundation.identity.queries import user_by_id
from liangcao.foundation.jobs.registry import job
from liangcao.foundation.kernel.errors import Refusal
from liangcao.interfaces.intake.importing import queries, reading
from liangcao.interfaces.intake.importing.actions import READING, TAKING
from liangcao.interfaces.intake.importing.contents import Contents
from liangcao.interfaces.intake.importing.taking_over import take
from liangcao.interfaces.intake.models import ImportRun
from liangcao.reference.parties import queries as parties

log = logging.getLogger(__name__)
NAME = "导入"


def _waiting(run_id: int, status: str) -> ImportRun | None:
    return ImportRun.objects.select_related("file").filter(pk=run_id, status=status).first()


def read_outside(*, payload: dict[str, Any], at: datetime) -> Contents | Refusal | None:
    """Read the file in a child process and say how far it is. None where nobody waits for it any more."""
    run = _waiting(payload["run_id"], "waiting")
    if run is None:
        return None
    mine = ImportRun.objects.filter(pk=run.pk, status="waiting")
    try:
        return reading.read_file(
            run,
            Actor.system(NAME, run.bureau_id),
            parties.moment(run.bureau_id, at),
            on_progress=lambda done, total: _tell(mine, done, total),
            is_cancelled=_seldom(lambda: not mine.exists()),
        )
    except Refusal as refusal:
        return refusal


def _tell(mine: QuerySet[ImportRun], done: int, total: int) -> None:
    mine.update(rows_read=done, rows_expected=total)


def read_now(run: ImportRun, *, at: datetime) -> ImportRun:
    """Read a file while the person waits; a refusal of the file stands in the import. `at`: the bureau's moment."""
    by = Actor.system(NAME, run.bureau_id)
    if run.status != "waiting":
        return run
    found: Contents | Refusal
    try:
        found = reading.read_file(run, by, at)
    except Refusal as refusal:
        found = refusal
    with transaction.atomic():
        held = _held().filter(pk=run.pk, status="waiting").first()
        if held is not None:
            write_read(held, found, by=by, at=at)
    return queries.run(by, run.pk)


def _held() -> QuerySet[ImportRun]:
    """Imports with their file, to be locked."""
    return ImportRun.objects.select_for_update(of=("self",), no_key=True).select_related("file")


def _seldom(ask: Any, every: int = 10) -> Any:
    """`ask` once in ten times: a second is soon enough for a person."""
    asked = [0]

    def is_so() -> bool:
        asked[0] += 1
        return asked[0] % every == 0 and bool(ask())

    return is_so


@job(READING, prepare=read_outside, zh="读取导入的文件", en="read an imported file")
def read_import(*, payload: dict[str, Any], at: datetime, prepared: Contents | Refusal | None) -> None:
    """Write the rows of a file that was read, or why it cannot be."""
    run = _held().filter(pk=payload["run_id"], status="waiting").first()
    if run is None or prepared is None:
        return
    write_read(run, prepared, by=Actor.system(NAME, run.bureau_id), at=parties.moment(run.bureau_id, at))


def write_read(run: ImportRun, found: Contents | Refusal, *, by: Actor, at: datetime) -> None:
    """The rows, or the refusal. In a transaction that holds the run's row."""
    if isinstance(found, Refusal):
        reading.note_refusal(run, found)
        run.status, run.version = "failed", run.version + 1
        run.save(update_fields=["status", "version", "refusal"])
        return
    reading.write_rows(run, found, by=by, at=at)


@job(TAKING, zh="导入登记表", en="import the rows of a file")
def take_import(*, payload: dict[str, Any], at: datetime) -> None:
    """Import all rows as the person who asked for it, or note why none was."""
    run = _held().filter(pk=payload["run_id"], status="importing").first()
    if run is None:
        return
    moment = parties.moment(run.bureau_id, at)
    by = _actor(payload.get("user_id"), run, at)
    try:
        with transaction.atomic():
            take(run, by=by, at=moment)
    except Refusal as refusal:
        log.warning("import %s refused: %s", run.number, refusal.code)
        run.refresh_from_db()
        reading.note_refusal(run, refusal)
        run.status, run.ended_by, run.version = "read", "", run.version + 1
        run.save(update_fields=["status", "ended_by", "version", "refusal"])


def _actor(user_id: int | None, run: ImportRun, at: datetime) -> Actor:
    """Who asked for the import, with the appointments of now."""
    if user_id is None:
        return Actor.system(NAME, run.bureau_id)
    user = user_by_id(user_id)
    return parties.actor_for_user(user, at) if user is not None else NOBODY
