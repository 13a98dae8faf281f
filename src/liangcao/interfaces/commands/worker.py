"""`liangcao worker`: background jobs in the foreground. SIGTERM lets the job at hand end, for 8 s at most; what is not
done by then is rolled back and goes back on the table."""

from __future__ import annotations

import argparse
import os
import signal
import socket
import sys
import threading
import time
from types import FrameType

from liangcao.interfaces.commands import database
from liangcao.interfaces.commands.journalling import journal_settings
from liangcao.interfaces.commands.output import print_json
from liangcao.interfaces.commands.words import in_words

DRAIN_SECONDS = 8.0
HARD_STOP_SECONDS = 9.5
_SLICE_SECONDS = 0.1


class Stop:
    """Set by a signal. Waits in short sleeps: an Event could be set by a handler that interrupts its own wait."""

    def __init__(self) -> None:
        self._is_set = False

    def is_set(self) -> bool:
        """Whether the worker has been told to stop."""
        return self._is_set

    def set(self) -> None:
        """Stop after the job at hand."""
        self._is_set = True

    def wait(self, seconds: float) -> None:
        """Sleep, but not past the order to stop."""
        until = time.monotonic() + seconds
        while not self._is_set and time.monotonic() < until:
            time.sleep(_SLICE_SECONDS)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How long to work."""
    parser.add_argument(
        "--once",
        action="store_true",
        help=in_words("办完到期的任务就退出(供定时任务调用)", "do what is due and exit (for a timer)"),
    )
    # Given by `serve` and `demo`: the worker ends with the process that holds the other end of its standard input.
    parser.add_argument("--with-parent", action="store_true", help=argparse.SUPPRESS)


def run(args: argparse.Namespace) -> int:
    """Work until SIGTERM or Ctrl-C, or until nothing is due. Refuses a database that is missing or of another
    version."""
    database.open_database()
    from liangcao.foundation.jobs import running
    from liangcao.foundation.kernel.clock import now

    stop = Stop()
    _listen(stop)
    if not args.with_parent:  # The parent has its environment and has told.
        journal_settings("worker")
    else:
        threading.Thread(target=_end_with_parent, daemon=True).start()
    name = f"{socket.gethostname()[:40]}:{os.getpid()}"
    try:
        if args.once:
            done = running.work_off(worker=name, clock=now, stop=stop)
            _say(args, in_words(f"办完 {done} 项任务", f"{done} jobs attended to"), {"jobs": done})
        else:
            running.work(worker=name, clock=now, stop=stop)
    except running.Interrupted:
        pass
    return 0


def _say(args: argparse.Namespace, sentence: str, told: dict[str, int]) -> None:
    if args.json:
        print_json(told)
    else:
        print(sentence)


def _listen(stop: Stop) -> None:
    """First signal: no new job, and a last moment for the one at hand."""
    from liangcao.foundation.jobs.running import Interrupted

    def order(_number: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            return
        stop.set()
        signal.setitimer(signal.ITIMER_REAL, DRAIN_SECONDS)
        threading.Thread(target=_end_hard, daemon=True).start()

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise Interrupted

    signal.signal(signal.SIGTERM, order)
    signal.signal(signal.SIGINT, order)
    signal.signal(signal.SIGALRM, interrupt)


def _end_hard() -> None:
    """A job that cannot even be interrupted: its transaction dies with the process, its lease runs out."""
    time.sleep(HARD_STOP_SECONDS)
    os._exit(1)


def _end_with_parent() -> None:
    while os.read(sys.stdin.fileno(), 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
