"""Proof of a book: every link of the chain, every posting, every balance and day total; and of its journal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import BooleanField, ExpressionWrapper, F, Q, Sum
from django.db.models.functions import TruncDate

from liangcao.foundation.database.guards import expected_guards, installed_guards
from liangcao.foundation.database.snapshot import snapshot
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.verify import check_journal
from liangcao.foundation.kernel.clock import LOCAL
from liangcao.ledger.export import book_records
from liangcao.ledger.kinds import counts_backwards, flows_of
from liangcao.ledger.models import (
    Balance,
    Book,
    BookHead,
    DayChange,
    DayTotal,
    Lot,
    LotFact,
    Move,
    Posting,
)
from liangcao.ledger.queries import book_of
from liangcao.ledger.seals_proof import DayBooks
from liangcao.ledger.verify_records import ChainCheck, FirstBad, bad_of
from liangcao.ledger.verify_seals import SealedBook


@dataclass(frozen=True)
class Verification:
    """The result for one book. `first_bad` names the first entry that does not fit, None when all is well."""

    book: str
    ok: bool
    first_bad: FirstBad | None
    moves: int
    postings: int
    journal_batches: int
    journal_entries: int
    seals: int

    def as_plain(self) -> dict[str, Any]:
        """For JSON."""
        bad = self.first_bad.as_plain() if self.first_bad else None
        return {
            "book": self.book,
            "ok": self.ok,
            "first_bad": bad,
            "moves": self.moves,
            "postings": self.postings,
            "journal_batches": self.journal_batches,
            "journal_entries": self.journal_entries,
            "seals": self.seals,
        }


def verify_book(actor: Actor, bureau_id: int) -> Verification:
    """Recompute the whole chain of a book from its rows, then compare head, stray rows, balances, day totals and
    guards; then the chains of the journal. Call `cut_batches` before it, so that the journal is in its chain up to
    now."""
    with snapshot():
        return _verified(actor, book_of(actor, bureau_id))


def _verified(actor: Actor, book: Book) -> Verification:
    check, days = ChainCheck(), DayBooks()
    for record in book_records(actor, book.bureau_id):
        if not check.add(record):
            break
        days.add(record)
    sealed = SealedBook(actor, book, days)
    bad = (
        check.first_bad
        or bad_of(sealed.signed_fault())
        or _head_differs(book, check)
        or _stray_rows(book)
        or first_cache_error(book)
        or bad_of(sealed.kept_fault())
        or _guards_missing()
    )
    journal = check_journal(actor, book.bureau_id)
    bad = bad or bad_of(journal.fault)
    counted = (check.moves, check.postings, journal.batches, journal.entries, len(sealed.chain.seals))
    return Verification(book.code, bad is None, bad, *counted)


def _head_differs(book: Book, check: ChainCheck) -> FirstBad | None:
    head = BookHead.objects.get(book=book)
    if (head.seq, head.hash) == (check.seq, check.hash):
        return None
    return FirstBad(
        min(head.seq, check.seq) + 1, "head", f"the head says seq {head.seq}, the chain ends at {check.seq}"
    )


def _stray_rows(book: Book) -> FirstBad | None:
    """Rows that no record holds: their move is not there, or is of another book. Nothing would hash them."""
    for model, kind in ((Posting, "posting"), (Lot, "lot"), (LotFact, "fact")):
        rows = model.objects.filter(book=book).exclude(move__in=Move.objects.filter(book=book))
        stray = rows.first() or model.objects.filter(move__book=book).exclude(book=book).first()
        if stray is not None:
            return FirstBad(0, kind, f"{kind} {stray.pk} belongs to no move of this book")
    return None


def _guards_missing() -> FirstBad | None:
    missing = expected_guards(connection) - installed_guards(connection)
    return FirstBad(0, "guard", f"missing triggers: {', '.join(sorted(missing))}") if missing else None


def first_cache_error(book: Book) -> FirstBad | None:
    """Compare balances, day totals and day changes with the postings; the first that differs, or None."""
    return _balance_error(book) or _day_total_error(book) or _day_change_error(book)


# Each (account, lot) once, with what its postings add up to and what its balance row says; a row where they differ.
_BALANCES_THAT_DIFFER = """
    SELECT account_id, lot_id, SUM(moved), MAX(day), SUM(kept), MAX(kept_on) FROM (
        SELECT p.source_id AS account_id, p.lot_id, -p.quantity AS moved, m.business_date AS day,
            CAST(NULL AS bigint) AS kept, CAST(NULL AS date) AS kept_on
        FROM ledger_posting p JOIN ledger_move m ON m.id = p.move_id WHERE p.book_id = %s
        UNION ALL
        SELECT p.target_id, p.lot_id, p.quantity, m.business_date, CAST(NULL AS bigint), CAST(NULL AS date)
        FROM ledger_posting p JOIN ledger_move m ON m.id = p.move_id WHERE p.book_id = %s
        UNION ALL
        SELECT account_id, lot_id, CAST(NULL AS bigint), CAST(NULL AS date), quantity, moved_on
        FROM ledger_balance WHERE book_id = %s
    ) AS every
    GROUP BY account_id, lot_id
    HAVING COUNT(kept) <> 1 OR COUNT(moved) = 0 OR SUM(moved) <> SUM(kept) OR MAX(day) <> MAX(kept_on)
    ORDER BY account_id, lot_id LIMIT 1
