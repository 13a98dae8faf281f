"""Faults that no view has caught, and refusals without words: each becomes a sentence with the number of the request,
as a page or as JSON, and shows nothing of the inside."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from tests.factories.accounts import make_office

OUTSIDE_A_VIEW = [
    "django.contrib.sessions.backends.db.SessionStore._get_session_from_db",
    "django.contrib.auth.backends.ModelBackend.get_user",
    "liangcao.reference.parties.queries.actor_for_user",
    "liangcao.reference.parties.queries.moment",
]


def broken(*_: Any, **__: Any) -> None:
    raise OperationalError("database is locked")


@pytest.fixture
def storekeeper(db: None) -> Client:
    make_office()
    from liangcao.foundation.identity.queries import user_by_name

    client, user = Client(raise_request_exception=False), user_by_name("storekeeper")
    assert user is not None
    client.force_login(user)
    return client


@pytest.mark.parametrize("place", OUTSIDE_A_VIEW)
def test_page_when_the_database_breaks_off(storekeeper: Client, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    monkeypatch.setattr(place, broken)
    answer = storekeeper.get(reverse("stock"))
    assert (answer.status_code, answer["Retry-After"]) == (503, "2")
    assert "数据库暂时连不上,请稍后再试" in answer.content.decode()


def test_call_when_the_database_breaks_off(storekeeper: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(OUTSIDE_A_VIEW[0], broken)
    answer = storekeeper.get("/api/v1/items")
    assert (answer.status_code, answer["Retry-After"]) == (503, "2")
    assert (answer.json()["code"], answer.json()["applied"]) == ("DATABASE_DOWN", False)
    assert answer.json()["request_id"] == answer["X-Request-Id"]


def test_fault_that_is_ours_stays_a_fault(storekeeper: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(*_: Any, **__: Any) -> None:
        raise LookupError("ours")

    monkeypatch.setattr(OUTSIDE_A_VIEW[0], wrong)
    assert storekeeper.get(reverse("stock")).status_code == 500
    answer = storekeeper.get("/api/v1/items")
    assert (answer.status_code, answer.json()["code"]) == (500, "INTERNAL")


INSIDE = ("Traceback", "site-packages", "liangcao/", "LookupError", "django", "SELECT ", "/usr/")


def refused(answer: Any, status: int, *, is_machine: bool = False) -> None:
    """The answer has its status, its number, words of ours and nothing of the inside."""
    text = answer.content.decode()
    assert answer.status_code == status
    assert answer["X-Request-Id"] in text
    assert not [word for word in INSIDE if word.lower() in text.lower()]
    if is_machine:
        assert set(answer.json()) >= {"code", "message", "field", "row", "request_id"}
    else:
        assert ("<html" in text and 'role="alert"' in text) or status == 500


def test_page_of_each_status(storekeeper: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    refused(storekeeper.get("/stock/?colour=red"), 400)
    refused(storekeeper.get(reverse("plan_new")), 403)
    refused(storekeeper.get("/nowhere/"), 404)
    not_allowed = storekeeper.get(reverse("logout"))
    refused(not_allowed, 405)
    assert not_allowed["Allow"] == "POST" and "不接受 GET 请求" in not_allowed.content.decode()
    refused(storekeeper.post(reverse("logout"), CONTENT_LENGTH="99999999999"), 413)
    monkeypatch.setattr(OUTSIDE_A_VIEW[2], broken)
    refused(storekeeper.get(reverse("stock")), 503)


def test_page_of_a_fault(storekeeper: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(*_: Any, **__: Any) -> None:
        raise LookupError("secret of the inside 110101199003074514")

    monkeypatch.setattr(OUTSIDE_A_VIEW[2], wrong)
    answer = storekeeper.get(reverse("stock"))
    refused(answer, 500)
    assert "110101199003074514" not in answer.content.decode()


def test_call_of_each_status(storekeeper: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    refused(storekeeper.get("/api/v1/items", headers={"Authorization": "Bearer x"}), 401, is_machine=True)
    refused(storekeeper.get("/api/v1/nothing"), 404, is_machine=True)
    refused(storekeeper.get("/api/nothing"), 404, is_machine=True)
    not_allowed = storekeeper.delete("/api/v1/items")
    refused(not_allowed, 405, is_machine=True)
    assert "GET" in not_allowed["Allow"]
    refused(storekeeper.post("/api/v1/transfers", CONTENT_LENGTH="99999999999"), 413, is_machine=True)
    refused(storekeeper.get("/api/v1/items", headers={"Host": "evil.example"}), 400, is_machine=True)
    monkeypatch.setattr("liangcao.reference.parties.queries.actor_for_token", broken)
    refused(storekeeper.get("/api/v1/items", headers={"Authorization": "Bearer x"}), 503, is_machine=True)


def test_english_readers_read_english(storekeeper: Client) -> None:
    storekeeper.post(reverse("switch_language"), {"language": "en"})
    assert "does not take GET" in storekeeper.get(reverse("logout")).content.decode()


@pytest.mark.parametrize("method", ["put", "patch", "delete", "trace"])
@pytest.mark.parametrize("path", ["/stock/", "/api/v1/moves/1", "/healthz"])
def test_methods_that_nobody_offers(storekeeper: Client, method: str, path: str) -> None:
    """Somebody sends PUT, PATCH, DELETE or TRACE to a page or a posted document: nothing is changed, nothing echoed."""
    answer = getattr(storekeeper, method)(path, headers={"X-Secret": "echo-me"})
    assert answer.status_code in (403, 405), answer.status_code
    assert "echo-me" not in answer.content.decode()
