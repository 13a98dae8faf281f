"""Outbound trips by API and by page: planned, arranged, proposed, printed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from liangcao.foundation.jobs.running import run_one
from tests.factories.outbound import MORNING, make_waiting, plan_out, propose_out
from tests.factories.trips import make_vehicle
from tests.factories.world import NOON

# The office has a calendar of its own that stands later than the acts of the factories.
LATER = MORNING + timedelta(days=7)

pytestmark = pytest.mark.django_db


def test_planned_changed_and_cancelled_by_api(office: Any, caller: Any) -> None:
    world, api = office.world, caller(office.world, "coordinator")
    first, second = make_waiting(world)
    body = {
        "store": world.store.code, "vehicle": make_vehicle(world).pk, "deliveries": [first.pk, second.pk],
        "leaves_at": LATER.isoformat(),
    }  # fmt: skip
    made = api.post("/outbound-trips", body)
    assert made.status_code == 201, made.content
    way = f"/outbound-trips/{made.json()['id']}"
    assert [stop["delivery"] for stop in made.json()["stops"]] == [first.pk, second.pk]
    moved = api.post(f"{way}/stops", {"deliveries": [second.pk]}).json()
    assert [stop["delivery"] for stop in moved["stops"]] == [second.pk]
    assert api.post(f"{way}/departure", {}).json()["code"] == "NOT_HANDED_OVER"
    assert api.post(f"{way}/cancellation", {"reason": "车坏了"}).json()["status"] == "cancelled"
    assert api.get("/outbound-trips?status=cancelled").json()["results"][0]["number"] == made.json()["number"]


def test_pages(office: Any, as_user: Any) -> None:
    world, user = office.world, as_user("coordinator")
    first, second = make_waiting(world)
    held = plan_out(world, [first], leaves_at=LATER)
    for name in ("outbound_trip", "outbound_trip_sheet", "outbound_trip_stops"):
        page = user.get(reverse(name, args=[held.pk]))
        assert page.status_code == 200
        assert held.number in page.content.decode()
    said = {"client_id": str(uuid4()), "deliveries": f"{second.number}\n{first.number}", "seen": "999999"}
    refused = user.post(reverse("outbound_trip_stops", args=[held.pk]), said)
    assert "刚被别人改过" in refused.content.decode()
    user.post(reverse("outbound_trip_stops", args=[held.pk]), said | {"client_id": str(uuid4()), "seen": str(first.pk)})
    assert [stop.delivery_id for stop in held.stops.order_by("order")] == [second.pk, first.pk]
    assert held.number in user.get(reverse("outbound_trip_list")).content.decode()
    assert held.number in user.get(reverse("delivery", args=[first.pk])).content.decode()
    assert held.number in user.get(reverse("home")).content.decode()


def test_a_proposal_by_page(office: Any, as_user: Any) -> None:
    world, user = office.world, as_user("coordinator")
    make_waiting(world)
    make_vehicle(world)
    held = propose_out(world, day=LATER.date())
    page = reverse("trip_proposal", args=[held.pk])
    assert "正在排车" in user.get(page).content.decode()
    while run_one(worker="test", clock=lambda: NOON):
        pass
    assert "浙G12345" in user.get(page).content.decode()
    done = user.post(reverse("trip_proposal_confirmation", args=[held.pk]), {"client_id": str(uuid4())}, follow=True)
    assert "SC2020" in done.content.decode()


def test_deliveries_are_read_from_lines_with_the_names_of_their_units(office: Any, as_user: Any) -> None:
    world, user = office.world, as_user("coordinator")
    first, second = make_waiting(world)
    address = reverse("outbound_trip_new")
    shown = user.get(address).content.decode()
    assert f"{first.number} 示例医院一" in shown and "selected" in shown
    said = {
        "client_id": str(uuid4()), "store": world.store.pk, "vehicle": make_vehicle(world).pk,
        "leaves_at": LATER.strftime("%Y-%m-%dT%H:%M"), "deliveries": f"{second.number} 示例医院二\n不是单号",
    }  # fmt: skip
    assert "没有配送单 不是单号" in user.post(address, said).content.decode()
    said["deliveries"] = f"{second.number} 示例医院二\n\n{first.number.lower()},另一家"
    done = user.post(address, said, follow=True).content.decode()
    assert done.index(second.number) < done.index(first.number)
