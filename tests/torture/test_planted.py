"""The rig is proved first: the product with one bug put in, and the rig must report that bug, eight times of eight."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import pytest
from django.db import connection
from django.db.models import F

from tests.torture.battle import Battle
from tests.torture.checkers import Report
from tests.torture.client import OK
from tests.torture.conftest import SEED, Ground, tell
from tests.torture.race import Race

CALLS, CALL_SECONDS, RESOLVE_SECONDS = 60, 25, 3
# A kill finds nothing when the writer sent the same document again after it, as a seventh of them do.
MOST_KILLS, ANSWER_SECONDS = 10, 60
# Two must meet over the last pieces of a round; in one round alone they sometimes do not.
ROUNDS = 4
# Each bug with the checker that must report it.
ON_BOTH = {
    "non_unique_client_id": "C4 twice",
    "hash_over_mutable_field": "C11 chain",
    "scope_missing_on_export": "C13 scope",
    "partial_import": "C3 zombie",
    "float_quantity": "C5 half",
}
# Row locks are PostgreSQL's: SQLite has one writer at a time. The checks that would stop the bug below it go, too.
ON_POSTGRESQL = {
    "no_row_lock": ("C7 negative", ["balance_has_its_sign"]),
    "skip_locked_insert": ("C6 conserve", ["balance_has_its_sign", "balance_once"]),
}


def planted(bug: str) -> tuple[str, ...]:
    return sys.executable, "-m", "tests.torture.planted", bug


def fight(there: Ground) -> Report:
    """Writers for so many calls."""
    battle = Battle(there.system, there.world, there.folder, SEED)
    with battle.writing():
        until = time.monotonic() + CALL_SECONDS
        while sum(len(writer.client.journal.asked) for writer in battle.writers) < CALLS and time.monotonic() < until:
            time.sleep(0.05)
    return battle.judged(RESOLVE_SECONDS)


@pytest.mark.slow
@pytest.mark.engine("sqlite")
@pytest.mark.parametrize("bug", ON_BOTH)
def test_the_rig_reports(bug: str, ground: Callable[..., Ground]) -> None:
    from liangcao.reference.parties.models import Organisation

    # So that what was hashed before the server started reads the same by name as by code.
    there = ground(planted(bug), lambda: Organisation.objects.filter(pk__gt=0).update(name=F("code")))
    report = fight(there)
    tell(f"{bug}: {report.line()}")
    assert ON_BOTH[bug] in report.bad, report.line()


@pytest.mark.slow
@pytest.mark.engine("postgresql")
@pytest.mark.parametrize("bug", ON_POSTGRESQL)
def test_the_rig_reports_what_locks_prevent(bug: str, ground: Callable[..., Ground]) -> None:
    expected, checks = ON_POSTGRESQL[bug]

    def drop_checks() -> None:
        with connection.cursor() as cursor:
            for name in checks:
                cursor.execute(f"ALTER TABLE ledger_balance DROP CONSTRAINT {name}")

    there = ground(planted(bug), drop_checks)
    if bug == "no_row_lock":
        race = Race(there.system, there.world, there.folder, SEED)
        for _ in range(ROUNDS):
            race.round()
        report = race.judged()
    else:
        report = fight(there)
    tell(f"{bug}: {report.line()}")
    assert expected in report.bad, report.line()


def acknowledged(battle: Battle) -> set[str]:
    """The documents of which somebody was told that they are in the book."""
    journals = [writer.client.journal for writer in battle.writers]
    return {
        held
        for journal in journals
        for held in list(journal.answers)
        if journal.asked[held].posts and journal.outcome(held) == OK
    }


def kill_behind_an_answer(battle: Battle) -> None:
    """Kill the server as soon as one more document is acknowledged."""
    before, until = acknowledged(battle), time.monotonic() + ANSWER_SECONDS
    while acknowledged(battle) == before:
        assert time.monotonic() < until, "nothing is acknowledged"
        time.sleep(0.005)
    battle.system.kill()
    battle.system.start()
    battle.report.kills["server"] += 1


@pytest.mark.slow
def test_the_rig_reports_an_answer_before_its_commit(ground: Callable[..., Ground], engine: str) -> None:
    there = ground(planted("ack_before_commit"))
    battle = Battle(there.system, there.world, there.folder, SEED)
    found: dict[str, list[str]] = {}
    while "C1 lost" not in found and battle.report.kills["server"] < MOST_KILLS:
        for writer in battle.writers:
            writer.over.clear()
        with battle.writing():
            kill_behind_an_answer(battle)
        found = battle.judged(RESOLVE_SECONDS).bad
    tell(f"{engine}, ack_before_commit: {battle.report.line()}")
    assert "C1 lost" in found, battle.report.line()
