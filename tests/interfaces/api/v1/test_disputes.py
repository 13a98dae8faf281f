"""The proof of a receipt and its disputes, over the API."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from liangcao.operations.dispatch.links import link_secret
from tests.factories.dispatch import hand_over, make_delivery
from tests.factories.photos import as_file, drawn
from tests.factories.world import World

pytestmark = pytest.mark.django_db


def refused(answer: Any, status: int, code: str) -> None:
    body = answer.json()
    assert (answer.status_code, body["code"]) == (status, code), body


@pytest.fixture
def way(world: World) -> str:
    """A hundred masks on their way to the hospital."""
    return f"/deliveries/{hand_over(world, make_delivery(world)).pk}"


def picture(kind: str) -> str:
    return b64encode(as_file(drawn("name"), kind)).decode()


def test_a_receipt_with_its_proof(world: World, caller: Any, way: str) -> None:
    ward, keeper = caller(world, "requester", world.hospital), caller(world, "storekeeper")
    assert keeper.get(way).json()["receipt_link"].startswith("/receipts/")
    assert "receipt_link" not in ward.get(way).json()
    told = {"signed_name": "药剂科", "signature": picture("PNG"), "photos": [picture("JPEG")]}
    refused(ward.post(f"{way}/receipt", told | {"signature": "no base64!"}), 400, "PICTURE_NOT_BASE64")
    refused(ward.post(f"{way}/receipt", told | {"photos": [b64encode(b"text").decode()]}), 400, "PHOTO_KIND")
    answer = ward.post(f"{way}/receipt", told)
    assert answer.status_code == 201, answer.content
    shown = keeper.get(way).json()
    assert shown["receipt"]["door"] == "program"
    drawn_name = f"/signatures/{shown['receipt']['signature']}"
    assert "receipt_link" not in shown
    [photo] = shown["receipt"]["photos"]
    assert keeper.get(drawn_name).content.startswith(b"\x89PNG")
    assert keeper.get(f"/delivery-photos/{photo}").content.startswith(b"\xff\xd8\xff")
    assert caller(world, "requester", world.second_hospital).get(drawn_name).status_code == 404


def test_a_dispute_from_raising_to_acceptance(world: World, caller: Any, way: str) -> None:
    ward, coordinator = caller(world, "requester", world.hospital), caller(world, "coordinator")
    line = ward.get(way).json()["lines"][0]["id"]
    told = {"lines": [{"line": line, "quantity_short": 3}], "reason": "清点少三只", "raised_name": "药剂科"}
    refused(ward.post(f"{way}/disputes", told), 409, "NOT_SIGNED")
    ward.post(f"{way}/receipt", {"signed_name": "药剂科"})
    refused(ward.post(f"{way}/disputes", told | {"lines": []}), 400, "LINES_EMPTY")
    made = ward.post(f"{way}/disputes", told).json()
    assert (made["status"], made["raised_door"]) == ("open", "program")
    refused(ward.post(f"{way}/disputes", told), 409, "DISPUTE_OPEN")
    here = f"/disputes/{made['id']}"
    refused(ward.post(f"{here}/rejection", {"reason": "不"}), 403, "FORBIDDEN")
    assert caller(world, "requester", world.second_hospital).get(here).status_code == 404
    assert [row["id"] for row in coordinator.get("/disputes?status=open").json()["results"]] == [made["id"]]
    settled = {"lines": [{"line": made["lines"][0]["id"], "outcome": "lost", "part": "short"}], "reason": "少装"}
    found = coordinator.post(f"{here}/acceptance", settled).json()
    assert (found["status"], found["lines"][0]["short_settled_as"]) == ("accepted", "lost")
    assert found["reversal"]
    assert found["settlement"]
    refused(coordinator.post(f"{here}/rejection", {"reason": "不"}), 409, "STATE_CONFLICT")


def test_withdrawn_and_rejected(world: World, caller: Any, way: str) -> None:
    ward, coordinator = caller(world, "requester", world.hospital), caller(world, "coordinator")
    ward.post(f"{way}/receipt", {"signed_name": "药剂科"})
    line = ward.get(way).json()["lines"][0]["id"]
    told = {"lines": [{"line": line, "quantity_damaged": 1}], "reason": "破损", "raised_name": "药剂科"}
    first = ward.post(f"{way}/disputes", told).json()["id"]
    assert ward.post(f"/disputes/{first}/withdrawal", {"reason": "看错"}).json()["status"] == "withdrawn"
    second = ward.post(f"{way}/disputes", told).json()["id"]
    assert coordinator.post(f"/disputes/{second}/rejection", {"reason": "监控无误"}).json()["status"] == "rejected"


def test_the_page_of_the_link_says_where_the_goods_are(world: World, client: Client) -> None:
    delivery = make_delivery(world)
    page = reverse("receipt_by_link", args=[link_secret(delivery)])
    assert "还没有出库" in client.get(page).content.decode()
    assert client.get(f"{page}dispute/").status_code == 409
    hand_over(world, delivery)
    answer = client.get(page)
    assert "签收物资" in answer.content.decode()
    assert answer["Cache-Control"] == "private, no-store"
    assert client.get(page[:-2] + "/").status_code == 404
    assert client.post(page, {}).status_code == 400
