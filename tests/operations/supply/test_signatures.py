"""Three signatures on a receipt: what is refused, what waits where, and what follows from the last one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from liangcao.foundation.kernel.errors import Conflict, Invalid, NotFound
from liangcao.ledger.entries import AccountRef, PostingLine
from liangcao.ledger.models import Move
from liangcao.ledger.queries import facts_of
from liangcao.ledger.refusals import GoodsMovedOn
from liangcao.ledger.verify import verify_book
from liangcao.operations.supply import actions, queries
from liangcao.operations.supply.inputs import FindingInput, ReceiptLineInput, ReversalInput
from liangcao.operations.supply.models import Receipt, ReceiptFinding, ReceiptSignature
from liangcao.oversight.briefing.queries import entries_of
from liangcao.reference.catalog import actions as catalog
from liangcao.reference.catalog.queries import signatures_by_category
from liangcao.reference.parties import actions as parties
from liangcao.reference.parties.models import Relaxation
from tests.factories.supply import (
    ask_for_signatures,
    code_of,
    findings_of,
    give_back,
    held,
    let_go,
    make_receipt,
    make_receipt_outcome,
    make_receipt_release,
    make_receipt_return,
    make_receipt_signature,
    make_source,
    make_waiting_receipt,
    reverse,
    sign,
)
from tests.factories.world import NOON, TODAY, World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def line_of(world: World, receipt: Receipt):  # type: ignore[no-untyped-def]
    return queries.source_lines(world.system, receipt.source_id).get()


def latest(world: World, receipt: Receipt) -> dict[str, str]:
    """What counts of the first line's lot."""
    return {row.fact: row.value for row in facts_of(world.system, receipt.lines.get().lot_id).order_by("pk")}


class TestRefusals:
    def test_nobody_signs_twice(self, world: World) -> None:
        receipt = make_receipt_signature(world).receipt
        assert code_of(lambda: sign(world, receipt, "count", 98)) == "ALREADY_SIGNED"
        assert code_of(lambda: sign(world, receipt, "store", 100)) == "STORE_SIGNS_FIRST"

    def test_one_person_signs_once(self, world: World) -> None:
        receipt = make_waiting_receipt(world)
        keeper = world.actor("storekeeper")
        assert code_of(lambda: sign(world, receipt, "quality", 100, by=keeper)) == "SAME_PERSON_SIGNED"
        assert code_of(lambda: sign(world, receipt, "count", 100, by=keeper)) == "SAME_PERSON_SIGNED"
        both = replace(world.actor("inspector"), grants=world.actor("inspector").grants + keeper.grants)
        sign(world, receipt, "quality", 100, by=both)
        assert code_of(lambda: sign(world, receipt, "count", 100, by=both)) == "SAME_PERSON_SIGNED"

    def test_nobody_counts_or_accepts_more_than_arrived(self, world: World) -> None:
        receipt = make_waiting_receipt(world)
        assert code_of(lambda: sign(world, receipt, "count", 101)) == "COUNT_ABOVE_ARRIVED"
        assert code_of(lambda: sign(world, receipt, "quality", 90, 20)) == "ACCEPTED_TOO_MANY"
        assert code_of(lambda: sign(world, receipt, "quality", 70, 20)) == "FINDING_INCOMPLETE"
        sign(world, receipt, "quality", 80, 20)
        assert code_of(lambda: sign(world, receipt, "count", 19)) == "COUNT_BELOW_REJECTED"
        assert held(world) == {"receiving": 100}

    def test_quality_divides_what_was_counted(self, world: World) -> None:
        receipt = make_receipt_signature(world).receipt
        assert code_of(lambda: sign(world, receipt, "quality", 80, 20)) == "ACCEPTED_TOO_MANY"
        sign(world, receipt, "quality", 78, 20)
        assert held(world) == {"store": 78, "quarantine": 20}

    def test_a_rejection_says_why_and_every_line_has_a_finding(self, world: World) -> None:
        receipt = make_waiting_receipt(world)
        line = receipt.lines.get().pk
        silent = [FindingInput(line, quantity_passed=90, quantity_rejected=10)]
        assert code_of(lambda: sign(world, receipt, "quality", 0, findings=silent)) == "REJECTION_REASON_MISSING"
        assert code_of(lambda: sign(world, receipt, "quality", 0, findings=[])) == "FINDING_MISSING"
        twice = findings_of(receipt, "count", 98) * 2
        assert code_of(lambda: sign(world, receipt, "count", 0, findings=twice)) == "LINE_UNKNOWN"
        assert code_of(lambda: sign(world, receipt, "smell", 0)) == "SIGNATURE_UNKNOWN"

    def test_a_reversed_or_finished_receipt_takes_no_signature(self, world: World) -> None:
        receipt = make_waiting_receipt(world)
        reverse(world, receipt)
        assert code_of(lambda: sign(world, receipt, "count", 100)) == "RECEIPT_REVERSED"
        assert code_of(lambda: let_go(world, receipt, 10)) == "RECEIPT_REVERSED"
        done = make_receipt_outcome(world).receipt_line.receipt
        assert code_of(lambda: sign(world, done, "count", 98)) == "SIGNATURES_COMPLETE"
        assert code_of(lambda: let_go(world, done, 10)) == "SIGNATURES_COMPLETE"

    def test_others_stores_ended_appointments_and_other_roles(self, world: World) -> None:
        receipt = make_waiting_receipt(world)
        counter = world.actor("counter")
        elsewhere = replace(
            counter, grants=tuple(replace(g, store_ids=frozenset({world.second_store.pk})) for g in counter.grants)
        )
        ended = replace(counter, grants=())
        for somebody in (elsewhere, ended):
            with pytest.raises(NotFound):
                sign(world, receipt, "count", 100, by=somebody)
        assert code_of(lambda: sign(world, receipt, "count", 100, by=world.actor("buyer"))) == "FORBIDDEN"
        assert code_of(lambda: let_go(world, receipt, 10, by=world.actor("counter"))) == "FORBIDDEN"

    def test_what_the_rule_does_not_ask_for_is_not_signed(self, world: World) -> None:
        ask_for_signatures(world, "count")
        receipt = make_receipt(world, make_source(world, (world.mask, 100)), (100, 0))
        assert code_of(lambda: sign(world, receipt, "quality", 100)) == "SIGNATURE_NOT_NEEDED"
        sign(world, receipt, "count", 100)
        assert held(world) == {"store": 100}

    def test_the_database_keeps_signatures(self, world: World) -> None:
        signature = make_receipt_signature(world)
        for write in (
            lambda: ReceiptSignature.objects.filter(pk=signature.pk).update(signed_by="另一人"),
            lambda: ReceiptFinding.objects.filter(signature=signature).delete(),
            lambda: ReceiptSignature.objects.create(
                receipt=signature.receipt, kind="count", signed_by="乙", signed_at=NOON
            ),
        ):
            with pytest.raises((DatabaseError, IntegrityError)), transaction.atomic():
                write()

    def test_a_hazard_refusal_names_the_stores_that_may(self, world: World) -> None:
        source = make_source(world, (world.alcohol, 5))
        with pytest.raises(Conflict) as refused:
            make_receipt(world, source, (5, 0))
        assert refused.value.code == "STORE_HAZARD" and "二号库" in refused.value.message("zh-hans")


