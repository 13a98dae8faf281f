"""briefing, figures and export: files by their ending, the same bytes twice, one book or a named one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from docx import Document
from python_calamine import CalamineWorkbook

from liangcao.interfaces import console
from tests.interfaces.commands.conftest import Shell

DAY = "2020-02-03"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["briefing", DAY, "-o", "a.odt"], "可用 .docx .pdf .xlsx .json .txt"),
        (["briefing", "3 February", "-o", "a.docx"], "要写成 2020-02-03"),
        (["briefing", "2099-01-01", "-o", "a.docx"], "还没有到"),
        (["briefing", DAY, "-o", "no/such/folder/a.docx"], "没有目录 no/such/folder"),
        (["figures", "--date", "2020-02-31"], "要写成 2020-02-03"),
        (["figures", "--book", "xicheng"], "没有台账“xicheng”。现有:shili"),
        (["export", "--format", "xlsx", "-o", "a.xlsx"], "请用 --kind 指明登记表"),
        (["export", "--format", "jsonl", "-o", "a.jsonl", "--from", DAY], "整本台账"),
        (
            ["export", "--format", "xlsx", "--kind", "stock", "-o", "a.xlsx", "--from", DAY, "--to", "2020-02-01"],
            "晚于截止日期",
        ),
    ],
)
def test_refusals(arguments: list[str], said: str, shell: Shell) -> None:
    assert said in shell.refused(*arguments)
    assert not Path(arguments[-1]).exists()


def test_several_books_need_a_name(two_books: Shell) -> None:
    assert "有 2 本台账,请用 --book 指明:beicheng shili" in two_books.refused("figures")
    told = json.loads(two_books.said("figures", "--date", DAY, "--book", "beicheng", "--json"))
    assert {figure["scope"] for figure in told["figures"]} == {"beicheng"}
    assert json.loads(two_books.said("figures", "--date", DAY, "--book", "BEICHENG", "--json")) == told


def test_files_by_their_ending(shell: Shell, tmp_path: Path) -> None:
    for ending in ("docx", "pdf", "xlsx", "json", "txt"):
        for name in ("first", "second"):
            shell.said("briefing", DAY, "-o", str(tmp_path / f"{name}.{ending}"))
        assert (tmp_path / f"first.{ending}").read_bytes() == (tmp_path / f"second.{ending}").read_bytes()
    assert "应急物资保障情况通报" in Document(str(tmp_path / "first.docx")).paragraphs[0].text
    assert CalamineWorkbook.from_path(str(tmp_path / "first.xlsx")).sheet_names[0] == "通报"
    assert "累计采购" in (tmp_path / "first.txt").read_text(encoding="utf-8")
    assert json.loads((tmp_path / "first.json").read_text()) == json.loads(
        shell.said("figures", "--date", DAY, "--json")
    )


def test_english_files(shell: Shell, tmp_path: Path) -> None:
    shell.said("briefing", DAY, "-o", str(tmp_path / "a.txt"), language="en")
    assert "1. What came in" in (tmp_path / "a.txt").read_text()


def test_figures_as_lines(shell: Shell) -> None:
    lines = shell.said("figures", "--date", DAY).splitlines()
    assert "purchase.T-mask.total\t采购入库:一次性医用口罩(累计)\t46,500 只" in lines


def test_a_full_disk_is_one_line(shell: Shell) -> None:
    assert "磁盘已满" in shell.refused("export", "--format", "jsonl", "-o", "/dev/full", code=console.NOT_NOW)


def test_export_to_standard_output(shell: Shell) -> None:
    lines = shell.said("export", "--format", "jsonl", "-o", "-").splitlines()
    documents = [line for line in lines if not line.startswith('{"journal_')]
    assert [json.loads(line)["seq"] for line in documents] == list(range(1, len(documents) + 1))
    assert len(documents) < len(lines)


@pytest.mark.parametrize(
    ("kind", "title"),
    [("stock", "物资储备明细表"), ("receipts", "入库台账"), ("issues", "出库台账"), ("handouts", "物资发放登记表")],
)
def test_registers_as_excel(kind: str, title: str, shell: Shell, tmp_path: Path) -> None:
    told = []
    for name in ("first", "second"):
        arguments = ["--kind", kind, "--from", "2020-02-01", "--to", DAY, "-o", str(tmp_path / f"{name}.xlsx")]
        told.append(json.loads(shell.said("export", "--format", "xlsx", "--json", *arguments)))
    assert (tmp_path / "first.xlsx").read_bytes() == (tmp_path / "second.xlsx").read_bytes()
    rows = CalamineWorkbook.from_path(str(tmp_path / "first.xlsx")).get_sheet_by_name(title).to_python()
    assert f"共 {told[0]['rows']} 行" in [row[0] for row in rows]
    assert told[0]["rows"] > 0
