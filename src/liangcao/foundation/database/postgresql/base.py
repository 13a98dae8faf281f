"""PostgreSQL: commits are watched. “COMMIT” with a warning is no success: the wait for the standby was cancelled, and a
failover would lose the act."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import Error
from django.db.backends.postgresql import base
from psycopg.pq import TransactionStatus

from liangcao.foundation.database import outcome
from liangcao.foundation.database.codes import state_of
from liangcao.foundation.database.watched import CommitUnknown, NotCommitted, WatchedCommits

# Connection lost, cancelled or shut down, fault of the system, fault inside the server, and 40003, the standard's own
# “statement completion unknown”. Any other error on a commit was written by a server that rolled back.
_OPEN = ("08", "57", "58", "XX", "F0", "40003")
# Seconds, and milliseconds for an answer that does not come: a server that hangs must not hang every thread of ours.
CONNECT_SECONDS = 5
UNANSWERED_MILLISECONDS = 12_000
LOCK_WAIT = "15s"


class DatabaseWrapper(WatchedCommits, base.DatabaseWrapper):
    """Django's connection, watched."""

    def get_connection_params(self) -> dict[str, Any]:
        """Give up on a server that does not answer, unless the address says otherwise."""
        waits = {
            "connect_timeout": CONNECT_SECONDS,
            "tcp_user_timeout": UNANSWERED_MILLISECONDS,
            "keepalives_idle": CONNECT_SECONDS,
            "keepalives_interval": CONNECT_SECONDS,
            "keepalives_count": 2,
        }
        return waits | super().get_connection_params()

    def init_connection_state(self) -> None:
        """No request waits longer than this for a lock that another holds; and none for machine code: over a large
        book its making costs more than a page's whole read."""
        super().init_connection_state()
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, false), set_config('jit', 'off', false)", [LOCK_WAIT])

    def is_refused(self, error: Error) -> bool:
        """Whether the server itself said that nothing was committed."""
        if isinstance(error, NotCommitted):
            return True
        state = state_of(error)
        return state is not None and not state.startswith(_OPEN)

    @contextmanager
    def committing(self) -> Iterator[None]:
        """As everywhere; a warning counts as no answer."""
        connection: psycopg.Connection[Any] | None = self.connection
        if connection is None or connection.closed:
            yield  # Nothing can be sent any more, so nothing is committed: the error that follows is a plain one.
            return
        if connection.pgconn.transaction_status == TransactionStatus.INERROR:
            raise NotCommitted("the transaction had failed before")
        warnings: list[str] = []

        def hear(told: psycopg.errors.Diagnostic) -> None:
            if told.severity_nonlocalized == "WARNING":
                warnings.append(told.message_primary or "")

        connection.add_notice_handler(hear)
        try:
            with super().committing():
                yield
        finally:
            connection.remove_notice_handler(hear)
        if warnings:
            outcome.note_unknown()
            raise CommitUnknown(warnings[0])
