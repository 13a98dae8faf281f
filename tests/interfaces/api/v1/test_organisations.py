"""Organisations over the API: details written anew."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from liangcao.reference.parties.models import Organisation
from tests.factories.world import World, make_world


def test_details_are_written_anew_once(world: World, caller: Any) -> None:
    unit, desk, key = world.hospital, caller(world, "coordinator"), str(uuid4())
    path, body = f"/organisations/{unit.pk}/details", {"name": "示例新院", "beds": 900, "tier": 1}
    first, again = (desk.post(path, body, key=key) for _ in range(2))
    assert (first.status_code, first.json()["beds"]) == (201, 900) and again.json() == first.json()
    held = Organisation.objects.get(pk=unit.pk)
    assert (held.name, held.code, held.kind, held.tier) == ("示例新院", unit.code, unit.kind, 1)


def test_what_is_refused_changes_nothing(world: World, caller: Any) -> None:
    unit, desk = world.hospital, caller(world, "coordinator")
    path = f"/organisations/{unit.pk}/details"
    for body, code in (
        ({"name": ""}, "REQUIRED"),
        ({"name": world.second_hospital.name}, "ORGANISATION_TAKEN"),
        ({"name": unit.name, "uscc": "12345678901234567I"}, "USCC_INVALID"),
        ({"name": unit.name, "region": "000000"}, "REGION_UNKNOWN"),
    ):
        answer = desk.post(path, body)
        assert (answer.status_code // 100, answer.json()["code"]) == (4, code)
    assert desk.post(path, {"name": "x", "kind": "supplier"}).status_code in (400, 422)
    assert caller(world, "storekeeper").post(path, {"name": "x"}).status_code == 403
    assert caller(world, "requester", unit).post(path, {"name": "x"}).status_code in (403, 404)
    assert caller(make_world("other"), "coordinator").post(path, {"name": "x"}).status_code == 404
    held = Organisation.objects.get(pk=unit.pk)
    assert (held.name, held.beds) == (unit.name, unit.beds)
