"""Systems for the tests of this folder: on a database of their own that Django of this process may read, too."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.rig import databases, session
from tests.rig.databases import TestDatabase
from tests.torture.battle import WRITERS
from tests.torture.cluster import Cluster
from tests.torture.system import PRODUCT, System
from tests.torture.world import Field, make_field

SEED = int(os.environ.get("LIANGCAO_TORTURE_SEED", "42"))
NIGHTLY = "LIANGCAO_TORTURE"


def doses(few: int) -> int:
    """How often: `few`, or as many as LIANGCAO_TORTURE says."""
    return int(os.environ.get(NIGHTLY, few))


def is_nightly() -> bool:
    """Whether the night's size was asked for."""
    return NIGHTLY in os.environ


def tell(line: str) -> None:
    """What a run came to, for people: shown with `-s`, and when a test fails."""
    sys.stdout.write(f"\n{line}\n")


@dataclass(frozen=True)
class Ground:
    """A system that runs, its world, a folder for journals."""

    system: System
    world: Field
    folder: Path


@pytest.fixture
def ground(fresh_database: TestDatabase, tmp_path: Path) -> Iterator[Callable[..., Ground]]:
    """`ground(launcher)`: the product, or one with a planted bug, serving a database with goods in it; `after_filling`
    is done to the database before the server starts."""
    systems = []

    def make(launcher: tuple[str, ...] = PRODUCT, after_filling: Callable[[], object] = lambda: None) -> Ground:
        world = make_field(writers=WRITERS)
        after_filling()
        databases.disconnect()
        system = System(fresh_database.url, tmp_path / "home", launcher)
        systems.append(system)
        system.start()
        return Ground(system, world, tmp_path)

    yield make
    for system in systems:
        system.stop()


@pytest.fixture
def cluster(engine: str) -> Iterator[Cluster]:
    """A PostgreSQL server that may be killed."""
    databases.server_url()  # Skips or fails where there are no programs.
    made = Cluster(session.folder() / "cluster")
    yield made
    made.stop()


@pytest.fixture
def own_database(cluster: Cluster, django_db_blocker: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestDatabase]:
    """A migrated database on that server, to which Django of this process is connected."""
    from django.db import connections

    name = "torture"
    _administer(cluster, f'CREATE DATABASE "{name}"')
    database = TestDatabase("postgresql", name, cluster.url(name))
    with django_db_blocker.unblock():
        before = dict(connections.settings["default"])
        monkeypatch.setenv("LIANGCAO_DATABASE_URL", database.url)
        databases.migrate(database.url)
        yield database
        databases.disconnect()
        connections.settings["default"].update(before)


def _administer(cluster: Cluster, sql: str) -> None:
    import psycopg

    with psycopg.connect(cluster.url("postgres"), autocommit=True) as connection:
        connection.execute(sql)
