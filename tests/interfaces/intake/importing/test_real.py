"""Real sheets through an import: no row is dropped, and what nobody knows is asked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from liangcao.interfaces.intake.importing import queries
from tests.factories.imports import begin, rows_of
from tests.factories.world import World, make_world

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("kind", "role", "folder", "name", "count"),
    [
        ("gifts", "gift_clerk", "redcross_wuhan_ledger", "inbound_0124_0203.csv", 1441),
        ("issues", "coordinator", "redcross_wuhan_ledger", "outbound_0130_0201.csv", 472),
    ],
)
def test_each_row_of_the_ledger_is_accepted_asked_or_refused(
    kind: str, role: str, folder: str, name: str, count: int, data_folder: Callable[[str], Path]
) -> None:
    world: World = make_world()
    path = data_folder(folder) / name
    run = begin(world, kind, path.read_bytes(), by=world.actor(role), name=name)
    assert run.status == "read", run.refusal
    found = queries.summary(world.actor(role), run.pk)
    assert found.rows == count
    assert found.accepted + found.asked + found.refused == found.rows
    assert sorted({row.row for row in rows_of(run)}) == list(range(2, count + 2))
    assert all(row.written for row in rows_of(run))
    # Nobody in this bureau is known: each row asks for its unit at least.
    assert found.accepted == 0
    assert {code for row in rows_of(run) for code in row.reasons} >= {"ORGANISATION_UNKNOWN"}
