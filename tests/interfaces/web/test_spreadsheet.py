"""Text stays text."""

from __future__ import annotations

import io
import tracemalloc
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from liangcao.interfaces.web.spreadsheet import Sheet, csv_bytes, safe, write_csv, write_xlsx, xlsx

RISKY = [
    "=1+1", "+86", "-5", "@SUM", "\tx", "\rx", "\nx", "＝1+1", "＋1", "－1", "＠SUM",
    " =1+1", "\u00a0=1", "\u3000＝1", "\u200b=1", "\ufeff@A1", "\x00=1", "﹦1", "﹢1", "﹣1", "﹫A", "−1", "⁺1",
]  # fmt: skip


@pytest.mark.parametrize("text", RISKY)
def test_safe_quotes_what_a_program_would_run(text: str) -> None:
    assert safe(text) == f"'{text}"


@pytest.mark.parametrize(
    "value", ["口罩", "(=1)", "3-5", "…", " 口罩", "'=1", 5, -5, date(2020, 2, 3), None, "", "   "]
)
def test_safe_leaves_the_rest(value: object) -> None:
    assert safe(value) == value


def test_csv_sums_each_unit_by_itself() -> None:
    sheet = Sheet(
        "库存", ["物资", "数量", "单位"], [["口罩", 5, "只"], ["手套", 7, "双"], ["N95", 6, "只"]], totals={1: 2}
    )
    lines = csv_bytes(sheet).decode("utf-8-sig").splitlines()
    assert lines[-3:] == ["合计,11,只", "合计,7,双", "以上共 3 行,,"]


def sheets_of(content: bytes) -> dict[str, list[list[Any]]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_an_xlsx_cell_is_never_a_formula() -> None:
    content = xlsx(Sheet("=标题", ["=列"], [[text] for text in RISKY], ["=注"]))
    cells = [cell for row in openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells if cell.value is not None} == {"s"}


def test_values_keep_their_kind_and_none_is_lost() -> None:
    """A number beyond fifteen digits, a day before 1900 and a long text would else be changed or left out in silence."""
    values = [10**15 + 1, -7, date(1899, 1, 2), date(2020, 2, 3), datetime(2020, 2, 3, 4, 5), "长" * 40_000, None, ""]  # noqa: DTZ001
    row = sheets_of(xlsx(Sheet("表", [str(place) for place in range(8)], [values])))["表"][2]
    told = ["1000000000000001", -7.0, "1899-01-02", date(2020, 2, 3), datetime(2020, 2, 3, 4, 5), "长" * 32_767, "", ""]  # noqa: DTZ001
    assert row == told


def test_rows_beyond_one_worksheet_stand_on_the_next_under_the_same_heading() -> None:
    sheet = Sheet("出库", ["物资", "数量", "单位"], [["口罩", place, "只"] for place in range(15)], ["示例市"], {1: 2})
    target = io.BytesIO()
    write_xlsx(sheet, target, sheet_rows=10)
    pages = sheets_of(target.getvalue())
    assert list(pages) == ["出库", "出库 (2)", "出库 (3)"]
    for page in pages.values():
        assert [row[0] for row in page[:3]] == ["出库", "示例市", "物资"]
        assert len(page) <= 10
    lines = [row for page in pages.values() for row in page[3:]]
    assert [row[1] for row in lines[:15]] == list(range(15))
    assert lines[15:] == [["合计", 105, "只"], ["以上共 15 行", "", ""]]


def many(count: int) -> Iterator[Sequence[Any]]:
    for place in range(count):
        yield [date(2020, 2, 3), f"CK-{place:07d}", f"示例单位 {place}", "医用防护口罩", place, "只"]


@pytest.mark.slow
@pytest.mark.parametrize("write", [write_csv, write_xlsx])
def test_fifty_thousand_rows_take_no_more_memory_than_five_thousand(write: Any, tmp_path: Any) -> None:
    peaks = []
    for count in (500, 5_000, 50_000):
        with (tmp_path / "out").open("wb") as file:
            tracemalloc.start()
            write(Sheet("出库", ["日期", "单据", "单位", "物资", "数量", "单位"], many(count), totals={4: 5}), file)
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
    assert peaks[2] < 1.2 * peaks[1] + 100_000, peaks
    assert peaks[2] < 4 << 20, peaks
