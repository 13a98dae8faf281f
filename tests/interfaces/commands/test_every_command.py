"""Every command once as a person runs it: a process of its own, on a real file."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from liangcao.interfaces import console
from tests.interfaces.commands.conftest import Shell

DAY = "2020-02-03"
# plan, read, demo, serve and check-deploy have process tests beside their own; migrate is tested with the databases.
ELSEWHERE = {
    "plan", "flow", "route", "demo", "serve", "migrate", "check-deploy", "init", "replay", "backup", "restore", "read", "import",
}  # fmt: skip
LINES = {
    "briefing": ["briefing", DAY, "-o", "{folder}/a.docx", "--json"],
    "figures": ["figures", "--date", DAY, "--json"],
    "trace": ["trace", "U05", "--json"],
    "export": ["export", "--format", "jsonl", "-o", "{folder}/a.jsonl", "--json"],
    "verify": ["--json", "verify"],
    "seal": ["seal", DAY, "-o", "{folder}/seals.jsonl", "--json"],
    "rebuild": ["rebuild", "--check", "--json"],
    "worker": ["worker", "--once", "--json"],
    "user": ["user", "add", "wang", "--role", "buyer", "--json"],
}


def test_no_command_is_forgotten() -> None:
    assert set(LINES) | ELSEWHERE == set(console.COMMANDS)


@pytest.mark.parametrize("name", sorted(LINES))
def test_the_command_prints_one_json_object(name: str, own_shell: Shell, tmp_path: Path) -> None:
    arguments = [part.format(folder=tmp_path) for part in LINES[name]]
    assert isinstance(json.loads(replace(own_shell, spawned=True).said(*arguments)), dict)
