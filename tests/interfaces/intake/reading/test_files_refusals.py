"""What must not be opened is refused, at once and with a sentence that says what to do."""

from __future__ import annotations

import struct
import time
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from liangcao.foundation.kernel.errors import Invalid, Refusal
from liangcao.interfaces.intake.reading.files import Limits, open_sheets
from tests.interfaces.intake.reading.workbooks_made import compound, repacked, sheet_xml, with_sheet, xlsx

# What a file may take that is refused, with room for a machine that has other things to do.
SECONDS = 2.0
SHEET = "xl/worksheets/sheet1.xml"
DOCTYPE = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'


@contextmanager
def refused(code: str, zh: str, *, sheet: str | None = None) -> Iterator[None]:
    start = time.process_time()
    with pytest.raises(Invalid) as caught:
        yield
    assert (caught.value.code, caught.value.zh, caught.value.sheet) == (code, zh, sheet)
    assert caught.value.en and caught.value.field == "file"
    assert time.process_time() - start < SECONDS


BOMB = "文件解压后过大,已拒绝。请删去表外的空行空列和图片,或拆成几个文件"
DAMAGED = "文件损坏,请重新导出"
ACTIVE = "不接受含宏/外部链接的文件(包括嵌入对象),请粘贴为数值并另存为普通 .xlsx"
UNSAFE = "文件含不安全内容(XML 实体声明),请用 Excel 或 WPS 打开后另存为 .xlsx"
ENCRYPTED = "文件已加密,请去掉密码后重新上传"
READS = "可读:Excel 工作簿(.xlsx、.xls)、CSV 或文本表格(.csv、.tsv、.txt)"


@pytest.mark.parametrize("name", [SHEET, "xl/media/image1.png", "docProps/custom.xml"])
def test_a_zip_bomb(name: str) -> None:
    with refused("FILE_UNPACKS_TOO_LARGE", BOMB):
        open_sheets(repacked(xlsx(), change={SHEET: lambda _old: bytes(0)}, add={f"{name}.x": bytes(150 << 20)}))


def test_a_bomb_whose_directory_says_otherwise() -> None:
    content = bytearray(repacked(xlsx(), add={"xl/bomb.xml": b" " * (40 << 20)}))
    for sign, place in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        at = content.rfind(b"xl/bomb.xml", 0, len(content))
        at = content.rfind(sign, 0, at)
        if struct.unpack_from("<I", content, at + place)[0] == 40 << 20:
            struct.pack_into("<I", content, at + place, 100)
    with pytest.raises(Invalid) as caught:
        open_sheets(bytes(content))
    assert caught.value.code in ("FILE_UNPACKS_TOO_LARGE", "FILE_DAMAGED")


def test_very_many_members() -> None:
    with refused("FILE_UNPACKS_TOO_LARGE", BOMB):
        open_sheets(repacked(xlsx(), add={f"x/{n}": b"" for n in range(5001)}))


def test_a_small_sheet_of_equal_rows_is_no_bomb() -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(1, 20_000))
    assert len(open_sheets(with_sheet(sheet_xml(rows))).sheets[0].rows) == 19_999


def blankish(cell: str) -> bytes:
    rows = "".join(f'<row r="{n}"><c r="A{n}" {cell}</row>' for n in range(1, 1_000_001))
    return with_sheet(sheet_xml(rows))


def test_a_million_rows_with_blanks_are_refused() -> None:
    content = blankish('t="str"><v> </v></c>')
    with refused("TOO_MANY_ROWS", "工作表“需求”超过 200000 行上限,请删去表外的空行或拆成几个文件", sheet="需求"):
        open_sheets(content)


def test_a_million_rows_without_anything_are_left_out() -> None:
    content = blankish('s="1"/>')
    start = time.process_time()
    assert open_sheets(content).sheets[0].rows == []
    assert time.process_time() - start < 2 * SECONDS


def test_one_row_too_many() -> None:
    content = xlsx(*([n] for n in range(11)))
    assert len(open_sheets(content, limits=Limits(rows=11)).sheets[0].rows) == 11
    with refused("TOO_MANY_ROWS", "工作表“需求”超过 10 行上限,请删去表外的空行或拆成几个文件", sheet="需求"):
        open_sheets(content, limits=Limits(rows=10))


