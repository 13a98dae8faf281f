"""The database keeps what is posted: attacks by ORM and by raw SQL, on both engines."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import F

from liangcao.foundation.database.guards import append_only_models
from liangcao.ledger.models import Balance, Lot, Move, Posting
from tests.factories.world import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    made = make_world()
    made.put_in(made.mask, 100)
    return made


def refused(sql: str, *parameters: object) -> str:
    """Run raw SQL that must fail and return the database's words."""
    with pytest.raises(DatabaseError) as error, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, parameters)
    return str(error.value)


def test_every_table_of_the_book_is_registered() -> None:
    registered = {model._meta.db_table for model, _ in append_only_models()}
    assert {
        "ledger_move",
        "ledger_posting",
        "ledger_lot",
        "ledger_lotfact",
        "ledger_stockaccount",
        "journal_journalentry",
    } <= registered


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE ledger_posting SET quantity = 99",
        "UPDATE ledger_posting SET quantity = quantity",
        "UPDATE ledger_move SET actor_name = '别人'",
        "UPDATE ledger_move SET hash = previous_hash",
        "UPDATE ledger_lot SET maker_lot = 'X'",
        "UPDATE ledger_stockaccount SET kind = 'loss'",
        "UPDATE journal_journalentry SET reason = 'x'",
        "DELETE FROM ledger_posting",
        "DELETE FROM ledger_move",
        "DELETE FROM ledger_lot",
        "DELETE FROM journal_journalentry",
    ],
)
def test_update_and_delete_by_raw_sql(world: World, sql: str) -> None:
    assert "append-only" in refused(sql) or "permission denied" in refused(sql)


@pytest.mark.parametrize("model", [Move, Posting, Lot])
def test_update_and_delete_by_orm(world: World, model: type) -> None:
    for attempt in (lambda: model.objects.all().delete(), lambda: model.objects.update(book=F("book"))):
        with pytest.raises((DatabaseError, Exception)), transaction.atomic():
            attempt()
    assert model.objects.count() == 1


def test_truncate_on_postgresql(world: World) -> None:
    if connection.vendor == "postgresql":
        assert refused("TRUNCATE ledger_posting")


def test_insert_or_replace_on_sqlite(world: World) -> None:
    if connection.vendor != "sqlite":
        return
    columns = "id, book_id, move_id, line, lot_id, source_id, target_id"
    by_id = f"INSERT OR REPLACE INTO ledger_posting ({columns}, quantity) SELECT {columns}, 7 FROM ledger_posting"
    assert "append-only" in refused(by_id)
    by_line = f"INSERT OR REPLACE INTO ledger_posting ({columns}, quantity) SELECT id + 1000, book_id, move_id, line, lot_id, source_id, target_id, 7 FROM ledger_posting"
    assert "append-only" in refused(by_line)
    assert Posting.objects.get().quantity == 100


@pytest.mark.parametrize("value", ["1.5", "'12'", "0", "-3", "1000000000"])
def test_quantity_column_takes_only_whole_numbers_in_range(world: World, value: str) -> None:
    columns = "book_id, move_id, lot_id, source_id, target_id"
    sql = f"INSERT INTO ledger_posting ({columns}, line, quantity) SELECT {columns}, 2, {value} FROM ledger_posting"
    if value in ("1.5", "'12'") and connection.vendor == "postgresql":
        # A bigint column cannot hold a fraction: PostgreSQL rounds the literal or reads the text as the number it is.
        with connection.cursor() as cursor, transaction.atomic():
            cursor.execute(sql)
            assert all(type(q) is int for q in Posting.objects.values_list("quantity", flat=True))
            transaction.set_rollback(True)
        return
    if value == "'12'":
        return  # SQLite's bigint affinity turns the text into the integer 12 before the CHECK sees it.
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_balance_below_zero(world: World) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Balance.objects.filter(kind="store").update(quantity=-1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Balance.objects.filter(kind="outside").update(quantity=1)


def test_source_equal_to_target(world: World) -> None:
    columns = "book_id, move_id, lot_id, source_id"
    sql = f"INSERT INTO ledger_posting ({columns}, target_id, line, quantity) SELECT {columns}, source_id, 2, 1 FROM ledger_posting"
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_second_move_with_the_same_seq(world: World) -> None:
    move = Move.objects.get()
    move.pk, move.number, move.recorded_at = None, "X", move.recorded_at + timedelta(seconds=1)
    from uuid import uuid4

    move.pk = uuid4()
    with pytest.raises(IntegrityError), transaction.atomic():
        move.save(force_insert=True)
