"""The one list."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
from django.urls import reverse

EVIL = "=HYPERLINK(1)"


def test_search_narrows_and_says_so(storekeeper: Any) -> None:
    text = storekeeper.get(reverse("lot_list"), {"q": "yiyongfanghufu"}).content.decode()
    assert "医用防护服" in text
    assert "一次性医用口罩</td>" not in text
    assert "清除条件" in text


def test_filter_narrows(office: Any, storekeeper: Any) -> None:
    text = storekeeper.get(reverse("entry_list"), {"item": office.world.suit.code}).content.decode()
    assert "共 1 行" in text


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("colour=red", "不认识的筛选项"),
        ("store=NOWHERE", "没有“NOWHERE”这一项"),
        ("from=yesterday", "没有“yesterday”这一项"),
        ("sort=hash", "不能按“hash”排序"),
        ("after=zzz", "翻页位置无效"),
        ("format=pdf", "不能导出为“pdf”"),
    ],
)
def test_unknown_parameters_are_refused(storekeeper: Any, query: str, code: str) -> None:
    answer = storekeeper.get(f"{reverse('entry_list')}?{query}")
    assert answer.status_code == 400
    assert code in answer.content.decode()


def test_pages_follow_each_other_and_keep_the_filter(office: Any, storekeeper: Any) -> None:
    for _ in range(60):
        office.world.put_in(office.world.mask, 1)
    address = f"{reverse('entry_list')}?item={office.world.mask.code}"
    first = storekeeper.get(address).context["list"]
    assert len(first.slice.rows) == 50
    assert f"item={office.world.mask.code}" in first.addresses["next"]
    second = storekeeper.get(first.addresses["next"]).context["list"]
    assert len(second.slice.rows) == 11
    assert not {row.pk for row in first.slice.rows} & {row.pk for row in second.slice.rows}
    assert storekeeper.get(second.addresses["previous"]).context["list"].slice.rows == first.slice.rows


def test_htmx_gets_the_list_alone(storekeeper: Any) -> None:
    headers = {"HX-Request": "true", "HX-Target": "list"}
    text = storekeeper.get(reverse("lot_list"), headers=headers).content.decode()
    assert 'id="list"' in text
    assert "<html" not in text


def test_empty_list_teaches(office: Any, storekeeper: Any) -> None:
    from tests.factories.world import make_world

    make_world("empty")
    text = storekeeper.get(reverse("edition_list")).content.decode()
    assert "还没有定稿的通报" in text


def test_export_holds_all_rows_sums_by_unit_and_the_count(office: Any, storekeeper: Any) -> None:
    for _ in range(60):
        office.world.put_in(office.world.mask, 1)
    answer = storekeeper.get(reverse("entry_list"), {"format": "xlsx"})
    page = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    rows = [[cell for cell in row if cell not in (None, "")] for row in page.iter_rows(values_only=True)]
    assert rows[-3][-2:] == [20_060, "只"] or rows[-2][-2:] == [20_060, "只"]
    assert rows[-1] == ["共 62 行"]
    assert answer["Content-Disposition"].startswith("attachment")


def test_export_is_never_a_formula(office: Any, as_user: Any) -> None:
    from liangcao.reference.parties.actions import add_organisation
    from tests.factories.world import NOON

    world = office.world
    add_organisation(bureau_id=world.bureau.pk, code="EVIL", name=EVIL, kind="donor", by=world.system, at=NOON)
    client = as_user("coordinator")
    content = client.get(reverse("organisation_list"), {"format": "xlsx"}).content
    cells = [cell for row in openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows() for cell in row]
    evil = [cell for cell in cells if cell.value == EVIL]
    assert [cell.data_type for cell in evil] == ["s"]
    text = client.get(reverse("organisation_list"), {"format": "csv"}).content.decode("utf-8-sig")
    assert f"'{EVIL}" in text


def test_equal_exports_have_equal_bytes(storekeeper: Any) -> None:
    address = reverse("lot_list") + "?format=xlsx"
    assert storekeeper.get(address).content == storekeeper.get(address).content
