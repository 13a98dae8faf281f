"""One worker as a child process of `serve` and `demo`: started again when it dies, stopped with its parent. It holds
the other end of the child's standard input, so that the child ends even when the parent is killed."""

from __future__ import annotations

import subprocess
import sys
import threading
from types import TracebackType

RESTART_SECONDS = 3.0
STOP_SECONDS = 10.0


class WorkerCompanion:
    """`with WorkerCompanion():` runs `liangcao worker` beside the body. `is_wanted` False runs nothing."""

    def __init__(self, *, is_wanted: bool = True) -> None:
        self._is_wanted = is_wanted
        self._stopping = threading.Event()
        self._child: subprocess.Popen[bytes] | None = None
        self._guardian = threading.Thread(target=self._keep_running, name="worker-companion", daemon=True)

    def __enter__(self) -> WorkerCompanion:
        if self._is_wanted:
            self._child = _start()
            self._guardian.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        if not self._is_wanted:
            return
        # First the guardian: a worker that it started at the last moment is told to end, too.
        self._guardian.join()
        self.tell()
        child = self._child
        if child is not None:
            try:
                child.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()

    def tell(self) -> None:
        """Tell the worker to end; does not wait for it."""
        self._stopping.set()
        child = self._child
        if child is not None and child.poll() is None:
            child.terminate()
            if child.stdin is not None and not child.stdin.closed:
                child.stdin.close()

    def _keep_running(self) -> None:
        while not self._stopping.wait(RESTART_SECONDS):
            if self._child is not None and self._child.poll() is not None:
                self._child = _start()


def _start() -> subprocess.Popen[bytes]:
    # The environment names the database: the console put --db there.
    command = [sys.executable, "-m", "liangcao.interfaces.console", "worker", "--with-parent"]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)  # noqa: S603 - our own words
