"""Withdrawing and confirming: refusals first."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from liangcao.foundation.kernel.errors import Conflict, Forbidden, Invalid, KeyReused, NotFound
from liangcao.operations.demand import actions, queries
from liangcao.operations.demand.models import Requisition, RequisitionLine
from liangcao.operations.demand.rules import ChangedMeanwhile, GoodsUnderWay, can_confirm, can_withdraw
from tests.factories.demand import approve, make_fulfilment, make_requisition, make_requisition_line
from tests.factories.world import NOON, World, make_world

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(days=4)


@pytest.fixture
def world() -> World:
    return make_world()


def withdraw(world: World, requisition: Requisition, **more: object) -> Requisition:
    arguments = {"by": world.requester(world.hospital), "client_id": uuid4()} | more
    return actions.withdraw_requisition(requisition_id=requisition.pk, at=NOON, **arguments)  # type: ignore[arg-type]


def test_withdraw_requisition_is_for_the_unit_and_the_desk(world: World) -> None:
    made = make_requisition(world)
    with pytest.raises(Forbidden):
        withdraw(world, made, by=world.actor("allocator"))
    with pytest.raises(NotFound):
        withdraw(world, made, by=world.requester(world.second_hospital))
    assert not can_withdraw(world.actor("allocator"), made)
    assert can_withdraw(world.actor("coordinator"), made)


def test_withdraw_requisition_refuses_while_goods_are_under_way(world: World) -> None:
    line = make_requisition_line(world)
    make_fulfilment(world, line, "allotted", 400)
    with pytest.raises(GoodsUnderWay) as caught:
        withdraw(world, line.requisition)
    assert "400" in caught.value.zh
    make_fulfilment(world, line, "delivered", 400)
    made = withdraw(world, line.requisition)
    assert (made.status, queries.line(world.system, line.pk).status) == ("withdrawn", "withdrawn")


def test_withdraw_requisition_refuses_what_is_over_or_changed(world: World) -> None:
    made = make_requisition(world)
    with pytest.raises(ChangedMeanwhile):
        withdraw(world, made, version=9)
    key = uuid4()
    assert withdraw(world, made, client_id=key).status == "withdrawn"
    assert withdraw(world, made, client_id=key).pk == made.pk
    with pytest.raises(KeyReused):
        withdraw(world, made, client_id=key, reason="误填")
    with pytest.raises(Conflict) as caught:
        withdraw(world, made)
    assert caught.value.code == "STATE_CONFLICT"


def confirm(world: World, line: RequisitionLine, **more: object) -> RequisitionLine:
    arguments = {"by": world.requester(world.hospital), "client_id": uuid4(), "at": LATER} | more
    return actions.confirm_requisition_line(line_id=line.pk, **arguments)  # type: ignore[arg-type]


def test_confirm_requisition_line_refuses_strangers_and_wrong_numbers(world: World) -> None:
    line = make_requisition_line(world)
    with pytest.raises(NotFound):
        confirm(world, line, by=world.requester(world.second_hospital))
    with pytest.raises(Forbidden):
        confirm(world, line, by=world.actor("storekeeper"))
    with pytest.raises(Invalid) as caught:
        confirm(world, line, on_hand=-1, daily_use=1.5)
    assert [p.field for p in caught.value.problems] == ["on_hand", "daily_use"]


def test_confirm_requisition_line_refuses_a_line_that_is_over(world: World) -> None:
    line = make_requisition_line(world)
    make_fulfilment(world, line, "delivered", 1_000)
    line.refresh_from_db()
    assert not can_confirm(world.requester(world.hospital), line)
    with pytest.raises(Conflict) as caught:
        confirm(world, line)
    assert caught.value.code == "STATE_CONFLICT"


def test_confirm_requisition_line_makes_a_stale_line_fresh(world: World) -> None:
    line = make_requisition_line(world)
    assert queries.stale_lines(world.system, world.bureau.pk, at=LATER).count() == 1
    key = uuid4()
    confirm(world, line, on_hand=20, daily_use=300, client_id=key)
    line = confirm(world, line, on_hand=20, daily_use=300, client_id=key)
    assert (line.on_hand, line.daily_use, line.confirmed_at) == (20, 300, LATER)
    assert not queries.stale_lines(world.system, world.bureau.pk, at=LATER).exists()
    line = confirm(world, line)
    assert (line.on_hand, line.daily_use) == (20, 300)


def test_confirm_requisition_line_shows_a_reviewer_that_something_changed(world: World) -> None:
    made = make_requisition(world)
    confirm(world, made.lines.get(), on_hand=5)
    with pytest.raises(ChangedMeanwhile):
        approve(world, made, version=1)
