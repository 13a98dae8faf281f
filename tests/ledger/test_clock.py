"""A clock that was set back changes no order, and does not pass unseen."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest

from liangcao.foundation.journal.models import JournalEntry
from liangcao.ledger.entries import PostingLine
from liangcao.ledger.models import Move
from liangcao.ledger.verify import verify_book
from tests.factories.world import NOON, World, make_world

pytestmark = pytest.mark.django_db


def test_a_clock_set_back_hides_no_order_and_is_written_down(caplog: pytest.LogCaptureFixture) -> None:
    world: World = make_world()
    lot, first = world.put_in(world.mask, 100)
    line = PostingLine(lot, world.stock(), world.stock(world.second_store), 1)
    with caplog.at_level(logging.WARNING, logger="liangcao.ledger"):
        late = world.post("transfer", line, at=NOON - timedelta(seconds=90))
        assert not caplog.records, "who waited for his turn is no fault of the clock"
        back = [world.post("transfer", line, at=NOON - timedelta(hours=hours)) for hours in (2, 3)]
        on = world.post("transfer", line, at=NOON + timedelta(minutes=1))
    moves = [first, late, *back, on]
    assert [move.seq for move in moves] == [1, 2, 3, 4, 5]
    assert [move.recorded_at for move in moves] == [NOON] * 4 + [NOON + timedelta(minutes=1)]
    assert list(Move.objects.order_by("recorded_at", "seq").values_list("seq", flat=True)) == [1, 2, 3, 4, 5]
    assert verify_book(world.system, world.bureau.pk).ok
    told = JournalEntry.objects.filter(action="clock_behind", bureau_id=world.bureau.pk).order_by("id")
    assert [(entry.object_ref, entry.after) for entry in told] == [
        (world.book.code, {"number": back[0].number, "seconds_behind": 7_200}),
        (world.book.code, {"number": back[1].number, "seconds_behind": 10_800}),
    ]
    assert [record.levelname for record in caplog.records] == ["WARNING"] * 2
    assert back[0].number in caplog.text and "7200 s behind" in caplog.text
