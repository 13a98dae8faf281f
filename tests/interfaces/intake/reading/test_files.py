"""Workbooks become grids that hide nothing."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from liangcao.interfaces.intake.reading.files import (
    CONTROL_CHARACTER,
    ERROR_VALUE,
    FORMULA_WITHOUT_VALUE,
    CellError,
    Grid,
    Limits,
    letters_of,
    open_sheets,
)
from tests.interfaces.intake.reading.workbooks_made import sheet_xml, with_sheet, xlsx

# Workbooks know no time zones.
MORNING = dt.datetime(2020, 2, 1, 8, 30)  # noqa: DTZ001


def only(content: bytes, name: str = "") -> Grid:
    [grid] = open_sheets(content, name).sheets
    return grid


def test_values_keep_their_kinds() -> None:
    grid = only(
        xlsx(
            ["口罩", 20000, 99.99999999, 0.1 + 0.2, True, None, "00123"],
            [dt.date(2020, 2, 1), MORNING, dt.time(8, 30), -50, 1e19, "𠮷䶮·😀"],
        )
    )
    assert grid.name == "需求" and grid.first_row == 1 and grid.width == 7
    assert grid.rows[0] == ["口罩", 20000, Decimal("99.99999999"), Decimal("0.3"), True, None, "00123"]
    assert grid.rows[1] == [dt.date(2020, 2, 1), MORNING, "08:30", -50, 10**19, "𠮷䶮·😀", None]
    assert [type(cell) for cell in grid.rows[0]] == [str, int, Decimal, Decimal, bool, type(None), str]


def test_a_float_tail_is_kept() -> None:
    grid = only(with_sheet(sheet_xml('<row r="1"><c r="A1"><v>0.30000000000000004</v></c></row>')))
    assert grid.rows == [[Decimal("0.30000000000000004")]]


def test_numbers_and_truths_that_are_equal_stay_apart() -> None:
    grid = only(xlsx([1, True, 0, False], [True, 1, False, 0]))
    assert [[type(cell) for cell in row] for row in grid.rows] == [[int, bool, int, bool], [bool, int, bool, int]]


def test_places_are_those_of_the_sheet() -> None:
    def fill(_book: object, sheet: openpyxl.worksheet.worksheet.Worksheet) -> None:
        sheet["C5"] = "医院"
        sheet["E9"] = 3
        sheet["B30"].font = openpyxl.styles.Font(bold=True)

    grid = only(xlsx(then=fill))
    assert (grid.first_row, len(grid.rows), grid.width) == (5, 5, 5)
    assert grid.cell(5, 3) == "医院" and grid.cell(9, 5) == 3
    assert grid.cell(4, 3) is None and grid.cell(10, 1) is None and grid.cell(5, 6) is None and grid.cell(5, 0) is None


def test_merges_hidden_rows_columns_and_sheets_are_told() -> None:
    def fill(book: openpyxl.Workbook, sheet: openpyxl.worksheet.worksheet.Worksheet) -> None:
        sheet.merge_cells("A2:A3")
        sheet.row_dimensions[3].hidden = True
        sheet.column_dimensions["B"].hidden = True
        book.create_sheet("底稿").sheet_state = "hidden"

    book = open_sheets(xlsx(["a", "b"], ["c", "d"], [None, "e"], then=fill))
    first, second = book.sheets
    assert first.merges == [(2, 1, 3, 1)] and first.hidden_rows == {3} and first.hidden_columns == {2}
    assert not first.is_hidden and second.is_hidden and second.name == "底稿" and second.rows == []


def test_filtered_rows_are_hidden_rows() -> None:
    stored = BytesIO()
    with xlsxwriter.Workbook(stored) as book:
        sheet = book.add_worksheet("表")
        for row in range(4):
            sheet.write_row(row, 0, ["区", row])
        sheet.autofilter(0, 0, 3, 1)
        sheet.set_row(2, None, None, {"hidden": True})
        chart = book.add_chart({"type": "line"})
        chart.add_series({"values": ["表", 0, 1, 3, 1]})
        book.add_chartsheet("图").set_chart(chart)
    [grid] = open_sheets(stored.getvalue()).sheets
    assert grid.hidden_rows == {3} and len(grid.rows) == 4


def test_a_formula_without_a_result_and_an_error_are_cells_of_their_own() -> None:
    def fill(_book: object, sheet: openpyxl.worksheet.worksheet.Worksheet) -> None:
        sheet["C7"] = "=A1+B1"
        sheet["D9"] = "#N/A"

    grid = only(xlsx(["a", 1], then=fill))
    assert grid.broken == {(7, 3): CellError(FORMULA_WITHOUT_VALUE), (9, 4): CellError(ERROR_VALUE, "#N/A")}
    assert grid.cell(7, 3) == CellError(FORMULA_WITHOUT_VALUE)
    told = grid.broken[7, 3].refusal(sheet=grid.name, row=7, column=3)
    assert told.zh == "C7 是公式且无结果,请粘贴为数值" and (told.sheet, told.row, told.column) == ("需求", 7, "C")
    told = grid.broken[9, 4].refusal(sheet=grid.name, row=9, column=4)
    assert told.zh == "D9 为错误值 #N/A,请改正后重新上传"
    assert told.en == "D9 holds the error #N/A: correct it and send the file again"


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ("<c r='A1'><f>1+1</f><v>2</v></c>", 2),
        ('<c r="A1"><f>1+1</f><v/></c>', CellError(FORMULA_WITHOUT_VALUE)),
        ('<c r="A1"><f>1+1</f></c>', CellError(FORMULA_WITHOUT_VALUE)),
        ('<c r="A1"><f t="shared" si="0"/></c>', CellError(FORMULA_WITHOUT_VALUE)),
        ("<c r = 'A1'><f>1+1</f></c>", CellError(FORMULA_WITHOUT_VALUE)),
        ("<c><f>1+1</f></c>", CellError(FORMULA_WITHOUT_VALUE)),
        ('<c r="A1" t="str"><f>""</f><v></v></c>', None),
        ('<c r="A1" t="str"><f>"x"</f><v>x</v></c>', "x"),
        ('<c r="A1" t="e"><f>1/0</f><v>#DIV/0!</v></c>', CellError(ERROR_VALUE, "#DIV/0!")),
        ("<c t='e' r='A1'><v>#REF!</v></c>", CellError(ERROR_VALUE, "#REF!")),
        ('<c r="A1"><v>NaN</v></c>', CellError(ERROR_VALUE, "nan")),
    ],
)
@pytest.mark.parametrize("prefix", ["", "x:"])
def test_formulas_in_every_spelling(cell: str, read: object, prefix: str) -> None:
    cell += '<c r="B1"><v>7</v></c>'
    if prefix:
        cell = cell.replace("</", "<//").replace("<", "<x:").replace("<x://", "</x:")
        row = f'<x:row r="1">{cell}</x:row>'
    else:
        row = f'<row r="1">{cell}</row>'
    grid = only(with_sheet(sheet_xml(row, prefix=prefix)))
    assert grid.rows == [[read, 7]]


def test_rows_without_numbers_are_counted() -> None:
    rows = '<row><c><v>1</v></c></row><row hidden="1"><c><v>2</v></c><c t="e"><v>#N/A</v></c></row>'
    grid = only(with_sheet(sheet_xml(rows)))
    assert grid.rows == [[1, None], [2, CellError(ERROR_VALUE, "#N/A")]] and grid.hidden_rows == {2}


def test_signs_that_nobody_sees_are_taken_off_and_told() -> None:
    grid = only(
        xlsx(
            [
                "\ufeffYL-01",
                "N95\u00a0口罩 ",
                "a\u200bb",
                "张\u3000三",
                "两\r\n行",
                "cafe\u0301",
                " \u00a0",
                "好",
                "  x",
            ],
            ["x", "好"],
        )
    )
    assert grid.rows[0] == ["YL-01", "N95 口罩", "ab", "张 三", "两\n行", "caf\u00e9", None, "好", "x"]
    assert grid.cleaned == {(1, 1), (1, 2), (1, 3), (1, 4), (1, 6), (1, 9)}


@pytest.mark.parametrize(
    ("written", "sign"), [("口\u202e罩", "U+202E"), ("口_x0000_罩", "U+0000"), ("a\x7f", "U+007F")]
)
def test_control_characters_are_refused_in_their_place(written: str, sign: str) -> None:
    cell = f'<row r="2"><c r="B2" t="inlineStr"><is><t>{written}</t></is></c></row>'
    grid = only(with_sheet(sheet_xml(cell)))
    assert grid.broken == {(2, 2): CellError(CONTROL_CHARACTER, sign)}
    told = grid.broken[2, 2].refusal(sheet="", row=2, column=2)
    assert told.zh == f"B2 含不可见的控制字符({sign}),请删去后重填" and told.sheet is None


def test_days_of_both_calendars() -> None:
    def turn(book: openpyxl.Workbook, _sheet: object) -> None:
        book.epoch = CALENDAR_MAC_1904

    day = [dt.date(2020, 2, 1), dt.date(1999, 12, 31)]
    assert only(xlsx(day)).rows == only(xlsx(day, then=turn)).rows == [day]


def test_long_texts_are_left_to_the_reader_of_tables() -> None:
    assert only(xlsx(["字" * 32_767])).rows == [["字" * 32_767]]


def test_a_file_of_the_disk_is_read_and_its_name_compared(tmp_path: Path) -> None:
    path = tmp_path / "需求.csv"
    path.write_bytes(xlsx(["口罩", 5]))
    book = open_sheets(path)
    [notice] = book.notices
    assert book.kind == "xlsx" and notice.code == "FILE_KIND_DIFFERS"
    assert notice.zh == "文件名以 .csv 结尾,内容是Excel 工作簿(.xlsx);已按内容读取,请核对"
    assert open_sheets(path.read_bytes(), "需求.xlsx").notices == ()


def test_progress_is_told_and_may_end_the_reading() -> None:
    class Stop(Exception):
        pass

    def stop(_done: int, _total: int) -> None:
        raise Stop

    content, told = xlsx(*([["a", n] for n in range(12_000)])), []
    open_sheets(content, tell=lambda *step: told.append(step))
    assert told == [(5000, 12_000), (10_000, 12_000), (12_000, 12_000)]
    with pytest.raises(Stop):
        open_sheets(content, tell=stop)


def test_blank_rows_at_the_end_do_not_count() -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c></row>' + "".join(
        f'<row r="{n}" s="1" customFormat="1"><c r="A{n}" s="1"/><c r="XFD{n}" s="1"/></row>' for n in range(2, 400)
    )
    [grid] = open_sheets(with_sheet(sheet_xml(rows)), limits=Limits(rows=100)).sheets
    assert grid.rows == [[1]]


def test_letters_of_columns() -> None:
    assert [letters_of(column) for column in (1, 26, 27, 702, 703)] == ["A", "Z", "AA", "ZZ", "AAA"]
