"""The day close: seal days in order, change the key, say where seals go."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from uuid import UUID

from django.db import transaction

from liangcao.foundation.database.locks import locked
from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.actions import claim, record, settle
from liangcao.foundation.journal.batches import cut_batches
from liangcao.foundation.journal.models import SHARED, JournalBatch
from liangcao.foundation.kernel.chain import GENESIS, canonical
from liangcao.foundation.kernel.clock import business_date
from liangcao.foundation.kernel.errors import NotFound
from liangcao.foundation.outbox.actions import send
from liangcao.ledger.export import book_records
from liangcao.ledger.models import (
    Balance,
    Book,
    BookHead,
    ClosingBalance,
    Move,
    Posting,
    Seal,
    SealAddress,
    SealKey,
    StockAccount,
)
from liangcao.ledger.posting import account_names
from liangcao.ledger.queries import book_of
from liangcao.ledger.record import hash_of
from liangcao.ledger.seals_keys import SigningKey, enter_key, journal_key, next_key, signing_key, take_over
from liangcao.ledger.seals_proof import (
    FORMAT,
    KEY,
    SEAL,
    Plain,
    closing_digest,
    merkle_root,
    seal_digest,
)
from liangcao.ledger.seals_queries import file_digests, first_open_day, plain_key, plain_seal
from liangcao.ledger.seals_rules import (
    AddressThere,
    ChainBroken,
    check_can_seal,
    check_reason,
    checked_address,
)

CLOSING_PAGE = 2000


@transaction.atomic
def seal_day(
    *,
    bureau_id: int,
    day: date,
    by: Actor,
    at: datetime,
    client_id: UUID,
    checklist: Mapping[str, int] | None = None,
    reason: str = "",
    with_earlier: bool = False,
) -> list[Seal]:
    """封账: close a business date for good and sign it, with `with_earlier` all open days up to it in order. Returns
    the seals that were made, the last one last.

    `checklist` counts what was still open when the day was closed; the seal says so, and it needs a reason. Raises
    FutureDate, DayNotOver, DaySealed, EarlierDayOpen, BeforeTheBook, ChainBroken, ReasonForOpenWork, KeyReadable …
    """
    guard.check(by, "close_day", "seal", bureau_id=bureau_id)
    found = {name: count for name, count in sorted((checklist or {}).items()) if count}
    body = {"bureau": bureau_id, "day": day, "reason": reason, "with_earlier": with_earlier}
    done = claim(client_id=client_id, action="seal_day", body=body, by=by, at=at)
    if done:
        first, _, last = done.partition("-")
        return list(Seal.objects.filter(book__bureau_id=bureau_id, number__range=(first, last)).order_by("number"))
    book = book_of(by, bureau_id)
    cut_batches()
    # From here on nobody posts into the book until the days are closed.
    [head] = locked(BookHead.objects.all(), [book.pk])
    days = check_can_seal(
        day,
        first=first_open_day(by, bureau_id),
        sealed_through=head.sealed_through,
        today=business_date(at),
        with_earlier=with_earlier,
    )
    check_reason(found, reason)
    _check_chain(by, book, head)
    key = signing_key(by=by, at=at)
    made = [_seal(book, head, each, found, key, by=by, at=at) for each in days]
    BookHead.objects.filter(book=book).update(sealed_through=day)
    for seal in made:
        record(
            by=by, at=at, action="seal_day", object_kind="seal", object_ref=f"{book.code} {seal.day}",
            bureau_id=bureau_id, reason=reason, after={"number": seal.number, "digest": seal.digest, "open": found},
        )  # fmt: skip
        _send_out(book, seal, by=by, at=at)
    settle(client_id=client_id, ref=f"{made[0].number}-{made[-1].number}")
    return made


def _check_chain(by: Actor, book: Book, head: BookHead) -> None:
    """Everything that came since the last seal fits its chain, and the chain begins where that seal ended. What is
    older was checked by the seals before. Raises ChainBroken."""
    last = Seal.objects.filter(book=book).order_by("-number").first()
    seq, link = (last.content["head"]["seq"], last.content["head"]["hash"]) if last else (0, GENESIS)
    if seq and not Move.objects.filter(book=book, seq=seq, hash=link).exists():
        raise ChainBroken(seq=seq, what="head of the last seal")
    for held in book_records(by, book.bureau_id, after=seq):
        seq += 1
        if held["seq"] != seq or held["previous_hash"] != link or hash_of(held, link) != held["hash"]:
            raise ChainBroken(seq=seq, what="hash")
        link = held["hash"]
    if (seq, link) != (head.seq, head.hash):
        raise ChainBroken(seq=seq + 1, what="head")


def _seal(book: Book, head: BookHead, day: date, checklist: Plain, key: SigningKey, *, by: Actor, at: datetime) -> Seal:
    last = Seal.objects.filter(book=book).order_by("-number").first()
    closing = _closing(book, day)
    names = account_names(StockAccount.objects.filter(pk__in={account for account, _ in closing}))
    hashes = Move.objects.filter(book=book, business_date=day).order_by("seq").values_list("hash", flat=True)
    held = list(hashes)
    rows = [[names[account], str(lot), quantity] for (account, lot), quantity in closing.items()]
    content: Plain = {
        "format": FORMAT,
        "book": book.code,
        "number": last.number + 1 if last else 1,
        "day": day.isoformat(),
        "sealed_at": at.astimezone(UTC).isoformat(),
        "sealed_by": by.user_id,
        "head": {"seq": head.seq, "hash": head.hash},
        "journal": [_journal_head(chain) for chain in (SHARED, book.bureau_id)],
        "moves": {"count": len(held), "root": merkle_root(held)},
        "closing": {"count": len(rows), "digest": closing_digest(rows)},
        "files": _new_files(by, book),
        "open": checklist,
        "previous_digest": last.digest if last else GENESIS,
        "key": key.key_id,
    }
    seal = Seal.objects.create(
        book=book,
        number=content["number"],
        day=day,
        sealed_at=at,
        content=content,
        digest=seal_digest(content),
        signature=key.sign(canonical(content)),
    )
    ClosingBalance.objects.bulk_create(
        [
            ClosingBalance(seal=seal, account_id=account, lot_id=lot, quantity=quantity)
            for (account, lot), quantity in sorted(closing.items(), key=str)
        ],
        batch_size=CLOSING_PAGE,
    )
    return seal


def _journal_head(chain: int) -> list[int | str]:
    last = JournalBatch.objects.filter(bureau_id=chain).order_by("-seq").first()
    return [chain, last.seq, last.hash] if last else [chain, 0, GENESIS]


def _new_files(by: Actor, book: Book) -> list[str]:
    """The files that no seal has named yet."""
    known: set[str] = set()
    for content in Seal.objects.filter(book=book).values_list("content", flat=True).iterator():
        known.update(content["files"])
    return [each for each in file_digests(by, book.bureau_id) if each not in known]


def _closing(book: Book, day: date) -> dict[tuple[int, UUID], int]:
    """(account, lot) → what was left at the end of the day, of what moved on it: the balance of now less what moved
    since."""
    moved = set()
    for source, target, lot in _sides(book, day):
        moved |= {(source, lot), (target, lot)}
    later: dict[tuple[int, UUID], int] = defaultdict(int)
    since = Posting.objects.filter(book=book, move__business_date__gt=day)
    for source, target, lot, quantity in since.values_list("source", "target", "lot", "quantity").iterator(5000):
        later[source, lot] -= quantity
        later[target, lot] += quantity
    accounts = {account for account, _ in moved}
    # Of the lots of the day only: an account of the outside holds a row of every lot that ever came.
    lots = Posting.objects.filter(book=book, move__business_date=day).values("lot")
    held = Balance.objects.filter(book=book, account__in=accounts, lot__in=lots)
    rows = held.values_list("account", "lot", "quantity")
    now = {(account, lot): quantity for account, lot, quantity in rows.iterator(5000)}
    return {pair: now.get(pair, 0) - later.get(pair, 0) for pair in moved}


def _sides(book: Book, day: date) -> Iterator[tuple[int, int, UUID]]:
    rows = Posting.objects.filter(book=book, move__business_date=day)
    yield from rows.values_list("source", "target", "lot").distinct().iterator(5000)


def _send_out(book: Book, seal: Seal, *, by: Actor, at: datetime) -> None:
    """The seal leaves the building: one message to each address, with the same id however often it is sent."""
    keys = [plain_key(row) for row in SealKey.objects.select_related("previous").order_by("pk")]
    lines = [canonical({KEY: key}).decode() for key in keys] + [canonical({SEAL: plain_seal(seal)}).decode()]
    subject = f"封条 seal {book.code} {seal.day} #{seal.number} {seal.digest[:16]}"
    for held in SealAddress.objects.filter(book=book, removed_at=None).order_by("pk"):
        send(
            channel=held.channel, address=held.address, subject=subject, body="\n".join(lines) + "\n",
            bureau_id=book.bureau_id, at=at, key=f"seal:{book.code}:{seal.number}",
        )  # fmt: skip


@transaction.atomic
def rotate_seal_key(*, by: Actor, at: datetime) -> SealKey:
    """Change the key: the old one signs the new one's public half, and the change stands in the journal.

    For the whole installation and at its command line, so no client's id: run again, it changes the key again. Raises
    Forbidden, KeyReadable, KeyMissing, KeyNotOurs.
    """
    guard.check(by, "rotate", "seal")
    for bureau_id in sorted(by.bureau_ids):
        guard.check(by, "rotate", "seal", bureau_id=bureau_id)
    signing_key(by=by, at=at)
    # Two changes at once would write over each other's new key: one at a time, on the row of the first key.
    locked(SealKey.objects.all(), SealKey.objects.filter(previous=None).values_list("pk", flat=True))
    old = signing_key(by=by, at=at)
    row = enter_key(next_key(), signed_by=old, previous=SealKey.objects.get(key_id=old.key_id), at=at)
    journal_key("rotate_seal_key", row.key_id, by=by, at=at, before={"key": old.key_id})
    transaction.on_commit(lambda: take_over(row.key_id))
    return row


@transaction.atomic
def add_seal_address(
    *, bureau_id: int, channel: str, address: str, by: Actor, at: datetime, client_id: UUID
) -> SealAddress:
    """Send every new seal to this address outside the building. The door has checked a webhook against the
    installation's list. Raises Invalid EMAIL_INVALID, Conflict ADDRESS_THERE."""
    guard.check(by, "send", "seal", bureau_id=bureau_id)
    body = {"bureau": bureau_id, "channel": channel, "address": address}
    done = claim(client_id=client_id, action="add_seal_address", body=body, by=by, at=at)
    if done:
        return SealAddress.objects.get(pk=int(done))
    book = book_of(by, bureau_id)
    address = checked_address(channel, address)
    if SealAddress.objects.filter(book=book, channel=channel, address=address, removed_at=None).exists():
        raise AddressThere()
    made = SealAddress.objects.create(book=book, channel=channel, address=address, added_by=by.name, added_at=at)
    record(
        by=by, at=at, action="add_seal_address", object_kind="seal_address", object_ref=str(made.pk),
        bureau_id=bureau_id, after={"channel": channel},
    )  # fmt: skip
    settle(client_id=client_id, ref=str(made.pk))
    return made


@transaction.atomic
def remove_seal_address(*, address_id: int, bureau_id: int, by: Actor, at: datetime, client_id: UUID) -> None:
    """Send it nothing any more. Removing twice changes nothing. Raises NotFound."""
    guard.check(by, "send", "seal", bureau_id=bureau_id)
    claim(client_id=client_id, action="remove_seal_address", body={"address": address_id}, by=by, at=at)
    rows = SealAddress.objects.visible_to(by).filter(book__bureau_id=bureau_id)
    held = next(iter(locked(rows, [address_id])), None)
    if held is None:
        raise NotFound()
    if held.removed_at is None:
        held.removed_at = at
        held.save(update_fields=["removed_at"])
        record(
            by=by, at=at, action="remove_seal_address", object_kind="seal_address", object_ref=str(held.pk),
            bureau_id=bureau_id, before={"channel": held.channel},
        )  # fmt: skip
