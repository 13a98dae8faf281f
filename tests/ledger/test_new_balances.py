"""A balance that a move makes holds what the move brings, and nothing of a move that was refused."""

from __future__ import annotations

from uuid import UUID

import pytest

from liangcao.ledger.entries import AccountRef, PostedMove, PostingLine
from liangcao.ledger.models import Balance
from liangcao.ledger.refusals import StockShort
from tests.factories.world import NOON, World

pytestmark = pytest.mark.django_db


def reserve(world: World, lot: UUID, quantity: int) -> PostedMove:
    to = AccountRef("reserved", world.store.pk, world.hospital.pk)
    return world.post("reservation", PostingLine(lot, world.stock(), to, quantity), at=NOON)


def held(lot: UUID, kind: str) -> int:
    return Balance.objects.get(lot_id=lot, kind=kind).quantity


def test_a_refused_reservation_is_not_told_as_reserved_and_leaves_nothing(world: World) -> None:
    lot, _ = world.put_in(world.mask, 100)
    with pytest.raises(StockShort) as refused:
        reserve(world, lot, 101)
    assert (refused.value.available, refused.value.reserved) == (100, 0)
    assert not Balance.objects.filter(lot_id=lot, kind="reserved").exists()
    for quantity, reserved in ((60, 60), (40, 100)):
        reserve(world, lot, quantity)
        assert (held(lot, "reserved"), held(lot, "store")) == (reserved, 100 - reserved)


def test_what_comes_from_outside_is_below_zero_there(world: World) -> None:
    lot, _ = world.put_in(world.mask, 100)
    assert (held(lot, "outside"), held(lot, "store")) == (-100, 100)
