"""Log-in, log-out."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.urls import reverse


def test_log_in_leads_to_the_page_asked_for(office: Any) -> None:
    client = Client()
    posted = {"username": "leader", "password": office.password, "next": "/stock/"}
    answer = client.post(reverse("login"), posted)
    assert answer["Location"] == "/stock/"
    assert client.get("/stock/").status_code == 200


def test_log_in_never_leads_elsewhere(office: Any) -> None:
    posted = {"username": "leader", "password": office.password, "next": "//evil.example/"}
    assert Client().post(reverse("login"), posted)["Location"] == "/"


def test_wrong_password_and_wrong_name_sound_alike(office: Any) -> None:
    texts = []
    for name in ("leader", "nobody"):
        answer = Client().post(reverse("login"), {"username": name, "password": "wrong"})
        assert answer.status_code == 400
        texts.append(answer.content.decode())
    assert all("用户名或密码不对" in text for text in texts)


def test_log_out_needs_a_post(storekeeper: Any) -> None:
    assert storekeeper.get(reverse("logout")).status_code == 405
    assert storekeeper.post(reverse("logout"))["Location"] == reverse("login")
    assert storekeeper.get("/").status_code == 302
