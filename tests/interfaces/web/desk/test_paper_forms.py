"""Blank paper forms: printed with numbers of their own, found again by number, entered once."""

from __future__ import annotations

import re
import zlib
from random import Random
from typing import Any

import pytest
from django.urls import reverse

from liangcao.foundation.kernel.errors import Invalid
from liangcao.interfaces.intake.paper_forms import FORMS
from liangcao.interfaces.intake.paper_numbers import SIGNS, new_number, read_number
from liangcao.interfaces.web.desk.paper_forms.views import ENTRIES
from tests.factories.world import NOON, World

TODAY = NOON.date()
pytestmark = pytest.mark.django_db


def pages_of(pdf: bytes) -> int:
    """Sheets of paper, counted in the file's own directory of pages."""
    streams = re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.S)
    text = pdf + b"".join(_inflated(stream) for stream in streams)
    return len(re.findall(rb"/Type\s*/Page(?![s\w])", text))


def _inflated(stream: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(stream)
    except zlib.error:
        return b""


def test_a_wrong_sign_or_two_that_changed_places_are_found() -> None:
    dice = Random("paper")
    for kind in FORMS:
        for _ in range(200):
            number = new_number(kind, TODAY)
            assert read_number(f" {number.lower()} ") == (number, kind)
            place = dice.randrange(10, 16)
            wrong = number[:place] + dice.choice(SIGNS.replace(number[place], "")) + number[place + 1 :]
            place = dice.randrange(10, 15)
            turned = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
            for each in {wrong, turned} - {number}:
                with pytest.raises(Invalid, match="PAPER_NUMBER_INVALID"):
                    read_number(each)


@pytest.mark.parametrize("kind", FORMS)
def test_as_many_sheets_as_were_asked_for(office: Any, as_user: Any, kind: str) -> None:
    answer = as_user("coordinator").get(reverse("paper_forms"), {"kind": kind, "copies": "3", "written": "一号库"})
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert pages_of(answer.content) == 3


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"kind": "requisition", "copies": "0"}, "1"),
        ({"kind": "requisition", "copies": "101"}, "份数须为 1–100"),
        ({"kind": "requisition", "copies": "2.5"}, "请填写整数"),
        ({"kind": "poem", "copies": "1"}, "poem"),
        ({"kind": "receipt", "copies": "1", "written": "长" * 21}, "20"),
        ({"number": "ZDS200203-AAAAAB"}, "不是纸单编号"),
        ({"number": "<b>"}, "不是纸单编号"),
    ],
)
def test_what_cannot_be_printed_or_found_says_why(office: Any, as_user: Any, asked: Any, words: str) -> None:
    answer = as_user("coordinator").get(reverse("paper_forms"), asked)
    assert answer.status_code == 400
    assert words in answer.content.decode()


def test_a_paper_is_entered_and_the_second_time_said_to_be(office: Any, as_user: Any) -> None:
    client, world = as_user("coordinator"), office.world
    number = new_number("requisition", TODAY)
    found = client.get(reverse("paper_forms"), {"number": number.lower()})
    assert found.headers["Location"] == reverse("paper_form", args=[number])
    before = client.get(found.headers["Location"]).content.decode()
    entry = f"{reverse('requisition_new')}?paper={number}"
    assert "还没有录入" in before
    assert f'href="{entry}"' in before
    page = client.get(entry).content.decode()
    assert f'value="纸单 {number}"' in page
    sent = {
        "organisation_id": world.hospital.pk, "caller": "设备科甲", "channel": "phone", "received_at": "2020-02-03T09:00",
        "urgency": "normal", "note": f"纸单 {number}", "client_id": re.search(r'name="client_id" value="([^"]+)"', page)[1],
        "lines-TOTAL_FORMS": "1", "lines-INITIAL_FORMS": "0", "lines-0-item_id": world.mask.pk, "lines-0-quantity": "200",
        "lines-0-unit": "",
    }  # fmt: skip
    done = client.post(reverse("requisition_new"), sent)
    assert done.status_code in (302, 303)
    after = client.get(reverse("paper_form", args=[number])).content.decode()
    assert "已经录入过" in after
    assert done.headers["Location"].rpartition("?")[0] in after or done.headers["Location"] in after


def test_who_may_not_enter_such_a_paper_is_told_to_hand_it_on(office: Any, as_user: Any) -> None:
    page = as_user("storekeeper").get(reverse("paper_form", args=[new_number("requisition", TODAY)])).content.decode()
    assert "请把纸交给受理的人" in page


@pytest.mark.parametrize("kind", FORMS)
def test_every_kind_has_its_page_of_entry_and_carries_its_number(office: Any, as_user: Any, kind: str) -> None:
    role = {"receipt": "storekeeper", "emergency": "storekeeper", "gift": "gift_clerk"}.get(kind, "coordinator")
    name, arguments = ENTRIES[kind]
    number = new_number(kind, TODAY)
    page = as_user(role).get(reverse(name, args=arguments), {"paper": number})
    assert page.status_code == 200
    assert f"纸单 {number}" in page.content.decode()
    made_up = as_user(role).get(reverse(name, args=arguments), {"paper": "<script>"})
    assert "<script>&quot;" not in made_up.content.decode()
    assert "纸单" not in made_up.content.decode()


def test_forms_over_the_api(world: World, caller: Any) -> None:
    by = caller(world, "storekeeper")
    answer = by.get("/paper-forms/receipt/file", copies=2, written="一号库")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert pages_of(answer.content) == 2
    for path, query in [
        ("poem", {}),
        ("receipt", {"copies": 0}),
        ("receipt", {"copies": 101}),
        ("receipt", {"x": "1"}),
    ]:
        assert by.get(f"/paper-forms/{path}/file", **query).status_code == 400
    assert caller(world, "auditor").get("/paper-forms/receipt/file").status_code == 403


def test_the_page_of_scanning_leads_to_a_paper(office: Any, as_user: Any) -> None:
    number = new_number("receipt", TODAY)
    place = reverse("paper_form", args=[number])
    client = as_user("storekeeper")
    for code in (f"http://192.0.2.7:8000{place}", number.lower()):
        assert client.get(reverse("scan"), {"code": code}).headers["Location"] == place
        told = client.get(reverse("scan_read"), {"code": code}).json()
        assert (told["kind"], told["url"], told["message"]) == ("paper", place, f"纸单 {number}")
    assert client.get(reverse("scan"), {"code": f"http://192.0.2.7:8000{place[:-2]}*/"}).status_code == 400
    assert client.get(reverse("scan"), {"code": number[:-1] + "*"}).status_code == 400
    # For whom the page of papers is not, its address is a code that nobody understands.
    assert as_user("auditor").get(reverse("scan_read"), {"code": number}).status_code == 400