@pytest.mark.parametrize("quote", ['"', "'"])
@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ('<row r="1"><c r="XFD1"><v>1</v></c></row>', "TOO_MANY_COLUMNS"),
        ('<row r="1"><c r="A1048576"><v>1</v></c></row>', "FILE_DAMAGED"),
        ('<row r="1"><c r="A9"><v>1</v></c></row>', "FILE_DAMAGED"),
        ('<row r="9"><c r="A9"><v>1</v></c></row><row r="1"><c r="A1"><v>1</v></c></row>', "FILE_DAMAGED"),
        ('<row r="1"><c r="A1"><v>1</v></c></row><row r="199999"><c r="ZZ199999"><v>1</v></c></row>', "TOO_MANY_CELLS"),
    ],
)
def test_cells_far_away_cost_nothing(rows: str, code: str, quote: str) -> None:
    with pytest.raises(Invalid) as caught:
        open_sheets(with_sheet(sheet_xml(rows.replace('"', quote))))
    assert caught.value.code == code


@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml"])
def test_document_types_and_entities(part: str) -> None:
    content = repacked(xlsx(["a"]), change={part: lambda old: old[:60].split(b"?>")[0] + DOCTYPE + old})
    with refused("FILE_UNSAFE", UNSAFE):
        open_sheets(content)


def test_a_sheet_in_an_encoding_that_would_hide_entities() -> None:
    with refused("FILE_UNSAFE", UNSAFE):
        open_sheets(repacked(xlsx(["a"]), change={SHEET: lambda old: old.decode().encode("utf-16")}))


