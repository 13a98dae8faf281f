"""Reads of demand: scope, sums without a query per row, what waits."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from liangcao.foundation.identity.actor import NOBODY
from liangcao.foundation.kernel.errors import NotFound
from liangcao.operations.demand import queries
from liangcao.operations.demand.inputs import RequisitionLineInput
from tests.factories.demand import approve, make_fulfilment, make_requisition, make_requisition_line
from tests.factories.world import NOON, World, make_world

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(days=3, minutes=1)


@pytest.fixture
def world() -> World:
    return make_world()


def test_nothing_is_seen_from_outside_the_scope(world: World) -> None:
    line = make_requisition_line(world)
    make_fulfilment(world, line, "allotted", 5)
    other = make_world("other")
    for stranger in (NOBODY, other.actor("coordinator"), world.requester(world.second_hospital)):
        with pytest.raises(NotFound):
            queries.requisition(stranger, line.requisition_id)
        with pytest.raises(NotFound):
            queries.line(stranger, line.pk)
        assert not queries.requisitions(stranger).exists()
        assert not queries.open_lines(stranger, world.bureau.pk).exists()
        assert not queries.lines_of(stranger, line.requisition_id).exists()
        assert not queries.fulfilments(stranger, line.pk).exists()
        assert queries.demand_list(stranger, world.bureau.pk) == []
        assert queries.waiting(stranger, at=LATER) == []
    own = world.requester(world.hospital)
    assert queries.requisition(own, line.requisition_id).number == line.requisition.number
    assert queries.open_lines(own, world.bureau.pk).count() == 1


def test_requisitions_by_status_unit_item_and_search(world: World) -> None:
    first = approve(world, make_requisition(world, None, (world.mask, 1), (world.n95, 1)))
    second = make_requisition(world, world.town)
    desk = world.actor("coordinator")
    assert list(queries.requisitions(desk, status="approved")) == [first]
    assert list(queries.requisitions(desk, organisation_id=world.town.pk)) == [second]
    assert list(queries.requisitions(desk, item_id=world.n95.pk)) == [first]
    assert list(queries.requisitions(desk, search="dongzhen")) == [second]
    assert list(queries.requisitions(desk, search=first.number)) == [first]
    assert queries.requisitions(desk).get(pk=first.pk).line_count == 2


def test_open_lines_are_approved_open_and_counted_in_one_query(world: World) -> None:
    line = make_requisition_line(world)
    make_fulfilment(world, line, "allotted", 300)
    make_fulfilment(world, line, "delivered", 100)
    make_requisition(world, world.second_hospital)
    approve(world, make_requisition(world, world.town, (world.n95, 50)))
    with CaptureQueriesContext(connection) as caught:
        rows = {row.organisation.name: row for row in queries.open_lines(world.system, world.bureau.pk, at=NOON)}
        names = {row.item.name for row in rows.values()}
    assert len(caught) == 1
    assert names == {"一次性医用口罩", "医用防护口罩 N95"}
    row = rows["示例医院一"]
    sums = (row.quantity_allotted, row.quantity_on_way, row.quantity_delivered, row.quantity_open, row.is_stale)
    assert sums == (300, 200, 100, 700, False)
    masks = queries.open_lines(world.system, world.bureau.pk, item_ids=[world.mask.pk])
    assert [found.pk for found in masks] == [line.pk]


def test_open_lines_go_stale_after_three_days(world: World) -> None:
    make_requisition_line(world)
    rows = queries.open_lines(world.system, world.bureau.pk, at=LATER)
    assert [row.is_stale for row in rows] == [True]
    assert not queries.open_lines(world.system, world.bureau.pk, at=LATER, include_stale=False).exists()
    assert queries.open_lines(world.system, world.bureau.pk, at=NOON, include_stale=False).exists()
    with pytest.raises(ValueError):
        queries.open_lines(world.system, world.bureau.pk, include_stale=False)


def test_demand_list_by_item_and_by_unit(world: World) -> None:
    line = make_requisition_line(world)
    make_fulfilment(world, line, "allotted", 400)
    approve(world, make_requisition(world, world.town, (world.mask, 500), (world.suit, None)), 200, None)
    masks, suits = sorted(
        queries.demand_list(world.system, world.bureau.pk, at=LATER), key=lambda row: -row["requested"]
    )
    assert {key: masks[key] for key in ("units", "requested", "approved", "on_way", "open", "unknown", "stale")} == {
        "units": 2, "requested": 1_500, "approved": 1_200, "on_way": 400, "open": 800, "unknown": 0, "stale": 2,
    }  # fmt: skip
    assert (suits["item__name"], suits["open"], suits["unknown"]) == ("医用防护服", 0, 1)
    by_unit = {
        row["organisation__name"]: row
        for row in queries.demand_list(world.system, world.bureau.pk, group="organisation")
    }
    assert (by_unit["示例东镇"]["lines"], by_unit["示例医院一"]["open"]) == (2, 600)


def test_waiting_leaves_out_what_the_reader_filed_himself(world: World) -> None:
    coordinator = world.actor("coordinator")
    make_requisition(world, by=coordinator, channel="phone", caller="示例来电人", received_at=NOON)
    make_requisition(world, world.town, at=LATER)
    kinds = {w.kind: (w.count, w.oldest_at) for w in queries.waiting(coordinator, bureau_id=world.bureau.pk)}
    assert kinds == {"requisition_review": (1, LATER)}
    kinds = {w.kind: (w.count, w.oldest_at) for w in queries.waiting(world.actor("leader"))}
    assert kinds == {"requisition_review": (2, NOON)}
    assert queries.waiting(world.actor("storekeeper"), at=LATER) == []


def test_waiting_asks_the_unit_to_confirm_stale_lines(world: World) -> None:
    make_requisition_line(world)
    [waiting] = queries.waiting(world.requester(world.hospital), at=LATER)
    assert (waiting.kind, waiting.count, waiting.url_name, waiting.is_overdue) == (
        "requisition_stale",
        1,
        "demand_lines",
        True,
    )
    assert queries.waiting(world.requester(world.hospital), at=NOON) == []


def test_lines_of_a_requisition_stand_in_order_with_what_replaced_them(world: World) -> None:
    first = make_requisition(world, None, (world.mask, 1), (world.n95, 2))
    second = make_requisition(world, lines=[RequisitionLineInput(world.n95.pk, 3)])
    held = list(queries.lines_of(world.actor("auditor"), first.pk, at=NOON))
    assert [line.line for line in held] == [1, 2]
    assert held[1].superseded_by.requisition == second
    assert queries.lines(world.system, organisation_id=world.hospital.pk, item_ids=[world.n95.pk]).count() == 2
