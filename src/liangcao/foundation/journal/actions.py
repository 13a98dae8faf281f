"""Writes of the journal. Every action records itself here once."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import DatabaseError, OperationalError, connection, transaction

from liangcao.foundation.database.address import BUSY_MILLISECONDS
from liangcao.foundation.database.bulk import insert, is_sqlite, stored
from liangcao.foundation.database.codes import waited_for
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal import throttle
from liangcao.foundation.journal.models import Claim, JournalEntry, Numbering
from liangcao.foundation.journal.privacy import pseudonym, without_numbers_of_persons, without_persons
from liangcao.foundation.kernel.chain import canonical, digest
from liangcao.foundation.kernel.errors import Conflict, KeyReused

_log = logging.getLogger(__name__)


def record(
    *,
    by: Actor,
    at: datetime,
    action: str,
    object_kind: str,
    object_ref: str,
    bureau_id: int | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
    result: str = "ok",
) -> int:
    """Write one entry; part of the action's own transaction, so that act and entry stand or fall together. Returns its
    id."""
    # A statement of its own: every act pays for it, and the ORM takes twice as long for one row.
    return insert(
        JournalEntry,
        at=at,
        bureau_id=bureau_id,
        user_id=by.user_id,
        program="" if by.user_id else by.name,
        roles="" if by.user_id is None else " ".join(sorted(by.roles))[:200],
        origin=by.origin[:150],
        action=action,
        object_kind=object_kind,
        object_ref=without_numbers_of_persons(object_ref)[:80],
        reason=without_numbers_of_persons(reason)[:500],
        before=without_persons(before),
        after=without_persons(after),
        result=result,
    )[0]


def record_apart(**entry: Any) -> bool:
    """Write one entry (see `record`) in a transaction of its own: what no action does, such as a log-in, an export, a
    refusal.

    Waits for no lock longer than a second and raises nothing: an answer never hangs on the journal. What could not be
    written stands in the log with the request's id. False then.
    """
    try:
        with brief_transaction():
            record(**entry)
        return True
    except DatabaseError as error:
        _log.error(
            "not journalled: %s %s %s (%s)", entry["action"], entry.get("result", "ok"), entry["by"].origin, error
        )
        return False


def record_refusal(
    *,
    by: Actor,
    at: datetime,
    action: str,
    object_kind: str = "",
    object_ref: str = "",
    bureau_id: int | None = None,
    result: str = "refused",
    details: dict[str, Any] | None = None,
) -> bool:
    """Write that something was refused; the doors call this after the act was rolled back. As `record_apart`, and
    False also when the refusal was only counted, because its origin is over the limit of the minute (`throttle`)."""
    try:
        with brief_transaction():
            if not throttle.is_to_be_written(by):
                return False
            record(
                by=by, at=at, action=action, object_kind=object_kind, object_ref=object_ref, bureau_id=bureau_id,
                after=details, result=result,
            )  # fmt: skip
        return True
    except DatabaseError as error:
        _log.error("not journalled: %s %s %s (%s)", action, result, by.origin, error)
        return False


def record_login(
    *,
    username: str,
    user_id: int | None,
    origin: str,
    at: datetime,
    result: str,
    action: str = "log_in",
    bureau_id: int | None = None,
) -> bool:
    """Write a log-in or log-out: `result` is "ok", "bad" (name, password or code) or "locked". As `record_refusal`.

    What was typed as a name stays out: it may be anything, a password too. Of a name that no account has only a
    pseudonym stands here, so that a search through many passwords can still be told from one through many names.
    """
    by = Actor(user_id=user_id, name="", grants=(), origin=origin)
    entry: dict[str, Any] = {
        "at": at, "action": action, "object_kind": "user", "bureau_id": bureau_id,
        "object_ref": str(user_id) if user_id is not None else pseudonym(username),
    }  # fmt: skip
    if result == "ok":
        return record_apart(by=by, **entry)
    # Nobody has proved to be this user: the entry names the account, the limit of strangers counts.
    return record_refusal(by=replace(by, user_id=None), result=result, **entry)


@contextmanager
def brief_transaction() -> Iterator[None]:
    """A transaction that gives up after a second where it would have to wait for another writer."""
    if connection.in_atomic_block:
        with transaction.atomic():
            yield
        return
    if is_sqlite():
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA busy_timeout = 1000")
    try:
        with transaction.atomic():
            if not is_sqlite():
                with connection.cursor() as cursor:
                    cursor.execute("SET LOCAL lock_timeout = '1s'; SET LOCAL statement_timeout = '2s'")
            yield
    finally:
        if is_sqlite() and connection.connection is not None:
            with connection.cursor() as cursor:
                cursor.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")


class KeyRunning(Conflict):
    """The same id came while the first request with it is still at work, longer than anybody waits for a lock."""

    def __init__(self, client_id: UUID) -> None:
        super().__init__(
            "KEY_RUNNING",
            f"编号 {client_id} 的操作还在办理,这次没有重复写入。请稍候片刻,用同一编号再试,即得到那次的结果",
            f"The act with the id {client_id} is still at work; nothing was written twice. Wait a moment and send "
            "again with the same id: you get its answer",
            field="Idempotency-Key",
        )


def claim(*, client_id: UUID, action: str, body: dict[str, Any], by: Actor, at: datetime) -> str | None:
    """Claim a client-made id, inside the action's transaction and before anything else is written.

    Returns None when the id is new, or the reference of what the same id and body made before. A second request with
    the same id waits on the unique index until the first has ended. Raises KeyReused (422) when the body or the act
    differs, KeyRunning (409) when the first has not ended in time.
    """
    body_digest = digest(canonical({"action": action, "body": _encodable(body), "user": by.user_id, "name": by.name}))
    # ON CONFLICT waits for the other request as a unique index does, and needs no savepoint to come back from.
    try:
        if insert(
            Claim, "ON CONFLICT (id) DO NOTHING",
            id=client_id, action=action, body_digest=body_digest, ref="", user_id=by.user_id, claimed_at=at,
        ):  # fmt: skip
            return None
    except OperationalError as error:
        if waited_for(error, Claim._meta.db_table):
            raise KeyRunning(client_id) from error
        raise
    held = Claim.objects.get(pk=client_id)
    if held.body_digest != body_digest:
        raise KeyReused(
            "KEY_REUSED",
            f"编号 {client_id} 已用于另一项内容不同的操作,请换一个新编号再提交",
            f"The id {client_id} was used for an act with other content; send again with a new id",
            field="Idempotency-Key",
        )
    return held.ref


def _encodable(value: Any) -> Any:
    """The body as canonical JSON can hold it. What the act will refuse anyway (a float, a lone surrogate) still needs
    a digest."""
    if is_dataclass(value) and not isinstance(value, type):
        value = asdict(value)
    if isinstance(value, dict):
        return {str(key): _encodable(held) for key, held in value.items()}
    if isinstance(value, (list, tuple)):
        return [_encodable(held) for held in value]
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    return value if value is None or isinstance(value, (int, date, UUID)) else repr(value)


def settle(*, client_id: UUID, ref: str) -> None:
    """Remember what the claimed id made, so that a repeated request gets the same answer."""
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {Claim._meta.db_table} SET ref = %s WHERE id = %s", [ref, stored(client_id)])


def next_number(*, bureau_id: int, prefix: str, day: date) -> str:
    """The next number of a kind of document in a bureau, such as XQ20200203-17. Inside the action's transaction.

    One statement takes and locks the counter, so that two acts at once never get the same number; an act that is
    refused gives its number back. Take it before posting to the ledger: its lock comes before the book's head.
    """
    table = connection.ops.quote_name(Numbering._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (bureau_id, prefix, last) VALUES (%s, %s, 1)"
            f" ON CONFLICT (bureau_id, prefix) DO UPDATE SET last = {table}.last + 1 RETURNING last",
            [bureau_id, prefix],
        )
        last = cursor.fetchone()[0]
    return f"{prefix}{day:%Y%m%d}-{last}"


# The counter of no bureau and no document: a row that may be written as often as somebody asks.
_PROBE = (0, "~")


def probe_write() -> None:
    """Write and commit one row, to prove that the database takes writes: what is only rolled back never reaches a
    disk. Waits for no lock longer than a second. Raises DatabaseError."""
    table = connection.ops.quote_name(Numbering._meta.db_table)
    with brief_transaction(), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (bureau_id, prefix, last) VALUES (%s, %s, 1)"
            f" ON CONFLICT (bureau_id, prefix) DO UPDATE SET last = {table}.last + 1",
            list(_PROBE),
        )
