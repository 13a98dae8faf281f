"""Allowances hold in one process, in several, and after the machine was started again."""

from __future__ import annotations

import struct
import subprocess
import sys
from pathlib import Path

import pytest

from liangcao.config.counters import Allowance, Counters

TEN = Allowance(10, 3600.0)
CHILD = """
import sys
from pathlib import Path
from liangcao.config.counters import Allowance, Counters
counters = Counters(Path(sys.argv[1]))
print(sum(counters.hit("a", Allowance(50, 3600.0)) == 0 for _ in range(40)))
"""


def test_the_allowance_and_no_more(tmp_path: Path) -> None:
    counters = Counters(tmp_path / "rates")
    assert [counters.hit("a", TEN) for _ in range(10)] == [0.0] * 10
    wait = counters.hit("a", TEN)
    assert 0 < wait <= TEN.cost
    assert counters.hit("b", TEN) == 0, "another key has its own allowance"


def test_looking_counts_nothing(tmp_path: Path) -> None:
    counters = Counters(tmp_path / "rates")
    assert all(counters.wait("a", TEN) == 0 for _ in range(30))
    for _ in range(10):
        counters.hit("a", TEN)
    assert counters.wait("a", TEN) > 0


def test_what_is_used_up_comes_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    moment = 1000.0
    monkeypatch.setattr("liangcao.config.counters.time.monotonic", lambda: moment)
    counters = Counters(tmp_path / "rates")
    for _ in range(10):
        counters.hit("a", TEN)
    wait = counters.hit("a", TEN)
    moment += wait
    assert counters.hit("a", TEN) == 0
    assert counters.hit("a", TEN) > 0
    moment += TEN.seconds
    assert [counters.hit("a", TEN) for _ in range(10)] == [0.0] * 10


def test_processes_share_one_allowance(tmp_path: Path) -> None:
    """A file is shared by all workers: four processes with 40 events each get 50 through, not 160."""
    children = [
        subprocess.Popen([sys.executable, "-c", CHILD, str(tmp_path / "rates")], stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    assert sum(int(child.communicate(timeout=60)[0]) for child in children) == 50


def test_moments_of_an_earlier_start_lock_nobody_out(tmp_path: Path) -> None:
    """The clock that counts begins anew with the machine: what lies far ahead is left over."""
    counters = Counters(tmp_path / "rates")
    counters.hit("a", TEN)
    table = bytearray((tmp_path / "rates").read_bytes())
    place = next(place for place in range(0, len(table), 16) if table[place : place + 8] != bytes(8))
    struct.pack_into("=d", table, place + 8, 1e12)
    (tmp_path / "rates").write_bytes(bytes(table))
    assert Counters(tmp_path / "rates").hit("a", TEN) == 0


def test_a_full_table_forgets_whoever_waits_least(tmp_path: Path) -> None:
    counters = Counters(tmp_path / "rates")
    for number in range(40_000):
        assert counters.hit(f"address {number}", TEN) == 0


def test_where_no_file_can_be_made_the_process_counts_alone(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    counters = Counters(tmp_path / "file" / "rates")
    assert [bool(counters.hit("a", TEN)) for _ in range(11)] == [False] * 10 + [True]
