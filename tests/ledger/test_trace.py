"""Trace within one book: both ways, quantities that add up, nothing of another bureau."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest

from liangcao.foundation.kernel.errors import NotFound
from liangcao.ledger import actions as ledger
from liangcao.ledger.entries import AccountRef, PostingLine
from liangcao.ledger.trace import trace
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
