"""Canonical encoding and hash links. Used by the ledger, the journal, and by `verify` without any database."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

GENESIS = "0" * 64


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, (frozenset, set)):
        return sorted(value)
    raise TypeError(f"no canonical form for {type(value).__name__}")


def canonical(value: Any) -> bytes:
    """One byte string for one value: JSON with sorted keys, no spaces, UTF-8, UTC times with microseconds.

    Raises TypeError for a float: quantities and money are integers, and a float has no canonical form.
    """
    _refuse_floats(value)
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain, allow_nan=False)
    return text.encode("utf-8")


def _refuse_floats(value: Any) -> None:
    if isinstance(value, float):
        raise TypeError("floats have no canonical form")
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else ()
    for part in parts:
        # Most parts are texts and numbers: a move of 5,000 lines has 35,000 of them.
        if type(part) is not str and type(part) is not int:
            _refuse_floats(part)


def digest(content: bytes) -> str:
    """SHA-256 in lower-case hexadecimal (64 characters)."""
    return hashlib.sha256(content).hexdigest()


def link(previous_hash: str, content: bytes) -> str:
    """The hash of an entry: SHA-256 over the previous hash (ASCII), a newline, and the canonical content."""
    return digest(previous_hash.encode("ascii") + b"\n" + content)
