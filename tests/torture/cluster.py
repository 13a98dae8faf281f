"""A PostgreSQL server of the rig's own, durable, to be killed."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from tests.rig.postgresql import DURABLE, Server, ServerUnavailable

START_SECONDS = 120


class Cluster:
    """A server with its data in `folder`: what it has acknowledged outlives it."""

    def __init__(self, folder: Path) -> None:
        given = os.environ.pop("LIANGCAO_TEST_SERVER", None)
        try:
            self._server = Server.start(folder, DURABLE)
        finally:
            if given:
                os.environ["LIANGCAO_TEST_SERVER"] = given
        self._folder = folder

    def url(self, name: str) -> str:
        """The address of a database."""
        return self._server.url.format(name=name)

    def start(self) -> None:
        """Start, or recover after a kill: as long as old processes still hold the data, it is tried again."""
        until = time.monotonic() + START_SECONDS
        options = f"-k {self._folder} -c listen_addresses='' {DURABLE}"
        data, log = str(self._server.data), str(self._folder / "log")
        while True:
            try:
                self._server.command("pg_ctl", "-D", data, "-w", "-l", log, "-o", options, "start")
                return
            except ServerUnavailable:
                if time.monotonic() > until:
                    raise
                time.sleep(0.2)

    def kill(self, *, at_once: bool) -> None:
        """SIGKILL to the postmaster, or an immediate stop: no checkpoint, no goodbye."""
        if not at_once:
            self._server.stop()
            return
        assert self._server.data
        pid = int((self._server.data / "postmaster.pid").read_text().split()[0])
        os.kill(pid, signal.SIGKILL)
        while _is_there(pid):
            time.sleep(0.02)

    def stop(self) -> None:
        """The end."""
        self._server.stop()


def _is_there(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
