"""Workbooks as people send them: what is understood, and what is refused with its sheet, row and column."""

from __future__ import annotations

import json
import random
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from liangcao.foundation.kernel.errors import Refusal
from liangcao.operations.allocation.solver import Ask, Step, Stock
from liangcao.operations.allocation.solver.workbook import read_round

from .sheets import DEMAND_HEADERS, STOCK_HEADERS, demand_book, supply_book, write_book


def _problems(
    supply: Path, demand: Path, rules: Path | None = None
) -> list[tuple[str, str | None, int | None, str | None]]:
    with pytest.raises(Refusal) as refused:
        read_round(supply, demand, rules)
    problems = refused.value.problems or (refused.value,)
    assert all(problem.zh and problem.en and problem.zh != problem.en for problem in problems)
    return [(problem.code, problem.sheet, problem.row, problem.column) for problem in problems]


def _demand_row(**cells: Any) -> list[Any]:
    values = {"申请单位": "甲", "物资": "口罩", "申请数量": 60} | cells
    return [values.get(header) for header in DEMAND_HEADERS]


@pytest.mark.parametrize(
    ("cells", "code", "column"),
    [
        ({"申请数量": -5}, "NUMBER_OUT_OF_RANGE", "申请数量"),
        ({"申请数量": "-5"}, "NUMBER_OUT_OF_RANGE", "申请数量"),
        ({"申请数量": 10**10}, "NUMBER_OUT_OF_RANGE", "申请数量"),
        ({"申请数量": 10**19}, "NUMBER_OUT_OF_RANGE", "申请数量"),
        ({"申请数量": 1e308}, "NUMBER_OUT_OF_RANGE", "申请数量"),
        ({"申请数量": 99.99999999}, "NUMBER_FRACTION", "申请数量"),
        ({"申请数量": "0.5"}, "NUMBER_FRACTION", "申请数量"),
        ({"申请数量": "约500"}, "NUMBER_APPROXIMATE", "申请数量"),
        ({"申请数量": "5箱"}, "NOT_A_NUMBER", "申请数量"),
        ({"申请数量": "1,2"}, "NOT_A_NUMBER", "申请数量"),
        ({"申请数量": "NaN"}, "NOT_A_NUMBER", "申请数量"),
        ({"申请数量": True}, "NOT_A_NUMBER", "申请数量"),
        ({"申请数量": datetime(2026, 3, 1)}, "NOT_A_NUMBER", "申请数量"),  # noqa: DTZ001
        ({"申请数量": "=1+1"}, "FORMULA_WITHOUT_RESULT", "申请数量"),
        ({"上限": "=A1"}, "FORMULA_WITHOUT_RESULT", "上限"),
        ({"申请数量": "#N/A"}, "CELL_ERROR", "申请数量"),
        ({"申请单位": "  \u200b"}, "CELL_EMPTY", "申请单位"),
        ({"物资": None}, "CELL_EMPTY", "物资"),
        ({"物资": "口\u202e罩"}, "CONTROL_CHARACTER", "物资"),
        ({"物资": "长" * 501}, "TEXT_TOO_LONG", "物资"),
        ({"申请单位": 1.10101e17}, "NUMBER_CUT", "申请单位"),
        ({"包装": 30, "上限": 20}, "PACK_OVER_CAP", "包装"),
        ({"权重": 1.5}, "NUMBER_FRACTION", "权重"),
        ({"档": "一"}, "NOT_A_NUMBER", "档"),
        ({"替代品": "口罩"}, "SUBSTITUTE_REPEATED", "替代品"),
    ],
)
def test_read_round_refuses_a_cell_of_the_demand(tmp_path: Path, cells: dict[str, Any], code: str, column: str) -> None:
    demand = demand_book(tmp_path, _demand_row(申请单位="乙"), _demand_row(**cells))

    assert _problems(supply_book(tmp_path), demand) == [(code, "需求", 3, column)]


@pytest.mark.parametrize(
    "written",
    ["2026-02-30", "20260230", "26/3/1", "2026-03", "2026.13.01", "下月", 45000, "0000-01-01", "2026年2月30日"],
)
def test_read_round_refuses_a_bad_expiry(tmp_path: Path, written: object) -> None:
    supply = supply_book(tmp_path, ["一库", "口罩", "A", written, 5])

    assert _problems(supply, demand_book(tmp_path)) == [("DATE_INVALID", "库存", 2, "失效日期")]


