"""Planted edits by raw SQL with the guards off: `verify` names the first bad entry, `rebuild --check` the caches."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import connection

from liangcao.foundation.database.guards import install_guards, installed_guards
from liangcao.ledger import actions as ledger
from liangcao.ledger.entries import AccountRef, NewFact, PostingLine
from liangcao.ledger.export import json_lines
from liangcao.ledger.models import Book
from liangcao.ledger.verify import first_cache_error, verify_book
from liangcao.ledger.verify_records import verify_lines
from tests.factories.world import NOON, World, make_world


@pytest.fixture
def story(fresh_database: object) -> World:
    """Six moves: two receipts, a reservation, an issue, a delivery with a short piece, a reversal, a fact."""
    world = make_world()
    lot, first = world.put_in(world.mask, 1000, expires_on=date(2021, 1, 1))
    world.put_in(world.n95, 500)
    reserved = AccountRef("reserved", world.store.pk, world.hospital.pk)
    transit = AccountRef("transit", world.store.pk, world.hospital.pk)
    world.post("reservation", PostingLine(lot, world.stock(), reserved, 600))
    world.post("issue", PostingLine(lot, reserved, transit, 600))
    world.post("delivery", PostingLine(lot, transit, AccountRef("recipient", 0, world.hospital.pk), 590))
    ledger.reverse_move(move_id=first.id, reason="多记", by=world.system, at=NOON, client_id=uuid4(), lines={1: 100})
    world.post("fact", new_facts=[NewFact(lot, "frozen", "yes", "抽检")], reason="抽检")
    return world


@pytest.fixture
def guards_off(story: World) -> Iterator[None]:
    """The attacker is the administrator of the database: triggers, keys, checks and privileges do not stop him."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for name in installed_guards(connection):
                cursor.execute(f'DROP TRIGGER "{name}"')
            cursor.execute("PRAGMA foreign_keys = OFF")
            cursor.execute("PRAGMA ignore_check_constraints = ON")
        else:
            _open_postgresql(cursor)
    yield
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA ignore_check_constraints = OFF")


def _open_postgresql(cursor: Any) -> None:
    cursor.execute(
        "SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE contype IN ('f', 'c')"
        " AND conrelid::regclass::text LIKE 'ledger_%'"
    )
    for table, name in cursor.fetchall():
        cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    for model in apps.get_app_config("ledger").get_models():
        cursor.execute(f'ALTER TABLE "{model._meta.db_table}" DISABLE TRIGGER USER')
        cursor.execute(f'GRANT ALL ON "{model._meta.db_table}" TO CURRENT_USER')


MOVE = "(SELECT id FROM ledger_move WHERE seq = {})"
# (SQL, seq of the first bad entry, its kind); seq None = wherever, but bad.
EDITS: list[tuple[str, int | None, str]] = [
    (f"UPDATE ledger_posting SET quantity = 999 WHERE move_id = {MOVE.format(1)}", 1, "hash"),
    (f"UPDATE ledger_posting SET quantity = quantity + 1 WHERE move_id = {MOVE.format(4)}", 4, "hash"),
    (
        f"UPDATE ledger_posting SET source_id = target_id, target_id = source_id WHERE move_id = {MOVE.format(3)}",
        3,
        "hash",
    ),
    (f"UPDATE ledger_posting SET line = 2 WHERE move_id = {MOVE.format(2)}", 2, "hash"),
    (f"DELETE FROM ledger_posting WHERE move_id = {MOVE.format(5)}", 5, "hash"),
    (
        "INSERT INTO ledger_posting (book_id, move_id, line, lot_id, source_id, target_id, quantity)"
        f" SELECT book_id, move_id, 2, lot_id, source_id, target_id, 1 FROM ledger_posting WHERE move_id = {MOVE.format(2)}",
        2,
        "hash",
    ),
    ("UPDATE ledger_move SET business_date = '2020-02-01' WHERE seq = 2", 2, "hash"),
    ("UPDATE ledger_move SET actor_name = '某人' WHERE seq = 5", 5, "hash"),
    ("UPDATE ledger_move SET reason = '' WHERE seq = 6", 6, "hash"),
    ("UPDATE ledger_move SET cause_ref = 'JZ-other' WHERE seq = 1", 1, "hash"),
    ("UPDATE ledger_move SET number = 'RK20200203-9' WHERE seq = 1", 1, "hash"),
    ("UPDATE ledger_move SET previous_hash = hash WHERE seq = 3", 3, "previous_hash"),
    ("UPDATE ledger_move SET hash = previous_hash WHERE seq = 3", 3, "hash"),
    ("DELETE FROM ledger_move WHERE seq = 4", 4, "seq"),
    ("UPDATE ledger_move SET seq = seq + 100 WHERE seq = 7", 7, "seq"),
    ("UPDATE ledger_lot SET expires_on = '2022-01-01' WHERE expires_on IS NOT NULL", 1, "hash"),
    ("UPDATE ledger_lot SET source_ref = 'JZ-x#1'", 1, "hash"),
    ("UPDATE ledger_lotfact SET value = 'no'", 7, "hash"),
    ("DELETE FROM ledger_lotfact", 7, "hash"),
    (
        "INSERT INTO ledger_lotfact (book_id, lot_id, fact, value, reason, move_id)"
        " SELECT book_id, lot_id, fact, 'no', '', lot_id FROM ledger_lotfact",
        0,
        "fact",
    ),
    ("UPDATE ledger_stockaccount SET kind = 'loss' WHERE kind = 'recipient'", 5, "hash"),
    ("UPDATE ledger_bookhead SET seq = 6", 7, "head"),
    ("UPDATE ledger_balance SET quantity = quantity + 1 WHERE kind = 'store'", 0, "balance"),
    ("UPDATE ledger_balance SET kind = 'store' WHERE kind = 'recipient'", 0, "balance"),
    ("UPDATE ledger_daytotal SET quantity = quantity + 1 WHERE flow = 'issued'", 0, "day_total"),
    ("UPDATE ledger_daychange SET quantity = quantity + 1 WHERE kind = 'store'", 0, "day_change"),
    ("DELETE FROM ledger_daychange WHERE kind = 'recipient'", 0, "day_change"),
]


