"""Missing, old, new, foreign databases: one line with what to do; migrate makes one."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from pathlib import Path

from liangcao.interfaces import console
from tests.interfaces.commands.conftest import Shell


def test_a_missing_database_says_what_to_do(empty_shell: Shell) -> None:
    for command in (["verify"], ["figures"], ["trace", "X"], ["serve"], ["user", "token", "x"]):
        told = empty_shell.refused(*command)
        assert "还没有数据库" in told
        assert "liangcao migrate" in told
    assert "There is no database" in empty_shell.refused("verify", language="en")


def test_db_wins_over_the_environment_before_and_after_the_command(empty_shell: Shell, tmp_path: Path) -> None:
    empty_shell = replace(empty_shell, spawned=True)
    other = f"sqlite:///{tmp_path / 'other.sqlite3'}"
    assert "other.sqlite3" in empty_shell.refused("--db", other, "verify")
    assert "other.sqlite3" in empty_shell.refused("verify", "--db", other)


def test_an_address_that_is_none_is_refused(empty_shell: Shell) -> None:
    assert "数据库地址“mysql://x”不对" in Shell("mysql://x", empty_shell.home, spawned=True).refused("verify")


def test_a_server_that_does_not_answer_is_one_line(empty_shell: Shell, tmp_path: Path) -> None:
    shell = Shell(f"postgresql://nobody@/none?host={tmp_path}", tmp_path, spawned=True)
    assert "连不上数据库服务器" in shell.refused("verify", code=console.NOT_NOW)


def test_a_file_that_is_no_database_is_one_line(empty_shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "none.sqlite3").write_bytes(b"not a database at all, but long enough to look like one" * 40)
    assert "不是粮草的数据库" in empty_shell.refused("verify")


def test_migrate_makes_a_database_once(empty_shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "made").mkdir()
    made = Shell(f"sqlite:///{tmp_path / 'made' / 'deep' / 'book.sqlite3'}", tmp_path)
    assert json.loads(made.said("migrate", "--json"))["steps"] > 10
    assert "已是本版本" in replace(made, spawned=True).said("migrate")
    assert "还没有台账" in made.refused("verify")


def test_an_old_and_a_newer_database_are_refused(own_shell: Shell) -> None:
    path = own_shell.url.removeprefix("sqlite:///")
    with sqlite3.connect(path) as connection:
        connection.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('ledger', '9999_future', '2030-01-01')"
        )
    assert "更新的版本" in own_shell.refused("verify")
    with sqlite3.connect(path) as connection:
        connection.execute("DELETE FROM django_migrations WHERE name = '9999_future' OR app = 'briefing'")
    told = own_shell.refused("figures")
    assert "还差 1 步升级" in told
    assert "liangcao migrate" in told


def test_a_folder_that_cannot_be_made_is_one_line(empty_shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    told = Shell(f"sqlite:///{tmp_path / 'file' / 'book.sqlite3'}", tmp_path).refused("migrate")
    assert "不是目录" in told
