"""Counts: blind, compared with the book at the moment of counting, recounted by another, signed by two, posted once."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from liangcao.foundation.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Refusal
from liangcao.ledger import actions as ledger_actions
from liangcao.ledger import queries as ledger
from liangcao.ledger.entries import AccountRef, PostingLine
from liangcao.ledger.models import Lot, Move
from liangcao.ledger.refusals import StockShort
from liangcao.ledger.verify import verify_book
from liangcao.operations.stocktaking import actions, queries
from liangcao.operations.stocktaking.actions import CountInput, FoundInput
from liangcao.operations.stocktaking.models import CountEntry, CountSheet
from liangcao.operations.stocktaking.rules import AlreadyCounted, LinesUncounted
from tests.factories.stocktaking import act, count, counted_to_the_end, open_sheet
from tests.factories.world import NOON, TODAY, World, make_world


@pytest.fixture
def world(db: object) -> World:
    return make_world()


def held(world: World, kind: str = "store") -> dict[Any, int]:
    rows = ledger.balances(world.system, world.bureau.pk, kinds=[kind])
    return {row.lot_id: row.quantity for row in rows}


def refused(kind: type[Refusal], do: Any) -> str:
    with pytest.raises(kind) as told:
        do()
    return told.value.code


def test_three_short_and_five_over_become_one_move(world: World) -> None:
    masks, _ = world.put_in(world.mask, 100, expires_on=date(2022, 1, 1))
    suits, _ = world.put_in(world.suit, 40)
    sheet = open_sheet(world)
    lines = {row.line.lot_id: row.line.line for row in queries.counted(world.system, sheet)}
    counted_to_the_end(world, sheet, {lines[masks]: 97, lines[suits]: 45})
    done = act(actions.confirm_count, world, sheet, role="leader")
    assert done.status == "posted"
    move = Move.objects.get(pk=done.move_id)
    assert (move.kind, move.number[:2], move.cause_ref, move.reason) == ("count", "PD", sheet.number, "清点与账面不符")
    assert [signature["role"] for signature in move.signatures] == ["counted", "counted", "signed", "confirmed"]
    found = Lot.objects.get(source_kind="found")
    assert held(world) == {masks: 97, suits: 40, found.pk: 5}
    assert held(world, "loss") == {masks: 3}
    assert {fact.fact: fact.value for fact in found.facts.all()} == {"resembles": Lot.objects.get(pk=suits).code}
    assert (found.item, found.source_ref) == (world.suit, f"{sheet.number}#{lines[suits]}")
    assert verify_book(world.system, world.bureau.pk).ok


def test_what_moves_during_the_count_is_no_difference(world: World) -> None:
    lot, _ = world.put_in(world.mask, 100)
    sheet = open_sheet(world)
    out = PostingLine(lot, world.stock(), AccountRef("transit", world.store.pk, world.hospital.pk), 30)
    world.post("issue", out)
    count(world, sheet, {1: 70})
    world.post("issue", out)
    [row] = queries.counted(world.system, sheet)
    assert (row.line.quantity_frozen, row.last.quantity_book, row.variance) == (100, 70, 0)  # type: ignore[union-attr]
    act(actions.finish_count, world, sheet)
    act(actions.sign_count, world, sheet)
    assert act(actions.confirm_count, world, sheet, role="leader").move_id is None
    assert held(world) == {lot: 40}


def test_paper_is_compared_with_the_book_of_when_it_was_counted(world: World) -> None:
    lot, _ = world.put_in(world.mask, 100)
    sheet = open_sheet(world)
    later = NOON + timedelta(hours=2)
    out = PostingLine(lot, world.stock(), AccountRef("transit", world.store.pk, world.hospital.pk), 30)
    world.post("issue", out, at=NOON + timedelta(hours=1))
    for wrong in (NOON - timedelta(minutes=1), later + timedelta(minutes=1)):
        assert refused(Invalid, lambda at=wrong: count(world, sheet, {1: 1}, at=later, counted_at=at))
    count(world, sheet, {1: 100}, at=later, counted_at=NOON + timedelta(minutes=30))
    assert [row.variance for row in queries.counted(world.system, sheet)] == [0]


def test_reserved_goods_count_with_the_shelf_and_quarantine_apart(world: World) -> None:
    lot, _ = world.put_in(world.mask, 100)
    world.post(
        "reservation", PostingLine(lot, world.stock(), AccountRef("reserved", world.store.pk, world.hospital.pk), 60)
    )
    world.post("inspection", PostingLine(lot, world.stock(), AccountRef("quarantine", world.store.pk), 10))
    sheet = open_sheet(world)
    rows = queries.counted(world.system, sheet)
    assert {row.line.place: row.line.quantity_frozen for row in rows} == {"store": 90, "quarantine": 10}
    shelf = next(row.line.line for row in rows if row.line.place == "store")
    counted_to_the_end(world, sheet, {row.line.line: 20 if row.line.line == shelf else 10 for row in rows})
    with pytest.raises(StockShort) as told:
        act(actions.confirm_count, world, sheet, role="leader")
    assert "已预留给" in told.value.message("zh-hans")


def test_found_goods_inherit_the_recall_of_what_they_resemble(world: World) -> None:
    lot, _ = world.put_in(world.mask, 100)
    ledger_actions.mark_recalled(
        book_id=world.book.pk,
        lot_ids=[lot],
        is_recalled=True,
        cause_ref="ZH-1",
        reason="厂家召回",
        by=world.actor("inspector"),
        at=NOON,
        client_id=uuid4(),
    )
    sheet = open_sheet(world)
    counted_to_the_end(world, sheet, {1: 105})
    act(actions.confirm_count, world, sheet, role="leader")
    free = ledger.free_stock(world.system, world.bureau.pk, on=TODAY)
    assert free == []


def test_goods_on_no_line(world: World) -> None:
    gone, _ = world.put_in(world.mask, 50)
    world.post("issue", PostingLine(gone, world.stock(), AccountRef("transit", world.store.pk, world.hospital.pk), 50))
    sheet = open_sheet(world)
    assert queries.counted(world.system, sheet) == []

    def add(**more: Any) -> Any:
        given = {"item_id": world.mask.pk, "quantity": 8} | more
        return act(actions.add_found, world, sheet, found=FoundInput(**given))

    assert refused(Invalid, lambda: add(quantity=0)) == "QUANTITY_INVALID"
    assert refused(Invalid, lambda: add(item_id=world.suit.pk)) == "NO_LOT_REASON_MISSING"
    assert refused(Invalid, lambda: add(item_id=world.n95.pk, resembles_id=gone)) == "LOT_OTHER_ITEM"
    assert refused(NotFound, lambda: add(resembles_id=uuid4())) == "NOT_FOUND"
    assert add(resembles_id=gone).line == 1
    assert add(item_id=world.suit.pk, maker_lot="B7", quantity=2).line == 2
    act(actions.finish_count, world, sheet)
    act(actions.start_recount, world, sheet)
    assert refused(Conflict, add) == "RECOUNT_ADDS_NOTHING"
    count(world, sheet, {1: 8, 2: 2}, role="counter")
    act(actions.finish_count, world, sheet, role="counter")
    act(actions.sign_count, world, sheet, reason="柜顶发现")
    act(actions.confirm_count, world, sheet, role="leader")
    lots = {lot.item_id: lot for lot in Lot.objects.filter(source_kind="found")}
    assert lots[world.mask.pk].facts.get(fact="resembles").value == Lot.objects.get(pk=gone).code
    assert lots[world.suit.pk].maker_lot == "B7"


def test_the_recount_counts_and_another_person_does_it(world: World) -> None:
    world.put_in(world.mask, 100)
    world.put_in(world.suit, 10)
    sheet = open_sheet(world)
    assert refused(Conflict, lambda: act(actions.start_recount, world, sheet)) == "STATE_CONFLICT"
    lines = {row.line.item_id: row.line.line for row in queries.counted(world.system, sheet)}
    mask, suit = lines[world.mask.pk], lines[world.suit.pk]
    count(world, sheet, {mask: 90, suit: 10})
    act(actions.finish_count, world, sheet)
    assert refused(Conflict, lambda: act(actions.sign_count, world, sheet, reason="少了")) == "RECOUNT_MISSING"
    act(actions.start_recount, world, sheet)
    assert refused(Forbidden, lambda: count(world, sheet, {mask: 100})) == "RECOUNT_BY_ANOTHER"
    assert refused(Invalid, lambda: count(world, sheet, {suit: 10}, role="counter")) == "LINE_UNKNOWN"
    count(world, sheet, {mask: 100}, role="counter")
    act(actions.finish_count, world, sheet, role="counter")
    assert refused(Conflict, lambda: act(actions.start_recount, world, sheet)) == "NOTHING_TO_RECOUNT"
    act(actions.sign_count, world, sheet)
    assert act(actions.confirm_count, world, sheet, role="leader").move_id is None


def test_refusals_of_a_round(world: World) -> None:
    world.put_in(world.mask, 100)
    world.put_in(world.suit, 10)
    sheet = open_sheet(world)
    assert refused(Conflict, lambda: open_sheet(world)) == "COUNT_OPEN"
    for wrong in (-1, 1.5, 10**9, "3", True):
        assert refused(Invalid, lambda q=wrong: count(world, sheet, {1: q})) == "QUANTITY_INVALID"
    assert refused(Invalid, lambda: act(actions.enter_counts, world, sheet, entries=[])) == "LINES_EMPTY"
    twice = [CountInput(1, 5), CountInput(1, 6)]
    assert refused(Invalid, lambda: act(actions.enter_counts, world, sheet, entries=twice)) == "LINE_UNKNOWN"
    key = uuid4()
    count(world, sheet, {1: 5}, client_id=key)
    count(world, sheet, {1: 5}, client_id=key)
    assert CountEntry.objects.count() == 1
    with pytest.raises(AlreadyCounted):
        count(world, sheet, {1: 6})
    with pytest.raises(LinesUncounted) as told:
        act(actions.finish_count, world, sheet)
    assert told.value.lines == [2]
    assert refused(Forbidden, lambda: count(world, sheet, {2: 1}, role="buyer")) == "FORBIDDEN"
    other = make_world("beicheng")
    assert refused(NotFound, lambda: count(other, sheet, {2: 1})) == "NOT_FOUND"
    assert refused(NotFound, lambda: open_sheet(other, store_id=world.store.pk)) == "NOT_FOUND"


def test_who_counted_does_not_sign_second(world: World) -> None:
    world.put_in(world.mask, 100)
    sheet = open_sheet(world)
    counted_to_the_end(world, sheet, {1: 97})
    assert refused(Forbidden, lambda: act(actions.confirm_count, world, sheet)) == "FORBIDDEN"
    assert (
        refused(Forbidden, lambda: act(actions.confirm_count, world, sheet, role="counter")) == "SECOND_PERSON_NEEDED"
    )
    assert (
        refused(Invalid, lambda: act(actions.return_count, world, sheet, role="leader", reason=" ")) == "REASON_MISSING"
    )
    act(actions.return_count, world, sheet, role="leader", reason="请写明每一行的原因")
    assert refused(Invalid, lambda: act(actions.sign_count, world, sheet)) == "REASON_MISSING"
    act(actions.sign_count, world, sheet, reasons={1: "拆箱破损未登记"})
    act(actions.confirm_count, world, sheet, role="coordinator")
    assert refused(Conflict, lambda: act(actions.cancel_count, world, sheet, reason="错")) == "STATE_CONFLICT"


def test_an_old_sheet_is_only_cancelled(world: World) -> None:
    world.put_in(world.mask, 100)
    sheet = open_sheet(world)
    late = NOON + timedelta(days=7, minutes=1)
    assert refused(Conflict, lambda: count(world, sheet, {1: 100}, at=late)) == "COUNT_TOO_OLD"
    [group] = queries.waiting(world.actor("storekeeper"), bureau_id=world.bureau.pk, at=late)
    assert (group.kind, group.is_overdue) == ("count_open", True)
    act(actions.cancel_count, world, sheet, reason="隔了太久", at=late)
    assert open_sheet(world, at=late).status == "open"


def test_a_sheet_of_an_item_or_a_category(world: World) -> None:
    world.put_in(world.mask, 100)
    world.put_in(world.suit, 10)
    sheet = open_sheet(world, item_id=world.suit.pk)
    assert [row.line.item for row in queries.counted(world.system, sheet)] == [world.suit]
    act(actions.cancel_count, world, sheet, reason="换成按类别")
    assert len(queries.counted(world.system, open_sheet(world, category_id=world.suit.category_id))) == 2


def test_the_database_keeps_one_sheet_a_store_and_entries_unchanged(world: World) -> None:
    world.put_in(world.mask, 100)
    sheet = open_sheet(world)
    count(world, sheet, {1: 99})
    copy = CountSheet.objects.get(pk=sheet.pk)
    copy.pk, copy.number, copy.client_id = None, "PB-x", uuid4()
    with pytest.raises(IntegrityError), transaction.atomic():
        copy.save()
    for change in ({"quantity": 100}, {"quantity_book": 1}):
        with pytest.raises(Exception, match="append-only"), transaction.atomic():
            CountEntry.objects.update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        CountSheet.objects.filter(pk=sheet.pk).update(status="posted")
