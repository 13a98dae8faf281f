"""Signatures, releases and returns over the API: refusals with their codes, then the way into the store."""

from __future__ import annotations

from typing import Any

import pytest

from tests.factories.supply import make_waiting_receipt
from tests.factories.world import World

pytestmark = pytest.mark.django_db


def refused(answer: Any, status: int, code: str) -> None:
    body = answer.json()
    assert (answer.status_code, body["code"]) == (status, code), body


def findings(line: int, **numbers: Any) -> dict[str, Any]:
    return {"findings": [{"receipt_line": line, **numbers}]}


def test_three_signatures_and_a_return(world: World, caller: Any) -> None:
    receipt = make_waiting_receipt(world)
    line, way = receipt.lines.get().pk, f"/receipts/{receipt.pk}"
    keeper, inspector, counter = (caller(world, role) for role in ("storekeeper", "inspector", "counter"))
    refused(
        counter.post(f"{way}/signatures", {"kind": "count", **findings(line, quantity_counted=101)}),
        409,
        "COUNT_ABOVE_ARRIVED",
    )
    refused(
        keeper.post(f"{way}/signatures", {"kind": "store", **findings(line, quantity_counted=1)}),
        409,
        "STORE_SIGNS_FIRST",
    )
    judged = findings(line, quantity_passed=80, quantity_rejected=20, reason="耳带开裂")
    assert inspector.post(f"{way}/signatures", {"kind": "quality", **judged}).status_code == 201
    refused(inspector.post(f"{way}/signatures", {"kind": "quality", **judged}), 409, "ALREADY_SIGNED")
    mended = {"reason": "又看了一遍", **judged}
    answer = inspector.post(f"{way}/signatures/quality/correction", mended)
    assert answer.status_code == 201 and answer.json()["status"] == "waiting"
    body = counter.post(f"{way}/signatures", {"kind": "count", **findings(line, quantity_counted=98)}).json()
    assert body["status"] == "posted"
    assert body["lines"][0]["outcome"] == {
        "quantity_accepted": 78, "quantity_rejected": 20, "quantity_missing": 2, "quantity_out": 0,
    }  # fmt: skip
    assert [row["in_force"] for row in body["signatures"]] == [True, False, True, True]
    back = {"reason": "不合格", "lines": [{"receipt_line": line, "quantity": 20}]}
    assert keeper.post(f"{way}/returns", back).json()["returns"][0]["quantity"] == 20
    refused(keeper.post(f"{way}/returns", back), 400, "LINE_UNKNOWN")
    assert caller(world, "auditor").get("/verification").json()["ok"]


def test_a_leader_lets_goods_go(world: World, caller: Any) -> None:
    receipt = make_waiting_receipt(world)
    word = {"leader": "组长甲", "reason": "医院断货", "limit_note": "60 只"}
    word["lines"] = [{"receipt_line": receipt.lines.get().pk, "quantity": 60}]  # type: ignore[assignment]
    refused(caller(world, "storekeeper").post(f"/receipts/{receipt.pk}/release", word), 403, "FORBIDDEN")
    body = caller(world, "leader").post(f"/receipts/{receipt.pk}/release", word).json()
    assert body["released_early"]["leader"] == "组长甲" and body["status"] == "waiting"


def test_the_rule_of_a_category(world: World, caller: Any) -> None:
    desk = caller(world, "coordinator")
    way = "/categories/test/receipt-signatures"
    refused(caller(world, "storekeeper").post(way, {"signatures": []}), 403, "FORBIDDEN")
    refused(desk.post(way, {"signatures": ["quality"]}), 400, "STORE_SIGNATURE_NEEDED")
    refused(desk.post("/categories/nope/receipt-signatures", {"signatures": []}), 404, "NOT_FOUND")
    assert desk.post(way, {"signatures": ["count", "store"]}).json()["signatures"] == ["store", "count"]
    assert desk.get("/categories").json()["items"][0]["rule"] == ["store", "count"]