@pytest.mark.parametrize(
    "written", ["2026-03-01", "2026/3/1", "2026.3.1", "2026年3月1日", "20260301", 20260301, date(2026, 3, 1)]
)
def test_read_round_understands_a_date(tmp_path: Path, written: object) -> None:
    round_, _ = read_round(supply_book(tmp_path, ["一库", "口罩", "A", written, 5]), demand_book(tmp_path))

    assert round_.stocks[0].expiry == date(2026, 3, 1)


@pytest.mark.parametrize("header", ["仓库", "物资", "数量"])
def test_read_round_refuses_a_supply_without_a_header(tmp_path: Path, header: str) -> None:
    supply = supply_book(tmp_path, headers=["其他" if name == header else name for name in STOCK_HEADERS])

    assert _problems(supply, demand_book(tmp_path)) == [("HEADER_MISSING", "库存", 1, header)]


@pytest.mark.parametrize("header", ["申请单位", "物资", "申请数量"])
def test_read_round_refuses_a_demand_without_a_header(tmp_path: Path, header: str) -> None:
    demand = demand_book(tmp_path, headers=[name for name in DEMAND_HEADERS if name != header])

    assert ("HEADER_MISSING", "需求", 1, header) in _problems(supply_book(tmp_path), demand)


def test_read_round_refuses_a_header_twice_in_either_language(tmp_path: Path) -> None:
    demand = demand_book(tmp_path, headers=[*DEMAND_HEADERS, "Cap"])

    assert _problems(supply_book(tmp_path), demand) == [("HEADER_REPEATED", "需求", 1, "上限")]


@pytest.mark.parametrize(
    ("step", "code", "column"),
    [
        (["3-1", "申请", "同比例"], "STEP_WHOM_UNKNOWN", "对象"),
        (["丙", "申请", "同比例"], "STEP_WHOM_UNKNOWN", "对象"),
        (["全部", "随便", "同比例"], "STEP_TARGET_UNKNOWN", "目标"),
        (["全部", "天数", "等天数"], "STEP_TARGET_UNKNOWN", "目标"),
        (["全部", "天数 0", "等天数"], "STEP_TARGET_UNKNOWN", "目标"),
        (["全部", "天数 1.5", "等天数"], "STEP_TARGET_UNKNOWN", "目标"),
        (["全部", "申请", "抽签"], "STEP_HOW_UNKNOWN", "方式"),
        (["全部", "申请", None], "CELL_EMPTY", "方式"),
        ([date(2026, 1, 3), "申请", "同比例"], "TIER_BECAME_DATE", "对象"),
    ],
)
def test_read_round_refuses_a_step(tmp_path: Path, step: list[Any], code: str, column: str) -> None:
    demand = demand_book(tmp_path, steps=[["全部", "保底", "同比例"], step])

    assert _problems(supply_book(tmp_path), demand) == [(code, "步骤", 3, column)]


def test_read_round_refuses_weights_that_are_all_zero(tmp_path: Path) -> None:
    demand = demand_book(tmp_path, _demand_row(权重=0), steps=[["全部", "申请", "按权重"]])

    assert _problems(supply_book(tmp_path), demand) == [("WEIGHTS_ALL_ZERO", "步骤", 2, "方式")]


def test_read_round_tells_the_problems_of_both_workbooks_at_once(tmp_path: Path) -> None:
    supply = supply_book(
        tmp_path, ["一库", "口罩", "A", "昨天", "五"], ["", "口罩", "A", None, 5], ["一库", "帽", "", None, -1]
    )
    demand = demand_book(
        tmp_path, _demand_row(), _demand_row(), _demand_row(申请单位="乙", 保底=-1, 包装=0), steps=[["全部", "x", "y"]]
    )

    assert sorted(_problems(supply, demand), key=str) == sorted(
        [
            ("DATE_INVALID", "库存", 2, "失效日期"),
            ("NOT_A_NUMBER", "库存", 2, "数量"),
            ("CELL_EMPTY", "库存", 3, "仓库"),
            ("NUMBER_OUT_OF_RANGE", "库存", 4, "数量"),
            ("LINE_REPEATED", "需求", 3, "申请单位"),
            ("NUMBER_OUT_OF_RANGE", "需求", 4, "保底"),
            ("NUMBER_OUT_OF_RANGE", "需求", 4, "包装"),
            ("STEP_TARGET_UNKNOWN", "步骤", 2, "目标"),
            ("STEP_HOW_UNKNOWN", "步骤", 2, "方式"),
        ],
        key=str,
    )


