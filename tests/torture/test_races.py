"""Fifty clients for a hundred pieces over all paths: never oversold, and every loser is told why."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.torture.conftest import SEED, Ground, doses, tell
from tests.torture.race import Race

FEW_ROUNDS = 1


@pytest.mark.slow
def test_fifty_clients_for_a_hundred_pieces(ground: Callable[..., Ground], engine: str) -> None:
    there = ground()
    race = Race(there.system, there.world, there.folder, SEED)
    for _ in range(min(doses(FEW_ROUNDS), 100)):
        race.round()
    report = race.judged()
    tell(f"{engine}, seed {SEED}: won {race.won}, lost {race.lost}; {report.line()}")
    assert not report.bad, report.line()
    assert {"transfers", "issues", "approval"} <= set(race.won)
    assert sum(race.lost.values()) > 5
