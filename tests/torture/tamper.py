"""Edits that an administrator of the database can make once triggers, checks and keys are out of his way. Each is
drawn from a seed; it says which document the proof must name first, or None where the fault has none in the book."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.db import connection

from liangcao.foundation.kernel.chain import GENESIS
from liangcao.ledger.export import book_records
from liangcao.ledger.models import BookHead, Move, Posting
from liangcao.ledger.record import hash_of
from tests.factories.world import World

Edit = Callable[["Forger"], int | None]
EDITS: dict[str, Edit] = {}
CACHES = ("balance", "lost_balance", "day_total")


def edit(make: Edit) -> Edit:
    """Register an edit by the name of its function."""
    EDITS[make.__name__] = make
    return make


class Forger:
    """One forger at work on a book, with a move that he has chosen. The last move is younger than every seal."""

    def __init__(self, world: World, seed: int) -> None:
        self.world, self.chance = world, random.Random(f"forger {seed}")
        self.moves = list(Move.objects.filter(book=world.book).order_by("seq"))
        self.move = self.chance.choice(self.moves[:-1])

    def run(self, sql: str, *values: Any) -> None:
        """One statement that must change something."""
        with connection.cursor() as cursor:
            cursor.execute(sql, [_stored(value) for value in values])
            assert cursor.rowcount, sql

    def rehash(self, *, reason: str) -> None:
        """Another reason in the chosen document, and every hash from there on made to fit, the head's too."""
        self.run("UPDATE ledger_move SET reason = %s WHERE id = %s", reason, self.move.pk)
        link = GENESIS
        for record in book_records(self.world.system, self.world.bureau.pk):
            made = hash_of(record, link)
            self.run("UPDATE ledger_move SET previous_hash = %s, hash = %s WHERE id = %s", link, made, record["id"])
            link = made
        BookHead.objects.filter(book=self.world.book).update(hash=link)


def _stored(value: Any) -> Any:
    if connection.vendor == "sqlite" and hasattr(value, "hex") and not isinstance(value, (bytes, float)):
        return value.hex
    if connection.vendor == "sqlite" and isinstance(value, str) and len(value) == 36 and value.count("-") == 4:
        return value.replace("-", "")
    return value


@edit
def quantity(forger: Forger) -> int | None:
    forger.run("UPDATE ledger_posting SET quantity = quantity + 1 WHERE move_id = %s", forger.move.pk)
    return forger.move.seq


@edit
def day(forger: Forger) -> int | None:
    forger.run("UPDATE ledger_move SET business_date = '2020-01-15' WHERE id = %s", forger.move.pk)
    return forger.move.seq


@edit
def actor(forger: Forger) -> int | None:
    forger.run("UPDATE ledger_move SET actor_name = '别人' WHERE id = %s", forger.move.pk)
    return forger.move.seq


@edit
def other_way(forger: Forger) -> int | None:
    sql = "UPDATE ledger_posting SET source_id = target_id, target_id = source_id WHERE move_id = %s"
    forger.run(sql, forger.move.pk)
    return forger.move.seq


@edit
def lost_entry(forger: Forger) -> int | None:
    forger.run("DELETE FROM ledger_posting WHERE move_id = %s", forger.move.pk)
    return forger.move.seq


@edit
def lost_document(forger: Forger) -> int | None:
    forger.run("DELETE FROM ledger_move WHERE id = %s", forger.move.pk)
    return forger.move.seq


@edit
def forged_entry(forger: Forger) -> int | None:
    row = Posting.objects.filter(move=forger.move).order_by("line").first()
    assert row is not None
    forger.run(
        "INSERT INTO ledger_posting (book_id, move_id, line, lot_id, source_id, target_id, quantity)"
        " VALUES (%s, %s, 99, %s, %s, %s, 1)",
        row.book_id, row.move_id, row.lot_id, row.source_id, row.target_id,
    )  # fmt: skip
    return forger.move.seq


@edit
def forged_document(forger: Forger) -> int | None:
    columns = (
        "book_id, kind, business_date, recorded_at, user_id, actor_name, cause_kind, cause_ref, reason, late_reason"
    )
    last = forger.moves[-1]
    forger.run(
        f"INSERT INTO ledger_move (id, seq, number, {columns}, reverses_id, signatures, previous_hash, hash)"
        f" SELECT %s, seq + 1, 'forged', {columns}, NULL, signatures, hash, hash FROM ledger_move WHERE id = %s",
        uuid4(), last.pk,
    )  # fmt: skip
    return last.seq + 1


@edit
def swapped(forger: Forger) -> int | None:
    other = forger.moves[forger.moves.index(forger.move) + 1]
    for pk, seq in ((forger.move.pk, -1), (other.pk, forger.move.seq), (forger.move.pk, other.seq)):
        forger.run("UPDATE ledger_move SET seq = %s WHERE id = %s", seq, pk)
    return forger.move.seq


@edit
def truncated(forger: Forger) -> int | None:
    for move in forger.moves[-2:]:
        forger.run("DELETE FROM ledger_move WHERE id = %s", move.pk)
    return forger.moves[-2].seq


@edit
def lot_source(forger: Forger) -> int | None:
    move = next(move for move in forger.moves if move.kind == "receipt")
    forger.run("UPDATE ledger_lot SET source_ref = 'JZ-other#1' WHERE move_id = %s", move.pk)
    return move.seq


@edit
def account(forger: Forger) -> int | None:
    forger.run("UPDATE ledger_stockaccount SET kind = 'loss' WHERE kind = 'transit'")
    return next(move.seq for move in forger.moves if move.kind == "issue")


@edit
def rewritten_and_rehashed(forger: Forger) -> int | None:
    forger.rehash(reason="改过")
    return None


@edit
def head(forger: Forger) -> int | None:
    forger.run("UPDATE ledger_bookhead SET seq = seq + 1 WHERE book_id = %s", forger.world.book.pk)
    return forger.moves[-1].seq + 1


@edit
def balance(forger: Forger) -> int | None:
    forger.run("UPDATE ledger_balance SET quantity = quantity + %s WHERE kind = 'store'", forger.chance.randint(1, 9))
    return 0


@edit
def lost_balance(forger: Forger) -> int | None:
    forger.run("DELETE FROM ledger_balance WHERE kind = %s", forger.chance.choice(["store", "transit", "outside"]))
    return 0


@edit
def day_total(forger: Forger) -> int | None:
    forger.run("UPDATE ledger_daytotal SET quantity = quantity - 1 WHERE flow = 'gift'")
    return 0


@edit
def journal(forger: Forger) -> int | None:
    forger.run("UPDATE journal_journalentry SET action = 'other' WHERE id = (SELECT min(id) FROM journal_journalentry)")
    return None


@edit
def stored_file(forger: Forger) -> int | None:
    forger.run("DELETE FROM files_storedfile")
    return None


@edit
def seal(forger: Forger) -> int | None:
    number = forger.chance.randint(1, 3)
    column = forger.chance.choice(["signature = digest", "day = '2019-12-31'", "content = '{}'"])
    forger.run(f"UPDATE ledger_seal SET {column} WHERE number = %s", number)
    return None


@edit
def closing_balance(forger: Forger) -> int | None:
    forger.run("UPDATE ledger_closingbalance SET quantity = quantity + 1 WHERE quantity > 0")
    return None


@edit
def reopened_day(forger: Forger) -> int | None:
    forger.run("UPDATE ledger_bookhead SET sealed_through = NULL WHERE book_id = %s", forger.world.book.pk)
    return None
