"""Vehicles: what is refused, what a planned trip relies on."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from liangcao.foundation.journal.models import JournalEntry
from liangcao.foundation.kernel.errors import Conflict, Forbidden, Invalid, Refusal
from liangcao.operations.trips import actions, queries
from tests.factories.trips import make_vehicle, plan, vehicle_of
from tests.factories.world import NOON, World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def test_everything_wrong_is_told_at_once(world: World) -> None:
    with pytest.raises(Invalid) as told:
        make_vehicle(world, "鄂A1", kind="boat", load_kg=0, volume_litres=0, organisation_id=10**9, driver_phone="?")
    assert {problem.code for problem in told.value.problems} == {
        "PLATE_INVALID", "KIND_UNKNOWN", "NUMBER_INVALID", "ORGANISATION_UNKNOWN", "PHONE_INVALID"
    }  # fmt: skip


def test_a_plate_stands_once_in_a_bureau(world: World) -> None:
    make_vehicle(world)
    with pytest.raises(Refusal) as told:
        make_vehicle(world, " 浙g·12345 ")
    assert told.value.code == "PLATE_KNOWN"
    assert make_vehicle(make_world("bieju")).plate == "浙G12345"
    assert "驾驶员甲" not in str(JournalEntry.objects.filter(action="add_vehicle").values_list("after", flat=True))


def test_a_planned_vehicle_stays_what_it_is(world: World) -> None:
    held = make_vehicle(world, takes_hazard=True)

    def edit(**more: Any) -> Any:
        given = vehicle_of(more.pop("plate", held.plate), **({"takes_hazard": True} | more))
        return actions.edit_vehicle(
            vehicle_id=held.pk, vehicle=given, by=world.actor("storekeeper"), at=NOON, client_id=uuid4()
        )

    trip = plan(world, held)
    for less in ({"load_kg": 1_999}, {"takes_hazard": False}, {"plate": "浙G54321"}):
        with pytest.raises(Conflict) as told:
            edit(**less)
        assert told.value.code == "VEHICLE_PLANNED" and trip.number in told.value.zh
    assert edit(load_kg=2_500, driver="驾驶员丙").driver == "驾驶员丙"


def test_out_of_service_and_back(world: World) -> None:
    held = make_vehicle(world)
    who = {"vehicle_id": held.pk, "by": world.actor("coordinator"), "at": NOON}
    with pytest.raises(Forbidden):
        actions.end_service(**who | {"by": world.actor("buyer"), "reason": "检修", "client_id": uuid4()})
    with pytest.raises(Invalid):
        actions.end_service(**who, reason=" ", client_id=uuid4())
    trip = plan(world, held)
    with pytest.raises(Conflict, match=trip.number):
        actions.end_service(**who, reason="检修", client_id=uuid4())
    actions.cancel_trip(trip_id=trip.pk, reason="改期", by=world.actor("buyer"), at=NOON, client_id=uuid4())
    assert not actions.end_service(**who, reason="检修", client_id=uuid4()).is_in_service
    with pytest.raises(Conflict, match="VEHICLE_OUT_OF_SERVICE"):
        plan(world, queries.vehicle(world.system, held.pk))
    with pytest.raises(Conflict):
        actions.end_service(**who, reason="检修", client_id=uuid4())
    assert actions.resume_service(**who, client_id=uuid4()).out_reason == ""
