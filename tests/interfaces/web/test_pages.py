"""Who may open a page, and what the others are told."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

OPEN = {"login", "logout", "switch_language", "switch_bureau", "unlocking", "acceptance", "password_choice"}
DESK = [
    "home", "search", "stock", "store_stock", "place_list", "lot_list", "entry_list", "trace", "move_list", "proof",
    "briefing", "edition_list", "settings", "item_list", "organisation_list", "store_list", "person_list",
    "rule_set_list",
]  # fmt: skip


@pytest.mark.parametrize("name", DESK)
def test_desk_page_opens_for_the_leader(as_user: Any, name: str) -> None:
    answer = as_user("leader").get(reverse(name))
    assert answer.status_code == 200, answer.content.decode()[:500]
    assert "<h1" in answer.content.decode()


@pytest.mark.parametrize("name", DESK)
def test_desk_page_sends_strangers_to_the_login(office: Any, name: str) -> None:
    answer = Client().get(reverse(name))
    assert answer.status_code == 302
    assert answer["Location"] == f"/login/?next={reverse(name)}"


@pytest.mark.parametrize("name", DESK)
def test_desk_page_is_closed_to_units(office: Any, as_user: Any, name: str) -> None:
    answer = as_user(office.world.hospital.code.lower()).get(reverse(name))
    assert answer.status_code == 302
    assert answer["Location"] == reverse("portal_home")


def test_page_without_the_grant_is_refused_with_the_roles_that_may(as_user: Any) -> None:
    answer = as_user("buyer").get(reverse("journal"))
    assert answer.status_code == 403
    assert "审计员" in answer.content.decode()


def test_person_without_appointment_is_told_whom_to_ask(office: Any, as_user: Any) -> None:
    from liangcao.foundation.identity.actions import add_user
    from tests.factories.world import NOON

    add_user(username="nobody", display_name="无岗", password="shili-mima-2020", at=NOON)
    answer = as_user("nobody").get("/")
    assert answer.status_code == 403
    assert "没有任职" in answer.content.decode()


def test_htmx_after_the_session_has_ended_loads_the_login_as_a_page(office: Any) -> None:
    answer = Client(headers={"HX-Request": "true"}).get(reverse("stock"))
    assert answer["HX-Redirect"] == f"/login/?next={reverse('stock')}"


def test_every_route_says_who_may_open_it() -> None:
    """A view without a guard would be open to the world."""
    unguarded = [name for name, view in _views() if not hasattr(view, "access")]
    assert not unguarded
    assert {name for name, view in _views() if view.access[0] == "open"} >= OPEN


def _views() -> list[tuple[str, Any]]:
    found = []
    for pattern in get_resolver("liangcao.interfaces.web.urls").url_patterns:
        found += [(each.name, each.callback) for each in pattern.url_patterns]
    return found
