"""Starts Django on the database of the command line, and refuses one that is missing or of another version."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from liangcao.foundation.kernel.errors import Invalid, NotFound

_opened: list[bool] = []


def start() -> None:
    """Start Django on LIANGCAO_DATABASE_URL (set by --db), else on the file in LIANGCAO_HOME. Touches no database yet.

    Raises Invalid DATABASE_URL_INVALID.
    """
    from liangcao.foundation.database.address import database_from_url

    _opened.clear()
    url = os.environ.get("LIANGCAO_DATABASE_URL")
    if url:
        try:
            database_from_url(url)
        except ValueError as problem:
            raise Invalid(
                "DATABASE_URL_INVALID",
                f"数据库地址“{url}”不对:要写成 sqlite:///路径 或 postgresql://用户@主机/库名",
                f'The database address "{url}" is wrong: write sqlite:///path or postgresql://user@host/name',
                field="db",
            ) from problem
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "liangcao.config.settings")
    import django

    django.setup()


def open_database() -> None:
    """Start, and make sure that the database is there and of this version. Raises NotFound or Conflict with what to
    do."""
    start()
    from django.db import connection

    from liangcao.foundation.database.versions import check_version

    path = sqlite_path(connection)
    if path is not None and not path.exists():
        raise NotFound(
            f"还没有数据库 {path}。请先运行 liangcao migrate(新建)或 liangcao demo(演示)",
            f"There is no database {path}. Run liangcao migrate (a new one) or liangcao demo first",
        )
    check_version(connection)
    _opened.append(True)


def is_open() -> bool:
    """Whether a command has found its database good: only then is there a journal to write to."""
    return bool(_opened)


def sqlite_path(connection: Any) -> Path | None:
    """The file of an SQLite database; None for another engine."""
    return Path(connection.settings_dict["NAME"]) if connection.vendor == "sqlite" else None


def migrate() -> int:
    """Make the database, or bring it to this version; returns how many steps that took. Needs `start`."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    path = sqlite_path(connection)
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
    executor = MigrationExecutor(connection)
    steps = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
    return steps


def shown() -> str:
    """The database as a person may see it: a path, or a name on a host, never a password."""
    from django.db import connection

    told = connection.settings_dict
    return str(told["NAME"]) if connection.vendor == "sqlite" else f"{told['NAME']} @ {told['HOST'] or 'localhost'}"
