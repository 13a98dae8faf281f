"""Files made to harm, sent over the API: each is refused with a sentence that says what to do, no other machine is
asked for anything, and the process that looked at it stayed small."""

from __future__ import annotations

import base64
import io
import socket
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest

from liangcao.interfaces.intake.importing.contents import Ask
from liangcao.interfaces.intake.importing.reading import LIMITS
from liangcao.interfaces.intake.models import ImportRow, ImportRun
from liangcao.interfaces.intake.reading.files import in_child
from liangcao.operations.demand.models import Requisition
from tests.factories.world import World, make_world
from tests.interfaces.intake.importing.watching import calling, watched
from tests.interfaces.intake.reading.workbooks_made import repacked, xls, xlsx

SHEET = "xl/worksheets/sheet1.xml"
HIGHEST_RESIDENT = 256 << 20


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A machine that the files ask to be called."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


def bomb(_port: int) -> bytes:
    """A part of 200 MB that packs into 200 KB, small enough to be read while the sender waits."""
    target = io.BytesIO(xlsx(["申请单位", "物资", "数量"]))
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as box, box.open("xl/media/image1.png", "w") as part:
        for _ in range(200):
            part.write(bytes(1 << 20))
    return target.getvalue()


def laughs(_port: int) -> bytes:
    """A billion laughs: entities of entities."""
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    return _declared(f'<!DOCTYPE x [<!ENTITY a0 "haha">{entities}]>')


def of_a_file(_port: int) -> bytes:
    """An entity that is a file of the machine."""
    return _declared('<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>')


def of_a_machine(port: int) -> bytes:
    """An entity that another machine holds, and a parameter entity that sends something there."""
    there = f"http://127.0.0.1:{port}"
    return _declared(f'<!DOCTYPE x SYSTEM "{there}/x.dtd" [<!ENTITY % b SYSTEM "{there}/b"> %b; <!ENTITY a "1">]>')


def _declared(doctype: str) -> bytes:
    def change(old: bytes) -> bytes:
        return old.replace(b"<worksheet", doctype.encode() + b"<worksheet", 1).replace(
            b"<sheetData", b"<!--&a;--><sheetData", 1
        )

    return repacked(xlsx(["申请单位", "物资", "数量"]), change={SHEET: change})


def macro(_port: int) -> bytes:
    """A workbook with a macro."""
    return repacked(xlsx(["a"]), add={"xl/vbaProject.bin": b"x"})


def old_macro(_port: int) -> bytes:
    """An old workbook with a macro."""
    return xls(b"", streams=("Workbook", "_VBA_PROJECT_CUR"))


def link(port: int) -> bytes:
    """A workbook whose values lie in one on another machine."""
    relation = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLinkPath" '
        f'Target="http://127.0.0.1:{port}/a.xlsx" TargetMode="External"/></Relationships>'
    )
    parts = {
        "xl/externalLinks/externalLink1.xml": b"<externalLink/>",
        "xl/externalLinks/_rels/externalLink1.xml.rels": relation.encode(),
    }
    return repacked(xlsx(["a"]), add=parts)


UNPACKS, UNSAFE, ACTIVE = "文件解压后过大", "文件含不安全内容", "不接受含宏"
HARMFUL: dict[str, tuple[Callable[[int], bytes], str, str]] = {
    "bomb": (bomb, "FILE_UNPACKS_TOO_LARGE", UNPACKS),
    "laughs": (laughs, "FILE_UNSAFE", UNSAFE),
    "of-a-file": (of_a_file, "FILE_UNSAFE", UNSAFE),
    "of-a-machine": (of_a_machine, "FILE_UNSAFE", UNSAFE),
    "macro": (macro, "FILE_WITH_MACROS", ACTIVE),
    "old-macro": (old_macro, "FILE_WITH_MACROS", ACTIVE),
    "link": (link, "FILE_WITH_MACROS", ACTIVE),
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", HARMFUL)
def test_a_harmful_file_is_refused_and_calls_nobody(caller: Any, listener: socket.socket, name: str) -> None:
    make, code, words = HARMFUL[name]
    world: World = make_world()
    content = make(listener.getsockname()[1])
    assert len(content) < 1 << 20
    begun = time.monotonic()
    answer = caller(world, "coordinator").post(
        "/imports",
        {"kind": "requisitions", "name": "来表.xlsx", "content": base64.b64encode(content).decode()},
    )
    sys.stdout.write(f"\n{name}: {len(content):,} bytes, refused after {time.monotonic() - begun:.2f} s\n")
    told = answer.json()
    assert (told["status"], told["refusal"]["code"]) == ("failed", code)
    assert words in told["refusal"]["zh"]
    assert told["refusal"]["en"]
    with pytest.raises(BlockingIOError):
        listener.accept()
    assert not ImportRow.objects.exists()
    assert not Requisition.objects.exists()
    posted = caller(world, "coordinator").post(f"/imports/{told['id']}/posting", {})
    assert posted.status_code == 409
    assert ImportRun.objects.get().status == "failed"


@pytest.mark.parametrize("name", HARMFUL)
def test_the_process_that_reads_it_stays_small_and_asks_nothing_of_the_machine(name: str) -> None:
    make, code, _words = HARMFUL[name]
    ask = Ask(make(9), "来表.xlsx", "requisitions", (), (), {}, date(2020, 2, 3))
    found, seen, resident = in_child(watched, ask, limits=LIMITS)
    sys.stdout.write(f"\n{name}: {resident >> 20} MiB\n")
    assert (found, seen) == (code, [])
    assert resident < HIGHEST_RESIDENT


def test_the_watch_sees_what_it_watches_for() -> None:
    assert in_child(calling, limits=LIMITS) == ["socket.connect", "open"]
