"""What posting reads before it writes: lots with their latest facts, accounts with their names. Each is one statement
for any number of rows, and plain values instead of model rows: a move of 5,000 lines touches 5,000 of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from liangcao.foundation.database.bulk import among, list_parameter, stored
from liangcao.foundation.kernel.errors import NotFound
from liangcao.ledger.entries import NONE_ID, AccountRef, MoveDraft
from liangcao.ledger.models import StockAccount
from liangcao.ledger.record import account_name
from liangcao.ledger.refusals import LotNotFound
from liangcao.reference.catalog.models import Item
from liangcao.reference.parties.models import Organisation, Store


@dataclass(frozen=True)
class Fact:
    """The latest fact of its kind on a lot."""

    value: str
    reason: str


@dataclass(frozen=True)
class LotState:
    """What posting needs to know of a lot. `key` is its id as the engine keeps it."""

    key: str
    text: str
    code: str
    item: Item
    source_kind: str
    arrived_on: date
    expires_on: date | None
    facts: dict[str, Fact] = field(default_factory=dict)


@dataclass(frozen=True)
class AccountState:
    """An account row with the names that records and refusals use."""

    pk: int
    kind: str
    store_id: int
    party_id: int
    name: str
    place: str


def lot_states(draft: MoveDraft) -> dict[UUID, LotState]:
    """The lots of a draft: old ones under a shared lock (a recall takes the exclusive one), new ones as they will be.

    Raises LotNotFound for a lot that this book does not have.
    """
    new = {lot.id: lot for lot in draft.new_lots}
    wanted = {line.lot_id for line in draft.lines} | {fact.lot_id for fact in draft.new_facts}
    keys = {stored(connection, lot_id): lot_id for lot_id in wanted if lot_id not in new}
    rows = _locked_lots(draft.book_id, sorted(keys), exclusive=bool(draft.new_facts))
    if len(rows) < len(keys):
        raise LotNotFound(str(min(set(keys) - {str(row[0]) for row in rows})))
    items = Item.objects.in_bulk({row[5] for row in rows} | {lot.item_id for lot in new.values()})
    facts = latest_facts(keys.values()) if keys else {}
    states = {
        keys[key]: LotState(
            key, str(keys[key]), code, items[item], kind, _day(arrived), _day(expires), facts.get(keys[key], {})
        )
        for key, code, kind, arrived, expires, item in rows
    }
    for lot in new.values():
        states[lot.id] = LotState(
            stored(connection, lot.id),
            str(lot.id),
            "",
            items[lot.item_id],
            lot.source_kind,
            draft.business_date,
            lot.expires_on,
        )
    return states


def _locked_lots(book_id: int, keys: list[str], *, exclusive: bool) -> list[tuple[Any, ...]]:
    if not keys:
        return []
    lock = "" if connection.vendor == "sqlite" else f" FOR {'UPDATE' if exclusive else 'SHARE'} OF l"
    identity = "l.id" if connection.vendor == "sqlite" else "l.id::text"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {identity}, l.code, l.source_kind, l.arrived_on, l.expires_on, l.item_id FROM ledger_lot l"
            f" WHERE l.book_id = %s AND {among(connection, 'l.id', 'uuid')} ORDER BY l.id{lock}",
            [book_id, list_parameter(connection, keys)],
        )
        return list(cursor.fetchall())


def _day(value: Any) -> Any:
    """A date from the engine: SQLite keeps it as text."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def latest_facts(lot_ids: Iterable[UUID]) -> dict[UUID, dict[str, Fact]]:
    """lot → fact → the latest of its kind."""
    keys = [stored(connection, lot_id) for lot_id in lot_ids]
    latest: dict[UUID, dict[str, Fact]] = defaultdict(dict)
    if not keys:
        return latest
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT lot_id, fact, value, reason FROM ledger_lotfact"
            f" WHERE {among(connection, 'lot_id', 'uuid')} ORDER BY id",
            [list_parameter(connection, keys)],
        )
        for lot_id, fact, value, reason in cursor.fetchall():
            latest[lot_id if isinstance(lot_id, UUID) else UUID(lot_id)][fact] = Fact(value, reason)
    return latest


def accounts_for(book_id: int, refs: set[AccountRef]) -> dict[AccountRef, AccountState]:
    """The account rows for these names, made where they are missing."""
    found = _find_accounts(book_id, refs)
    missing = refs - set(found)
    if missing:
        _check_parts_are_ours(book_id, missing)
        StockAccount.objects.bulk_create(
            [
                StockAccount(book_id=book_id, kind=r.kind, store_id=r.store_id, party_id=r.party_id)
                for r in sorted(missing)
            ],
            ignore_conflicts=connection.vendor != "sqlite",
        )
        found |= _find_accounts(book_id, missing)
    return found


def _find_accounts(book_id: int, refs: set[AccountRef]) -> dict[AccountRef, AccountState]:
    rows = StockAccount.objects.filter(
        book_id=book_id,
        kind__in={ref.kind for ref in refs},
        store_id__in={ref.store_id for ref in refs},
        party_id__in={ref.party_id for ref in refs},
    ).values_list("pk", "kind", "store_id", "party_id", "store__code", "party__code", "store__name", "party__name")
    found = {}
    for pk, kind, store_id, party_id, store_code, party_code, store_name, party_name in rows:
        ref = AccountRef(kind, store_id, party_id)
        if ref in refs:
            place = " ".join(name for name, used in ((store_name, store_id), (party_name, party_id)) if used) or kind
            found[ref] = AccountState(pk, kind, store_id, party_id, account_name(kind, store_code, party_code), place)
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
