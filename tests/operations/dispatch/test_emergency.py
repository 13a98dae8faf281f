"""先发后补: refusals first, then the clock of the papers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from liangcao.foundation.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Refusal
from liangcao.ledger.queries import balances
from liangcao.ledger.refusals import StockShort
from liangcao.ledger.verify import verify_book
from liangcao.operations.demand.queries import line as requisition_line
from liangcao.operations.dispatch import actions, queries
from liangcao.operations.dispatch.models import Delivery
from tests.factories.allocation import LATER, ask, make_plan
from tests.factories.demand import make_requisition_line
from tests.factories.dispatch import confirm, make_delivery, make_emergency, make_published
from tests.factories.world import TODAY, World, make_world

pytestmark = pytest.mark.django_db
DAY = timedelta(hours=24)


@pytest.fixture
def world() -> World:
    return make_world()


def regularise(world: World, delivery: Delivery, **more: Any) -> Delivery:
    arguments = {
        "papers_ref": "应急字〔2020〕3号",
        "by": world.actor("leader"),
        "at": LATER,
        "client_id": uuid4(),
    } | more
    return actions.regularise(delivery_id=delivery.pk, **arguments)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"leader": " "}, "LEADER_MISSING"),
        ({"reason": ""}, "REASON_MISSING"),
        ({"limit_note": ""}, "LIMIT_MISSING"),
        ({"lines": []}, "LINES_EMPTY"),
        ({"quantity": 0}, "QUANTITY_INVALID"),
        ({"lines": [(0, 5)]}, "ITEM_UNKNOWN"),
        ({"carrier": "车" * 61}, "TEXT_TOO_LONG"),
    ],
)
def test_emergency_issue_needs_leader_reason_limit_and_goods(world: World, given: dict[str, Any], code: str) -> None:
    world.put_in(world.mask, 1_000)
    with pytest.raises(Invalid) as caught:
        make_emergency(world, **given)
    assert caught.value.code == code
    assert not Delivery.objects.exists()


def test_emergency_issue_needs_the_appointment_and_the_scope(world: World) -> None:
    world.put_in(world.mask, 1_000)
    other = make_world("other")
    with pytest.raises(Forbidden):
        make_emergency(world, by=world.actor("buyer"))
    with pytest.raises(NotFound):
        make_emergency(world, by=other.actor("leader"))
    with pytest.raises(NotFound):
        make_emergency(world, organisation_id=other.hospital.pk)


def test_emergency_issue_leaves_what_is_reserved(world: World) -> None:
    number = make_published(world, quantity=60, stock=100).move.number
    with pytest.raises(StockShort) as caught:
        make_emergency(world, 50)
    refusal = caught.value
    assert (refusal.asked, refusal.available, refusal.reserved) == (50, 40, 60)
    assert f"已预留给示例医院一(60,单号 {number})" in refusal.zh


def test_emergency_issue_tells_every_short_item(world: World) -> None:
    with pytest.raises(Refusal) as caught:
        make_emergency(world, lines=[(world.mask.pk, 5), (world.suit.pk, 5)])
    assert [problem.code for problem in caught.value.problems] == ["STOCK_SHORT", "STOCK_SHORT"]


def test_emergency_issue_goes_at_once_soonest_expiry_first(world: World) -> None:
    late, _ = world.put_in(world.mask, 400, expires_on=TODAY + timedelta(days=300))
    soon, _ = world.put_in(world.mask, 400, expires_on=TODAY + timedelta(days=30))
    key = uuid4()
    delivery = make_emergency(world, 500, client_id=key)
    assert make_emergency(world, 500, client_id=key) == delivery
    assert (delivery.status, delivery.issue_move.kind) == ("in_transit", "emergency_issue")
    assert [(line.lot_id, line.quantity) for line in delivery.lines.all()] == [(soon, 400), (late, 100)]
    assert delivery.papers_due_at == LATER + DAY
    assert sum(row.quantity for row in balances(world.system, world.bureau.pk, kinds=["transit"])) == 500


def test_emergency_issue_counts_in_the_next_plan(world: World) -> None:
    world.put_in(world.mask, 900)
    make_emergency(world, 500)
    ask(world, world.hospital, 600)
    line = make_plan(world).lines.get()
    assert (line.on_hand, line.quantity_planned) == (500, 400)


def test_papers_are_owing_and_overdue_until_they_are_brought(world: World) -> None:
    world.put_in(world.mask, 900)
    delivery = make_emergency(world)
    leader = world.actor("leader")
    assert [row.number for row in queries.papers_owing(leader, bureau_id=world.bureau.pk)] == [delivery.number]
    for at, overdue in ((LATER + DAY, False), (LATER + DAY + timedelta(seconds=1), True)):
        (group,) = queries.waiting(leader, bureau_id=world.bureau.pk, at=at)
        assert (group.kind, group.count, group.is_overdue, group.due_at) == ("papers_owing", 1, overdue, LATER + DAY)
        assert queries.delivery_detail(leader, delivery.pk, at=at).papers_are_overdue == overdue
    regularise(world, delivery, at=LATER + 2 * DAY)
    assert not queries.papers_owing(leader).exists()
    assert queries.waiting(leader, bureau_id=world.bureau.pk, at=LATER + 3 * DAY) == []


def test_regularise_refuses_what_owes_nothing(world: World) -> None:
    with pytest.raises(Conflict) as caught:
        regularise(world, make_delivery(world))
    assert caught.value.code == "NOT_EMERGENCY"
    delivery = make_emergency(world)
    with pytest.raises(Invalid):
        regularise(world, delivery, papers_ref="")
    with pytest.raises(Forbidden):
        regularise(world, delivery, by=world.actor("storekeeper"))
    key = uuid4()
    assert regularise(world, delivery, client_id=key) == regularise(world, delivery, client_id=key)
    with pytest.raises(Conflict) as again:
        regularise(world, delivery)
    assert again.value.code == "PAPERS_DONE"


def test_regularise_binds_only_a_line_of_the_same_unit_and_item(world: World) -> None:
    world.put_in(world.mask, 900)
    delivery = make_emergency(world)
    foreign = make_requisition_line(world, world.town)
    with pytest.raises(Invalid) as caught:
        regularise(world, delivery, requisition_line_id=foreign.pk)
    assert caught.value.code == "LINE_DOES_NOT_FIT"
    with pytest.raises(NotFound):
        regularise(world, delivery, requisition_line_id=0)


@pytest.mark.parametrize("sign_first", [True, False])
def test_regularise_counts_the_issue_on_the_requisition(world: World, sign_first: bool) -> None:
    world.put_in(world.mask, 900)
    delivery = make_emergency(world, 500)
    line = make_requisition_line(world, world.hospital, 800)
    acts = [lambda: confirm(world, delivery), lambda: regularise(world, delivery, requisition_line_id=line.pk)]
    for act in acts if sign_first else reversed(acts):
        act()
    now = requisition_line(world.system, line.pk)
    assert (now.quantity_delivered, now.quantity_on_way, now.quantity_open) == (500, 0, 300)
    assert verify_book(world.system, world.bureau.pk).ok
