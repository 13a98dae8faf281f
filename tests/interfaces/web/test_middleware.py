"""What every request passes."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.test import Client
from django.urls import reverse

from liangcao.foundation.kernel.clock import business_date


def test_request_id_of_the_proxy_is_kept(office: Any) -> None:
    assert Client().get("/login/", headers={"X-Request-Id": "proxy-0001"})["X-Request-Id"] == "proxy-0001"


def test_request_id_with_strange_marks_is_replaced(office: Any) -> None:
    answer = Client().get("/login/", headers={"X-Request-Id": "<script>"})
    assert len(answer["X-Request-Id"]) == 12


def test_pages_allow_nothing_but_our_own_files(storekeeper: Any) -> None:
    policy = storekeeper.get("/")["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "script-src 'self'" in policy
    assert "unsafe" not in policy


def test_language_is_chinese_unless_chosen(office: Any) -> None:
    answer = Client().get("/login/", headers={"Accept-Language": "en-GB"})
    assert answer["Content-Language"] == "zh-hans"
    assert "登录" in answer.content.decode()


def test_language_choice_survives_the_logout(storekeeper: Any) -> None:
    storekeeper.post(reverse("switch_language"), {"language": "en", "next": "/stock/"})
    assert storekeeper.get("/")["Content-Language"] == "en"
    storekeeper.post(reverse("logout"))
    assert storekeeper.get("/login/")["Content-Language"] == "en"


def test_language_unknown_is_ignored(storekeeper: Any) -> None:
    storekeeper.post(reverse("switch_language"), {"language": "xx"})
    assert storekeeper.get("/")["Content-Language"] == "zh-hans"


def test_next_never_leads_to_another_host(storekeeper: Any) -> None:
    answer = storekeeper.post(reverse("switch_language"), {"language": "en", "next": "//evil.example/"})
    assert answer["Location"] == "/"


def test_actor_has_bureau_and_its_own_calendar(office: Any, storekeeper: Any) -> None:
    request = storekeeper.get("/").wsgi_request
    assert request.actor.name == "仓管员甲"
    assert request.bureau == office.world.bureau
    assert business_date(request.at) == date(2020, 2, 4)


def test_bureau_of_others_cannot_be_chosen(office: Any, storekeeper: Any) -> None:
    from tests.factories.world import make_world

    other = make_world("other")
    storekeeper.post(reverse("switch_bureau"), {"bureau": other.bureau.pk})
    assert storekeeper.get("/").wsgi_request.bureau == office.world.bureau


def test_unit_has_its_organisation_and_the_bureau_that_serves_it(office: Any, as_user: Any) -> None:
    unit = office.world.hospital
    request = as_user(unit.code.lower()).get(reverse("portal_home")).wsgi_request
    assert (request.organisation, request.bureau) == (unit, office.world.bureau)
