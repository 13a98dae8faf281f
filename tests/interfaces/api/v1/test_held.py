"""What a published plan holds, over the API."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from tests.factories.allocation import ask, make_plan, publish
from tests.factories.dispatch import prepare
from tests.factories.world import World, make_world

pytestmark = pytest.mark.django_db


def refused(answer: Any, status: int, code: str) -> None:
    body = answer.json()
    assert (answer.status_code, body["code"]) == (status, code), body


def test_cut_exchange_and_words(world: World, caller: Any) -> None:
    for quantity in (300, 400):
        world.put_in(world.mask, quantity)
    ask(world, world.hospital, 200)
    plan = make_plan(world)
    allocator, keeper = caller(world, "allocator"), caller(world, "storekeeper")
    assert allocator.get(f"/plans/{plan.pk}/notices").json() == {"notices": []}
    publish(world, plan)
    line = plan.lines.get()
    way = f"/plans/{plan.pk}/lines/{line.pk}/release"
    refused(keeper.post(way, {"quantity": 10, "reason": "已自购"}), 403, "FORBIDDEN")
    refused(allocator.post(way, {"quantity": 999, "reason": "已自购"}), 409, "OVER_HELD")
    refused(allocator.post(way, {"quantity": 10, "reason": ""}), 400, "REASON_MISSING")
    [shown] = allocator.post(way, {"quantity": 50, "reason": "已自购"}).json()["lines"]
    assert [(pick["quantity"], pick["quantity_released"]) for pick in shown["picks"]] == [(200, 200), (150, 0)]
    pick = shown["picks"][1]["id"]
    exchange = f"/plans/{plan.pk}/picks/{pick}/replacement"
    refused(keeper.post(exchange, {"lot": str(uuid4()), "reason": "冻结"}), 409, "OVER_FREE")
    answer = keeper.post(exchange, {"reason": "冻结"})
    assert answer.status_code == 201, answer.json()
    [told] = keeper.get(f"/plans/{plan.pk}/notices").json()["notices"]
    assert "150" in told["text"]
    [delivery] = prepare(world, plan)
    row = delivery.lines.get()
    way = f"/deliveries/{delivery.pk}/lines/{row.pk}/substitution"
    refused(keeper.post(f"/deliveries/{delivery.pk}/lines/0/substitution", {"reason": "破损"}), 404, "NOT_FOUND")
    assert keeper.post(way, {"reason": "破损"}).status_code == 201
    before = row.lot_id
    row.refresh_from_db()
    assert row.lot_id != before


def test_lines_of_a_plan_come_in_pages_and_by_code(world: World, caller: Any) -> None:
    world.put_in(world.mask, 400)
    for unit in (world.hospital, world.town, world.enterprise):
        ask(world, unit, 200)
    ask(world, world.hospital, 10, world.suit)
    plan = make_plan(world)
    allocator, way = caller(world, "allocator"), f"/plans/{plan.pk}"
    whole = allocator.get(way).json()
    assert (len(whole["lines"]), whole["lines_next"]) == (4, None)
    assert whole["figures"] == {
        "lines": 4, "lines_met": 2, "lines_unmet": 2, "worst_cover_before": None, "worst_cover_after": None,
        "share_met": 333,
    }  # fmt: skip
    first = allocator.get(f"{way}/lines", limit=3).json()
    second = allocator.get(f"{way}/lines", limit=3, cursor=first["next"]).json()
    assert first["results"] + second["results"] == whole["lines"]
    assert second["next"] is None
    of_suits = allocator.get(f"{way}/lines", item=world.suit.code).json()["results"]
    assert [line["organisation_name"] for line in of_suits] == [world.hospital.name]
    of_town = allocator.get(f"{way}/lines", organisation=world.town.code).json()["results"]
    assert [line["quantity_planned"] for line in of_town] == [200]
    refused(allocator.get(f"{way}/lines", cursor="x"), 400, "CURSOR_INVALID")
    refused(allocator.get("/plans/0/lines"), 404, "NOT_FOUND")
    assert caller(make_world("other"), "allocator").get(f"{way}/lines").status_code == 404
