"""Passes over the API and by the scan page: refusals with their codes, then what a code leads to."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from liangcao.foundation.kernel.clock import business_date, now
from tests.factories.passes import make_pass
from tests.factories.world import World, make_world

pytestmark = pytest.mark.django_db

DAYS = [(business_date(now()) + timedelta(days=days)).isoformat() for days in range(7)]
BEFORE = (business_date(now()) - timedelta(days=1)).isoformat()
ASKED = {
    "vehicles": [{"plate": "鄂a 12345", "driver": "驾驶员甲"}, {"plate": "鄂AD12345"}], "route": "示例收费站—示例医院",
    "valid_from": DAYS[0], "valid_until": DAYS[2],
}  # fmt: skip


def refused(answer: Any, status: int, code: str) -> None:
    body = answer.json()
    assert (answer.status_code, body["code"]) == (status, code), body


def test_issued_verified_revoked(world: World, caller: Any) -> None:
    coordinator, keeper, duty = (caller(world, role) for role in ("coordinator", "storekeeper", "duty_officer"))
    refused(keeper.post("/passes", ASKED), 403, "FORBIDDEN")
    refused(coordinator.post("/passes", ASKED | {"vehicles": [{"plate": "鄂A1"}]}), 400, "PLATE_INVALID")
    refused(coordinator.post("/passes", ASKED | {"valid_until": BEFORE}), 400, "PASS_DAYS_REVERSED")
    answer = coordinator.post("/passes", ASKED)
    assert answer.status_code == 201, answer.json()
    first, second = answer.json()["results"]
    assert [first["plate"], second["plate"]] == ["鄂A12345", "鄂AD12345"]
    assert first["overlaps"] == []

    def verdict(code: str) -> Any:
        return keeper.post("/passes/verification", {"code": code}).json()

    assert (verdict(first["code"])["verdict"], verdict(first["code"])["pass"]["id"]) == ("valid", first["id"])
    assert verdict(first["code"].replace("42A", "42B")) == {
        "verdict": "forged", "message": "伪造或残缺", "pass": None,
    }  # fmt: skip
    way = f"/passes/{first['id']}"
    refused(duty.post(f"{way}/revocation", {"reason": " "}), 400, "REASON_MISSING")
    assert duty.post(f"{way}/revocation", {"reason": "已退出保供"}).json()["state"] == "revoked"
    refused(duty.post(f"{way}/revocation", {"reason": "已退出保供"}), 409, "STATE_CONFLICT")
    assert verdict(first["code"])["verdict"] == "revoked"
    days = {"valid_from": DAYS[2], "valid_until": DAYS[6]}
    refused(coordinator.post(f"{way}/renewal", days), 409, "STATE_CONFLICT")
    renewed = coordinator.post(f"/passes/{second['id']}/renewal", days).json()
    assert (renewed["follows"], renewed["overlaps"]) == (second["id"], [second["number"]])
    listed = keeper.get("/passes", state="revoked").json()["results"]
    assert [row["number"] for row in listed] == [first["number"]]
    told = keeper.get("/passes/revocations").json()
    assert first["number"] in told["list"] and second["number"] not in told["list"]


def test_a_scanned_pass_leads_to_its_page(world: World, caller: Any) -> None:
    from liangcao.foundation.kernel.errors import Invalid, NotFound
    from liangcao.interfaces.intake.scanning import resolve
    from tests.factories.world import NOON

    held = make_pass(world)
    keeper = world.actor("storekeeper")
    found = resolve(keeper, held.code, bureau_id=world.bureau.pk, at=NOON)
    assert (found.kind, found.permit) == ("pass", held)
    with pytest.raises(Invalid) as told:
        resolve(keeper, held.code[:-3] + "AAA", bureau_id=world.bureau.pk, at=NOON)
    assert told.value.code == "PASS_FORGED"
    with pytest.raises(NotFound):
        resolve(make_world("nancheng").actor("leader"), held.code, bureau_id=None, at=NOON)
