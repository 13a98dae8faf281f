"""What posting reads before it writes: the book, lots with their latest facts, accounts with their names.

Each is one statement for any number of rows, written by hand and read into plain values: a move of 5,000 lines touches
5,000 lots, and for a move of one line the building of queries would cost more than the engine's work. All of them go
in one message, for the same reason.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from liangcao.foundation.database.bulk import (
    Rows,
    Statement,
    among,
    execute_together,
    is_sqlite,
    list_parameter,
    rows_of,
    rows_parameter,
    rows_table,
    stored,
    stored_keys,
)
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.kernel.errors import NotFound
from liangcao.ledger.entries import NONE_ID, AccountRef, MoveDraft
from liangcao.ledger.models import StockAccount
from liangcao.ledger.record import account_name
from liangcao.ledger.refusals import LotNotFound
from liangcao.reference.parties.models import Organisation, Store

_ACCOUNT = (("kind", "text"), ("store_id", "bigint"), ("party_id", "bigint"))


@dataclass(frozen=True, slots=True)
class BookState:
    """The book that a draft goes into. `id_is_used`: the draft's id already belongs to a document."""

    pk: int
    code: str
    bureau_id: int
    late_days: int
    id_is_used: bool
    sealed_through: date | None


@dataclass(frozen=True, slots=True)
class ItemState:
    """What records and refusals say of an item."""

    pk: int
    code: str
    name: str
    name_en: str
    base_unit: str

    @property
    def english(self) -> str:
        """The name for an English sentence: the Chinese one where there is no other."""
        return self.name_en or self.name


@dataclass(frozen=True)
class Fact:
    """The latest fact of its kind on a lot."""

    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class LotState:
    """What posting needs to know of a lot. `key` is its id as the engine keeps it."""

    key: str
    text: str
    code: str
    item: ItemState
    source_kind: str
    arrived_on: date
    expires_on: date | None
    facts: dict[str, Fact] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AccountState:
    """An account row with the names that records and refusals use."""

    pk: int
    kind: str
    store_id: int
    party_id: int
    name: str
    place: str


@dataclass(frozen=True, slots=True)
class LineState:
    """A line of a draft with what its names stand for."""

    lot: LotState
    source: AccountState
    target: AccountState
    quantity: int


def line_states(
    draft: MoveDraft, accounts: dict[AccountRef, AccountState], lots: dict[UUID, LotState]
) -> list[LineState]:
    """The lines of a draft in order. Looked up once: rules, balances, postings and record all read them."""
    return [
        LineState(lots[line.lot_id], accounts[line.source], accounts[line.target], line.quantity)
        for line in draft.lines
    ]


@dataclass(frozen=True, slots=True)
class Before:
    """What was there before a move. `accounts` are those that exist; `named` the old lots that the draft names, key as
    the engine keeps it → id; of lots, facts and items the rows as read."""

    book: BookState
    accounts: dict[AccountRef, AccountState]
    named: dict[str, UUID]
    lots: Rows
    facts: Rows
    items: Rows


def read_before(draft: MoveDraft, by: Actor) -> Before | None:
    """Read all that posting a draft needs, with its old lots locked: shared, or exclusively by what records facts (a
    recall waits for the moves of its lots, and they for it).

    None where the actor has no desk in the book's bureau (the rule of BookQuerySet.visible_to), or is appointed for
    other stores than those the draft touches.
    """
    asked = {"book": _asked_book(draft)}
    if draft.accounts:
        asked["accounts"] = _asked_accounts(draft.book_id, draft.accounts)
    named = _old_lots(draft)
    if named:
        asked["lots"] = _asked_lots(draft.book_id, sorted(named), exclusive=bool(draft.new_facts))
        # A statement after the lock: a recall that we waited for is seen only by one that is begun later.
        asked["facts"] = _asked_facts(list(named))
    if draft.new_lots:
        asked["items"] = _asked_items({lot.item_id for lot in draft.new_lots})
    told = dict(zip(asked, execute_together(list(asked.values())), strict=True))
    book = _visible_book(told["book"], draft, by)
    if book is None:
        return None
    accounts = _accounts(told.get("accounts", []))
    return Before(book, accounts, named, told.get("lots", []), told.get("facts", []), told.get("items", []))


