"""The chain of the journal, and its check wherever the rows come from: a database or an exported file. Pure Python, no
Django.

An entry's digest covers everything it says. A batch holds the digests of its entries by id and is hashed over the hash
of the batch before it: to change, delete, add or re-order an entry somebody must rewrite its batch, and every later
one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from liangcao.foundation.kernel.chain import GENESIS, canonical, digest, link

ENTRY, BATCH = "journal_entry", "journal_batch"
FIELDS = (
    "id", "at", "recorded_at", "bureau", "user", "program", "roles", "origin", "action", "object_kind", "object_ref",
    "reason", "before", "after", "result",
)  # fmt: skip
# No act is open for an hour: an entry that a batch could have taken an hour ago was put in afterwards.
LATEST = timedelta(hours=1)

Plain = dict[str, Any]


def entry_digest(entry: Plain) -> str:
    """The digest of what an entry says. Never fails on what a database or a JSON file can hold."""
    return digest(canonical(_plain({name: entry[name] for name in FIELDS})))


def batch_hash(batch: Plain) -> str:
    """The hash of a batch over the one before it."""
    content = {name: batch[name] for name in ("bureau", "seq", "cut_at", "entries")}
    return link(batch["previous_hash"], canonical(_plain(content)))


def _plain(value: Any) -> Any:
    """As canonical JSON holds it: a float, which nobody writes but somebody may plant, by its digits; a lone surrogate
    by its escape."""
    if isinstance(value, dict):
        return {_plain(str(key)): _plain(held) for key, held in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(held) for held in value]
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    return repr(value) if isinstance(value, float) else value


@dataclass(frozen=True)
class JournalFault:
    """The first thing that does not fit: the batch's place in its chain, what kind of fault, and the entry."""

    seq: int
    kind: str
    what: str


class JournalCheck:
    """Takes batches and their entries in order, one chain after the other, and remembers the first that is wrong."""

    def __init__(self) -> None:
        self.batches = 0
        self.entries = 0
        self.fault: JournalFault | None = None
        self._expected: list[list[Any]] = []  # the last one first
        self.begin(None)

    def begin(self, bureau: Any) -> None:
        """The next chain."""
        self._bureau, self._seq, self._hash, self._cut_at, self._cut_before = bureau, 0, GENESIS, "", ""

    def add_batch(self, batch: Plain) -> bool:
        """Check the next batch; False (and `fault` set) when it does not fit, or the one before is not complete."""
        self.fault = self.fault or self._incomplete() or self._readable(self._batch_fault, batch)
        if self.fault is None:
            self._seq, self._hash = batch["seq"], batch["hash"]
            self._cut_before, self._cut_at = self._cut_at, str(batch["cut_at"])
            self._expected = list(reversed(batch["entries"]))
            self.batches += 1
        return self.fault is None

    def add_entry(self, entry: Plain) -> bool:
        """Check the next entry of the batch at hand."""
        self.fault = self.fault or self._readable(self._entry_fault, entry)
        self.entries += self.fault is None
        return self.fault is None

    def close(self) -> bool:
        """At the end: nothing may be missing from the last batch."""
        self.fault = self.fault or self._incomplete()
        return self.fault is None

    def add_unchained(self, entry: Plain) -> bool:
        """An entry that no batch holds yet. It must be newer than the last one could have taken."""
        self.fault = self.fault or self._readable(self._unchained_fault, entry)
        return self.fault is None

    def _unchained_fault(self, entry: Plain) -> JournalFault | None:
        return self._late(entry, self._cut_at, self._seq)

    def _readable(self, check: Any, row: Plain) -> JournalFault | None:
        try:
            fault: JournalFault | None = check(row)
            return fault
        except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
            return JournalFault(self._seq + 1, "journal_record", f"cannot be read: {type(error).__name__} {error}")

    def _incomplete(self) -> JournalFault | None:
        if not self._expected:
            return None
        return JournalFault(self._seq, "journal_entry_missing", f"entry {self._expected[-1][0]} is not there")

    def _batch_fault(self, batch: Plain) -> JournalFault | None:
        if batch["bureau"] != self._bureau:
            self.begin(batch["bureau"])
        place = self._seq + 1
        if batch["seq"] != place:
            return JournalFault(place, "journal_seq", f"expected batch {place}, found {batch['seq']}")
        if batch["previous_hash"] != self._hash:
            return JournalFault(place, "journal_previous_hash", "does not link to the batch before it")
        if batch_hash(batch) != batch["hash"]:
            return JournalFault(place, "journal_hash", "the batch does not match its hash")
        if str(batch["cut_at"]) < self._cut_at:
            return JournalFault(place, "journal_cut_at", "cut before the batch before it")
        ids = [entry_id for entry_id, _ in batch["entries"]]
        if not ids or ids != sorted(set(ids)):
            return JournalFault(place, "journal_order", "its entries are not in order")
        return None

    def _entry_fault(self, entry: Plain) -> JournalFault | None:
        if not self._expected:
            return JournalFault(self._seq, "journal_entry_added", f"entry {entry['id']} is in no batch")
        entry_id, expected = self._expected[-1]
        if entry["id"] != entry_id:
            kind = "journal_entry_missing" if entry["id"] > entry_id else "journal_entry_added"
            shown = entry_id if entry["id"] > entry_id else entry["id"]
            return JournalFault(self._seq, kind, f"entry {shown} {_KINDS[kind]}")
        if entry_digest(entry) != expected:
            return JournalFault(self._seq, "journal_entry", f"entry {entry_id} was changed")
        self._expected.pop()
        return self._late(entry, self._cut_before, self._seq)

    @staticmethod
    def _late(entry: Plain, cut_at: str, seq: int) -> JournalFault | None:
        """An entry that says it was written long before the last batch that did not hold it."""
        if not cut_at or _moment(entry["recorded_at"]) + LATEST > _moment(cut_at):
            return None
        return JournalFault(seq, "journal_late", f"entry {entry['id']} was put in after its time")


_KINDS = {"journal_entry_missing": "is not there", "journal_entry_added": "is in no batch"}


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
