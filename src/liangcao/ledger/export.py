"""The ledger as JSON lines in ledger order, and its journal: enough for `verify` without database or server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.verify import journal_lines
from liangcao.foundation.kernel.chain import canonical
from liangcao.ledger import record as records
from liangcao.ledger.models import Book, Lot, LotFact, Move, Posting
from liangcao.ledger.posting import account_names
from liangcao.ledger.seals_proof import FILE
from liangcao.ledger.seals_queries import file_digests, seal_lines

PAGE = 500


def book_records(actor: Actor, bureau_id: int, *, after: int = 0) -> Iterator[dict[str, Any]]:
    """The record of each move of a book with its hashes, in seq order from the one after `after`, read in pages of 500
    moves."""
    book = Book.objects.visible_to(actor).get(bureau_id=bureau_id)
    names: dict[int, str] = {}
    while True:
        page = list(Move.objects.visible_to(actor).filter(book=book, seq__gt=after).order_by("seq")[:PAGE])
        if not page:
            return
        yield from _page_records(actor, book, page, names)
        after = page[-1].seq


def _page_records(actor: Actor, book: Book, page: list[Move], names: dict[int, str]) -> Iterator[dict[str, Any]]:
    ids = [move.pk for move in page]
    postings = _grouped(
        Posting.objects.visible_to(actor)
        .filter(move_id__in=ids)
        .select_related("lot__item")
        .order_by("move_id", "line")
    )
    lots = _grouped(Lot.objects.visible_to(actor).filter(move_id__in=ids).select_related("item"))
    facts = _grouped(LotFact.objects.visible_to(actor).filter(move_id__in=ids).order_by("id"))
    unknown = {pk for rows in postings.values() for row in rows for pk in (row.source_id, row.target_id)} - set(names)
    names |= account_names(list(unknown))
    for move in page:
        rows = [
            records.posting_entry(
                row.line,
                row.lot_id,
                row.lot.item.code,
                row.lot.item.base_unit,
                names[row.source_id],
                names[row.target_id],
                row.quantity,
            )
            for row in postings.get(move.pk, [])
        ]
        made = sorted(lots.get(move.pk, []), key=lambda lot: _lot_order(lot.code))
        lot_entries = [records.lot_entry(lot, lot.item.code, lot.item.base_unit) for lot in made]
        fact_entries = [records.fact_entry(fact) for fact in facts.get(move.pk, [])]
        record = records.record_of(move, book.code, lot_entries, fact_entries, rows)
        yield {**record, "previous_hash": move.previous_hash, "hash": move.hash}


def _lot_order(code: str) -> int:
    """Lots of one move are numbered /1, /2 …: the order in which they were written into its record."""
    _, slash, number = code.rpartition("/")
    return int(number) if slash and number.isdigit() else 0


def _grouped(rows: Any) -> dict[Any, list[Any]]:
    grouped: dict[Any, list[Any]] = {}
    for row in rows:
        grouped.setdefault(row.move_id, []).append(row)
    return grouped


def json_lines(actor: Actor, bureau_id: int) -> Iterator[str]:
    """The book's records as canonical JSON, one a line, then the journal's batches, each followed by its entries, the
    files by their digests, and the seals with their public keys. Equal books give equal bytes. Call `cut_batches`
    before it."""
    for record in book_records(actor, bureau_id):
        yield canonical(record).decode("utf-8") + "\n"
    for line in journal_lines(actor, bureau_id):
        yield json.dumps(line, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n"
    for held in file_digests(actor, bureau_id):
        yield canonical({FILE: held}).decode("utf-8") + "\n"
    yield from seal_lines(actor, bureau_id)


def parse_line(line: str) -> dict[str, Any]:
    """A line of an export as a record. Raises ValueError when it is not JSON."""
    record = json.loads(line)
    if not isinstance(record, dict):
        raise ValueError("not a record")
    return record
