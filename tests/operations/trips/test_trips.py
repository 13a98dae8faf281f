"""Inbound trips: what is refused, who is taken when, from the plan to the receipt and back by steps."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from liangcao.foundation.identity.actor import Actor, Grant
from liangcao.foundation.journal.models import JournalEntry
from liangcao.foundation.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Refusal
from liangcao.ledger import queries as ledger
from liangcao.ledger.verify import verify_book
from liangcao.operations.passes import actions as passes
from liangcao.operations.supply.models import Receipt, Source
from liangcao.operations.trips import actions, queries
from liangcao.operations.trips.inputs import CrewInput, LoadedInput, TripLineInput
from liangcao.operations.trips.models import InboundTrip
from tests.factories.passes import make_pass
from tests.factories.supply import make_receipt, make_source, reverse
from tests.factories.trips import (
    BACK,
    DRIVER,
    ESCORT,
    LEAVES,
    THERE,
    arrive,
    load,
    make_arrived,
    make_vehicle,
    plan,
    plan_for_source,
    receive,
    start,
    trip_of,
)
from tests.factories.world import NOON, TODAY, World, make_world

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def world(db: object, tmp_path: Path, settings: Any) -> World:
    settings.PASS_KEY_FILE = tmp_path / "pass-key"
    return make_world()


def refused(kind: type[Refusal], do: Callable[[], Any]) -> Refusal:
    with pytest.raises(kind) as told:
        do()
    return told.value


def code_of(kind: type[Refusal], do: Callable[[], Any]) -> str:
    return refused(kind, do).code


def step_back(world: World, held: InboundTrip, *, at: datetime = BACK, reason: str = "点错了") -> InboundTrip:
    return actions.step_back_trip(
        trip_id=held.pk, reason=reason, by=world.actor("duty_officer"), at=at, client_id=uuid4()
    )


def cancel(world: World, held: InboundTrip, reason: str = "厂方停产") -> InboundTrip:
    return actions.cancel_trip(
        trip_id=held.pk, reason=reason, by=world.actor("coordinator"), at=NOON, client_id=uuid4()
    )


def test_everything_wrong_with_a_trip_is_told_at_once(world: World) -> None:
    small = make_vehicle(world, "浙G00001", load_kg=500, driver="", driver_phone="")
    lines = (TripLineInput(world.mask.pk, 0), TripLineInput(world.alcohol.pk, 10, 600))
    told = refused(
        Invalid,
        lambda: plan(world, small, place=" ", expected_there_at=LEAVES, lines=lines, crew=(CrewInput("escort", ""),)),
    )
    codes = {problem.code for problem in told.problems}
    assert codes == {
        "TIMES_REVERSED", "PLACE_MISSING", "QUANTITY_INVALID", "VEHICLE_HAZARD", "REQUIRED", "DRIVER_MISSING"
    }  # fmt: skip
    assert all(problem.zh and problem.en for problem in told.problems)
    assert not InboundTrip.objects.exists()


@pytest.mark.parametrize(
    ("more", "kind", "code"),
    [
        ({"weight_kg": 2_001}, Invalid, "OVERLOADED"),
        ({"weight_kg": 599}, Invalid, "WEIGHT_TOO_SMALL"),
        ({"supplier_id": None}, Invalid, "SUPPLIER_MISSING"),
        ({"supplier_id": 10**9}, NotFound, "NOT_FOUND"),
        ({"lines": ()}, Invalid, "LINES_EMPTY"),
        ({"expected_back_at": LEAVES + 15 * DAY}, Invalid, "TRIP_TOO_LONG"),
        ({"leaves_at": NOON - DAY, "expected_there_at": NOON - 2 * HOUR, "expected_back_at": NOON - HOUR},
         Invalid, "TRIP_OVER"),
        ({"crew": (CrewInput("driver", "驾驶员甲", "不知道"),)}, Invalid, "PHONE_INVALID"),
        ({"crew": (CrewInput("pilot", "驾驶员甲"),)}, Invalid, "ROLE_UNKNOWN"),
        ({"place_phone": "一一九"}, Invalid, "PHONE_INVALID"),
    ],
)  # fmt: skip
def test_one_thing_wrong(world: World, more: dict[str, Any], kind: type[Refusal], code: str) -> None:
    vehicle = make_vehicle(world)
    assert code_of(kind, lambda: plan(world, vehicle, **more)) == code


def test_a_heavier_load_than_the_lines_add_up_to_is_refused_too(world: World) -> None:
    lines = (TripLineInput(world.mask.pk, 600, 1_500), TripLineInput(world.n95.pk, 10, 501))
    vehicle = make_vehicle(world)
    told = refused(Invalid, lambda: plan(world, vehicle, lines=lines))
    assert told.code == "OVERLOADED" and "2,001" in told.zh and "2,000" in told.en
    assert plan(world, make_vehicle(world, "浙G22222", load_kg=2_001), lines=lines).status == "planned"


def test_the_usual_driver_drives_and_what_is_missing_of_the_source_is_fetched(world: World) -> None:
    held = plan_for_source(world, crew=(ESCORT,))
    assert [(row.role, row.name) for row in queries.crew(world.system, held.pk)] == [
        ("driver", DRIVER.name), ("escort", ESCORT.name)
    ]  # fmt: skip
    [line] = queries.lines(world.system, held.pk)
    assert (line.quantity_expected, line.source_line_id) == (600, held.source.lines.get().pk)  # type: ignore[union-attr]
    assert (held.supplier_id, held.number[:2]) == (world.supplier.pk, "TC")
    entry = JournalEntry.objects.get(action="plan_trip")
    assert (
        DRIVER.name not in str(entry.after) and ESCORT.name not in str(entry.after) and "0571" not in str(entry.after)
    )


def test_a_source_of_which_nothing_is_expected_is_not_fetched(world: World) -> None:
    source = make_source(world, (world.mask, 600), kind="purchase", counterparty_id=world.supplier.pk,
                         by=world.actor("buyer"))  # fmt: skip
    make_receipt(world, source, (600, 0))
    vehicle = make_vehicle(world)
    told = refused(Refusal, lambda: plan(world, vehicle, source_id=source.pk, supplier_id=None))
    assert told.code == "SOURCE_NOT_EXPECTED"


@pytest.mark.parametrize(
    ("earlier", "is_taken"),
    [
        ((LEAVES - 5 * HOUR, LEAVES), False), ((LEAVES - 5 * HOUR, LEAVES + HOUR), True), ((BACK, BACK + HOUR), False),
        ((BACK - HOUR, BACK + HOUR), True), ((LEAVES + HOUR, BACK - HOUR), True),
    ],
)  # fmt: skip
def test_a_vehicle_is_on_one_trip_at_a_time(world: World, earlier: tuple[datetime, datetime], is_taken: bool) -> None:
    vehicle, begins, over = make_vehicle(world), *earlier
    other = plan(world, vehicle, leaves_at=begins, expected_there_at=begins + HOUR / 2, expected_back_at=over,
                 crew=(CrewInput("driver", "驾驶员丙"),))  # fmt: skip
    if not is_taken:
        assert plan(world, vehicle).status == "planned"
        return
    told = refused(Conflict, lambda: plan(world, vehicle))
    assert told.code == "VEHICLE_TAKEN" and other.number in told.zh and other.number in told.en
    cancel(world, other)
    assert plan(world, vehicle).status == "planned"


def test_nobody_is_on_two_trips_at_a_time(world: World) -> None:
    first, second = make_vehicle(world), make_vehicle(world, "浙G22222")
    other = plan(world, first)
    same = CrewInput("driver", "甲师傅", "0571 00001001")
    told = refused(Conflict, lambda: plan(world, second, crew=(same,)))
    assert told.code == "PERSON_TAKEN" and other.number in told.zh
    assert code_of(Conflict, lambda: plan(world, second, crew=(CrewInput("driver", DRIVER.name),))) == "PERSON_TAKEN"
    namesake = CrewInput("driver", DRIVER.name, "0571-00009999")
    assert plan(world, second, crew=(namesake,)).status == "planned"


def test_a_changed_trip_is_not_in_its_own_way(world: World) -> None:
    vehicle = make_vehicle(world)
    held = plan(world, vehicle)
    later = trip_of(world, vehicle, expected_back_at=BACK + HOUR, lines=(TripLineInput(world.n95.pk, 5),))

    def change(asked: Any = later) -> InboundTrip:
        return actions.change_trip(trip_id=held.pk, trip=asked, by=world.actor("buyer"), at=NOON, client_id=uuid4())

    assert change().expected_back_at == BACK + HOUR
    assert [row.item_id for row in queries.lines(world.system, held.pk)] == [world.n95.pk]
    start(world, held)
    assert code_of(Conflict, change) == "STATE_CONFLICT"


def test_a_pass_must_be_of_the_vehicle_and_good_all_the_way(world: World) -> None:
    vehicle = make_vehicle(world)
    for held, code in (
        (make_pass(world), "PASS_OF_ANOTHER"),
        (make_pass(world, vehicle.plate, valid_until=TODAY), "PASS_NOT_VALID"),
        (make_pass(world, vehicle.plate, valid_from=TODAY + DAY), "PASS_NOT_VALID"),
    ):
        assert code_of(Conflict, lambda held=held: plan(world, vehicle, pass_id=held.pk)) == code  # type: ignore[misc]
    good = make_pass(world, vehicle.plate)
    trip = plan(world, vehicle, pass_id=good.pk)
    passes.revoke_pass(pass_id=good.pk, reason="遗失", by=world.actor("leader"), at=NOON, client_id=uuid4())
    assert code_of(Conflict, lambda: start(world, trip)) == "PASS_REVOKED"

    def issue(role: str) -> InboundTrip:
        return actions.issue_trip_pass(trip_id=trip.pk, by=world.actor(role), at=NOON, client_id=uuid4())

    with pytest.raises(Forbidden):
        issue("storekeeper")
    issued = issue("coordinator").pass_held
    assert issued is not None and (issued.plate, issued.driver) == (vehicle.plate, DRIVER.name)
    assert (issued.valid_from, issued.valid_until) == (TODAY, TODAY + 2 * DAY)
    assert code_of(Conflict, lambda: issue("coordinator")) == "PASS_HELD"
    assert start(world, trip).status == "under_way"


def test_fetched_received_and_compared(world: World) -> None:
    held = plan_for_source(world)
    assert code_of(Conflict, lambda: load(world, held)) == "STATE_CONFLICT"
    start(world, held)
    assert code_of(Invalid, lambda: load(world, held, 590)) == "REASON_MISSING"
    assert code_of(Invalid, lambda: load(world, held, 0, "没有货")) == "NOTHING_LOADED"
    assert code_of(Invalid, lambda: load(world, held, lines=[LoadedInput(10**9, 1)])) == "LINE_UNKNOWN"
    load(world, held, 590, "厂方少备 10")
    assert code_of(Conflict, lambda: receive(world, held)) == "STATE_CONFLICT"
    arrive(world, held)
    with pytest.raises(Forbidden):
        receive(world, held, by=world.actor("coordinator"))
    done = receive(world, held, 580, 4)
    [row] = queries.compared(world.system, done)
    assert (row.expected, row.loaded, row.received, row.damaged, row.difference) == (600, 590, 584, 4, -6)
    assert done.receipt is not None and done.receipt.source_id == held.source_id and held.number in done.receipt.note
    assert Source.objects.get(pk=held.source_id).status == "partly_received"
    stock = ledger.stock_by_item(world.system, world.bureau.pk, on=TODAY + DAY)
    assert stock[world.mask.pk].store == 580
    assert verify_book(world.system, world.bureau.pk).ok


def test_a_refused_receipt_leaves_the_trip_standing(world: World) -> None:
    held = make_arrived(world)
    refused(Invalid, lambda: receive(world, held, 590, final=True))
    held.refresh_from_db()
    assert (held.status, Receipt.objects.count()) == ("arrived", 0)


def test_without_a_source_the_receipt_writes_one(world: World) -> None:
    held = plan(world)
    done = receive(world, arrive(world, load(world, start(world, held))))
    assert done.receipt is not None and done.receipt.source.counterparty_id == world.supplier.pk
    assert done.receipt.source.kind == "purchase"


def test_goods_that_were_received_before_are_linked(world: World) -> None:
    held = make_arrived(world)

    def link(receipt: Receipt, trip: InboundTrip = held) -> InboundTrip:
        return actions.link_receipt(
            trip_id=trip.pk, receipt_id=receipt.pk, by=world.actor("storekeeper"), at=BACK, client_id=uuid4()
        )

    assert code_of(Conflict, lambda: link(make_receipt(world))) == "RECEIPT_ELSEWHERE"
    wrong = make_receipt(world, held.source, (100, 0))
    reverse(world, wrong)
    assert code_of(Conflict, lambda: link(wrong)) == "RECEIPT_REVERSED"
    right = make_receipt(world, held.source, (600, 0))
    assert link(right).receipt_id == right.pk
    assert code_of(Conflict, lambda: link(right)) == "STATE_CONFLICT"
    again = step_back(world, held)
    assert (again.status, again.receipt_id, Receipt.objects.get(pk=right.pk).status) == ("arrived", None, "posted")
    assert link(right).status == "received"


def test_wrong_states_go_back_step_by_step(world: World) -> None:
    held = load(world, start(world, plan(world)), 590, "少 10")
    assert code_of(Invalid, lambda: step_back(world, held, reason=" ")) == "REASON_MISSING"
    assert step_back(world, held).status == "under_way"
    assert held.lines.get().quantity_loaded is None
    assert code_of(Conflict, lambda: cancel(world, held)) == "STATE_CONFLICT"
    assert step_back(world, held).status == "planned"
    assert code_of(Conflict, lambda: step_back(world, held)) == "STATE_CONFLICT"
    assert code_of(Invalid, lambda: cancel(world, held, " ")) == "REASON_MISSING"
    assert cancel(world, held).status == "cancelled"
    assert code_of(Conflict, lambda: start(world, held)) == "STATE_CONFLICT"


def test_a_vehicle_that_is_late_does_not_leave_again(world: World) -> None:
    vehicle = make_vehicle(world)
    first = start(world, plan(world, vehicle))
    later = plan(world, vehicle, leaves_at=BACK + HOUR, expected_there_at=BACK + 2 * HOUR,
                 expected_back_at=BACK + 3 * HOUR)  # fmt: skip
    told = refused(Invalid, lambda: start(world, later, at=BACK + HOUR))
    assert {problem.code for problem in told.problems} == {"VEHICLE_TAKEN", "PERSON_TAKEN"}
    arrive(world, load(world, first), at=BACK + HOUR)
    assert start(world, later, at=BACK + HOUR).status == "under_way"
    assert {p.code for p in refused(Invalid, lambda: step_back(world, first)).problems} == {
        "VEHICLE_TAKEN", "PERSON_TAKEN"
    }  # fmt: skip


def test_late_trips_and_whose_turn_it_is(world: World) -> None:
    held = plan(world)
    for at, is_late in ((LEAVES, False), (LEAVES + HOUR, True)):
        assert held.is_late(at) is is_late
        assert queries.late(queries.trips(world.system, world.bureau.pk), at).exists() is is_late
    held = start(world, held)
    assert not held.is_late(THERE) and held.is_late(THERE + HOUR)
    told = queries.waiting(world.actor("coordinator"), bureau_id=world.bureau.pk, at=THERE + HOUR)
    assert [(row.kind, row.count) for row in told] == [("trips_late", 1)]
    arrive(world, load(world, held))
    told = queries.waiting(world.actor("storekeeper"), bureau_id=world.bureau.pk, at=BACK + DAY)
    assert [(row.kind, row.count) for row in told] == [("trips_to_receive", 1)]
    assert queries.waiting(world.actor("auditor"), bureau_id=world.bureau.pk, at=BACK) == []


def test_who_may_and_what_is_seen(world: World) -> None:
    vehicle = make_vehicle(world)
    for role in ("allocator", "auditor", "leader", "duty_officer"):
        with pytest.raises(Forbidden):
            plan(world, vehicle, by=world.actor(role))
    held = plan(world, vehicle)
    stranger = make_world("bieju")
    with pytest.raises(NotFound):
        queries.trip(stranger.actor("coordinator"), held.pk)
    with pytest.raises(NotFound):
        plan(stranger, vehicle)

    def keeper(store: Any) -> Actor:
        return Actor(900_001, "仓管员丁", (Grant("storekeeper", world.bureau.pk, store_ids=frozenset({store.pk})),))

    assert queries.trip(keeper(world.store), held.pk) == held
    with pytest.raises(NotFound):
        queries.trip(keeper(world.second_store), held.pk)
    with pytest.raises(NotFound):
        plan(world, vehicle, by=keeper(world.second_store), leaves_at=BACK, expected_there_at=BACK + HOUR,
             expected_back_at=BACK + 2 * HOUR)  # fmt: skip


def test_the_same_key_plans_once(world: World) -> None:
    vehicle, key = make_vehicle(world), uuid4()
    asked = trip_of(world, vehicle)
    first, again = (actions.plan_trip(trip=asked, by=world.actor("buyer"), at=NOON, client_id=key) for _ in range(2))
    assert first.pk == again.pk and InboundTrip.objects.count() == 1


def test_the_database_holds_the_states(world: World) -> None:
    held = plan(world)
    for broken in ({"status": "loaded"}, {"status": "cancelled"}, {"expected_there_at": BACK + DAY}, {"left_at": NOON}):
        with pytest.raises(IntegrityError), transaction.atomic():
            InboundTrip.objects.filter(pk=held.pk).update(**broken)
    with pytest.raises(IntegrityError), transaction.atomic():
        held.lines.update(quantity_loaded=1)
