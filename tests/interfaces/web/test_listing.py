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
    assert rows[-1] == ["以上共 62 行"]
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


def test_words_for_the_chat_group_and_a_picture_of_what_the_filters_leave(office: Any, storekeeper: Any) -> None:
    world = office.world
    asked = {"item": world.suit.code}
    words = storekeeper.get(reverse("entry_list"), {**asked, "format": "txt"})
    assert words["Content-Type"] == "text/plain; charset=utf-8"
    assert words["Content-Disposition"].startswith("attachment")
    lines = words.content.decode().splitlines()
    assert "300件" in lines[2] or "300套" in lines[2], lines
    assert lines[-1] == "共 1 行"
    picture = storekeeper.get(reverse("entry_list"), {**asked, "format": "png"})
    assert (picture["Content-Type"], picture.content[:4]) == ("image/png", b"\x89PNG")


def test_a_picture_of_a_long_list_is_refused(office: Any, storekeeper: Any) -> None:
    for _ in range(60):
        office.world.put_in(office.world.mask, 1)
    answer = storekeeper.get(reverse("entry_list"), {"format": "png"})
    assert answer.status_code == 400
    assert "图片最多放 60 行" in answer.content.decode()


def test_every_list_offers_all_four(storekeeper: Any) -> None:
    text = storekeeper.get(reverse("entry_list"), {"from": "2020-02-01"}).content.decode()
    for kind in ("xlsx", "csv", "txt", "png"):
        assert f"&amp;format={kind}" in text, kind


@pytest.mark.slow
def test_a_large_export_leaves_in_pieces(office: Any, as_user: Any) -> None:
    """Fifty thousand rows of the database, read through a cursor; the file is no answer in memory."""
    from liangcao.reference.parties.models import Organisation

    world = office.world
    Organisation.objects.bulk_create(
        Organisation(
            bureau=world.bureau, code=f"MANY-{place}", name=f"示例单位{place}", pinyin=f"shilidanwei{place:06d}",
            kind=world.hospital.kind,
        )
        for place in range(50_000)
    )  # fmt: skip
    answer = as_user("coordinator").get(reverse("organisation_list"), {"format": "csv"})
    assert answer.streaming
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert len(text.splitlines()) > 50_000
    assert text.count("MANY-") == 50_000
