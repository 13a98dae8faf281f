"""Trips that bring goods: planned by hand or by the solver, loads and times, nobody on two roads, live state."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from liangcao.foundation.jobs.running import run_one
from liangcao.foundation.kernel.errors import Conflict, Forbidden, Invalid, Refusal
from liangcao.operations.trips import actions, outbound_queries
from liangcao.operations.trips.models import OutboundStop, OutboundTrip, TripProposal
from liangcao.reference.catalog.models import Item
from liangcao.reference.parties.models import Organisation
from tests.factories.dispatch import confirm, hand_over
from tests.factories.outbound import MORNING, make_waiting, plan_out, propose_out
from tests.factories.trips import make_vehicle, plan
from tests.factories.world import NOON, World, make_world

pytestmark = pytest.mark.django_db


def codes(refusal: Refusal) -> list[str]:
    return [each.code for each in refusal.problems] or [refusal.code]


def step(world: World, act: object, held: OutboundTrip, role: str = "coordinator", **more: object) -> OutboundTrip:
    given = {"by": world.actor(role), "at": MORNING, "client_id": uuid4()} | more
    return act(trip_id=held.pk, **given)  # type: ignore[operator]


def test_a_trip_has_its_stops_with_times_and_loads() -> None:
    world = make_world()
    first, second = make_waiting(world)
    held = plan_out(world, [first, second])
    rows = outbound_queries.stops(world.actor("coordinator"), held.pk)
    assert [(row.delivery_id, row.weight_grams, row.unknown_lines) for row in rows] == [
        (first.pk, 300, 0), (second.pk, 300, 0)
    ]  # fmt: skip
    assert MORNING < rows[0].expected_at < rows[1].expected_at < held.expected_back_at
    assert [person.role for person in held.crew.all()] == ["driver"]
    assert outbound_queries.ready(world.actor("coordinator"), world.bureau.pk).count() == 0


def test_more_than_the_vehicle_carries_is_refused_with_numbers_and_unknown_weights_are_told() -> None:
    world = make_world()
    rows = make_waiting(world)
    Item.objects.filter(pk=world.mask.pk).update(weight_grams=50_000)
    with pytest.raises(Conflict) as caught:
        plan_out(world, rows, make_vehicle(world, load_kg=2_000))
    assert codes(caught.value) == ["OVERLOADED"]
    assert "3,000" in caught.value.zh
    assert "超 1,000 千克" in caught.value.zh
    Item.objects.filter(pk=world.mask.pk).update(weight_grams=None)
    held = plan_out(world, rows, make_vehicle(world, "浙G00002", driver="驾驶员丙", driver_phone=""))
    assert [row.unknown_lines for row in held.stops.all()] == [1, 1]


def test_cold_and_dangerous_goods_need_their_vehicle() -> None:
    world = make_world()
    rows = make_waiting(world)
    van = make_vehicle(world)
    Item.objects.filter(pk=world.mask.pk).update(is_cold=True, hazard_class="3")
    with pytest.raises(Invalid) as caught:
        plan_out(world, rows, van)
    assert codes(caught.value) == ["VEHICLE_NOT_COLD", "VEHICLE_HAZARD"]


def test_a_delivery_is_on_one_open_trip_and_the_database_holds_it() -> None:
    world = make_world()
    rows = make_waiting(world)
    held = plan_out(world, rows)
    with pytest.raises(Conflict) as caught:
        plan_out(world, rows[:1], make_vehicle(world, "浙G00002", driver="驾驶员丙", driver_phone=""))
    assert codes(caught.value) == ["DELIVERY_ON_TRIP"]
    with pytest.raises(IntegrityError), transaction.atomic():
        OutboundStop.objects.create(
            trip=held, order=9, delivery=rows[0], expected_at=MORNING, weight_grams=0, volume_ml=0
        )
    step(world, actions.cancel_outbound, held, reason="车坏了")
    assert plan_out(world, rows, held.vehicle).number != held.number


def test_nobody_and_nothing_is_on_two_trips_of_either_kind() -> None:
    world = make_world()
    rows, van = make_waiting(world), make_vehicle(world)
    fetched = plan(world, van, leaves_at=MORNING, expected_there_at=MORNING + timedelta(hours=1),
                   expected_back_at=MORNING + timedelta(hours=2))  # fmt: skip
    with pytest.raises(Invalid) as caught:
        plan_out(world, rows, van)
    assert codes(caught.value) == ["VEHICLE_TAKEN", "PERSON_TAKEN"]
    assert fetched.number in caught.value.problems[0].zh
    other = make_vehicle(world, "浙G00002", driver="驾驶员丙", driver_phone="")
    brought = plan_out(world, rows, other)
    with pytest.raises(Invalid) as caught_too:
        plan(world, other, leaves_at=MORNING, expected_there_at=MORNING + timedelta(hours=1), crew=(),
             expected_back_at=MORNING + timedelta(hours=2))  # fmt: skip
    assert codes(caught_too.value) == ["VEHICLE_TAKEN", "PERSON_TAKEN"]
    assert brought.number in caught_too.value.zh


def test_a_stop_moves_by_hand_and_both_trips_are_told_anew() -> None:
    world = make_world()
    rows = make_waiting(world, {world.hospital.pk: 30, world.second_hospital.pk: 30, world.town.pk: 20})
    one = plan_out(world, rows[:2])
    two = plan_out(world, rows[2:], make_vehicle(world, "浙G00002", driver="驾驶员丙", driver_phone=""))
    before = one.expected_back_at
    order = [rows[1].pk, rows[2].pk]
    step(world, actions.arrange_stops, two, deliveries=order)
    one.refresh_from_db()
    assert [row.delivery_id for row in two.stops.order_by("order")] == order
    assert [row.delivery_id for row in one.stops.all()] == [rows[0].pk]
    assert one.expected_back_at < before
    with pytest.raises(Conflict) as caught:
        step(world, actions.arrange_stops, two, deliveries=[rows[0].pk])
    assert caught.value.code == "TRIP_EMPTIED"
    with pytest.raises(Forbidden):
        step(world, actions.arrange_stops, two, role="duty_officer", deliveries=order)


def test_it_leaves_with_what_was_handed_over_and_ends_when_all_stops_are_over() -> None:
    world = make_world()
    first, second = make_waiting(world)
    held = plan_out(world, [first, second])
    with pytest.raises(Conflict) as caught:
        step(world, actions.start_outbound, held)
    assert caught.value.code == "NOT_HANDED_OVER"
    hand_over(world, first)
    hand_over(world, second)
    step(world, actions.start_outbound, held)
    confirm(world, first)
    with pytest.raises(Conflict) as caught:
        step(world, actions.finish_outbound, held)
    assert caught.value.code == "STOPS_OPEN"
    stop = held.stops.get(delivery=second)
    actions.fail_stop(
        stop_id=stop.pk, reason="收货人不在", by=world.actor("duty_officer"), at=MORNING, client_id=uuid4()
    )
    done = step(world, actions.finish_outbound, held)
    assert done.status == "finished"
    assert [row.outcome for row in done.stops.order_by("order")] == ["delivered", "failed"]
    assert [row.pk for row in outbound_queries.ready(world.actor("coordinator"), world.bureau.pk)] == [second.pk]


def test_the_solver_proposes_and_a_person_confirms() -> None:
    world = make_world()
    rows = make_waiting(world)
    van, actor = make_vehicle(world, load_kg=1), world.actor("coordinator")
    Item.objects.filter(pk=world.mask.pk).update(weight_grams=33)
    Organisation.objects.filter(pk=world.hospital.pk).update(tier=1)
    Organisation.objects.filter(pk=world.second_hospital.pk).update(tier=4)
    held = propose_out(world)
    with pytest.raises(Conflict):
        actions.confirm_proposal(proposal_id=held.pk, by=actor, at=NOON, client_id=uuid4())
    while run_one(worker="test", clock=lambda: NOON):
        pass
    held.refresh_from_db()
    assert held.status == "ready"
    urgent = next(row for row in rows if row.organisation_id == world.hospital.pk)
    assert [[visit["key"] for visit in way["visits"]] for way in held.answer["ways"]] == [[urgent.pk]]
    assert [row["reason"] for row in held.answer["left_out"]] == ["NO_ROOM"]
    key = uuid4()
    for _again in range(2):
        [made] = actions.confirm_proposal(proposal_id=held.pk, by=actor, at=NOON, client_id=key)
    assert made.vehicle_id == van.pk
    assert TripProposal.objects.get().status == "confirmed"
    assert OutboundTrip.objects.count() == 1


def test_a_proposal_for_today_starts_from_now_and_one_too_late_is_refused() -> None:
    world = make_world()
    make_waiting(world)
    make_vehicle(world)
    with pytest.raises(Invalid) as refused:
        propose_out(world, day=NOON.date(), at=NOON + timedelta(hours=7, minutes=31))
    assert refused.value.code == "DAY_OVER" and "来不及出车" in refused.value.zh
    with pytest.raises(Invalid):
        propose_out(world, day=NOON.date() - timedelta(days=1))
    held = propose_out(world, day=NOON.date())
    while run_one(worker="test", clock=lambda: NOON):
        pass
    held.refresh_from_db()
    [way] = held.answer["ways"]
    leaves = outbound_queries.moment_of(held.day, way["leaves"])
    assert NOON + timedelta(minutes=30) <= leaves < NOON + timedelta(hours=1)


def test_a_unit_beside_the_store_is_a_trip_of_a_minute() -> None:
    world = make_world()
    [row, _] = make_waiting(world)
    place = {"latitude": world.store.latitude, "longitude": world.store.longitude, "service_minutes": 0}
    Organisation.objects.filter(pk=row.organisation_id).update(**place)
    assert plan_out(world, [row]).expected_back_at == MORNING + timedelta(minutes=1)


def test_a_proposal_that_nobody_computes_any_more_says_so() -> None:
    world = make_world()
    make_waiting(world)
    make_vehicle(world)
    held = propose_out(world)
    assert (outbound_queries.is_lost(held), outbound_queries.progress(held, NOON)) == (False, 0)
    held.job = None
    assert outbound_queries.is_lost(held)
