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

SIZES = {1: 200, 10: 100, 1000: 9, 5000: 5}
Columns = tuple[tuple[str, str], ...]
POSTING: Columns = (
    ("book_id", "bigint"), ("move_id", "uuid"), ("line", "bigint"), ("lot_id", "uuid"), ("source_id", "bigint"),
    ("target_id", "bigint"), ("quantity", "bigint"),
)  # fmt: skip
DAY_TOTAL: Columns = (
    ("book_id", "bigint"), ("ledger_day", "date"), ("business_date", "date"), ("store_id", "bigint"), ("flow", "text"),
    ("item_id", "bigint"), ("quantity", "bigint"),
)  # fmt: skip
DAY_CHANGE: Columns = (
    ("book_id", "bigint"), ("kind", "text"), ("store_id", "bigint"), ("item_id", "bigint"), ("business_date", "date"),
    ("quantity", "bigint"),
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
    """The same rows by raw statements: lines, balances, document, day totals, day changes, head."""
    move, book, day = uuid4(), world.book.pk, NOON.date()
    pieces, item, store = len(lots), world.mask.pk, world.store.pk
    row = Move(
        id=move, book_id=book, seq=uuid4().int % 10**15 + 10**6, number=move.hex[:20], kind="issue",
        business_date=day, recorded_at=NOON, actor_name="raw", cause_kind="t", cause_ref="t",
    )  # fmt: skip
    deltas = [(account, lot, change) for lot in lots for account, change in ((source, -1), (target, 1))]
    changes = [
        (book, kind, store, item, day.isoformat(), way * pieces) for kind, way in (("store", -1), ("transit", 1))
    ]
    table = rows_table(("account_id", "bigint"), ("lot_id", "uuid"), ("delta", "bigint"))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            *inserting("posting", POSTING, [(book, move, n, lot, source, target, 1) for n, lot in enumerate(lots, 1)])
        )
        cursor.execute(
            f"UPDATE ledger_balance AS b SET quantity = b.quantity + r.delta FROM {table}"
            " WHERE b.account_id = r.account_id AND b.lot_id = r.lot_id",
            [rows_parameter(deltas)],
        )
        cursor.execute(*insert_statement(row))
        cursor.execute(
            *inserting("daytotal", DAY_TOTAL, [(book, day.isoformat(), day.isoformat(), store, "issued", item, pieces)])
        )
        cursor.execute(*inserting("daychange", DAY_CHANGE, changes))
        cursor.execute(
            "UPDATE ledger_bookhead SET seq = seq + 1, hash = %s, recorded_at = %s WHERE book_id = %s",
            [move.hex * 2, NOON.strftime("%Y-%m-%d %H:%M:%S+00:00"), book],
        )


def inserting(table: str, columns: Columns, rows: list[tuple[object, ...]]) -> tuple[str, list[str]]:
    """INSERT of rows; of sums, into the row that is there."""
    names = ", ".join(name for name, _ in columns)
    chosen = ", ".join(f"r.{name}" for name, _ in columns)
    key = names.rpartition(", ")[0]
    add_up = f" ON CONFLICT ({key}) DO UPDATE SET quantity = ledger_{table}.quantity + excluded.quantity"
    text = f"INSERT INTO ledger_{table} ({names}) SELECT {chosen} FROM {rows_table(*columns)} WHERE true"
    return text + ("" if columns is POSTING else add_up), [rows_parameter(rows)]


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
    for _ in range(10 if lines <= 10 else 1):
        post(world, lots[:lines])
        post_raw(other, other_lots[:lines], source, target)
    spent = [
        (once(lambda: post(world, lots[:lines])), once(lambda: post_raw(other, other_lots[:lines], source, target)))
        for _ in range(SIZES[lines])
    ]
    ours, raw = median(first for first, _ in spent), median(second for _, second in spent)
    print(
        f"\n{engine}: {lines:>5} lines: {lines / ours:>9,.0f} lines/s, raw {lines / raw:>9,.0f} lines/s, ratio {raw / ours:.2f}"
    )
    assert verify_book(world.system, world.bureau.pk).ok
