"""What guard, scope and journal cost: an act and the main lists with them, beside the same without, in turns in one run.

The figure to read is the loss in per cent; the goal of issue 3 is below 15 for posting and for the lists.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median
from typing import Any
from unittest.mock import patch
from uuid import UUID, uuid4

import pytest

from liangcao.foundation.identity.actor import Actor, Grant
from liangcao.ledger import queries
from liangcao.ledger.actions import handling, transfer
from liangcao.ledger.entries import AccountRef, NewLot, PostingLine
from liangcao.ledger.models import Balance, Move, Posting
from tests.factories.world import NOON, World, make_world

SIZES = {1: 60, 10: 40, 200: 9}
LOTS = 1_000
MOVES = 400
PAGE = 50


@pytest.fixture
def stocked(fresh_database: object) -> tuple[World, list[UUID]]:
    """Two bureaus with lots and moves, so that scope has something to leave out."""
    made = []
    for code in ("other", "shili"):
        world = make_world(code)
        lots = [NewLot(uuid4(), world.mask.pk, "purchase", f"CG#{n}", no_lot_reason="散装") for n in range(LOTS)]
        world.post(
            "receipt",
            *[PostingLine(lot.id, world.outside(world.supplier), world.stock(), 900_000) for lot in lots],
            new_lots=lots,
        )
        for lot in lots[:MOVES]:
            bare(world, [lot.id])
        made = [lot.id for lot in lots]
    return world, made


def bare(world: World, lots: list[UUID]) -> None:
    """The ledger alone."""
    other = AccountRef("store", world.second_store.pk)
    world.post("transfer", *[PostingLine(lot, world.stock(), other, 1) for lot in lots])


def without(world: World, lots: list[UUID]) -> None:
    """The same act with nothing asked of the guard, nothing left out by scope and nothing told to the journal."""
    with (
        patch.object(handling, "record", lambda **_told: None),
        patch.object(handling.guard, "acting", lambda by, *_asked, **_more: by),
    ):
        whole(world, lots, world.system)


def whole(world: World, lots: list[UUID], by: Actor) -> None:
    """The act as every door calls it."""
    transfer(
        book_id=world.book.pk, from_store_id=world.store.pk, to_store_id=world.second_store.pk,
        lines=[(lot, 1) for lot in lots], reason="就近", by=by, at=NOON, client_id=uuid4(),
    )  # fmt: skip


def timed(act: Callable[[], Any]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def loss(plain: Callable[[], Any], scoped: Callable[[], Any], rounds: int) -> tuple[float, float, float]:
    """(ms without, ms with, loss in per cent), in turns so that both meet the same machine."""
    pairs = [(timed(plain), timed(scoped)) for _ in range(rounds + 3)][3:]
    without, with_all = (median(column) * 1000 for column in zip(*pairs, strict=True))
    return without, with_all, (with_all / without - 1) * 100


def told(what: str, figures: tuple[float, float, float]) -> None:
    print(f"\n{what}: {figures[0]:.2f} ms without, {figures[1]:.2f} ms with, {figures[2]:+.0f} %")


def keepers(world: World) -> dict[str, Actor]:
    """A keeper of the bureau's stores, and one who is narrowed to two of them."""
    both = frozenset({world.store.pk, world.second_store.pk})
    narrowed = Actor(user_id=9, name="一库", grants=(Grant("storekeeper", world.bureau.pk, store_ids=both),))
    return {"whole": world.actor("storekeeper"), "narrowed": narrowed}


@pytest.mark.parametrize("size", SIZES)
def test_act_beside_the_same_without(stocked: tuple[World, list[UUID]], size: int) -> None:
    world, lots = stocked
    for name, by in keepers(world).items():
        figures = loss(lambda: without(world, lots[:size]), lambda by=by: whole(world, lots[:size], by), SIZES[size])
        told(f"transfer of {size} lines, {name}", figures)


def test_lists_beside_unscoped_ones(stocked: tuple[World, list[UUID]]) -> None:
    world, _ = stocked
    bureau = world.bureau.pk
    for name, by in keepers(world).items():
        lists: dict[str, tuple[Callable[[], Any], Callable[[], Any]]] = {
            "moves": (
                lambda: list(Move.objects.filter(book__bureau_id=bureau).order_by("-seq")[:PAGE]),
                lambda by=by: list(queries.moves(by, bureau)[:PAGE]),
            ),
            "postings": (
                lambda: list(
                    Posting.objects.filter(book__bureau_id=bureau)
                    .select_related(
                        "move", "lot__item", "source__store", "source__party", "target__store", "target__party"
                    )
                    .order_by("-move__seq", "line")[:PAGE]
                ),
                lambda by=by: list(queries.postings(by, bureau)[:PAGE]),
            ),
            "balances": (
                lambda: list(
                    Balance.objects.filter(book__bureau_id=bureau)
                    .exclude(quantity=0)
                    .select_related("account__store", "account__party", "lot", "item")
                    .order_by("pk")[:PAGE]
                ),
                lambda by=by: list(queries.balances(by, bureau).order_by("pk")[:PAGE]),
            ),
        }
        for what, (plain, scoped) in lists.items():
            told(f"list of {what}, {name}", loss(plain, scoped, 60))
