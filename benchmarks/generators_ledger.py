"""A book of any size, written straight into the tables: the benchmark of pages reads it, nobody proves it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.db import connection, transaction

from liangcao.foundation.database.bulk import rows_parameter, rows_table
from liangcao.ledger.entries import NONE_ID, AccountRef
from liangcao.ledger.state import accounts_for
from liangcao.reference.parties.models import Organisation
from tests.factories.world import NOON, World

LOT_POSTINGS = 50  # Each lot: one receipt, then 49 issues to units.
PIECES = 2 * (LOT_POSTINGS - 1)
LIVE = 20  # Nineteen lots of twenty are used up; two pieces of the twentieth stay in store.
BATCH_LOTS = 100
SPACE = UUID("6f1f2c1e-0000-7000-8000-000000000000")


def fill_book(world: World, postings: int) -> UUID:
    """Add `postings` postings in lots of fifty, over the days of three months; returns a lot in the middle."""
    accounts = _accounts(world)
    lots = postings // LOT_POSTINGS
    for first in range(0, lots, BATCH_LOTS):
        with transaction.atomic():
            _write(world, accounts, range(first, min(first + BATCH_LOTS, lots)))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return _lot(world, lots // 2)


def _accounts(world: World) -> dict[str, Any]:
    units = [
        AccountRef("recipient", 0, pk)
        for pk in Organisation.objects.filter(bureau=world.bureau).values_list("pk", flat=True)
    ]
    outside, store = world.outside(world.supplier), world.stock()
    found = accounts_for(world.book.pk, {outside, store, *units})
    return {"outside": found[outside].pk, "store": found[store].pk, "units": [found[unit].pk for unit in units]}


def _lot(world: World, number: int) -> UUID:
    return uuid5(SPACE, f"{world.bureau.code}/lot/{number}")


def _write(world: World, accounts: dict[str, Any], numbers: range) -> None:
    items = [world.mask.pk, world.n95.pk, world.suit.pk, world.alcohol.pk]
    moves, lots, postings, balances, totals = [], [], [], [], {}
    changes: dict[Any, int] = {}
    for number in numbers:
        day = (NOON.date() - timedelta(days=number % 90)).isoformat()
        lot, item, seq = _lot(world, number), items[number % len(items)], 1_000_000 + 2 * number
        receipt, issue = (uuid5(SPACE, f"{lot}/{name}") for name in ("in", "out"))
        moves += [
            (receipt, world.book.pk, seq, f"RK-{number}", "receipt", day),
            (issue, world.book.pk, seq + 1, f"ZD-{number}", "issue", day),
        ]
        lots.append((lot, world.book.pk, f"L-{number}", item, f"CG-{number}#1", receipt, day))
        came = PIECES + (0 if number % LIVE else 2)
        units = [accounts["units"][(number + n) % len(accounts["units"])] for n in range(LOT_POSTINGS - 1)]
        postings.append((world.book.pk, receipt, 1, lot, accounts["outside"], accounts["store"], came))
        postings += [
            (world.book.pk, issue, n, lot, accounts["store"], unit, 2) for n, unit in enumerate(units, start=1)
        ]
        held = {accounts["outside"]: ("outside", -came), accounts["store"]: ("store", came - PIECES)}
        for unit in units:
            held[unit] = ("recipient", held.get(unit, ("", 0))[1] + 2)
        balances += [
            (world.book.pk, account, lot, kind, item, quantity, day) for account, (kind, quantity) in held.items()
        ]
        for flow, quantity in (("purchase", came), ("issued", PIECES), ("delivered", PIECES)):
            key = (world.book.pk, NOON.date().isoformat(), day, world.store.pk, flow, item)
            totals[key] = totals.get(key, 0) + quantity
        for kind, store, quantity in (
            ("outside", NONE_ID, -came),
            ("store", world.store.pk, came - PIECES),
            ("recipient", NONE_ID, PIECES),
        ):
            key = (world.book.pk, kind, store, item, day)
            changes[key] = changes.get(key, 0) + quantity
    _insert_all(moves, lots, postings, balances, totals)
    _insert_changes(changes)


def _insert_all(
    moves: list[Any], lots: list[Any], postings: list[Any], balances: list[Any], totals: dict[Any, int]
) -> None:
    _insert(
        "ledger_move",
        {"id": "uuid", "book_id": "bigint", "seq": "bigint", "number": "text", "kind": "text", "business_date": "date"},
        moves,
        "recorded_at, user_id, actor_name, cause_kind, cause_ref, reason, late_reason, signatures, previous_hash, hash",
        f"'{NOON.strftime('%Y-%m-%d %H:%M:%S')}', NULL, 'x', '', '', '', '', '[]', '', ''",
    )
    _insert(
        "ledger_lot",
        {
            "id": "uuid",
            "book_id": "bigint",
            "code": "text",
            "item_id": "bigint",
            "source_ref": "text",
            "move_id": "uuid",
            "arrived_on": "date",
        },
        lots,
        "source_kind, maker_lot, no_lot_reason",
        "'purchase', '', '散装'",
    )
    columns = dict.fromkeys(("book_id", "move_id", "line", "lot_id", "source_id", "target_id", "quantity"), "bigint")
    _insert("ledger_posting", columns | {"move_id": "uuid", "lot_id": "uuid"}, postings)
    columns = {
        "book_id": "bigint",
        "account_id": "bigint",
        "lot_id": "uuid",
        "kind": "text",
        "item_id": "bigint",
        "quantity": "bigint",
        "moved_on": "date",
    }
    _insert("ledger_balance", columns, balances)
    columns = {
        "book_id": "bigint",
        "ledger_day": "date",
        "business_date": "date",
        "store_id": "bigint",
        "flow": "text",
        "item_id": "bigint",
        "quantity": "bigint",
    }
    _insert(
        "ledger_daytotal", columns, [(*key, quantity) for key, quantity in totals.items()],
        after=" ON CONFLICT (book_id, ledger_day, business_date, store_id, flow, item_id)"
        " DO UPDATE SET quantity = ledger_daytotal.quantity + excluded.quantity",
    )  # fmt: skip


def _insert_changes(changes: dict[Any, int]) -> None:
    columns = {
        "book_id": "bigint",
        "kind": "text",
        "store_id": "bigint",
        "item_id": "bigint",
        "business_date": "date",
        "quantity": "bigint",
    }
    _insert(
        "ledger_daychange", columns, [(*key, quantity) for key, quantity in changes.items()],
        after=" ON CONFLICT (book_id, kind, store_id, item_id, business_date)"
        " DO UPDATE SET quantity = ledger_daychange.quantity + excluded.quantity",
    )  # fmt: skip


def _insert(
    table: str, columns: dict[str, str], rows: list[Any], names: str = "", values: str = "", after: str = ""
) -> None:
    more_names, more_values = (f", {names}", f", {values}") if names else ("", "")
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(columns)}{more_names}) SELECT {', '.join('r.' + c for c in columns)}{more_values}"
            f" FROM {rows_table(connection, list(columns.items()))} WHERE true{after}",
            [rows_parameter(connection, rows)],
        )


def first_business_day() -> date:
    """The earliest business date that `fill_book` writes."""
    return NOON.date() - timedelta(days=89)
