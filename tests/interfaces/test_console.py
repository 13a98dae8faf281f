"""The console: what it does before any command runs, and that every failure is one line."""

from __future__ import annotations

import errno
import subprocess
import sys

import pytest

from liangcao.foundation.kernel.errors import Conflict
from liangcao.interfaces import console
from liangcao.interfaces.commands.failures import sentence_of
from liangcao.interfaces.commands.words import language


@pytest.fixture(autouse=True)
def chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LIANGCAO_LANGUAGE", "zh")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nothing"], "没有命令“nothing”"),
        (["--json"], "缺少命令"),
        (["verify", "--nothing"], "不认识的参数 --nothing。用法见 liangcao verify --help"),
        (["trace"], "缺少参数 REF"),
        (["export", "--format", "pdf", "-o", "x"], "--format 不能是 'pdf',只能是 'jsonl', 'xlsx', 'epcis' 之一"),
        (["serve", "--workers", "many"], "--workers 的值 'many' 不对"),
        (["serve", "--workers"], "--workers 后面要有一个值"),
    ],
)
def test_wrong_usage_is_one_line_and_two(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert console.main(arguments) == 2
    printed = capsys.readouterr()
    assert said in printed.err
    assert printed.err.count("\n") == 1
    assert printed.out == ""


def test_english_usage(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("LIANGCAO_LANGUAGE", "en")
    assert console.main(["trace"]) == 2
    assert capsys.readouterr().err == "The following arguments are required: REF. See liangcao trace --help\n"


@pytest.mark.parametrize("name", sorted(console.COMMANDS))
def test_every_command_has_help_in_both_languages(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert console.main([name, "--help"]) == 0
    chinese = capsys.readouterr().out
    assert chinese.startswith(f"用法:liangcao {name}")
    assert console.COMMANDS[name].zh in chinese
    monkeypatch.setenv("LIANGCAO_LANGUAGE", "en")
    assert console.main([name, "--help"]) == 0
    english = capsys.readouterr().out
    assert english.startswith(f"usage: liangcao {name}")
    assert "--db" in english
    assert not [letter for letter in english if "一" <= letter <= "鿿" and name != "plan"]


def test_no_command_shows_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert console.main([]) == 0
    assert "每个命令都有 --help。" in capsys.readouterr().out


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert console.main(["--version"]) == 0
    assert capsys.readouterr().out.strip().count(".") == 2


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, "zh-hans"),
        ({"LANG": "en_US.UTF-8"}, "en"),
        ({"LANG": "C.UTF-8"}, "zh-hans"),
        ({"LANG": "zh_CN.UTF-8"}, "zh-hans"),
        ({"LC_ALL": "zh_CN.UTF-8", "LANG": "en_GB.UTF-8"}, "zh-hans"),
        ({"LIANGCAO_LANGUAGE": "en", "LANG": "zh_CN.UTF-8"}, "en"),
    ],
)
def test_language(variables: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LIANGCAO_LANGUAGE")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert language() == expected


class _Failing:
    """A command module that fails in a given way."""

    def __init__(self, error: BaseException) -> None:
        self.error = error

    def add_arguments(self, parser: object) -> None:
        """Nothing."""

    def run(self, args: object) -> int:
        """Fail."""
        raise self.error


def fail_with(error: BaseException, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(console.importlib, "import_module", lambda _: _Failing(error))
    return console.main(["verify"])


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (Conflict("X", "库存不足\n请减少数量", "short"), 1, "库存不足 请减少数量"),
        (OSError(errno.ENOSPC, "No space left on device", "a.xlsx"), 75, "磁盘已满,未写完 a.xlsx"),
        (PermissionError(errno.EACCES, "Permission denied", "a.xlsx"), 1, "没有权限写入或读取 a.xlsx"),
        (OSError(errno.EROFS, "Read-only file system", "a.xlsx"), 75, "没有权限写入或读取 a.xlsx"),
        (FileNotFoundError(errno.ENOENT, "No such file", "a.xlsx"), 1, "没有这个文件或目录:a.xlsx"),
        (IsADirectoryError(errno.EISDIR, "Is a directory", "folder"), 1, "folder 是目录"),
        (OSError(errno.EADDRINUSE, "in use"), 1, "端口已被占用"),
        (ZeroDivisionError("division by zero"), 70, "程序内部出错(ZeroDivisionError: division by zero)"),
    ],
)
def test_every_failure_is_one_line(
    error: Exception, code: int, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert fail_with(error, monkeypatch) == code
    printed = capsys.readouterr().err
    assert printed.startswith(said)
    assert printed.count("\n") == 1


def test_debug_shows_the_trace(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("LIANGCAO_DEBUG", "1")
    fail_with(ZeroDivisionError("x"), monkeypatch)
    assert "Traceback" in capsys.readouterr().err


def test_ctrl_c_is_quiet(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert fail_with(KeyboardInterrupt(), monkeypatch) == 130
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ("database or disk is full", "磁盘已满"),
        ("attempt to write a readonly database", "数据库只读"),
        ("file is not a database", "不是粮草的数据库"),
        ("no such table: ledger_move", "liangcao migrate"),
        ('relation "ledger_move" does not exist', "liangcao migrate"),
        ("unable to open database file", "打不开数据库文件"),
        ("database is locked", "数据库正忙"),
        ("connection failed: Connection refused", "连不上数据库服务器"),
    ],
)
def test_what_the_database_says_becomes_a_sentence(told: str, said: str) -> None:
    from django.db.utils import OperationalError

    assert said in (sentence_of(OperationalError(told)) or "")


def test_a_reader_that_goes_away_is_no_failure() -> None:
    """`liangcao --help | head -1` ends quietly."""
    done = subprocess.run(
        f"{sys.executable} -m liangcao.interfaces.console --help | head -1",
        shell=True,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
