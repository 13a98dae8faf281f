"""The command line on one filled SQLite database, shared by the tests that only read it."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from liangcao.interfaces import console
from tests.rig import databases

SECONDS = 60


@dataclass(frozen=True)
class Done:
    """What a command line came to."""

    returncode: int
    stdout: str
    stderr: str


@dataclass(frozen=True)
class Shell:
    """Runs `liangcao` on one database: in this process, which is quick, or as a person would (`spawned`)."""

    url: str
    home: Path
    spawned: bool = False

    def __call__(self, *arguments: str, language: str = "zh", given: str = "") -> Done:
        """One command line; returns its exit code and what it printed."""
        return (self._spawn if self.spawned else self._run)(arguments, self.environment(language), given)

    def _spawn(self, arguments: tuple[str, ...], environment: dict[str, str], given: str) -> Done:
        command = [sys.executable, "-m", "liangcao.interfaces.console", *arguments]
        done = subprocess.run(
            command, input=given, capture_output=True, text=True, timeout=SECONDS, env=environment, check=False
        )
        return Done(done.returncode, done.stdout, done.stderr)

    def _run(self, arguments: tuple[str, ...], environment: dict[str, str], given: str) -> Done:
        from django.db import connections

        printed, complained = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
        before = dict(connections.settings["default"])
        with pytest.MonkeyPatch.context() as patch:
            for name in set(os.environ) - set(environment):
                patch.delenv(name)
            for name, value in environment.items():
                patch.setenv(name, value)
            patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given.encode()), encoding="utf-8"))
            patch.setattr(sys, "stdout", printed)
            patch.setattr(sys, "stderr", complained)
            databases.connect_to(self.url)
            try:
                code = console.main(list(arguments))
            finally:
                databases.disconnect()
                connections.settings["default"].update(before)
        return Done(code, *(text_of(stream) for stream in (printed, complained)))

    def environment(self, language: str = "zh") -> dict[str, str]:
        """What the command sees."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("LIANGCAO_", "LC_", "LANG"))}
        return kept | {
            "LIANGCAO_HOME": str(self.home),
            "LIANGCAO_DATABASE_URL": self.url,
            "LIANGCAO_LANGUAGE": language,
            "PYTHONWARNINGS": "ignore",
        }

    def refused(self, *arguments: str, code: int = 1, **more: str) -> str:
        """The one line of a refusal; checks that it is one, and that nothing went to standard output."""
        done = self(*arguments, **more)
        assert done.returncode == code, done.stderr
        assert done.stdout == ""
        assert done.stderr.count("\n") == 1, done.stderr
        assert "Traceback" not in done.stderr
        return done.stderr.strip()

    def said(self, *arguments: str, **more: str) -> str:
        """What a command printed; checks that it went well and did not complain."""
        done = self(*arguments, **more)
        assert done.returncode == 0, done.stderr
        assert done.stderr == ""
        return done.stdout


def text_of(stream: io.TextIOWrapper) -> str:
    """Everything that was written to a stream."""
    stream.flush()
    stream.seek(0)
    return stream.read()


@pytest.fixture(autouse=True, scope="module")
def _databases_allowed(django_db_blocker: Any) -> Iterator[None]:
    """Commands open the database that they are given, never the one of a rolled-back test."""
    with django_db_blocker.unblock():
        yield


def add_book(database: databases.TestDatabase, code: str) -> None:
    """Play a day in a book of its own."""
    from tests.factories.world import make_world
    from tests.oversight.briefing.day import play

    databases.connect_to(database.url)
    play(make_world(code))
    databases.disconnect()


@pytest.fixture(scope="session")
def filled_databases(django_db_blocker: Any) -> Iterator[list[Path]]:
    """A file with the book shili, and one with beicheng beside it; made once a session."""
    from django.db import connections

    with django_db_blocker.unblock():
        before = dict(connections.settings["default"])
        one, two = databases.copy_of_template("sqlite"), databases.new_database("sqlite")
        add_book(one, "shili")
        shutil.copyfile(databases.path_of(one), databases.path_of(two))
        add_book(two, "beicheng")
        connections.settings["default"].update(before)
    paths = [databases.path_of(database) for database in (one, two)]
    yield paths
    for path in paths:
        path.unlink(missing_ok=True)


@pytest.fixture(scope="session")
def shell(filled_databases: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """A database with one book. Tests only read it."""
    return Shell(f"sqlite:///{filled_databases[0]}", tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="session")
def two_books(filled_databases: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """A database with two books. Tests only read it."""
    return Shell(f"sqlite:///{filled_databases[1]}", tmp_path_factory.mktemp("home"))


@pytest.fixture
def own_shell(filled_databases: list[Path], tmp_path: Path) -> Shell:
    """A copy of the database with one book, which the test may change and break."""
    shutil.copyfile(filled_databases[0], tmp_path / "own.sqlite3")
    return Shell(f"sqlite:///{tmp_path / 'own.sqlite3'}", tmp_path / "home")


@pytest.fixture
def empty_shell(tmp_path: Path) -> Shell:
    """No database yet."""
    return Shell(f"sqlite:///{tmp_path / 'none.sqlite3'}", tmp_path / "home")
