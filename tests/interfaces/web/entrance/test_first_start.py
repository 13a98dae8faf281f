"""An empty system: told at the log-in page, set up once with the link of the terminal."""

from __future__ import annotations

from django.test import Client
from django.urls import reverse

from liangcao.foundation.kernel.clock import now
from liangcao.reference.parties import actions
from liangcao.reference.parties.models import Region

PASSWORD = "luobo qingcai 2020"


def test_the_first_administrator_sets_the_bureau_up_and_logs_in(db: None) -> None:
    Region.objects.get_or_create(code="330784", defaults={"name": "示例市", "level": 3})
    secret = actions.make_first_start_link(at=now())
    assert secret is not None
    client = Client()
    assert "一次性链接" in client.get(reverse("login")).content.decode()
    assert client.get(reverse("first_start", args=["guessed"])).status_code == 404
    path = reverse("first_start", args=[secret])
    given = {
        "bureau_name": "示例局", "bureau_code": "shili", "region": "330784", "name": "甲", "username": "jia",
        "password": PASSWORD, "repeated": PASSWORD,
    }  # fmt: skip
    assert client.post(path, {**given, "repeated": "another one 2020"}).status_code == 400
    assert client.post(path, given).status_code == 303
    assert client.get(path).status_code == 404
    assert client.post(reverse("login"), {"username": "jia", "password": PASSWORD})["Location"] == "/"
    assert client.get(reverse("person_list")).status_code == 200
