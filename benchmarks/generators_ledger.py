"""A book of any size, written by the database itself: the benchmarks of pages and reads use it, nobody proves it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from liangcao.ledger.entries import NONE_ID, AccountRef
from liangcao.ledger.state import accounts_for
from liangcao.reference.parties.models import Organisation
from tests.factories.world import NOON, World

LOT_POSTINGS = 50  # Each lot: one receipt, then 49 issues to units.
PIECES = 2 * (LOT_POSTINGS - 1)
LIVE = 20  # Nineteen lots of twenty are used up; two pieces of the twentieth stay in store.
BATCH_LOTS = 20_000
DAYS = 90
# Ids are numbers: kind of row, book, row. A receipt, an issue and a lot of one number differ in the first.
LOT, RECEIPT, ISSUE = 1, 2, 3


def fill_book(world: World, postings: int, *, holders: str = "transit") -> UUID:
    """Add `postings` postings in lots of fifty, over the days of three months; returns a lot in the middle.

    `holders`: the kind of account that the units hold the goods in, "transit" as an issue leaves them, or "recipient",
    as if each were signed for at once: what is on its way is then nothing, as in most books.
    """
    lots = postings // LOT_POSTINGS
    with _unchecked():
        _name_things(world, holders)
        for first in range(0, lots, BATCH_LOTS):
            with transaction.atomic():
                _write(world, holders, first, min(first + BATCH_LOTS, lots))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return UUID(int=(LOT << 60) + (world.book.pk << 40) + lots // 2)


TABLES = ("ledger_move", "ledger_lot", "ledger_posting", "ledger_balance", "ledger_daytotal", "ledger_daychange")


@contextmanager
def _unchecked() -> Iterator[None]:
    """Without foreign keys, which would be looked up forty million times: switched off on SQLite, gone for good from
    this database on PostgreSQL."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA foreign_keys = OFF")
        else:
            cursor.execute(
                "SELECT conrelid::regclass, conname FROM pg_constraint WHERE contype = 'f'"
                " AND conrelid::regclass::text = ANY(%s)",
                [list(TABLES)],
            )
            for table, name in cursor.fetchall():
                cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        yield
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA foreign_keys = ON")


def _name_things(world: World, holders: str) -> None:
    """Numbered items, days, units and issue lines in tables of this connection, for the statements to join."""
    units = [
        AccountRef(holders, world.store.pk if holders == "transit" else NONE_ID, pk)
        for pk in Organisation.objects.filter(bureau=world.bureau).values_list("pk", flat=True)
    ]
    found = accounts_for(world.book.pk, set(units))
    items = (world.mask, world.n95, world.suit, world.alcohol)
    tables: dict[str, list[Any]] = {
        "bench_item": [item.pk for item in items],
        "bench_day": [(NOON.date() - timedelta(days=n)).isoformat() for n in range(DAYS)],
        "bench_unit": [found[unit].pk for unit in units],
        "bench_line": list(range(LOT_POSTINGS - 1)),
    }
    with connection.cursor() as cursor:
        for table, values in tables.items():
            kind = "date" if table == "bench_day" else "bigint"
            cursor.execute(f"DROP TABLE IF EXISTS {table}")
            cursor.execute(f"CREATE TEMPORARY TABLE {table} (n bigint PRIMARY KEY, v {kind})")
            cursor.executemany(f"INSERT INTO {table} VALUES (%s, %s)", list(enumerate(values)))


def _id(kind: int, world: World) -> str:
    """SQL of the id of a row: SQLite keeps 32 hex digits."""
    number = f"({(kind << 60) + (world.book.pk << 40)} + i)"
    return (
        f"printf('%032x', {number})"
        if connection.vendor == "sqlite"
        else f"lpad(to_hex({number}::bigint), 32, '0')::uuid"
    )


def _write(world: World, holders: str, first: int, end: int) -> None:
    """Lots `first` to `end` with their two documents, postings and balances, and what the days keep of them."""
    numbers = f"WITH RECURSIVE lots(i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM lots WHERE i + 1 < {end})"
    with connection.cursor() as cursor:
        for table, columns, query, after in [
            *_documents(world),
            *_balances(world, holders),
            *_days(world, holders),
        ]:
            cursor.execute(f"INSERT INTO ledger_{table} ({columns}) {numbers} SELECT {query}{after}")


Insert = tuple[str, str, str, str]  # table, columns, SELECT over `lots`, what follows
_CAME = f"({PIECES} + CASE WHEN i % {LIVE} = 0 THEN 2 ELSE 0 END)"
_ITEM = "JOIN bench_item ON bench_item.n = i % 4"
_DAY = f"JOIN bench_day ON bench_day.n = i % {DAYS}"
_UNIT = "CROSS JOIN bench_line JOIN bench_unit ON bench_unit.n = (i + bench_line.n) % (SELECT count(*) FROM bench_unit)"


