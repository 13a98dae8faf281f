"""`liangcao seal`, and `verify EXPORT SEALS` with no database, no Django and no server."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.interfaces.commands.conftest import Shell

DAY = "2020-02-03"


def test_a_day_is_sealed_and_proved_elsewhere(own_shell: Shell, tmp_path: Path) -> None:
    shell = own_shell
    export, seals = tmp_path / "book.jsonl", tmp_path / "seals.jsonl"
    done = shell("seal", DAY, "-o", str(seals), "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["sealed"][-1] == DAY
    # Run again it closes nothing and writes the same file.
    first = seals.read_bytes()
    assert json.loads(shell.said("seal", DAY, "-o", str(seals), "--json"))["sealed"] == []
    assert seals.read_bytes() == first
    shell.said("export", "--format", "jsonl", "-o", str(export))
    key = json.loads(seals.read_text().splitlines()[0])["seal_key"]["id"]
    good = json.loads(shell.said("verify", str(export), str(seals), "--key", key, "--json"))
    assert (good["ok"], good["seals"]) == (True, len(told["sealed"]))
    assert json.loads(shell.said("verify", "--json"))["ok"] is True
    refused = shell("verify", str(export), str(seals), "--key", "0" * 16, "--json")
    assert (refused.returncode, json.loads(refused.stdout)["first_bad"]["kind"]) == (1, "seal_key")
    _proved_without_django(export, seals)
    seals.write_bytes(first + first.splitlines(keepends=True)[-1])
    twice = shell("verify", str(export), str(seals), "--json")
    assert (twice.returncode, json.loads(twice.stdout)["first_bad"]["kind"]) == (1, "seal_twice")


def _proved_without_django(export: Path, seals: Path) -> None:
    program = (
        "import sys; from liangcao.interfaces import console; code = console.main(['verify', *sys.argv[1:]]);"
        "sys.exit(code or ('django' in sys.modules) * 9)"
    )
    command = [sys.executable, "-c", program, str(export), str(seals)]
    assert subprocess.run(command, stdout=subprocess.DEVNULL, check=False).returncode == 0


def test_the_key_is_changed(own_shell: Shell, tmp_path: Path) -> None:
    shell, seals = own_shell, tmp_path / "seals.jsonl"
    assert shell("seal", "2020-02-02", "-o", str(seals)).returncode == 0
    changed = json.loads(shell.said("seal", "--rotate-key", "--json"))
    assert shell("seal", DAY, "-o", str(seals)).returncode == 0
    lines = [json.loads(line) for line in seals.read_text().splitlines()]
    assert [line["seal_key"]["id"] for line in lines if "seal_key" in line] == [changed["previous"], changed["key"]]
    assert lines[-1]["seal"]["content"]["key"] == changed["key"]


def test_refusals(own_shell: Shell, tmp_path: Path) -> None:
    assert "请写明日期和文件" in own_shell.refused("seal", "2020-02-02")
    assert "晚于今天" in own_shell.refused("seal", "2999-01-01", "-o", str(tmp_path / "x"))
    assert "请单独运行" in own_shell.refused("seal", DAY, "--rotate-key")
    assert "--key" in own_shell.refused("verify", "--key", "x")
