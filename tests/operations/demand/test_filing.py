"""Filing a requisition: refusals first, then what is written and what gives way."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from liangcao.foundation.identity.actor import NOBODY
from liangcao.foundation.kernel.errors import Conflict, Forbidden, Invalid, KeyReused, NotFound, Refusal
from liangcao.operations.demand.inputs import RequisitionLineInput
from liangcao.operations.demand.models import Requisition
from tests.factories.demand import approve, make_requisition
from tests.factories.world import NOON, TODAY, World, make_world

pytestmark = pytest.mark.django_db
BY_PHONE = {"channel": "phone", "caller": "示例来电人", "received_at": NOON}


@pytest.fixture
def world() -> World:
    return make_world()


def refused(kind: type[Refusal], *arguments: object, **more: object) -> Refusal:
    with pytest.raises(kind) as caught:
        make_requisition(*arguments, **more)  # type: ignore[arg-type]
    assert caught.value.zh
    assert caught.value.en
    return caught.value


@pytest.mark.parametrize("quantity", [0, -5, 1_000_000_000, 1.5, True, "5", "5e2", [5]])
def test_file_requisition_refuses_what_is_not_a_quantity(world: World, quantity: object) -> None:
    refusal = refused(Invalid, world, world.hospital, (world.mask, quantity))
    assert (refusal.code, refusal.row) == ("QUANTITY_INVALID", 1)


@pytest.mark.parametrize("field", ["on_hand", "daily_use"])
def test_file_requisition_refuses_a_wrong_stock_or_use(world: World, field: str) -> None:
    line = replace(RequisitionLineInput(world.mask.pk, 5), **{field: -1})
    assert refused(Invalid, world, lines=[line]).field == field


def test_file_requisition_refuses_an_unknown_item_and_an_unknown_pack_at_once(world: World) -> None:
    lines = [
        RequisitionLineInput(10**9, 5),
        RequisitionLineInput(world.mask.pk, 5, unit="托盘"),
        RequisitionLineInput(world.n95.pk, 5),
        RequisitionLineInput(world.n95.pk, 6),
    ]
    refusal = refused(Invalid, world, lines=lines)
    assert [(p.code, p.row) for p in refusal.problems] == [("ITEM_UNKNOWN", 1), ("UNIT_UNKNOWN", 2), ("ITEM_TWICE", 4)]
    assert not Requisition.objects.exists()


def test_file_requisition_refuses_no_lines_and_too_many(world: World) -> None:
    assert refused(Invalid, world, lines=[]).code == "LINES_EMPTY"
    line = RequisitionLineInput(world.mask.pk, 1, in_addition=True)
    assert refused(Invalid, world, lines=[line] * 2_001).code == "LINES_TOO_MANY"


def test_file_requisition_refuses_an_organisation_that_does_not_ask(world: World) -> None:
    by = world.actor("coordinator")
    assert refused(Invalid, world, world.donor, by=by, **BY_PHONE).code == "ORGANISATION_CANNOT_ASK"


def test_file_requisition_for_a_caller_needs_the_caller_and_the_time(world: World) -> None:
    by = world.actor("coordinator")
    refusal = refused(Invalid, world, by=by, channel="phone", caller=" ")
    assert [p.field for p in refusal.problems] == ["caller", "received_at"]


def test_file_requisition_refuses_a_channel_that_is_not_the_actors(world: World) -> None:
    assert refused(Invalid, world, by=world.actor("coordinator")).code == "CHANNEL_NOT_YOURS"
    assert refused(Invalid, world, **BY_PHONE).code == "CHANNEL_NOT_YOURS"
    assert [p.code for p in refused(Invalid, world, channel="fax").problems] == [
        "CHANNEL_UNKNOWN",
        "REQUIRED",
        "REQUIRED",
    ]


def test_file_requisition_refuses_times_that_cannot_be(world: World) -> None:
    by = world.actor("coordinator")
    later = BY_PHONE | {"received_at": NOON + timedelta(minutes=1)}
    assert refused(Invalid, world, by=by, **later).code == "DATE_IN_FUTURE"
    assert refused(Invalid, world, needed_by=TODAY - timedelta(days=1)).code == "NEEDED_BY_PAST"


def test_file_requisition_refuses_an_unknown_urgency_and_an_unseen_character(world: World) -> None:
    refusal = refused(Invalid, world, urgency="now", note="加急\u202e")
    assert {p.code for p in refusal.problems} == {"TEXT_INVALID", "URGENCY_UNKNOWN"}
    assert refused(Invalid, world, note="字" * 501).code == "TEXT_TOO_LONG"


def test_file_requisition_is_for_the_unit_and_the_desk_only(world: World) -> None:
    assert refused(Forbidden, world, by=world.actor("storekeeper"), **BY_PHONE).code == "FORBIDDEN"
    refused(NotFound, world, by=NOBODY)
    refused(NotFound, world, world.hospital, by=world.requester(world.second_hospital))


def test_file_requisition_refuses_a_unit_of_another_bureau(world: World) -> None:
    other = make_world("other")
    refused(NotFound, world, other.hospital, by=world.actor("coordinator"), **BY_PHONE)
    refused(NotFound, world, world.hospital, by=other.actor("coordinator"), **BY_PHONE)
    refused(NotFound, other, world.hospital, by=world.requester(world.hospital))


def test_file_requisition_needs_an_open_emergency(world: World) -> None:
    world.emergency.ended_on = TODAY
    world.emergency.save()
    assert refused(Conflict, world).code == "NO_EMERGENCY"


def test_file_requisition_with_the_same_id_gives_the_same_requisition(world: World) -> None:
    key = uuid4()
    first = make_requisition(world, world.hospital, (world.mask, 10), client_id=key)
    again = make_requisition(world, world.hospital, (world.mask, 10), client_id=key, at=NOON + timedelta(hours=1))
    assert (again.pk, Requisition.objects.count()) == (first.pk, 1)
    refusal = refused(KeyReused, world, world.hospital, (world.mask, 11), client_id=key)
    assert (refusal.status, refusal.code) == (422, "KEY_REUSED")


def test_file_requisition_keeps_unknown_apart_from_zero_and_converts_packs(world: World) -> None:
    lines = [
        RequisitionLineInput(world.mask.pk, 20, unit="箱", on_hand=0, daily_use=300),
        RequisitionLineInput(world.suit.pk, None),
    ]
    made = make_requisition(world, lines=lines, urgency="critical", needed_by=TODAY)
    masks, suits = made.lines.order_by("line")
    assert (masks.quantity_requested, masks.asked_as, masks.on_hand, masks.daily_use) == (9_600, "20 箱", 0, 300)
    assert (suits.quantity_requested, suits.on_hand, suits.tier, suits.status) == (None, None, 1, "submitted")
    assert made.number == "XQ20200203-1"
    assert (made.status, made.received_at, made.submitted_by) == ("submitted", NOON, "示例医院一申领人")


def test_file_requisition_takes_names_and_notes_as_they_are(world: World) -> None:
    note = "=HYPERLINK(1) <script> {{7*7}} 𠮷䶮 🚑"
    by = world.actor("coordinator")
    made = make_requisition(world, by=by, note=note, **BY_PHONE)
    made.refresh_from_db()
    assert (made.note, made.caller) == (note, "示例来电人")


def test_a_new_requisition_replaces_the_waiting_line_of_the_same_item(world: World) -> None:
    first = make_requisition(world, None, (world.mask, 100), (world.n95, 50))
    second = make_requisition(world, None, (world.mask, 300), at=NOON + timedelta(hours=1))
    old = first.lines.get(item=world.mask)
    assert (old.status, old.superseded_by) == ("superseded", second.lines.get())
    assert first.lines.get(item=world.n95).status == "submitted"
    first.refresh_from_db()
    assert (first.status, first.version) == ("submitted", 2)
    make_requisition(world, None, (world.n95, 60))
    first.refresh_from_db()
    assert first.status == "superseded"


def test_a_line_in_addition_replaces_nothing(world: World) -> None:
    first = approve(world, make_requisition(world))
    more = make_requisition(world, lines=[RequisitionLineInput(world.mask.pk, 50, in_addition=True)])
    approve(world, more)
    assert {line.status for made in (first, more) for line in made.lines.all()} == {"open"}


def test_another_unit_and_another_item_are_left_alone(world: World) -> None:
    first = make_requisition(world)
    make_requisition(world, world.second_hospital)
    make_requisition(world, None, (world.n95, 5))
    assert first.lines.get().status == "submitted"
