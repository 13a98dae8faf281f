"""Reads of supply: scope, lists, what waits."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from liangcao.foundation.identity.actor import NOBODY
from liangcao.foundation.kernel.errors import NotFound
from liangcao.operations.supply import actions, queries
from tests.factories.supply import make_receipt, make_receipt_line, make_source
from tests.factories.world import NOON, TODAY, World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def test_nothing_is_seen_from_outside_the_scope(world: World) -> None:
    made = make_receipt(world)
    other = make_world("other")
    for stranger in (NOBODY, other.actor("storekeeper"), world.requester(world.hospital)):
        for read, key in (
            (queries.source, made.source_id),
            (queries.receipt, made.pk),
            (queries.source_detail, made.source_id),
        ):
            with pytest.raises(NotFound):
                read(stranger, key)
        assert not queries.sources(stranger).exists()
        assert not queries.source_lines(stranger, made.source_id).exists()
        assert not queries.receipts(stranger).exists()
        assert not queries.receipt_lines(stranger, made.pk).exists()
        assert not queries.expected_arrivals(stranger, world.bureau.pk).exists()
        assert queries.receipt_of_move(stranger, made.move_id) is None
        assert queries.source_by_number(stranger, world.bureau.pk, made.source.number) is None
        assert queries.announced_by_item(stranger, world.bureau.pk, kind="gift") == {}
        assert queries.waiting(stranger, at=NOON) == []


def test_sources_by_kind_state_party_and_search(world: World) -> None:
    gift = make_source(world)
    bought = make_source(
        world, kind="purchase", counterparty_id=world.supplier.pk, by=world.actor("buyer"), document_ref="合同7"
    )
    make_receipt(world, bought, (10, 0))
    desk = world.actor("coordinator")
    assert list(queries.sources(desk, kind="gift")) == [gift]
    assert list(queries.sources(desk, status="partly_received")) == [bought]
    assert queries.sources(desk, status="expected").count() == 2
    assert list(queries.sources(desk, counterparty_id=world.supplier.pk)) == [bought]
    for search in ("gongyingshang", "合同7", bought.number, "供应"):
        assert list(queries.sources(desk, search=search)) == [bought]
    assert queries.sources(desk).get(pk=gift.pk).line_count == 1
    assert queries.receipts(desk, kind="purchase").count() == 1


def test_expected_arrivals_until_a_day(world: World) -> None:
    today = make_source(world, expected_date=TODAY)
    make_source(world, expected_date=TODAY + timedelta(days=1))
    unknown = make_source(world)
    make_receipt(world, make_source(world, expected_date=TODAY))
    found = queries.expected_arrivals(world.system, world.bureau.pk, until=TODAY)
    assert set(found) == {today, unknown}


def test_announced_by_item_in_a_span_without_the_cancelled(world: World) -> None:
    by = world.actor("coordinator")
    make_source(world, (world.mask, 500), (world.n95, None), kind="output", by=by)
    make_source(world, (world.mask, 70), kind="output", by=by, at=NOON + timedelta(days=1))
    gone = make_source(world, (world.mask, 9), kind="output", by=by)
    actions.cancel_source(source_id=gone.pk, reason="停产", by=by, at=NOON, client_id=uuid4())
    bureau = world.bureau.pk
    assert queries.announced_by_item(by, bureau, kind="output") == {world.mask.pk: 570}
    span = {"from_at": NOON, "to_at": NOON + timedelta(days=1)}
    assert queries.announced_by_item(by, bureau, kind="output", **span) == {world.mask.pk: 500}


def test_a_source_with_many_lines_is_read_in_a_few_queries(world: World) -> None:
    source = make_source(world, *[(world.mask, 5)] * 30)
    make_receipt(world, source, *[(3, 1)] * 30)
    with CaptureQueriesContext(connection) as caught:
        detail = queries.source_detail(world.system, source.pk)
        names = {line.item.name for line in detail.lines}
    assert (len(caught), len(detail.lines), len(names)) == (3, 30, 1)
    assert {line.quantity_missing for line in detail.lines} == {1}


def test_waiting_tells_the_storekeeper_what_is_expected_and_what_is_late(world: World) -> None:
    make_source(world, expected_date=TODAY - timedelta(days=1))
    make_source(world, expected_date=TODAY)
    make_source(world)
    told = [(w.kind, w.count, w.is_overdue) for w in queries.waiting(world.actor("storekeeper"), at=NOON)]
    assert told == [("source_overdue", 1, True), ("source_expected", 2, False)]
    told = [(w.kind, w.count) for w in queries.waiting(world.actor("storekeeper"), bureau_id=world.bureau.pk)]
    assert told == [("source_expected", 3)]
    assert queries.waiting(world.actor("buyer"), at=NOON) == []


@pytest.mark.parametrize("table", ["supply_receiptline", "supply_receiptreversal"])
def test_rows_of_receipts_cannot_be_changed_or_deleted(world: World, table: str) -> None:
    from tests.factories.supply import make_receipt_reversal

    make_receipt_reversal(world, make_receipt_line(world), 5)
    for statement in (f"UPDATE {table} SET quantity_good = 1", f"DELETE FROM {table}"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