def test_read_round_refuses_boxes_beside_pieces(tmp_path: Path) -> None:
    supply = supply_book(tmp_path, ["一库", "口罩", "A", None, 5, "只"], ["一库", "口罩", "B", None, 5, "箱"])

    assert _problems(supply, demand_book(tmp_path)) == [("UNIT_MIXED", "库存", 3, "单位")]


def test_read_round_refuses_a_merged_number_and_fills_a_merged_name(tmp_path: Path) -> None:
    demand = demand_book(tmp_path, ["甲", "口罩", 5], [None, "帽", 6])
    book = openpyxl.load_workbook(demand)
    book["需求"].merge_cells("A2:A3")
    book.save(demand)
    round_, _ = read_round(supply_book(tmp_path), demand)
    assert [(ask.requester, ask.item) for ask in round_.asks] == [("甲", "口罩"), ("甲", "帽")]

    book["需求"].merge_cells("C2:C3")
    book.save(demand)
    assert _problems(supply_book(tmp_path), demand) == [("NUMBER_MERGED", "需求", 2, "申请数量")]


def test_read_round_refuses_files_that_are_no_workbook(tmp_path: Path) -> None:
    text, cut, bomb, macro, unsafe = (tmp_path / f"{name}.xlsx" for name in ("text", "cut", "bomb", "macro", "unsafe"))
    text.write_text("仓库,物资,数量\n", encoding="utf-8")
    cut.write_bytes(supply_book(tmp_path).read_bytes()[:2000])
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"<row/>" * 20_000_000)
    for path, member, content in [
        (macro, "xl/vbaProject.bin", b""),
        (unsafe, "xl/evil.xml", b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e "x">]><x/>'),
    ]:
        path.write_bytes(supply_book(tmp_path).read_bytes())
        with zipfile.ZipFile(path, "a") as archive:
            archive.writestr(member, content)
    demand = demand_book(tmp_path)

    codes = {
        path.stem: _problems(path, demand)[0][0] for path in (text, cut, bomb, macro, unsafe, tmp_path / "none.xlsx")
    }

    assert codes == {
        "text": "FILE_DAMAGED", "cut": "FILE_DAMAGED", "bomb": "FILE_UNPACKS_TOO_LARGE", "macro": "FILE_WITH_MACROS",
        "unsafe": "FILE_UNSAFE", "none": "FILE_MISSING",
    }  # fmt: skip


def test_read_round_refuses_a_cell_at_the_far_end_of_the_sheet(tmp_path: Path) -> None:
    supply = supply_book(tmp_path)
    book = openpyxl.load_workbook(supply)
    book["库存"]["A200001"] = "x"
    book.save(supply)

    assert _problems(supply, demand_book(tmp_path))[0][0] == "TOO_MANY_ROWS"


def test_read_round_refuses_a_missing_sheet_of_either_file_at_once(tmp_path: Path) -> None:
    supply = write_book(tmp_path / "S.xlsx", {"甲": [["x"]], "乙": [["x"]]})
    demand = write_book(tmp_path / "D.xlsx", {"甲": [["x"]], "乙": [["x"]]})

    assert [problem[:2] for problem in _problems(supply, demand)] == [
        ("SHEET_MISSING", "库存"),
        ("SHEET_MISSING", "需求"),
    ]


def test_read_round_refuses_an_empty_demand(tmp_path: Path) -> None:
    assert _problems(supply_book(tmp_path), demand_book(tmp_path, [None]))[0][0] == "NOTHING_ASKED"