def _literal(text: str, kind: str) -> str:
    return f"'{text}'" if connection.vendor == "sqlite" else f"'{text}'::{kind}"


def _places(world: World) -> tuple[int, int]:
    outside, store = world.outside(world.supplier), world.stock()
    found = accounts_for(world.book.pk, {outside, store})
    return found[outside].pk, found[store].pk


def _documents(world: World) -> list[Insert]:
    book, (out, here) = world.book.pk, _places(world)
    lot, receipt, issue = (_id(kind, world) for kind in (LOT, RECEIPT, ISSUE))
    head = (
        "id, book_id, seq, number, kind, business_date, recorded_at, user_id, actor_name, cause_kind, cause_ref,"
        " reason, late_reason, signatures, previous_hash, hash"
    )
    recorded = _literal(NOON.strftime("%Y-%m-%d %H:%M:%S"), "timestamptz")
    rest = f"bench_day.v, {recorded}, NULL, 'x', '', '', '', '', {_literal('[]', 'jsonb')}, '', '' FROM lots {_DAY}"
    lots = "id, book_id, code, item_id, source_ref, move_id, arrived_on, source_kind, maker_lot, no_lot_reason"
    lines = "book_id, move_id, line, lot_id, source_id, target_id, quantity"
    return [
        ("move", head, f"{receipt}, {book}, 1000000 + 2 * i, 'RK-' || i, 'receipt', {rest}", ""),
        ("move", head, f"{issue}, {book}, 1000001 + 2 * i, 'ZD-' || i, 'issue', {rest}", ""),
        (
            "lot",
            lots,
            f"{lot}, {book}, 'L-' || i, bench_item.v, 'CG-' || i || '#1', {receipt}, bench_day.v, 'purchase', '', '散装'"
            f" FROM lots {_ITEM} {_DAY}",
            "",
        ),
        ("posting", lines, f"{book}, {receipt}, 1, {lot}, {out}, {here}, {_CAME} FROM lots", ""),
        ("posting", lines, f"{book}, {issue}, bench_line.n + 1, {lot}, {here}, bench_unit.v, 2 FROM lots {_UNIT}", ""),
    ]


def _balances(world: World, holders: str) -> list[Insert]:
    columns = "book_id, account_id, lot_id, kind, item_id, quantity, moved_on"
    book, (out, here), lot = world.book.pk, _places(world), _id(LOT, world)
    each = f"bench_day.v FROM lots {_ITEM} {_DAY}"
    return [
        ("balance", columns, f"{book}, {out}, {lot}, 'outside', bench_item.v, -{_CAME}, {each}", ""),
        ("balance", columns, f"{book}, {here}, {lot}, 'store', bench_item.v, {_CAME} - {PIECES}, {each}", ""),
        (
            "balance",
            columns,
            f"{book}, bench_unit.v, {lot}, '{holders}', bench_item.v, 2 * count(*), {each} {_UNIT}"
            " GROUP BY i, bench_unit.v, bench_item.v, bench_day.v",
            "",
        ),
    ]


def _days(world: World, holders: str) -> list[Insert]:
    book, store, today = world.book.pk, world.store.pk, _literal(NOON.date().isoformat(), "date")
    by_day = f"FROM lots {_ITEM} {_DAY} GROUP BY bench_item.v, bench_day.v"
    flows = (("purchase", _CAME), ("issued", PIECES))
    there = store if holders == "transit" else NONE_ID
    kinds = (("outside", NONE_ID, f"-{_CAME}"), ("store", store, f"{_CAME} - {PIECES}"), (holders, there, PIECES))
    total, change = (
        "book_id, ledger_day, business_date, store_id, flow, item_id",
        "book_id, kind, store_id, item_id, business_date",
    )
    return [
        *(
            (
                "daytotal",
                f"{total}, quantity",
                f"{book}, {today}, bench_day.v, {store}, '{flow}', bench_item.v, sum({pieces}) {by_day}",
                _adding("daytotal", total),
            )
            for flow, pieces in flows
        ),
        *(
            (
                "daychange",
                f"{change}, quantity",
                f"{book}, '{kind}', {place}, bench_item.v, bench_day.v, sum({pieces}) {by_day}",
                _adding("daychange", change),
            )
            for kind, place, pieces in kinds
        ),
    ]


def _adding(table: str, key: str) -> str:
    return f" ON CONFLICT ({key}) DO UPDATE SET quantity = ledger_{table}.quantity + excluded.quantity"


def first_business_day() -> date:
    """The earliest business date that `fill_book` writes."""
    return NOON.date() - timedelta(days=DAYS - 1)
