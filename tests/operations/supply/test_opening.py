"""Opening stock: entered whole or not at all, signed by two people, posted once, closed for good."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from liangcao.foundation.identity.actor import Actor, Grant
from liangcao.foundation.journal.models import JournalEntry
from liangcao.foundation.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from liangcao.ledger import queries as ledger
from liangcao.ledger.models import Lot, Move
from liangcao.ledger.verify import verify_book
from liangcao.operations.supply import actions, queries
from liangcao.operations.supply.actions import OpeningLineInput
from liangcao.operations.supply.models import OpeningStock
from tests.factories.world import NOON, World, make_world

# The world's book was opened twenty days before noon; opening stock is taken for fourteen.
EARLY = NOON - timedelta(days=10)


@pytest.fixture
def world(db: object) -> World:
    return make_world()


def line(world: World, quantity: object = 1000, **more: Any) -> OpeningLineInput:
    given = {"store_id": world.store.pk, "item_id": world.mask.pk} | more
    return OpeningLineInput(quantity=quantity, **given)


def enter(world: World, *lines: OpeningLineInput, role: str = "storekeeper", **more: Any) -> OpeningStock:
    given = {"at": EARLY, "client_id": uuid4()} | more
    return actions.enter_opening_stock(bureau_id=world.bureau.pk, lines=lines, by=world.actor(role), **given)


def sign(world: World, role: str, *, act: Any = actions.sign_opening_stock, **more: Any) -> OpeningStock:
    held = OpeningStock.objects.get(bureau=world.bureau)
    given = {"version": held.version, "at": EARLY, "client_id": uuid4()} | more
    return act(bureau_id=world.bureau.pk, by=world.actor(role), **given)


def confirm(world: World, role: str, **more: Any) -> OpeningStock:
    return sign(world, role, act=actions.confirm_opening_stock, **more)


def test_two_people_bring_the_opening_stock_into_the_book(world: World) -> None:
    enter(
        world,
        line(world, 2, unit="箱", maker_lot="A1", expires_on=date(2022, 1, 1)),
        line(world, 300, item_id=world.suit.pk),
    )
    sign(world, "storekeeper")
    live = confirm(world, "leader")
    assert (live.status, live.signed_by, live.confirmed_by) == ("live", "storekeeper 甲", "leader 甲")
    held = ledger.stock_by_item(world.system, world.bureau.pk, on=NOON.date())
    assert (held[world.mask.pk].on_hand, held[world.suit.pk].on_hand) == (960, 300)
    move = Move.objects.get(pk=live.move_id)
    assert move.kind == "opening"
    assert [signature["name"] for signature in move.signatures] == ["storekeeper 甲", "leader 甲"]
    assert set(Lot.objects.filter(move=move).values_list("source_kind", flat=True)) == {"opening"}
    assert verify_book(world.system, world.bureau.pk).ok
    acts = JournalEntry.objects.filter(object_kind="opening_stock").order_by("id").values_list("action", flat=True)
    assert list(acts) == ["enter_opening_stock", "sign_opening_stock", "confirm_opening_stock"]


def test_empty_stores_go_live_without_a_move(world: World) -> None:
    enter(world)
    sign(world, "storekeeper")
    assert confirm(world, "leader").move_id is None
    assert not Move.objects.exists()


def test_what_nobody_entered_is_not_signed(world: World) -> None:
    """Empty stores are said to be empty by somebody, then signed for."""
    with pytest.raises(NotFound):
        actions.sign_opening_stock(
            bureau_id=world.bureau.pk, version=1, by=world.actor("storekeeper"), at=EARLY, client_id=uuid4()
        )
    assert not OpeningStock.objects.exists()


def test_entering_again_replaces_the_list(world: World) -> None:
    enter(world, line(world, 5), line(world, 7, item_id=world.n95.pk))
    enter(world, line(world, 9))
    lines = queries.opening_lines(world.system, bureau_id=world.bureau.pk)
    assert [(row.item.code, row.quantity) for row in lines] == [("T-mask", 9)]


def test_the_same_id_enters_once(world: World) -> None:
    key = uuid4()
    first = enter(world, line(world), client_id=key)
    assert enter(world, line(world), client_id=key).version == first.version


def test_all_problems_are_told_with_their_rows_and_nothing_is_written(world: World) -> None:
    with pytest.raises(Invalid) as refused:
        enter(
            world,
            line(world, 10, row=2),
            line(world, 0, row=3),
            line(world, 10, unit="托盘", row=4),
            line(world, 10, store_id=10**9, row=5),
            line(world, 10, item_id=world.alcohol.pk, row=6),
            line(world, 10, produced_on=NOON.date(), row=7),
            line(world, 20, row=8),
        )
    told = [(problem.row, problem.code) for problem in refused.value.problems]
    assert told == [
        (3, "QUANTITY_INVALID"),
        (4, "UNIT_UNKNOWN"),
        (5, "NOT_FOUND"),
        (6, "STORE_HAZARD"),
        (7, "PRODUCED_IN_FUTURE"),
        (8, "LINE_TWICE"),
    ]
    assert not OpeningStock.objects.exists()


def test_the_first_signer_cannot_be_the_second(world: World) -> None:
    enter(world, line(world))
    sign(world, "leader")
    with pytest.raises(Forbidden) as refused:
        confirm(world, "leader")
    assert refused.value.code == "SECOND_PERSON_NEEDED"
    assert not Move.objects.exists()


def test_the_database_refuses_one_person_twice(world: World) -> None:
    enter(world, line(world))
    signed = sign(world, "leader")
    held = OpeningStock.objects.filter(pk=signed.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        held.update(status="live", confirmed_by="x", confirmed_at=NOON, confirmed_user_id=signed.signed_user_id)


def test_a_signed_list_is_sent_back_before_it_is_changed(world: World) -> None:
    enter(world, line(world))
    sign(world, "storekeeper")
    with pytest.raises(Conflict) as refused:
        enter(world, line(world, 5))
    assert refused.value.code == "OPENING_SIGNED"
    returned = sign(world, "leader", act=actions.return_opening_stock, reason="二号库未盘")
    assert (returned.status, returned.signed_by) == ("draft", "")
    assert enter(world, line(world, 5)).status == "draft"


def test_a_list_that_was_changed_meanwhile_is_not_signed(world: World) -> None:
    seen = enter(world, line(world)).version
    enter(world, line(world, 5))
    with pytest.raises(Conflict) as refused:
        sign(world, "leader", version=seen)
    assert refused.value.code == "OPENING_CHANGED"


def test_steps_are_not_skipped(world: World) -> None:
    enter(world, line(world))
    with pytest.raises(Conflict):
        confirm(world, "leader")


def test_a_live_book_takes_no_opening_stock(world: World) -> None:
    enter(world, line(world))
    sign(world, "storekeeper")
    confirm(world, "leader")
    with pytest.raises(Conflict) as refused:
        enter(world, line(world, 5))
    assert refused.value.code == "OPENING_LIVE"


def test_opening_stock_that_comes_late_is_refused(world: World) -> None:
    with pytest.raises(Conflict) as refused:
        enter(world, line(world), at=NOON)
    assert refused.value.code == "OPENING_LATE"
    assert "期初建账限开账后 14 天,已于 2020-01-28 截止;以后发现的库存按盘盈处理" in refused.value.zh
    enter(world, line(world))
    sign(world, "storekeeper")
    with pytest.raises(Conflict):
        confirm(world, "leader", at=NOON)


@pytest.mark.parametrize("role", ["auditor", "buyer"])
def test_others_neither_enter_nor_sign(world: World, role: str) -> None:
    with pytest.raises(Forbidden):
        enter(world, line(world), role=role)
    enter(world, line(world))
    with pytest.raises(Forbidden):
        sign(world, role)


def test_who_keeps_one_store_only_does_not_replace_the_list_of_all(world: World) -> None:
    grant = Grant("storekeeper", world.bureau.pk, store_ids=frozenset({world.store.pk}))
    narrow = Actor(user_id=9, name="仓管员乙", grants=(grant,))
    with pytest.raises(Forbidden):
        actions.enter_opening_stock(
            bureau_id=world.bureau.pk, lines=[line(world)], by=narrow, at=EARLY, client_id=uuid4()
        )


def test_another_bureau_sees_nothing(world: World) -> None:
    enter(world, line(world))
    other = make_world("other")
    with pytest.raises(NotFound):
        actions.enter_opening_stock(
            bureau_id=world.bureau.pk, lines=(), by=other.actor("storekeeper"), at=EARLY, client_id=uuid4()
        )
    assert queries.opening_stock_if_any(other.actor("leader"), bureau_id=world.bureau.pk) is None
    assert not queries.opening_lines(other.actor("leader"), bureau_id=world.bureau.pk)
