"""Many at once on real commits: nothing below zero, nothing lost, losers are told what is left."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from liangcao.foundation.kernel.errors import Refusal
from liangcao.ledger import actions as ledger
from liangcao.ledger import queries
from liangcao.ledger.entries import AccountRef, PostingLine
from liangcao.ledger.models import Move, SealKey
from liangcao.ledger.refusals import StockShort
from liangcao.ledger.seals_keys import KeyNotOurs, next_key, signing_key, take_over
from liangcao.ledger.verify import verify_book
from tests.factories.world import NOON, TODAY, World, make_world

CLIENTS = 8


def issuing(world: World, lots: list[UUID], quantity: int):  # type: ignore[no-untyped-def]
    transit = AccountRef("transit", world.store.pk, world.hospital.pk)
    return lambda: world.post("issue", *[PostingLine(lot, world.stock(), transit, quantity) for lot in lots])


def test_eight_clients_race_for_the_same_lots(run_together) -> None:  # type: ignore[no-untyped-def]
    world = make_world()
    lots = [world.put_in(world.mask, 100)[0] for _ in range(3)]
    for round_number in range(4):
        # Half of them name the lots in the opposite order: locks are taken in one order all the same.
        outcomes = run_together([issuing(world, lots if client % 2 else lots[::-1], 7) for client in range(CLIENTS)])
        losers = [outcome.error for outcome in outcomes if outcome.error]
        assert all(isinstance(error, StockShort) and error.status == 409 for error in losers), losers
        won = sum(outcome.error is None for outcome in outcomes)
        expected = min(CLIENTS, (100 - 7 * CLIENTS * round_number) // 7) if round_number < 2 else 0
        assert won == max(expected, 0)
    stock = queries.stock_by_item(world.system, world.bureau.pk, on=TODAY)[world.mask.pk]
    assert (stock.store, stock.transit) == (300 - 14 * 7 * 3, 14 * 7 * 3)
    assert verify_book(world.system, world.bureau.pk).ok


def test_first_postings_to_a_new_account_at_once(run_together) -> None:  # type: ignore[no-untyped-def]
    world = make_world()
    lot, _ = world.put_in(world.mask, 1000)
    outcomes = run_together([issuing(world, [lot], 5) for _ in range(CLIENTS)])
    assert [outcome.error for outcome in outcomes] == [None] * CLIENTS
    seqs = sorted(outcome.value.seq for outcome in outcomes)
    assert seqs == list(range(2, 2 + CLIENTS))
    assert verify_book(world.system, world.bureau.pk).ok


def test_same_id_sent_eight_times_at_once_is_one_move(run_together) -> None:  # type: ignore[no-untyped-def]
    world = make_world()
    lot, _ = world.put_in(world.mask, 100)
    key = uuid4()

    def send() -> object:
        return ledger.transfer(
            book_id=world.book.pk, from_store_id=world.store.pk, to_store_id=world.second_store.pk, lines=[(lot, 4)],
            reason="就近", by=world.actor("storekeeper"), at=NOON, client_id=key,
        )  # fmt: skip

    outcomes = run_together([send] * CLIENTS)
    assert [outcome.error for outcome in outcomes] == [None] * CLIENTS
    assert len({outcome.value for outcome in outcomes}) == 1
    assert Move.objects.filter(kind="transfer").count() == 1


def test_no_issue_slips_past_a_recall(run_together) -> None:  # type: ignore[no-untyped-def]
    world = make_world()
    lot, _ = world.put_in(world.mask, 100)

    def recall() -> object:
        return ledger.mark_recalled(
            book_id=world.book.pk,
            lot_ids=[lot],
            is_recalled=True,
            cause_ref="ZH-1",
            reason="不合格",
            by=world.actor("storekeeper"),
            at=NOON,
            client_id=uuid4(),
        )

    outcomes = run_together([recall, *[issuing(world, [lot], 1) for _ in range(CLIENTS - 1)]])
    assert outcomes[0].error is None
    recalled_at = outcomes[0].value.seq
    for outcome in outcomes[1:]:
        assert isinstance(outcome.error, Refusal) or outcome.value.seq < recalled_at
    assert verify_book(world.system, world.bureau.pk).ok


def test_two_bureaus_that_seal_first_at_once_sign_with_one_key(run_together) -> None:  # type: ignore[no-untyped-def]
    worlds = [make_world(), make_world("other")]
    for world in worlds:
        world.put_in(world.mask, 100, at=NOON - timedelta(days=1))

    def seal(world: World) -> str:
        [made] = ledger.seal_day(
            bureau_id=world.bureau.pk, day=TODAY - timedelta(days=1), by=world.actor("leader"), at=NOON,
            client_id=uuid4(),
        )  # fmt: skip
        return str(made.content["key"])

    outcomes = run_together([lambda world=world: seal(world) for world in worlds])
    assert [outcome.error for outcome in outcomes] == [None, None]
    assert {outcome.value for outcome in outcomes} == set(SealKey.objects.values_list("key_id", flat=True))


def test_two_changes_of_keys_at_once_follow_one_another(run_together) -> None:  # type: ignore[no-untyped-def]
    world = make_world()
    signing_key(by=world.system, at=NOON)
    outcomes = run_together(
        [lambda: ledger.rotate_seal_key(by=world.actor("administrator"), at=NOON).key_id for _ in range(3)]
    )
    assert [outcome.error for outcome in outcomes] == [None] * 3
    keys = list(SealKey.objects.order_by("pk"))
    assert [key.previous_id for key in keys] == [None, *(key.pk for key in keys[:-1])]
    assert signing_key(by=world.system, at=NOON).key_id == keys[-1].key_id


def test_who_ends_a_change_of_keys_late_takes_nothing_of_the_next(db) -> None:  # type: ignore[no-untyped-def]
    world = make_world()
    first = signing_key(by=world.system, at=NOON)
    key_of_the_next = next_key()
    take_over(first.key_id)
    assert signing_key(by=world.system, at=NOON).key_id == first.key_id
    take_over(key_of_the_next.key_id)
    take_over(key_of_the_next.key_id)
    with pytest.raises(KeyNotOurs):
        signing_key(by=world.system, at=NOON)
