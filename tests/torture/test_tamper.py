"""Whoever edits the book behind the product's back is found, and named; who leaves it alone is left alone."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.db import connection, transaction

from liangcao.foundation.journal.batches import cut_batches
from liangcao.foundation.journal.verify import check_journal
from liangcao.ledger import actions as ledger
from liangcao.ledger.entries import AccountRef, PostingLine
from liangcao.ledger.export import json_lines
from liangcao.ledger.models import Balance, Book
from liangcao.ledger.seals_queries import seal_lines
from liangcao.ledger.verify import first_cache_error, verify_book
from liangcao.ledger.verify_records import read_seals, verify_lines
from tests.factories.world import NOON, World, make_world
from tests.ledger.test_seals_proof import sealed_book
from tests.ledger.test_verify import guards_off  # noqa: F401 - a fixture
from tests.rig import databases
from tests.rig.databases import TestDatabase
from tests.torture.conftest import SEED, is_nightly
from tests.torture.tamper import CACHES, EDITS, Forger

FEW_EDITS, ALL_EDITS = 66, 300
FEW_COPIES, ALL_COPIES = 25, 100


@pytest.fixture
def story(fresh_database: TestDatabase) -> World:
    """A book of four days, three of them sealed. `guards_off` opens it."""
    world = make_world()
    sealed_book(world)
    return world


@pytest.fixture
def all_open(guards_off: None) -> None:  # noqa: F811
    """The tables of journal and files, too. On SQLite `guards_off` has dropped every trigger."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for table in ("journal_journalentry", "files_storedfile"):
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER; GRANT ALL ON {table} TO CURRENT_USER")


@pytest.mark.slow
def test_every_edit_of_the_database_is_found_and_named(story: World, all_open: None) -> None:
    administrator, book = story.actor("audit_administrator"), Book.objects.get(pk=story.book.pk)
    missed, misnamed = [], []
    names = sorted(EDITS)
    for number in range(ALL_EDITS if is_nightly() else FEW_EDITS):
        name = names[number % len(names)]
        with transaction.atomic():
            seq = EDITS[name](Forger(story, SEED * 1000 + number))
            bad = verify_book(administrator, story.bureau.pk).first_bad
            # The missing triggers are named before a fault of the journal: ask for that alone.
            in_journal = check_journal(administrator, story.bureau.pk).fault
            rebuilt = first_cache_error(book)
            transaction.set_rollback(True)
        # With the triggers off the proof always ends with "guard": that is no find.
        if (bad is None or bad.kind == "guard") and in_journal is None:
            missed.append((number, name))
        elif seq is not None and (bad is None or bad.seq != seq):
            misnamed.append((number, name, seq, bad))
        if name in CACHES and rebuilt is None:
            missed.append((number, f"{name}: rebuild --check"))
    assert (missed, misnamed) == ([], [])


@pytest.mark.slow
@pytest.mark.django_db
def test_untouched_books_raise_no_alarm() -> None:
    """Another document each time, now and then a sealed day: proof, caches and the exported file are silent."""
    world = make_world()
    auditor, chance = world.actor("audit_administrator"), random.Random(SEED)
    for number in range(ALL_COPIES if is_nightly() else FEW_COPIES):
        _one_more(world, chance)
        if number % 10 == 9:
            cut_batches()
            assert verify_lines(json_lines(auditor, world.bureau.pk)).first_bad is None
        assert verify_book(auditor, world.bureau.pk).first_bad is None
        assert first_cache_error(world.book) is None


def _one_more(world: World, chance: random.Random) -> None:
    lot, moved = world.put_in(chance.choice([world.mask, world.n95]), chance.randint(5, 500))
    unit = AccountRef("transit", world.store.pk, world.hospital.pk)
    match chance.randrange(4):
        case 0:
            world.post("issue", PostingLine(lot, world.stock(), unit, 5))
        case 1:
            world.post("transfer", PostingLine(lot, world.stock(), world.stock(world.second_store), 3))
        case 2:
            ledger.reverse_move(move_id=moved.id, reason="多记", by=world.system, at=NOON, client_id=uuid4())


@pytest.fixture
def older(fresh_database: TestDatabase) -> Iterator[TestDatabase]:
    """An empty place for a backup."""
    made = databases.new_database(fresh_database.engine)
    yield made
    databases.drop(made)


def backed_up(database: TestDatabase, to: TestDatabase) -> None:
    """A copy of everything, as it is now."""
    if database.engine == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        databases.disconnect()
        shutil.copyfile(databases.path_of(database), databases.path_of(to))
    else:
        databases.disconnect()
        databases.administer(f'CREATE DATABASE "{to.name}" TEMPLATE "{database.name}"')


def _lines(world: World) -> list[str]:
    cut_batches()
    return list(json_lines(world.actor("audit_administrator"), world.bureau.pk))


@pytest.mark.slow
def test_an_old_backup_is_found_by_the_seal_outside(fresh_database: TestDatabase, older: TestDatabase) -> None:
    world = make_world()
    world.put_in(world.mask, 100)
    backed_up(fresh_database, older)
    sealed_book(world)
    outside = list(seal_lines(world.actor("auditor"), world.bureau.pk))
    assert verify_lines(_lines(world), read_seals(outside)).first_bad is None
    databases.connect_to(older.url)
    assert verify_book(world.actor("audit_administrator"), world.bureau.pk).ok
    assert Balance.objects.exclude(quantity=0).count() == 2
    alone, bad = verify_lines(_lines(world)).first_bad, verify_lines(_lines(world), read_seals(outside)).first_bad
    databases.connect_to(fresh_database.url)
    assert alone is None, "an old backup fits in itself: that is why seals leave the building"
    assert bad is not None
    assert bad.kind == "truncated"


@pytest.mark.slow
def test_a_book_rewritten_from_its_first_document_is_found_by_the_seal_outside(
    story: World,
    guards_off: None,  # noqa: F811
) -> None:
    administrator = story.actor("audit_administrator")
    outside = list(seal_lines(story.actor("auditor"), story.bureau.pk))
    forger = Forger(story, SEED)
    forger.move = forger.moves[0]
    forger.rehash(reason="改过")
    for sql in ("DELETE FROM ledger_closingbalance", "DELETE FROM ledger_seal"):
        forger.run(sql)
    forger.run("UPDATE ledger_bookhead SET sealed_through = NULL")
    bad = verify_book(administrator, story.bureau.pk).first_bad
    assert bad is not None
    assert bad.kind == "guard", "without its seals the forged book fits in itself; only the triggers are gone"
    assert verify_lines(_lines(story)).first_bad is None
    found = verify_lines(_lines(story), read_seals(outside)).first_bad
    assert found is not None
    assert (found.kind, found.seq) == ("rewritten", 1)
