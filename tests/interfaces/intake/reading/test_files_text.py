"""Text tables in every encoding and with every delimiter; what people paste."""

from __future__ import annotations

import time

import pytest

from liangcao.foundation.kernel.errors import Invalid
from liangcao.interfaces.intake.reading.files import CONTROL_CHARACTER, CellError, Limits, open_sheets, paste_grid

TABLE = "单位,物资,数量\r\n市中医院,医用外科口罩,00120\r\n武汉大学人民医院,防护服,300\r\n"
ROWS = [["单位", "物资", "数量"], ["市中医院", "医用外科口罩", "00120"], ["武汉大学人民医院", "防护服", "300"]]


def rows(content: bytes | str, **named: object) -> list[list[object]]:
    book = open_sheets(content.encode() if isinstance(content, str) else content, **named)  # type: ignore[arg-type]
    return book.sheets[0].rows  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("encoding", "known_as"),
    [
        ("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("gbk", "gb18030"), ("gb18030", "gb18030"), ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16"), ("utf-16-be", "utf-16"),
    ],
)  # fmt: skip
def test_each_encoding_is_found(encoding: str, known_as: str) -> None:
    book = open_sheets(TABLE.encode(encoding))
    assert book.sheets[0].rows == ROWS and book.kind == "csv" and book.encoding == known_as
    assert [notice.code for notice in book.notices] == ([] if known_as == "utf-8" else ["ENCODING_GUESSED"])


def test_a_guessed_encoding_is_told() -> None:
    [notice] = open_sheets(TABLE.encode("gbk"), "a.csv").notices
    assert notice.zh == "文件按 GBK 编码读取,请核对文字"


