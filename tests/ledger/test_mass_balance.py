"""Mass balance: opening + in = out + closing, to the piece, whatever happened; and it finds a balance that lies."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from liangcao.foundation.identity.actor import Grant
from liangcao.foundation.kernel.errors import Invalid, NotFound
from liangcao.ledger.entries import AccountRef, PostingLine
from liangcao.ledger.mass_balance import ItemBalance, Question, mass_balance
from liangcao.ledger.models import Balance, Lot
from tests.factories.world import NOON, TODAY, World, make_world
from tests.ledger.test_epcis import eventful, undo, with_reversals

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def balance(world: World, **asked: object) -> dict[int, ItemBalance]:
    rows = mass_balance(world.system, world.bureau.pk, Question(**asked))  # type: ignore[arg-type]
    assert [row.difference for row in rows] == [0] * len(rows)
    return {row.item_id: row for row in rows}


def test_unknown_source_and_dates_are_refused() -> None:
    world = make_world()
    with pytest.raises(NotFound, match="JZ-none"):
        balance(world, source="JZ-none")
    with pytest.raises(Invalid) as refused:
        balance(world, from_=TODAY, to=TODAY - DAY)
    assert refused.value.code == "DATES_INVALID"


def test_of_the_bureau_across_every_way() -> None:
    world = make_world()
    eventful(world)
    row = balance(world)[world.mask.pk]
    assert row.came == {"gift": 1000, "found": 8, "returned": 50}
    assert row.went == {"delivered": 250, "loss": 10 + 20 + 5 + 3}  # What units use up went before.
    assert (row.total_in, row.total_out, row.closing) == (1058, 288, 770)
    assert row.held["transit"] == 7


def test_of_a_store_counts_transfers() -> None:
    world = make_world()
    eventful(world)
    first, second = (balance(world, store_id=store.pk)[world.mask.pk] for store in (world.store, world.second_store))
    assert first.went["transfer_out"] == second.came["transfer_in"] == second.closing == 100
    assert first.closing + second.closing == balance(world)[world.mask.pk].closing


def test_reversals_count_off_the_way_that_they_undo() -> None:
    world = make_world()
    with_reversals(world)
    assert {item: dict(row.came) for item, row in balance(world).items()} == {world.alcohol.pk: {"gift": 20}}


def test_periods_join() -> None:
    world = make_world()
    eventful(world)
    lot, _moved = world.put_in(world.mask, 500, at=NOON + DAY)
    world.post(
        "loss", PostingLine(lot, world.stock(), AccountRef("loss", world.store.pk), 9), at=NOON + 2 * DAY,
        business_date=TODAY + 2 * DAY,
    )  # fmt: skip
    whole = balance(world)[world.mask.pk]
    days = [balance(world, from_=TODAY + n * DAY, to=TODAY + n * DAY)[world.mask.pk] for n in range(3)]
    assert days[0].opening == 0 and days[2].closing == whole.closing
    assert [day.opening for day in days[1:]] == [day.closing for day in days[:-1]]
    assert sum(day.total_in for day in days) == whole.total_in
    assert sum(day.total_out for day in days) == whole.total_out
    assert balance(world, to=date(2019, 1, 1)) == {}


def test_of_a_source_and_of_an_item() -> None:
    world = make_world()
    lot = eventful(world)
    world.put_in(world.n95, 40)
    source = Lot.objects.get(pk=lot).source_ref
    assert dict(balance(world, source=source)[world.mask.pk].came) == {"gift": 1000, "returned": 50}
    assert balance(world, source=source.partition("#")[0]) == balance(world, source=source)
    assert set(balance(world, item_id=world.n95.pk)) == {world.n95.pk}


def test_goods_that_never_saw_a_store_come_and_go() -> None:
    world = make_world()
    lot, _moved = world.put_in(world.mask, 30)
    unit = AccountRef("recipient", 0, world.town.pk)
    moved = world.post("direct", PostingLine(lot, world.outside(world.donor), unit, 12))
    row = balance(world)[world.mask.pk]
    assert (dict(row.came), dict(row.went), row.closing) == ({"gift": 42}, {"delivered": 12}, 30)
    assert dict(balance(world, store_id=world.store.pk)[world.mask.pk].came) == {"gift": 30}
    undo(world, moved.id)
    assert dict(balance(world)[world.mask.pk].went) == {}


def test_a_balance_that_was_changed_shows_as_a_difference() -> None:
    world = make_world()
    world.put_in(world.mask, 30)
    Balance.objects.filter(book=world.book, kind="store").update(quantity=F("quantity") - 4)
    [row] = mass_balance(world.system, world.bureau.pk, Question())
    assert row.difference == 4


def test_a_storekeeper_of_one_store_balances_his_store() -> None:
    world = make_world()
    eventful(world)
    keeper = world.actor("storekeeper")
    narrowed = replace(keeper, grants=(replace(keeper.grants[0], store_ids=frozenset({world.second_store.pk})),))
    assert isinstance(narrowed.grants[0], Grant)
    [row] = mass_balance(narrowed, world.bureau.pk, Question())
    assert (dict(row.came), row.closing, row.difference) == ({"transfer_in": 100}, 100, 0)


def test_another_bureau_is_not_counted_and_queries_stay_few() -> None:
    first, second = make_world("first"), make_world("second")
    eventful(first)
    assert balance(second) == {}
    with CaptureQueriesContext(connection) as queries:
        balance(first, from_=TODAY, to=TODAY)
    assert len(queries) <= 6
