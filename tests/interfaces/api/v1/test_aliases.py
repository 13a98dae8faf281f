"""Aliases over the API: recorded, listed, ended; refusals with their codes."""

from __future__ import annotations

from typing import Any

import pytest

from tests.factories.world import World

pytestmark = pytest.mark.django_db


def refused(answer: Any, status: int, code: str) -> None:
    body = answer.json()
    assert (answer.status_code, body["code"]) == (status, code), body


def test_an_alias_is_recorded_listed_and_ended(world: World, caller: Any) -> None:
    keeper, coordinator = caller(world, "storekeeper"), caller(world, "coordinator")
    way, other = f"/items/{world.mask.code}/aliases", f"/items/{world.n95.code}/aliases"
    refused(caller(world, "leader").post(way, {"alias": "蓝口罩"}), 403, "FORBIDDEN")
    refused(keeper.post(way, {"alias": "。"}), 400, "ALIAS_EMPTY")
    refused(keeper.post("/items/none/aliases", {"alias": "蓝口罩"}), 400, "ITEM_UNKNOWN")
    refused(keeper.post(way, {"alias": world.n95.name}), 409, "ALIAS_IS_A_NAME")
    held = keeper.post(way, {"alias": "蓝口罩", "note": "来电"})
    assert held.status_code == 201
    assert (held.json()["item"], held.json()["note"], held.json()["ended_at"]) == (world.mask.code, "来电", None)
    refused(keeper.post(other, {"alias": "蓝 口罩"}), 409, "ALIAS_TAKEN")
    assert [row["code"] for row in keeper.get("/items", search="蓝口罩").json()["results"]] == [world.mask.code]
    ending = f"/item-aliases/{held.json()['id']}/ending"
    refused(keeper.post(ending, {"reason": "看错"}), 403, "FORBIDDEN")
    refused(coordinator.post(ending, {"reason": ""}), 400, "REASON_MISSING")
    refused(coordinator.post("/item-aliases/0/ending", {"reason": "看错"}), 404, "NOT_FOUND")
    assert coordinator.post(ending, {"reason": "看错"}).json()["ended_reason"] == "看错"
    assert [row["ended_reason"] for row in keeper.get(way).json()["results"]] == ["看错"]
    assert keeper.post(other, {"alias": "蓝 口罩"}).status_code == 201
