"""Writes of the journal. Every action records itself here once."""

from __future__ import annotations

from dataclasses import asdict, is_dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError, connection, transaction

from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.models import Claim, JournalEntry, Numbering
from liangcao.foundation.kernel.chain import canonical, digest
from liangcao.foundation.kernel.errors import KeyReused


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
) -> JournalEntry:
    """Write one entry; part of the action's own transaction, so that act and entry stand or fall together."""
    return JournalEntry.objects.create(
        at=at,
        bureau_id=bureau_id,
        user_id=by.user_id,
        actor_name=by.name,
        action=action,
        object_kind=object_kind,
        object_ref=object_ref,
        reason=reason[:500],
        before=before,
        after=after,
        result=result,
    )


def claim(*, client_id: UUID, action: str, body: dict[str, Any], by: Actor, at: datetime) -> str | None:
    """Claim a client-made id, inside the action's transaction and before anything else is written.

    Returns None when the id is new, or the reference of what the same id and body made before. A second request with
    the same id waits on the unique index until the first has ended. Raises KeyReused (422) when the body or the act
    differs.
    """
    body_digest = digest(canonical({"action": action, "body": _encodable(body), "user": by.user_id, "name": by.name}))
    try:
        with transaction.atomic():
            Claim.objects.create(
                id=client_id, action=action, body_digest=body_digest, user_id=by.user_id, claimed_at=at
            )
        return None
    except IntegrityError:
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
    Claim.objects.filter(pk=client_id).update(ref=ref)


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


def probe_write(*, at: datetime) -> None:
    """Write a claim that the caller rolls back: proves that the database takes writes. Raises DatabaseError."""
    Claim.objects.create(id=uuid4(), action="probe", body_digest="", user_id=None, claimed_at=at)
