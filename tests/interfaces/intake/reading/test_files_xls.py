"""Old workbooks, made record by record."""

from __future__ import annotations

import struct
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liangcao.foundation.kernel.errors import Invalid, Refusal
from liangcao.interfaces.intake.reading.files import ERROR_VALUE, CellError, Limits, open_sheets
from tests.interfaces.intake.reading.workbooks_made import compound, label, record, value, xls

ROWS = label(1, 1, "单位") + label(1, 2, "数量") + label(2, 1, "市中医院 ") + value(2, 2, 120) + value(3, 2, 0.5)
HIDDEN_ROW = record(0x0208, struct.pack("<HHHHHHHH", 2, 1, 3, 255, 0, 0, 0x20, 0))
SHOWN_ROW = record(0x0208, struct.pack("<HHHHHHHH", 1, 1, 3, 255, 0, 0, 0, 0))
HIDDEN_COLUMN = record(0x007D, struct.pack("<HHHHHH", 2, 3, 2048, 0, 1, 0))
MERGE = record(0x00E5, struct.pack("<HHHHH", 1, 2, 3, 1, 1))


def test_an_old_workbook_is_read_under_any_name() -> None:
    book = open_sheets(xls(SHOWN_ROW + HIDDEN_ROW + HIDDEN_COLUMN + ROWS + MERGE), "需求.xlsx")
    [grid] = book.sheets
    assert book.kind == "xls" and [notice.code for notice in book.notices] == ["FILE_KIND_DIFFERS"]
    assert book.notices[0].zh == "文件名以 .xlsx 结尾,内容是旧版 Excel 工作簿(.xls);已按内容读取,请核对"
    assert grid.name == "需求" and (grid.first_row, grid.width) == (2, 3)
    assert [row[1] for row in grid.rows] == ["单位", "市中医院", None]
    assert grid.rows[1][2] == 120 and str(grid.rows[2][2]) == "0.5"
    assert grid.hidden_rows == {3} and grid.hidden_columns == {3, 4} and grid.cleaned == {(3, 2)}
    assert grid.merges == [(3, 2, 4, 2)]
    assert open_sheets(xls(ROWS), "需求.xls").notices == ()


def test_errors_are_cells_of_their_own() -> None:
    typed = record(0x0205, struct.pack("<HHHBB", 3, 1, 0, 42, 1))
    formula = record(0x0006, struct.pack("<HHH", 4, 1, 0) + b"\x02\0\x07\0\0\0\xff\xff" + struct.pack("<HIH", 0, 0, 0))
    [grid] = open_sheets(xls(ROWS + typed + formula)).sheets
    assert grid.broken == {(4, 2): CellError(ERROR_VALUE, "#N/A"), (5, 2): CellError(ERROR_VALUE, "#DIV/0!")}


def code_of(content: bytes, limits: Limits | None = None) -> str:
    with pytest.raises(Invalid) as refused:
        open_sheets(content, limits=limits)
    return refused.value.code


def test_what_must_not_be_opened() -> None:
    own, other = record(0x01AE, struct.pack("<HH", 1, 0x0401)), record(0x01AE, struct.pack("<HH", 1, 9))
    assert code_of(xls(ROWS, before=record(0x002F, bytes(6)))) == "FILE_ENCRYPTED"
    assert code_of(xls(ROWS, before=other + bytes(0))) == "FILE_WITH_MACROS"
    assert open_sheets(xls(ROWS, before=own)).sheets[0].rows
    assert code_of(xls(ROWS, before=record(0x00D3))) == "FILE_WITH_MACROS"
    assert code_of(xls(ROWS, streams=("Workbook", "_VBA_PROJECT_CUR"))) == "FILE_WITH_MACROS"
    assert code_of(xls(ROWS, streams=("Workbook", "MBD00017A5C"))) == "FILE_WITH_MACROS"
    assert code_of(xls(ROWS), Limits(cells=8)) == "TOO_MANY_CELLS"
    assert code_of(xls(ROWS), Limits(rows=3)) == "TOO_MANY_ROWS"
    assert code_of(xls(ROWS), Limits(sheets=0)) == "TOO_MANY_SHEETS"


def test_damaged_containers() -> None:
    whole = xls(ROWS)
    for broken in (
        whole[:600],
        whole[:2000],
        whole[:30] + b"\x03\0" + whole[32:],
        compound(bytes(4096), ("Workbook",)),
    ):
        assert code_of(broken) == "FILE_DAMAGED"
    circle = bytearray(whole)
    struct.pack_into("<I", circle, 512 + 4 * 5, 4)
    assert code_of(bytes(circle)) == "FILE_DAMAGED"


@settings(max_examples=150, deadline=5000)
@given(flips=st.lists(st.tuples(st.integers(0, 1800), st.integers(0, 255)), min_size=1, max_size=6))
def test_flipped_bytes_are_read_or_refused(flips: list[tuple[int, int]]) -> None:
    content = bytearray(xls(SHOWN_ROW + HIDDEN_ROW + ROWS + MERGE))
    for place, byte in flips:
        content[place] = byte
    with suppress(Refusal):
        open_sheets(bytes(content))
