"""The carrier over the API: named, kept at the hand-over, and shown no more than it takes to bring the goods."""

from __future__ import annotations

from typing import Any

import pytest

from tests.factories.dispatch import assign, confirm, hand_over, make_delivery, make_emergency
from tests.factories.world import World

pytestmark = pytest.mark.django_db


def test_named_before_and_kept_at_the_hand_over(world: World, caller: Any) -> None:
    keeper, delivery = caller(world, "storekeeper"), make_delivery(world)
    path = f"/deliveries/{delivery.pk}"
    refused = keeper.post(f"{path}/carrier", {"carrier_organisation_id": world.donor.pk})
    assert (refused.status_code, refused.json()["code"]) == (400, "CARRIER_UNKNOWN")
    assert keeper.post(f"{path}/carrier", {}).status_code in (400, 422)
    named = keeper.post(f"{path}/carrier", {"carrier_organisation_id": world.supplier.pk})
    assert (named.status_code, named.json()["carrier_organisation_name"]) == (201, "示例供应商")
    left = keeper.post(f"{path}/hand-over", {"carrier": "示例车 1"}).json()
    assert (left["carrier_organisation_id"], left["carrier"]) == (world.supplier.pk, "示例车 1")
    late = keeper.post(f"{path}/carrier", {"carrier_organisation_id": None})
    assert (late.status_code, late.json()["code"]) == (409, "CARRIER_FIXED")


def test_null_means_that_nobody_registered_carries(world: World, caller: Any) -> None:
    delivery = assign(world, make_delivery(world))
    body = {"carrier": "路过的示例车", "carrier_organisation_id": None}
    answer = caller(world, "storekeeper").post(f"/deliveries/{delivery.pk}/hand-over", body)
    assert answer.json()["carrier_organisation_id"] is None


def test_an_emergency_issue_names_it_too(world: World, caller: Any) -> None:
    world.put_in(world.mask, 100)
    body = {
        "store": "S1", "organisation": "U05", "lines": [{"item": "T-mask", "quantity": 60}], "leader": "示例组长",
        "reason": "夜间急需", "limit_note": "60 只", "carrier_organisation_id": world.supplier.pk,
    }  # fmt: skip
    answer = caller(world, "storekeeper").post("/issues", body)
    assert (answer.status_code, answer.json()["carrier_organisation_id"]) == (201, world.supplier.pk)


def test_what_the_carrier_reads(world: World, caller: Any) -> None:
    driver = caller(world, "carrier", world.supplier)
    delivery = hand_over(world, make_delivery(world), carrier_organisation_id=world.supplier.pk)
    confirm(world, delivery, (90, 10, 0, "少一包"))
    theirs = make_emergency(world, 10)
    assert [row["number"] for row in driver.get("/deliveries").json()["results"]] == [delivery.number]
    shown = driver.get(f"/deliveries/{delivery.pk}").json()
    assert (shown["store_name"], shown["organisation_name"], shown["status"]) == ("一号库", "示例医院一", "signed")
    hidden = [shown[key] for key in ("plan", "papers_ref", "signed_name")]
    hidden += [shown["lines"][0][key] for key in ("lot_code", "quantity_good", "quantity_short", "reason")]
    assert hidden == [None] * 7
    assert shown["lines"][0]["quantity"] == 100
    assert driver.get(f"/deliveries/{theirs.pk}").status_code == 404
    assert driver.post(f"/deliveries/{delivery.pk}/receipt", {"signed_name": "承运人"}).status_code == 404
    assert driver.post(f"/deliveries/{delivery.pk}/carrier", {"carrier_organisation_id": None}).status_code == 404
    for path in ("/requisitions", "/moves", "/lots", "/plans", "/gifts", "/stores"):
        assert driver.get(path).status_code == 403, path
    assert caller(world, "auditor").get(f"/deliveries/{delivery.pk}").json()["lines"][0]["quantity_short"] == 10
