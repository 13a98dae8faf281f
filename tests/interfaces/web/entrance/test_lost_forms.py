"""A form that comes too late: the session is over, or the page is from before another log-in. Nothing is written, the
page says what to do, and the way leads back to the form; what was typed is put in by the browser (tests/browser)."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from liangcao.foundation.identity.queries import user_by_name
from liangcao.operations.demand.models import Requisition
from liangcao.reference.parties.models import Organisation
from tests.factories.demand import make_requisition


@pytest.fixture
def strict(office: Any) -> Client:
    """An administrator whose forms need their token."""
    client, user = Client(enforce_csrf_checks=True), user_by_name("administrator")
    assert user is not None
    client.force_login(user)
    return client


def late_form(**more: str) -> dict[str, str]:
    return {"client_id": str(uuid4()), "code": "X-9", "name": "示例医院九", "kind": "hospital", **more}


@pytest.mark.parametrize("token", [None, "", "x" * 64, "expired"])
def test_a_page_that_is_out_of_date_says_so_and_leads_back(strict: Client, token: str | None) -> None:
    address = f"{reverse('organisation_new')}?kind=hospital"
    sent = late_form() if token is None else late_form(csrfmiddlewaretoken=token)
    answer = strict.post(address, sent, headers={"Referer": f"http://testserver{address}"})
    text = answer.content.decode()
    assert answer.status_code == 403
    assert "页面已过期" in text and "未做任何修改" in text and "刷新页面" in text
    assert f'<a href="{address}" data-reopens>' in text
    assert not Organisation.objects.filter(code="X-9").exists()


def test_it_says_so_in_english(strict: Client, as_user: Any) -> None:
    session = strict.session
    session["language"] = "en"
    session.save()
    answer = strict.post(reverse("organisation_new"), late_form())
    text = answer.content.decode()
    assert answer.status_code == 403 and answer["Content-Language"] == "en"
    assert "expired" in text and "Reload" in text and "刷新" not in text


def test_a_dialog_keeps_its_form_below_the_sentence(strict: Client) -> None:
    address = reverse("organisation_new")
    headers = {"HX-Request": "true", "HX-Target": "dialog-body"}
    answer = strict.post(address, late_form(), headers=headers)
    text = answer.content.decode()
    assert answer.status_code == 403 and answer["HX-Reswap"] == "afterbegin"
    assert "<html" not in text and f'<a href="{address}" data-reopens>' in text


def test_an_act_without_a_page_of_its_own_is_not_led_back_to(strict: Client) -> None:
    answer = strict.post(reverse("logout"), {}, headers={"Referer": "http://testserver/stock/"})
    assert answer.status_code == 403 and "data-reopens" not in answer.content.decode()
    foreign = strict.post(reverse("logout"), {}, headers={"Referer": "https://evil.example/logout"})
    assert foreign.status_code == 403 and "data-reopens" not in foreign.content.decode()


def test_two_windows_with_one_step_do_it_once(office: Any, as_user: Any) -> None:
    """The same form open twice, each with its own id: the second is told how things stand."""
    requisition = make_requisition(office.world)
    unit, address = as_user("u05"), reverse("portal_withdrawal", args=[requisition.pk])
    windows = [unit.get(address).context["form"]["client_id"].value() for _ in range(2)]
    assert windows[0] != windows[1]
    sent = [{"client_id": str(key), "reason": "已解决", "version": requisition.version} for key in windows]
    first, second = (unit.post(address, each) for each in sent)
    again = unit.post(address, sent[0])
    assert (first.status_code, second.status_code, again.status_code) == (303, 409, 303)
    assert first["Location"] == again["Location"]
    assert Requisition.objects.get().status == "withdrawn"
