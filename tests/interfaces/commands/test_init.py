"""`liangcao init`: database, lists, one link; or everything at once."""

from __future__ import annotations

import json

import pytest

from tests.interfaces.commands.conftest import Shell

BUREAU = (
    "--bureau-name", "示例区经信局", "--bureau-code", "shili", "--region", "330784", "--name", "管理员甲",
    "--username", "gly",
)  # fmt: skip
PASSWORD = "a long pass phrase 2020\n"


def test_a_bureau_is_founded_once(empty_shell: Shell) -> None:
    told = json.loads(empty_shell.said("init", *BUREAU, "--password-stdin", "--json", given=PASSWORD))
    assert told == {"bureau": "shili", "username": "gly"}
    assert "已有用户" in empty_shell.refused("init")


def test_the_link_is_printed_with_the_address(empty_shell: Shell) -> None:
    told = empty_shell.said("init", "--address", "https://liangcao.example/")
    assert "https://liangcao.example/first-start/" in told


@pytest.mark.parametrize(
    ("given", "password", "said"),
    [(BUREAU[:-2], PASSWORD, "--username"), (BUREAU, "short\n", "密码"), (BUREAU, "\n", "密码")],
    ids=["option-missing", "weak-password", "no-password"],
)
def test_what_is_missing_is_told(given: tuple[str, ...], password: str, said: str, empty_shell: Shell) -> None:
    assert said in empty_shell.refused("init", *given, "--password-stdin", given=password)
