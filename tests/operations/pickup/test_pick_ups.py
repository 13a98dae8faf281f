"""Pick-ups: slots, who comes when, what is refused, no-shows, goods that the book sees."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from liangcao.foundation.identity.actor import Actor, Grant
from liangcao.foundation.journal.models import JournalEntry
from liangcao.foundation.kernel.clock import LOCAL
from liangcao.foundation.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Refusal
from liangcao.ledger.holders import held_by_unit
from liangcao.ledger.verify import verify_book
from liangcao.operations.dispatch.models import Delivery
from liangcao.operations.pickup import actions, queries
from liangcao.operations.pickup.models import PickUp, PickUpSlot, PickUpTurn
from liangcao.operations.pickup.slotting import Comer, assign, windows
from liangcao.reference.parties import actions as parties
from tests.factories.pickup import (
    OPENS,
    add_units,
    announce,
    arrange,
    check_in,
    hand_out,
    make_deliveries,
    make_pick_up_turn,
    move,
)
from tests.factories.world import NOON, World, make_world

pytestmark = pytest.mark.django_db
HALF = timedelta(minutes=30)


@pytest.fixture
def world() -> World:
    return make_world()


def _many(world: World, count: int = 5, **more: object) -> PickUp:
    units = add_units(world, count)
    make_deliveries(world, {unit.pk: 10 + number for number, unit in enumerate(units)})
    return announce(world, arrange(world, **more))


def test_112_enterprises_between_noon_and_seven_never_more_than_four_at_once(world: World) -> None:
    units = add_units(world, 112)
    # 12,280 kg: most take 100, seven take more.
    shares = {unit.pk: 100 for unit in units} | {unit.pk: 254 for unit in units[:7]}
    shares[units[7].pk] += 12_280 - sum(shares.values())
    make_deliveries(world, shares)
    held = arrange(world, opens_at=NOON + timedelta(days=1), closes_at=NOON + timedelta(days=1, hours=7), minutes=15,
                   capacity=4)  # fmt: skip
    slots = queries.slots(world.actor("coordinator"), held.pk)
    turns = list(PickUpTurn.objects.filter(pick_up=held).select_related("slot", "organisation"))
    assert len(turns) == 112
    assert sum(turn.quantity for turn in turns) == 12_280
    assert {slot.starts_at.astimezone(LOCAL).hour for slot in slots} == set(range(12, 19))
    assert slots[-1].ends_at == held.closes_at
    for minute in range(7 * 60):
        now = held.opens_at + timedelta(minutes=minute)
        assert sum(turn.slot.starts_at <= now < turn.slot.ends_at for turn in turns) <= 4
    assert all(slot.taken == sum(turn.slot_id == slot.pk for turn in turns) for slot in slots)
    # The seven big ones do not stand in line together.
    big = [turn.slot_id for turn in turns if turn.quantity >= 254]
    assert len(big) == len(set(big)) >= 7
    small = sorted((turn for turn in turns if turn.quantity < 254), key=lambda turn: turn.distance_m or 0)
    numbers = [turn.slot.number for turn in small]
    assert numbers == sorted(numbers)
    assert verify_book(world.system, world.bureau.pk).ok


def test_near_before_far_then_region_then_code_and_big_ones_apart() -> None:
    comers = [
        Comer(1, 5, None, "330784002", "B"), Comer(2, 5, None, "330784001", "C"), Comer(3, 5, 900, "", "D"),
        Comer(4, 5, 100, "", "E"), Comer(5, 5, None, "330784001", "A"),
    ]  # fmt: skip
    found = assign(comers, slots=5, capacity=1)
    assert sorted(found, key=lambda key: found[key]) == [4, 3, 5, 2, 1]
    assert assign(list(reversed(comers)), slots=5, capacity=1) == found
    spread = assign([Comer(n, 100 if n < 3 else 10, n) for n in range(9)], slots=3, capacity=3)
    assert {spread[n] for n in range(3)} == {0, 1, 2}
    assert assign([], 3, 1) == {}


def test_slots_are_whole(world: World) -> None:
    assert len(windows(OPENS, OPENS + timedelta(minutes=95), 30)) == 3
    assert [slot.capacity for slot in queries.slots(world.system, _many(world).pk)] == [2] * 6


def test_too_many_for_the_window_is_told_in_numbers(world: World) -> None:
    units = add_units(world, 5)
    make_deliveries(world, {unit.pk: 10 for unit in units})
    with pytest.raises(Conflict) as refused:
        arrange(world, closes_at=OPENS + HALF, capacity=2)
    assert refused.value.code == "SLOTS_TOO_FEW"
    assert (
        "2 more slots" in refused.value.en and "60 minutes" in refused.value.en and "5 units a slot" in refused.value.en
    )
    assert not PickUp.objects.exists()


def test_what_is_wrong_with_the_input_is_told_at_once(world: World) -> None:
    with pytest.raises(Refusal) as refused:
        arrange(world, minutes=1, capacity=0, safety_text=" ", closes_at=OPENS - HALF)
    codes = {problem.code for problem in refused.value.problems}
    assert codes == {"WINDOW_INVALID", "NUMBER_INVALID", "SAFETY_MISSING"}
    with pytest.raises(Invalid, match="WINDOW_OVER"):
        arrange(world, opens_at=NOON - HALF, closes_at=NOON)
    with pytest.raises(Conflict, match="NOTHING_TO_FETCH"):
        arrange(world)
    with pytest.raises(Forbidden):
        arrange(world, by=world.actor("allocator"))
    with pytest.raises(NotFound):
        arrange(world, by=make_world("other").actor("coordinator"))


def test_two_pick_ups_do_not_share_a_place_and_a_time_nor_a_delivery(world: World) -> None:
    held = _many(world)
    with pytest.raises(Conflict, match="PLACE_TAKEN"):
        arrange(world, opens_at=OPENS + HALF)
    with pytest.raises(Conflict, match="NOTHING_TO_FETCH"):
        arrange(world, opens_at=held.closes_at, closes_at=held.closes_at + HALF)


def test_a_full_slot_says_so_with_numbers_and_the_next_that_is_free(world: World) -> None:
    held = _many(world, 4, capacity=1)
    slots = queries.slots(world.system, held.pk)
    last = PickUpTurn.objects.get(pick_up=held, slot=slots[3])
    with pytest.raises(Conflict) as refused:
        move(world, last, slots[0])
    assert refused.value.code == "SLOT_FULL"
    assert refused.value.zh == "14:00–14:30 最多 1 个单位,已满 1 个;下一个有空位的是 16:00–16:30(还剩 1 个)"
    assert move(world, last, slots[5]).slot == slots[5]
    assert [slot.taken for slot in queries.slots(world.system, held.pk)] == [1, 1, 1, 0, 0, 1]
    for slot, code in ((slots[5], "SAME_SLOT"), (PickUpSlot(pk=0), "SLOT_UNKNOWN")):
        with pytest.raises(Refusal, match=code):
            move(world, last, slot)
    with pytest.raises(Conflict, match="SLOT_OVER"):
        move(world, last, slots[4], at=slots[4].ends_at)


def test_the_database_holds_the_capacity(world: World) -> None:
    slot = queries.slots(world.system, _many(world).pk)[0]
    with pytest.raises(IntegrityError), transaction.atomic():
        PickUpSlot.objects.filter(pk=slot.pk).update(taken=slot.capacity + 1)


def test_a_unit_acknowledges_and_moves_its_own_turn_only(world: World) -> None:
    turn = make_pick_up_turn(world)
    slots = queries.slots(world.requester(world.hospital), turn.pick_up_id)
    assert len(slots) == 6
    own, stranger = world.requester(world.hospital), world.requester(world.second_hospital)
    moved = actions.move_turn(turn_id=turn.pk, slot_id=slots[3].pk, by=own, at=NOON, client_id=uuid4())
    assert moved.slot == slots[3]
    given = {"name": "示例司机", "at": NOON, "client_id": uuid4()}
    with pytest.raises(NotFound):
        actions.acknowledge_turn(turn_id=turn.pk, by=stranger, **given)
    done = actions.acknowledge_turn(turn_id=turn.pk, by=own, **given)
    assert done.acknowledged_by == "示例司机"
    with pytest.raises(Conflict, match="ACKNOWLEDGED"):
        actions.acknowledge_turn(turn_id=turn.pk, by=own, **given | {"client_id": uuid4()})
    with pytest.raises(Forbidden):
        check_in(world, turn, at=moved.slot.starts_at, by=own)
    assert not queries.slots(stranger, turn.pick_up_id)


def test_check_in_on_the_day_in_time_with_instructions_and_room(world: World) -> None:
    held = _many(world, 4, capacity=1)
    first, second = PickUpTurn.objects.filter(pick_up=held).order_by("slot__number")[:2]
    start = OPENS
    for at, code in (
        (start - timedelta(minutes=11), "TOO_EARLY"), (start + HALF, "TOO_LATE"), (start + timedelta(days=1), "WRONG_DAY"),
    ):  # fmt: skip
        with pytest.raises(Conflict, match=code):
            check_in(world, first, at=at)
    with pytest.raises(Conflict, match="NOT_ACKNOWLEDGED"):
        check_in(world, first, at=start, acknowledged_by="")
    with pytest.raises(Invalid, match="FETCHER_MISSING"):
        check_in(world, first, at=start, fetcher="")
    assert check_in(world, first, at=start - timedelta(minutes=10)).status == "checked_in"
    [entry] = JournalEntry.objects.filter(action="check_in")
    assert str(entry.after["fetcher"]).startswith("~"), "who came is a person: the journal keeps a mark only"
    with pytest.raises(Conflict, match="YARD_FULL"):
        check_in(world, second, at=start + HALF)
    with pytest.raises(Conflict, match="STATE_CONFLICT"):
        move(world, first, second.slot)
    hand_out(world, first, at=start + HALF)
    assert check_in(world, second, at=start + HALF).status == "checked_in"
    assert queries.numbers(queries.turns(world.system, pick_up_id=held.pk)) == queries.Numbers(2, 1, 1, 0)
    with pytest.raises(Conflict, match="STILL_INSIDE"):
        actions.close_pick_up(pick_up_id=held.pk, by=world.actor("coordinator"), at=start + HALF, client_id=uuid4())


def test_goods_at_the_counter_leave_the_book_and_are_signed_for_where_one_person_may(world: World) -> None:
    turn = make_pick_up_turn(world)
    check_in(world, turn, at=OPENS)
    key = uuid4()
    done = hand_out(world, turn, at=OPENS, client_id=key)
    assert done.delivery.status == "in_transit"
    assert done.delivery.carrier == "示例车 2"
    assert hand_out(world, turn, at=OPENS, client_id=key).pk == done.pk
    with pytest.raises(Conflict, match="STATE_CONFLICT"):
        hand_out(world, turn, at=OPENS)
    small = make_world("small")
    parties.set_separation(
        bureau_id=small.bureau.pk, profile="small", starts_at=NOON, ends_at=NOON + timedelta(days=5), reason="小局",
        by=small.actor("leader"), at=NOON, client_id=uuid4(),
    )  # fmt: skip
    turn = make_pick_up_turn(small)
    check_in(small, turn, at=OPENS)
    done = hand_out(small, turn, at=OPENS)
    assert (done.delivery.status, done.delivery.signed_name) == ("signed", "示例司机")
    assert sum(held_by_unit(small.bureau.pk, small.hospital.pk).values()) == 100
    for each in (world, small):
        assert verify_book(each.system, each.bureau.pk).ok


def test_a_cancelled_delivery_has_nothing_to_fetch(world: World) -> None:
    turn = make_pick_up_turn(world)
    Delivery.objects.filter(pk=turn.delivery_id).update(
        status="cancelled", cancelled_by="某", cancelled_at=NOON, cancel_reason="示例"
    )
    with pytest.raises(Conflict, match="DELIVERY_GONE"):
        check_in(world, turn, at=OPENS)


def test_who_did_not_come_gets_the_next_free_place_or_is_marked(world: World) -> None:
    held = _many(world, 4, capacity=1, closes_at=OPENS + timedelta(hours=2, minutes=30))
    turns = list(PickUpTurn.objects.filter(pick_up=held).order_by("slot__number"))
    given = {"pick_up_id": held.pk, "by": world.actor("storekeeper")}
    with pytest.raises(Conflict, match="NOBODY_MISSING"):
        actions.reassign_no_shows(**given, at=OPENS, client_id=uuid4())
    # The first two slots are over and nobody came; only the fifth slot is free.
    actions.reassign_no_shows(**given, at=OPENS + 2 * HALF, client_id=uuid4())
    for turn in turns:
        turn.refresh_from_db()
    assert [(turn.status, turn.slot.number, turn.times_missed) for turn in turns] == [
        ("assigned", 5, 1), ("no_show", 2, 1), ("assigned", 3, 0), ("assigned", 4, 0),
    ]  # fmt: skip
    assert [slot.taken for slot in queries.slots(world.system, held.pk)] == [0, 0, 1, 1, 1]
    closed = actions.close_pick_up(
        pick_up_id=held.pk, by=world.actor("coordinator"), at=held.closes_at, client_id=uuid4()
    )
    assert closed.status == "closed"
    assert set(PickUpTurn.objects.values_list("status", flat=True)) == {"released"}
    # The goods still wait, and can be fetched another day.
    again = arrange(world, opens_at=OPENS + timedelta(days=1), closes_at=OPENS + timedelta(days=1, hours=3))
    assert again.turns.count() == 4


def test_cancelling_wants_a_reason_and_lets_the_deliveries_go(world: World) -> None:
    turn = make_pick_up_turn(world)
    given = {"pick_up_id": turn.pick_up_id, "by": world.actor("coordinator"), "at": NOON}
    with pytest.raises(Invalid, match="REASON_MISSING"):
        actions.cancel_pick_up(**given, reason=" ", client_id=uuid4())
    assert actions.cancel_pick_up(**given, reason="大雪封路", client_id=uuid4()).status == "cancelled"
    with pytest.raises(Conflict, match="STATE_CONFLICT"):
        check_in(world, turn, at=OPENS)
    with pytest.raises(Conflict, match="STATE_CONFLICT"):
        announce(world, turn.pick_up)


def test_who_keeps_another_store_sees_nothing_of_it(world: World) -> None:
    turn = make_pick_up_turn(world)
    keeper, other = (
        Actor(
            user_id=7, name="仓管员乙", grants=(Grant("storekeeper", world.bureau.pk, store_ids=frozenset({store.pk})),)
        )
        for store in (world.store, world.second_store)
    )
    assert queries.turn(keeper, turn.pk).pk == turn.pk
    assert check_in(world, turn, at=OPENS, by=keeper).status == "checked_in"
    with pytest.raises(NotFound):
        queries.pick_up(other, turn.pick_up_id)
