"""What pages read: scope, a fixed number of queries, whose turn it is, how far a plan is."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from liangcao.foundation.kernel.errors import NotFound
from liangcao.operations.dispatch import queries
from liangcao.operations.dispatch.models import Delivery
from tests.factories.allocation import LATER, ask, make_plan, publish
from tests.factories.dispatch import confirm, hand_over, make_delivery, make_emergency, make_published, prepare
from tests.factories.world import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def kinds(world: World, actor: Any) -> list[str]:
    return [group.kind for group in queries.waiting(actor, bureau_id=world.bureau.pk, at=LATER)]


def test_a_delivery_of_somebody_else_is_not_found(world: World) -> None:
    delivery = make_delivery(world)
    other = make_world("other")
    for stranger in (world.requester(world.town), other.actor("leader"), other.requester(other.hospital)):
        assert not queries.deliveries(stranger).exists()
        assert not queries.delivery_lines(stranger, [delivery.pk]).exists()
        assert queries.pick_list(stranger, store_id=world.store.pk) == []
        with pytest.raises(NotFound):
            queries.delivery(stranger, delivery.pk)
    assert queries.delivery(world.requester(world.hospital), delivery.pk) == delivery


def test_a_delivery_keeps_no_secret_that_nobody_asks_for() -> None:
    assert "token" not in {field.name for field in Delivery._meta.get_fields()}


def test_deliveries_carry_their_sums_and_filters(world: World) -> None:
    delivery = confirm(world, hand_over(world, make_delivery(world)), (90, 4, 6, "箱体破损"))
    make_emergency(world, 50)
    leader = world.actor("leader")
    (row,) = queries.deliveries(leader, with_difference=True)
    assert (row.pk, row.line_count, row.quantity_sent, row.quantity_missing) == (delivery.pk, 1, 100, 10)
    assert queries.deliveries(leader, papers_owing=True).get().is_emergency
    assert queries.deliveries(leader, status="signed", search="示例医院").count() == 1
    detail = queries.delivery_detail(leader, delivery.pk, at=LATER)
    assert (detail.quantity_sent, detail.quantity_good, detail.quantity_missing) == (100, 90, 10)


def test_lists_ask_the_database_as_often_for_many_rows(world: World) -> None:
    def counted() -> int:
        with CaptureQueriesContext(connection) as captured:
            for row in queries.deliveries(world.actor("leader")):
                assert row.organisation.name
                assert row.store.name
            queries.pick_list(world.actor("storekeeper"), store_id=world.store.pk)
        return len(captured)

    make_delivery(world)
    few = counted()
    for unit in (world.town, world.second_town, world.enterprise):
        ask(world, unit, 20)
    prepare(world, publish(world, make_plan(world)).plan)
    assert counted() == few


def test_pick_list_goes_by_item_and_expiry(world: World) -> None:
    make_delivery(world)
    (line,) = queries.pick_list(world.actor("storekeeper"), store_id=world.store.pk)
    assert (line.item.name, line.quantity, line.delivery.organisation.name) == (world.mask.name, 100, "示例医院一")


def test_waiting_follows_the_goods(world: World) -> None:
    keeper, unit = world.actor("storekeeper"), world.requester(world.hospital)
    plan = make_published(world)
    assert kinds(world, keeper) == ["plan_prepare"]
    (delivery,) = prepare(world, plan)
    assert kinds(world, keeper) == ["delivery_hand_over"]
    hand_over(world, delivery)
    assert (kinds(world, keeper), kinds(world, unit)) == ([], ["delivery_confirm"])
    confirm(world, delivery, (99, 1, 0, "短少"))
    assert (kinds(world, keeper), kinds(world, unit)) == (["delivery_settle"], [])


def test_progress_counts_every_piece_once(world: World) -> None:
    plan, key = make_published(world), (world.hospital.pk, world.mask.pk)
    leader = world.actor("leader")
    assert queries.progress(leader, plan.pk)[key] == queries.Progress(waiting=100)
    (delivery,) = prepare(world, plan)
    assert queries.progress(leader, plan.pk)[key] == queries.Progress(picking=100)
    hand_over(world, delivery)
    assert queries.progress(leader, plan.pk)[key] == queries.Progress(in_transit=100)
    confirm(world, delivery, (90, 10, 0, "短少"))
    assert queries.progress(leader, plan.pk)[key] == queries.Progress(good=90)
