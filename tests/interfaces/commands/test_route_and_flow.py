"""`liangcao route` and `liangcao flow` as a person runs them: what they print, one line for each problem, exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.interfaces.commands.conftest import Shell

INSTANCE = """NAME : tiny
TYPE : CVRP
DIMENSION : 3
CAPACITY : 10
EDGE_WEIGHT_TYPE : EUC_2D
NODE_COORD_SECTION
1 0 0
2 0 30
3 40 0
DEMAND_SECTION
1 0
2 6
3 5
DEPOT_SECTION
1
-1
EOF
"""
NETWORK = "p min 2 1\nn 1 4\nn 2 -4\na 1 2 0 5 3\n"


@pytest.fixture
def shell(empty_shell: Shell) -> Shell:
    return empty_shell


def written(folder: Path, name: str, text: str) -> str:
    (folder / name).write_text(text, encoding="utf-8")
    return str(folder / name)


def test_routes_as_text_and_as_json(shell: Shell, tmp_path: Path) -> None:
    file = written(tmp_path, "tiny.vrp", INSTANCE)
    done = shell("route", file, "--seconds", "0.2")
    assert done.returncode == 0
    *routes, cost = done.stdout.splitlines()
    assert sorted(line.partition(": ")[2] for line in routes) == ["1", "2"]
    assert (routes[0][:9], cost) == ("Route #1:", "Cost 140")
    told = json.loads(shell("route", file, "--seconds", "0.2", "--json").stdout)
    assert (told["cost"], sorted(told["routes"]), told["rounding"]) == (140, [[1], [2]], "round")


def test_a_route_that_cannot_be_is_one_line_and_a_code(shell: Shell, tmp_path: Path) -> None:
    done = shell("route", written(tmp_path, "heavy.vrp", INSTANCE.replace("2 6", "2 60")))
    assert (done.returncode, done.stdout) == (1, "")
    assert "第 1 站要 60" in done.stderr.splitlines()[0]
    english = shell("route", str(tmp_path / "none.vrp"), language="en")
    assert (english.returncode, len(english.stderr.splitlines())) == (1, 1)
    assert "There is no such file" in english.stderr
    assert shell("route", str(tmp_path / "none.vrp"), "--seconds", "-1").returncode == 2


def test_a_flow_as_json_and_in_the_format_of_its_file(shell: Shell, tmp_path: Path) -> None:
    file = written(tmp_path, "a.dmx", NETWORK)
    assert json.loads(shell("flow", file, "--json").stdout) == {"ok": True, "cost": 12, "flows": [[1, 2, 4]]}
    assert shell("flow", file).stdout == "s 12\nf 1 2 4\n"


def test_a_flow_that_cannot_be(shell: Shell, tmp_path: Path) -> None:
    done = shell("flow", written(tmp_path, "a.dmx", NETWORK.replace("0 5 3", "0 3 3")))
    assert done.returncode == 1
    assert "无可行流" in done.stderr
    wrong = shell("flow", written(tmp_path, "b.dmx", NETWORK + "a 1 9 0 5 3\nx\n"), "--json")
    assert wrong.returncode == 1
    assert [problem["row"] for problem in json.loads(wrong.stdout)["problems"]] == [5, 6]
