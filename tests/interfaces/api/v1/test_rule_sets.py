"""A bureau's own rule sets, over the API."""

from __future__ import annotations

from typing import Any

import pytest

from liangcao.foundation.kernel.clock import business_date, now
from liangcao.reference.parties.models import Bureau
from tests.factories.allocation import ask, make_rule_set
from tests.factories.world import TODAY, World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def on_that_day(world: World) -> None:
    """The requests of the factories are of that day: today they would be stale."""
    Bureau.objects.update(exercise_shift_days=(TODAY - business_date(now())).days)


STEPS = [{"whom": "1"}, {"whom": "2-4", "target": "days", "days": 3, "how": "equal_cover"}]


def refused(answer: Any, status: int, code: str) -> Any:
    body = answer.json()
    assert (answer.status_code, body["code"]) == (status, code), body
    return body


def test_a_set_from_trying_to_retirement(world: World, caller: Any) -> None:
    shipped = make_rule_set(world)
    coordinator, allocator = caller(world, "coordinator"), caller(world, "allocator")
    told = {"name": "本局规则", "steps": STEPS, "note": "纪要 3 号"}
    refused(allocator.post("/rule-sets", told), 403, "FORBIDDEN")
    wrong = told | {"steps": [{"whom": "9"}, {"whom": "1", "target": "days"}]}
    body = refused(coordinator.post("/rule-sets", wrong), 400, "SEVERAL_PROBLEMS")
    assert [(each["code"], each["row"]) for each in body["problems"]] == [
        ("STEP_WHOM_UNKNOWN", 1), ("STEP_TARGET_UNKNOWN", 2)
    ]  # fmt: skip
    refused(coordinator.post(f"/rule-sets/{shipped.pk}/versions", told), 409, "SHIPPED_RULE_SET")
    first = coordinator.post("/rule-sets", told).json()
    assert (first["code"], first["version"], first["is_own"]) == ("own-1", 1, True)
    way = f"/rule-sets/{first['id']}"
    second = coordinator.post(f"{way}/versions", told | {"steps": STEPS[:1]}).json()
    assert (second["version"], [row["version"] for row in second["versions"]]) == (2, [2, 1])
    refused(coordinator.post(f"{way}/versions", told), 409, "CHANGED_MEANWHILE")
    assert allocator.get(way).json()["is_active"] is False
    now = f"/rule-sets/{second['id']}"
    assert coordinator.post(f"{now}/default", {}).json()["is_default"] is True
    listed = allocator.get("/rule-sets").json()["results"]
    assert {row["code"] for row in listed if row["is_own"]} == {"own-1"}
    world.put_in(world.mask, 100)
    ask(world, world.hospital, 60)
    plan = allocator.post("/plans", {"plan_date": TODAY.isoformat(), "rule_set": "own-1"})
    assert plan.status_code == 201, plan.content.decode()
    assert coordinator.post(f"{now}/retirement", {"reason": "不用"}).json()["is_active"] is False
    refused(allocator.post("/plans", {"plan_date": TODAY.isoformat(), "rule_set": "own-1"}), 404, "NOT_FOUND")
    assert coordinator.post(f"{now}/restoration", {}).json()["is_active"] is True


def test_trying_writes_nothing(world: World, caller: Any) -> None:
    coordinator = caller(world, "coordinator")
    assert coordinator.post("/rule-sets/try", {"steps": STEPS}).json()["is_asked"] is False
    world.put_in(world.mask, 100)
    ask(world, world.hospital, 60)
    answer = coordinator.post("/rule-sets/try", {"steps": STEPS})
    assert answer.status_code == 200, answer.content.decode()
    told = answer.json()
    assert (told["met"], told["lines_met"]) == (1000, 1)
    refused(coordinator.post("/rule-sets/try", {"steps": []}), 400, "STEPS_MISSING")
    assert coordinator.get("/rule-sets").json()["results"] == []