def _asked_book(draft: MoveDraft) -> Statement:
    return (
        "SELECT b.id, b.code, b.late_days, EXISTS (SELECT 1 FROM ledger_move m WHERE m.id = %s), b.bureau_id,"
        " h.sealed_through FROM ledger_book b JOIN ledger_bookhead h ON h.book_id = b.id WHERE b.id = %s",
        [stored(draft.client_id), draft.book_id],
    )


def _visible_book(rows: Rows, draft: MoveDraft, by: Actor) -> BookState | None:
    if not rows:
        return None
    [row] = rows
    if not (by.sees_everything or (row[4] in by.bureau_ids and _reaches(by, row[4], draft))):
        return None
    return BookState(row[0], row[1], row[4], row[2], bool(row[3]), day_from(row[5]))


def _reaches(by: Actor, bureau_id: int, draft: MoveDraft) -> bool:
    """Whether every store of the draft is one that the actor is appointed for; nothing to ask of nearly everybody."""
    narrowed = [grant for grant in by.narrowed_grants if grant.bureau_id == bureau_id]
    if not narrowed or not all(grant.store_ids for grant in narrowed):
        return True
    allowed = frozenset[int]().union(*(grant.store_ids for grant in narrowed))
    return all(ref.store_id == 0 or ref.store_id in allowed for ref in draft.accounts)


def _old_lots(draft: MoveDraft) -> dict[str, UUID]:
    """The lots that a draft names and does not make."""
    named = {line.lot_id for line in draft.lines} | {fact.lot_id for fact in draft.new_facts}
    wanted = list(named - {lot.id for lot in draft.new_lots})
    return dict(zip(stored_keys(wanted), wanted, strict=True))


def lot_states(draft: MoveDraft, before: Before) -> dict[UUID, LotState]:
    """The lots of a draft: old ones as read, new ones as they will be.

    Raises LotNotFound for a lot that this book does not have.
    """
    if len(before.lots) < len(before.named):
        raise LotNotFound(str(min(set(before.named) - {row[0] for row in before.lots})))
    facts = _facts(before.facts)
    states = {}
    for key, code, kind, arrived, expires, *item in before.lots:
        lot_id = before.named[key]
        states[lot_id] = LotState(
            key, str(lot_id), code, ItemState(*item), kind, day_from(arrived), day_from(expires), facts.get(lot_id, {})
        )
    items = {row[0]: ItemState(*row) for row in before.items}
    for lot in draft.new_lots:
        states[lot.id] = LotState(
            stored(lot.id),
            str(lot.id),
            "",
            items[lot.item_id],
            lot.source_kind,
            draft.business_date,
            lot.expires_on,
        )
    return states


def _asked_lots(book_id: int, keys: list[str], *, exclusive: bool) -> Statement:
    sqlite = is_sqlite()
    lock = "" if sqlite else f" FOR {'UPDATE' if exclusive else 'SHARE'} OF l"
    # The unary plus keeps SQLite from walking all lots of the book by the index of book_id.
    identity, in_book = ("l.id", "+l.book_id") if sqlite else ("l.id::text", "l.book_id")
    return (
        f"SELECT {identity}, l.code, l.source_kind, l.arrived_on, l.expires_on,"
        " i.id, i.code, i.name, i.name_en, i.base_unit"
        " FROM ledger_lot l JOIN catalog_item i ON i.id = l.item_id"
        f" WHERE {in_book} = %s AND {among('l.id', 'uuid')} ORDER BY l.id{lock}",
        [book_id, list_parameter(keys)],
    )


