"""A recall stops a lot everywhere, lists who holds it, takes their answers, and ends by another person."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from liangcao.foundation.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Refusal
from liangcao.ledger import actions as ledger_actions
from liangcao.ledger import queries as ledger
from liangcao.ledger.entries import AccountRef, NewLot, PostingLine
from liangcao.ledger.models import LotFact
from liangcao.ledger.refusals import LotFrozen
from liangcao.ledger.verify import verify_book
from liangcao.operations.recall import actions, queries
from liangcao.operations.recall.models import Recall, RecallAnswer
from tests.factories.recall import answer, end, give, recall
from tests.factories.world import NOON, TODAY, World, make_world


@pytest.fixture
def world(db: object) -> World:
    return make_world()


def refused(kind: type[Refusal], do: Any) -> str:
    with pytest.raises(kind) as told:
        do()
    return told.value.code


def make_lot(world: World, maker_lot: str, source_ref: str = "JZ-1#1", quantity: int = 10) -> UUID:
    lot = uuid4()
    world.post(
        "receipt", PostingLine(lot, world.outside(world.donor), world.stock(), quantity),
        new_lots=[NewLot(lot, world.mask.pk, "gift", source_ref, maker_lot=maker_lot)],
    )  # fmt: skip
    return lot


def ref(kind: str, world: World) -> AccountRef:
    places = {"store": (world.store.pk, 0), "loss": (world.store.pk, 0), "recipient": (0, world.hospital.pk)}
    places |= dict.fromkeys(("quarantine", "receiving"), (world.store.pk, 0))
    places |= dict.fromkeys(("reserved", "transit"), (world.store.pk, world.hospital.pk))
    places["outside"] = (0, world.donor.pk)
    return AccountRef(kind, *places[kind])


@pytest.mark.parametrize(
    ("source", "target", "goes"),
    [
        ("store", "reserved", False),
        ("store", "transit", False),
        ("reserved", "transit", False),
        ("receiving", "store", False),
        ("receiving", "transit", False),
        ("quarantine", "store", False),
        ("recipient", "store", False),
        ("reserved", "store", True),
        ("transit", "recipient", True),
        ("transit", "quarantine", True),
        ("recipient", "quarantine", True),
        ("store", "quarantine", True),
        ("store", "loss", True),
        ("quarantine", "outside", True),
    ],
)
def test_recalled_goods_move_aside_or_back_and_nowhere_else(world: World, source: str, target: str, goes: bool) -> None:
    lot, _ = world.put_in(world.mask, 10)
    if source != "store":
        world.post("transfer", PostingLine(lot, world.stock(), ref(source, world), 10))
    recall(world, lot)
    line = PostingLine(lot, ref(source, world), ref(target, world), 1)
    if goes:
        world.post("transfer", line)
        return
    with pytest.raises(LotFrozen) as told:
        world.post("transfer", line)
    assert "已召回(抽检不合格)" in told.value.message("zh-hans")


def test_no_transfer_between_stores_and_nothing_to_plan(world: World) -> None:
    lot, _ = world.put_in(world.mask, 10)
    recall(world, lot)
    with pytest.raises(LotFrozen):
        ledger_actions.transfer(
            book_id=world.book.pk, from_store_id=world.store.pk, to_store_id=world.second_store.pk, lines=[(lot, 1)],
            reason="调", by=world.actor("storekeeper"), at=NOON, client_id=uuid4(),
        )  # fmt: skip
    assert ledger.free_stock(world.system, world.bureau.pk, on=TODAY) == []


def test_lots_of_one_maker_or_source(world: World) -> None:
    first, same = make_lot(world, "M-1"), make_lot(world, "M-1", "JZ-2#1")
    other, corrected = make_lot(world, "M-2", "JZ-1#1"), make_lot(world, "M-9", "JZ-3#1")
    ledger_actions.record_fact(
        lot_id=corrected, fact="maker_lot", value="M-1", reason="标签看错", by=world.actor("inspector"), at=NOON,
        client_id=uuid4(),
    )  # fmt: skip
    held = recall(world, first, basis="maker_lot")
    assert {lot.pk for lot in queries.recall_lots(world.system, held.pk)} == {first, same, corrected}
    late = make_lot(world, "M-1", "JZ-4#1")
    assert [lot.pk for lot in queries.not_covered(world.system, held)] == [late]
    by_source = recall(world, other, basis="source")
    assert [lot.pk for lot in queries.recall_lots(world.system, by_source.pk)] == [other]
    loose, _ = world.put_in(world.mask, 1)
    assert refused(Invalid, lambda: recall(world, loose, basis="maker_lot")) == "MAKER_LOT_MISSING"


def test_refusals_of_the_beginning(world: World) -> None:
    lot, _ = world.put_in(world.mask, 10)
    assert refused(Invalid, lambda: recall(world, lot, reason=" ")) == "REASON_MISSING"
    assert refused(Invalid, lambda: recall(world, lot, notice=" ")) == "NOTICE_MISSING"
    assert refused(Invalid, lambda: recall(world, lot, basis="all")) == "BASIS_UNKNOWN"
    assert refused(Forbidden, lambda: recall(world, lot, role="allocator")) == "FORBIDDEN"
    assert refused(NotFound, lambda: recall(make_world("nancheng"), lot)) == "NOT_FOUND"
    with pytest.raises(Invalid) as told:
        ledger_actions.record_fact(
            lot_id=lot,
            fact="recalled",
            value="yes",
            reason="x",
            by=world.actor("inspector"),
            at=NOON,
            client_id=uuid4(),
        )
    assert told.value.code == "RECALL_NEEDS_DOCUMENT"
    recall(world, lot)
    assert refused(Conflict, lambda: recall(world, lot)) == "ALREADY_RECALLED"


def test_sent_twice_is_one_recall(world: World) -> None:
    lot, _ = world.put_in(world.mask, 10)
    key = uuid4()
    assert recall(world, lot, client_id=key) == recall(world, lot, client_id=key)
    assert Recall.objects.count() == LotFact.objects.filter(fact="recalled").count() == 1


def test_holders_with_what_they_have_say_and_give_back(world: World) -> None:
    lot, _ = world.put_in(world.mask, 100)
    give(world, lot, 30)
    give(world, lot, 20, world.town, signed=False)
    held = recall(world, lot)
    first, second = sorted(queries.holders(world.system, held), key=lambda row: -row.quantity_held)
    assert (first.organisation, first.quantity_held, first.state) == (world.hospital, 30, "open")
    assert (second.organisation, second.quantity_on_way, second.state) == (world.town, 20, "open")
    assert [(row.kind, row.quantity) for row in queries.in_house(world.system, held)] == [("store", 50)]
    [group] = queries.waiting(world.actor("coordinator"), bureau_id=world.bureau.pk, at=NOON)
    assert (group.kind, group.count) == ("recall_tell", 1)
    actions.note_told(
        recall_id=held.pk, organisation_id=world.town.pk, spoken_to="党政办", by=world.actor("duty_officer"), at=NOON,
        client_id=uuid4(),
    )  # fmt: skip
    answer(world, held, world.hospital, (lot, 25))
    assert queries.waiting(world.actor("coordinator"), bureau_id=world.bureau.pk, at=NOON) == []
    world.post("return", PostingLine(lot, ref("recipient", world), ref("quarantine", world), 30))
    rows = {row.organisation.pk: row for row in queries.holders(world.system, held)}
    done, told = rows[world.hospital.pk], rows[world.town.pk]
    assert (done.state, done.quantity_left, done.quantity_returned, done.quantity_held) == ("done", 25, 30, 0)
    assert (told.state, told.answer.spoken_to) == ("told", "党政办")  # type: ignore[union-attr]


def test_refusals_of_answers(world: World) -> None:
    lot, _ = world.put_in(world.mask, 100)
    other, _ = world.put_in(world.mask, 5)
    give(world, lot, 30)
    held = recall(world, lot)
    unit = world.hospital
    assert refused(Refusal, lambda: answer(world, held, unit, (lot, 31))) == "MORE_THAN_HELD"
    assert refused(Refusal, lambda: answer(world, held, unit)) == "LINE_MISSING"
    with pytest.raises(Refusal) as told:
        answer(world, held, unit, (lot, 1), (lot, 1), (other, 1))
    assert {each.code for each in told.value.problems} == {"LINE_TWICE", "LOT_NOT_RECALLED"}
    assert refused(NotFound, lambda: answer(world, held, world.town, (lot, 1))) == "NOT_FOUND"
    stranger = {"by": world.requester(world.town)}
    assert refused(NotFound, lambda: answer(world, held, unit, (lot, 1), **stranger)) == "NOT_FOUND"
    with pytest.raises(Invalid):
        actions.note_told(
            recall_id=held.pk, organisation_id=unit.pk, spoken_to=" ", by=world.actor("leader"), at=NOON,
            client_id=uuid4(),
        )  # fmt: skip
    key = uuid4()
    assert answer(world, held, unit, (lot, 7), client_id=key) == answer(world, held, unit, (lot, 7), client_id=key)
    assert RecallAnswer.objects.count() == 1
    end(actions.close_recall, world, held, role="coordinator")
    assert refused(Conflict, lambda: answer(world, held, unit, (lot, 1))) == "RECALL_ENDED"


def test_lifted_by_another_person_with_a_reason(world: World) -> None:
    lot, _ = world.put_in(world.mask, 10)
    held = recall(world, lot, role="leader")
    assert refused(Forbidden, lambda: end(actions.lift_recall, world, held)) == "OWN_DOCUMENT"
    assert refused(Forbidden, lambda: end(actions.lift_recall, world, held, role="storekeeper")) == "FORBIDDEN"
    missing = lambda: end(actions.lift_recall, world, held, role="coordinator", reason="")  # noqa: E731
    assert refused(Invalid, missing) == "REASON_MISSING"
    key = uuid4()
    done = end(actions.lift_recall, world, held, role="coordinator", client_id=key)
    assert (done.status, done.ended_by) == ("lifted", "coordinator 甲")
    assert end(actions.lift_recall, world, held, role="coordinator", client_id=key).status == "lifted"
    world.post("reservation", PostingLine(lot, world.stock(), ref("reserved", world), 10))
    assert refused(Conflict, lambda: end(actions.close_recall, world, held)) == "STATE_CONFLICT"
    again = recall(world, lot)
    assert again.number != held.number
    assert verify_book(world.system, world.bureau.pk).ok


def test_closed_goods_stay_stopped(world: World) -> None:
    lot, _ = world.put_in(world.mask, 10)
    held = recall(world, lot)
    world.post("loss", PostingLine(lot, world.stock(), ref("loss", world), 4))
    end(actions.close_recall, world, held, reason="已全部处理")
    with pytest.raises(LotFrozen):
        world.post("reservation", PostingLine(lot, world.stock(), ref("reserved", world), 1))
    assert refused(Conflict, lambda: recall(world, lot)) == "ALREADY_RECALLED"


def test_a_unit_sees_its_own_row_and_nobody_elses(world: World) -> None:
    lot, _ = world.put_in(world.mask, 100)
    give(world, lot, 30)
    give(world, lot, 20, world.town)
    held = recall(world, lot)
    ours = world.requester(world.hospital)
    assert [row.organisation_id for row, _ in queries.own_recalls(ours, world.hospital.pk)] == [world.hospital.pk]
    assert queries.own_recalls(ours, world.town.pk) == []
    assert queries.recall(ours, held.pk) == held
    with pytest.raises(NotFound):
        queries.recall(world.requester(world.second_hospital), held.pk)
