"""Work apart: bounded, watched, cancelled; what it refuses is refused here."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from pathlib import Path

import pytest

from liangcao.foundation.kernel.errors import Conflict, Invalid, Refusal
from liangcao.interfaces.intake.reading.files import (
    Cancelled,
    ChildLimits,
    FaultInChild,
    Workbook,
    get_ready,
    in_child,
    open_sheets,
)
from tests.interfaces.intake.reading.workbooks_made import xlsx

Tell = Callable[[int, int], None]


def opened(tell: Tell, content: bytes) -> Workbook:
    return open_sheets(content, tell=tell)


def hungry(_tell: Tell) -> int:
    return len([bytes(1 << 20) for _ in range(2000)])


def endless(tell: Tell) -> None:
    for step in count():
        tell(step, 0)
        time.sleep(0.05)


def refusing(_tell: Tell) -> None:
    inner = Invalid("CELL", "格", "cell", sheet="表", row=3, column="C")
    raise Conflict("SEVERAL", "几处", "several", field="file", problems=[inner])


def wrong(_tell: Tell) -> None:
    raise KeyError("what we forgot")


def dying(_tell: Tell) -> None:
    os._exit(7)


def aborting(_tell: Tell) -> None:
    os.abort()


def process(_tell: Tell) -> int:
    return os.getpid()


def refusal_of(work: Callable[..., object], *arguments: object, **named: object) -> Refusal:
    with pytest.raises(Refusal) as refused:
        in_child(work, *arguments, **named)  # type: ignore[arg-type]
    return refused.value


def test_a_workbook_is_read_apart_with_its_progress() -> None:
    content, told = xlsx(*([["口罩", n] for n in range(6000)])), []
    book = in_child(opened, content, on_progress=lambda *step: told.append(step))
    assert len(book.sheets[0].rows) == 6000 and told == [(5000, 6000), (6000, 6000)]
    assert in_child(process) != os.getpid()


def test_refusals_come_back_whole() -> None:
    assert refusal_of(opened, b"").code == "FILE_EMPTY"
    refused = refusal_of(refusing)
    assert isinstance(refused, Conflict) and (refused.zh, refused.en, refused.field) == ("几处", "several", "file")
    [inner] = refused.problems
    assert (inner.code, inner.sheet, inner.row, inner.column) == ("CELL", "表", 3, "C")


def test_memory_is_bounded() -> None:
    refused = refusal_of(hungry, limits=ChildLimits(memory_bytes=200 << 20))
    assert refused.code == "FILE_TOO_HEAVY"
    assert refused.zh == "处理文件需要的内存超过 200 MB,已停止。请拆成几个文件"
    assert refusal_of(aborting).code == "FILE_TOO_HEAVY"


def test_time_is_bounded() -> None:
    start = time.monotonic()
    refused = refusal_of(endless, limits=ChildLimits(seconds=0.5))
    assert refused.code == "FILE_TOO_SLOW" and refused.zh == "文件处理超过 0.5 秒,已停止。请拆成几个文件"
    assert time.monotonic() - start < 5


def test_it_is_cancelled_at_any_moment() -> None:
    told: list[int] = []
    refused = refusal_of(
        endless, on_progress=lambda done, _total: told.append(done), is_cancelled=lambda: len(told) > 2
    )
    assert isinstance(refused, Cancelled) and refused.zh == "已取消,没有读入任何内容"


def test_a_child_that_dies_is_a_refusal_and_a_fault_of_ours_is_a_fault() -> None:
    assert refusal_of(dying).code == "FILE_DAMAGED"
    with pytest.raises(FaultInChild, match="what we forgot"):
        in_child(wrong)


def test_the_server_is_started_ahead_of_the_first_file_and_once() -> None:
    get_ready()
    first = _servers()
    get_ready()
    assert in_child(_nothing) is None
    assert len(first) == 1
    assert _servers() == first


def _nothing(_tell: Tell) -> None:
    """The least work."""


def _servers() -> set[str]:
    """Processes that were started by this one to fork the children."""
    found = set()
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            told = path.read_text()
            parent = int(told.rpartition(")")[2].split()[1])
            if parent == os.getpid() and b"forkserver" in path.with_name("cmdline").read_bytes():
                found.add(path.parent.name)
    return found


def test_a_process_that_was_forked_later_reads_too() -> None:
    assert in_child(_nothing) is None
    told, tell = os.pipe()
    forked = os.fork()
    if forked == 0:
        try:
            get_ready()
            in_child(_nothing)
            os.write(tell, b"!")
        finally:
            os._exit(0)
    os.close(tell)
    os.waitpid(forked, 0)
    assert os.read(told, 1) == b"!"
    os.close(told)
