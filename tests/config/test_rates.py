"""Who asks too often is told to wait, in his language, with the seconds; who does not is never told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse

from liangcao.config import environment
from liangcao.config.rates import is_file, network_of_caller
from tests.factories.accounts import make_office
from tests.factories.world import World


@pytest.fixture
def allow(settings: Any, tmp_path: Path) -> Any:
    """`allow(login=(3, 600))` puts these allowances in force, on counters of the test's own."""

    def put(**limits: tuple[int, float]) -> None:
        settings.RATE_FILE = tmp_path / "rates"
        settings.RATE_LIMITS = limits

    return put


def log_in(client: Client, name: str, **headers: str) -> Any:
    return client.post(reverse("login"), {"username": name, "password": "wrong-wrong-wrong"}, headers=headers)


@pytest.mark.django_db
def test_failed_log_ins_of_one_address(allow: Any, settings: Any) -> None:
    """Somebody tries one password on many names: after a few failures his address waits, whatever name comes next."""
    allow(login=(3, 600.0))
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    bad = [log_in(Client(), f"name-{n}", **{"X-Forwarded-For": "203.0.113.7"}).status_code for n in range(3)]
    assert all(status in (400, 401, 403) for status in bad)
    answer = log_in(Client(), "another", **{"X-Forwarded-For": "203.0.113.7"})
    assert answer.status_code == 429
    assert 1 <= int(answer["Retry-After"]) <= 200
    assert "请求过于频繁" in answer.content.decode() and answer["X-Request-Id"] in answer.content.decode()
    assert log_in(Client(), "another", **{"X-Forwarded-For": "203.0.113.8"}).status_code != 429
    assert Client().get(reverse("login"), headers={"X-Forwarded-For": "203.0.113.7"}).status_code == 200


@pytest.mark.django_db
def test_a_chain_of_forged_addresses_is_one_address(allow: Any) -> None:
    """Somebody writes another X-Forwarded-For into each try: without a named proxy it is not read."""
    allow(login=(3, 600.0))
    statuses = [log_in(Client(), "x", **{"X-Forwarded-For": f"203.0.113.{n}"}).status_code for n in range(4)]
    assert statuses[-1] == 429 and 429 not in statuses[:-1]


@pytest.mark.django_db
def test_calls_with_wrong_tokens(allow: Any) -> None:
    allow(stranger=(2, 600.0))
    tries = [Client().get("/api/v1/items", headers={"Authorization": f"Bearer wrong-{n}"}) for n in range(3)]
    assert [answer.status_code for answer in tries] == [401, 401, 429]
    assert tries[-1].json()["code"] == "TOO_MANY_REQUESTS" and int(tries[-1]["Retry-After"]) >= 1
    assert tries[-1].json()["request_id"] == tries[-1]["X-Request-Id"]
    assert Client().get("/api/v1/items").status_code == 401, "without a token nothing is guessed"


def test_calls_of_one_token(world: World, caller: Any, allow: Any) -> None:
    keeper, auditor = caller(world, "storekeeper"), caller(world, "auditor")
    allow(token=(3, 600.0))
    assert [keeper.get("/items").status_code for _ in range(4)] == [200, 200, 200, 429]
    assert auditor.get("/items").status_code == 200
    english = keeper.client.get("/api/v1/items", headers={**keeper.headers, "Accept-Language": "en"})
    assert "Too many requests" in english.json()["message"]


@pytest.mark.django_db
def test_pages_and_exports_of_one_person(allow: Any) -> None:
    make_office()
    from liangcao.foundation.identity.queries import user_by_name

    client, user = Client(), user_by_name("storekeeper")
    assert user is not None
    client.force_login(user)
    allow(person=(50, 600.0), export=(2, 600.0))
    export = {"format": "csv"}
    assert [client.get(reverse("lot_list"), export).status_code for _ in range(3)] == [200, 200, 429]
    assert client.get(reverse("lot_list")).status_code == 200, "the page itself is still there"
    fragment = client.get(reverse("lot_list"), export, headers={"HX-Request": "true"})
    assert fragment.status_code == 429 and "<html" not in fragment.content.decode()


@pytest.mark.django_db
def test_photos_of_one_person_and_one_token(allow: Any, caller: Any) -> None:
    office = make_office()
    from liangcao.foundation.identity.queries import user_by_name

    client, user = Client(), user_by_name("storekeeper")
    assert user is not None
    client.force_login(user)
    allow(person=(50, 600.0), token=(50, 600.0), photo=(2, 600.0))
    assert [client.post(reverse("scan_photo")).status_code for _ in range(3)] == [400, 400, 429]
    assert client.get(reverse("scan")).status_code == 200
    keeper = caller(office.world, "storekeeper")
    assert [keeper.post("/scan/photo", {}).status_code for _ in range(3)] == [400, 400, 429]


@pytest.mark.parametrize(
    "path",
    [
        "/briefing/file/docx/",
        "/briefing/editions/3/xlsx/",
        "/api/v1/plans/3/workbook",
        "/stock/?format=csv",
        "/trace/?ref=x&format=xlsx",
    ],
)
def test_files_are_known_by_their_address(path: str) -> None:
    assert is_file(RequestFactory().get(path))


@pytest.mark.parametrize("path", ["/stock/", "/briefing/", "/api/v1/items", "/files/", "/exporters/"])
def test_pages_are_no_files(path: str) -> None:
    assert not is_file(RequestFactory().get(path))


@pytest.mark.parametrize(
    ("address", "counted"),
    [("203.0.113.7", "203.0.113.7"), ("2001:db8:1:2:3:4:5:6", "2001:0db8:0001:0002"), ("", "")],
)
def test_one_subscriber_is_one_address(address: str, counted: str) -> None:
    assert network_of_caller(RequestFactory().get("/", REMOTE_ADDR=address)) == counted


def test_allowances_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIANGCAO_RATES", "login=5/60, export=0/1, nonsense")
    read = environment.rates("LIANGCAO_RATES")
    assert read.limits["login"] == (5, 60.0) and read.limits["export"] == environment.USUAL_RATES["export"]
    assert read.unread == ["export=0/1", "nonsense"]
    monkeypatch.setenv("LIANGCAO_RATES", "off")
    assert environment.rates("LIANGCAO_RATES").limits == {}
