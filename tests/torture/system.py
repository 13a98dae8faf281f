"""The product as it stands on a machine: its server with a worker, its commands, its data folder."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PRODUCT = (sys.executable, "-m", "liangcao.interfaces.console")
# Long: other work on the machine must not fail a test that asserts no time.
UP_SECONDS = 240
COMMAND_SECONDS = 120


class DoesNotComeBack(Exception):
    """The server did not answer in time."""


@dataclass
class System:
    """One installation. `launcher` is the product, or the product with a planted bug."""

    url: str
    home: Path
    launcher: Sequence[str] = PRODUCT
    processes: int = 2
    port: int = 0
    _child: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        self.port = self.port or free_port()

    def environment(self) -> dict[str, str]:
        """What its processes see."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("LIANGCAO_", "LC_", "LANG"))}
        return kept | {
            "LIANGCAO_HOME": str(self.home),
            "LIANGCAO_DATABASE_URL": self.url,
            "LIANGCAO_RATES": "off",
            "LIANGCAO_LANGUAGE": "en",
            "PYTHONPATH": os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH")))),
            "PYTHONWARNINGS": "ignore",
        }

    # --- the server

    def start(self) -> float:
        """Start and wait until it answers; the seconds that it took."""
        begun = time.monotonic()
        self.home.mkdir(parents=True, exist_ok=True)
        log = (self.home / "server.log").open("ab")
        self._child = subprocess.Popen(
            [*self.launcher, "serve", "--bind", f"127.0.0.1:{self.port}", "--workers", str(self.processes)],
            env=self.environment(), cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
        log.close()
        self.wait_until_up()
        return time.monotonic() - begun

    def wait_until_up(self) -> float:
        """Until it serves and writes; the seconds that it took. Raises DoesNotComeBack."""
        begun = time.monotonic()
        while time.monotonic() < begun + UP_SECONDS:
            if self.is_up():
                return time.monotonic() - begun
            time.sleep(0.05)
        raise DoesNotComeBack(self.log_tail())

    def is_up(self) -> bool:
        """Whether /healthz (it writes) and /readyz (it reads now) say 200, each within fifteen seconds."""
        return self._says_yes("/readyz") and self._says_yes("/healthz")

    def _says_yes(self, path: str) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=15)
        try:
            connection.request("GET", path)
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def kill(self) -> None:
        """SIGKILL to the whole process group."""
        assert self._child
        os.killpg(self._child.pid, signal.SIGKILL)
        self._child.wait()

    def kill_one(self, choose: Callable[[list[int]], int]) -> None:
        """SIGKILL to one process below the server: a server process or the background worker."""
        assert self._child
        below = children_of(self._child.pid)
        if below:
            with suppress(ProcessLookupError):
                os.kill(choose(below), signal.SIGKILL)

    def stop(self) -> None:
        """SIGTERM, as an operator does; whatever is left after that is killed."""
        if self._child is None or self._child.poll() is not None:
            return
        self._child.terminate()
        try:
            self._child.wait(15)
        except subprocess.TimeoutExpired:
            self.kill()

    def log_tail(self) -> str:
        """The end of what the server printed."""
        return (self.home / "server.log").read_text(errors="replace")[-3000:]

    # --- the commands

    def command(self, *arguments: str) -> tuple[int, str]:
        """Run `liangcao …`; exit code, and what it printed on both streams."""
        done = subprocess.run(
            [*self.launcher, *arguments], env=self.environment(), cwd=ROOT, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=COMMAND_SECONDS, check=False,
        )  # fmt: skip
        return done.returncode, done.stdout if done.stdout.strip() else done.stderr

    def json(self, *arguments: str) -> dict[str, Any]:
        """What `liangcao … --json` says."""
        _, printed = self.command(*arguments, "--json")
        said: dict[str, Any] = json.loads(printed)
        return said

    def export(self, book: str) -> list[dict[str, Any]]:
        """The documents of `liangcao export`."""
        target = self.home / "export.jsonl"
        code, printed = self.command("export", "--format", "jsonl", "--book", book, "-o", str(target))
        assert code == 0, printed
        lines = (json.loads(line) for line in target.read_text(encoding="utf-8").splitlines())
        return [record for record in lines if "postings" in record]


def children_of(pid: int) -> list[int]:
    """Processes whose parent is `pid`, in order."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
            if parent == pid:
                found.append(int(entry.name))
    return sorted(found)


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
