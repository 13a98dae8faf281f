"""worker: does what is due, ends in time, hands back what it cannot finish; and the one that `serve` brings along."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from liangcao.interfaces.commands import companion
from tests.interfaces.commands.conftest import Shell

WAIT_SECONDS = 40
# A job that takes longer than any drain, for a process of its own: it is registered before the command starts.
SLOW_WORKER = """
import sys, time, pathlib
from liangcao.foundation.jobs.registry import job
from liangcao.interfaces import console
@job("slow")
def slow(*, payload, at):
    pathlib.Path(sys.argv[1]).touch()
    time.sleep(60)
from liangcao.interfaces.commands import worker
worker.DRAIN_SECONDS = 1
raise SystemExit(console.main(["worker"]))
"""
PARENT = """
import time
from liangcao.interfaces.commands.companion import WorkerCompanion
with WorkerCompanion():
    time.sleep(120)
"""


def wait_for(what: object, *, seconds: float = WAIT_SECONDS) -> bool:
    """Whether it came true in time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if what():  # type: ignore[operator]
            return True
        time.sleep(0.1)
    return False


@contextmanager
def connected(shell: Shell) -> Iterator[None]:
    """Django on the database of the shell, in this process."""
    from django.db import connections

    from tests.rig import databases

    before = dict(connections.settings["default"])
    databases.connect_to(shell.url)
    try:
        yield
    finally:
        databases.disconnect()
        connections.settings["default"].update(before)


def children_of(pid: int) -> list[int]:
    """The processes that this one started."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            after_name = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(after_name[1]) == pid and after_name[0] != "Z":
            found.append(int(stat.parent.name))
    return found


def is_worker(pid: int) -> bool:
    try:
        return b"--with-parent" in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False


def workers_of(pid: int) -> list[int]:
    return [child for child in children_of(pid) if is_worker(child)]


def test_once_does_what_is_due_and_ends(own_shell: Shell) -> None:
    told = json.loads(own_shell.said("worker", "--once", "--json"))
    assert told["jobs"] >= 1  # The rounds of a new database are due.
    assert json.loads(own_shell.said("worker", "--once", "--json"))["jobs"] == 0


def test_a_start_tells_the_journal_its_settings_once(own_shell: Shell) -> None:
    from liangcao.foundation.journal.models import JournalEntry

    def entries() -> list[JournalEntry]:
        with connected(own_shell):
            return list(JournalEntry.objects.filter(object_kind="settings").order_by("pk"))

    # The copied database may have met a worker with another home.
    earlier = len(entries())
    for _start in range(2):
        own_shell.said("worker", "--once")
    told = entries()[earlier:]
    assert [(entry.object_ref, entry.program) for entry in told] == [("worker", "命令行")]
    assert {"hosts", "session_hours", "secret_key"} <= set(told[0].after)


def test_a_missing_database_is_one_line(empty_shell: Shell) -> None:
    assert "还没有数据库" in empty_shell.refused("worker")


def test_a_job_that_cannot_end_in_time_goes_back_on_the_table(own_shell: Shell, tmp_path: Path) -> None:
    from liangcao.foundation.jobs.models import Job
    from tests.factories.world import NOON

    with connected(own_shell):
        Job.objects.create(kind="slow", due_at=NOON, enqueued_at=NOON)
    started = tmp_path / "started"
    child = subprocess.Popen([sys.executable, "-c", SLOW_WORKER, str(started)], env=own_shell.environment())
    try:
        assert wait_for(started.exists)
        child.terminate()
        assert child.wait(10) == 0
    finally:
        child.kill()
    with connected(own_shell):
        job = Job.objects.get(kind="slow")
    assert (job.state, job.attempts, job.lease_token) == ("waiting", 0, None)


def test_a_companion_is_started_again_and_taken_away(own_shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(companion, "RESTART_SECONDS", 0.2)
    for name, value in own_shell.environment().items():
        monkeypatch.setenv(name, value)
    with companion.WorkerCompanion():
        assert wait_for(lambda: workers_of(os.getpid()))
        first = workers_of(os.getpid())[0]
        os.kill(first, signal.SIGKILL)
        assert wait_for(lambda: workers_of(os.getpid()) not in ([], [first]))
    assert workers_of(os.getpid()) == []


def test_nobody_is_started_where_nobody_is_wanted() -> None:
    with companion.WorkerCompanion(is_wanted=False):
        assert workers_of(os.getpid()) == []


def test_the_worker_ends_when_its_parent_is_killed(own_shell: Shell) -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT], env=own_shell.environment())
    try:
        assert wait_for(lambda: workers_of(parent.pid))
        worker, *_ = workers_of(parent.pid)
    finally:
        parent.kill()
        parent.wait()
    assert wait_for(lambda: not is_worker(worker))
