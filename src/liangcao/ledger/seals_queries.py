"""Reads of the day close: the days of a book, its seals, the file that leaves the building."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db.models import Min, QuerySet

from liangcao.foundation.files.models import StoredFile
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.kernel.chain import canonical
from liangcao.foundation.kernel.clock import business_date
from liangcao.foundation.kernel.errors import NotFound
from liangcao.ledger.models import Book, BookHead, ClosingBalance, Move, Seal, SealAddress, SealKey
from liangcao.ledger.seals_proof import KEY, SEAL, Plain


@dataclass(frozen=True)
class BookDay:
    """One business date of a book: sealed, or still open. `moves` is the count of its documents."""

    day: date
    seal: Seal | None
    moves: int


def seals(actor: Actor, bureau_id: int) -> QuerySet[Seal]:
    """The seals of a book; no order is set."""
    return Seal.objects.visible_to(actor).filter(book__bureau_id=bureau_id).select_related("book")


def seal(actor: Actor, bureau_id: int, number: int) -> Seal:
    """One seal by its number. Raises NotFound."""
    found = seals(actor, bureau_id).filter(number=number).first()
    if found is None:
        raise NotFound("没有这个封条", "There is no such seal", field="number")
    return found


def last_seal(actor: Actor, bureau_id: int, *, before: datetime | None = None) -> Seal | None:
    """The newest seal of a book; with `before` the newest that was there at that moment."""
    rows = seals(actor, bureau_id)
    if before is not None:
        rows = rows.filter(sealed_at__lte=before)
    return rows.order_by("-number").first()


def qr_text(seal: Seal) -> str:
    """What the QR of a seal says: scanned, it is compared with the file that was kept elsewhere."""
    return f"LIANGCAO-SEAL {seal.book.code} {seal.day.isoformat()} {seal.number} {seal.digest}"


def sealed_through(actor: Actor, bureau_id: int) -> date | None:
    """The last sealed day of a book, None before the first."""
    heads = BookHead.objects.visible_to(actor).filter(book__bureau_id=bureau_id)
    found: date | None = heads.values_list("sealed_through", flat=True).first()
    return found


def first_open_day(actor: Actor, bureau_id: int) -> date:
    """The day to seal next: the one after the last seal, else the day of the earliest document, else the day on which
    the book was opened."""
    sealed = sealed_through(actor, bureau_id)
    if sealed is not None:
        return sealed + timedelta(days=1)
    moves = Move.objects.visible_to(actor).filter(book__bureau_id=bureau_id)
    earliest: date | None = moves.aggregate(day=Min("business_date"))["day"]
    return earliest or business_date(Book.objects.visible_to(actor).get(bureau_id=bureau_id).opened_at)


def open_days(actor: Actor, bureau_id: int, *, today: date) -> list[date]:
    """The days that are not sealed, up to today, in order."""
    first = first_open_day(actor, bureau_id)
    return [first + timedelta(days=number) for number in range((today - first).days + 1)]


def closing_balances(actor: Actor, seal: Seal) -> QuerySet[ClosingBalance]:
    """What moved on the day and what was left of it at its end."""
    rows = ClosingBalance.objects.visible_to(actor).filter(seal=seal)
    return rows.select_related("account__store", "account__party", "lot__item").order_by("lot__item__code", "pk")


def file_digests(actor: Actor, bureau_id: int) -> list[str]:
    """The digests of all files of a bureau, each once, in order."""
    rows = StoredFile.objects.visible_to(actor).filter(bureau_id=bureau_id)
    return sorted(set(rows.values_list("digest", flat=True)))


def plain_key(row: SealKey) -> Plain:
    """A public key as files and verifiers hold it."""
    return {
        "id": row.key_id,
        "public_key": row.public_key,
        "made_at": row.made_at.astimezone(UTC).isoformat(),
        "previous": row.previous.key_id if row.previous else None,
        "signature": row.signature,
    }


def plain_seal(row: Seal) -> Plain:
    """A seal as files and verifiers hold it."""
    return {"content": row.content, "digest": row.digest, "signature": row.signature}


def seal_records(actor: Actor, bureau_id: int, *, through: date | None = None) -> Iterator[dict[str, Any]]:
    """The public keys, then the seals of a book in order, up to a day."""
    keys = SealKey.objects.visible_to(actor).select_related("previous").order_by("pk")
    rows = seals(actor, bureau_id).order_by("number")
    held = list(rows if through is None else rows.filter(day__lte=through))
    if held:
        yield from ({KEY: plain_key(row)} for row in keys)
    yield from ({SEAL: plain_seal(row)} for row in held)


def seal_lines(actor: Actor, bureau_id: int, *, through: date | None = None) -> Iterator[str]:
    """`seal_records` as JSON lines: what goes to the outside and what `verify` reads."""
    for record in seal_records(actor, bureau_id, through=through):
        yield canonical(record).decode("utf-8") + "\n"


def seal_addresses(actor: Actor, bureau_id: int) -> QuerySet[SealAddress]:
    """Where the seals of a book go by themselves, newest first."""
    rows = SealAddress.objects.visible_to(actor).filter(book__bureau_id=bureau_id, removed_at=None)
    return rows.order_by("-pk")