def test_goods_without_a_rule_go_into_the_store_at_once(world: World) -> None:
    receipt = make_receipt(world)
    assert receipt.status == "posted" and not receipt.signatures.exists()
    assert held(world) == {"store": 1_000}


def test_accepted_pieces_go_into_the_store_with_the_last_signature(world: World) -> None:
    receipt = make_waiting_receipt(world)
    assert receipt.status == "waiting" and held(world) == {"receiving": 100}
    assert line_of(world, receipt).quantity_waiting == 100
    sign(world, receipt, "quality", 80, 20)
    done = sign(world, receipt, "count", 98)
    line = line_of(world, receipt)
    assert done.status == "posted" and held(world) == {"store": 78, "quarantine": 20}
    assert (line.quantity_arrived, line.quantity_accepted, line.quantity_rejected, line.quantity_missing) == (
        98, 78, 20, 2,
    )  # fmt: skip
    receipt.source.refresh_from_db()
    assert receipt.source.status == "partly_received"
    move = Move.objects.get(kind="inspection")
    assert sorted(row["role"] for row in move.signatures) == ["count", "quality", "store"]
    assert all(len(row["findings"]) == 64 for row in move.signatures)
    assert latest(world, receipt)["quality"] == "accepted"
    assert verify_book(world.system, world.bureau.pk).ok


def test_on_a_final_receipt_what_is_missing_is_explained(world: World) -> None:
    receipt = make_waiting_receipt(world, final=True)
    sign(world, receipt, "quality", 100)
    sign(world, receipt, "count", 98)
    receipt.source.refresh_from_db()
    assert (receipt.source.status, line_of(world, receipt).difference_reason) == ("received", "清点短少")


