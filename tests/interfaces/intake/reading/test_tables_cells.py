"""Cells of a sheet: quantities, dates, errors, and what is said of those that cannot be."""

import datetime as dt
from decimal import Decimal

from liangcao.interfaces.intake.reading.files import ERROR_VALUE, FORMULA_WITHOUT_VALUE, CellError
from tests.interfaces.intake.reading.sheets import codes, read


def test_quantities_that_cannot_be_are_told():
    cells = {
        0: "QUANTITY_ZERO", -50: "QUANTITY_NEGATIVE", "-50": "QUANTITY_NEGATIVE", 10**9: "QUANTITY_TOO_LARGE",
        10**19: "QUANTITY_TOO_LARGE", Decimal("1e308"): "QUANTITY_TOO_LARGE", "1e308": "QUANTITY_TOO_LARGE",
        "NaN": "QUANTITY_NOT_A_NUMBER", "待报": "QUANTITY_NOT_A_NUMBER", Decimal("99.99999999"): "QUANTITY_NOT_WHOLE",
        "若干": "QUANTITY_MISSING", None: "QUANTITY_MISSING", "约500": "QUANTITY_APPROXIMATE", "#N/A": "CELL_ERROR",
    }  # fmt: skip
    rows = [["物资", "需求量"], *([f"口罩{at}", cell] for at, cell in enumerate(cells))]
    reading = read(rows)
    assert [line.reasons for line in reading.lines] == [(code,) for code in cells.values()]
    assert "QUANTITY_NOT_WHOLE" in codes(reading)
    assert "100" in next(each for each in reading.problems if each.code == "QUANTITY_NOT_WHOLE").zh
    wrong = [line.state for line in reading.lines]
    assert wrong == ["wrong"] * 9 + ["confirm"] * 4 + ["wrong"]
    for cell, value in (("1,200", 1200), ("1２0", 120), ("5箱", 5), ("2万只", 20000), (" 30 ", 30)):
        assert read([["物资", "需求量"], ["口罩", cell]]).lines[0].quantity == value


def test_dates_that_cannot_be_or_are_unclear_are_told():
    told = {
        45000: "2023-03-15", "20200203": "2020-02-03", "2020.2.3": "2020-02-03", "2020年2月3日": "2020-02-03",
        dt.datetime.fromisoformat("2026-01-02T08:00"): "2026-01-02", "13/5/2026": "2026-05-13",
        "2020-02-03 14:30:00": "2020-02-03", None: None,
    }  # fmt: skip
    cells = {cell: (day, ()) for cell, day in told.items()} | {
        "2026-02-30": ("2026-02-30", ("DATE_IMPOSSIBLE",)), 20260230: ("20260230", ("DATE_IMPOSSIBLE",)),
        **{cell: (cell, ("DATE_UNCLEAR",)) for cell in ("26/3/1", "截至28日", "2月3日", "3/5/2026")},
    }  # fmt: skip
    rows = [["接收日期", "捐赠方", "物资", "数量"], *([cell, "甲", f"口罩{at}", 5] for at, cell in enumerate(cells))]
    assert [(line.date, line.reasons) for line in read(rows).lines] == list(cells.values())
    rows = [["2020年捐赠登记"], ["接收日期", "捐赠方", "物资", "数量"], ["2月3日", "甲", "口罩", 5]]
    assert read(rows).lines[0].date == "2020-02-03"


def test_cells_without_a_value_are_told_by_their_code():
    rows = [["申请单位", "物资", "数量"], [CellError(ERROR_VALUE, "#N/A"), "口罩", CellError(FORMULA_WITHOUT_VALUE)]]
    reading = read(rows)
    assert reading.lines[0].reasons == ("ERROR_VALUE", "FORMULA_WITHOUT_VALUE")
    assert [(each.row, each.column) for each in reading.problems] == [(2, "A"), (2, "C")]
    assert reading.refused == 1


def test_expiry_before_production_and_long_texts_are_wrong():
    rows = [
        ["来源", "物资", "生产日期", "失效日期", "数量", "备注"],
        ["甲", "口罩", "2026-02-01", "2026-01-01", 5, None],
        ["甲", "手套", None, None, 5, "长" * 501],
    ]
    assert [line.reasons for line in read(rows, kind="receipts").lines] == [
        ("EXPIRY_BEFORE_PRODUCTION",),
        ("TEXT_TOO_LONG",),
    ]
