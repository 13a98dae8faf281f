"""Text stays text."""

from __future__ import annotations

from datetime import date

import pytest

from liangcao.interfaces.web.spreadsheet import Sheet, csv_bytes, safe


@pytest.mark.parametrize("text", ["=1+1", "+86", "-5", "@SUM", "\tx", "\rx", "\nx", "＝1+1", "＋1", "－1", "＠SUM"])
def test_safe_quotes_what_a_program_would_run(text: str) -> None:
    assert safe(text) == f"'{text}"


@pytest.mark.parametrize("value", ["口罩", 5, -5, date(2020, 2, 3), None, ""])
def test_safe_leaves_the_rest(value: object) -> None:
    assert safe(value) == value


def test_csv_sums_each_unit_by_itself() -> None:
    sheet = Sheet(
        "库存", ["物资", "数量", "单位"], [["口罩", 5, "只"], ["手套", 7, "双"], ["N95", 6, "只"]], totals={1: 2}
    )
    lines = csv_bytes(sheet).decode("utf-8-sig").splitlines()
    assert lines[-3:] == ["合计,11,只", "合计,7,双", "共 3 行,,"]