def test_a_correction_takes_the_place_of_a_finding_and_both_stay(world: World) -> None:
    receipt = make_receipt_signature(world).receipt
    by, mended = world.actor("counter"), findings_of(receipt, "count", 99)

    def correct(reason: str) -> Receipt:
        return actions.correct_signature(
            receipt_id=receipt.pk, kind="count", findings=mended, reason=reason, by=by, at=NOON, client_id=uuid4()
        )

    with pytest.raises(Invalid) as refused:
        correct(" ")
    assert refused.value.code == "REASON_MISSING"
    correct("漏看一包")
    signed = queries.signatures(world.system, receipt.pk)
    assert [row.kind for row in signed] == ["store", "count", "count"]
    sign(world, receipt, "quality", 99)
    assert held(world) == {"store": 99}
    assert code_of(lambda: correct("又想起一包")) == "SIGNATURES_COMPLETE"


def test_the_same_click_signs_once(world: World) -> None:
    receipt, key = make_waiting_receipt(world), uuid4()
    for _click in range(2):
        sign(world, receipt, "count", 98, client_id=key)
    assert receipt.signatures.filter(kind="count").count() == 1


def test_a_small_bureau_needs_two_people_and_one_night_one(world: World) -> None:
    receipt, keeper = make_waiting_receipt(world), world.actor("storekeeper")
    for profile, start in (("small", 0), ("night", 10)):
        parties.set_separation(
            bureau_id=world.bureau.pk, profile=profile, starts_at=NOON + timedelta(hours=start), reason="人手不足",
            ends_at=NOON + timedelta(hours=start + 8), by=world.actor("leader"), at=NOON, client_id=uuid4(),
        )  # fmt: skip
    small, night = NOON + timedelta(hours=1), NOON + timedelta(hours=11)
    assert code_of(lambda: sign(world, receipt, "quality", 100, by=keeper, at=small)) == "SAME_PERSON_SIGNED"
    sign(world, receipt, "count", 100, by=keeper, at=small)
    sign(world, receipt, "quality", 100, by=keeper, at=night)
    rules = set(Relaxation.objects.filter(object_ref=receipt.number).values_list("rule", flat=True))
    assert rules == {"receipt.count", "receipt.quality"} and held(world) == {"store": 100}


def test_rules_follow_the_parent_and_open_receipts_keep_theirs(world: World) -> None:
    parent = catalog.add_category(code="up", name="上级", receipt_signatures="store,count", by=world.system, at=NOON)
    child = catalog.add_category(code="down", name="下级", parent=parent, by=world.system, at=NOON)
    assert signatures_by_category(world.system)[child.pk] == ("store", "count")
    with pytest.raises(Invalid) as refused:
        catalog.set_receipt_signatures(
            category_code="down", signatures=["quality"], by=world.system, at=NOON, client_id=uuid4()
        )
    assert refused.value.code == "STORE_SIGNATURE_NEEDED"
    receipt = make_waiting_receipt(world)
    ask_for_signatures(world)
    assert receipt.status == "waiting" and receipt.lines.get().needs == "quality,count"
    assert make_receipt(world).status == "posted"


class TestEarlyRelease:
    def test_goods_go_on_a_leaders_word_and_the_signatures_stay_owing(self, world: World) -> None:
        receipt = make_receipt_release(world).receipt
        assert held(world) == {"store": 60, "receiving": 40}
        assert queries.papers_owing(world.system, bureau_id=world.bureau.pk).get().leader == "组长甲"
        assert code_of(lambda: let_go(world, receipt, 10)) == "RELEASED_ALREADY"
        assert code_of(lambda: sign(world, receipt, "count", 59)) == "COUNT_BELOW_RELEASED"
        sign(world, receipt, "count", 98)
        assert queries.papers_owing(world.system).exists()
        sign(world, receipt, "quality", 78, 20)
        assert held(world) == {"store": 78, "quarantine": 20}
        assert not queries.papers_owing(world.system).exists()
        assert not queries.owing_at(world.system, world.bureau.pk, NOON + timedelta(hours=2)).exists()

    def test_the_briefing_counts_what_is_owing(self, world: World) -> None:
        make_receipt_release(world)
        assert not queries.owing_at(world.system, world.bureau.pk, NOON).exists()
        assert queries.owing_at(world.system, world.bureau.pk, NOON + timedelta(hours=2)).count() == 1
        (entry,) = entries_of(world.actor("leader"), world.bureau.pk, TODAY, "papers_owing").rows
        assert (entry.url_name, entry.quantity) == ("receipt", 1)

    def test_a_word_needs_a_name_a_reason_and_a_limit(self, world: World) -> None:
        receipt = make_waiting_receipt(world)
        assert code_of(lambda: let_go(world, receipt, 10, leader="")) == "LEADER_MISSING"
        assert code_of(lambda: let_go(world, receipt, 10, reason="")) == "REASON_MISSING"
        assert code_of(lambda: let_go(world, receipt, 10, limit_note="")) == "LIMIT_MISSING"
        assert code_of(lambda: let_go(world, receipt, 101)) == "TOO_MANY"

    def test_rejected_pieces_that_are_out_stop_the_lot(self, world: World) -> None:
        receipt = make_waiting_receipt(world)
        let_go(world, receipt, 100)
        lot = receipt.lines.get().lot_id
        store, hospital = AccountRef("store", world.store.pk), AccountRef("recipient", party_id=world.hospital.pk)
        world.post("issue", PostingLine(lot, store, hospital, 90))
        sign(world, receipt, "count", 100)
        sign(world, receipt, "quality", 70, 30)
        assert held(world) == {"quarantine": 10, "recipient": 90}
        assert receipt.lines.get().outcome.quantity_out == 20
        assert latest(world, receipt)["frozen"] == "yes"
        assert verify_book(world.system, world.bureau.pk).ok


