"""SQLite: commits are watched, and after a disk that lost a write nothing more is acknowledged until a restart."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from django.db import Error
from django.db.backends.sqlite3 import base

from liangcao.foundation.database.codes import extended_code, primary_code
from liangcao.foundation.database.watched import WatchedCommits, WritesHalted

# With these SQLite has rolled back, or still holds the transaction that Django rolls back next.
_REFUSED = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_CONSTRAINT,
    }
)
# The kernel said that a sync failed. It says so once: a later sync may succeed without the lost pages.
_SYNC_FAILED = frozenset({sqlite3.SQLITE_IOERR_FSYNC, sqlite3.SQLITE_IOERR_DIR_FSYNC})


class DatabaseWrapper(WatchedCommits, base.DatabaseWrapper):
    """Django's connection, watched."""

    def is_refused(self, error: Error) -> bool:
        """Whether SQLite's code says that nothing was committed; an I/O error leaves it open."""
        return isinstance(error, WritesHalted) or primary_code(error) in _REFUSED

    def _start_transaction_under_autocommit(self) -> None:
        if self.transaction_mode == "IMMEDIATE":  # type: ignore[attr-defined]
            self._refuse_when_halted()
        super()._start_transaction_under_autocommit()  # type: ignore[misc]

    @contextmanager
    def committing(self) -> Iterator[None]:
        """As everywhere, and halts all writing when the sync failed."""
        self._refuse_when_halted()
        try:
            with super().committing():
                yield
        except Error as error:
            if extended_code(error) in _SYNC_FAILED:
                halt(self.settings_dict["NAME"])
            raise

    def _refuse_when_halted(self) -> None:
        if is_halted(self.settings_dict["NAME"]):
            raise WritesHalted("the disk failed to keep a write; restart the service after checking it")


# --- the mark
# A file beside the database, so that every process sees it; and a name in this process, should the disk refuse it.

_halted: set[str] = set()


def _mark(name: Any) -> Path:
    return Path(f"{name}-halted")


def halt(name: Any) -> None:
    """No more writes to this database, by any process."""
    _halted.add(str(name))
    with suppress(OSError):
        _mark(name).touch()


def is_halted(name: Any) -> bool:
    """Whether a sync has failed since the service was started."""
    # Asked before each transaction and each commit: a path object would cost more than the look.
    return str(name) in _halted or os.path.exists(f"{name}-halted")


def resume(name: Any) -> None:
    """The service is started anew: what SQLite recovers from its log is what counts."""
    _halted.discard(str(name))
    _mark(name).unlink(missing_ok=True)
