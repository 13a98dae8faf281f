"""会商 over the API: scenarios, opinions, minutes; refusals with their codes."""

from __future__ import annotations

from typing import Any

import pytest

from liangcao.foundation.kernel.clock import business_date, now
from liangcao.reference.parties.models import Bureau
from tests.factories.allocation import ask, make_plan
from tests.factories.world import TODAY, World

pytestmark = pytest.mark.django_db


def refused(answer: Any, status: int, code: str) -> None:
    body = answer.json()
    assert (answer.status_code, body["code"]) == (status, code), body


@pytest.fixture
def way(world: World) -> str:
    """600 masks, 900 asked: the town gets nothing."""
    Bureau.objects.update(exercise_shift_days=(TODAY - business_date(now())).days)
    world.put_in(world.mask, 600)
    ask(world, world.hospital, 600)
    ask(world, world.town, 300)
    return f"/plans/{make_plan(world).pk}"


def test_scenarios_are_tried_compared_and_adopted(world: World, caller: Any, way: str) -> None:
    allocator, keeper = caller(world, "allocator"), caller(world, "storekeeper")
    body = {
        "name": "再到一批",
        "extra_stock": [{"item": world.mask.code, "quantity": 150}],
        "keeps_overrides": True,
    }
    refused(keeper.post(f"{way}/scenarios", body), 403, "FORBIDDEN")
    refused(allocator.post(f"{way}/scenarios", body | {"rule_set": "nothing-like-it"}), 404, "NOT_FOUND")
    refused(
        allocator.post(f"{way}/scenarios", body | {"extra_stock": [{"item": world.mask.code, "quantity": 0}]}),
        400,
        "QUANTITY_INVALID",
    )
    answer = allocator.post(f"{way}/scenarios", body)
    assert answer.status_code == 201, answer.json()
    given = {line["organisation_name"]: line["given"] for line in answer.json()["lines"]}
    assert given == {"示例医院一": [600, 600], "示例东镇": [0, 150]}
    assert [figures["met"] for figures in answer.json()["figures"]] == [666, 833]
    first = answer.json()["scenarios"][0]["id"]
    refused(allocator.post(f"{way}/scenarios/{first}/adoption", {}), 409, "SCENARIO_SUPPOSES_STOCK")
    capped = {"name": "封顶", "limits": [{"organisation": world.hospital.code, "item": world.mask.code, "cap": 400}]}
    second = allocator.post(f"{way}/scenarios", capped).json()["scenarios"][1]["id"]
    refused(allocator.post("/plans/999999/scenarios", capped), 404, "NOT_FOUND")
    plan = allocator.post(f"{way}/scenarios/{second}/adoption", {"version": 1}).json()
    assert {line["organisation_name"]: line["quantity_planned"] for line in plan["lines"]} == {
        "示例医院一": 400,
        "示例东镇": 200,
    }
    shown = keeper.get(f"{way}/scenarios?item={world.mask.code}").json()
    assert [scenario["is_stale"] for scenario in shown["scenarios"]] == [True, True]


def test_opinions_and_minutes(world: World, caller: Any, way: str) -> None:
    allocator, coordinator = caller(world, "allocator"), caller(world, "coordinator")
    assert allocator.post(f"{way}/review", {}).json()["status"] == "consulting"
    refused(allocator.post(f"{way}/sign-offs", {"agrees": True}), 403, "FORBIDDEN")
    refused(coordinator.post(f"{way}/sign-offs", {"agrees": False}), 400, "REQUIRED")
    refused(coordinator.post(f"{way}/sign-offs", {"agrees": True, "version": 1}), 409, "CHANGED_MEANWHILE")
    assert coordinator.post(f"{way}/sign-offs", {"agrees": True}).json()["status"] == "reviewed"
    told = {"held_at": "2020-02-03T00:00:00+08:00", "participants": "组长甲、综合协调员甲", "decisions": "按方案执行。"}
    refused(coordinator.post(f"{way}/minutes", told | {"decisions": " "}), 400, "REQUIRED")
    answer = coordinator.post(f"{way}/minutes", told)
    assert answer.status_code == 201, answer.content.decode()
    kept = allocator.get(f"{way}/minutes").json()
    assert [row["decisions"] for row in kept["minutes"]] == ["按方案执行。"]
    assert [(row["role"], row["opinion"]) for row in kept["sign_offs"]] == [("coordinator", "agreed")]


def test_a_plan_is_drafted_with_floors_caps_and_packs(world: World, caller: Any, way: str) -> None:
    """Floors first: 100 for the town; the hospital at most 450 in packs of 50; the rest of the town's 300."""
    allocator = caller(world, "allocator")
    body = {
        "plan_date": TODAY.isoformat(),
        "rule_set": "floors-then-cover",
        "limits": [
            {"organisation": world.town.code, "item": world.mask.code, "floor": 100},
            {"organisation": world.hospital.code, "item": world.mask.code, "cap": 450, "pack": 50},
        ],
    }
    lines = allocator.post("/plans", body).json()["lines"]
    assert {row["organisation_name"]: row["quantity_planned"] for row in lines} == {"示例医院一": 450, "示例东镇": 150}
    wrong = body | {"limits": [{"organisation": world.hospital.code, "item": world.mask.code, "cap": 10, "pack": 50}]}
    refused(allocator.post("/plans", wrong), 400, "PACK_OVER_CAP")
