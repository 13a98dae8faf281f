"""`liangcao demo` on a database that is not there yet."""

from __future__ import annotations

import json
import re
import socket

import pytest

from liangcao.interfaces import console
from tests.rig.databases import TestDatabase

ACCOUNT = re.compile(r"^(\S+) / (\S+)  ", re.MULTILINE)


def demo(*arguments: str) -> int:
    return console.main(["demo", *arguments])


def test_demo_makes_the_database_loads_a_book_and_exits(
    empty_database: TestDatabase, capsys: pytest.CaptureFixture[str]
) -> None:
    assert demo("--scenario", "seeds", "--book", "chongqing", "--no-serve") == 0
    printed = capsys.readouterr().out
    accounts = dict(ACCOUNT.findall(printed))
    assert len(accounts) == 11
    assert accounts["cq-cangguan"] == "liangcao-cq-2020"
    assert "重庆市经信委" in printed


def test_demo_twice_says_the_same_accounts(fresh_database: TestDatabase, capsys: pytest.CaptureFixture[str]) -> None:
    assert demo("--book", "chongqing", "--no-serve", "--json") == 0
    first = json.loads(capsys.readouterr().out)
    assert demo("--book", "chongqing", "--no-serve", "--json") == 0
    assert json.loads(capsys.readouterr().out) == first
    assert first["address"] is None
    assert {account["role"] for account in first["accounts"]} >= {"storekeeper", "leader", "requester"}


def test_demo_refuses_a_port_in_use_before_it_fills(
    fresh_database: TestDatabase, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        assert demo("--port", str(held.getsockname()[1])) == console.REFUSED
    told = capsys.readouterr()
    assert "端口" in told.err
    assert told.out == ""


def test_demo_refuses_an_unknown_book(capsys: pytest.CaptureFixture[str]) -> None:
    assert demo("--book", "nowhere") == console.WRONG_USAGE
    assert "nowhere" in capsys.readouterr().err
