"""The ledger as JSON lines in ledger order, and its journal: enough for `verify` without database or server."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.verify import journal_lines
from liangcao.foundation.kernel.chain import canonical
from liangcao.ledger import record as records
from liangcao.ledger.models import Book, Lot, LotFact, Move, Posting, StockAccount
from liangcao.ledger.posting import account_names
from liangcao.ledger.seals_proof import FILE
from liangcao.ledger.seals_queries import file_digests, seal_lines

PAGE = 500
AT_ONCE = 2000


def book_records(actor: Actor, bureau_id: int, *, after: int = 0) -> Iterator[dict[str, Any]]:
    """The record of each move of a book with its hashes, in seq order from the one after `after`, read in pages of 500
    moves."""
    book = Book.objects.visible_to(actor).get(bureau_id=bureau_id)
    names = account_names(StockAccount.objects.filter(book=book))
    while True:
        page = list(Move.objects.visible_to(actor).filter(book=book, seq__gt=after).order_by("seq")[:PAGE])
        if not page:
            return
        yield from _page_records(actor, book, page, names)
        after = page[-1].seq


class _ByMove:
    """Rows in the order of seq, which comes first in each, handed out move by move while they are read."""

    def __init__(self, rows: Iterable[tuple[Any, ...]]) -> None:
        self._groups = groupby(rows, key=itemgetter(0))
        self._next = next(self._groups, None)

    def of(self, seq: int) -> list[Any]:
        """The rows of one move. Asked for in order."""
        if self._next is None or self._next[0] != seq:
            return []
        rows = list(self._next[1])
        self._next = next(self._groups, None)
        return rows


_POSTING = (
    "move__seq", "line", "lot_id", "lot__item__code", "lot__item__base_unit", "source_id", "target_id", "quantity",
)  # fmt: skip
_LOT = (
    "move__seq", "id", "code", "item__code", "item__base_unit", "source_kind", "source_ref", "maker_lot",
    "no_lot_reason", "produced_on", "expires_on", "arrived_on",
)  # fmt: skip
_FACT = ("move__seq", "lot_id", "fact", "value", "reason")


def _page_records(actor: Actor, book: Book, page: list[Move], names: dict[int, str]) -> Iterator[dict[str, Any]]:
    """Plain rows, no model instances: of a large book there are millions."""
    within = {"move__book": book, "move__seq__gte": page[0].seq, "move__seq__lte": page[-1].seq}
    postings = Posting.objects.visible_to(actor).filter(**within).order_by("move__seq", "line")
    lines = _ByMove(postings.values_list(*_POSTING).iterator(chunk_size=AT_ONCE))
    new_lots = Lot.objects.visible_to(actor).filter(**within).order_by("move__seq")
    lots = _ByMove(new_lots.values_list(*_LOT, named=True).iterator(chunk_size=AT_ONCE))
    new_facts = LotFact.objects.visible_to(actor).filter(**within).order_by("move__seq", "id")
    facts = _ByMove(new_facts.values_list(*_FACT, named=True).iterator(chunk_size=AT_ONCE))

    def name_of(account: int) -> str:
        return names.get(account) or f"not of this book: {account}"

    for move in page:
        rows = [
            records.posting_entry(line, lot, item, unit, name_of(source), name_of(target), quantity)
            for _, line, lot, item, unit, source, target, quantity in lines.of(move.seq)
        ]
        made = sorted(lots.of(move.seq), key=lambda lot: _lot_order(lot.code))
        lot_entries = [records.lot_entry(lot, lot.item__code, lot.item__base_unit) for lot in made]
        fact_entries = [records.fact_entry(fact) for fact in facts.of(move.seq)]
        record = records.record_of(move, book.code, lot_entries, fact_entries, rows)
        yield {**record, "previous_hash": move.previous_hash, "hash": move.hash}


def _lot_order(code: str) -> int:
    """Lots of one move are numbered /1, /2 …: the order in which they were written into its record."""
    _, slash, number = code.rpartition("/")
    return int(number) if slash and number.isdigit() else 0


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
