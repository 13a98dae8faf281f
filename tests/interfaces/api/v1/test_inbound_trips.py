"""Vehicles and inbound trips over the API: refusals with their codes, then a night's trip to its receipt."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from liangcao.foundation.kernel.clock import now
from tests.factories.world import World

pytestmark = pytest.mark.django_db

VEHICLE = {
    "plate": "浙g 12345",
    "kind": "truck",
    "load_kg": 2_000,
    "driver": "驾驶员甲",
    "driver_phone": "0571-00001001",
}


def refused(answer: Any, status: int, code: str) -> Any:
    body = answer.json()
    assert (answer.status_code, body["code"]) == (status, code), body
    return body


def done(answer: Any) -> Any:
    assert answer.status_code in (200, 201), answer.json()
    return answer.json()


def night(vehicle: int, **more: Any) -> dict[str, Any]:
    leaves = now() + timedelta(hours=1)
    return {
        "store": "S1", "vehicle": vehicle, "supplier": "U02", "place": "示例镇工业路 1 号", "weight_kg": 600,
        "leaves_at": leaves.isoformat(), "expected_there_at": (leaves + timedelta(hours=4)).isoformat(),
        "expected_back_at": (leaves + timedelta(hours=8)).isoformat(), "lines": [{"item": "T-mask", "quantity": 600}],
        "crew": [{"role": "escort", "name": "押运员乙", "phone": "0571-00001002"}],
    } | more  # fmt: skip


def test_vehicles(world: World, caller: Any) -> None:
    coordinator, buyer = caller(world, "coordinator"), caller(world, "buyer")
    refused(buyer.post("/vehicles", VEHICLE), 403, "FORBIDDEN")
    body = refused(coordinator.post("/vehicles", VEHICLE | {"plate": "1", "load_kg": 0}), 400, "SEVERAL_PROBLEMS")
    assert {row["code"] for row in body["problems"]} == {"PLATE_INVALID", "NUMBER_INVALID"}
    made = done(coordinator.post("/vehicles", VEHICLE))
    assert (made["plate"], made["is_in_service"]) == ("浙G12345", True)
    refused(coordinator.post("/vehicles", VEHICLE), 409, "PLATE_KNOWN")
    way = f"/vehicles/{made['id']}"
    assert done(coordinator.post(f"{way}/change", VEHICLE | {"load_kg": 3_000}))["load_kg"] == 3_000
    refused(coordinator.post(f"{way}/withdrawal", {"reason": " "}), 400, "REASON_MISSING")
    done(coordinator.post(f"{way}/withdrawal", {"reason": "检修"}))
    assert done(buyer.get("/vehicles", in_service="false"))["results"][0]["out_reason"] == "检修"
    refused(buyer.post("/inbound-trips", night(made["id"])), 409, "VEHICLE_OUT_OF_SERVICE")
    assert done(coordinator.post(f"{way}/return", {}))["is_in_service"]


def test_a_night_from_plan_to_receipt(world: World, caller: Any, settings: Any, tmp_path: Path) -> None:
    settings.PASS_KEY_FILE = tmp_path / "pass-key"
    coordinator, keeper, duty = (caller(world, role) for role in ("coordinator", "storekeeper", "duty_officer"))
    vehicle = done(coordinator.post("/vehicles", VEHICLE))["id"]
    refused(duty.post("/inbound-trips", night(vehicle)), 403, "FORBIDDEN")
    refused(keeper.post("/inbound-trips", night(vehicle, weight_kg=2_001)), 400, "OVERLOADED")
    refused(keeper.post("/inbound-trips", night(vehicle, supplier="Ü")), 400, "ORGANISATION_UNKNOWN")
    refused(keeper.post("/inbound-trips", night(10**9)), 404, "NOT_FOUND")
    trip = done(keeper.post("/inbound-trips", night(vehicle)))
    assert [(row["role"], row["name"]) for row in trip["crew"]] == [("driver", "驾驶员甲"), ("escort", "押运员乙")]
    body = refused(keeper.post("/inbound-trips", night(vehicle)), 400, "SEVERAL_PROBLEMS")
    assert {row["code"] for row in body["problems"]} == {"VEHICLE_TAKEN", "PERSON_TAKEN"}
    way = f"/inbound-trips/{trip['id']}"
    done(keeper.post(f"{way}/change", night(vehicle, note="带手套")))
    assert done(coordinator.post(f"{way}/pass", {}))["held_pass"]
    refused(duty.post(f"{way}/loading", {}), 409, "STATE_CONFLICT")
    assert done(duty.post(f"{way}/departure", {}))["status"] == "under_way"
    done(duty.post(f"{way}/step-back", {"reason": "点早了"}))
    done(duty.post(f"{way}/departure", {}))
    [line] = done(duty.get(way))["lines"]
    told = {"line": line["id"], "quantity": 590}
    refused(duty.post(f"{way}/loading", {"lines": [told]}), 400, "REASON_MISSING")
    done(duty.post(f"{way}/loading", {"lines": [told | {"reason": "破损一卷"}]}))
    done(duty.post(f"{way}/arrival", {}))
    counted = {"lines": [{"item": "T-mask", "quantity_good": 588}]}
    refused(coordinator.post(f"{way}/receipt", counted), 403, "FORBIDDEN")
    received = done(keeper.post(f"{way}/receipt", counted))
    [row] = received["compared"]
    assert (received["status"], row["loaded"], row["received"], row["difference"]) == ("received", 590, 588, -2)
    assert done(keeper.get(f"/receipts/{received['receipt']}"))["number"] == received["receipt_number"]
    refused(coordinator.post(f"{way}/cancellation", {"reason": "不去了"}), 409, "STATE_CONFLICT")
    done(keeper.post(f"{way}/step-back", {"reason": "看一看"}))
    assert done(keeper.post(f"{way}/receipt-link", {"receipt": received["receipt"]}))["status"] == "received"
    assert done(keeper.get("/inbound-trips", status="received", late="false"))["results"][0]["id"] == trip["id"]
    other = done(
        keeper.post("/inbound-trips", night(done(coordinator.post("/vehicles", VEHICLE | {"plate": "浙G00002"}))["id"]))
    )
    assert (
        done(coordinator.post(f"/inbound-trips/{other['id']}/cancellation", {"reason": "厂方停产"}))["status"]
        == "cancelled"
    )
