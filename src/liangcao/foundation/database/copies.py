"""Whole copies of a database under load: SQLite's online backup, PostgreSQL's pg_dump on an exported snapshot; and back
again into a database that holds nothing."""

from __future__ import annotations

import errno
import glob
import os
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from liangcao.foundation.kernel.disk import sync
from liangcao.foundation.kernel.errors import Conflict, Refusal

PROGRAMS_VARIABLE = "LIANGCAO_PG_BIN"
_LIBPQ = ("sslmode", "sslrootcert", "sslcert", "sslkey", "connect_timeout", "target_session_attrs")


class ProgramMissing(Conflict):
    """PostgreSQL's own program is not on this machine."""

    def __init__(self, name: str) -> None:
        super().__init__(
            "PROGRAM_MISSING",
            f"本机没有 {name}。请安装 PostgreSQL 客户端(postgresql-client),或用 {PROGRAMS_VARIABLE} 指明它所在的目录",
            f"This machine has no {name}. Install PostgreSQL's client programs (postgresql-client), or name their "
            f"folder with {PROGRAMS_VARIABLE}",
        )


class CopyFailed(Refusal):
    """The engine or its program could not make or read the copy."""

    def __init__(self, program: str, told: str) -> None:
        super().__init__("COPY_FAILED", f"{program} 没有完成:{told}", f"{program} did not finish: {told}")


class TargetNotEmpty(Conflict):
    """Something is there already."""

    def __init__(self, place: str) -> None:
        super().__init__(
            "TARGET_NOT_EMPTY",
            f"{place} 已有内容。恢复只写入空的数据库,请用 --db 另指一个",
            f"{place} holds something already. Only an empty database is restored into; name another with --db",
        )


# --- SQLite


def copy_sqlite(source: Path, target: Path) -> None:
    """One moment of the database as one file. Writers go on meanwhile: the log holds their work."""
    with (
        system_errors(target),
        closing(sqlite3.connect(f"file:{quote(str(source))}?mode=rw", uri=True)) as held,
        closing(sqlite3.connect(target)) as made,
    ):
        held.backup(made, pages=-1)
        made.execute("PRAGMA journal_mode = DELETE")
    sync(target)


def is_empty_sqlite(path: Path) -> bool:
    """Whether there is no database, or one without a table."""
    if not path.exists() or path.stat().st_size == 0:
        return True
    with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro&immutable=1", uri=True)) as held:
        return not held.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]


def place_sqlite(draft: Path, target: Path) -> None:
    """The draft becomes the database, whole or not at all. Raises TargetNotEmpty where somebody was quicker."""
    if not is_empty_sqlite(target):
        raise TargetNotEmpty(str(target))
    for tail in ("", "-wal", "-shm", "-halted"):
        target.with_name(target.name + tail).unlink(missing_ok=True)
    try:
        os.link(draft, target)  # Unlike a rename it fails where something came meanwhile.
    except FileExistsError:
        raise TargetNotEmpty(str(target)) from None
    except OSError as error:
        if error.errno not in (errno.EPERM, errno.ENOTSUP):
            raise
        os.replace(draft, target)  # A file system that knows no links.
    sync(target.parent)


@contextmanager
def system_errors(path: Path) -> Iterator[None]:
    """SQLite's words for a disk that is full or read-only, as the system says it."""
    known = {
        sqlite3.SQLITE_FULL: errno.ENOSPC,
        sqlite3.SQLITE_READONLY: errno.EROFS,
        sqlite3.SQLITE_CANTOPEN: errno.EACCES,
    }
    try:
        yield
    except sqlite3.Error as error:
        number = known.get((getattr(error, "sqlite_errorcode", None) or 0) & 0xFF)
        if number is None:
            raise CopyFailed("SQLite", str(error)) from error
        raise OSError(number, os.strerror(number), str(path)) from error


# --- PostgreSQL


def dump_postgresql(connection: Any, target: Path) -> None:
    """What the open snapshot of `connection` sees, in pg_dump's own format. Raises ProgramMissing, CopyFailed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_export_snapshot()")
        name = cursor.fetchone()[0]
    _run(
        connection, "pg_dump", "--format=custom", f"--snapshot={name}", "--no-owner", "--no-privileges",
        f"--file={target}",
    )  # fmt: skip


def restore_postgresql(connection: Any, source: Path) -> None:
    """All of it in one transaction, or nothing. Raises ProgramMissing, CopyFailed, TargetNotEmpty."""
    if not is_empty_postgresql(connection):
        raise TargetNotEmpty(str(connection.settings_dict["NAME"]))
    connection.close()
    _run(
        connection,
        "pg_restore",
        "--single-transaction",
        "--exit-on-error",
        "--no-owner",
        "--no-privileges",
        str(source),
    )


def is_empty_postgresql(connection: Any) -> bool:
    """Whether the schema that we would write into holds no table."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_class WHERE relkind IN ('r', 'p', 'v', 'S')"
            " AND relnamespace = current_schema()::regnamespace"
        )
        return not cursor.fetchone()[0]


def program(name: str) -> str:
    """Where pg_dump or pg_restore lies: the folder that was named, else the newest installed. Raises ProgramMissing."""
    named = os.environ.get(PROGRAMS_VARIABLE)
    if named:
        found = [str(Path(named) / name)] if (Path(named) / name).exists() else []
    else:
        installed = glob.glob(f"/usr/lib/postgresql/*/bin/{name}") + glob.glob(f"/usr/pgsql-*/bin/{name}")
        found = sorted(installed, key=_version_of, reverse=True)
        found += [path for path in [shutil.which(name)] if path]
    if not found:
        raise ProgramMissing(name)
    return found[0]


def _version_of(path: str) -> int:
    numbers = re.findall(r"\d+", path)
    return int(numbers[0]) if numbers else 0


def _run(connection: Any, name: str, *arguments: str) -> None:
    settings = connection.settings_dict
    parts = {"dbname": settings["NAME"], "user": settings["USER"], "host": settings["HOST"], "port": settings["PORT"]}
    parts |= {key: value for key, value in settings["OPTIONS"].items() if key in _LIBPQ}
    from psycopg.conninfo import make_conninfo

    address = make_conninfo(**{key: value for key, value in parts.items() if value})
    secret = {"PGPASSWORD": settings["PASSWORD"]} if settings["PASSWORD"] else {}
    done = subprocess.run(  # noqa: S603 — the program was looked for among PostgreSQL's, the rest is our own
        [program(name), f"--dbname={address}", *arguments],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", check=False,
        env={**os.environ, **secret, "LC_ALL": "C.UTF-8"},
    )  # fmt: skip
    if done.returncode:
        told = next((line for line in done.stderr.splitlines() if "error:" in line), done.stderr.strip() or "?")
        if "No space left" in done.stderr:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), arguments[-1].removeprefix("--file="))
        raise CopyFailed(name, told.strip())
