"""A message read over the API."""

from __future__ import annotations

from typing import Any

import pytest

from tests.factories.world import World

pytestmark = pytest.mark.django_db


def refused(answer: Any, status: int, code: str) -> None:
    body = answer.json()
    assert (answer.status_code, body["code"]) == (status, code), body


def test_a_message_is_read(world: World, caller: Any) -> None:
    mask = world.mask
    text = f"急需{mask.name}2万只,宝葫芦300套"
    [first, second] = caller(world, "storekeeper").post("/readings", {"text": text}).json()["lines"]
    assert (first["item_code"], first["quantity"], first["flow"], first["state"]) == (
        mask.code,
        20_000,
        "requested",
        "good",
    )
    assert text[first["start"] : first["end"]] == first["written"] == f"{mask.name}2万只"
    assert (second["item_code"], second["state"]) == (None, "confirm")
    assert {"ITEM_UNKNOWN", "ITEM_UNSURE"} & set(second["reasons"])


def test_the_kind_says_what_the_words_do_not(world: World, caller: Any) -> None:
    answer = caller(world, "storekeeper").post("/readings", {"text": "口罩2万只", "kind": "gifts"}).json()
    assert [line["flow"] for line in answer["lines"]] == ["donated"]


def test_an_empty_message_is_refused(world: World, caller: Any) -> None:
    refused(caller(world, "storekeeper").post("/readings", {"text": " "}), 400, "MESSAGE_EMPTY")
    refused(caller(world, "storekeeper").post("/readings", {"text": "口" * 20_001}), 400, "MESSAGE_TOO_LONG")
    assert caller(world, "storekeeper").post("/readings", {"text": "口罩", "kind": "x"}).status_code == 400
