"""What goods weigh, and when units and stores are open, by page and API."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db


def test_by_page_and_api(office: Any, as_user: Any, caller: Any) -> None:
    world, user, api = office.world, as_user("coordinator"), caller(office.world, "coordinator")
    item, key = world.n95, {"client_id": str(uuid4())}
    page = user.post(
        reverse("item_carriage", args=[item.pk]), {**key, "weight_grams": "8", "volume_ml": ""}, follow=True
    )
    assert "8 克" in page.content.decode()
    said = {"client_id": str(uuid4()), "opens_at": "08:00", "closes_at": "17:30", "service_minutes": "15"}
    page = user.post(reverse("organisation_hours", args=[world.town.pk]), said, follow=True)
    assert "08:00–17:30" in page.content.decode()
    refused = user.post(
        reverse("store_hours", args=[world.store.pk]), said | {"closes_at": "", "client_id": str(uuid4())}
    )
    assert refused.status_code == 400
    page = user.post(reverse("store_hours", args=[world.store.pk]), said | {"client_id": str(uuid4())}, follow=True)
    assert "08:00–17:30" in page.content.decode()
    assert api.post(f"/items/{item.pk}/carriage", {"weight_grams": 9}).json()["weight_grams"] == 9
    answer = api.post(f"/organisations/{world.town.pk}/hours", {"opens_at": "09:00", "closes_at": "11:00"})
    assert (answer.json()["opens_at"], answer.json()["service_minutes"]) == ("09:00", 10)
    assert api.post(f"/stores/{world.store.pk}/hours", {"opens_at": "09:00"}).status_code == 400
    assert api.post(f"/stores/{world.store.pk}/hours", {}).json()["opens_at"] is None
