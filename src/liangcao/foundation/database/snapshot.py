"""Reads that must agree with each other: one report, one moment."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections, transaction


@contextmanager
def snapshot(using: str = "default") -> Iterator[None]:
    """All reads inside see the database of one moment; writes inside are refused.

    PostgreSQL: REPEATABLE READ READ ONLY. SQLite: a deferred BEGIN, so that a report takes no write lock.
    Inside a transaction that is already open (a test, an action that freezes an edition) it only passes through.
    """
    connection = connections[using]
    if connection.in_atomic_block:
        yield
        return
    if connection.vendor == "sqlite":
        with _deferred_sqlite(using):
            yield
        return
    with transaction.atomic(using=using):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


@contextmanager
def _deferred_sqlite(using: str) -> Iterator[None]:
    connection: Any = connections[using]
    mode = connection.transaction_mode
    connection.ensure_connection()
    connection.transaction_mode = "DEFERRED"
    try:
        with transaction.atomic(using=using):
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA query_only = ON")
            try:
                yield
            finally:
                with connection.cursor() as cursor:
                    cursor.execute("PRAGMA query_only = OFF")
    finally:
        connection.transaction_mode = mode
