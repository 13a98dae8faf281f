"""Values that no form of ours sends, and databases that break off: a page in words, never a fault."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django import forms
from django.db import OperationalError
from django.urls import reverse

from liangcao.foundation.identity.actor import Actor
from liangcao.interfaces.web.desk.accounts import fact_value
from liangcao.interfaces.web.desk.supply.money import YuanField
from liangcao.interfaces.web.row_ids import row_id


@pytest.mark.parametrize("text", ["", "²", "-1", "1e3", " 1", "9" * 19, "9" * 5000, "٣"])
def test_what_cannot_be_an_id(text: str) -> None:
    assert row_id(text) is None


def test_an_id() -> None:
    assert row_id("17") == 17


@pytest.mark.parametrize("account", ["9" * 25, "²", "x"])
def test_account_that_cannot_be(storekeeper: Any, account: str) -> None:
    answer = storekeeper.get(reverse("entry_list"), {"account_from": account})
    assert answer.status_code == 400


@pytest.mark.parametrize("value", ["²", "٣", "9" * 25])
@pytest.mark.parametrize("fact", ["earmark", "unit_cost"])
def test_stored_fact_that_is_no_number_is_shown_as_it_stands(rf: Any, fact: str, value: str) -> None:
    request: Any = rf.get("/")
    request.bureau, request.organisation, request.actor = None, None, Actor.system("读者", 0)
    assert fact_value(request, fact, value) == value


@pytest.mark.parametrize("money", ["10²", "٣", "①"])
def test_money_that_no_one_writes(money: str) -> None:
    assert YuanField().clean("6,427,000.50") == 642_700_050
    with pytest.raises(forms.ValidationError):
        YuanField().clean(money)


@pytest.mark.parametrize("bureau", ["²", "9" * 5000])
def test_bureau_that_cannot_be(office: Any, storekeeper: Any, bureau: str) -> None:
    assert storekeeper.post(reverse("switch_bureau"), {"bureau": bureau}).status_code == 302
    assert storekeeper.get("/").wsgi_request.bureau == office.world.bureau


@pytest.mark.parametrize("receipt", ["²", "9" * 25])
def test_receipt_that_cannot_be(as_user: Any, receipt: str) -> None:
    assert as_user("allocator").get(reverse("share_new"), {"receipt": receipt}).status_code == 200


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_briefing_of_a_day_at_the_calendars_end(as_user: Any, day: str) -> None:
    answer = as_user("leader").get(reverse("briefing"), {"date": day})
    assert answer.status_code == 400
    assert day in answer.content.decode()


@pytest.mark.parametrize("mark", ["\x00", "\x1b", "\x85"])
def test_characters_that_no_text_has(storekeeper: Any, mark: str) -> None:
    found = storekeeper.get(reverse("lot_list"), {"q": f"a{mark}"})
    sent = storekeeper.post(reverse("switch_language"), {"language": "en", "next": f"/{mark}"})
    for answer, field in ((found, "q"), (sent, "next")):
        assert answer.status_code == 400
        assert f"字段 {field} 中有不可见的控制字符" in answer.content.decode()


def test_log_in_with_nul(client: Any, db: None) -> None:
    assert client.post(reverse("login"), {"username": "a\x00", "password": "b"}).status_code == 400


def test_database_that_breaks_off(storekeeper: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise OperationalError("deadlock detected")

    monkeypatch.setattr("liangcao.ledger.queries.lot", broken)
    answer = storekeeper.get(reverse("lot", args=[uuid4()]))
    assert (answer.status_code, answer["Retry-After"]) == (503, "2")
    assert "数据库暂时连不上,请稍后再试" in answer.content.decode()
