"""A link that would be refused is shown as text."""

from __future__ import annotations

from typing import Any

from django.urls import reverse


def test_links_open_for_those_who_may(office: Any, storekeeper: Any) -> None:
    text = storekeeper.get(reverse("store_list")).content.decode()
    assert f"?store={office.world.store.code}" in text


def test_links_that_would_be_refused_are_text(office: Any, as_user: Any) -> None:
    text = as_user("administrator").get(reverse("store_list")).content.decode()
    assert office.world.store.name in text
    assert "?store=" not in text
