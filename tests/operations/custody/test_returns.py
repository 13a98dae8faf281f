"""What units give back: announced, counted in, refused, reversed; and the need that opens again."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from liangcao.foundation.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Refusal
from liangcao.ledger.actions import HazardNotAllowed
from liangcao.ledger.entries import AccountRef, PostingLine
from liangcao.ledger.models import Balance
from liangcao.ledger.refusals import GoodsMovedOn
from liangcao.ledger.verify import verify_book
from liangcao.operations.custody import actions, queries
from liangcao.operations.custody.models import UnitReturn
from tests.factories.custody import ask_return, give_on, receive, take
from tests.factories.dispatch import confirm, hand_over, make_delivery
from tests.factories.recall import give, recall
from tests.factories.world import NOON, World, make_world


@pytest.fixture
def world(db: object) -> World:
    return make_world()


@pytest.fixture
def lot(world: World) -> UUID:
    """The hospital signed for 40 of 100."""
    made, _ = world.put_in(world.mask, 100)
    give(world, made, 40)
    return made


def held(lot: UUID) -> dict[str, int]:
    rows = Balance.objects.filter(lot_id=lot).exclude(quantity=0).exclude(kind="outside")
    return dict(rows.values_list("kind", "quantity"))


def refused(kind: type[Refusal], do: Any) -> str:
    with pytest.raises(kind) as told:
        do()
    return told.value.code


def test_announced_then_counted_in(world: World, lot: UUID) -> None:
    asked = ask_return(world, lot, 30)
    assert held(lot) == {"store": 60, "recipient": 40}
    [group] = queries.waiting(world.actor("storekeeper"), bureau_id=world.bureau.pk, at=NOON)
    assert (group.kind, group.count) == ("unit_return_receive", 1)
    done = receive(world, asked, (lot, 25))
    assert (done.status, done.place, done.brought_by) == ("received", "quarantine", "示例送货人")
    assert held(lot) == {"store": 60, "recipient": 15, "quarantine": 25}
    [line] = queries.return_lines(world.requester(world.hospital), done.pk)
    assert (line.quantity_asked, line.quantity) == (30, 25)
    assert done.move is not None
    assert [row["name"] for row in done.move.signatures] == ["示例送货人", "storekeeper 甲"]
    assert verify_book(world.system, world.bureau.pk).ok


def test_at_the_counter_in_one_act(world: World, lot: UUID) -> None:
    key = uuid4()
    first = take(world, lot, 40, place="store", client_id=key)
    assert take(world, lot, 40, place="store", client_id=key) == first
    assert held(lot) == {"store": 100}


def test_never_more_than_the_unit_has(world: World, lot: UUID) -> None:
    with pytest.raises(Refusal) as told:
        ask_return(world, lot, 41)
    assert told.value.code == "MORE_THAN_HELD"
    assert "最多 40,填的是 41" in told.value.message("zh-hans")
    give_on(world, lot, ("一病区", 30))
    with pytest.raises(Refusal) as told:
        take(world, lot, 11)
    assert "其中 30 已分发到下面,最多 10" in told.value.message("zh-hans")
    early, late = ask_return(world, lot, 10), ask_return(world, lot, 10)
    receive(world, early, (lot, 10))
    assert refused(Refusal, lambda: receive(world, late, (lot, 10))) == "MORE_THAN_HELD"
    assert UnitReturn.objects.get(pk=late.pk).status == "asked"


def test_refusals(world: World, lot: UUID) -> None:
    asked = ask_return(world, lot, 10)
    assert refused(Invalid, lambda: ask_return(world, lot, 1, reason=" ")) == "REASON_MISSING"
    assert refused(Refusal, lambda: ask_return(world, lot, 0)) == "QUANTITY_INVALID"
    assert refused(NotFound, lambda: ask_return(world, uuid4(), 1)) == "NOT_FOUND"
    assert refused(NotFound, lambda: ask_return(world, lot, 1, by=world.requester(world.town))) == "NOT_FOUND"
    assert refused(Refusal, lambda: ask_return(world, lot, 1, world.town)) == "MORE_THAN_HELD"
    assert refused(Invalid, lambda: receive(world, asked)) == "LINES_DIFFER"
    assert refused(Invalid, lambda: receive(world, asked, (lot, 0))) == "NOTHING_CAME"
    assert refused(Invalid, lambda: receive(world, asked, (lot, 1), place="loss")) == "PLACE_UNKNOWN"
    assert refused(Invalid, lambda: receive(world, asked, (lot, 1), brought_by=" ")) == "BROUGHT_BY_MISSING"
    by_unit = {"by": world.requester(world.hospital)}
    assert refused(Forbidden, lambda: receive(world, asked, (lot, 1), **by_unit)) == "FORBIDDEN"
    stranger = {"by": make_world("nancheng").actor("storekeeper")}
    assert refused(NotFound, lambda: receive(world, asked, (lot, 1), **stranger)) == "NOT_FOUND"


def test_hazard_class_of_the_store(world: World) -> None:
    lot, _ = world.put_in(world.alcohol, 10)
    give(world, lot, 5)
    with pytest.raises(HazardNotAllowed):
        take(world, lot, 5)


def test_recalled_goods_come_back_into_quarantine_only(world: World, lot: UUID) -> None:
    recall(world, lot)
    assert refused(Conflict, lambda: take(world, lot, 5, place="store")) == "RECALLED_TO_QUARANTINE"
    assert take(world, lot, 5).status == "received"


def test_declined_and_withdrawn(world: World, lot: UUID) -> None:
    def end(do: Any, asked: UnitReturn, role: str, **more: Any) -> UnitReturn:
        by = world.actor(role) if role else world.requester(world.hospital)
        given = {"reason": "不收", "client_id": uuid4()} | more
        done: UnitReturn = do(return_id=asked.pk, by=by, at=NOON, **given)
        return done

    declined = end(actions.decline_return, ask_return(world, lot, 5), "storekeeper")
    assert (declined.status, declined.decided_reason) == ("declined", "不收")
    assert end(actions.withdraw_return, ask_return(world, lot, 5), "").status == "withdrawn"
    assert refused(
        Invalid, lambda: end(actions.decline_return, ask_return(world, lot, 5), "storekeeper", reason="")
    ) == ("REASON_MISSING")
    assert refused(Conflict, lambda: receive(world, declined, (lot, 5))) == "STATE_CONFLICT"
    assert refused(Forbidden, lambda: end(actions.decline_return, ask_return(world, lot, 5), "")) == "FORBIDDEN"
    assert held(lot)["recipient"] == 40


def reverse(world: World, done: UnitReturn, **more: Any) -> UnitReturn:
    given = {"reason": "点错", "by": world.actor("leader"), "at": NOON, "client_id": uuid4()} | more
    return actions.reverse_return(return_id=done.pk, **given)


def test_a_mistake_is_reversed(world: World, lot: UUID) -> None:
    done = take(world, lot, 15)
    assert reverse(world, done).status == "reversed"
    assert held(lot) == {"store": 60, "recipient": 40}
    assert refused(Conflict, lambda: reverse(world, done)) == "STATE_CONFLICT"
    again = take(world, lot, 15)
    world.post(
        "loss", PostingLine(lot, AccountRef("quarantine", world.store.pk), AccountRef("loss", world.store.pk), 1)
    )
    with pytest.raises(GoodsMovedOn):
        reverse(world, again)
    assert verify_book(world.system, world.bureau.pk).ok


def test_what_is_still_needed_is_open_again(world: World) -> None:
    delivery = confirm(world, hand_over(world, make_delivery(world, 100)))
    [line] = delivery.lines.select_related("requisition_line")
    need = line.requisition_line
    assert need is not None and need.status == "closed"
    lot, later = line.lot_id, {"at": delivery.signed_at, "is_still_needed": True}
    done = take(world, lot, 30, **later)
    need.refresh_from_db()
    assert need.status == "open"
    reverse(world, done, at=delivery.signed_at)
    need.refresh_from_db()
    assert need.status == "closed"
    take(world, lot, 30, at=delivery.signed_at)
    need.refresh_from_db()
    assert need.status == "closed"
