"""Databases of a run: one migrated template, one copy per process for rolled-back tests, one copy per test that
commits."""

from __future__ import annotations

import fcntl
import itertools
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.rig import session
from tests.rig.strictness import missing

_counter = itertools.count()


@dataclass(frozen=True)
class TestDatabase:
    """A database that a test may fill, race on and break."""

    __test__ = False
    engine: str
    name: str
    url: str


@pytest.fixture(scope="session")
def engine(request: pytest.FixtureRequest) -> str:
    """The engine of this run: sqlite or postgresql."""
    return str(request.config.getoption("--engine"))


@pytest.fixture(scope="session")
def django_db_setup(engine: str, django_db_blocker: Any) -> Iterator[None]:
    """pytest-django's hook: give this process its copy of the template."""
    with django_db_blocker.unblock():
        database = copy_of_template(engine)
        connect_to(database.url)
    yield
    with django_db_blocker.unblock():
        drop(database)


@pytest.fixture
def fresh_database(
    engine: str, request: pytest.FixtureRequest, django_db_blocker: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[TestDatabase]:
    """A database of the test's own: commits are real, other threads and processes may connect."""
    if request.node.get_closest_marker("django_db") or "db" in request.fixturenames:
        raise pytest.UsageError("fresh_database commits: it cannot be used together with db")
    with django_db_blocker.unblock(), connected(copy_of_template(engine), monkeypatch) as database:
        yield database


@pytest.fixture
def empty_database(engine: str, django_db_blocker: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestDatabase]:
    """A database without a single table, for tests of migrations and of first starts. Django is connected to it."""
    with django_db_blocker.unblock(), connected(create_empty(engine), monkeypatch) as database:
        yield database


@contextmanager
def connected(database: TestDatabase, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestDatabase]:
    """Django and child processes talk to `database`; afterwards it is gone and the connection is as before."""
    from django.db import connections

    before = dict(connections.settings["default"])
    monkeypatch.setenv("LIANGCAO_DATABASE_URL", database.url)
    connect_to(database.url)
    try:
        yield database
    finally:
        disconnect()
        connections.settings["default"].update(before)
        drop(database)


# --- copies
# ------------------------------------------------------------------------------------------------------------


def copy_of_template(engine: str) -> TestDatabase:
    """A new database with the content of the migrated template."""
    template = migrated_template(engine)
    made = new_database(engine)
    if engine == "sqlite":
        shutil.copyfile(path_of(template), path_of(made))
    else:
        administer(f'CREATE DATABASE "{made.name}" TEMPLATE "{template.name}"')
    return made


def create_empty(engine: str) -> TestDatabase:
    """A new database with nothing in it."""
    made = new_database(engine)
    if engine == "postgresql":
        administer(f'CREATE DATABASE "{made.name}"')
    return made


def drop(database: TestDatabase) -> None:
    """Remove a copy. Connections that a test forgot are cut."""
    disconnect()
    if database.engine == "sqlite":
        for tail in ("", "-wal", "-shm", "-journal"):
            path_of(database).with_name(path_of(database).name + tail).unlink(missing_ok=True)
    else:
        _drop_on_server(database.name)


def _drop_on_server(name: str) -> None:
    from psycopg.errors import InsufficientPrivilege

    try:
        administer(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    except InsufficientPrivilege:
        # A worker of autovacuum is in it, which is not ours to end; without FORCE the server ends it by itself.
        administer(f'DROP DATABASE IF EXISTS "{name}"')


def migrated_template(engine: str) -> TestDatabase:
    """The template, made by the first process that needs it while the others wait."""
    template = named_database(engine, "template")
    with file_lock(session.folder() / "template.lock"):
        done = session.folder() / "template.done"
        if not done.exists():
            if engine == "postgresql":
                administer(f'CREATE DATABASE "{template.name}"')
            migrate(template.url)
            done.touch()
    return template


def migrate(url: str) -> None:
    """Every migration, then let go of the database: PostgreSQL copies only a database that nobody uses."""
    from django.core.management import call_command

    connect_to(url)
    call_command("migrate", verbosity=0, interactive=False)
    disconnect()


def new_database(engine: str) -> TestDatabase:
    """A name that no other test of any process has."""
    return named_database(engine, f"test_{os.getpid()}_{next(_counter)}")


def named_database(engine: str, name: str) -> TestDatabase:
    """The address of the database `name` of this run."""
    name = f"{session.folder().name.replace('-', '_').lower()}_{name}"
    if engine == "sqlite":
        return TestDatabase(engine, name, f"sqlite:///{session.folder() / name}.sqlite3")
    return TestDatabase(engine, name, server_url().format(name=name))


def path_of(database: TestDatabase) -> Path:
    """The file of an SQLite database."""
    return session.folder() / f"{database.name}.sqlite3"


# --- connections
# -------------------------------------------------------------------------------------------------------


def connect_to(url: str) -> None:
    """Point Django's default connection, in this thread and in those that start later, at `url`."""
    from django.contrib.contenttypes.models import ContentType
    from django.db import connections

    from liangcao.foundation.database.address import database_from_url

    disconnect()
    connections.settings["default"].update(database_from_url(url))
    ContentType.objects.clear_cache()


def disconnect() -> None:
    """Close this thread's connection."""
    from django.db import connections

    connections["default"].close()


def server_url() -> str:
    """Where the PostgreSQL server of this run answers; skips or fails the test where there is none."""
    if session.SERVER_VARIABLE not in os.environ:
        missing(os.environ.get(session.MISSING_VARIABLE, "PostgreSQL: not started"))
    return os.environ[session.SERVER_VARIABLE]


def administer(sql: str) -> None:
    """One statement outside any transaction, on the server's maintenance database."""
    import psycopg

    with psycopg.connect(server_url().format(name="postgres"), autocommit=True) as connection:
        connection.execute(sql)


@contextmanager
def file_lock(path: Path) -> Iterator[None]:
    """One process at a time."""
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
