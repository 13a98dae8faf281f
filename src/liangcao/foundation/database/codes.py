"""What the engines themselves say about an error: a code of SQLite, a state of PostgreSQL."""

from __future__ import annotations

from typing import Any


def state_of(error: BaseException | None) -> str | None:
    """PostgreSQL's SQLSTATE of an error or of what caused it."""
    found: str | None = _of(error, "sqlstate")
    return found


def waited_for(error: BaseException | None, table: str) -> bool:
    """Whether PostgreSQL gave up waiting for another transaction that holds a row of this table."""
    diagnosis = _of(error, "diag")
    return state_of(error) == "55P03" and table in (getattr(diagnosis, "context", None) or "")


def extended_code(error: BaseException | None) -> int | None:
    """SQLite's extended code of an error or of what caused it."""
    found: int | None = _of(error, "sqlite_errorcode")
    return found


def primary_code(error: BaseException | None) -> int | None:
    """SQLite's primary code: the lowest byte."""
    code = extended_code(error)
    return None if code is None else code & 0xFF


def _of(error: BaseException | None, name: str) -> Any:
    while error is not None:
        value = getattr(error, name, None)
        if value is not None:
            return value
        error = error.__cause__
    return None
