"""Settings of the environment: a start that finds them changed writes it once, secrets never but as a mark."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError

from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal import settings as noting
from liangcao.foundation.journal.models import JournalEntry
from liangcao.foundation.journal.settings import note_settings
from tests.factories.world import NOON

HOSTS = {"hosts": "liangcao.example.org", "session_hours": 24, "debug": False}
SECRET = {"secret_key": "a-long-key-of-this-installation"}


def start(program: str = "serve", *, secrets: dict[str, str] | None = None, **changed: Any) -> bool:
    by = Actor(user_id=None, name=f"liangcao {program}", grants=(), origin="command")
    return note_settings(program=program, settings=HOSTS | changed, secrets=secrets or SECRET, by=by, at=NOON)


def written() -> list[JournalEntry]:
    return list(JournalEntry.objects.filter(object_kind="settings").order_by("pk"))


@pytest.mark.django_db
def test_a_start_with_the_same_settings_writes_nothing_more() -> None:
    assert [start(), start(), start()] == [True, False, False]
    entry = written()[0]
    assert (entry.action, entry.object_ref, entry.program) == ("note_settings", "serve", "liangcao serve")
    assert entry.before is None
    assert {name: entry.after[name] for name in HOSTS} == HOSTS


@pytest.mark.django_db
def test_a_change_stands_with_before_and_after_and_so_does_the_way_back() -> None:
    assert [start(), start(session_hours=8), start(session_hours=8), start()] == [True, True, False, True]
    told = [(entry.before and entry.before["session_hours"], entry.after["session_hours"]) for entry in written()]
    assert told == [(None, 24), (24, 8), (8, 24)]


@pytest.mark.django_db
def test_server_and_worker_are_compared_each_with_itself() -> None:
    assert [start("serve"), start("worker", hosts=""), start("serve"), start("worker", hosts="")] == [
        True,
        True,
        False,
        False,
    ]


@pytest.mark.django_db
def test_a_secret_is_a_mark_that_changes_with_it() -> None:
    start()
    assert start(secrets={"secret_key": "another-key"}) is True
    first, second = (entry.after["secret_key"] for entry in written())
    assert first != second
    assert all(mark.startswith("~") and len(mark) == 13 for mark in (first, second))
    assert "another-key" not in str(written()[1].after)
    assert start(secrets={"secret_key": ""}) is True
    assert written()[2].after["secret_key"] == ""


@pytest.mark.django_db
def test_what_cannot_be_written_holds_no_start_up(monkeypatch: pytest.MonkeyPatch, caplog: Any) -> None:
    def broken(**_: Any) -> None:
        raise DatabaseError("disk is full")

    monkeypatch.setattr(noting, "record", broken)
    assert start() is False
    assert "settings of serve are not journalled" in caplog.text
    assert written() == []


@pytest.mark.usefixtures("fresh_database")
def test_processes_that_start_together_write_once(run_together: Callable[..., Any]) -> None:
    for hours in (24, 8):
        outcomes = run_together([lambda hours=hours: start(session_hours=hours)] * 4)
        assert [outcome.error for outcome in outcomes] == [None] * 4
        assert sum(outcome.value for outcome in outcomes) == 1
    assert [entry.after["session_hours"] for entry in written()] == [24, 8]
