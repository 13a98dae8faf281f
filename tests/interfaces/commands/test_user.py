"""user add and user token."""

from __future__ import annotations

import json
import sqlite3

import pytest

from tests.interfaces.commands.conftest import Shell

PASSWORD = "a long pass phrase 2020"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["add", "wang", "--role", "requester"], "--organisation"),
        (["add", "wang", "--role", "requester", "--organisation", "U99"], "没有编码为 U99 的单位"),
        (["add", "wang", "--role", "buyer", "--organisation", "U05"], "本局岗位不用 --organisation"),
        (["add", "", "--role", "buyer"], "用户名"),
        (["token", "nobody"], "没有用户“nobody”"),
    ],
)
def test_refusals(arguments: list[str], said: str, shell: Shell) -> None:
    assert said in shell.refused("user", *arguments)


def test_wrong_usage(shell: Shell) -> None:
    assert "--role" in shell.refused("user", "add", "wang", "--role", "king", code=2)
    assert "--role" in shell.refused("user", "add", "wang", code=2)
    shell.refused("user", code=2)


@pytest.mark.parametrize(("password", "said"), [("short", "密码"), ("1qaz2wsx3edc", "密码"), ("", "密码")])
def test_a_weak_password_is_refused(password: str, said: str, shell: Shell) -> None:
    told = shell.refused("user", "add", "wang", "--role", "buyer", "--password-stdin", given=password + "\n")
    assert said in told
    told = shell.refused(
        "user", "add", "wang", "--role", "buyer", "--password-stdin", given=password + "\n", language="en"
    )
    assert told.isascii()


def test_add_and_token(own_shell: Shell) -> None:
    added = own_shell.said(
        "user",
        "add",
        "wang",
        "--role",
        "buyer",
        "--role",
        "coordinator",
        "--display-name",
        "采购甲",
        "--password-stdin",
        given=PASSWORD + "\n",
    )
    assert added == "已添加 wang(示例市经信局 shili,buyer coordinator)\n"
    assert "已存在" in own_shell.refused("user", "add", "wang", "--role", "buyer")
    token = own_shell.said("user", "token", "wang")
    assert token.startswith("lc_")
    assert token.count("\n") == 1
    with sqlite3.connect(own_shell.url.removeprefix("sqlite:///")) as connection:
        kept = connection.execute("SELECT password FROM identity_user WHERE username = 'wang'").fetchone()[0]
        assert PASSWORD not in kept
        roles = connection.execute("SELECT role, organisation_id FROM parties_appointment ORDER BY role").fetchall()
        assert ("buyer", None) in roles
        assert ("coordinator", None) in roles
        assert token.strip() not in str(connection.execute("SELECT * FROM identity_apitoken").fetchall())


def test_an_outside_user(own_shell: Shell) -> None:
    told = json.loads(own_shell.said("user", "add", "ward", "--role", "requester", "--organisation", "U05", "--json"))
    assert told == {"username": "ward", "roles": ["requester"], "book": "shili", "organisation": "U05"}
    assert json.loads(own_shell.said("--json", "user", "token", "ward"))["username"] == "ward"


def test_list_deactivate_unlock_and_reset(own_shell: Shell) -> None:
    own_shell.said("user", "add", "li", "--role", "buyer", "--display-name", "采购乙")
    assert "li  采购乙  采购员" in own_shell.said("user", "list")
    assert "已办理" in own_shell.said("user", "unlock", "li")
    link = own_shell.said("user", "reset", "li", "--second-factor", "--address", "https://liangcao.example/")
    assert link.startswith("https://liangcao.example/password/")
    assert own_shell.said("user", "reset", "li", "--alone").startswith("http://127.0.0.1:8000/password/")
    assert "已办理" in own_shell.said("user", "deactivate", "li")
    assert "(已停用)" in own_shell.said("user", "list")
    assert "没有用户“nobody”" in own_shell.refused("user", "unlock", "nobody")