def test_read_round_takes_headers_in_english_in_any_order_below_a_title(tmp_path: Path) -> None:
    supply = write_book(
        tmp_path / "S.xlsx",
        {
            "Stock": [
                ["库存日报"],
                [],
                ["Quantity（只）", "STORE ", "item*", "Expiry", "备注"],
                ["１，２００", "一库", "口罩", None, "好"],
            ]
        },
    )
    demand = write_book(
        tmp_path / "D.xlsx",
        {
            "demand": [
                ["on hand", "requester", "item", "requested", "daily_use", "substitutes", "pack"],
                [" 7", "甲\u00a0医院\u200b", "口罩", "1 200", "２０", "帽，面罩; 手套", None],
                [None, None, " ", None],
                ["", "00123", "帽", "", None, None, "10"],
                ["合计", None, None, 1200],
            ],
            "Steps": [
                ["how", "whom", "target"],
                ["equal cover", "tier 1-3", "days 3"],
                ["等天数", "甲医院", "３天"],
                ["Fill", "ALL", "request"],
            ],
        },
    )  # fmt: skip

    round_, notices = read_round(supply, demand)

    assert round_.stocks == (Stock("一库", "口罩", "", None, 1200),)
    assert round_.asks == (
        Ask("甲 医院", "口罩", 1200, on_hand=7, daily_use=20, substitutes=("帽", "面罩", "手套")),
        Ask("00123", "帽", None, pack=10),
    )
    assert round_.steps == (
        Step("1-3", "days", "equal_cover", 3),
        Step("甲 医院", "days", "equal_cover", 3),
        Step("all", "request", "fill"),
    )
    assert {notice.code for notice in notices} == {"HEADER_UNKNOWN", "TOTAL_ROW_SKIPPED", "SIGNS_REMOVED"}


def test_read_round_takes_two_spellings_of_a_name_as_one_and_says_so(tmp_path: Path) -> None:
    demand = demand_book(tmp_path, ["甲(东)", "Ｎ９５", 5], ["甲（东）", "帽", 5])
    round_, notices = read_round(supply_book(tmp_path, ["一库", "N95", "", None, 9, "", "甲（东）"]), demand)

    assert {ask.requester for ask in round_.asks} == {"甲(东)"}
    assert round_.stocks[0].earmark == "甲(东)"
    assert round_.stocks[0].item == round_.asks[0].item == "N95"
    assert [notice.code for notice in notices] == ["NAME_SPELLED_DIFFERENTLY"] * 2


def test_read_round_without_steps_serves_tier_after_tier(tmp_path: Path) -> None:
    round_, _ = read_round(supply_book(tmp_path), demand_book(tmp_path, _demand_row(档=2), _demand_row(申请单位="乙")))

    assert round_.steps == (Step("1", "request", "fill"), Step("2", "request", "fill"))


def test_read_round_takes_rules_from_json_or_a_workbook(tmp_path: Path) -> None:
    supply, demand = supply_book(tmp_path), demand_book(tmp_path, steps=[["全部", "申请", "同比例"]])
    steps = [
        {"whom": 1, "target": "天数 3", "how": "等天数"},
        {"whom": "all", "target": "request", "how": "proportional"},
    ]
    rules = tmp_path / "rules.json"
    rules.write_text(json.dumps({"steps": steps}), encoding="utf-8")
    book = write_book(
        tmp_path / "rules.xlsx",
        {"步骤": [["对象", "目标", "方式"], ["1", "天数3", "等天数"], ["全部", "申请", "按权重"]]},
    )
    expected = (Step("1", "days", "equal_cover", 3), Step("all", "request", "proportional"))

    assert read_round(supply, demand, rules)[0].steps == expected
    assert read_round(supply, demand, book)[0].steps == expected


@pytest.mark.parametrize("content", ["", "{", "[1]", '{"steps": 5}', '[{"whom": "1"}', "[" * 100_000])
def test_read_round_refuses_unreadable_rules(tmp_path: Path, content: str) -> None:
    rules = tmp_path / "rules.json"
    rules.write_text(content, encoding="utf-8")

    assert _problems(supply_book(tmp_path), demand_book(tmp_path), rules)[0][0] == "RULES_UNREADABLE"


def test_read_round_refuses_or_reads_every_damaged_workbook(tmp_path: Path) -> None:
    supply, demand, damaged = supply_book(tmp_path), demand_book(tmp_path), tmp_path / "damaged.xlsx"
    content, dice, refused = supply.read_bytes(), random.Random(7), 0
    for _ in range(300):
        mutant = bytearray(content)
        for _ in range(dice.randint(1, 20)):
            mutant[dice.randrange(len(mutant))] = dice.randrange(256)
        damaged.write_bytes(mutant[: dice.choice([len(mutant), dice.randrange(len(mutant))])])
        try:
            read_round(damaged, demand)
        except Refusal:
            refused += 1
    assert refused > 100
