"""Faults that no view has caught: the database breaks off in the session, at log-in, when the actor is looked up."""

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
    assert "请用同一编号重试" in answer.content.decode()


def test_call_when_the_database_breaks_off(storekeeper: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(OUTSIDE_A_VIEW[0], broken)
    answer = storekeeper.get("/api/v1/items")
    assert (answer.status_code, answer["Retry-After"]) == (503, "2")
    assert answer.json()["code"] == "OUTCOME_UNKNOWN"
    assert answer.json()["request_id"] == answer["X-Request-Id"]


def test_fault_that_is_ours_stays_a_fault(storekeeper: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(*_: Any, **__: Any) -> None:
        raise LookupError("ours")

    monkeypatch.setattr(OUTSIDE_A_VIEW[0], wrong)
    assert storekeeper.get(reverse("stock")).status_code == 500
    answer = storekeeper.get("/api/v1/items")
    assert (answer.status_code, answer.json()["code"]) == (500, "INTERNAL")
