"""Work on a stranger's file in a process of its own: with a bound on memory and time, with progress, and to be
cancelled at any moment. Whatever the file does to the reader, the server goes on.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, TypeVar

from liangcao.foundation.kernel import errors
from liangcao.foundation.kernel.errors import Conflict, Invalid, Refusal
from liangcao.interfaces.intake.reading.files import refusals
from liangcao.interfaces.intake.reading.files.grids import Tell

T = TypeVar("T")
_LOOK_EVERY_SECONDS = 0.1
_PROGRESS, _DONE, _REFUSED, _FAULT = "progress", "done", "refused", "fault"
_PLAIN_REFUSALS = ("Invalid", "Forbidden", "Conflict", "Unavailable")
# Loaded once into a small server process that is forked for each file: to start an interpreter and load the tables of
# readings of characters takes longer than to read most files.
_LOADED_ONCE = (
    "liangcao.interfaces.intake.importing.contents",
    "liangcao.interfaces.intake.importing.marking",
    "openpyxl",
)
_begun_by: dict[str, int] = {}
# A library that gets no memory ends its process so; the kernel that has none left kills it.
_OUT_OF_MEMORY = (-signal.SIGABRT, -signal.SIGKILL)


@dataclass(frozen=True, slots=True)
class ChildLimits:
    """What the work may use: memory beyond that of an idle child, and seconds by the clock."""

    memory_bytes: int = 1 << 30
    seconds: float = 120.0


class Cancelled(Conflict):
    """Somebody asked to stop."""


class FaultInChild(RuntimeError):
    """A fault of ours: the text is the child's own account of it."""


def in_child(
    work: Callable[..., T],
    *arguments: Any,
    limits: ChildLimits | None = None,
    on_progress: Tell | None = None,
    is_cancelled: Callable[[], bool] | None = None,
) -> T:
    """What `work(tell, *arguments)` returns. `work` is a function of a module; `tell(done, total)` inside it arrives at
    `on_progress` here; `is_cancelled` is asked ten times a second.

    Raises every Refusal that `work` raises; Invalid FILE_TOO_HEAVY, FILE_TOO_SLOW, FILE_DAMAGED (the file ended the
    child); Cancelled READING_CANCELLED; FaultInChild.
    """
    limits = limits or ChildLimits()
    context = _context()
    receiver, sender = context.Pipe(duplex=False)
    child = context.Process(target=_serve, args=(sender, limits, work, arguments), daemon=True)
    child.start()
    sender.close()
    try:
        return _awaited(child, receiver, limits, on_progress, is_cancelled)
    finally:
        child.kill()
        child.join()
        child.close()
        receiver.close()


def get_ready() -> None:
    """Start the server ahead of the first file, while a person still looks for it. Returns at once."""
    if _context().get_start_method() == "forkserver":
        from multiprocessing import forkserver

        forkserver.ensure_running()


def _context() -> Any:
    """How children are started. A fork of this process would share threads and database connections that must not be
    shared; the server that is forked instead has none, and ends with this process."""
    # A process that was forked after its parent had begun holds the parent's server, which it may not use.
    is_ours = _begun_by.setdefault("process", os.getpid()) == os.getpid()
    if not is_ours or "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(_LOADED_ONCE))
    return context


def _awaited(
    child: Any,
    receiver: Connection,
    limits: ChildLimits,
    on_progress: Tell | None,
    is_cancelled: Callable[[], bool] | None,
) -> Any:
    end = time.monotonic() + limits.seconds
    while True:
        if is_cancelled is not None and is_cancelled():
            raise Cancelled("READING_CANCELLED", "已取消,没有读入任何内容", "Cancelled: nothing was read in")
        if time.monotonic() > end:
            raise _too_slow(limits)
        if not receiver.poll(_LOOK_EVERY_SECONDS):
            continue
        try:
            what, told = receiver.recv()
        except EOFError:
            child.join()
            raise _died(child.exitcode, limits) from None
        if what == _DONE:
            return told
        if what == _REFUSED:
            raise _rebuilt(told)
        if what == _FAULT:
            raise FaultInChild(told)
        if on_progress is not None:
            on_progress(*told)


def _too_slow(limits: ChildLimits) -> Invalid:
    return refusals.refused(
        "FILE_TOO_SLOW",
        f"文件处理超过 {limits.seconds:g} 秒,已停止。请拆成几个文件",
        f"Reading the file took more than {limits.seconds:g} seconds and was stopped: split it",
    )


def _too_heavy(limits: ChildLimits) -> Invalid:
    return refusals.refused(
        "FILE_TOO_HEAVY",
        f"处理文件需要的内存超过 {limits.memory_bytes >> 20} MB,已停止。请拆成几个文件",
        f"Reading the file needs more than {limits.memory_bytes >> 20} MB of memory and was stopped: split it",
    )


def _died(code: int | None, limits: ChildLimits) -> Invalid:
    if code in _OUT_OF_MEMORY:
        return _too_heavy(limits)
    if code == -signal.SIGXCPU:
        return _too_slow(limits)
    return refusals.damaged()


def _serve(sender: Connection, limits: ChildLimits, work: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    """The child: does the work and sends what became of it."""
    # Ctrl-C reaches the whole group; the parent ends the child itself.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _bound(limits)
    try:
        answer: tuple[str, Any] = (_DONE, work(lambda done, total: sender.send((_PROGRESS, (done, total))), *arguments))
    except Refusal as refusal:
        answer = (_REFUSED, _record(refusal))
    except MemoryError:
        answer = (_REFUSED, _record(_too_heavy(limits)))
    except BrokenPipeError:
        return
    except BaseException:
        answer = (_FAULT, traceback.format_exc())
    try:
        sender.send(answer)
    except MemoryError:
        sender.send((_REFUSED, _record(_too_heavy(limits))))
    except BrokenPipeError:
        return


def _bound(limits: ChildLimits) -> None:
    """Set the limits of the process, as far as the system knows them."""
    # What a library writes there at its end is told by the refusal already, and a long account of it costs seconds.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # The clock is the parent's; this is for the case that the parent is gone.
    seconds = int(limits.seconds) + 2
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 2))
    statm = Path("/proc/self/statm")
    if statm.exists():
        mapped = int(statm.read_text(encoding="ascii").split()[0]) * os.sysconf("SC_PAGE_SIZE")
        resource.setrlimit(resource.RLIMIT_AS, (mapped + limits.memory_bytes,) * 2)


def _record(refusal: Refusal) -> dict[str, Any]:
    kind = next((each.__name__ for each in type(refusal).__mro__ if each.__name__ in _PLAIN_REFUSALS), "Invalid")
    return {
        "kind": kind,
        "code": refusal.code,
        "zh": refusal.zh,
        "en": refusal.en,
        "where": {name: getattr(refusal, name) for name in ("field", "row", "sheet", "column")},
        "problems": [_record(problem) for problem in refusal.problems],
    }


def _rebuilt(told: dict[str, Any]) -> Refusal:
    problems = [_rebuilt(problem) for problem in told["problems"]]
    kind: type[Refusal] = getattr(errors, told["kind"])
    return kind(told["code"], told["zh"], told["en"], **told["where"], problems=problems)
