"""Row locks, always in sorted order, so that two writers wait for each other instead of dead-locking."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connections, models


def locked(queryset: models.QuerySet[Any], ids: Iterable[Any], *, shared: bool = False) -> list[Any]:
    """The rows of `queryset` with these primary keys, locked in key order until the transaction ends.

    On PostgreSQL FOR NO KEY UPDATE (other rows may still come to point at these: a check of a foreign key at commit
    never waits), or FOR SHARE when `shared`. SQLite has one writer at a time (BEGIN IMMEDIATE): nothing to add.
    """
    wanted = sorted(set(ids))
    if not wanted:
        return []
    rows = queryset.filter(pk__in=wanted).order_by("pk")
    if connections[rows.db].vendor == "sqlite":
        return list(rows)
    if shared:
        sql, parameters = rows.query.sql_with_params()
        return list(queryset.model.objects.using(rows.db).raw(f"{sql} FOR SHARE", parameters))
    return list(rows.select_for_update(of=("self",), no_key=True))
