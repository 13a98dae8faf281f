"""Database settings from one URL: sqlite:///path or postgresql://user@host:port/name (a socket folder as
?host=/path)."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

# WAL lets readers go on while one writes; FULL makes an acknowledged commit survive a power cut.
BUSY_MILLISECONDS = 20_000
SQLITE_PRAGMAS = (
    f"PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA foreign_keys=ON;PRAGMA busy_timeout={BUSY_MILLISECONDS};"
)


def database_from_url(url: str) -> dict[str, Any]:
    """Django's DATABASES entry for `url`. Raises ValueError for another scheme."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "liangcao.foundation.database.sqlite3",
            "NAME": _sqlite_path(unquote(parts.path)),
            # IMMEDIATE takes the write lock at BEGIN, so that two writers wait for each other instead of failing
            # midway.
            "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": SQLITE_PRAGMAS},
        }
    if parts.scheme in ("postgresql", "postgres"):
        query = dict(parse_qsl(parts.query))
        return {
            "ENGINE": "liangcao.foundation.database.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": query.pop("host", "") or (parts.hostname or ""),
            "PORT": str(query.pop("port", "") or parts.port or ""),
            "CONN_MAX_AGE": 60,
            # A server that was restarted meanwhile is noticed before a request begins, not in its middle.
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": {**query, "server_side_binding": False},
        }
    raise ValueError(f"unknown database scheme {parts.scheme!r}: use sqlite:///path or postgresql://…")


def _sqlite_path(path: str) -> str:
    """sqlite:////a/b is /a/b. sqlite:///a/b is /a/b where that folder exists, else a/b from the working folder."""
    if path.startswith("//"):
        return path[1:]
    return path if Path(path).parent.is_dir() and Path(path).parent != Path("/") else path[1:]
