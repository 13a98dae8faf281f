"""No stock from nothing: what enters the book names the document that it came by."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from liangcao.foundation.kernel.errors import Invalid
from liangcao.ledger.entries import NewLot, PostingLine
from liangcao.ledger.models import Lot, Move
from tests.factories.world import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.mark.parametrize("named", [{"cause_kind": "", "cause_ref": ""}, {"source_ref": " "}])
def test_goods_without_a_source_document_are_refused(world: World, named: dict[str, str]) -> None:
    given: dict[str, Any] = {"source_ref": "JZ-1#1"} | named
    lot = NewLot(uuid4(), world.mask.pk, "gift", given.pop("source_ref"), no_lot_reason="散装")
    with pytest.raises(Invalid) as refused:
        world.post(
            "receipt", PostingLine(lot.id, world.outside(world.donor), world.stock(), 5), new_lots=[lot], **given
        )
    assert (refused.value.code, refused.value.status) == ("SOURCE_MISSING", 400)
    assert "须有来源单据" in refused.value.zh and "by a document of their source" in refused.value.en
    assert not Move.objects.exists() and not Lot.objects.exists()


def test_the_database_keeps_no_lot_without_its_source(world: World) -> None:
    lot_id, _ = world.put_in(world.mask, 5)
    lot = Lot.objects.get(pk=lot_id)
    lot.pk, lot.code, lot.source_ref = uuid4(), "X1", ""
    with pytest.raises(IntegrityError), transaction.atomic():
        lot.save(force_insert=True)


def test_no_call_posts_a_move_by_itself(world: World, caller: Any) -> None:
    """Goods come in by receipts, counts and the opening stock alone: there is no door for an entry as such."""
    leader = caller(world, "leader")
    for path in ("/moves", "/lots", "/balances", "/postings"):
        assert leader.post(path, {"kind": "receipt", "lines": []}).status_code in (404, 405)
