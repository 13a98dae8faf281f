"""Posting a move beside the raw statements of the same engine in the same run: same tables, same rows, nothing checked,
nothing hashed. The figure to read is the ratio; these machines are noisy."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction

from liangcao.foundation.database.bulk import insert_statement, rows_parameter, rows_table
from liangcao.ledger.entries import AccountRef, NewLot, PostingLine
from liangcao.ledger.models import Move
from liangcao.ledger.state import accounts_for
from liangcao.ledger.verify import verify_book
from tests.factories.world import NOON, World, make_world

SIZES = {1: 60, 10: 40, 1000: 7, 5000: 5}
POSTING = (
    ("book_id", "bigint"), ("move_id", "uuid"), ("line", "bigint"), ("lot_id", "uuid"), ("source_id", "bigint"),
    ("target_id", "bigint"), ("quantity", "bigint"),
)  # fmt: skip


Stocked = tuple[World, list[UUID]]


@pytest.fixture
def stocked(fresh_database: object) -> tuple[Stocked, Stocked]:
    """Two bureaus: one posts through the ledger, the other's tables take raw statements, so that the first still
    proves right."""
    return fill(make_world()), fill(make_world("raw"))


def fill(world: World) -> Stocked:
    """5,000 lots in the store, and a unit that has had some of each."""
    lots = [NewLot(uuid4(), world.mask.pk, "purchase", f"CG#{n}", no_lot_reason="散装") for n in range(max(SIZES))]
    world.post(
        "receipt",
        *[PostingLine(lot.id, world.outside(world.supplier), world.stock(), 900_000) for lot in lots],
        new_lots=lots,
    )
    post(world, [lot.id for lot in lots])
    return world, [lot.id for lot in lots]


def transit(world: World) -> AccountRef:
    return AccountRef("transit", world.store.pk, world.hospital.pk)


def post(world: World, lots: list[UUID]) -> None:
    """One move through the ledger: locks, checks, balances, day totals, chain."""
    world.post("issue", *[PostingLine(lot, world.stock(), transit(world), 1) for lot in lots])


def post_raw(world: World, lots: list[UUID], source: int, target: int) -> None:
    """The least that any ledger must write: a document, its lines, the balances of both sides."""
    move = uuid4()
    rows = [(world.book.pk, move, n, lot, source, target, 1) for n, lot in enumerate(lots, start=1)]
    names = ", ".join(name for name, _ in POSTING)
    deltas = [(account, lot, change) for lot in lots for account, change in ((source, -1), (target, 1))]
    table = rows_table(("account_id", "bigint"), ("lot_id", "uuid"), ("delta", "bigint"))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO ledger_posting ({names}) SELECT {', '.join('r.' + n for n, _ in POSTING)} FROM {rows_table(*POSTING)}",
            [rows_parameter(rows)],
        )
        cursor.execute(
            f"UPDATE ledger_balance AS b SET quantity = b.quantity + r.delta FROM {table}"
            " WHERE b.account_id = r.account_id AND b.lot_id = r.lot_id",
            [rows_parameter(deltas)],
        )
        row = Move(
            id=move, book_id=world.book.pk, seq=uuid4().int % 10**15 + 10**6, number=move.hex[:20], kind="issue",
            business_date=NOON.date(), recorded_at=NOON, actor_name="raw", cause_kind="t", cause_ref="t",
        )  # fmt: skip
        cursor.execute(*insert_statement(row))


def once(act: Callable[[], None]) -> float:
    """Seconds of one call."""
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


@pytest.mark.parametrize("lines", SIZES)
def test_posting_beside_raw_statements(stocked: tuple[Stocked, Stocked], lines: int, engine: str) -> None:
    """Turn by turn, so that both meet the same noise. Prints lines a second and the ratio; the book must still prove
    right."""
    (world, lots), (other, other_lots) = stocked
    accounts = accounts_for(other.book.pk, {other.stock(), transit(other)})
    source, target = accounts[other.stock()].pk, accounts[transit(other)].pk
    spent = [
        (once(lambda: post(world, lots[:lines])), once(lambda: post_raw(other, other_lots[:lines], source, target)))
        for _ in range(SIZES[lines])
    ]
    ours, raw = median(first for first, _ in spent), median(second for _, second in spent)
    print(
        f"\n{engine}: {lines:>5} lines: {lines / ours:>9,.0f} lines/s, raw {lines / raw:>9,.0f} lines/s, ratio {raw / ours:.2f}"
    )
    assert verify_book(world.system, world.bureau.pk).ok
