"""What stands below the rows of a register is no goods: sums per item, how many rows there were, a table of balances –
of whoever's making; and what only looks like it is still read."""

from __future__ import annotations

from typing import Any

import pytest

from liangcao.interfaces.intake.reading.tables import Reading, read_grids
from tests.interfaces.intake.reading.sheets import sheet

HEADS = ["日期", "供货单位", "品名", "单位", "数量", "备注"]
ROWS: list[list[Any]] = [
    ["2020-02-03", "示例供应商", "医用口罩", "只", 20000, None],
    ["2020-02-03", "示例供应商", "防护服", "套", 300, None],
    ["2020-02-04", "示例捐赠人", "医用口罩", "只", 1000, None],
]
BLANK: list[Any] = [None]
SUMS: list[list[Any]] = [["合计", None, "医用口罩", "只", 21000], ["合计", None, "防护服", "套", 300]]
BALANCES: list[list[Any]] = [
    ["品名", "单位", "上期结存", "本期收入", "本期发出", "期末结存"],
    ["医用口罩", "只", 0, 21000, 100, 20900],
    ["防护服", "套", 5, 300, 0, 305],
]


def read(*rows: list[Any], kind: str | None = "receipts") -> Reading:
    return read_grids([sheet(list(rows))], kind=kind)


def counted(reading: Reading) -> list[tuple[int | None, str, int | None]]:
    return [(line.row, line.item, None if line.quantity is None else int(line.quantity)) for line in reading.lines]


def skipped(reading: Reading) -> dict[int, str]:
    return {each.row: each.why for each in reading.skipped if each.why not in ("blank", "header", "title")}


@pytest.mark.parametrize("kind", ["receipts", "gifts", None])
def test_sums_per_item_and_a_table_of_balances_are_no_goods(kind: str | None) -> None:
    reading = read(["入库台账"], HEADS, *ROWS, BLANK, ["共 3 行"], *SUMS, BLANK, *BALANCES, ["制表:示例"], kind=kind)
    assert counted(reading) == [(3, "医用口罩", 20000), (4, "防护服", 300), (5, "医用口罩", 1000)]
    assert {line.state for line in reading.lines} == {"good"}
    assert skipped(reading) == {
        7: "note", 8: "subtotal", 9: "subtotal", 12: "closing", 13: "closing", 14: "closing"
    }  # fmt: skip
    assert reading.problems == []
    assert len(reading.layout.tables) == 1


@pytest.mark.parametrize(
    ("sums", "told"),
    [
        ([["合计", None, "医用口罩", "只", 21000], ["合计", None, "防护服", "套", 301]], {6: "300"}),
        ([["合计", None, "医用口罩", "只", 21300], ["合计", None, "防护服", "套", 300]], {5: "21000"}),
        ([["合计", None, "合计:医用口罩", "只", 21000], ["合计", None, "合计:防护服", "套", 300]], {}),
        ([["医用口罩合计", None, None, "只", 21000], ["防护服合计", None, None, "套", 300]], {}),
        ([["合计", None, None, "只", 21000], ["合计", None, None, "套", 30]], {6: "300"}),
        ([["合计", None, "医用口罩", "只", "２１，０００"]], {}),
        ([["合计", None, None, None, 21300]], {}),
        ([["合计", None, None, None, 21301]], {5: "21300"}),
    ],
)
def test_sums_are_compared_per_item_and_unit(sums: list[list[Any]], told: dict[int, str]) -> None:
    reading = read(HEADS, *ROWS, *sums)
    assert counted(reading) == [(2, "医用口罩", 20000), (3, "防护服", 300), (4, "医用口罩", 1000)]
    found = {problem.row: problem.zh for problem in reading.problems}
    assert {problem.code for problem in reading.problems} <= {"SUBTOTAL_DIFFERS"}
    assert found.keys() == told.keys()
    assert all(f"各行之和为 {right}" in found[row] for row, right in told.items())


def test_subtotals_of_parts_are_compared_as_before() -> None:
    reading = read(
        HEADS, ROWS[0], ["小计", None, None, "只", 20000], ROWS[2], ["小计", None, None, "只", 1000],
        ["合计", None, None, "只", 21000],
    )  # fmt: skip
    assert reading.problems == []
    assert [int(line.quantity or 0) for line in reading.lines] == [20000, 1000]


def test_a_sum_of_goods_that_stand_once_over_several_rows() -> None:
    reading = read(
        ["品名", "批号", "单位", "数量"], ["医用口罩", "A1", "只", 5], [None, "A2", "只", 6], ["防护服", "B1", "套", 7],
        ["合计", None, None, None], ["医用口罩合计", None, "只", 11], ["防护服合计", None, "套", 7],
    )  # fmt: skip
    assert "SUBTOTAL_DIFFERS" not in {problem.code for problem in reading.problems}


def test_a_table_of_balances_that_stands_first_is_a_statement_of_stock() -> None:
    reading = read(["物资结存表"], *BALANCES, ["合计", None, None, None, None, None], kind="opening-stock")
    assert [int(line.quantity or 0) for line in reading.lines] == [20900, 305]


@pytest.mark.parametrize("title", [["二号库库存"], ["其他库存"]])
def test_a_second_table_of_stock_that_closes_nothing_is_read(title: list[Any]) -> None:
    stock = [["品名", "单位", "期末结存"], ["护目镜", "副", 40]]
    reading = read(
        ["一号库库存"], ["品名", "单位", "数量"], ["医用口罩", "只", 7], BLANK, title, *stock, kind="opening-stock"
    )
    assert [(line.item, int(line.quantity or 0)) for line in reading.lines] == [("医用口罩", 7), ("护目镜", 40)]


def test_balances_of_stores_below_sums_are_read() -> None:
    balances = [["仓库", *BALANCES[0]], ["一号库", *BALANCES[1]]]
    reading = read(HEADS, *ROWS, *SUMS, BLANK, *balances, kind=None)
    assert len(reading.lines) == 4


def test_the_unit_of_a_row_below_is_not_filled_from_above_by_sums() -> None:
    reading = read(HEADS, *ROWS, *SUMS, ["合计", None, "护目镜", "副", 0])
    assert "BLANKS_FILLED" not in {problem.code for problem in reading.problems}


@pytest.mark.parametrize(
    ("title", "flow"),
    [("入库台账", "procured"), ("防疫物资台账", "stock"), ("库存台账", "stock"), ("出库台账", "distributed")],
)
def test_what_a_register_is_called(title: str, flow: str) -> None:
    reading = read([title], ["品名", "单位", "数量"], ["医用口罩", "只", 5], ["防护服", "套", 5], kind=None)
    assert {line.flow for line in reading.lines} == {flow}
