"""Where counts, releases, rejections and reversals of one receipt meet."""

from __future__ import annotations

from datetime import timedelta

import pytest

from liangcao.ledger.verify import verify_book
from liangcao.operations.supply import queries
from liangcao.operations.supply.inputs import ReversalInput
from liangcao.operations.supply.models import Receipt
from tests.factories.supply import (
    ask_for_signatures,
    code_of,
    held,
    let_go,
    make_receipt,
    make_receipt_release,
    make_source,
    make_waiting_receipt,
    reverse,
    sign,
)
from tests.factories.world import NOON, World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def part(receipt: Receipt, good: int) -> ReversalInput:
    return ReversalInput(receipt.lines.get().pk, good)


class TestEarlyRelease:
    def test_pieces_that_the_count_did_not_find_are_not_let_go(self, world: World) -> None:
        receipt = make_waiting_receipt(world)
        sign(world, receipt, "count", 98)
        assert code_of(lambda: let_go(world, receipt, 99)) == "TOO_MANY"
        let_go(world, receipt, 98)
        sign(world, receipt, "quality", 98)
        assert held(world) == {"store": 98}

    def test_pieces_that_quality_rejected_are_not_let_go(self, world: World) -> None:
        receipt = make_waiting_receipt(world)
        sign(world, receipt, "quality", 80, 20)
        assert code_of(lambda: let_go(world, receipt, 81)) == "TOO_MANY"
        let_go(world, receipt, 80)
        sign(world, receipt, "count", 100)
        assert held(world) == {"store": 80, "quarantine": 20}

    def test_what_was_owing_stays_owing_for_the_day_it_was(self, world: World) -> None:
        release = make_receipt_release(world)
        reverse(world, release.receipt, at=NOON + timedelta(hours=5))
        owing = [
            queries.owing_at(world.system, world.bureau.pk, NOON + timedelta(hours=hours)).count() for hours in (2, 6)
        ]
        assert owing == [1, 0]


class TestReversal:
    def test_a_part_comes_from_the_accepted_pieces_only(self, world: World) -> None:
        receipt = make_receipt_release(world).receipt
        sign(world, receipt, "quality", 80, 20)
        sign(world, receipt, "count", 98)
        assert held(world) == {"store": 78, "quarantine": 20}
        reverse(world, receipt, part(receipt, 70))
        assert held(world) == {"store": 8, "quarantine": 20}
        reverse(world, receipt)
        assert held(world) == {} and verify_book(world.system, world.bureau.pk).ok

    def test_rejected_pieces_taken_out_of_the_store_come_back_with_the_whole(self, world: World) -> None:
        receipt = make_waiting_receipt(world)
        let_go(world, receipt, 100)
        sign(world, receipt, "count", 100)
        sign(world, receipt, "quality", 70, 30)
        assert held(world) == {"store": 70, "quarantine": 30}
        reverse(world, receipt, part(receipt, 10))
        assert held(world) == {"store": 60, "quarantine": 30}
        reverse(world, receipt)
        assert held(world) == {} and verify_book(world.system, world.bureau.pk).ok


class TestCount:
    def test_a_receipt_of_which_nothing_is_found_is_taken_back(self, world: World) -> None:
        receipt = make_waiting_receipt(world)
        sign(world, receipt, "quality", 100)
        sign(world, receipt, "count", 0)
        receipt.refresh_from_db()
        assert (receipt.status, held(world)) == ("reversed", {})
        assert code_of(lambda: reverse(world, receipt)) == "ALREADY_REVERSED"
        lot = receipt.lines.get().lot
        assert [row.value for row in lot.facts.filter(fact="quality")] == ["held"]

    def test_more_than_was_advised_stays_complete_when_a_few_are_missing(self, world: World) -> None:
        ask_for_signatures(world, "count")
        source = make_source(world, (world.mask, 90))
        receipt = make_receipt(world, source, (100, 0))
        sign(world, receipt, "count", 95)
        source.refresh_from_db()
        assert source.status == "received"

    def test_what_is_missing_of_an_earlier_part_is_explained_once_all_is_in(self, world: World) -> None:
        ask_for_signatures(world, "count")
        source = make_source(world, (world.mask, 100))
        receipt = make_receipt(world, source, (40, 0))
        make_receipt(world, source, (60, 0), final=True)
        sign(world, receipt, "count", 38)
        source.refresh_from_db()
        assert (source.status, source.lines.get().difference_reason) == ("received", "清点短少")
