"""Trace within one book: both ways, quantities that add up, nothing of another bureau."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from liangcao.foundation.kernel.errors import NotFound
from liangcao.ledger import actions as ledger
from liangcao.ledger.entries import AccountRef, PostingLine
from liangcao.ledger.received import back_to_sources
from liangcao.ledger.trace import Trace, trace
from tests.factories.world import NOON, World, make_world

pytestmark = pytest.mark.django_db


def handed_out(world: World) -> str:
    """100 masks come in, 60 go out, 10 of them come back; returns the receipt's number."""
    lot, moved = world.put_in(world.mask, 100)
    recipient = AccountRef("recipient", 0, world.hospital.pk)
    world.post("issue", PostingLine(lot, world.stock(), recipient, 60))
    world.post("return", PostingLine(lot, recipient, world.stock(), 10))
    return moved.number


def test_same_numbers_in_two_books_are_not_mixed() -> None:
    first, second = make_world("first"), make_world("second")
    assert handed_out(first) == handed_out(second)
    both = replace(first.actor("auditor"), grants=first.actor("auditor").grants + second.actor("auditor").grants)
    for world in (first, second):
        found = trace(both, world.bureau.pk, "RK20200203-1")
        assert [item.came for item in found.items] == [100]
        assert {lot.book_id for lot in found.lots} == {world.book.pk}
    with pytest.raises(NotFound):
        trace(first.actor("auditor"), second.bureau.pk, "RK20200203-1")


def test_what_came_back_is_counted_off_the_way_out() -> None:
    world = make_world()
    item = trace(world.system, world.bureau.pk, handed_out(world)).items[0]
    assert item.held == {"store": 50, "recipient": 50} and item.adds_up
    assert sorted(band.quantity for band in item.bands) == [50, 100]


def test_reversed_receipt_leaves_nothing() -> None:
    world = make_world()
    _, moved = world.put_in(world.mask, 100)
    ledger.reverse_move(move_id=moved.id, reason="错", by=world.system, at=NOON, client_id=uuid4())
    item = trace(world.system, world.bureau.pk, moved.number).items[0]
    assert (item.came, item.held, item.bands) == (0, {}, ())


def around(world: World) -> Trace:
    """The hospital gets 60 of a gift through the second store and 30 of a purchase from the first, gives 10 back to the
    other store, uses 5; of a delivery of 20 nothing is left after its reversal. The trace by its code."""
    gift, _moved = world.put_in(world.mask, 100)
    bought, _moved = world.put_in(world.mask, 50, party=world.supplier, source_kind="purchase")
    first, second = world.stock(), world.stock(world.second_store)
    unit, used = (AccountRef(kind, 0, world.hospital.pk) for kind in ("recipient", "consumed"))
    world.post("transfer", PostingLine(gift, first, second, 80))
    world.post("issue", PostingLine(gift, second, unit, 60), PostingLine(bought, first, unit, 30))
    world.post("return", PostingLine(gift, unit, first, 10))
    world.post("loss", PostingLine(gift, unit, used, 5))
    moved = world.post("issue", PostingLine(bought, first, unit, 20))
    ledger.reverse_move(move_id=moved.id, reason="错", by=world.system, at=NOON, client_id=uuid4())
    return trace(world.system, world.bureau.pk, world.hospital.code)


def test_from_a_unit_back_to_its_sources() -> None:
    world = make_world()
    found = around(world)
    assert found.party == world.hospital
    [(item, lots)] = back_to_sources(found)
    told = {lot.origins[0].party: (lot.quantity, lot.held, len(lot.moves)) for lot in lots}
    assert told == {world.donor: (50, 45, 2), world.supplier: (30, 30, 3)}
    assert (item.came, item.held) == (80, {"recipient": 75, "consumed": 5}) and item.adds_up
    names = {node.account_id: node.name for node in item.nodes}
    into = {band.source_id: band.quantity for band in item.bands if names[band.target_id] == world.hospital.name}
    assert {names[pk]: quantity for pk, quantity in into.items()} == {"二号库": 50, "一号库": 30}
    assert sum(band.quantity for band in item.bands) == 2 * item.came


def test_what_came_back_by_another_way_points_back() -> None:
    world = make_world()
    lot, moved = world.put_in(world.mask, 100)
    first, second = world.stock(), world.stock(world.second_store)
    unit = AccountRef("recipient", 0, world.hospital.pk)
    world.post("issue", PostingLine(lot, first, unit, 70))
    world.post("return", PostingLine(lot, unit, second, 40))
    world.post("transfer", PostingLine(lot, first, second, 10))
    world.post("transfer", PostingLine(lot, second, first, 30))
    item = trace(world.system, world.bureau.pk, moved.number).items[0]
    places = {node.account_id: node.name for node in item.nodes}
    ways = {(places[band.source_id], places[band.target_id]): band.quantity for band in item.bands}
    assert ways["二号库", "一号库"] == 20 and min(ways.values()) > 0
    assert item.held == {"store": 70, "recipient": 30} and item.adds_up


def test_holders_cost_no_queries() -> None:
    def count(holders: int) -> int:
        world = make_world(f"w{holders}")
        lot, moved = world.put_in(world.mask, 1000)
        units = [world.hospital, world.second_hospital, world.town, world.second_town, world.third_town]
        for unit in units[:holders]:
            world.post("issue", PostingLine(lot, world.stock(), AccountRef("recipient", 0, unit.pk), 10))
        with CaptureQueriesContext(connection) as queries:
            found = trace(world.system, world.bureau.pk, moved.number)
            assert [node.name for node in found.items[0].nodes if node.kind == "recipient"]
        return len(queries)

    assert count(1) == count(5)
