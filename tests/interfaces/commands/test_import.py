"""`liangcao import`: checked, imported whole, sent again, refused; on a database that it makes itself."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from liangcao.interfaces.intake.reading.tables import template
from tests.factories.imports import NEEDS, workbook
from tests.interfaces.commands.conftest import Shell


@pytest.fixture
def needs(tmp_path: Path) -> Path:
    path = tmp_path / "需求.xlsx"
    path.write_bytes(
        workbook(
            NEEDS,
            ("示例医院一", "一次性医用口罩", "", "只", 20, "", "", ""),
            ("无此单位", "一次性医用口罩", "", "只", "约30", "", "", ""),
        )
    )
    return path


def told(text: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text)
    return found


def test_a_check_writes_nothing_and_asks_for_an_unknown_unit(own_shell: Shell, needs: Path) -> None:
    for _ in range(2):
        answer = told(own_shell.said("import", "--kind", "requisitions", str(needs), "--check", "--json"))
        assert {key: answer[key] for key in ("rows", "accepted", "asked", "refused")} == {
            "rows": 2, "accepted": 1, "asked": 1, "refused": 0,
        }  # fmt: skip
        assert {(each["row"], each["code"]) for each in answer["problems"]} == {
            (3, "QUANTITY_APPROXIMATE"), (3, "ORGANISATION_UNKNOWN"),
        }  # fmt: skip
        assert all(each["message"] and each["sheet"] == "Sheet1" for each in answer["problems"])


def test_what_is_asked_is_not_imported(own_shell: Shell, needs: Path) -> None:
    done = own_shell("import", "--kind", "requisitions", str(needs), "--confirm")
    assert done.returncode == 1
    assert "没有这个名称的单位" in done.stdout
    assert "没有导入" in done.stdout


def test_a_clean_file_is_imported_once(own_shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "needs.csv"
    path.write_text("申请单位,物资,单位,数量\n示例医院一,一次性医用口罩,包,约2\n", encoding="gbk")
    line = ("import", "--kind", "requisitions", str(path), "--confirm", "--json")
    first = told(own_shell.said(*line))
    assert (first["status"], [made["kind"] for made in first["made"]]) == ("imported", ["requisition"])
    again = told(own_shell.said(*line))
    assert again["import"] == first["import"]
    assert [each["code"] for each in again["problems"]] == ["CAME_BEFORE"]
    assert again["problems"][0]["message"].startswith("同样的内容已于")
    assert "nothing was imported twice" in own_shell.said(*line, language="en")


def test_goods_are_received_by_a_file(own_shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "到货.xlsx"
    path.write_bytes(workbook(template("receipts"), ("示例捐赠人", "一次性医用口罩", "", "", "", "只", 77, "")))
    line = ["import", "--kind", "receipts", str(path), "--set", "store=S1", "--set", "source_kind=gift"]
    answer = told(own_shell.said(*line, "--json"))
    assert [made["kind"] for made in answer["made"]] == ["receipt"]
    assert told(own_shell.said("verify", "--json"))["ok"]


def test_a_missing_database_is_made(own_shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "units.csv"
    path.write_text("单位名称,地址\n示例医院甲,示例路\n示例医院乙,\n", encoding="utf-8")
    fresh = replace(own_shell, url=f"sqlite:///{tmp_path / 'new.db'}", spawned=True)
    line = ("import", "--kind", "organisations", str(path), "--set", "organisation_kind=hospital", "--json")
    assert told(fresh.said(*line))["accepted"] == 2


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--kind", "x", "{file}"), "没有“x”这类导入"),
        (("--kind", "items", "missing.xlsx"), "没有文件 missing.xlsx"),
        (("--kind", "receipts", "{file}", "--set", "store=S9"), "没有编码 S9"),
        (("--kind", "receipts", "{file}", "--set", "colour=red"), "没有“colour”这一项"),
        (("--kind", "requisitions", "{broken}"), "文件损坏"),
    ],
)
def test_a_refusal_is_one_line(
    own_shell: Shell, needs: Path, tmp_path: Path, arguments: tuple[str, ...], sentence: str
) -> None:
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(needs.read_bytes()[:300])
    line = [part.format(file=needs, broken=broken) for part in arguments]
    assert sentence in own_shell.refused("import", *line)