def test_untouched_book_is_right(story: World) -> None:
    result = verify_book(story.system, story.bureau.pk)
    assert result.ok and result.moves == 7 and result.postings == 6


@pytest.mark.parametrize(("sql", "seq", "kind"), EDITS)
def test_planted_edit_is_named(story: World, guards_off: None, sql: str, seq: int, kind: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        assert cursor.rowcount >= 1
    result = verify_book(story.system, story.bureau.pk)
    assert not result.ok and result.first_bad is not None
    assert (result.first_bad.seq, result.first_bad.kind) == (seq, kind), result.first_bad


@pytest.mark.parametrize(
    ("sql", "kind"),
    [
        ("UPDATE ledger_balance SET quantity = quantity + 1 WHERE kind = 'store'", "balance"),
        ("UPDATE ledger_daytotal SET quantity = 0 WHERE flow = 'gift'", "day_total"),
        ("UPDATE ledger_daychange SET business_date = '2020-01-01' WHERE kind = 'store'", "day_change"),
    ],
)
def test_rebuild_check_names_an_edited_cache(story: World, guards_off: None, sql: str, kind: str) -> None:
    book = Book.objects.get(pk=story.book.pk)
    assert first_cache_error(book) is None
    with connection.cursor() as cursor:
        cursor.execute(sql)
    found = first_cache_error(book)
    assert found is not None and found.kind == kind


def test_missing_trigger_is_named(story: World) -> None:
    with connection.cursor() as cursor:
        on_table = "" if connection.vendor == "sqlite" else " ON ledger_move"
        cursor.execute(f'DROP TRIGGER "keep_ledger_move_update"{on_table}')
    result = verify_book(story.system, story.bureau.pk)
    assert result.first_bad is not None and result.first_bad.kind == "guard"
    install_guards(connection)
    assert verify_book(story.system, story.bureau.pk).ok


class TestExportedFile:
    def test_is_right_without_a_database(self, story: World) -> None:
        check = verify_lines(json_lines(story.system, story.bureau.pk))
        assert check.first_bad is None and (check.moves, check.postings) == (7, 6)

    def test_equal_books_give_equal_bytes(self, story: World) -> None:
        assert list(json_lines(story.system, story.bureau.pk)) == list(json_lines(story.system, story.bureau.pk))

    @pytest.mark.parametrize(
        ("edit", "seq", "kind"),
        [
            (lambda lines: lines[:2] + lines[3:], 3, "seq"),
            (lambda lines: [lines[1], lines[0], *lines[2:]], 1, "seq"),
            (lambda lines: [lines[0].replace("1000", "1001", 1), *lines[1:]], 1, "hash"),
            (lambda lines: [*lines[:4], "{not json", *lines[5:]], 5, "line"),
            (lambda lines: [*lines[:1], "[]", *lines[2:]], 2, "record"),
        ],
    )
    def test_edited_line_is_named(self, story: World, edit, seq: int, kind: str) -> None:  # type: ignore[no-untyped-def]
        found = verify_lines(edit(list(json_lines(story.system, story.bureau.pk)))).first_bad
        assert found is not None and (found.seq, found.kind) == (seq, kind)
