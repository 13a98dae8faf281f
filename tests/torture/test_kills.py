"""kill -9 of the server, of one of its processes and of the database, at random moments under four writers: nothing
acknowledged is lost, nothing is there twice or by half, the chain verifies."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.rig import databases
from tests.rig.databases import TestDatabase
from tests.torture.battle import WRITERS, Battle
from tests.torture.cluster import Cluster
from tests.torture.conftest import SEED, Ground, doses, tell
from tests.torture.system import System
from tests.torture.world import make_field

FEW_KILLS = 4


@pytest.mark.slow
def test_kills_of_the_server_and_its_processes(ground: Callable[..., Ground], engine: str) -> None:
    there = ground()
    battle = Battle(there.system, there.world, there.folder, SEED)
    with battle.writing():
        for number in range(doses(FEW_KILLS)):
            battle.kill(("server", "worker")[number % 2])
    report = battle.judged()
    tell(f"{engine}, seed {SEED}: {report.line()}")
    assert not report.bad, report.line()
    assert report.counts["ok"] > sum(report.kills.values())
    assert report.counts["unknown"] == 0


@pytest.mark.slow
@pytest.mark.engine("postgresql")
def test_kills_of_the_database(cluster: Cluster, own_database: TestDatabase, tmp_path: Path) -> None:
    world = make_field(writers=WRITERS)
    databases.disconnect()
    system = System(own_database.url, tmp_path / "home")
    system.start()
    try:
        battle = Battle(system, world, tmp_path, SEED, cluster)
        with battle.writing():
            for _ in range(doses(FEW_KILLS)):
                battle.kill("database")
        report = battle.judged()
    finally:
        system.stop()
    tell(f"postgresql, seed {SEED}: {report.line()}")
    assert not report.bad, report.line()
    assert report.counts["ok"] > sum(report.kills.values())
    assert report.counts["unknown"] == 0
