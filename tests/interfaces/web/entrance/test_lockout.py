"""The lock after wrong passwords, and how it is opened: threat 24."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client
from django.urls import reverse

from tests.factories.codes import code_of
from tests.interfaces.web.entrance.test_second_factor import with_app

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"|value="[^"]*"|[0-9a-f]{12}')


def log_in(office: Any, username: str, password: str = "wrong", **where: Any) -> Any:
    return Client(**where).post(reverse("login"), {"username": username, "password": password})


def lock(office: Any, username: str, **where: Any) -> None:
    for _each in range(5):
        log_in(office, username, **where)


def test_five_failures_lock_the_name_even_for_the_right_password(office: Any) -> None:
    lock(office, "leader")
    answer = log_in(office, "leader", office.password)
    assert answer.status_code == 429
    assert "15 分钟" in answer.content.decode()
    assert log_in(office, "storekeeper", office.password).status_code == 302


@pytest.mark.parametrize("failures", [1, 6])
def test_known_and_unknown_names_read_alike(office: Any, failures: int) -> None:
    pages = []
    for name in ("leader", "nobody"):
        answers = [log_in(office, name) for _each in range(failures)]
        pages.append((answers[-1].status_code, TOKEN.sub("", answers[-1].content.decode())))
    assert pages[0] == pages[1]


@pytest.mark.parametrize("name", ["leader", "nobody", "closed", "without password"])
def test_every_name_costs_one_hash(office: Any, name: str, monkeypatch: Any) -> None:
    """The same work, hence the same time: no clock is needed to see it."""
    from liangcao.foundation.identity.actions import add_user, deactivate_user
    from liangcao.foundation.identity.queries import user_by_name
    from tests.factories.world import NOON

    if name == "closed":
        deactivate_user(user=add_user(username=name, display_name="甲", password=office.password, at=NOON), at=NOON)
    if name == "without password":
        add_user(username=name, display_name="甲", password=None, at=NOON)
    assert (user_by_name(name) is None) == (name == "nobody")
    hashed: list[str] = []
    plain = MD5PasswordHasher.encode
    monkeypatch.setattr(
        MD5PasswordHasher, "encode", lambda self, *given: (hashed.append(given[0]), plain(self, *given))[1]
    )
    log_in(office, name)
    assert len(hashed) == 1


def test_a_lock_does_not_last_longer_because_it_is_tried(office: Any) -> None:
    from axes.models import AccessAttempt

    lock(office, "leader")
    before = AccessAttempt.objects.get(username="leader").attempt_time
    log_in(office, "leader")
    assert AccessAttempt.objects.get(username="leader").attempt_time == before


def test_a_lock_opens_by_itself_after_a_quarter_of_an_hour(office: Any) -> None:
    from datetime import timedelta

    from axes.models import AccessAttempt

    lock(office, "leader")
    held = AccessAttempt.objects.filter(username="leader")
    begun = held.get().attempt_time
    held.update(attempt_time=begun - timedelta(minutes=14))
    assert log_in(office, "leader", office.password).status_code == 429
    held.update(attempt_time=begun - timedelta(minutes=15, seconds=1))
    assert log_in(office, "leader", office.password).status_code == 302


def test_an_address_that_tries_many_names_is_locked(office: Any, settings: Any) -> None:
    settings.FAILURES_PER_ADDRESS = 8
    for number in range(8):
        log_in(office, f"name{number}", REMOTE_ADDR="10.0.0.9")
    assert log_in(office, "leader", office.password, REMOTE_ADDR="10.0.0.9").status_code == 429
    assert log_in(office, "leader", office.password, REMOTE_ADDR="10.0.0.7").status_code == 302


def test_the_owner_opens_the_lock_with_a_code(office: Any) -> None:
    secret, _codes = with_app("leader")
    lock(office, "leader")
    opened = Client().post(reverse("unlocking"), {"username": "leader", "code": code_of(secret)})
    assert opened.status_code == 303
    assert log_in(office, "leader", office.password)["Location"] == reverse("mfa_authenticate")


def test_opening_tells_nothing_about_names(office: Any) -> None:
    with_app("leader")
    pages = []
    for name in ("leader", "storekeeper", "nobody"):
        answer = Client().post(reverse("unlocking"), {"username": name, "code": "000000"})
        pages.append((answer.status_code, TOKEN.sub("", answer.content.decode())))
    assert pages[0] == pages[1] == pages[2]
    assert pages[0][0] == 400


def test_a_stranger_cannot_use_up_the_owners_way_to_open(office: Any) -> None:
    secret, _codes = with_app("leader")
    lock(office, "leader", REMOTE_ADDR="10.0.0.9")
    for _each in range(6):
        Client(REMOTE_ADDR="10.0.0.9").post(reverse("unlocking"), {"username": "leader", "code": "000000"})
    posted = {"username": "leader", "code": code_of(secret)}
    assert Client(REMOTE_ADDR="10.0.0.9").post(reverse("unlocking"), posted).status_code == 400
    assert Client(REMOTE_ADDR="10.0.0.7").post(reverse("unlocking"), posted).status_code == 303


def test_an_administrator_opens_the_lock_on_the_persons_page(office: Any, as_user: Any) -> None:
    from liangcao.foundation.identity.queries import user_by_name
    from liangcao.foundation.kernel.ids import new_id

    lock(office, "leader")
    person = user_by_name("leader").person  # type: ignore[union-attr]
    administrator = as_user("administrator")
    assert "登录被锁" in administrator.get(reverse("person", args=[person.pk])).content.decode()
    path = reverse("person_unlocking", args=[person.pk])
    assert as_user("storekeeper").post(path, {"client_id": str(new_id())}).status_code == 403
    assert administrator.post(path, {"client_id": str(new_id())}).status_code == 303
    assert log_in(office, "leader", office.password).status_code == 302
