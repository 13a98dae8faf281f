"""Scanning over the API: what a code is, what bar codes mean, picking; refusals with their codes."""

from __future__ import annotations

from typing import Any

import pytest

from tests.factories.dispatch import make_delivery
from tests.factories.labels import BOX, label_of
from tests.factories.world import World, make_world

pytestmark = pytest.mark.django_db


def refused(answer: Any, status: int, code: str) -> None:
    body = answer.json()
    assert (answer.status_code, body["code"]) == (status, code), body


def test_a_code_is_taught_read_and_ended(world: World, caller: Any) -> None:
    keeper, coordinator = caller(world, "storekeeper"), caller(world, "coordinator")
    text = f"01{BOX}10A1␝17220630"
    assert keeper.get("/scan", code=text).json()["kind"] == "unknown"
    way = f"/items/{world.mask.code}/identifiers"
    refused(caller(world, "leader").post(way, {"code": text, "quantity": 480}), 403, "FORBIDDEN")
    refused(keeper.post(way, {"code": text, "quantity": 0}), 400, "QUANTITY_INVALID")
    held = keeper.post(way, {"code": text, "quantity": 480})
    assert held.status_code == 201
    read = keeper.get("/scan", code=text).json()
    assert (read["kind"], read["item"], read["pack_quantity"]) == ("item", world.mask.code, 480)
    assert (read["code"]["maker_lot"], read["code"]["expires_on"]) == ("A1", "2022-06-30")
    other = f"/items/{world.n95.code}/identifiers"
    refused(keeper.post(other, {"code": BOX, "quantity": 480}), 409, "IDENTIFIER_TAKEN")
    ending = f"/identifiers/{held.json()['id']}/ending"
    refused(keeper.post(ending, {"reason": "看错"}), 403, "FORBIDDEN")
    refused(coordinator.post(ending, {"reason": ""}), 400, "REASON_MISSING")
    assert coordinator.post(ending, {"reason": "看错"}).json()["ended_reason"] == "看错"
    assert [row["ended_reason"] for row in keeper.get(way).json()["results"]] == ["看错"]


def test_a_label_and_a_pick(world: World, caller: Any) -> None:
    delivery = make_delivery(world)
    lot = delivery.lines.get().lot
    wrong, _ = world.put_in(world.suit, 5)
    keeper, stranger = caller(world, "storekeeper"), caller(make_world("other"), "storekeeper")
    link = label_of("lot", lot)
    assert keeper.get("/scan", code=link).json()["lots"][0]["code"] == lot.code
    assert keeper.get("/scan", code=label_of("delivery", delivery)).json()["delivery"]["id"] == delivery.pk
    unknown = stranger.get("/scan", code="RK19990101-1")
    hidden = stranger.get("/scan", code=link)
    assert unknown.status_code == hidden.status_code == 404
    assert unknown.json()["message"] == hidden.json()["message"]
    refused(keeper.get("/scan", code="https://example.com"), 400, "CODE_FOREIGN")
    way = f"/deliveries/{delivery.pk}/picks"
    refused(stranger.post(way, {"code": link}), 404, "NOT_FOUND")
    refused(caller(world, "leader").post(way, {"code": link}), 403, "FORBIDDEN")
    from liangcao.ledger.models import Lot

    refused(keeper.post(way, {"code": Lot.objects.get(pk=wrong).code}), 409, "WRONG_LOT")
    assert keeper.post(way, {"code": link}).json()["lines"][0]["picked_by"]
