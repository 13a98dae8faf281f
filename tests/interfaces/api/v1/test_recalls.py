"""Recalls, returns and sub-issues over the API, for the desk and for the unit itself."""

from __future__ import annotations

from typing import Any

import pytest

from tests.factories.recall import NOTICE, give
from tests.factories.world import TODAY, World

pytestmark = pytest.mark.django_db


def refused(answer: Any, status: int, code: str) -> None:
    body = answer.json()
    codes = {body["code"], *(each["code"] for each in body.get("problems", []))}
    assert answer.status_code == status and code in codes, body


def test_a_lot_is_stopped_answered_for_and_lifted(world: World, caller: Any) -> None:
    lot, _ = world.put_in(world.mask, 100)
    give(world, lot, 30)
    inspector, leader, unit = (
        caller(world, "inspector"),
        caller(world, "leader"),
        caller(world, "requester", world.hospital),
    )
    asked = {"lot": str(lot), "reason": "抽检不合格", "notice": NOTICE}
    refused(caller(world, "allocator").post("/recalls", asked), 403, "FORBIDDEN")
    refused(inspector.post("/recalls", asked | {"basis": "maker_lot"}), 400, "MAKER_LOT_MISSING")
    refused(
        inspector.post(f"/lots/{lot}/facts", {"fact": "recalled", "value": "yes", "reason": "x"}), 400, "VALUE_INVALID"
    )
    answer = inspector.post("/recalls", asked)
    recall = answer.json()
    way = f"/recalls/{recall['id']}"
    assert answer.status_code == 201
    assert [(row["quantity_held"], row["state"]) for row in recall["holders"]] == [(30, "open")]
    assert [(row["account"], row["quantity"]) for row in recall["stores"]] == [("store", 70)]
    refused(inspector.post("/recalls", asked), 409, "ALREADY_RECALLED")
    told = {"organisation": world.hospital.code, "spoken_to": "设备科"}
    assert inspector.post(f"{way}/tellings", told).json()["holders"][0]["state"] == "told"
    assert unit.get(way).json()["held"] == [{"lot": str(lot), "quantity": 30}]
    left = {"organisation": world.hospital.code, "lines": [{"lot": str(lot), "quantity_left": 31}]}
    refused(unit.post(f"{way}/answers", left), 409, "MORE_THAN_HELD")
    left["lines"] = [{"lot": str(lot), "quantity_left": 30}]
    assert unit.post(f"{way}/answers", left).status_code == 201
    refused(unit.post(f"{way}/lifting", {"reason": "好的"}), 403, "FORBIDDEN")
    refused(leader.post(f"{way}/lifting", {"reason": " "}), 400, "REASON_MISSING")
    assert leader.post(f"{way}/lifting", {"reason": "复检合格"}).json()["status"] == "lifted"
    assert leader.get("/recalls", status="lifted").json()["results"][0]["number"] == recall["number"]


def test_given_on_taken_back_and_returned(world: World, caller: Any) -> None:
    lot, _ = world.put_in(world.mask, 100)
    give(world, lot, 30)
    keeper, unit = caller(world, "storekeeper"), caller(world, "requester", world.hospital)
    code = world.hospital.code
    given = {
        "organisation": code, "lot": str(lot), "given_on": TODAY.isoformat(),
        "holders": [{"holder": "一病区", "quantity": 31}],
    }  # fmt: skip
    refused(unit.post("/sub-issues", given), 409, "MORE_THAN_HELD")
    given["holders"] = [{"holder": "一病区", "quantity": 20, "phone": "内线 6021"}]
    answer = unit.post("/sub-issues", given)
    assert answer.status_code == 201, answer.json()
    [row] = answer.json()
    [held] = unit.get("/holdings").json()["results"]
    assert (held["quantity"], held["given_on"], held["left"]) == (30, 20, 10)
    refused(keeper.get("/holdings"), 400, "ORGANISATION_MISSING")
    assert keeper.get("/holdings", organisation=code).json()["results"] == [held]
    asked = {"organisation": code, "reason": "用不完", "lines": [{"lot": str(lot), "quantity": 12}]}
    refused(unit.post("/returns", asked), 409, "MORE_THAN_HELD")
    back = unit.post(f"/sub-issues/{row['id']}/reversal", {"quantity": 5, "reason": "病区退回"})
    assert back.status_code == 201
    made = unit.post("/returns", asked).json()
    came = {
        "store": world.store.code, "place": "store", "brought_by": "示例送货人",
        "lines": [{"lot": str(lot), "quantity": 12}],
    }  # fmt: skip
    refused(unit.post(f"/returns/{made['id']}/receipt", came), 403, "FORBIDDEN")
    done = keeper.post(f"/returns/{made['id']}/receipt", came).json()
    assert (done["status"], done["lines"][0]["quantity"]) == ("received", 12)
    assert keeper.post(f"/returns/{made['id']}/reversal", {"reason": "点错"}).json()["status"] == "reversed"
    taken = keeper.post("/returns/taken", asked | came)
    assert taken.status_code == 201, taken.json()
    assert len(keeper.get("/returns").json()["results"]) == 2
    assert keeper.get("/sub-issues").json()["results"][0]["quantity_back"] == 5
