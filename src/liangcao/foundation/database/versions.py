"""Whether a database is of this version: which steps it has taken, and which this program knows."""

from __future__ import annotations

from functools import cache
from typing import Any

from liangcao.foundation.kernel.errors import Conflict

Step = tuple[str, str]


@cache
def known_steps() -> frozenset[Step]:
    """(app, name) of every migration of this program."""
    from django.db.migrations.loader import MigrationLoader

    return frozenset(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)


def taken_steps(connection: Any) -> frozenset[Step]:
    """(app, name) of every migration that the database has seen."""
    from django.db.migrations.recorder import MigrationRecorder

    return frozenset(MigrationRecorder(connection).applied_migrations())


def waiting_steps(connection: Any) -> frozenset[Step]:
    """What this program would still do to the database."""
    return known_steps() - taken_steps(connection)


def unknown_steps(taken: frozenset[Step]) -> frozenset[Step]:
    """Steps of our own modules that only a newer program knows."""
    ours = {app for app, _ in known_steps()}
    return frozenset(step for step in taken - known_steps() if step[0] in ours)


def check_version(connection: Any) -> None:
    """Raise Conflict DATABASE_OLD when migrations are waiting, DATABASE_NEW when the database knows ones that we do
    not."""
    waiting = waiting_steps(connection)
    if waiting:
        raise Conflict(
            "DATABASE_OLD",
            f"数据库还差 {len(waiting)} 步升级。请先备份,再运行 liangcao migrate",
            f"The database lacks {len(waiting)} steps to this version. Back it up, then run liangcao migrate",
        )
    if unknown_steps(taken_steps(connection)):
        raise DatabaseNewer()


class DatabaseNewer(Conflict):
    """Made by a newer program."""

    def __init__(self) -> None:
        super().__init__(
            "DATABASE_NEW",
            "数据库由更新的版本建立,本版本不能使用。请升级粮草",
            "The database was made by a newer version. Upgrade Liangcao",
        )
