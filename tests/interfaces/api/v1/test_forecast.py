"""The forecast over the API: norms and events with their refusals, then the numbers that follow from them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from liangcao.foundation.kernel.clock import business_date, now
from tests.factories.world import World

pytestmark = pytest.mark.django_db

TODAY = business_date(now())


def refused(answer: Any, status: int, code: str) -> None:
    body = answer.json()
    assert (answer.status_code, body["code"]) == (status, code), body


def done(answer: Any) -> Any:
    assert answer.status_code in (200, 201), answer.json()
    return answer.json()


def test_from_a_norm_to_a_gap_and_a_task(world: World, caller: Any) -> None:
    coordinator, keeper = caller(world, "coordinator"), caller(world, "storekeeper")
    norm = {
        "item": world.mask.code, "kind": "enterprise", "per": "head", "quantity": 3, "every": 2, "source": "示例文件",
        "valid_from": TODAY.isoformat(),
    }  # fmt: skip
    refused(keeper.post("/norms", norm), 403, "FORBIDDEN")
    refused(coordinator.post("/norms", norm | {"per": "cat"}), 400, "PER_UNKNOWN")
    first = done(coordinator.post("/norms", norm))
    refused(coordinator.post("/norms", norm), 409, "NORM_KNOWN")
    event = {
        "occasion": "resumption", "organisation": world.enterprise.code, "headcount": 100,
        "begins_on": (TODAY + timedelta(days=4)).isoformat(), "reason": "复工申请已批",
    }  # fmt: skip
    refused(coordinator.post("/need-events", event | {"headcount": 0}), 400, "HEADCOUNT_INVALID")
    refused(coordinator.post("/need-events", event | {"organisation": "无"}), 400, "ORGANISATION_UNKNOWN")
    made = done(coordinator.post("/need-events", event))
    changed = done(coordinator.post(f"/need-events/{made['id']}/change", event | {"headcount": 200}))
    assert changed["follows"] == made["id"]
    refused(coordinator.post(f"/need-events/{made['id']}/cancellation", {"reason": "不复工"}), 409, "STATE_CONFLICT")
    assert [row["id"] for row in done(keeper.get("/need-events"))["results"]] == [changed["id"]]
    [row] = done(keeper.get("/forecast", item=world.mask.code))["results"]
    assert [each["gap_high"] for each in row["horizons"]] == [0, 900, 3_000]
    assert (row["short_from"], row["quantity_to_get"]) == ((TODAY + timedelta(days=4)).isoformat(), 900)
    assert row["units"][0]["added"] == [{"begins_on": event["begins_on"], "daily_use": 300}]
    done(coordinator.post(f"/norms/{first['id']}/retirement", {"reason": "文件已废止"}))
    assert done(keeper.get("/forecast"))["results"] == []
    assert done(keeper.get("/norms"))["results"] == []
    assert len(done(keeper.get("/norms", ended="true"))["results"]) == 1


def test_days_of_an_alert(world: World, caller: Any) -> None:
    coordinator, keeper = caller(world, "coordinator"), caller(world, "storekeeper")
    assert done(keeper.get("/alert-days")) == {"days": 3, "reason": "", "made_by": "", "made_at": None}
    told = {"days": 0, "reason": ""}
    refused(coordinator.post("/alert-days", told), 400, "SEVERAL_PROBLEMS")
    refused(coordinator.post("/alert-days", told | {"reason": "示例"}), 400, "ALERT_DAYS_INVALID")
    refused(keeper.post("/alert-days", told | {"days": 5}), 403, "FORBIDDEN")
    assert done(coordinator.post("/alert-days", {"days": 5, "reason": "采购周期变长"})) == {"days": 5}
    assert done(keeper.get("/alert-days"))["days"] == 5
