"""`liangcao plan` from the outside: files, exit codes, both languages, and the example of the how-to page."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from liangcao.interfaces import console
from liangcao.operations.allocation.solver import solve
from liangcao.operations.allocation.solver.workbook import plan_workbook, read_round

from .sheets import demand_book, read_book, supply_book, write_book

HOW_TO = Path(__file__).parents[4] / "docs" / "how-to" / "plan-from-workbooks.md"


@pytest.fixture(autouse=True)
def chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests speak Chinese unless they say otherwise."""
    monkeypatch.setenv("LIANGCAO_LANGUAGE", "zh")


def _plan(*arguments: object) -> int:
    return console.main(["plan", *map(str, arguments)])


def test_plan_refuses_with_one_line_for_each_problem(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    demand = demand_book(tmp_path, ["甲", "口罩", -1], ["乙", "口罩", "约5"])
    output = tmp_path / "PLAN.xlsx"

    assert _plan(supply_book(tmp_path), demand, "-o", output) == 1

    told = capsys.readouterr().err.splitlines()
    assert len(told) == 2
    assert {line.split(":")[0] for line in told} == {"需求 第 2 行 申请数量", "需求 第 3 行 申请数量"}
    assert not output.exists()


def test_plan_refuses_in_english_and_as_json(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIANGCAO_LANGUAGE", "en")

    assert _plan(supply_book(tmp_path), demand_book(tmp_path, ["甲", "口罩", 1.5]), "--json") == 1

    captured = capsys.readouterr()
    assert captured.err.startswith("需求 row 2 申请数量: 1.5 is not whole")
    answer = json.loads(captured.out)
    assert answer["problems"][0] | {"message": ""} == {
        "code": "NUMBER_FRACTION", "message": "", "sheet": "需求", "row": 2, "column": "申请数量",
    }  # fmt: skip


def test_plan_refuses_to_write_nowhere_or_over_its_input(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    supply, demand = supply_book(tmp_path), demand_book(tmp_path)
    before = supply.read_bytes()

    assert _plan(supply, demand) != 0
    assert _plan(supply, demand, "-o", supply) != 0
    assert _plan(supply, demand, "-o", tmp_path / "no" / "PLAN.xlsx") != 0
    assert _plan(supply, tmp_path / "none.xlsx", "-o", tmp_path / "PLAN.xlsx") != 0
    assert supply.read_bytes() == before
    assert len(capsys.readouterr().err.splitlines()) == 4


def test_plan_writes_what_the_library_writes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    supply, demand, output = supply_book(tmp_path), demand_book(tmp_path), tmp_path / "PLAN.xlsx"

    assert _plan(supply, demand, "-o", output) == 0

    assert output.read_bytes() == plan_workbook(solve(read_round(supply, demand)[0]))
    assert "1 行,共 60 件" in capsys.readouterr().out


def test_plan_prints_one_json_object_and_warnings_on_stderr(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    demand = demand_book(tmp_path, ["甲", "口罩", 150], ["甲", "手套", 5])

    assert _plan(supply_book(tmp_path), demand, "--json") == 0

    captured = capsys.readouterr()
    answer = json.loads(captured.out)
    assert [(line["requester"], line["allocated"], line["lot"]) for line in answer["lines"]] == [("甲", 100, "A1")]
    assert [(u["item"], u["gap"], u["code"]) for u in answer["unmet"]] == [
        ("口罩", 50, "stock_out"),
        ("手套", 5, "no_stock"),
    ]
    assert [warning["code"] for warning in answer["warnings"]] == ["ITEM_NOT_IN_STOCK"]
    assert captured.err.startswith("提示 需求 第 3 行 物资: 库存中没有“手套”")


def test_plan_does_not_import_django(tmp_path: Path) -> None:
    arguments = ["plan", str(supply_book(tmp_path)), str(demand_book(tmp_path)), "--json"]
    program = f"import sys; from liangcao.interfaces import console; console.main({arguments!r}); sys.exit('django' in sys.modules)"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}

    assert (
        subprocess.run([sys.executable, "-c", program], env=environment, check=False, capture_output=True).returncode
        == 0
    )


def _tables_of_page() -> list[list[list[Any]]]:
    """The Markdown tables of the how-to page, in order."""
    tables: list[list[list[Any]]] = [[]]
    for line in HOW_TO.read_text(encoding="utf-8").splitlines():
        if line.startswith("|"):
            cells = [cell.strip() or None for cell in line.strip().strip("|").split("|")]
            if not all(cell and set(cell) == {"-"} for cell in cells):
                tables[-1].append(cells)
        elif tables[-1]:
            tables.append([])
    return tables


def test_plan_of_the_how_to_page_gives_the_plan_of_the_page(tmp_path: Path) -> None:
    stock, demand, steps, plan, *_ = _tables_of_page()
    write_book(tmp_path / "SUPPLY.xlsx", {"库存": stock})
    write_book(tmp_path / "DEMAND.xlsx", {"需求": demand, "步骤": steps})
    command = next(line for line in HOW_TO.read_text(encoding="utf-8").splitlines() if line.startswith("liangcao plan"))
    arguments = [str(tmp_path / word) if word.endswith(".xlsx") else word for word in command.split()[1:]]

    assert console.main(arguments) == 0

    rows = read_book(tmp_path / "PLAN.xlsx")["分配方案"]
    assert [list(map(str, row[:5])) for row in rows] == [list(map(str, row)) for row in plan]
    assert rows[-1][0] == "第二医院"
    assert rows[-1][5] in HOW_TO.read_text(encoding="utf-8")
