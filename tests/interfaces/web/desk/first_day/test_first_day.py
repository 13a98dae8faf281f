"""The first day at the desk: steps, the workbook of opening stock, two signatures."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from python_calamine import CalamineWorkbook

from liangcao.ledger.models import Book
from liangcao.operations.supply.models import OpeningLine, OpeningStock
from liangcao.reference.catalog.actions import add_item
from tests.factories.world import NOON

HEADING = ("仓库", "物资", "批号", "生产日期", "失效日期", "单位", "数量", "备注")


@pytest.fixture(autouse=True)
def new_book(office: Any) -> None:
    """A book that was opened today: opening stock is taken for fourteen days."""
    Book.objects.filter(bureau=office.world.bureau).update(opened_at=NOON)


def workbook(*rows: tuple[Any, ...], heading: tuple[str, ...] = HEADING) -> SimpleUploadedFile:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target)
    sheet = book.add_worksheet("期初库存")
    for number, values in enumerate((heading, *rows)):
        sheet.write_row(number, 0, values)
    book.close()
    return SimpleUploadedFile("一号库盘点.xlsx", target.getvalue())


def bring(client: Any, file: SimpleUploadedFile) -> Any:
    return client.post(reverse("opening_file"), {"client_id": str(uuid4()), "file": file})


def sign(client: Any, page: str, **more: Any) -> Any:
    version = OpeningStock.objects.get().version
    return client.post(reverse(page), {"client_id": str(uuid4()), "version": version, **more})


GOOD = workbook(
    ("一号库", "一次性医用口罩", "A1", "2020-01-05", "2022-01-05", "箱", 3, "原包装"),
    ("S2", "T-alcohol", "", "", "", "", 40, ""),
)


def good() -> SimpleUploadedFile:
    GOOD.seek(0)
    return GOOD


def test_workbook_is_imported_signed_twice_and_the_book_is_live(as_user: Any) -> None:
    keeper, leader = as_user("storekeeper"), as_user("leader")
    assert bring(keeper, good()).status_code == 303
    page = keeper.get(reverse("opening_stock")).content.decode()
    assert "一号库盘点.xlsx" in page
    assert "1,440" in page
    assert sign(keeper, "opening_sign").status_code == 303
    assert reverse("opening_confirm") not in keeper.get(reverse("opening_stock")).content.decode()
    assert "期初库存待复核签字" in leader.get(reverse("home")).content.decode()
    assert sign(leader, "opening_confirm").status_code == 303
    shown = leader.get(reverse("opening_stock")).content.decode()
    assert "已启用" in shown
    assert reverse("move", args=[OpeningStock.objects.get().move_id]) in shown


def test_the_first_signer_is_refused_as_the_second(as_user: Any) -> None:
    leader = as_user("leader")
    bring(as_user("storekeeper"), good())
    sign(leader, "opening_sign")
    answer = sign(leader, "opening_confirm")
    assert answer.status_code == 403
    assert "另一人签字" in answer.content.decode()


def test_every_problem_is_told_with_its_row_and_nothing_is_kept(as_user: Any) -> None:
    answer = bring(
        as_user("storekeeper"),
        workbook(
            ("三号库", "一次性医用口罩", "", "", "", "", 3, ""),
            ("S1", "没有的物资", "", "", "", "", 3, ""),
            ("S1", "T-mask", "", "2020-02-30", "", "", 3, ""),
            ("S1", "T-mask", "", "", "", "", "约500", ""),
        ),
    )
    told = answer.content.decode()
    assert answer.status_code == 400
    for words in ("没有仓库“三号库”", "没有物资“没有的物资”", "2020-02-30", "约数"):
        assert words in told
    assert not OpeningStock.objects.exists()


def test_every_row_that_cannot_be_booked_says_why(as_user: Any) -> None:
    """A unit without a conversion, a number that is none, dates the wrong way round, and a row that came twice: told
    together, each with its row of the sheet."""
    answer = bring(
        as_user("storekeeper"),
        workbook(
            ("S1", "T-mask", "A1", "", "", "箱", 2, ""),
            ("S1", "T-suit", "", "", "", "托盘", 2, ""),
            ("S1", "T-n95", "", "", "", "", -50, ""),
            ("S1", "T-n95", "", "", "", "", 10**19, ""),
            ("S1", "T-n95", "B1", "2020-02-01", "2020-01-31", "", 5, ""),
            ("一号库", "一次性医用口罩", "A1", "", "", "箱", 3, ""),
        ),
    )
    told = answer.content.decode()
    assert answer.status_code == 400
    for words in (
        "第 3 行:“医用防护服”的单位“托盘”无换算关系;可用单位:套",
        "第 4 行数量须为 1–999,999,999 的整数(按基本单位),收到的是 -50",
        "第 6 行:失效日期 2020-01-31 早于生产日期 2020-02-01",
        "第 7 行与第 2 行相同(仓库、物资、批号、日期都一样),请合并为一行",
    ):
        assert words in told, words
    assert not OpeningStock.objects.exists()


def test_a_name_that_means_two_items_asks_for_the_code(office: Any, as_user: Any) -> None:
    world = office.world
    # Width and blanks do not tell two names apart for whoever fills in a sheet.
    spaced = f"{world.mask.name[:3]} {world.mask.name[3:]}"
    add_item(code="T-mask2", name=spaced, base_unit="只", category=world.mask.category, by=world.system, at=NOON)
    answer = bring(as_user("storekeeper"), workbook(("S1", world.mask.name, "", "", "", "", 3, "")))
    assert answer.status_code == 400
    assert f"“{world.mask.name}”有 2 个候选,请填编码" in answer.content.decode()


def test_signs_that_nobody_sees_are_taken_off_and_told(as_user: Any) -> None:
    """No-break spaces, zero-width signs and a byte order mark in codes: read as meant, and said where they were."""
    keeper = as_user("storekeeper")
    rows = (("\ufeffS1", "T-\u200bmask", "A1\u00a0", "", "", "", 3, ""), ("S1", "T-n95", "B1", "", "", "", 4, ""))
    assert bring(keeper, workbook(*rows)).status_code == 303
    told = keeper.get(reverse("opening_stock")).content.decode()
    assert "第 2 行“仓库”、第 2 行“物资”、第 2 行“批号”有看不见的字符(零宽字符、不间断空格等),已自动去除" in told
    lines = OpeningLine.objects.order_by("line").values_list("store__code", "item__code", "maker_lot")
    assert list(lines) == [("S1", "T-mask", "A1"), ("S1", "T-n95", "B1")]


def test_the_same_file_again_says_who_brought_it_and_when(as_user: Any) -> None:
    keeper = as_user("storekeeper")
    bring(keeper, good())
    held = OpeningStock.objects.get()
    answer = bring(keeper, good())
    assert answer.status_code == 409
    assert "该文件已由仓管员甲于 " in answer.content.decode()
    assert "导入(“一号库盘点.xlsx”,2 行),内容没有变化" in answer.content.decode()
    held.refresh_from_db()
    assert (held.version, held.lines.count()) == (1 + 1, 2)
    assert bring(keeper, workbook(("S1", "T-mask", "", "", "", "", 3, ""))).status_code == 303
    assert bring(keeper, good()).status_code == 303


def test_a_missing_column_and_a_file_that_is_none_are_refused(as_user: Any) -> None:
    keeper = as_user("storekeeper")
    answer = bring(keeper, workbook(("一号库", "T-mask"), heading=("仓库", "物资")))
    assert answer.status_code == 400
    assert "缺少列“数量”" in answer.content.decode()
    answer = bring(keeper, SimpleUploadedFile("照片.xlsx", b"\x89PNG not a workbook"))
    assert answer.status_code == 400
    assert "不是工作簿" in answer.content.decode()
    assert bring(keeper, SimpleUploadedFile("空.xlsx", b"")).status_code == 400


def test_empty_stores_are_said_to_be_empty(as_user: Any) -> None:
    keeper = as_user("storekeeper")
    assert keeper.post(reverse("opening_empty"), {"client_id": str(uuid4())}).status_code == 303
    assert "仓库是空的" in keeper.get(reverse("opening_stock")).content.decode()


def test_the_list_goes_back_with_a_reason(as_user: Any) -> None:
    keeper, leader = as_user("storekeeper"), as_user("leader")
    bring(keeper, good())
    sign(keeper, "opening_sign")
    assert sign(leader, "opening_return", reason="").status_code == 400
    assert sign(leader, "opening_return", reason="二号库未点").status_code == 303
    assert "二号库未点" in keeper.get(reverse("opening_stock")).content.decode()


def test_the_export_is_read_again_as_it_was(as_user: Any) -> None:
    """What leaves comes back: the export is itself a workbook of opening stock."""
    keeper = as_user("storekeeper")
    bring(keeper, good())
    before = list(OpeningLine.objects.values_list("item", "store", "quantity", "maker_lot", "expires_on"))
    content = keeper.get(reverse("opening_stock") + "?format=xlsx").content
    assert bring(keeper, SimpleUploadedFile("导出.xlsx", content)).status_code == 303
    assert list(OpeningLine.objects.values_list("item", "store", "quantity", "maker_lot", "expires_on")) == before


def test_the_template_names_what_may_be_written(as_user: Any) -> None:
    content = as_user("storekeeper").get(reverse("opening_template")).content
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    assert tuple(book.get_sheet_by_name("期初库存").to_python()[0]) == HEADING
    assert ["一号库", "S1"] in book.get_sheet_by_name("仓库").to_python()
    assert any("箱=480" in str(row) for row in book.get_sheet_by_name("物资").to_python())


def test_steps_show_what_is_done_and_what_comes_next(as_user: Any) -> None:
    page = as_user("coordinator").get(reverse("first_day")).content.decode()
    assert page.count("step-done") == 5
    assert page.count("step-next") == 1
    bring(as_user("storekeeper"), good())
    assert as_user("coordinator").get(reverse("first_day")).content.decode().count("step-done") == 6


def test_buyers_and_units_are_kept_out(as_user: Any) -> None:
    assert as_user("buyer").get(reverse("opening_stock")).status_code == 403
    assert bring(as_user("auditor"), good()).status_code == 403


def test_a_book_too_old_for_opening_stock_is_told_so_and_offered_nothing(office: Any, as_user: Any) -> None:
    """A bureau that has worked for weeks is not sent to an import that would be refused."""
    Book.objects.filter(bureau=office.world.bureau).update(opened_at=NOON - timedelta(days=20))
    page = as_user("coordinator").get(reverse("first_day")).content.decode()
    assert page.count("step-done") == 7
    assert reverse("opening_file") not in page
    assert reverse("emergency_open") not in page
    assert "期限到" in page
    late = bring(as_user("storekeeper"), good())
    assert late.status_code == 409
    assert "期初建账限开账后 14 天" in late.content.decode()
