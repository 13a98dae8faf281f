"""The plan workbook: its three sheets, its bytes, and names that look like formulas."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from io import BytesIO

import openpyxl

from liangcao.operations.allocation.solver import Ask, Notice, Round, Step, Stock, solve
from liangcao.operations.allocation.solver.workbook import plan_workbook

ROUND = Round(
    (
        Stock("一库", "口罩", "00123", date(2026, 3, 1), 50),
        Stock("二库", "口罩", "", None, 30),
        Stock("一库", "帽", "捐", None, 9, "甲"),
    ),
    (Ask('=HYPERLINK("http://x")', "口罩", 60), Ask("甲", "口罩", 60), Ask("甲", "帽", 4)),
    (Step("all", "request", "fill"),),
)


def test_plan_workbook_has_the_agreed_sheets() -> None:
    book = openpyxl.load_workbook(BytesIO(plan_workbook(solve(ROUND))))
    rows = {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}

    assert list(rows) == ["分配方案", "汇总", "未满足", "定向保留"]
    assert rows["分配方案"][0] == ("申请单位", "物资", "分配数量", "仓库", "批号", "理由")
    assert rows["分配方案"][1][:5] == ('=HYPERLINK("http://x")', "口罩", 40, "一库", "00123")
    assert [row[2] for row in rows["分配方案"][1:]] == [40, 10, 30, 4]
    assert rows["汇总"] == [("物资", "库存", "分配", "剩余"), ("口罩", 80, 80, 0), ("帽", 9, 4, 5)]
    assert rows["未满足"][0] == ("申请单位", "物资", "缺口", "理由")
    assert rows["未满足"][1][:3] == ('=HYPERLINK("http://x")', "口罩", 20)
    assert rows["定向保留"][1][:5] == ("甲", "帽", 5, "一库", "捐")
    assert all(row[-1] for sheet in ("分配方案", "未满足") for row in rows[sheet])


def test_plan_workbook_writes_names_as_text_never_as_formulas() -> None:
    names = ["=1+1", "+86", "-5", "@SUM(A1)", "\t=1", "＝1", "http://x", "00123", "{=1}"]
    asks = tuple(Ask(name, "口罩", 1) for name in names)
    book = openpyxl.load_workbook(BytesIO(plan_workbook(solve(replace(ROUND, asks=asks)))))

    cells = [row[0] for row in book["分配方案"].iter_rows(min_row=2)]
    assert sorted(cell.value for cell in cells) == sorted(names)
    assert {cell.data_type for cell in cells} == {"s"}
    assert not any(cell.hyperlink for cell in cells)


def test_plan_workbook_of_the_same_round_has_the_same_bytes() -> None:
    shuffled = Round(ROUND.stocks[::-1], ROUND.asks[::-1], ROUND.steps)

    assert plan_workbook(solve(ROUND)) == plan_workbook(solve(shuffled))


def test_plan_workbook_lists_the_warnings_and_can_speak_english() -> None:
    result = replace(solve(ROUND), notices=(Notice("X", "请看", "look", sheet="需求", row=3, column="物资"),))
    rows = list(openpyxl.load_workbook(BytesIO(plan_workbook(result, "en")))["提示"].iter_rows(values_only=True))

    assert rows == [("工作表", "行", "列", "提示"), ("需求", 3, "物资", "look")]
