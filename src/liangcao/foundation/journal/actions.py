"""Writes of the journal. Every action records itself here once."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.models import Claim, JournalEntry
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

    Returns None when the id is new, or the reference of what the same id and body made before. A second request with the
    same id waits on the unique index until the first has ended. Raises KeyReused (422) when the body or the act differs.
    """
    body_digest = digest(canonical({"action": action, "body": body, "user": by.user_id, "name": by.name}))
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


def settle(*, client_id: UUID, ref: str) -> None:
    """Remember what the claimed id made, so that a repeated request gets the same answer."""
    Claim.objects.filter(pk=client_id).update(ref=ref)
