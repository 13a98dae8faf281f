"""Scenario `torture`: its size is fixed, its numbers come from the seed, and the same seed gives the same book."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import transaction

from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.kernel.clock import business_date
from liangcao.foundation.kernel.errors import Conflict
from liangcao.interfaces.commands.demo.fill import demo_usernames, fill
from liangcao.interfaces.commands.demo.founding import LOADER, Desk
from liangcao.interfaces.commands.demo.torture import ITEMS, LOTTED, PLAIN, SERIAL, arrivals
from liangcao.ledger import queries as ledger
from liangcao.ledger.verify import verify_book
from liangcao.reference.catalog.queries import items
from liangcao.reference.parties.queries import moment, organisations, stores

NOW = datetime(2026, 3, 5, 6, 0, tzinfo=UTC)
KINDS = {code: kind for code, _name, _unit, kind in ITEMS}


def made(seed: int) -> Desk:
    (desk,) = fill(scenario="torture", now=NOW, seed=seed, say=lambda _: None)
    return desk


def is_prime(number: int) -> bool:
    return number > 1 and all(number % part for part in range(2, int(number**0.5) + 1))


def book_of(desk: Desk) -> list[Any]:
    """The documents as they came: ids, numbers, lots and how many pieces."""
    by = Actor.system(LOADER, desk.bureau_id)
    rows = ledger.postings(by, desk.bureau_id).order_by("move__seq", "line")
    return [
        (row.move_id, row.move.number, row.move.recorded_at, row.lot_id, row.lot.code, row.lot.maker_lot, row.quantity)
        for row in rows
    ]


@pytest.mark.django_db
def test_the_world_is_of_its_size_and_sound() -> None:
    desk = made(7)
    by = Actor.system(LOADER, desk.bureau_id)
    kinds = Counter(organisations(by, bureau_id=desk.bureau_id).values_list("kind", flat=True))
    assert (kinds["hospital"], kinds["township"], kinds["enterprise"]) == (6, 8, 5)
    assert stores(by, bureau_id=desk.bureau_id).count() == 3
    assert items(by).count() == len(ITEMS) == 12
    assert Counter(KINDS.values()) == {SERIAL: 4, LOTTED: 6, PLAIN: 2}
    assert len(desk.accounts) == len({account.username for account in desk.accounts}) == 30
    assert len({account.role for account in desk.accounts}) == 9
    assert {account.username for account in desk.accounts} <= set(demo_usernames())
    held = list(ledger.balances(by, desk.bureau_id, kinds=["store"]))
    assert len(held) == ledger.lots(by, desk.bureau_id).count() == 40
    assert {row.account.store_id for row in held} == set(desk.stores.values())
    for row in held:
        kind = KINDS[row.item.code]
        assert row.quantity == 1 if kind == SERIAL else is_prime(row.quantity)
        assert bool(row.lot.maker_lot) == (kind != PLAIN)
    sizes = [row.quantity for row in held if KINDS[row.item.code] != SERIAL]
    assert len(sizes) == len(set(sizes)) == 24
    assert verify_book(by, desk.bureau_id).ok
    assert business_date(moment(desk.bureau_id, NOW)) == business_date(NOW)
    assert all(row[2] < NOW for row in book_of(desk))


@pytest.mark.django_db
def test_the_same_seed_gives_the_same_book_and_another_another() -> None:
    assert arrivals(7) == arrivals(7) != arrivals(8)
    assert arrivals(-7) != arrivals(7)
    books = []
    for _ in range(2):
        with transaction.atomic():
            books.append(book_of(made(7)))
            transaction.set_rollback(True)
    assert books[0] == books[1]
    assert len(books[0]) == 40


@pytest.mark.django_db
def test_again_changes_nothing_and_another_seed_is_refused() -> None:
    desk = made(7)
    first = book_of(desk)
    assert book_of(made(7)) == first
    with pytest.raises(Conflict) as refused:
        made(8)
    assert refused.value.code == "DEMO_OF_ANOTHER_SEED"
    assert "种子 8" in refused.value.zh
    assert "seed 8" in refused.value.en
    assert book_of(desk) == first
