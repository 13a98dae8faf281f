"""read: a message into lines of JSON, many in one process, refusals in one line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.interfaces.commands.conftest import Shell

TEXT = "示例医院急需:N95口罩2万只,防护服300套;现有N95口罩1200个"


def test_a_message_is_read_from_the_standard_input(shell: Shell) -> None:
    done = shell("read", "-", given=TEXT)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(line["item"], line["quantity"], line["unit"], line["flow"]) for line in lines] == [
        ("N95口罩", 20000, "只", "requested"),
        ("防护服", 300, "套", "requested"),
        ("N95口罩", 1200, "个", "stock"),
    ]
    assert lines[0]["candidates"][0]["code"] == "KZ01"
    assert TEXT[lines[0]["start"] : lines[0]["end"]] == "N95口罩2万只"


def test_a_message_may_be_in_the_old_encoding(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "message.txt"
    path.write_bytes(TEXT.encode("gb18030"))
    assert len(shell.said("read", str(path)).splitlines()) == 3


def test_nothing_found_is_no_error(shell: Shell) -> None:
    done = shell("read", "-", given="大家辛苦了")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_many_documents_in_one_process(shell: Shell) -> None:
    given = '{"id": "a", "text": "急需口罩2万只"}\n\n{"id": 7, "text": "无"}\n{"id": "g", "text": "口罩2万只", "kind": "gifts"}\n'
    told = [json.loads(line) for line in shell("read", "--jsonl", "-", given=given).stdout.splitlines()]
    assert [answer["id"] for answer in told] == ["a", 7, "g"]
    assert [[line["flow"] for line in answer["lines"]] for answer in told] == [["requested"], [], ["donated"]]


def test_what_is_no_document_is_named_by_its_line(shell: Shell) -> None:
    for given in ("x\n", "[]\n", '{"id": 1}\n', '{"id": 1, "text": 5}\n'):
        done = shell("read", "--jsonl", "-", given='{"id": "a", "text": ""}\n' + given)
        assert done.returncode == 1
        assert "第 2 行须是 {id, text} 形式的 JSON 对象" in done.stderr


def test_one_file_is_named(shell: Shell) -> None:
    assert "请指明一个文件" in shell.refused("read")
    assert "请指明一个文件" in shell.refused("read", "a.txt", "--jsonl", "-")
    assert "no-such" in shell.refused("read", "no-such.txt")


def test_reading_needs_no_framework_and_no_database() -> None:
    script = (
        "import sys; from liangcao.interfaces import console; code = console.main(['read', '-']);"
        " print('django' in sys.modules, code or 0)"
    )
    done = subprocess.run([sys.executable, "-c", script], input=TEXT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "False 0"
    assert len(done.stdout.splitlines()) == 4
