"""What is noted on lines: refusals, closing and reopening, and sums that agree with the arithmetic of one line."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from liangcao.foundation.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from liangcao.operations.demand import actions, queries
from liangcao.operations.demand.fulfilled import Fulfilled
from liangcao.operations.demand.inputs import FulfilmentInput
from liangcao.operations.demand.models import Fulfilment, RequisitionLine
from tests.factories.demand import approve, make_fulfilment, make_requisition, make_requisition_line
from tests.factories.world import NOON, World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def now(world: World, line: RequisitionLine) -> RequisitionLine:
    return queries.line(world.system, line.pk)


def test_note_fulfilment_refuses_a_line_that_is_not_approved(world: World) -> None:
    line = make_requisition(world).lines.get()
    with pytest.raises(Conflict) as caught:
        make_fulfilment(world, line, "allotted", 5)
    assert caught.value.code == "LINE_NOT_APPROVED"
    assert "待审核" in caught.value.zh


@pytest.mark.parametrize(("kind", "quantity"), [("allotted", 0), ("allotted", 1.5), ("eaten", 5)])
def test_note_fulfilment_refuses_a_wrong_kind_or_quantity(world: World, kind: str, quantity: int) -> None:
    with pytest.raises(Invalid):
        make_fulfilment(world, make_requisition_line(world), kind, quantity)


def test_note_fulfilment_refuses_to_release_or_return_more_than_there_is(world: World) -> None:
    line = make_requisition_line(world)
    make_fulfilment(world, line, "allotted", 100)
    make_fulfilment(world, line, "delivered", 60)
    with pytest.raises(Conflict) as caught:
        make_fulfilment(world, line, "released", 41)
    assert (caught.value.code, "40" in caught.value.zh) == ("RELEASED_TOO_MUCH", True)
    with pytest.raises(Conflict) as caught:
        make_fulfilment(world, line, "returned", 61)
    assert caught.value.code == "RETURNED_TOO_MUCH"


def test_note_fulfilment_refuses_a_plan_that_gives_more_than_is_open(world: World) -> None:
    line = make_requisition_line(world)
    arguments = {"line_id": line.pk, "kind": "allotted", "cause_ref": "FA1", "by": world.system, "at": NOON}
    actions.note_fulfilment(quantity=600, cause_kind="plan", **arguments)
    with pytest.raises(Conflict) as caught:
        actions.note_fulfilment(quantity=401, cause_kind="plan", **arguments)
    assert (caught.value.code, "400" in caught.value.zh) == ("ALLOTTED_TOO_MUCH", True)
    actions.note_fulfilment(quantity=401, cause_kind="delivery", **arguments)


def test_note_fulfilment_is_in_scope_and_by_role(world: World) -> None:
    line = make_requisition_line(world)
    entry = FulfilmentInput(line.pk, "delivered", 5, "delivery", "PS1")
    with pytest.raises(NotFound):
        actions.note_fulfilments(entries=[entry], by=world.requester(world.second_hospital), at=NOON)
    with pytest.raises(Forbidden):
        actions.note_fulfilments(entries=[entry], by=world.actor("buyer"), at=NOON)
    assert actions.note_fulfilments(entries=[entry], by=world.requester(world.hospital), at=NOON)


def test_note_fulfilments_is_all_or_nothing(world: World) -> None:
    line = make_requisition_line(world)
    entries = [
        FulfilmentInput(line.pk, "allotted", 5, "plan", "FA1"),
        FulfilmentInput(10**9, "allotted", 5, "plan", "FA1"),
    ]
    with pytest.raises(NotFound):
        actions.note_fulfilments(entries=entries, by=world.system, at=NOON)
    assert not Fulfilment.objects.exists()


def test_fulfilments_cannot_be_changed_or_deleted(world: World) -> None:
    row = make_fulfilment(world, make_requisition_line(world), "allotted", 5)
    for statement in ("UPDATE demand_fulfilment SET quantity = 9", "DELETE FROM demand_fulfilment"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    row.refresh_from_db()
    assert row.quantity == 5


def test_deliveries_close_a_line_and_returns_open_it_again(world: World) -> None:
    line = make_requisition_line(world)
    make_fulfilment(world, line, "allotted", 1_000)
    assert (now(world, line).quantity_open, now(world, line).quantity_on_way) == (0, 1_000)
    make_fulfilment(world, line, "delivered", 990)
    make_fulfilment(world, line, "released", 10)
    assert (now(world, line).status, now(world, line).quantity_open) == ("open", 10)
    make_fulfilment(world, line, "delivered", 10)
    assert now(world, line).status == "closed"
    make_fulfilment(world, line, "returned", 200)
    line = now(world, line)
    assert (line.status, line.quantity_open, line.quantity_delivered, line.quantity_on_way) == ("open", 200, 800, 0)


def test_a_return_does_not_reopen_a_line_whose_place_is_taken(world: World) -> None:
    line = make_requisition_line(world, quantity=100)
    make_fulfilment(world, line, "delivered", 100)
    newer = make_requisition_line(world, quantity=50)
    make_fulfilment(world, line, "returned", 100)
    assert (now(world, line).status, now(world, newer).status) == ("closed", "open")


def test_goods_on_their_way_count_for_the_line_that_takes_the_place(world: World) -> None:
    """A unit asks again while its goods are on the road: they are not open a second time, and they close the newer
    line."""
    line = make_requisition_line(world)
    make_fulfilment(world, line, "allotted", 1_000)
    make_fulfilment(world, line, "delivered", 200)
    newer = make_requisition_line(world, quantity=800)
    held = now(world, newer)
    assert (held.quantity_on_way, held.quantity_open, now(world, line).quantity_on_way) == (800, 0, 0)
    make_fulfilment(world, line, "released", 50)
    assert now(world, newer).quantity_open == 50
    last = make_requisition_line(world, quantity=750)
    assert (now(world, last).quantity_on_way, now(world, last).quantity_open) == (750, 0)
    make_fulfilment(world, line, "delivered", 750)
    assert (now(world, last).status, now(world, last).quantity_delivered) == ("closed", 750)
    assert (now(world, line).status, now(world, line).quantity_delivered) == ("superseded", 200)


def test_goods_that_come_back_leave_the_line_on_which_they_arrived(world: World) -> None:
    line = make_requisition_line(world)
    make_fulfilment(world, line, "allotted", 300)
    make_fulfilment(world, line, "delivered", 100)
    newer = make_requisition_line(world, quantity=500)
    make_fulfilment(world, line, "delivered", 200)
    make_fulfilment(world, line, "returned", 100)
    assert (now(world, line).quantity_delivered, now(world, newer).quantity_delivered) == (0, 200)
    make_fulfilment(world, line, "returned", 150)
    assert (now(world, newer).quantity_delivered, now(world, newer).quantity_open) == (50, 450)


def test_an_unknown_amount_stays_open_and_has_no_balance(world: World) -> None:
    made = approve(world, make_requisition(world, None, (world.suit, None)))
    line = made.lines.get()
    make_fulfilment(world, line, "delivered", 5)
    assert (now(world, line).status, now(world, line).quantity_open) == ("open", None)


@settings(max_examples=30)
@given(
    approved=st.one_of(st.none(), st.integers(0, 50)),
    steps=st.lists(
        st.tuples(st.sampled_from(["allotted", "released", "delivered", "returned"]), st.integers(1, 40)), max_size=12
    ),
)
def test_sums_of_the_database_agree_with_the_arithmetic_of_a_line(
    approved: int | None, steps: list[tuple[str, int]]
) -> None:
    with transaction.atomic():
        world = make_world("property")
        made = approve(world, make_requisition(world, None, (world.mask, None)), approved)
        line, totals = made.lines.get(), Fulfilled()
        for kind, quantity in steps:
            try:
                make_fulfilment(world, line, kind, quantity)
            except Conflict:
                continue
            totals = totals.plus(kind, quantity)
        held = now(world, line)
        assert held.quantity_open == totals.open(approved)
        assert held.quantity_on_way == totals.on_way
        assert held.quantity_delivered == totals.kept >= 0
        assert held.status == ("closed" if totals.fills(approved) else "open")
        transaction.set_rollback(True)
