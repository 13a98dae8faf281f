"""One run: its engine, its folder, its settings. The folder and the server go away with the run."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from pathlib import Path
from typing import Any

import pytest

from tests.rig.postgresql import DURABLE, SPEED, Server, ServerUnavailable

ENGINES = ("sqlite", "postgresql")
FOLDER_VARIABLE = "LIANGCAO_TEST_FOLDER"
SERVER_VARIABLE = "LIANGCAO_TEST_RUNNING_SERVER"
MISSING_VARIABLE = "LIANGCAO_TEST_NO_SERVER"
_server_key = pytest.StashKey[Server]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Choose the engine of this run, and whether PostgreSQL waits for the disk."""
    parser.addoption("--engine", choices=ENGINES, default=os.environ.get("LIANGCAO_TEST_ENGINE", "sqlite"))
    parser.addoption("--durable", action="store_true", help="PostgreSQL commits to the disk, as in use: for benchmarks")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Before Django reads its settings: a home, an engine, no leftovers of the user's own installation."""
    engine = config.getoption("--engine")
    if not is_worker(config):
        # Stopped from outside, the run still takes its server and its folder away.
        signal.signal(signal.SIGTERM, lambda *_: pytest.exit("stopped by SIGTERM", returncode=143))
        os.environ[FOLDER_VARIABLE] = str(make_folder())
        if engine == "postgresql":
            start_server(config)
    os.environ["LIANGCAO_HOME"] = str(make_home())
    # A name that no server has: a test without a database fixture meets an error, never somebody's real data.
    os.environ["LIANGCAO_DATABASE_URL"] = {
        "sqlite": f"sqlite:///{folder()}/outside-any-test/none.sqlite3",
        "postgresql": f"postgresql://nobody@/none?host={folder()}/outside-any-test",
    }[engine]
    os.environ["DJANGO_SETTINGS_MODULE"] = "liangcao.config.settings"
    os.environ.pop("LIANGCAO_DEBUG", None)
    # Playwright's synchronous interface runs an event loop in the main thread; the tests' own queries there are safe.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # All tests of a process come from one address; those that are about allowances set their own.
    settings.RATE_LIMITS = {}


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    """Workers inherit this process's environment. With the settings' name in it they would read the settings before
    `pytest_configure` has given them a home of their own, and all would share this one: its seal key, its files."""
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave nothing running and nothing on disk."""
    if is_worker(config):
        return
    server = config.stash.get(_server_key, None)
    if server:
        server.stop()
    if FOLDER_VARIABLE in os.environ:
        shutil.rmtree(folder(), ignore_errors=True)


def is_worker(config: pytest.Config) -> bool:
    """Whether this process is one of pytest-xdist's workers."""
    return hasattr(config, "workerinput")


def folder() -> Path:
    """The folder of this run, shared by its processes."""
    return Path(os.environ[FOLDER_VARIABLE])


def make_folder() -> Path:
    """World-readable, because a server that refuses to run as root must reach it through every parent folder."""
    parent = Path(tempfile.gettempdir())
    is_root = os.geteuid() == 0
    if is_root and not (parent.stat().st_mode & 0o001):
        parent = Path("/tmp")
    made = Path(tempfile.mkdtemp(prefix="liangcao-test-", dir=parent))
    made.chmod(0o755)
    return made


def make_home() -> Path:
    """A LIANGCAO_HOME for each process."""
    home = folder() / f"home-{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    home.mkdir(exist_ok=True)
    return home


def start_server(config: pytest.Config) -> None:
    """The controller starts the one server; workers read its address from the environment."""
    os.environ.pop(MISSING_VARIABLE, None)
    try:
        server = Server.start(folder() / "postgresql", DURABLE if config.getoption("--durable") else SPEED)
    except ServerUnavailable as problem:
        os.environ[MISSING_VARIABLE] = str(problem)
        return
    config.stash[_server_key] = server
    os.environ[SERVER_VARIABLE] = server.url


def pytest_report_header(config: pytest.Config) -> str:
    """Say which engine this run speaks about."""
    engine = config.getoption("--engine")
    server = config.stash.get(_server_key, None)
    return f"engine: {engine}" + (f" ({server.description})" if server else "")


def pytest_collection_modifyitems(config: pytest.Config, items: list[Any]) -> None:
    """Leave out what says nothing about this engine."""
    engine = config.getoption("--engine")
    kept, left_out = [], []
    for item in items:
        (kept if belongs(item, engine) else left_out).append(item)
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = kept


def belongs(item: Any, engine: str) -> bool:
    """A marked test runs on its engine; a test without a database runs once, with SQLite."""
    marker = item.get_closest_marker("engine")
    if marker:
        return engine in marker.args
    return engine == "sqlite" or uses_database(item)


def uses_database(item: Any) -> bool:
    """Whether a test asks for one of the database fixtures, directly or through another."""
    marker = item.get_closest_marker("django_db")
    if marker and marker.kwargs.get("transaction"):
        raise pytest.UsageError(f"{item.nodeid}: transaction=True would flush append-only tables; use fresh_database")
    return bool(marker) or not {"db", "fresh_database", "empty_database"}.isdisjoint(getattr(item, "fixturenames", ()))
