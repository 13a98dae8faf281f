"""Entries and batches as plain JSON, as digests and exports hold them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from liangcao.foundation.journal.models import JournalBatch, JournalEntry


def plain_entry(entry: JournalEntry) -> dict[str, Any]:
    """What an entry says."""
    return {
        "id": entry.pk,
        "at": _moment(entry.at),
        "recorded_at": _moment(entry.recorded_at),
        "bureau": entry.bureau_id,
        "user": entry.user_id,
        "program": entry.program,
        "roles": entry.roles,
        "origin": entry.origin,
        "action": entry.action,
        "object_kind": entry.object_kind,
        "object_ref": entry.object_ref,
        "reason": entry.reason,
        "before": entry.before,
        "after": entry.after,
        "result": entry.result,
    }


def plain_batch(batch: JournalBatch) -> dict[str, Any]:
    """A link of the chain."""
    return {
        "bureau": batch.bureau_id,
        "seq": batch.seq,
        "cut_at": _moment(batch.cut_at),
        "entries": batch.entries,
        "previous_hash": batch.previous_hash,
        "hash": batch.hash,
    }


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f+00:00")
