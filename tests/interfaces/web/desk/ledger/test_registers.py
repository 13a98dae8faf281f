"""Registers on the screen, on paper and as files."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from django.urls import reverse

from liangcao.interfaces.web.desk.ledger import registers
from liangcao.oversight.briefing.queries import REGISTERS
from tests.factories.world import NOON, TODAY

SINCE = {"from": "2020-02-01"}


def text_of(client: Any, kind: str, route: str = "register", **chosen: str) -> str:
    answer = client.get(reverse(route, args=[kind]), {**SINCE, **chosen})
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_pages_turn_forwards_and_back(office: Any, as_user: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registers, "ROWS_SHOWN", 1)
    client = as_user("leader")
    first = text_of(client, "receipts_register")
    [onwards] = re.findall(r'href="([^"]+)" rel="next"', first)
    assert 'rel="prev"' not in first
    second = client.get(onwards.replace("&amp;", "&")).content.decode()
    assert 'rel="next"' not in second
    [back] = re.findall(r'href="([^"]+)" rel="prev"', second)
    again = client.get(back.replace("&amp;", "&")).content.decode()
    number = re.compile(r"RK\d{8}-\d+")
    assert number.findall(first) == number.findall(again) != number.findall(second)
    assert "共 2 行" in second
    assert client.get(reverse("register", args=["receipts_register"]), {"after": "forged"}).status_code == 400


def test_one_unit_only(office: Any, as_user: Any) -> None:
    world, client = office.world, as_user("leader")
    text = text_of(client, "receipts_register", organisation=world.supplier.code)
    assert "共 1 行" in text
    assert "示例供应商" in text
    answer = client.get(reverse("register", args=["receipts_register"]), {"organisation": "NOBODY"})
    assert answer.status_code == 404


def test_as_known_at_leaves_out_what_came_later(office: Any, as_user: Any) -> None:
    world, client = office.world, as_user("leader")
    world.put_in(world.mask, 7_777, at=NOON + timedelta(hours=20))
    assert "7,777" in text_of(client, "receipts_register")
    text = text_of(client, "receipts_register", known_at="2020-02-03T18:00")
    assert "7,777" not in text
    assert "按2020年2月3日 18:00当时所知:记到台账第 2 号单据为止" in text
    page = reverse("register", args=["receipts_register"])
    told = client.get(page, {"known_at": "2030-01-01T00:00"})
    assert told.status_code == 400
    assert "须在 2 分钟以前" in told.content.decode()
    assert client.get(page, {"known_at": "gestern"}).status_code == 400


@pytest.mark.parametrize("kind", list(REGISTERS))
def test_on_paper(office: Any, as_user: Any, kind: str) -> None:
    client = as_user("auditor")
    text = text_of(client, kind, "register_paper")
    for words in ("第 1 页 共 1 页", "制表:", "审核:", "仓管:", "核对:期初结存"):
        assert words in text, words
    if kind in ("receipts_register", "stock_statement"):
        assert "本页小计" in text
        assert "累计" in text


def test_files(office: Any, as_user: Any) -> None:
    client, page = as_user("auditor"), reverse("register", args=["receipts_register"])
    pdf = client.get(page, {**SINCE, "format": "pdf"})
    assert (pdf.status_code, pdf["Content-Type"]) == (200, "application/pdf")
    assert b"".join(pdf.streaming_content).startswith(b"%PDF-")
    excel = client.get(page, {**SINCE, "format": "xlsx"})
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(excel.streaming_content))).active
    assert sheet is not None
    assert [row[0].value for row in sheet.iter_rows() if str(row[0].value).startswith("共")] == ["共 2 行"]
    assert client.get(page, {**SINCE, "format": "doc"}).status_code == 400


def test_the_other_formats(office: Any, as_user: Any) -> None:
    """CSV has the same cells as Excel; words and pictures are for the chat group."""
    client, page = as_user("auditor"), reverse("register", args=["receipts_register"])
    lines = client.get(page, {**SINCE, "format": "csv"}).content.decode("utf-8-sig").splitlines()
    excel = b"".join(client.get(page, {**SINCE, "format": "xlsx"}).streaming_content)
    sheet = openpyxl.load_workbook(io.BytesIO(excel)).active
    assert lines[0].split(",") == [cell.value for cell in sheet[3]]
    assert len(lines) == 1 + 2 + 2 + 1
    assert lines[3].startswith("合计,")
    assert lines[-1].startswith("以上共 2 行")
    words = client.get(page, {**SINCE, "format": "txt"}).content.decode()
    assert "20,000只" in words
    assert words.endswith("共 2 行\n")
    assert client.get(page, {**SINCE, "format": "png"}).content.startswith(b"\x89PNG")
    text = text_of(client, "receipts_register")
    for kind in ("xlsx", "csv", "txt", "png"):
        assert f"format={kind}" in text, kind


def test_a_register_longer_than_a_sheet_goes_on_on_the_next(office: Any) -> None:
    from liangcao.oversight.briefing import queries as briefing
    from liangcao.oversight.briefing.registers_excel import write_sheet
    from liangcao.oversight.briefing.workbook import Workbook

    world, target = office.world, io.BytesIO()
    for _ in range(6):
        world.put_in(world.mask, 10)
    made = briefing.register(
        world.actor("leader"), world.bureau.pk, "receipts_register", from_=TODAY, to=TODAY, language="zh-hans"
    )
    with Workbook(target, NOON) as book:
        write_sheet(book, made, sheet_rows=8)
    pages = openpyxl.load_workbook(target).worksheets
    assert [page.title for page in pages] == ["入库台账", "入库台账 (2)"]
    assert [page["A3"].value for page in pages] == ["日期", "日期"]
    counted = [row[0].value for page in pages for row in page.iter_rows() if str(row[0].value).startswith("共")]
    assert counted == ["共 8 行"]


def test_in_english(office: Any, as_user: Any) -> None:
    client = as_user("leader")
    client.cookies["language"] = "en"
    text = text_of(client, "receipts_register", "register_paper")
    for words in ("receipts register", "This page", "So far", "Made by:", "page 1 of 1", "Totals and closing"):
        assert words in text, words
