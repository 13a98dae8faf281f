"""The rig itself: isolation, real commits, threads, blocked network."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from liangcao.foundation.identity.models import User
from tests.rig.databases import TestDatabase
from tests.rig.strictness import NetworkBlocked
from tests.rig.threads import Outcome


def add_user(name: str) -> User:
    return User.objects.create(username=name, display_name=name, created_at=datetime(2020, 2, 3, tzinfo=UTC))


def test_each_process_has_a_home_of_its_own() -> None:
    assert settings.HOME.name == f"home-{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"


@pytest.mark.django_db
@pytest.mark.parametrize("attempt", [1, 2])
def test_db_is_rolled_back(attempt: int) -> None:
    assert not User.objects.filter(username="rig-rolled-back").exists()
    add_user("rig-rolled-back")


@pytest.mark.parametrize("attempt", [1, 2])
def test_fresh_database_is_new_each_time(fresh_database: TestDatabase, attempt: int) -> None:
    assert not User.objects.filter(username="rig-committed").exists()
    add_user("rig-committed")


def test_engine_is_the_one_asked_for(fresh_database: TestDatabase, engine: str) -> None:
    assert connection.vendor == engine
    if engine == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
            assert cursor.fetchone() == (False,)


def test_threads_see_each_other(
    fresh_database: TestDatabase, run_together: Callable[[Sequence[Callable[[], Any]]], list[Outcome]]
) -> None:
    outcomes = run_together([lambda name=f"rig-{index}": add_user(name).pk for index in range(4)])
    assert [outcome.error for outcome in outcomes] == [None] * 4
    assert User.objects.filter(username__startswith="rig-").count() == 4


def test_a_child_process_sees_what_was_committed(fresh_database: TestDatabase) -> None:
    add_user("rig-parent")
    script = (
        "import django; django.setup(); from liangcao.foundation.identity.models import User;"
        "print(User.objects.filter(username='rig-parent').count())"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "1"


def test_without_a_database_fixture_there_is_no_database() -> None:
    with pytest.raises(RuntimeError, match="Database access not allowed"):
        User.objects.count()


def test_the_network_is_blocked() -> None:
    with pytest.raises(NetworkBlocked), socket.socket() as probe:
        probe.connect(("192.0.2.1", 80))
