"""Balances of an earlier day and of an earlier knowledge are what the other reading of the postings gives."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.db.models import QuerySet

from liangcao.foundation.identity.actor import Actor, Grant
from liangcao.ledger.entries import PostingLine
from liangcao.ledger.holdings import seq_now
from liangcao.ledger.kinds import AccountKind
from liangcao.ledger.models import Balance
from liangcao.ledger.past_balances import balances_then
from liangcao.ledger.queries import balances
from liangcao.ledger.registers import holdings_at
from tests.factories.world import NOON, TODAY, World, make_world
from tests.ledger.random_moves import DAYS, FIRST, Hazard

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def world() -> World:
    return make_world()


def told(rows: QuerySet[Balance]) -> dict[tuple[Any, ...], int]:
    """One row for each account and lot, by what names it."""
    found = {
        (row.item_id, row.kind, row.account.store_id, row.account.party_id, row.lot_id): row.held  # type: ignore[attr-defined]
        for row in rows
    }
    assert len(found) == rows.count()
    return found


def test_any_day_and_any_knowledge_agree_with_the_holdings(world: World) -> None:
    Hazard(world, 1).play(50)
    last = seq_now(world.system, world.bureau.pk)
    days = [FIRST - DAY, *(FIRST + number * DAY for number in range(DAYS))]
    seen = 0
    for day, seq in product(days, [None, last // 2]):
        held = holdings_at(
            world.system, world.bureau.pk, day=day, seq=seq, kinds=[str(kind) for kind in AccountKind], by_lot=True
        )
        expected = {(r.item_id, r.kind, r.store_id, r.party_id, r.lot_id): r.quantity for r in held}
        assert told(balances_then(world.system, world.bureau.pk, day=day, seq=seq)) == expected
        sums: dict[Any, int] = defaultdict(int)
        for (*_account, lot), quantity in expected.items():
            sums[lot] += quantity
        assert not any(sums.values())
        seen += len(expected)
    assert seen > 100
    assert told(balances_then(world.system, world.bureau.pk, day=FIRST - DAY)) == {}


def test_today_it_is_the_balance_of_now(world: World) -> None:
    Hazard(world, 3).play(30)
    now = {row.pk: row.quantity for row in balances(world.system, world.bureau.pk)}
    assert {row.pk: row.held for row in balances_then(world.system, world.bureau.pk, day=TODAY)} == now  # type: ignore[attr-defined]


def test_each_filter_narrows(world: World) -> None:
    lot, _moved = world.put_in(world.mask, 700, at=NOON - 2 * DAY)
    world.put_in(world.n95, 30, at=NOON - 2 * DAY)
    world.post("transfer", PostingLine(lot, world.stock(), world.stock(world.second_store), 200), at=NOON)
    yesterday = TODAY - DAY

    def asked(**more: Any) -> list[int]:
        rows = balances_then(world.system, world.bureau.pk, **{"day": yesterday, **more})
        return sorted(row.held for row in rows)  # type: ignore[attr-defined]

    assert asked() == [-700, -30, 30, 700]
    assert asked(kinds=["store"]) == [30, 700]
    assert asked(lot_id=lot) == [-700, 700]
    assert asked(item_id=world.n95.pk) == [-30, 30]
    assert asked(party_id=world.donor.pk) == [-700, -30]
    assert asked(store_id=world.second_store.pk) == []
    assert asked(store_id=world.second_store.pk, day=TODAY) == [200]


def test_a_keeper_of_one_store_sees_his_store_as_it_was(world: World) -> None:
    lot, _moved = world.put_in(world.mask, 700, at=NOON - 2 * DAY)
    world.post("transfer", PostingLine(lot, world.stock(), world.stock(world.second_store), 200), at=NOON)
    other = make_world("other")
    other.put_in(other.mask, 977, at=NOON - 2 * DAY)
    grant = Grant("storekeeper", world.bureau.pk, store_ids=frozenset([world.store.pk]))
    keeper = Actor(user_id=901, name="一号库仓管员", grants=(grant,))

    def asked(day: Any) -> list[int]:
        return [row.held for row in balances_then(keeper, world.bureau.pk, day=day)]  # type: ignore[attr-defined]

    assert (asked(TODAY - DAY), asked(TODAY)) == ([700], [500])
    assert not balances_then(keeper, other.bureau.pk, day=TODAY - DAY)
