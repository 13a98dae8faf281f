"""What a seal says, and its check wherever it comes from: a database or a file. Pure Python and `cryptography`, no
Django.

A seal signs the end of the book's chain, the ends of the journal's chains, the Merkle root of the day's documents, the
closing balances of what moved on the day, and the files that came since the seal before; and it names that seal.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from liangcao.foundation.kernel.chain import GENESIS, canonical, digest

FORMAT = 1
SEAL, KEY, FILE = "seal", "seal_key", "stored_file"
KEY_FIELDS = {"id", "public_key", "made_at", "previous", "signature"}
SEAL_FIELDS = {"content", "digest", "signature"}
Plain = dict[str, Any]
Closing = list[list[Any]]  # [account, lot, quantity], sorted


def merkle_root(hashes: Sequence[str]) -> str:
    """The root over hashes in order, as RFC 6962 builds it: leaves and nodes are marked apart, so that no inner node
    passes as a document, and an odd one is never doubled."""
    if not hashes:
        return digest(b"")
    level = [sha256(b"\x00" + bytes.fromhex(each)).digest() for each in hashes]
    while len(level) > 1:
        pairs = [sha256(b"\x01" + level[n] + level[n + 1]).digest() for n in range(0, len(level) - 1, 2)]
        level = pairs + level[len(pairs) * 2 :]
    return level[0].hex()


def closing_digest(rows: Closing) -> str:
    """The digest of the closing balances of a day."""
    return digest(canonical(sorted(rows)))


def seal_digest(content: Plain) -> str:
    """The digest of what a seal says: printed, sent, and named by the next seal."""
    return digest(canonical(content))


def key_id_of(public_key: str) -> str:
    """The short name of a key: the beginning of the digest of its public half."""
    return digest(bytes.fromhex(public_key))[:16]


def key_content(key: Plain) -> bytes:
    """What the old key signs when a new one takes its place."""
    return canonical({"seal_key": {name: key[name] for name in ("id", "public_key", "made_at", "previous")}})


def is_signed(public_key: str, signature: str, content: bytes) -> bool:
    """Whether the holder of the key signed this."""
    try:
        given = bytes.fromhex(signature)
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key)).verify(given, content)
    except (InvalidSignature, ValueError):
        return False
    return given.hex() == signature


@dataclass(frozen=True)
class SealFault:
    """The first thing that does not fit: the number of the seal or the seq of the document, the kind, what is wrong."""

    seq: int
    kind: str
    what: str


class KeyRing:
    """Public keys in order: the first is signed by itself, each later one by the one before."""

    def __init__(self) -> None:
        self.keys: dict[str, str] = {}
        self._last: str | None = None

    def add(self, key: Plain) -> SealFault | None:
        """Take the next key."""
        place = len(self.keys) + 1
        try:
            name, public_key = key["id"], key["public_key"]
            if key_id_of(public_key) != name:
                return SealFault(place, "seal_key", f"key {name} does not have this name")
            if key["previous"] != self._last:
                return SealFault(place, "seal_key", f"key {name} does not follow key {self._last}")
            signer = self.keys[self._last] if self._last is not None else public_key
            if set(key) != KEY_FIELDS or not is_signed(signer, key["signature"], key_content(key)):
                return SealFault(place, "seal_key", f"key {name} is not signed by key {self._last or name}")
        except (KeyError, TypeError, ValueError) as error:
            return SealFault(place, "seal_key", f"cannot be read: {type(error).__name__} {error}")
        self.keys[name], self._last = public_key, name
        return None


class SealChain:
    """Takes the lines of a file of seals: keys, then seals in order. Remembers the first that is wrong."""

    def __init__(self) -> None:
        self.ring = KeyRing()
        self.seals: list[Plain] = []  # what they say
        self.digests: list[str] = []
        self.fault: SealFault | None = None

    @property
    def digest(self) -> str:
        """The digest of the last seal."""
        return self.digests[-1] if self.digests else GENESIS

    def add_key(self, key: Any) -> bool:
        """The next key; False when it does not fit."""
        self.fault = self.fault or self.ring.add(key)
        return self.fault is None

    def add_seal(self, seal: Any) -> bool:
        """The next seal; False when it does not fit."""
        self.fault = self.fault or self._read(seal)
        return self.fault is None

    def add(self, record: Any) -> bool:
        """The next line of a file of seals, of either kind."""
        if isinstance(record, dict) and set(record) == {KEY}:
            return self.add_key(record[KEY])
        if isinstance(record, dict) and set(record) == {SEAL}:
            return self.add_seal(record[SEAL])
        self.fault = self.fault or SealFault(len(self.seals) + 1, "seal_record", "is neither a seal nor a key")
        return False

    def _read(self, seal: Any) -> SealFault | None:
        place = len(self.seals) + 1
        try:
            fault = self._unfit(seal["content"], place) or self._unsigned(seal, place)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            return SealFault(place, "seal_record", f"cannot be read: {type(error).__name__} {error}")
        if fault is None:
            self.seals.append(seal["content"])
            self.digests.append(seal["digest"])
        return fault

    def _unfit(self, content: Plain, place: int) -> SealFault | None:
        day, before = content["day"], self.seals[-1] if self.seals else None
        if any(content["book"] == held["book"] and day == held["day"] for held in self.seals):
            return SealFault(place, "seal_twice", f"two seals of {day}")
        if content["number"] != place:
            return SealFault(place, "seal_number", f"expected seal {place}, found {content['number']}")
        if content["previous_digest"] != self.digest:
            return SealFault(place, "seal_previous", "does not name the seal before it")
        if before and (content["book"] != before["book"] or day <= before["day"]):
            return SealFault(place, "seal_order", f"{day} of {content['book']} after {before['day']}")
        if before and content["head"]["seq"] < before["head"]["seq"]:
            return SealFault(place, "seal_order", "its book is shorter than that of the seal before")
        return None

    def _unsigned(self, seal: Plain, place: int) -> SealFault | None:
        content, key = seal["content"], seal["content"]["key"]
        if content["format"] != FORMAT or set(seal) != SEAL_FIELDS:
            return SealFault(place, "seal_record", "is not in the form that this version reads")
        if seal_digest(content) != seal["digest"]:
            return SealFault(place, "seal_digest", "what it says does not match its digest")
        if key not in self.ring.keys:
            return SealFault(place, "seal_key", f"key {key} is not known")
        if not is_signed(self.ring.keys[key], seal["signature"], canonical(content)):
            return SealFault(place, "seal_signature", "the signature is not that of the key")
        return None


class DayBooks:
    """What a book says of its days, gathered document by document: hashes, days, what moved."""

    def __init__(self) -> None:
        self.book = ""
        self.hashes: list[str] = []
        self.days: list[str] = []
        self.batches: dict[tuple[int, int], str] = {}
        self.files: set[str] = set()
        self._moved: dict[str, dict[tuple[str, str], int]] = {}

    def add(self, record: Plain) -> None:
        """A document that fits its chain."""
        day = str(record["business_date"])
        self.book = record["book"]
        self.hashes.append(record["hash"])
        self.days.append(day)
        moved = self._moved.setdefault(day, {})
        for _line, lot, _item, _unit, source, target, quantity in record["postings"]:
            moved[source, lot] = moved.get((source, lot), 0) - quantity
            moved[target, lot] = moved.get((target, lot), 0) + quantity

    def add_batch(self, batch: Plain) -> None:
        """A batch of the journal that fits."""
        self.batches[batch["bureau"], batch["seq"]] = batch["hash"]

    def hashes_by_day(self) -> dict[str, list[str]]:
        """day → the hashes of its documents in the order of the book."""
        found: dict[str, list[str]] = {}
        for day, each in zip(self.days, self.hashes, strict=True):
            found.setdefault(day, []).append(each)
        return found

    def closings(self, days: Iterable[str]) -> dict[str, Closing]:
        """day → what each account held of each lot that moved on it, at its end. `days` in order."""
        held: dict[tuple[str, str], int] = {}
        open_days = sorted(self._moved)
        found: dict[str, Closing] = {}
        for day in days:
            while open_days and open_days[0] <= day:
                for key, change in self._moved[open_days.pop(0)].items():
                    held[key] = held.get(key, 0) + change
            found[day] = sorted([*key, held[key]] for key in self._moved.get(day, {}))
        return found


def check_book(books: DayBooks, seals: Sequence[Plain]) -> SealFault | None:
    """Compare what the seals signed with what the book says now. The first that differs, or None."""
    return (
        _head_fault(books, seals)
        or _late_fault(books, seals)
        or _day_fault(books, seals)
        or _journal_fault(books, seals)
        or _file_fault(books, seals)
    )


def _head_fault(books: DayBooks, seals: Sequence[Plain]) -> SealFault | None:
    last, good = len(books.hashes), 0
    for content in seals:
        seq, name = content["head"]["seq"], f"seal {content['number']} of {content['day']}"
        if last and books.book != content["book"]:
            return SealFault(1, "book", f"{name} is of the book {content['book']}, not of {books.book}")
        if seq > last:
            return SealFault(
                last + 1, "truncated", f"the book ends at {last}, {name} saw {seq} documents: cut off, or an old backup"
            )
        found = books.hashes[seq - 1] if seq else GENESIS
        if found != content["head"]["hash"]:
            return SealFault(
                good + 1, "rewritten", f"rewritten between {good + 1} and {seq}: {name} signed another end"
            )
        good = seq
    return None


def _late_fault(books: DayBooks, seals: Sequence[Plain]) -> SealFault | None:
    """A document that came into a day after its seal."""
    if not seals:
        return None
    heads = [(content["head"]["seq"], content["day"]) for content in seals]
    place, sealed = 0, ""
    for seq, day in enumerate(books.days, start=1):
        while place < len(heads) and heads[place][0] < seq:
            sealed = heads[place][1]
            place += 1
        if day <= sealed:
            return SealFault(seq, "sealed_day", f"dated {day}, which was sealed before it came")
    return None


def _day_fault(books: DayBooks, seals: Sequence[Plain]) -> SealFault | None:
    hashes, closings = books.hashes_by_day(), books.closings(content["day"] for content in seals)
    for content in seals:
        name = f"seal {content['number']} of {content['day']}"
        held, closing = hashes.get(content["day"], []), closings[content["day"]]
        if content["moves"] != {"count": len(held), "root": merkle_root(held)}:
            return SealFault(content["number"], "seal_root", f"{name}: other documents on this day")
        if content["closing"] != {"count": len(closing), "digest": closing_digest(closing)}:
            return SealFault(content["number"], "seal_closing", f"{name}: the postings give other closing balances")
    return None


def _journal_fault(books: DayBooks, seals: Sequence[Plain]) -> SealFault | None:
    for content in seals:
        for bureau, seq, signed in content["journal"]:
            found = books.batches.get((bureau, seq), GENESIS if not seq else "")
            if found != signed:
                kind = "journal_rewritten" if found else "journal_truncated"
                return SealFault(seq, kind, f"seal {content['number']} signed another batch {seq} of the journal")
    return None


def _file_fault(books: DayBooks, seals: Sequence[Plain]) -> SealFault | None:
    for content in seals:
        missing = next((each for each in content["files"] if each not in books.files), None)
        if missing:
            return SealFault(content["number"], "stored_file", f"the file {missing[:16]}… is not there or was changed")
    return None
