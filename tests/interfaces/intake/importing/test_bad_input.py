"""What people send that is not as it should be: each is refused or asked with its place and what to do, or kept as it
is; nothing of it is imported. The numbers count the cases of bad input that the product promises an answer to."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import openpyxl
import pytest

from liangcao.foundation.kernel.errors import Conflict
from liangcao.interfaces.intake.importing.taking_over import import_rows
from liangcao.interfaces.intake.models import ImportRun
from liangcao.interfaces.intake.reading.tables import template
from liangcao.operations.demand.models import Requisition
from liangcao.operations.supply.models import Receipt
from tests.factories.imports import NEEDS, begin, rows_of, workbook
from tests.factories.world import NOON, World, make_world
from tests.interfaces.intake.reading.workbooks_made import repacked, xlsx

pytestmark = pytest.mark.django_db
GOOD = ("示例医院一", "一次性医用口罩", "", "只", 20, "", "", "")


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture(autouse=True)
def _nothing_stays(db: None) -> Any:
    yield
    assert not Requisition.objects.exists()
    assert not Receipt.objects.exists()


def need(**more: Any) -> tuple[Any, ...]:
    """A good row with some cells changed."""
    keys = ("organisation", "item", "spec", "unit", "quantity", "needed_by", "phone", "remark")
    return tuple(more.get(key, value) for key, value in zip(keys, GOOD, strict=True))


def told(run: ImportRun) -> set[tuple[int | None, str | None, str]]:
    """(row, column, code) of everything that was said of cells, rows and tables."""
    return {(each["row"], each["column"], each["code"]) for each in run.told["problems"]}


def opened(content: bytes, change: Callable[[Any, Any], None]) -> bytes:
    """The workbook after somebody changed it in a spreadsheet program."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    change(book, book.active)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def bomb() -> bytes:
    target = io.BytesIO(xlsx(["a"]))
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as box:
        box.writestr("xl/media/image1.png", b"\0" * (101 << 20))
    return target.getvalue()


