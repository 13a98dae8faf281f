"""Scanning over the API: what a code is, what bar codes mean, picking; refusals with their codes."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from liangcao.ledger.models import Lot
from tests.factories.dispatch import make_delivery
from tests.factories.labels import BOX, label_of
from tests.factories.photos import photo_of
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
    refused(keeper.post(way, {"code": Lot.objects.get(pk=wrong).code}), 409, "WRONG_LOT")
    assert keeper.post(way, {"code": link}).json()["lines"][0]["picked_by"]


def photograph(by: Any, content: bytes, query: str = "", **headers: str) -> Any:
    photo = SimpleUploadedFile("photo.jpg", content, content_type="image/jpeg")
    return by.client.post(f"/api/v1/scan/photo{query}", {"photo": photo}, headers={**by.headers, **headers})


def test_the_codes_of_a_photo(world: World, caller: Any) -> None:
    lot_id, _ = world.put_in(world.mask, 5)
    label, keeper = label_of("lot", Lot.objects.get(pk=lot_id)), caller(world, "storekeeper")
    answer = photograph(keeper, photo_of(label, "https://example.com/maker"))
    assert answer.status_code == 200
    own, foreign = answer.json()["codes"]
    assert answer.json()["code"] == own["text"] == label
    assert (own["scanned"], own["refusal"]) == (keeper.get("/scan", code=label).json(), None)
    assert (foreign["scanned"], foreign["refusal"]["code"]) == (None, "CODE_FOREIGN")
    second = label_of("lot", Lot.objects.get(pk=world.put_in(world.suit, 5)[0]))
    assert photograph(keeper, photo_of(label, second)).json()["code"] is None


def test_a_photo_of_a_foreign_label_is_answered_as_one_of_nothing(world: World, caller: Any) -> None:
    other = make_world("other")
    lot_id, _ = other.put_in(other.mask, 5)
    keeper, label = caller(world, "storekeeper"), label_of("lot", Lot.objects.get(pk=lot_id))
    typed = keeper.get("/scan", code=label).json()
    for text in (label, "RK19990101-1"):
        answer = photograph(keeper, photo_of(text))
        refused(answer, 404, "NOT_FOUND")
        assert answer.json()["message"] == typed["message"]
    english = photograph(keeper, photo_of("https://example.com"), **{"Accept-Language": "en"})
    assert (english.status_code, english.json()["message"][-9:]) == (400, "our label")


def test_photos_that_are_refused(world: World, caller: Any, stranger: Any) -> None:
    keeper = caller(world, "storekeeper")
    refused(photograph(keeper, b"%PDF-1.7"), 400, "PHOTO_KIND")
    refused(photograph(keeper, b"\x00\x00\x00\x18ftypheic" + b"\x00" * 9), 400, "PHOTO_HEIC")
    refused(photograph(keeper, b"\xff\xd8\xff" + b"\x00" * 10 * 1024 * 1024), 413, "BODY_TOO_LARGE")
    refused(photograph(keeper, photo_of("x"), "?bureau=other"), 400, "BUREAU_UNKNOWN")
    refused(photograph(keeper, photo_of("x"), "?code=x"), 400, "FIELD_UNKNOWN")
    refused(photograph(stranger, photo_of("x")), 401, "TOKEN_INVALID")
    refused(keeper.post("/scan/photo", {"photo": "x"}), 400, "FIELD_MISSING")
    way = "/api/v1/scan/photo"
    torn = keeper.client.generic("POST", way, b"--x", content_type="multipart/form-data", headers=keeper.headers)
    refused(torn, 400, "REQUEST_INVALID")
    many = [SimpleUploadedFile(f"{number}.jpg", b"x") for number in range(21)]
    refused(keeper.client.post(way, {"photo": many}, headers=keeper.headers), 400, "REQUEST_INVALID")
