"""Pick-ups over the API, for the desk and for the unit itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from liangcao.foundation.kernel.clock import now
from liangcao.reference.parties.queries import moment
from tests.factories.dispatch import make_published, prepare
from tests.factories.pickup import SAFETY, open_now
from tests.factories.world import World

pytestmark = pytest.mark.django_db


def refused(answer: Any, status: int, code: str) -> None:
    body = answer.json()
    codes = {body["code"], *(each["code"] for each in body.get("problems", []))}
    assert answer.status_code == status and code in codes, body


def test_arranged_announced_acknowledged_checked_in_and_handed_over(world: World, caller: Any) -> None:
    desk, keeper = caller(world, "coordinator"), caller(world, "storekeeper")
    unit, stranger = (caller(world, "requester", each) for each in (world.hospital, world.second_hospital))
    [delivery] = prepare(world, make_published(world))
    at = moment(world.bureau.pk, now())
    opens_at, closes_at = open_now(at)
    asked = {
        "store": world.store.code, "opens_at": opens_at.isoformat(), "closes_at": closes_at.isoformat(), "minutes": 60,
        "capacity": 2, "safety_text": SAFETY, "deliveries": [delivery.pk],
    }  # fmt: skip
    refused(caller(world, "allocator").post("/pick-ups", asked), 403, "FORBIDDEN")
    refused(desk.post("/pick-ups", asked | {"capacity": 0}), 400, "NUMBER_INVALID")
    refused(desk.post("/pick-ups", asked | {"deliveries": [delivery.pk, 10**9]}), 409, "NOTHING_TO_FETCH")
    answer = desk.post("/pick-ups", asked)
    made = answer.json()
    assert answer.status_code == 201, made
    assert [slot["taken"] for slot in made["slots"]] == [1, 0]
    way, turn = f"/pick-ups/{made['id']}", f"/turns/{made['turns'][0]['id']}"
    refused(unit.get(turn), 404, "NOT_FOUND")
    refused(keeper.post(f"{turn}/check-in", {"fetcher": "示例车 2"}), 409, "STATE_CONFLICT")
    assert desk.post(f"{way}/announcement", {}).json()["status"] == "announced"
    refused(desk.post(f"{way}/announcement", {}), 409, "STATE_CONFLICT")
    shown = unit.get(turn).json()
    assert datetime.fromisoformat(shown["starts_at"]) == opens_at
    assert SAFETY in shown["notice"] and len(shown["slots"]) == 2
    assert [row["id"] for row in unit.get("/turns").json()["results"]] == [shown["id"]]
    assert stranger.get("/turns").json()["results"] == []
    refused(stranger.post(f"{turn}/acknowledgement", {"name": "某"}), 404, "NOT_FOUND")
    assert unit.post(f"{turn}/acknowledgement", {"name": "示例司机"}).json()["acknowledged_by"] == "示例司机"
    refused(unit.post(f"{turn}/slot", {"slot": shown["slot"]}), 409, "SAME_SLOT")
    refused(unit.post(f"{turn}/slot", {"slot": 10**9}), 400, "SLOT_UNKNOWN")
    later = unit.post(f"{turn}/slot", {"slot": shown["slots"][1]["id"]}).json()
    assert later["slot"] == shown["slots"][1]["id"]
    if at < datetime.fromisoformat(later["starts_at"]):
        assert desk.post(f"{turn}/slot", {"slot": shown["slot"]}).json()["slot"] == shown["slot"]
    refused(unit.post(f"{turn}/check-in", {"fetcher": "示例车 2"}), 403, "FORBIDDEN")
    assert keeper.post(f"{turn}/check-in", {"fetcher": "示例车 2"}).json()["status"] == "checked_in"
    refused(desk.post(f"{way}/cancellation", {"reason": "大雪封路"}), 409, "STILL_INSIDE")
    done = keeper.post(f"{turn}/hand-over", {"signed_name": "示例司机"}).json()
    assert (done["status"], done["delivery_status"]) == ("handed_over", "in_transit")
    assert desk.get(way).json()["done"] == 1
    refused(desk.post(f"{way}/no-shows", {}), 409, "NOBODY_MISSING")
    assert desk.post(f"{way}/closure", {}).json()["status"] == "closed"
    assert desk.get("/pick-ups", status="closed").json()["results"][0]["number"] == made["number"]