@pytest.mark.parametrize(
    "content",
    [
        "單位,物資,數量\n市立醫院,醫用口罩,120\n".encode("big5"),
        "病院,マスク,数量\nさくら病院,サージカルマスク,120\n".encode("shift_jis"),
        "Hôpital,Quantité\nSaint-Étienne,120\nBézières,3\n".encode("latin-1"),
        "Больница,Маски\nПервая,120\n".encode("koi8-r"),
        TABLE.encode()[:-30],
        b"\xff\xfe" + TABLE.encode("utf-16-le")[:-1],
    ],
)
def test_no_text_comes_in_as_nonsense(content: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        open_sheets(content)
    assert refused.value.code == "ENCODING_UNKNOWN"
    assert refused.value.zh.startswith("看不出文件的编码(可读 UTF-8、GBK、UTF-16)。请用 Excel 或 WPS 打开后另存为")


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_each_delimiter_and_line_end(delimiter: str, end: str) -> None:
    assert rows(TABLE.replace(",", delimiter).replace("\r\n", end)) == ROWS


def test_mixed_line_ends_and_titles_above() -> None:
    text = '物资需求汇总表\r\n\n单位,物资,数量\r市中医院,口罩,"1,200"\n县医院,"防护服\n(连体)",5\r\n,,\n\n'
    [grid] = open_sheets(text.encode()).sheets
    assert grid.rows == [
        ["物资需求汇总表", None, None],
        [None, None, None],
        ["单位", "物资", "数量"],
        ["市中医院", "口罩", "1,200"],
        ["县医院", "防护服\n(连体)", "5"],
    ]


def test_the_hint_of_a_spreadsheet_program_is_followed() -> None:
    [grid] = open_sheets(b"sep=;\na;b,c\n1;2,5\n").sheets
    assert grid.rows == [["a", "b,c"], ["1", "2,5"]] and grid.first_row == 2


def test_a_single_column_and_a_single_cell() -> None:
    assert rows("口罩\n防护服\n") == [["口罩"], ["防护服"]] and rows("口罩") == [["口罩"]]


def test_signs_that_nobody_sees_in_text_tables() -> None:
    [grid] = open_sheets("\n编码,名称\nYL\u200b01,口\u202e罩\na\x00b,x\n".encode()).sheets
    assert grid.first_row == 2 and grid.cell(3, 1) == "YL01" and grid.cleaned == {(3, 1)}
    assert grid.broken == {
        (3, 2): CellError(CONTROL_CHARACTER, "U+202E"),
        (4, 1): CellError(CONTROL_CHARACTER, "U+0000"),
    }


def test_an_open_quotation_mark_swallows_no_rows() -> None:
    with pytest.raises(Invalid) as refused:
        open_sheets(b'a,b\n1,2\n"3,4\n5,6\n')
    assert refused.value.code == "CSV_QUOTES" and refused.value.row == 3
    assert refused.value.zh == "第 3 行起引号不成对,读不出后面的行。请改正引号,或用 Excel 打开后另存为 .xlsx"


def test_rows_are_counted_while_they_are_read() -> None:
    limits = Limits(rows=10)
    assert len(rows("a,b\n" * 10 + ",\n" * 90, limits=limits)) == 10
    with pytest.raises(Invalid) as refused:
        rows("a,b\n" * 10 + ",\n" * 90 + "a,b\n", limits=limits)
    assert refused.value.code == "TOO_MANY_ROWS"
    assert refused.value.zh == "文件超过 10 行上限,请删去表外的空行或拆成几个文件"
    with pytest.raises(Invalid) as refused:
        rows("a," * 800)
    assert refused.value.code == "TOO_MANY_COLUMNS"
    with pytest.raises(Invalid) as refused:
        rows("a,b\n" * 10, limits=Limits(cells=10))
    assert refused.value.code == "TOO_MANY_CELLS"


def test_a_million_blank_rows_take_no_time() -> None:
    start = time.process_time()
    assert rows(b"a,b\n" + b" ,, \n" * 1_000_000) == [["a", "b"]]
    with pytest.raises(Invalid) as refused:
        rows(b"a,b\n" + b" ,, \n" * 1_000_000 + b"c\n")
    assert refused.value.zh == "文件超过 200000 行上限,请删去表外的空行或拆成几个文件"
    assert time.process_time() - start < 4


@pytest.mark.parametrize(
    "text",
    [
        "单位\t物资\t数量\n市中医院\t口罩\t120",
        "单位  物资   数量\n市中医院  口罩    120\n",
        "单位\u3000物资\u3000数量\r\n市中医院\u3000口罩\u3000120",
        "单位|物资|数量\n市中医院|口罩|120",
        "| 单位 | 物资 | 数量 |\n| 市中医院 | 口罩 | 120 |",
    ],
)
def test_pasted_tables(text: str) -> None:
    book = paste_grid(text)
    assert book.kind == "paste" and book.sheets[0].rows == [["单位", "物资", "数量"], ["市中医院", "口罩", "120"]]


def test_pasted_tables_with_rulers_quotes_and_single_blanks() -> None:
    [grid] = paste_grid("| a | b |\n|---|:-:|\n| 1 | 2 |").sheets
    assert grid.rows == [["a", "b"], [None, None], ["1", "2"]]
    assert paste_grid('a\t"b\nc"\n1\t2').sheets[0].rows == [["a", "b\nc"], ["1", "2"]]
    assert paste_grid('管\t5"\n箱\t6\n').sheets[0].rows == [["管", '5"'], ["箱", "6"]]
    assert paste_grid('管\t"5\n箱\t6\n').sheets[0].rows == [["管", '"5'], ["箱", "6"]]
    assert paste_grid("N95 口罩  20\n").sheets[0].rows == [["N95 口罩", "20"]]


def test_pastes_that_are_refused() -> None:
    with pytest.raises(Invalid) as refused:
        paste_grid(" \n")
    assert refused.value.code == "FILE_EMPTY"
    with pytest.raises(Invalid) as refused:
        paste_grid("字" * 100, limits=Limits(file_bytes=100))
    assert refused.value.code == "FILE_TOO_LARGE"
