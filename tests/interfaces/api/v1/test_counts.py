"""Counts, what expires and write-offs over the API: refusals with their codes, then what is posted."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from liangcao.ledger.models import Balance
from tests.factories.world import TODAY, World

pytestmark = pytest.mark.django_db


def refused(answer: Any, status: int, code: str) -> None:
    body = answer.json()
    assert (answer.status_code, body["code"]) == (status, code), body


def held(world: World) -> int:
    """Masks in the first store."""
    found = Balance.objects.filter(kind="store", account__store=world.store, item=world.mask)
    return sum(found.values_list("quantity", flat=True))


def entry(quantity: int, line: int = 1) -> dict[str, Any]:
    return {"entries": [{"line": line, "quantity": quantity, "note": ""}]}


def test_a_blind_count_with_its_recount_and_two_signatures(world: World, caller: Any) -> None:
    world.put_in(world.mask, 100)
    keeper, counter, leader = (caller(world, role) for role in ("storekeeper", "counter", "leader"))
    asked = {"store": world.store.code, "item": world.mask.code}
    answer = keeper.post("/counts", asked)
    sheet = answer.json()
    way = f"/counts/{sheet['id']}"
    assert answer.status_code == 201
    assert [(row["quantity_book"], row["is_counted"]) for row in sheet["lines"]] == [(None, False)]
    refused(leader.post(f"{way}/entries", entry(97)), 403, "FORBIDDEN")
    refused(keeper.post(f"{way}/entries", entry(-1)), 400, "QUANTITY_INVALID")
    refused(keeper.post(f"{way}/completion", {}), 409, "LINES_UNCOUNTED")
    first = keeper.post(f"{way}/entries", entry(97)).json()
    assert [(row["quantity"], row["is_counted"]) for row in first["lines"]] == [(None, True)]
    refused(keeper.post(f"{way}/entries", entry(98)), 409, "ALREADY_COUNTED")
    counted = keeper.post(f"{way}/completion", {}).json()
    assert [(row["quantity_book"], row["variance"]) for row in counted["lines"]] == [(100, -3)]
    refused(keeper.post(f"{way}/signature", {"reason": "拆箱破损"}), 409, "RECOUNT_MISSING")
    assert keeper.post(f"{way}/recount", {}).status_code == 201
    refused(keeper.post(f"{way}/entries", entry(97)), 403, "RECOUNT_BY_ANOTHER")
    assert counter.post(f"{way}/entries", entry(97)).status_code == 201
    assert counter.post(f"{way}/completion", {}).status_code == 201
    refused(keeper.post(f"{way}/signature", {}), 400, "REASON_MISSING")
    assert keeper.post(f"{way}/signature", {"reason": "拆箱破损"}).json()["status"] == "signed"
    assert held(world) == 100
    refused(keeper.post(f"{way}/confirmation", {}), 403, "FORBIDDEN")
    posted = leader.post(f"{way}/confirmation", {}).json()
    assert posted["status"] == "posted" and posted["move"] and held(world) == 97
    assert keeper.get("/counts", status="posted").json()["results"][0]["number"] == sheet["number"]


def test_what_has_expired_is_listed_and_written_off_by_another_person(world: World, caller: Any) -> None:
    lot, _ = world.put_in(world.mask, 40, expires_on=TODAY - timedelta(days=1))
    keeper, leader = caller(world, "storekeeper"), caller(world, "leader")
    [row] = keeper.get("/expiry", within=0).json()["results"]
    assert (row["lot"], row["quantity"], row["days"] < 0) == (str(lot), 40, True)
    asked = {"store": world.store.code, "cause": "expired", "reason": "已过期"}
    lines = {"lines": [{"lot": str(lot), "quantity": 41}]}
    refused(keeper.post("/write-offs", asked | lines), 409, "STOCK_SHORT")
    refused(keeper.post("/write-offs", asked | {"lines": []}), 400, "LINES_EMPTY")
    lines["lines"][0]["quantity"] = 40
    made = keeper.post("/write-offs", asked | lines).json()
    way = f"/write-offs/{made['id']}"
    refused(keeper.post(f"{way}/approval", {}), 403, "FORBIDDEN")
    assert leader.post(f"{way}/refusal", {"reason": "先复检"}).json()["status"] == "declined"
    refused(leader.post(f"{way}/approval", {}), 409, "STATE_CONFLICT")
    again = keeper.post("/write-offs", asked | lines).json()
    done = leader.post(f"/write-offs/{again['id']}/approval", {}).json()
    assert done["status"] == "posted" and done["move"] and held(world) == 0
    assert keeper.get("/expiry", within=0).json()["results"] == []
