"""The day close over the API."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

from tests.factories.world import NOON, TODAY

DAY = str(TODAY - timedelta(days=1))


def test_list_one_make(world: Any, caller: Any) -> None:
    world.put_in(world.mask, 10, at=NOON - timedelta(days=1))
    leader = caller(world, "leader")
    assert leader.get("/day-close").json()["next_day"] == DAY
    assert leader.get("/seals").json()["results"] == []
    made = leader.post("/seals", {"day": DAY}, key=uuid4())
    assert made.status_code == 201
    [seal] = made.json()["seals"]
    assert leader.get("/seals/1").json() == seal == leader.get("/seals").json()["results"][0]
    assert seal["digest"] in leader.get("/seals/file").content.decode()
    again = leader.post("/seals", {"day": DAY}, key=uuid4())
    assert (again.status_code, again.json()["code"]) == (409, "DAY_SEALED")
    assert caller(world, "storekeeper").post("/seals", {"day": DAY}, key=uuid4()).status_code == 403
    assert leader.get("/seals/9").status_code == 404
