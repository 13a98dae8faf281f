"""What a receipt writes: lots, accounts, facts, states; and reversals of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from uuid import uuid4

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from liangcao.foundation.journal.queries import entries_of
from liangcao.foundation.kernel.errors import Conflict, Forbidden, Invalid, KeyReused, NotFound, Refusal
from liangcao.ledger.entries import AccountRef, PostingLine
from liangcao.ledger.models import Balance, Lot, Posting
from liangcao.ledger.queries import facts_of, received_by_source
from liangcao.ledger.refusals import GoodsMovedOn
from liangcao.ledger.verify import verify_book
from liangcao.operations.supply import actions, queries
from liangcao.operations.supply.inputs import ReceiptLineInput, ReversalInput, SourceLineInput
from liangcao.operations.supply.models import Receipt, ReceiptReversal, Source
from liangcao.operations.supply.rules import AlreadyReversed, can_reverse
from tests.factories.supply import make_receipt, make_receipt_line, make_source, reverse
from tests.factories.world import NOON, TODAY, World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def held(world: World, kind: str) -> int:
    return sum(Balance.objects.filter(book=world.book, kind=kind).values_list("quantity", flat=True))


def line_of(world: World, source: Source, number: int = 1):  # type: ignore[no-untyped-def]
    return queries.source_lines(world.system, source.pk).get(line=number)


def test_good_goods_go_into_the_store_and_damaged_ones_into_quarantine(world: World) -> None:
    source = make_source(world)
    made = make_receipt(world, source, (950, 50))
    assert (held(world, "store"), held(world, "quarantine"), held(world, "outside")) == (950, 50, -1_000)
    source.refresh_from_db()
    assert (source.status, made.status, made.number) == ("received", "posted", "RK20200203-1")
    lot = made.lines.get().lot
    assert (lot.source_kind, lot.source_ref) == ("gift", f"{source.number}#1")
    posting = Posting.objects.get(lot=lot, line=1)
    assert (posting.move.cause_kind, posting.move.cause_ref) == ("source", source.number)
    acts = [
        e.action
        for e in entries_of(world.system, object_kind="source", object_ref=source.number, bureau_id=world.bureau.pk)
    ]
    assert acts == ["announce_source", "receive_source"]


def test_parts_arrive_until_all_is_there(world: World) -> None:
    source = make_source(world)
    for good, status, missing in ((400, "partly_received", 600), (599, "partly_received", 1), (1, "received", 0)):
        make_receipt(world, source, (good, 0))
        source.refresh_from_db()
        assert (source.status, line_of(world, source).quantity_missing) == (status, missing)


def test_a_final_shortage_keeps_its_reason(world: World) -> None:
    source = make_source(world, (world.mask, 100), (world.n95, 50))
    masks, n95 = source.lines.order_by("line")
    lines = [
        ReceiptLineInput(masks.pk, world.mask.pk, 97, reason="途中遗失"),
        ReceiptLineInput(n95.pk, world.n95.pk, 0, reason="对方改期"),
    ]
    made = make_receipt(world, source, lines=lines, final=True)
    source.refresh_from_db()
    assert (source.status, made.lines.count()) == ("received", 1)
    detail = queries.source_detail(world.system, source.pk)
    told = [(line.quantity_missing, line.difference_reason) for line in detail.lines]
    assert told == [(3, "途中遗失"), (50, "对方改期")]
    assert detail.receipts == [made]


def test_more_than_advised_is_taken_and_shown(world: World) -> None:
    source = make_source(world)
    make_receipt(world, source, (1_020, 0))
    line = line_of(world, source)
    assert (line.quantity_over, line.quantity_missing, line.quantity_good) == (20, 0, 1_020)


def test_an_item_that_was_not_on_the_advice_gets_a_line(world: World) -> None:
    source = make_source(world)
    line = source.lines.get()
    lines = [
        ReceiptLineInput(line.pk, world.mask.pk, 1_000),
        ReceiptLineInput(None, world.n95.pk, 7, maker_lot="B1"),
        ReceiptLineInput(None, world.n95.pk, 3, maker_lot="B2"),
    ]
    make_receipt(world, source, lines=lines)
    found = line_of(world, source, 2)
    assert (found.item, found.added_on_arrival, found.quantity_advised) == (world.n95, True, None)
    assert (found.quantity_good, found.quantity_missing) == (10, None)
    assert set(Lot.objects.filter(item=world.n95).values_list("maker_lot", flat=True)) == {"B1", "B2"}
    source.refresh_from_db()
    assert source.status == "received"


def test_an_unknown_advice_ends_with_the_final_receipt(world: World) -> None:
    source = make_source(world, (world.mask, None))
    make_receipt(world, source, (30, 0))
    source.refresh_from_db()
    assert source.status == "partly_received"
    make_receipt(world, source, (5, 0), final=True)
    source.refresh_from_db()
    assert (source.status, line_of(world, source).quantity_good) == ("received", 35)


def test_packs_become_base_units_and_the_advice_fills_in_lot_and_dates(world: World) -> None:
    lines = [SourceLineInput(world.mask.pk, 2, "箱", "A1", date(2020, 1, 1), date(2022, 1, 1), 250)]
    source = make_source(world, lines=lines, earmark_id=world.hospital.pk)
    row = ReceiptLineInput(source.lines.get().pk, world.mask.pk, 1, 1, unit="箱")
    made = make_receipt(world, source, lines=[row]).lines.get()
    assert (made.quantity_good, made.quantity_damaged) == (480, 480)
    assert (made.lot.maker_lot, made.lot.produced_on, made.lot.expires_on) == ("A1", date(2020, 1, 1), date(2022, 1, 1))
    assert dict(facts_of(world.system, made.lot_id).values_list("fact", "value")) == {
        "earmark": str(world.hospital.pk),
        "unit_cost": "250",
    }


def test_a_tracked_item_without_lot_waits_in_quarantine_unless_somebody_accepts_it(world: World) -> None:
    source = make_source(world, (world.suit, 30))
    line = source.lines.get()
    waiting = ReceiptLineInput(line.pk, world.suit.pk, 10, 2, no_lot_reason="外箱破损")
    accepted = ReceiptLineInput(line.pk, world.suit.pk, 18, no_lot_reason="散装", accepted_by="示例验收人")
    made = make_receipt(world, source, lines=[waiting, accepted])
    first, second = made.lines.order_by("line")
    assert (first.is_held, second.is_held) == (True, False)
    assert (held(world, "quarantine"), held(world, "store")) == (12, 18)
    assert first.lot.no_lot_reason == "外箱破损"
    assert facts_of(world.system, first.lot_id).get().value == "held"
    assert "示例验收人" in facts_of(world.system, second.lot_id).get().reason
    reverse(world, made, ReversalInput(first.pk, 0, 2))
    reverse(world, made, ReversalInput(first.pk, 10), ReversalInput(second.pk, 18))
    assert (held(world, "quarantine"), held(world, "store"), made.source.lines.count()) == (0, 0, 1)


def test_receive_direct_is_a_receipt_and_an_issue_in_one_act(world: World) -> None:
    source = make_source(world)
    line = source.lines.get()
    for recipient, quantity in ((world.hospital, 600), (world.town, 400)):
        made = actions.receive_direct(
            source_id=source.pk,
            recipient_id=recipient.pk,
            lines=[ReceiptLineInput(line.pk, line.item_id, quantity)],
            signed_by="示例签收人",
            by=world.actor("storekeeper"),
            at=NOON,
            client_id=uuid4(),
        )
    source.refresh_from_db()
    assert (source.status, held(world, "recipient"), held(world, "store")) == ("received", 1_000, 0)
    assert (made.store, made.recipient, made.number) == (None, world.town, "ZD20200203-2")
    reverse(world, made)
    source.refresh_from_db()
    assert (source.status, held(world, "recipient")) == ("partly_received", 600)


def test_receive_unannounced_announces_and_receives(world: World) -> None:
    arguments = {
        "bureau_id": world.bureau.pk,
        "kind": "gift",
        "counterparty_id": world.donor.pk,
        "store_id": world.store.pk,
        "lines": [ReceiptLineInput(None, world.mask.pk, 70), ReceiptLineInput(None, world.n95.pk, 5, 1)],
        "note": "夜间到货",
        "by": world.actor("storekeeper"),
        "at": NOON,
        "client_id": uuid4(),
    }
    made = actions.receive_unannounced(**arguments)  # type: ignore[arg-type]
    assert actions.receive_unannounced(**arguments).pk == made.pk  # type: ignore[arg-type]
    with pytest.raises(KeyReused):
        actions.receive_unannounced(**arguments | {"note": ""})  # type: ignore[arg-type]
    source = queries.source(world.system, made.source_id)
    assert (source.status, source.lines.count(), held(world, "store")) == ("received", 2, 75)
    assert {line.added_on_arrival for line in source.lines.all()} == {True}
    assert queries.receipt_of_move(world.system, made.move_id) == made
    assert queries.source_by_number(world.system, world.bureau.pk, f"{source.number}#2") == source


def test_reverse_receipt_refuses_roles_strangers_and_a_missing_reason(world: World) -> None:
    made = make_receipt(world)
    for kind, more in (
        (Forbidden, {"by": world.actor("gift_clerk")}),
        (NotFound, {"by": make_world("other").actor("storekeeper")}),
        (Invalid, {"reason": " "}),
    ):
        with pytest.raises(kind):
            reverse(world, made, **more)
    assert not can_reverse(world.actor("gift_clerk"), made)
    assert can_reverse(world.actor("leader"), made)


def test_reverse_receipt_refuses_too_much_and_foreign_lines(world: World) -> None:
    line, foreign = make_receipt_line(world), make_receipt_line(world)
    for taken, code in (
        ([ReversalInput(line.pk, 1_001)], "REVERSAL_TOO_LARGE"),
        ([ReversalInput(line.pk, 0, 1)], "REVERSAL_TOO_LARGE"),
        ([ReversalInput(foreign.pk, 1)], "LINE_UNKNOWN"),
        ([ReversalInput(line.pk, 1), ReversalInput(line.pk, 1)], "LINE_UNKNOWN"),
        ([ReversalInput(line.pk)], "LINES_EMPTY"),
        ([ReversalInput(line.pk, 1.5)], "QUANTITY_INVALID"),  # type: ignore[arg-type]
    ):
        with pytest.raises(Invalid) as caught:
            reverse(world, line.receipt, *taken)
        assert caught.value.code == code
    assert not ReceiptReversal.objects.exists()


def test_reverse_receipt_refuses_goods_that_moved_on_and_offers_a_part(world: World) -> None:
    line = make_receipt_line(world)
    reserved = AccountRef("reserved", world.store.pk, world.hospital.pk)
    world.post("reservation", PostingLine(line.lot_id, world.stock(), reserved, 300))
    with pytest.raises(GoodsMovedOn) as caught:
        reverse(world, line.receipt)
    assert caught.value.possible == 700
    made = reverse(world, line.receipt, ReversalInput(line.pk, 700))
    assert (made.status, line_of(world, made.source).quantity_good) == ("posted", 300)


def test_reverse_receipt_whole_reopens_the_source(world: World) -> None:
    made, key = make_receipt(world, None, (900, 40), final=False), uuid4()
    again = reverse(world, made, client_id=key)
    assert reverse(world, made, client_id=key).pk == again.pk
    assert (again.status, again.source.status, held(world, "outside")) == ("reversed", "announced", 0)
    assert line_of(world, made.source).quantity_arrived == 0
    with pytest.raises(AlreadyReversed):
        reverse(world, made)
    make_receipt(world, Source.objects.get(pk=made.source_id), (1_000, 0))
    assert line_of(world, made.source).quantity_missing == 0


def test_reverse_receipt_reopens_a_closed_source(world: World) -> None:
    made = make_receipt(world, None, (900, 0))
    actions.close_source(source_id=made.source_id, reason="不再到货", by=world.system, at=NOON, client_id=uuid4())
    source = reverse(world, made, ReversalInput(made.lines.get().pk, 1)).source
    source.refresh_from_db()
    assert (source.status, source.ended_by, source.ended_at) == ("partly_received", "", None)


Step = tuple[str, int, int]


@settings(max_examples=25)
@given(
    advised=st.one_of(st.none(), st.integers(1, 60)),
    steps=st.lists(
        st.tuples(st.sampled_from(["receive", "final", "reverse"]), st.integers(0, 40), st.integers(0, 9)), max_size=7
    ),
)
def test_advised_arrived_and_missing_add_up_and_the_ledger_agrees(advised: int | None, steps: list[Step]) -> None:
    with transaction.atomic():
        world = make_world("property")
        source = make_source(world, (world.mask, advised))
        for act, good, damaged in steps:
            play(world, source, act, good, damaged)
            line = line_of(world, source)
            assert line.quantity_arrived == line.quantity_good + line.quantity_damaged >= 0
            if advised is not None:
                assert line.quantity_arrived + line.quantity_missing - line.quantity_over == advised
            reference = f"{source.number}#1"
            booked = received_by_source(world.system, world.bureau.pk, [reference]).get(reference, 0)
            assert booked == line.quantity_arrived == -held(world, "outside")
            assert (held(world, "store"), held(world, "quarantine")) == (line.quantity_good, line.quantity_damaged)
        assert verify_book(world.system, world.bureau.pk).ok
        transaction.set_rollback(True)


def play(world: World, source: Source, act: str, good: int, damaged: int) -> None:
    row = ReceiptLineInput(source.lines.get().pk, world.mask.pk, good, damaged, reason="核对后登记")
    with refused_as_expected():
        if act == "reverse":
            receipt = Receipt.objects.filter(source=source, status="posted").first()
            if receipt:
                reverse(world, receipt, ReversalInput(receipt.lines.get().pk, good, damaged))
        else:
            make_receipt(world, source, lines=[row], final=act == "final")


@contextmanager
def refused_as_expected() -> Iterator[None]:
    """Some acts of a random story are refused: as wrong or as not possible now, never otherwise."""
    refusal: Refusal | None = None
    try:
        yield
    except Refusal as caught:
        refusal = caught
    assert refusal is None or refusal.status in (400, 409)


def test_today_is_the_business_date_unless_said_otherwise(world: World) -> None:
    assert make_receipt(world).business_date == TODAY


def test_a_refused_receipt_leaves_no_trace(world: World) -> None:
    source = make_source(world)
    with pytest.raises(Conflict):
        make_receipt(world, source, lines=[ReceiptLineInput(None, world.alcohol.pk, 5)])
    assert (Lot.objects.count(), Receipt.objects.count(), source.lines.count()) == (0, 0, 1)


def test_who_orders_does_not_take_in(world: World) -> None:
    """A purchase is received by another person; a gift by anybody."""
    keeper = world.actor("storekeeper")
    ordered = make_source(world, kind="purchase", counterparty_id=world.supplier.pk, by=keeper)
    with pytest.raises(Forbidden) as refused:
        make_receipt(world, ordered)
    assert refused.value.code == "OWN_DOCUMENT"
    assert make_receipt(world, make_source(world, by=keeper)).status == "posted"
