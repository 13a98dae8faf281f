"""Connections that watch their commits. A driver raises one kind of error for “not written” and for “nobody knows”, and
PostgreSQL even reports success with a warning where the standby never confirmed; here the three are told apart, once,
below every door."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import Error, InternalError, OperationalError

from liangcao.foundation.database import outcome

# First letters of statements that write no row. What stands in no list counts as a write: an error on the safe side.
_READS = ("SELECT", "PRAGMA", "SAVEPO", "RELEAS", "ROLLBA", "BEGIN", "EXPLAI", "SHOW", "SET", "ANALYZ", "VACUUM")
_WRITES = ("INSERT ", "UPDATE ", "DELETE ")


class CommitUnknown(OperationalError):
    """The commit was sent, and no answer says whether it stands."""


class NotCommitted(InternalError):
    """The transaction had failed before: PostgreSQL answers such a COMMIT with a rollback and calls it success."""


class WritesHalted(OperationalError):
    """The disk lost a write: this database takes none until the service is started again."""


class WatchedCommits(ABC):
    """Mixed into the connection of each engine, before Django's own class."""

    has_written = False

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.execute_wrappers: list[Any]
        self.execute_wrappers.append(self._look)

    def _look(self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
        """Remember that this transaction writes; a statement outside of any transaction is a commit by itself."""
        if not writes(sql):
            return execute(sql, params, many, context)
        if self.in_atomic_block:  # type: ignore[attr-defined]
            self.has_written = True
            return execute(sql, params, many, context)
        with self.committing():
            return execute(sql, params, many, context)

    def _commit(self) -> None:
        if not self.has_written:
            super()._commit()  # type: ignore[misc]
            return
        self.has_written = False
        with self.committing():
            super()._commit()  # type: ignore[misc]

    def _rollback(self) -> None:
        self.has_written = False
        super()._rollback()  # type: ignore[misc]

    @contextmanager
    def committing(self) -> Iterator[None]:
        """Around what commits. Raises CommitUnknown instead of an error that leaves the outcome open."""
        try:
            yield
        except Error as error:
            if self.is_refused(error):
                raise
            outcome.note_unknown()
            raise CommitUnknown(str(error)) from error
        outcome.note_commit()

    @abstractmethod
    def is_refused(self, error: Error) -> bool:
        """Whether the engine said with this error that nothing was committed."""


def writes(sql: Any) -> bool:
    """Whether a statement may write. Several in one message count as a write."""
    if not isinstance(sql, str):
        return True
    verb = sql[:40].lstrip("( \n")[:6].rstrip().upper()
    if verb.startswith("WITH"):
        return any(word in sql for word in _WRITES)
    return not verb.startswith(_READS) or ";" in sql
