"""Opening stock over the API: entered, signed by two people, refused where it should be."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from liangcao.foundation.kernel.clock import now
from liangcao.ledger.models import Book
from tests.factories.world import World

pytestmark = pytest.mark.django_db

LIST = {
    "lines": [
        {"store": "S1", "item": "T-mask", "quantity": 2, "unit": "箱"},
        {"store": "S2", "item": "T-alcohol", "quantity": 40},
    ]
}


@pytest.fixture(autouse=True)
def new_book(world: World) -> None:
    """The doors read the clock: a book that was opened today."""
    Book.objects.filter(pk=world.book.pk).update(opened_at=now())


def test_two_people_open_the_book(world: World, caller: Any) -> None:
    keeper, leader = caller(world, "storekeeper"), caller(world, "leader")
    entered = keeper.post("/opening-stock", LIST)
    assert entered.status_code == 201, entered.json()
    version = entered.json()["version"]
    signed = keeper.post("/opening-stock/signature", {"version": version}).json()
    assert signed["status"] == "signed"
    again = keeper.post("/opening-stock/confirmation", {"version": signed["version"]})
    assert (again.status_code, again.json()["code"]) == (403, "SECOND_PERSON_NEEDED")
    live = leader.post("/opening-stock/confirmation", {"version": signed["version"]}).json()
    assert live["status"] == "live"
    assert leader.get(f"/moves/{live['move']}").json()["kind"] == "opening"
    lines = leader.get("/opening-stock/lines").json()["results"]
    assert [(line["item"], line["quantity"]) for line in lines] == [("T-mask", 960), ("T-alcohol", 40)]
    late = keeper.post("/opening-stock", LIST)
    assert (late.status_code, late.json()["code"]) == (409, "OPENING_LIVE")


def test_unknown_stores_and_forged_fields_are_refused(world: World, caller: Any) -> None:
    keeper = caller(world, "storekeeper")
    answer = keeper.post("/opening-stock", {"lines": [{"store": "S9", "item": "T-mask", "quantity": 1}]})
    assert (answer.status_code, answer.json()["code"], answer.json()["row"]) == (400, "STORE_UNKNOWN", 1)
    answer = keeper.post("/opening-stock", LIST | {"status": "live"})
    assert (answer.status_code, answer.json()["field"]) == (400, "status")
    assert keeper.get("/opening-stock").status_code == 404


def test_a_book_that_works_for_weeks_takes_no_opening_stock(world: World, caller: Any) -> None:
    Book.objects.filter(pk=world.book.pk).update(opened_at=now() - timedelta(days=15))
    answer = caller(world, "storekeeper").post("/opening-stock", LIST)
    assert (answer.status_code, answer.json()["code"]) == (409, "OPENING_LATE")
    assert "以后发现的库存按盘盈处理" in answer.json()["message"]


def test_sent_back_with_a_reason(world: World, caller: Any) -> None:
    keeper, leader = caller(world, "storekeeper"), caller(world, "leader")
    version = keeper.post("/opening-stock", LIST).json()["version"]
    version = keeper.post("/opening-stock/signature", {"version": version}).json()["version"]
    answer = leader.post("/opening-stock/return", {"version": version, "reason": ""})
    assert answer.json()["code"] == "REASON_MISSING"
    answer = leader.post("/opening-stock/return", {"version": version, "reason": "二号库未点"})
    assert answer.json()["status"] == "draft"
