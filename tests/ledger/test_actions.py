"""Posting, reversing, facts and transfers: refusals first."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest

from liangcao.foundation.kernel.errors import Forbidden, Invalid, KeyReused, NotFound
from liangcao.ledger import actions as ledger
from liangcao.ledger import queries
from liangcao.ledger.entries import AccountRef, NewLot, PostingLine
from liangcao.ledger.models import Balance, DayTotal, Move, Posting
from liangcao.ledger.refusals import (
    FutureDate,
    GoodsMovedOn,
    LateEntryRefused,
    LotExpired,
    LotFrozen,
    LotNotFound,
    NothingToReverse,
    SameAccount,
    StockShort,
)
from liangcao.ledger.registers import holdings_at
from liangcao.ledger.verify import verify_book
from tests.factories.world import NOON, TODAY, World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def reserve(world: World, lot: object, quantity: int, *, at=NOON, **more):  # type: ignore[no-untyped-def]
    line = PostingLine(lot, world.stock(), AccountRef("reserved", world.store.pk, world.hospital.pk), quantity)
    return world.post("reservation", line, at=at, **more)


def issue(world: World, lot: object, quantity: int, *, at=NOON, **more):  # type: ignore[no-untyped-def]
    line = PostingLine(lot, world.stock(), AccountRef("transit", world.store.pk, world.hospital.pk), quantity)
    return world.post("issue", line, at=at, **more)


class TestPostMoveRefuses:
    @pytest.mark.parametrize("quantity", [0, -5, 1.5, "5", True, None, 10**9, 10**19])
    def test_quantity_not_a_positive_whole_number(self, world: World, quantity: object) -> None:
        lot, _ = world.put_in(world.mask, 10)
        with pytest.raises(Invalid) as refused:
            issue(world, lot, quantity)  # type: ignore[arg-type]
        assert refused.value.code == "QUANTITY_INVALID" and refused.value.row == 1
        assert "整数" in refused.value.zh and "whole number" in refused.value.en

    def test_more_than_is_there(self, world: World) -> None:
        lot, _ = world.put_in(world.mask, 100)
        with pytest.raises(StockShort) as refused:
            issue(world, lot, 101)
        assert (refused.value.available, refused.value.on_hand) == (100, 100)
        assert "可用 100 只" in refused.value.zh and refused.value.status == 409

    def test_more_than_is_free_says_for_whom_it_is_reserved(self, world: World) -> None:
        lot, _ = world.put_in(world.mask, 100)
        number = reserve(world, lot, 60).number
        with pytest.raises(StockShort) as refused:
            issue(world, lot, 41)
        assert (refused.value.available, refused.value.reserved) == (40, 60)
        assert f"可用 40 只,另有 60 只已预留给示例医院一(60,单号 {number})" in refused.value.zh
        assert f"40 free; another 60 reserved for 示例医院一 (60, {number})" in refused.value.en

    def test_source_equal_to_target(self, world: World) -> None:
        lot, _ = world.put_in(world.mask, 10)
        with pytest.raises(SameAccount):
            world.post("transfer", PostingLine(lot, world.stock(), world.stock(), 5))

    def test_expired_lot(self, world: World) -> None:
        lot, _ = world.put_in(world.mask, 10, expires_on=TODAY - timedelta(days=1))
        with pytest.raises(LotExpired) as refused:
            issue(world, lot, 1)
        assert "2020-02-02" in refused.value.zh

    def test_frozen_lot_until_it_is_released(self, world: World) -> None:
        lot, _ = world.put_in(world.mask, 10)
        keeper = world.actor("storekeeper")
        ledger.record_fact(lot_id=lot, fact="frozen", value="yes", reason="抽检", by=keeper, at=NOON, client_id=uuid4())
        with pytest.raises(LotFrozen) as refused:
            issue(world, lot, 1)
        assert "抽检" in refused.value.zh
        ledger.record_fact(lot_id=lot, fact="frozen", value="no", reason="合格", by=keeper, at=NOON, client_id=uuid4())
        issue(world, lot, 1)

    def test_unknown_lot(self, world: World) -> None:
        with pytest.raises(LotNotFound):
            issue(world, uuid4(), 1)

    def test_lot_of_another_book(self, world: World) -> None:
        other = make_world("other")
        lot, _ = other.put_in(other.mask, 10)
        with pytest.raises(LotNotFound):
            issue(world, lot, 1)

    def test_book_out_of_scope(self, world: World) -> None:
        other = make_world("other")
        lot, _ = world.put_in(world.mask, 10)
        line = PostingLine(lot, world.stock(), world.stock(world.second_store), 1)
        with pytest.raises(NotFound):
            ledger.post_move(
                book_id=world.book.pk, kind="transfer", business_date=TODAY, lines=[line], cause_kind="t", cause_ref="t",
                by=other.actor("storekeeper"), at=NOON, client_id=uuid4(),
            )  # fmt: skip

    def test_no_lines(self, world: World) -> None:
        with pytest.raises(Invalid) as refused:
            world.post("issue")
        assert refused.value.code == "LINES_EMPTY"

    def test_account_without_its_parts(self, world: World) -> None:
        lot, _ = world.put_in(world.mask, 10)
        with pytest.raises(Invalid) as refused:
            world.post("issue", PostingLine(lot, world.stock(), AccountRef("transit", world.store.pk), 1))
        assert refused.value.code == "ACCOUNT_INVALID"

    def test_future_business_date(self, world: World) -> None:
        lot, _ = world.put_in(world.mask, 10)
        with pytest.raises(FutureDate):
            issue(world, lot, 1, business_date=TODAY + timedelta(days=1))

    def test_same_id_for_another_document(self, world: World) -> None:
        lot, moved = world.put_in(world.mask, 10)
        with pytest.raises(KeyReused):
            issue(world, lot, 1, client_id=moved.id)

    def test_nothing_is_written_by_a_refused_move(self, world: World) -> None:
        lot, _ = world.put_in(world.mask, 10)
        before = (Move.objects.count(), Posting.objects.count(), DayTotal.objects.count())
        with pytest.raises(StockShort):
            issue(world, lot, 11)
        assert (Move.objects.count(), Posting.objects.count(), DayTotal.objects.count()) == before
        assert queries.stock_by_item(world.system, world.bureau.pk, on=TODAY)[world.mask.pk].store == 10


class TestLateEntries:
    def test_needs_a_reason(self, world: World) -> None:
        lot, _ = world.put_in(world.mask, 10, at=NOON - timedelta(days=3))
        with pytest.raises(Invalid) as refused:
            issue(world, lot, 1, business_date=TODAY - timedelta(days=1))
        assert refused.value.code == "LATE_REASON_MISSING"

    def test_not_older_than_the_limit(self, world: World) -> None:
        lot, _ = world.put_in(world.mask, 10, at=NOON - timedelta(days=15))
        with pytest.raises(LateEntryRefused) as refused:
            issue(world, lot, 1, business_date=TODAY - timedelta(days=8), late_reason="补单")
        assert refused.value.code == "LATE_ENTRY_TOO_OLD"

    def test_not_before_arrival(self, world: World) -> None:
        lot, _ = world.put_in(world.mask, 10, at=NOON - timedelta(days=1))
        with pytest.raises(LateEntryRefused) as refused:
            issue(world, lot, 1, business_date=TODAY - timedelta(days=2), late_reason="补单")
        assert (refused.value.code, refused.value.status) == ("BEFORE_ARRIVAL", 409)
        assert "于 2020-02-02 到货,不能记在 2020-02-01;请记在 2020-02-02 或以后" in refused.value.zh

    def test_not_when_a_day_on_the_way_would_be_negative(self, world: World) -> None:
        lot, _ = world.put_in(world.mask, 100, at=NOON - timedelta(days=4))
        yesterday = NOON - timedelta(days=1)
        issued = issue(world, lot, 90, at=NOON - timedelta(days=3), business_date=TODAY - timedelta(days=3))
        ledger.reverse_move(move_id=issued.id, reason="退回", by=world.system, at=yesterday, client_id=uuid4())
        # 100 are there today, but on the days between the issue and its reversal only 10 were.
        with pytest.raises(LateEntryRefused) as refused:
            issue(world, lot, 50, business_date=TODAY - timedelta(days=3), late_reason="补单")
        assert (
            refused.value.code == "LATE_ENTRY_NEGATIVE"
            and "2020-01-31" in refused.value.zh
            and "10" in refused.value.zh
        )
        issue(world, lot, 10, business_date=TODAY - timedelta(days=3), late_reason="补单")
        assert verify_book(world.system, world.bureau.pk).ok

    def test_counts_on_its_own_day(self, world: World) -> None:
        lot, _ = world.put_in(world.mask, 100, at=NOON - timedelta(days=3))
        issue(world, lot, 30, business_date=TODAY - timedelta(days=2), late_reason="补单")
        day = TODAY - timedelta(days=2)
        assert queries.flow_totals(world.system, world.bureau.pk, from_=day, to=day) == {("issued", world.mask.pk): 30}
        for asked, pieces in ((day, 70), (day - timedelta(days=1), 100)):
            [held] = holdings_at(world.system, world.bureau.pk, day=asked, kinds=["store"])
            assert (held.item_id, held.store_id, held.quantity) == (world.mask.pk, world.store.pk, pieces)


class TestPostMove:
    def test_gives_seq_number_and_chain(self, world: World) -> None:
        lot, first = world.put_in(world.mask, 100)
        second = reserve(world, lot, 60)
        assert (first.seq, second.seq) == (1, 2)
        assert (first.number, second.number) == ("RK20200203-1", "YL20200203-2")
        moves = list(Move.objects.order_by("seq"))
        assert moves[0].previous_hash == "0" * 64 and moves[1].previous_hash == moves[0].hash

    def test_clock_set_back_does_not_set_back_the_book(self, world: World) -> None:
        lot, first = world.put_in(world.mask, 100)
        second = reserve(world, lot, 1, at=NOON - timedelta(minutes=5))
        assert second.recorded_at == first.recorded_at

    def test_statements_do_not_grow_with_lines(self, world: World, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
        lots = [NewLot(uuid4(), world.mask.pk, "purchase", f"CG1#{n}", no_lot_reason="散装") for n in range(300)]
        lines = [PostingLine(lot.id, world.outside(world.supplier), world.stock(), 7) for lot in lots]
        with django_assert_max_num_queries(30):
            world.post("receipt", *lines, new_lots=lots)
        assert queries.stock_by_item(world.system, world.bureau.pk, on=TODAY)[world.mask.pk].store == 2100

    def test_direct_delivery_counts_in_and_out(self, world: World) -> None:
        lot = uuid4()
        world.post(
            "direct", PostingLine(lot, world.outside(world.donor), AccountRef("recipient", 0, world.hospital.pk), 50),
            new_lots=[NewLot(lot, world.mask.pk, "gift", "JZ2#1", no_lot_reason="直达")],
        )  # fmt: skip
        totals = queries.flow_totals(world.system, world.bureau.pk)
        assert totals == {("gift", world.mask.pk): 50, ("issued", world.mask.pk): 50, ("delivered", world.mask.pk): 50}
        assert verify_book(world.system, world.bureau.pk).ok

    def test_idle_stock_is_what_has_not_moved(self, world: World) -> None:
        old, _ = world.put_in(world.mask, 10, at=NOON - timedelta(days=20))
        touched, _ = world.put_in(world.n95, 10, at=NOON - timedelta(days=20))
        issue(world, touched, 1)
        idle = queries.idle_lots(world.system, world.bureau.pk, since=TODAY - timedelta(days=14))
        assert [row.lot_id for row in idle] == [old]

    def test_free_stock_is_first_expired_first_out(self, world: World) -> None:
        late, _ = world.put_in(world.mask, 10, expires_on=date(2021, 1, 1))
        none, _ = world.put_in(world.mask, 10)
        soon, _ = world.put_in(world.mask, 10, expires_on=date(2020, 3, 1))
        gone, _ = world.put_in(world.mask, 10, expires_on=date(2020, 1, 1))
        free = queries.free_stock(world.system, world.bureau.pk, on=TODAY)
        assert [row.lot_id for row in free] == [soon, late, none] and gone not in {row.lot_id for row in free}


class TestReverseMove:
    def test_without_reason(self, world: World) -> None:
        _, moved = world.put_in(world.mask, 10)
        with pytest.raises(Invalid):
            ledger.reverse_move(move_id=moved.id, reason=" ", by=world.system, at=NOON, client_id=uuid4())

    def test_goods_moved_on_lists_the_later_moves_and_what_is_possible(self, world: World) -> None:
        lot, moved = world.put_in(world.mask, 100)
        later = issue(world, lot, 70)
        with pytest.raises(GoodsMovedOn) as refused:
            ledger.reverse_move(move_id=moved.id, reason="错", by=world.system, at=NOON, client_id=uuid4())
        assert refused.value.later == [later.number] and refused.value.possible == 30

    def test_part_then_rest_then_nothing(self, world: World) -> None:
        _, moved = world.put_in(world.mask, 100)
        ledger.reverse_move(move_id=moved.id, reason="错", by=world.system, at=NOON, client_id=uuid4(), lines={1: 40})
        ledger.reverse_move(move_id=moved.id, reason="错", by=world.system, at=NOON, client_id=uuid4())
        with pytest.raises(NothingToReverse):
            ledger.reverse_move(move_id=moved.id, reason="错", by=world.system, at=NOON, client_id=uuid4())
        assert queries.flow_totals(world.system, world.bureau.pk) == {("gift", world.mask.pk): 0}
        assert Balance.objects.exclude(quantity=0).count() == 0
        assert verify_book(world.system, world.bureau.pk).ok

    def test_more_than_is_left(self, world: World) -> None:
        _, moved = world.put_in(world.mask, 100)
        with pytest.raises(Invalid) as refused:
            ledger.reverse_move(
                move_id=moved.id, reason="错", by=world.system, at=NOON, client_id=uuid4(), lines={1: 101}
            )
        assert refused.value.code == "REVERSAL_TOO_LARGE"

    def test_a_reversal_is_not_reversed(self, world: World) -> None:
        _, moved = world.put_in(world.mask, 100)
        back = ledger.reverse_move(move_id=moved.id, reason="错", by=world.system, at=NOON, client_id=uuid4())
        with pytest.raises(NothingToReverse):
            ledger.reverse_move(move_id=back.id, reason="错", by=world.system, at=NOON, client_id=uuid4())

    def test_of_another_bureau(self, world: World) -> None:
        _, moved = world.put_in(world.mask, 100)
        stranger = make_world("other").actor("leader")
        with pytest.raises(NotFound):
            ledger.reverse_move(move_id=moved.id, reason="错", by=stranger, at=NOON, client_id=uuid4())


class TestTransferAndFacts:
    def test_same_store(self, world: World) -> None:
        lot, _ = world.put_in(world.mask, 10)
        with pytest.raises(SameAccount):
            ledger.transfer(
                book_id=world.book.pk, from_store_id=world.store.pk, to_store_id=world.store.pk, lines=[(lot, 1)], reason="",
                by=world.actor("storekeeper"), at=NOON, client_id=uuid4(),
            )  # fmt: skip

    def test_into_a_store_of_another_bureau(self, world: World) -> None:
        other = make_world("other")
        lot, _ = world.put_in(world.mask, 10)
        with pytest.raises(NotFound):
            ledger.transfer(
                book_id=world.book.pk, from_store_id=world.store.pk, to_store_id=other.store.pk, lines=[(lot, 1)], reason="",
                by=world.actor("storekeeper"), at=NOON, client_id=uuid4(),
            )  # fmt: skip

    def test_only_a_storekeeper(self, world: World) -> None:
        lot, _ = world.put_in(world.mask, 10)
        with pytest.raises(Forbidden) as refused:
            ledger.transfer(
                book_id=world.book.pk, from_store_id=world.store.pk, to_store_id=world.second_store.pk, lines=[(lot, 1)], reason="",
                by=world.actor("auditor"), at=NOON, client_id=uuid4(),
            )  # fmt: skip
        assert "仓管员" in refused.value.zh

    def test_twice_with_one_id_is_one_transfer(self, world: World) -> None:
        lot, _ = world.put_in(world.mask, 10)
        key = uuid4()

        def send(quantity: int = 4):  # type: ignore[no-untyped-def]
            return ledger.transfer(
                book_id=world.book.pk, from_store_id=world.store.pk, to_store_id=world.second_store.pk, lines=[(lot, quantity)],
                reason="就近", by=world.actor("storekeeper"), at=NOON, client_id=key,
            )  # fmt: skip

        assert send() == send()
        with pytest.raises(KeyReused):
            send(5)
        stock = queries.stock_by_item(world.system, world.bureau.pk, on=TODAY, store_id=world.second_store.pk)
        assert stock[world.mask.pk].store == 4

    def test_into_a_store_without_the_hazard_class(self, world: World) -> None:
        lot, _ = world.put_in(world.alcohol, 10)
        with pytest.raises(ledger.HazardNotAllowed) as refused:
            ledger.transfer(
                book_id=world.book.pk, from_store_id=world.second_store.pk, to_store_id=world.store.pk, lines=[(lot, 1)],
                reason="", by=world.actor("storekeeper"), at=NOON, client_id=uuid4(),
            )  # fmt: skip
        assert "一号库" in refused.value.zh

    def test_inspection_passes_and_rejects(self, world: World) -> None:
        lot, _ = world.put_in(world.mask, 10)
        held = AccountRef("quarantine", world.store.pk)
        world.post("transfer", PostingLine(lot, world.stock(), held, 10))
        common = {"lot_id": lot, "store_id": world.store.pk, "by": world.actor("storekeeper"), "at": NOON}
        for outcome, reason, code in (("maybe", "看过", "OUTCOME_INVALID"), ("passed", " ", "REASON_MISSING")):
            with pytest.raises(Invalid) as refused:
                ledger.inspect_lot(quantity=1, outcome=outcome, reason=reason, client_id=uuid4(), **common)  # type: ignore[arg-type]
            assert refused.value.code == code
        with pytest.raises(StockShort):
            ledger.inspect_lot(quantity=11, outcome="passed", reason="外观合格", client_id=uuid4(), **common)  # type: ignore[arg-type]
        ledger.inspect_lot(quantity=8, outcome="passed", reason="外观合格", client_id=uuid4(), **common)  # type: ignore[arg-type]
        ledger.inspect_lot(quantity=2, outcome="rejected", reason="霉变", client_id=uuid4(), **common)  # type: ignore[arg-type]
        totals = queries.flow_totals(world.system, world.bureau.pk)
        assert (totals["cleared", world.mask.pk], totals["loss", world.mask.pk]) == (8, 2)
        assert verify_book(world.system, world.bureau.pk).ok

    @pytest.mark.parametrize(
        ("fact", "value"),
        [
            ("frozen", "是"),
            ("recalled", ""),
            ("expires_on", "2020-13-45"),
            ("expires_on", "20200301"),
            ("quality", " "),
            ("unit_cost", "²"),
            ("unit_cost", "٣"),
            ("earmark", "9" * 25),
        ],
    )
    def test_fact_that_would_be_misread(self, world: World, fact: str, value: str) -> None:
        lot, _ = world.put_in(world.mask, 10)
        with pytest.raises(Invalid):
            ledger.record_fact(
                lot_id=lot,
                fact=fact,
                value=value,
                reason="核对",
                by=world.actor("storekeeper"),
                at=NOON,
                client_id=uuid4(),
            )
        assert queries.free_stock(world.system, world.bureau.pk, on=TODAY)[0].quantity == 10

    def test_corrected_expiry_counts(self, world: World) -> None:
        lot, _ = world.put_in(world.mask, 10, expires_on=TODAY + timedelta(days=10))
        keeper = world.actor("storekeeper")
        assert queries.stock_by_item(world.system, world.bureau.pk, on=TODAY)[world.mask.pk].expiring == 10
        later = (TODAY + timedelta(days=400)).isoformat()
        ledger.record_fact(
            lot_id=lot, fact="expires_on", value=later, reason="标签更正", by=keeper, at=NOON, client_id=uuid4()
        )
        assert queries.stock_by_item(world.system, world.bureau.pk, on=TODAY)[world.mask.pk].expiring == 0

    def test_fact_needs_a_known_kind_and_a_reason(self, world: World) -> None:
        lot, _ = world.put_in(world.mask, 10)
        keeper = world.actor("storekeeper")
        for fact, reason, code in (("colour", "x", "FACT_UNKNOWN"), ("frozen", " ", "REASON_MISSING")):
            with pytest.raises(Invalid) as refused:
                ledger.record_fact(
                    lot_id=lot, fact=fact, value="yes", reason=reason, by=keeper, at=NOON, client_id=uuid4()
                )
            assert refused.value.code == code