class TestSendingBack:
    def test_rejected_pieces_go_back_to_the_source(self, world: World) -> None:
        receipt = make_receipt_return(world).receipt_line.receipt
        assert held(world) == {"store": 78}
        assert code_of(lambda: give_back(world, receipt, 1)) == "LINE_UNKNOWN"
        line = line_of(world, receipt)
        assert (line.quantity_arrived, line.quantity_accepted, line.quantity_rejected) == (98, 78, 20)

    def test_no_more_than_lies_in_quarantine(self, world: World) -> None:
        receipt = make_receipt_outcome(world).receipt_line.receipt
        assert code_of(lambda: give_back(world, receipt, 21)) == "TOO_MANY"
        assert code_of(lambda: give_back(world, receipt, 5, reason="")) == "REASON_MISSING"


class TestReversal:
    def test_a_receipt_that_waits_is_reversed_whole(self, world: World) -> None:
        receipt = make_waiting_receipt(world)
        line = receipt.lines.get().pk
        assert code_of(lambda: reverse(world, receipt, ReversalInput(line, 10))) == "SIGNATURES_OPEN"
        reverse(world, receipt)
        assert held(world) == {} and line_of(world, receipt).quantity_arrived == 0

    def test_an_accepted_receipt_is_reversed_with_its_acceptance(self, world: World) -> None:
        receipt = make_receipt_outcome(world).receipt_line.receipt
        line = receipt.lines.get().pk
        assert code_of(lambda: reverse(world, receipt, ReversalInput(line, 79))) == "REJECTED_STAY"
        reverse(world, receipt, ReversalInput(line, 8))
        assert held(world) == {"store": 70, "quarantine": 20}
        reverse(world, receipt)
        assert held(world) == {}
        found = line_of(world, receipt)
        assert (found.quantity_arrived, found.quantity_accepted, found.quantity_rejected) == (0, 0, 0)
        assert verify_book(world.system, world.bureau.pk).ok

    def test_an_early_release_comes_back_too(self, world: World) -> None:
        receipt = make_receipt_release(world).receipt
        reverse(world, receipt)
        assert held(world) == {} and not queries.papers_owing(world.system).exists()

    def test_not_when_the_goods_have_gone(self, world: World) -> None:
        receipt = make_receipt_return(world).receipt_line.receipt
        with pytest.raises(GoodsMovedOn):
            reverse(world, receipt)


def test_goods_without_a_lot_number_are_judged_by_quality(world: World) -> None:
    ask_for_signatures(world, "count")
    source = make_source(world, (world.suit, 10))
    row = ReceiptLineInput(source.lines.get().pk, world.suit.pk, 9, 1, no_lot_reason="包装破损", reason="破损")
    receipt = make_receipt(world, source, lines=[row])
    assert receipt.lines.get().needs == "quality,count"
    assert held(world) == {"receiving": 9, "quarantine": 1}


def test_what_waits_for_whom(world: World) -> None:
    make_waiting_receipt(world)

    def kinds(role: str) -> set[str]:
        found = queries.waiting(world.actor(role), bureau_id=world.bureau.pk, at=NOON)
        return {row.kind for row in found if row.kind.startswith(("receipt", "release"))}

    assert kinds("inspector") == {"receipt_to_quality"}
    assert kinds("counter") == {"receipt_to_count"}
    assert kinds("storekeeper") == set()  # He took the goods in himself.
    let_go(world, Receipt.objects.get(), 50)
    assert kinds("leader") == {"release_papers"}