"""


def _balance_error(book: Book) -> FirstBad | None:
    """Added up by the database: a book of ten million postings does not fit into this process."""
    with connection.cursor() as cursor:
        cursor.execute(_BALANCES_THAT_DIFFER, [book.pk] * 3)
        row = cursor.fetchone()
    if row is not None:
        account, lot, moved, day, kept, kept_on = row
        what = f"kept {kept} of {kept_on}, postings say {moved} of {day}"
        return FirstBad(0, "balance", f"account {account}, lot {lot}: {what}")
    rows = Balance.objects.filter(book=book).exclude(kind=F("account__kind"), item=F("lot__item"))
    for balance in rows.order_by("account_id", "lot_id")[:1]:
        what = f"kind {balance.kind} and item {balance.item_id} are not the account's and the lot's"
        return FirstBad(0, "balance", f"account {balance.account_id}, lot {balance.lot_id}: {what}")
    return None


def folded_day_totals(book: Book) -> dict[tuple[Any, Any, int, str, int], int]:
    """(ledger day, business date, store, flow, item) → quantity, folded from the postings."""
    totals: dict[tuple[Any, Any, int, str, int], int] = defaultdict(int)
    rows = (
        Posting.objects.filter(book=book)
        .values_list(
            TruncDate("move__recorded_at", tzinfo=LOCAL), "move__business_date",
            ExpressionWrapper(Q(move__reverses__isnull=False), output_field=BooleanField()),
            "source__kind", "source__store_id", "target__kind", "target__store_id", "lot__source_kind", "lot__item_id",
        )
        .annotate(total=Sum("quantity"))
        .order_by()
    )  # fmt: skip
    for ledger_day, day, is_reversal, source, source_store, target, target_store, lot_kind, item, quantity in rows:
        sides, stores, sign = (source, target), (source_store, target_store), 1
        if counts_backwards(source, target, is_reversal=bool(is_reversal)):
            sides, stores, sign = sides[::-1], stores[::-1], -1
        for flow, side in flows_of(*sides, lot_kind):
            totals[ledger_day, day, stores[side], flow, item] += sign * quantity
    return totals


def folded_day_changes(book: Book) -> dict[tuple[Any, ...], int]:
    """(account kind, store, item, business date) → net change, added up from the postings by the database."""
    folded: dict[tuple[Any, ...], int] = defaultdict(int)
    for side, sign in (("target", 1), ("source", -1)):
        names = (f"{side}__kind", f"{side}__store_id", "lot__item_id", "move__business_date")
        rows = Posting.objects.filter(book=book).values_list(*names).annotate(total=Sum("quantity")).order_by()
        for *key, total in rows:
            folded[tuple(key)] += sign * total
    return folded


def _day_total_error(book: Book) -> FirstBad | None:
    columns = ("ledger_day", "business_date", "store_id", "flow", "item_id", "quantity")
    kept = DayTotal.objects.filter(book=book).values_list(*columns)
    return _first_difference("day_total", folded_day_totals(book), kept)


def _day_change_error(book: Book) -> FirstBad | None:
    columns = ("kind", "store_id", "item_id", "business_date", "quantity")
    kept = DayChange.objects.filter(book=book).values_list(*columns)
    return _first_difference("day_change", folded_day_changes(book), kept)


def _first_difference(
    kind: str, folded: Mapping[tuple[Any, ...], int], rows: Iterable[tuple[Any, ...]]
) -> FirstBad | None:
    """The first sum that is not what the postings say. A row is its key, then its quantity."""
    kept = {row[:-1]: row[-1] for row in rows}
    for key in sorted(set(folded) | set(kept), key=str):
        said, found = folded.get(key, 0), kept.get(key, 0)
        if said != found:
            return FirstBad(0, kind, f"{' '.join(map(str, key))}: kept {found}, postings say {said}")
    return None
