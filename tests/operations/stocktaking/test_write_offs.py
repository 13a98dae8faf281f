"""What ends when; goods that cannot be used are written off by two people."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from liangcao.foundation.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Refusal
from liangcao.ledger import actions as ledger_actions
from liangcao.ledger import queries as ledger
from liangcao.ledger.entries import AccountRef, PostingLine
from liangcao.ledger.models import Move
from liangcao.ledger.refusals import LotExpired, StockShort
from liangcao.operations.stocktaking import actions, queries
from liangcao.operations.stocktaking.actions import WriteOffInput
from liangcao.operations.stocktaking.models import WriteOff
from tests.factories.world import NOON, TODAY, World, make_world


@pytest.fixture
def world(db: object) -> World:
    return make_world()


def ask(world: World, *lines: WriteOffInput, role: str = "storekeeper", **more: Any) -> WriteOff:
    given = {"cause": "expired", "reason": "已过期", "store_id": world.store.pk, "client_id": uuid4()} | more
    return actions.ask_write_off(bureau_id=world.bureau.pk, lines=lines, by=world.actor(role), at=NOON, **given)


def decide(do: Any, world: World, asked: WriteOff, role: str = "leader", **more: Any) -> WriteOff:
    given = {"client_id": uuid4()} | more
    done: WriteOff = do(write_off_id=asked.pk, by=world.actor(role), at=NOON, **given)
    return done


def refused(kind: type[Refusal], do: Any) -> str:
    with pytest.raises(kind) as told:
        do()
    return told.value.code


def test_what_ends_when(world: World) -> None:
    for days, quantity in ((-1, 1), (0, 2), (30, 3), (31, 4), (200, 5)):
        world.put_in(world.mask, quantity, expires_on=TODAY + timedelta(days=days))
    world.put_in(world.mask, 6)
    late, _ = world.put_in(world.suit, 7, expires_on=TODAY + timedelta(days=300))
    ledger_actions.record_fact(
        lot_id=late, fact="expires_on", value="2020-02-10", reason="标签有误", by=world.actor("inspector"), at=NOON,
        client_id=uuid4(),
    )  # fmt: skip

    def found(within: int | None) -> list[int]:
        rows = queries.expiring(world.actor("auditor"), world.bureau.pk, on=TODAY, within=within)
        return [row.quantity for row in rows]

    assert found(0) == [1]
    assert found(30) == [1, 2, 7, 3]
    assert found(None) == [1, 2, 7, 3, 4, 5]
    assert queries.expiring(make_world("nancheng").actor("auditor"), world.bureau.pk, on=TODAY) == []


def test_expired_goods_are_never_offered(world: World) -> None:
    old, _ = world.put_in(world.mask, 10, expires_on=date(2020, 2, 2))
    last_day, _ = world.put_in(world.mask, 20, expires_on=TODAY)
    free = ledger.free_stock(world.system, world.bureau.pk, on=TODAY)
    assert [(row.lot_id, row.quantity) for row in free] == [(last_day, 20)]
    for kind, target in (("reservation", "reserved"), ("issue", "transit")):
        with pytest.raises(LotExpired):
            world.post(kind, PostingLine(old, world.stock(), AccountRef(target, world.store.pk, world.hospital.pk), 1))


def test_asked_by_one_approved_by_another(world: World) -> None:
    lot, _ = world.put_in(world.mask, 10, expires_on=date(2020, 2, 2))
    asked = ask(world, WriteOffInput(lot, 10))
    assert Move.objects.filter(kind="loss").count() == 0
    assert refused(Forbidden, lambda: decide(actions.approve_write_off, world, asked, "storekeeper")) == "FORBIDDEN"
    [group] = queries.waiting(world.actor("leader"), bureau_id=world.bureau.pk, at=NOON)
    assert (group.kind, group.count) == ("write_off_approve", 1)
    key = uuid4()
    done = decide(actions.approve_write_off, world, asked, client_id=key)
    assert decide(actions.approve_write_off, world, asked, client_id=key).move_id == done.move_id
    move = Move.objects.get(pk=done.move_id)
    assert (move.kind, move.cause_ref, move.reason) == ("loss", asked.number, "已过期")
    assert ledger.balances(world.system, world.bureau.pk, kinds=["loss"]).get().quantity == 10
    assert refused(Conflict, lambda: decide(actions.approve_write_off, world, asked)) == "STATE_CONFLICT"


def test_who_asked_does_not_approve(world: World) -> None:
    from dataclasses import replace

    lot, _ = world.put_in(world.mask, 10)
    asked = ask(world, WriteOffInput(lot, 1))
    both = replace(world.actor("leader"), user_id=world.actor("storekeeper").user_id)
    with pytest.raises(Forbidden) as told:
        actions.approve_write_off(write_off_id=asked.pk, by=both, at=NOON, client_id=uuid4())
    assert told.value.code == "OWN_DOCUMENT"


def test_declined_and_withdrawn_leave_the_goods(world: World) -> None:
    lot, _ = world.put_in(world.mask, 10)
    first, second = ask(world, WriteOffInput(lot, 4)), ask(world, WriteOffInput(lot, 4))
    assert refused(Invalid, lambda: decide(actions.decline_write_off, world, first, reason="")) == "REASON_MISSING"
    assert decide(actions.decline_write_off, world, first, reason="还能用").status == "declined"
    assert decide(actions.withdraw_write_off, world, second, "storekeeper", reason="看错了").status == "withdrawn"
    assert ledger.balances(world.system, world.bureau.pk, kinds=["store"]).get().quantity == 10


def test_refusals(world: World) -> None:
    lot, _ = world.put_in(world.mask, 10)
    assert refused(Invalid, lambda: ask(world)) == "LINES_EMPTY"
    assert refused(Invalid, lambda: ask(world, WriteOffInput(lot, 1), reason=" ")) == "REASON_MISSING"
    assert refused(Invalid, lambda: ask(world, WriteOffInput(lot, 1), cause="lost")) == "CAUSE_UNKNOWN"
    assert refused(Invalid, lambda: ask(world, WriteOffInput(lot, 0))) == "QUANTITY_INVALID"
    assert refused(Invalid, lambda: ask(world, WriteOffInput(lot, 1), WriteOffInput(lot, 2))) == "LINE_TWICE"
    assert refused(Conflict, lambda: ask(world, WriteOffInput(lot, 11))) == "STOCK_SHORT"
    assert refused(NotFound, lambda: ask(world, WriteOffInput(uuid4(), 1))) == "NOT_FOUND"
    assert refused(NotFound, lambda: ask(world, WriteOffInput(lot, 1, "quarantine"))) == "NOT_FOUND"
    assert refused(Forbidden, lambda: ask(world, WriteOffInput(lot, 1), role="leader")) == "FORBIDDEN"
    asked = ask(world, WriteOffInput(lot, 10))
    world.post("issue", PostingLine(lot, world.stock(), AccountRef("transit", world.store.pk, world.hospital.pk), 5))
    with pytest.raises(StockShort):
        decide(actions.approve_write_off, world, asked)
    assert WriteOff.objects.get().status == "asked"