def test_truncated_and_broken_archives() -> None:
    content = xlsx(["口罩", 5], ["防护服", 6])
    for part in (content[: len(content) // 2], content[:-30], content[:40], b"PK\x05\x06" + bytes(18)):
        with pytest.raises(Invalid) as caught:
            open_sheets(part)
        assert caught.value.code in ("FILE_DAMAGED", "FILE_KIND")
    with refused("FILE_DAMAGED", DAMAGED):
        open_sheets(content[: len(content) // 2])


def test_a_wrong_checksum() -> None:
    content = bytearray(repacked(xlsx(["口罩", 5])))
    with zipfile.ZipFile(BytesIO(bytes(content))) as archive:
        told = archive.getinfo(SHEET).CRC
    for sign in (struct.pack("<I", told),):
        while (at := content.find(sign)) >= 0:
            content[at] ^= 0xFF
    with refused("FILE_DAMAGED", DAMAGED):
        open_sheets(bytes(content))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_part_that_stands_twice() -> None:
    with refused("FILE_DAMAGED", DAMAGED):
        open_sheets(repacked(xlsx(["a"]), add={SHEET.upper(): b"<x/>"}))


def test_a_password() -> None:
    with refused("FILE_ENCRYPTED", ENCRYPTED):
        open_sheets(compound(bytes(4096), ("EncryptedPackage", "EncryptionInfo")), "需求.xlsx")
    content = bytearray(xlsx(["a"]))
    at = content.find(b"PK\x01\x02")
    content[at + 8] |= 1
    with refused("FILE_ENCRYPTED", ENCRYPTED):
        open_sheets(bytes(content))


@pytest.mark.parametrize(
    "part",
    [
        "xl/vbaProject.bin", "xl/externalLinks/externalLink1.xml", "xl/embeddings/oleObject1.bin",
        "xl/activeX/activeX1.xml", "xl/macrosheets/sheet1.xml", "xl/connections.xml",
    ],
)  # fmt: skip
def test_macros_links_and_objects(part: str) -> None:
    with refused("FILE_WITH_MACROS", ACTIVE):
        open_sheets(repacked(xlsx(["a"]), add={part: b"<x/>"}))


def test_a_workbook_that_only_says_that_it_has_macros() -> None:
    def enabled(old: bytes) -> bytes:
        return old.replace(
            b"vnd.openxmlformats-officedocument.spreadsheetml.sheet.main", b"vnd.ms-excel.sheet.macroEnabled.main"
        )

    with refused("FILE_WITH_MACROS", ACTIVE):
        open_sheets(repacked(xlsx(["a"]), change={"[Content_Types].xml": enabled}))


def test_an_object_under_another_name() -> None:
    relation = (
        b'<Relationships><Relationship Id="r" Type="http://x/relationships/oleObject" Target="a"/></Relationships>'
    )
    with refused("FILE_WITH_MACROS", ACTIVE):
        open_sheets(repacked(xlsx(["a"]), add={"xl/worksheets/_rels/sheet1.xml.rels": relation}))


def test_a_link_in_a_cell_is_harmless() -> None:
    def link(_book: object, sheet: object) -> None:
        sheet["A1"].hyperlink = "https://example.org/"  # type: ignore[index]

    assert open_sheets(xlsx(["官网"], then=link)).sheets[0].rows == [["官网"]]


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (b"%PDF-1.7\n%\xe2\xe3", "这是PDF 文件,读不了。"),
        (b"\x89PNG\r\n\x1a\n" + bytes(99), "这是图片,读不了。"),
        (b"\xff\xd8\xff\xe0" + bytes(99), "这是图片,读不了。"),
        (b"\x00\x00\x00\x18ftypheic" + bytes(99), "这是图片或视频,读不了。"),
        (b"MZ\x90\x00\x03" + bytes(99), "这是程序,读不了。"),
        (b"Rar!\x1a\x07\x01\x00", "这是压缩包(请先解压),读不了。"),
        (b"<html><table><tr><td>1</td></tr></table>", "这是网页或 XML 文件(请用 Excel 或 WPS 打开后另存为 .xlsx),读不了。"),
        (zlib.compress(bytes(range(256)) * 99), "不认识这种文件。"),
        (bytes(range(256)) * 4, "不认识这种文件。"),
        (compound(bytes(4096), ("WordDocument",)), "这是Word 文档,读不了。"),
        (compound(bytes(4096), ("Something",)), "不认识这种文件。"),
    ],
)  # fmt: skip
def test_other_kinds_are_named(content: bytes, named: str) -> None:
    with refused("FILE_KIND", named + READS):
        open_sheets(content, "需求.xlsx")


@pytest.mark.parametrize(
    ("member", "named"),
    [
        ("word/document.xml", "这是Word 文档,读不了。"),
        ("ppt/presentation.xml", "这是PPT 文档,读不了。"),
        ("xl/workbook.bin", "这是二进制工作簿 .xlsb(请另存为 .xlsx),读不了。"),
        ("a.csv", "这是压缩包(请先解压),读不了。"),
    ],
)
def test_other_packages_are_named(member: str, named: str) -> None:
    stored = BytesIO()
    with zipfile.ZipFile(stored, "w") as archive:
        archive.writestr(member, b"<x/>")
    with refused("FILE_KIND", named + READS):
        open_sheets(stored.getvalue())


def test_empty_missing_and_large(tmp_path: Path) -> None:
    for nothing in (b"", b" \r\n", bytes(20)):
        with refused("FILE_EMPTY", "文件是空的,请重新导出后上传"):
            open_sheets(nothing)
    with refused("FILE_MISSING", "文件不存在或无法读取"):
        open_sheets(tmp_path / "无.xlsx")
    path = tmp_path / "大.csv"
    path.write_bytes(b"a," * (2 << 20))
    for content in (path, path.read_bytes()):
        with refused("FILE_TOO_LARGE", "文件超过 1 MB,请拆成几个文件"):
            open_sheets(content, limits=Limits(file_bytes=1 << 20))


def test_very_many_sheets() -> None:
    def fill(book: object, _sheet: object) -> None:
        for _ in range(3):
            book.create_sheet()  # type: ignore[attr-defined]

    with refused("TOO_MANY_SHEETS", "文件超过 3 个工作表,请拆成几个文件"):
        open_sheets(xlsx(then=fill), limits=Limits(sheets=3))


GOOD = {
    "xlsx": xlsx(["单位", "数量"], ["市中医院", 5], ["县医院", "=A1"], ["x" * 300, 0.5]),
    "stored": with_sheet(sheet_xml('<row r="1" hidden="1"><c r="A1" t="e"><f>1</f><v>#N/A</v></c></row>')),
    "csv": "单位,物资\n市中医院,\"口\n罩\"\n".encode("gbk"),
}  # fmt: skip


@pytest.mark.parametrize("kind", list(GOOD))
@settings(max_examples=120, deadline=5000, suppress_health_check=[HealthCheck.too_slow])
@given(flips=st.lists(st.tuples(st.integers(0, 1 << 20), st.integers(0, 255)), min_size=1, max_size=6))
def test_flipped_bytes_are_read_or_refused(kind: str, flips: list[tuple[int, int]]) -> None:
    content = bytearray(GOOD[kind])
    for place, byte in flips:
        content[place % len(content)] = byte
    with suppress(Refusal):
        open_sheets(bytes(content), f"a.{kind}")


@settings(max_examples=120, deadline=5000, suppress_health_check=[HealthCheck.too_slow])
@given(flips=st.lists(st.tuples(st.integers(0, 1 << 20), st.integers(32, 126)), min_size=1, max_size=6))
def test_flipped_markup_is_read_or_refused(flips: list[tuple[int, int]]) -> None:
    def flip(old: bytes) -> bytes:
        new = bytearray(old)
        for place, byte in flips:
            new[place % len(new)] = byte
        return bytes(new)

    with suppress(Refusal):
        open_sheets(repacked(GOOD["xlsx"], change={SHEET: flip, "xl/workbook.xml": flip}))
