"""The check of a chain of records, wherever they come from: a database or an exported file. Pure Python, no Django."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from liangcao.foundation.journal.proof import BATCH, ENTRY, JournalCheck, JournalFault
from liangcao.foundation.kernel.chain import GENESIS
from liangcao.foundation.kernel.quantity import QUANTITY_MAX
from liangcao.ledger.record import hash_of
from liangcao.ledger.seals_proof import FILE, KEY, SEAL, DayBooks, SealChain, SealFault, check_book


@dataclass(frozen=True)
class FirstBad:
    """The first entry that does not fit: its place in the chain (0 when it has none), its kind, and what is wrong."""

    seq: int
    kind: str
    what: str

    def as_plain(self) -> dict[str, Any]:
        """For JSON."""
        return {"seq": self.seq, "kind": self.kind, "what": self.what}


class ChainCheck:
    """Takes records one by one and remembers the first that is wrong."""

    def __init__(self) -> None:
        self.seq = 0
        self.hash = GENESIS
        self.moves = 0
        self.postings = 0
        self.first_bad: FirstBad | None = None
        self._recorded_at = ""
        self._lots: dict[str, str] = {}
        self._ids: set[str] = set()
        self._held: dict[str, dict[str, int]] = defaultdict(dict)

    def add(self, record: dict[str, Any]) -> bool:
        """Check the next record; False (and `first_bad` set) when it does not fit."""
        self.first_bad = self.first_bad or self._fault(record)
        if self.first_bad:
            return False
        self.seq, self.hash = record["seq"], record["hash"]
        self.moves += 1
        return True

    def _fault(self, record: dict[str, Any]) -> FirstBad | None:
        place = self.seq + 1
        try:
            if record["seq"] != place:
                return FirstBad(place, "seq", f"expected seq {place}, found {record['seq']}")
            if record["previous_hash"] != self.hash:
                return FirstBad(place, "previous_hash", "does not link to the entry before it")
            if hash_of(record, self.hash) != record["hash"]:
                return FirstBad(place, "hash", "the content does not match its hash")
            return self._content_fault(record, place)
        except (KeyError, TypeError, ValueError, IndexError) as error:
            return FirstBad(place, "record", f"cannot be read: {type(error).__name__} {error}")

    def _content_fault(self, record: dict[str, Any], place: int) -> FirstBad | None:
        recorded_at = str(record["recorded_at"])
        if recorded_at < self._recorded_at:
            return FirstBad(place, "recorded_at", "recorded before the entry before it")
        if record["id"] in self._ids:
            return FirstBad(place, "id", "the id was used before")
        self._recorded_at = recorded_at
        self._ids.add(record["id"])
        self._lots |= {lot["id"]: lot["item"] for lot in record["lots"]}
        unknown = [fact["lot"] for fact in record["facts"] if fact["lot"] not in self._lots]
        if unknown:
            return FirstBad(place, "fact", f"lot {unknown[0]} is not known")
        return self._postings_fault(record["postings"], place)

    def _postings_fault(self, postings: list[list[Any]], place: int) -> FirstBad | None:
        touched = set()
        for expected, (line, lot, item, _unit, source, target, quantity) in enumerate(postings, start=1):
            self.postings += 1
            if line != expected:
                return FirstBad(place, "posting", f"expected line {expected}, found {line}")
            if type(quantity) is not int or not 1 <= quantity <= QUANTITY_MAX:
                return FirstBad(place, "posting", f"line {line}: quantity {quantity!r}")
            if self._lots.get(lot) != item or source == target:
                return FirstBad(place, "posting", f"line {line}: unknown lot, other item, or source = target")
            held = self._held[lot]
            held[source] = held.get(source, 0) - quantity
            held[target] = held.get(target, 0) + quantity
            touched |= {(source, lot), (target, lot)}
        below = [key for key in touched if self._held[key[1]][key[0]] < 0 and not key[0].startswith("outside:")]
        if below:
            account, lot = min(below)
            return FirstBad(place, "negative", f"{account} would hold {self._held[lot][account]} of lot {lot}")
        return None


class ExportCheck:
    """Takes the lines of an export: documents, the journal's batches with their entries, files, seals with their
    keys. Own seals are checked against the book they stand in; those that left the building come with `close`."""

    def __init__(self) -> None:
        self.book = ChainCheck()
        self.journal = JournalCheck()
        self.seals = SealChain()
        self.first_bad: FirstBad | None = None
        self._days = DayBooks()

    @property
    def moves(self) -> int:
        """Documents that fit."""
        return self.book.moves

    @property
    def postings(self) -> int:
        """Postings that fit."""
        return self.book.postings

    def add(self, record: Any) -> bool:
        """Check one line; False (and `first_bad` set) when it does not fit."""
        kinds = (BATCH, ENTRY, FILE, KEY, SEAL) if isinstance(record, dict) else ()
        kind = next((name for name in kinds if name in record), "")
        if kind == BATCH:
            if self.journal.add_batch(record[BATCH]):
                self._days.add_batch(record[BATCH])
        elif kind == ENTRY:
            self.journal.add_entry(record[ENTRY])
        elif kind == FILE:
            self._days.files.add(str(record[FILE]))
        elif kind:
            self.seals.add(record)
        elif self.book.add(record):
            self._days.add(record)
        return self._judged()

    def close(self, outside: SealChain | None = None) -> None:
        """After the last line; `outside` are the seals that were kept elsewhere."""
        self.journal.close()
        if not self._judged():
            return
        fault = check_book(self._days, self.seals.seals)
        if fault is None and outside is not None:
            fault = outside.fault or check_book(self._days, outside.seals) or _other_seals(self.seals, outside)
        self.first_bad = bad_of(fault)

    def _judged(self) -> bool:
        faults = (self.journal.fault, self.seals.fault)
        self.first_bad = self.book.first_bad or next((bad_of(fault) for fault in faults if fault), None)
        return self.first_bad is None


def bad_of(fault: SealFault | JournalFault | None) -> FirstBad | None:
    """A fault of a seal or of the journal as the first bad entry."""
    return FirstBad(fault.seq, fault.kind, fault.what) if fault else None


def _other_seals(own: SealChain, outside: SealChain) -> SealFault | None:
    """Every seal that left the building must still stand in the book, as it was."""
    for place, digest in enumerate(outside.digests):
        if place >= len(own.digests):
            return SealFault(place + 1, "seal_missing", f"the book no longer holds seal {place + 1}")
        if own.digests[place] != digest:
            return SealFault(place + 1, "seal_other", f"the book holds another seal {place + 1}")
    return None


def verify_lines(lines: Iterable[str], outside: SealChain | None = None) -> ExportCheck:
    """Check an exported book and its journal, and with seals from outside whether it is still what they signed. A line
    that is not JSON is the first bad entry."""
    check = ExportCheck()
    for line in lines:
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except ValueError:
            check.first_bad = FirstBad(check.book.seq + 1, "line", "is not JSON")
            return check
        if not check.add(record):
            return check
    check.close(outside)
    return check


def read_seals(lines: Iterable[str]) -> SealChain:
    """The seals of a file, up to the first that does not fit."""
    chain = SealChain()
    for line in lines:
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except ValueError:
            record = None
        if not chain.add(record):
            break
    return chain
