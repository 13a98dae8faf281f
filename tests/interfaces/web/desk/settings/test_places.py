"""Where units and stores stand, by page and API."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db


def test_places_by_page_and_api(office: Any, as_user: Any, caller: Any) -> None:
    world, user = office.world, as_user("coordinator")
    way = reverse("store_place", args=[world.store.pk])
    refused = user.post(way, {"client_id": str(uuid4()), "latitude": "28.9", "longitude": ""})
    assert refused.status_code == 400
    assert "要么都填" in refused.content.decode()
    page = user.post(way, {"client_id": str(uuid4()), "latitude": "28.9", "longitude": "120.03"}, follow=True)
    assert "28.900000, 120.030000" in page.content.decode()
    api = caller(world, "coordinator")
    answer = api.post(
        f"/organisations/{world.town.pk}/details", {"name": "示例东镇", "latitude": 28.9, "longitude": 120}
    )
    assert (answer.json()["latitude"], answer.json()["longitude"]) == (28.9, 120.0)
    assert api.post(f"/stores/{world.store.pk}/place", {"latitude": 91, "longitude": 0}).status_code == 400
    assert api.post(f"/stores/{world.store.pk}/place", {}).json()["latitude"] is None