def _asked_items(item_ids: set[int]) -> Statement:
    return (
        f"SELECT id, code, name, name_en, base_unit FROM catalog_item WHERE {among('id', 'bigint')}",
        [list_parameter(sorted(item_ids))],
    )


def day_from(value: Any) -> Any:
    """A date from the engine: SQLite keeps it as text."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def latest_facts(lot_ids: Iterable[UUID]) -> dict[UUID, dict[str, Fact]]:
    """lot → fact → the latest of its kind."""
    keys = stored_keys(lot_ids)
    return _facts(rows_of(_asked_facts(keys))) if keys else {}


def _asked_facts(keys: list[str]) -> Statement:
    return (
        f"SELECT lot_id, fact, value, reason FROM ledger_lotfact WHERE {among('lot_id', 'uuid')} ORDER BY id",
        [list_parameter(keys)],
    )


def _facts(rows: Rows) -> dict[UUID, dict[str, Fact]]:
    latest: dict[UUID, dict[str, Fact]] = defaultdict(dict)
    for lot_id, fact, value, reason in rows:
        latest[lot_id if isinstance(lot_id, UUID) else UUID(lot_id)][fact] = Fact(value, reason)
    return latest


def accounts_for(
    book_id: int, refs: set[AccountRef], found: dict[AccountRef, AccountState] | None = None
) -> dict[AccountRef, AccountState]:
    """The account rows for these names, made where they are missing. `found` are those that were read already."""
    found = _find_accounts(book_id, refs) if found is None else found
    missing = refs - set(found)
    if not missing:
        return found
    _check_parts_are_ours(book_id, missing)
    StockAccount.objects.bulk_create(
        [StockAccount(book_id=book_id, kind=r.kind, store_id=r.store_id, party_id=r.party_id) for r in sorted(missing)],
        ignore_conflicts=not is_sqlite(),
    )
    return found | _find_accounts(book_id, missing)


def _find_accounts(book_id: int, refs: set[AccountRef]) -> dict[AccountRef, AccountState]:
    return _accounts(rows_of(_asked_accounts(book_id, refs))) if refs else {}


def _asked_accounts(book_id: int, refs: set[AccountRef]) -> Statement:
    # CROSS keeps SQLite from reading the whole list again for each account of the book.
    join = "CROSS JOIN" if is_sqlite() else "JOIN"
    return (
        "SELECT a.id, a.kind, a.store_id, a.party_id, s.code, p.code, s.name, p.name"
        f" FROM {rows_table(*_ACCOUNT)} {join} ledger_stockaccount a"
        " ON a.book_id = %s AND a.kind = r.kind AND a.store_id = r.store_id AND a.party_id = r.party_id"
        " JOIN parties_store s ON s.id = a.store_id JOIN parties_organisation p ON p.id = a.party_id",
        [rows_parameter([(ref.kind, ref.store_id, ref.party_id) for ref in refs]), book_id],
    )


def _accounts(rows: Rows) -> dict[AccountRef, AccountState]:
    found = {}
    for pk, kind, store_id, party_id, store_code, party_code, store_name, party_name in rows:
        place = " ".join(name for name, used in ((store_name, store_id), (party_name, party_id)) if used) or kind
        name = account_name(kind, store_code, party_code)
        found[AccountRef(kind, store_id, party_id)] = AccountState(pk, kind, store_id, party_id, name, place)
    return found


def _check_parts_are_ours(book_id: int, refs: set[AccountRef]) -> None:
    """Stores and parties of an account are of the book's own bureau; those of another look as if not there."""
    for model, wanted in ((Store, {ref.store_id for ref in refs}), (Organisation, {ref.party_id for ref in refs})):
        named = model.objects.filter(pk__in=wanted)
        ours = set(named.filter(bureau__book=book_id).values_list("pk", flat=True)) | {NONE_ID}
        if wanted - ours:
            raise NotFound(
                "仓库或单位不属于本局,请重新选择",
                "The store or unit is not of this bureau; choose again",
                field="store",
            )