def _doctype(old: bytes) -> bytes:
    return old.replace(b"<worksheet", b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><worksheet', 1)


FILES: dict[str, tuple[Callable[[], bytes], str]] = {
    "2-bomb": (bomb, "FILE_UNPACKS_TOO_LARGE"),
    "3-rows": (lambda: b"a,b\n" + b"x,1\n" * 200_001, "TOO_MANY_ROWS"),
    "4-doctype": (lambda: repacked(xlsx(["a"]), change={"xl/worksheets/sheet1.xml": _doctype}), "FILE_UNSAFE"),
    "5-truncated": (lambda: workbook(NEEDS, GOOD)[:900], "FILE_DAMAGED"),
    "7-macro": (lambda: repacked(xlsx(["a"]), add={"xl/vbaProject.bin": b"x"}), "FILE_WITH_MACROS"),
    "7-link": (lambda: repacked(xlsx(["a"]), add={"xl/externalLinks/externalLink1.xml": b"<x/>"}), "FILE_WITH_MACROS"),
    "63-exe": (lambda: b"MZ\x90\x00" + b"\0" * 200, "FILE_KIND"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_cannot_be_read_is_refused_and_kept(world: World, name: str) -> None:
    make, code = FILES[name]
    content = make()
    run = begin(world, "requisitions", content, name="来表.csv" if name == "3-rows" else "来表.xlsx")
    assert run.status == "failed"
    refusal = run.refusal or {}
    assert (refusal["code"], bool(refusal["zh"]), bool(refusal["en"])) == (code, True, True)
    assert run.rows.count() == 0


def test_1_a_file_is_read_by_what_it_holds(world: World) -> None:
    run = begin(world, "requisitions", workbook(NEEDS, GOOD), name="需求.xls")
    assert [notice["code"] for notice in run.told["notices"]] == ["FILE_KIND_DIFFERS"]
    assert [row.status for row in rows_of(run)] == ["good"]


def test_8_a_missing_header_and_a_doubled_one_are_named(world: World) -> None:
    run = begin(world, "requisitions", workbook(("申请单位", "物资", "单位"), ("示例医院一", "一次性医用口罩", "只")))
    assert "HEADER_MISSING" in {code for _, _, code in told(run)}
    assert all(row.status != "good" for row in rows_of(run))
    twice = begin(
        world, "requisitions", workbook(("申请单位", "物资", "数量", "数量"), ("示例医院一", "一次性医用口罩", 5, 6))
    )
    assert (1, "D", "HEADER_DUPLICATE") in told(twice)
    moved = begin(
        world,
        "requisitions",
        workbook(("数量", "单位", "申请单位", "物资"), (20, "只", "示例医院一", "一次性医用口罩")),
    )
    assert [row.status for row in rows_of(moved)] == ["good"]


def test_9_merged_cells_are_filled_and_shown(world: World) -> None:
    content = opened(workbook(NEEDS, GOOD, need(organisation="", item="医用防护服", unit="套")), _merge)
    run = begin(world, "requisitions", content)
    assert [row.organisation for row in rows_of(run)] == [world.hospital] * 2
    assert [row.status for row in rows_of(run)] == ["good"] * 2


def _merge(_book: Any, sheet: Any) -> None:
    sheet.merge_cells("A2:A3")


def test_10_hidden_rows_come_in_only_when_somebody_confirms_them(world: World) -> None:
    content = opened(workbook(NEEDS, GOOD, need(item="医用防护服", unit="套")), _hide)
    run = begin(world, "requisitions", content)
    assert [(row.row, row.status, row.reasons) for row in rows_of(run)][1] == (3, "confirm", ["HIDDEN_ROW"])
    assert "HIDDEN_ROWS" in {code for _, _, code in told(run)}


def _hide(_book: Any, sheet: Any) -> None:
    sheet.row_dimensions[3].hidden = True


CELLS: dict[str, tuple[dict[str, Any], str, str]] = {
    # number: (cells, state, reason)
    "15-about": ({"quantity": "约500"}, "confirm", "QUANTITY_APPROXIMATE"),
    "16-float": ({"quantity": 99.99999999}, "wrong", "QUANTITY_NOT_WHOLE"),
    "17-zero": ({"quantity": 0}, "wrong", "QUANTITY_ZERO"),
    "17-negative": ({"quantity": -50}, "wrong", "QUANTITY_NEGATIVE"),
    "17-large": ({"quantity": 10**9}, "wrong", "QUANTITY_TOO_LARGE"),
    "17-words": ({"quantity": "很多"}, "wrong", "QUANTITY_NOT_A_NUMBER"),
    "18-unit": ({"unit": "托盘"}, "confirm", "UNIT_UNKNOWN"),
    "19-item": ({"item": "宝葫芦"}, "confirm", "ITEM_UN"),
    "14-past": ({"needed_by": "2020-01-31"}, "wrong", "NEEDED_BY_PAST"),
    "14-no-day": ({"needed_by": "2020-02-30"}, "wrong", "DATE_IMPOSSIBLE"),
    "14-ambiguous": ({"needed_by": "3/4/20"}, "confirm", "DATE_UNCLEAR"),
    "24-long": ({"remark": "长" * 501}, "wrong", "TEXT_TOO_LONG"),
    "35-unit": ({"organisation": "示例"}, "confirm", "ORGANISATION_UNKNOWN"),
    "37-blank": ({"item": "　"}, "wrong", "ITEM_MISSING"),
}


def test_cells_that_are_not_as_they_should_be(world: World) -> None:
    run = begin(world, "requisitions", workbook(NEEDS, *(need(**cells) for cells, _, _ in CELLS.values())))
    rows = {row.row: row for row in rows_of(run)}
    for number, (name, (_cells, status, code)) in enumerate(CELLS.items(), start=2):
        row = rows.get(number)
        assert row is not None, f"{name} was dropped"
        own = [reason for reason in row.reasons if reason != "SAME_ITEM_TWICE"]
        assert any(reason.startswith(code) for reason in own), (name, own)
        assert row.status == status, (name, row.status, own)


def test_11_and_12_formulas_without_result_and_errors_name_their_cell(world: World) -> None:
    content = opened(workbook(NEEDS, GOOD, need(item="医用防护服")), _formula)
    run = begin(world, "requisitions", content)
    assert {(2, "E", "FORMULA_WITHOUT_VALUE"), (3, "E", "ERROR_VALUE")} <= told(run)
    assert [row.status for row in rows_of(run)] == ["wrong", "wrong"]


def _formula(_book: Any, sheet: Any) -> None:
    sheet["E2"], sheet["E3"] = "=B1+1", "#N/A"
    sheet["E3"].data_type = "e"


def test_13_and_38_codes_that_a_spreadsheet_cut_and_zeros_in_front(world: World) -> None:
    content = workbook(
        template("organisations"), ("示例医院七", 9.1330000000000003e17, "", ""), ("示例医院八", "", "", "00123")
    )
    run = begin(world, "organisations", content, given={"organisation_kind": "hospital"})
    first, second = rows_of(run)
    assert (first.status, "CODE_TRUNCATED" in first.reasons) == ("wrong", True)
    assert second.values["address"] == "00123"


def test_15_and_21_full_width_separators_and_signs_that_nobody_sees(world: World) -> None:
    rows = (
        need(quantity="１，２００"),
        need(organisation="\ufeff示例医院二\u200b\xa0", item="医用防护服", unit="套", quantity="1,200"),
    )
    run = begin(world, "requisitions", workbook(NEEDS, *rows))
    assert [(row.values["quantity"], row.status) for row in rows_of(run)] == [("1200", "good")] * 2
    assert [row.organisation for row in rows_of(run)] == [world.hospital, world.second_hospital]


def test_20_the_same_row_twice_and_the_same_file_twice(world: World) -> None:
    content = workbook(NEEDS, GOOD, GOOD)
    run = begin(world, "requisitions", content)
    assert "DUPLICATE_ROW" in rows_of(run)[1].reasons
    assert any("2" in each["zh"] for each in run.told["problems"] if each["code"] == "DUPLICATE_ROW")
    assert begin(world, "requisitions", content).pk == run.pk


def test_22_one_wrong_row_of_many_stops_all(world: World) -> None:
    run = begin(world, "requisitions", workbook(NEEDS, GOOD, need(organisation="示例医院二", quantity=-1)))
    with pytest.raises(Conflict) as refused:
        import_rows(run_id=run.pk, by=world.actor("coordinator"), at=NOON, client_id=uuid4())
    assert refused.value.code == "ROWS_NOT_READY"


@pytest.mark.parametrize("encoding", ["gbk", "utf-8", "utf-8-sig", "utf-16"])
def test_23_text_tables_in_any_usual_encoding(world: World, encoding: str) -> None:
    text = "申请单位,物资,单位,数量\r\n示例医院一,一次性医用口罩,只,20\n"
    run = begin(world, "requisitions", text.encode(encoding), name="需求.csv")
    assert [(row.organisation, row.values["quantity"]) for row in rows_of(run)] == [(world.hospital, "20")]


def test_25_and_26_lots_that_expire_before_they_are_made_and_that_have_no_number(world: World) -> None:
    content = workbook(
        template("receipts"),
        ("示例捐赠人", "医用防护服", "B-1", "2020-01-05", "2019-01-05", "套", 5, ""),
        ("示例捐赠人", "医用防护服", "", "", "", "套", 5, ""),
    )
    run = begin(world, "receipts", content, by=world.actor("storekeeper"))
    assert [row.reasons for row in rows_of(run)] == [["EXPIRY_BEFORE_PRODUCTION"], ["LOT_MISSING"]]
    assert [row.status for row in rows_of(run)] == ["wrong", "confirm"]


def test_27_signs_that_nobody_sees_and_that_turn_the_writing(world: World) -> None:
    run = begin(world, "requisitions", workbook(NEEDS, need(remark="a\u202eb")))
    assert (rows_of(run)[0].status, "CONTROL_CHARACTER" in rows_of(run)[0].reasons) == ("wrong", True)


KEPT = (
    "𠮷䶮㛃😷",
    "买买提·示例",
    '=HYPERLINK("x")',
    "+86 10",
    "@SUM(A1)",
    "<script>alert(1)</script>",
    "{{7*7}}",
    "'; --",
)


def test_28_30_31_what_is_only_odd_is_kept_as_it_is(world: World) -> None:
    rows = [need(item=item, unit=unit, remark=text) for text, (item, unit) in zip(KEPT, ITEMS, strict=True)]
    run = begin(world, "requisitions", workbook(NEEDS, *rows))
    assert [row.values["remark"] for row in rows_of(run)] == list(KEPT)
    assert {row.status for row in rows_of(run)} <= {"good", "confirm"}


ITEMS = (("一次性医用口罩", "只"), ("医用防护服", "套")) * 4


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("91330000000000000X", "CREDIT_CODE_WRONG"),
        ("IOSVZ0000000000000", "CREDIT_CODE_WRONG"),
        ("123", "CREDIT_CODE_WRONG"),
    ],
)
def test_34_credit_codes(world: World, code: str, reason: str) -> None:
    run = begin(
        world, "organisations", workbook(template("organisations"), ("示例医院九", code, "", "")),
        given={"organisation_kind": "hospital"},
    )  # fmt: skip
    assert (rows_of(run)[0].status, rows_of(run)[0].reasons) == ("wrong", [reason])


@pytest.mark.parametrize("content", [b"", b" \n\t", b"\0\0\0"])
def test_63_an_empty_file_is_refused_before_it_is_kept(world: World, content: bytes) -> None:
    with pytest.raises(Exception, match="FILE_EMPTY"):
        begin(world, "requisitions", content)
    assert not ImportRun.objects.exists()
