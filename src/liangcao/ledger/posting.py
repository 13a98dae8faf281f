"""How a move gets into the book: a constant number of set-based statements, whatever its size.

Order of locks, the same for every writer: lots, then balances in (account, lot) order, then the book's head. The head comes
last, just before the move gets its place, so that the order of seq is the order of commits.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from liangcao.foundation.database.bulk import rows_parameter, rows_table
from liangcao.foundation.database.locks import locked
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.kernel.clock import business_date
from liangcao.foundation.kernel.errors import NotFound
from liangcao.ledger import record as records
from liangcao.ledger.entries import NONE_ID, AccountRef, MoveDraft, PostedMove
from liangcao.ledger.kinds import MOVE_KINDS, AccountKind, flows_of
from liangcao.ledger.models import Book, BookHead, Lot, LotFact, Move, StockAccount
from liangcao.ledger.refusals import LotNotFound
from liangcao.reference.catalog.models import Item
from liangcao.reference.parties.models import Organisation, Store


@dataclass(frozen=True)
class LotState:
    """What posting needs to know of a lot: its item, its source kind, its dates and latest facts."""

    lot_id: UUID
    code: str
    item: Item
    source_kind: str
    arrived_on: Any
    expires_on: Any
    facts: dict[str, LotFact]


def lot_states(draft: MoveDraft) -> dict[UUID, LotState]:
    """The lots of a draft, old ones under a shared lock (a recall takes the exclusive one), with their latest facts."""
    new = {lot.id: lot for lot in draft.new_lots}
    wanted = {line.lot_id for line in draft.lines} | {fact.lot_id for fact in draft.new_facts}
    old = locked(Lot.objects.filter(book_id=draft.book_id), wanted - set(new), shared=not draft.new_facts)
    missing = wanted - set(new) - {lot.pk for lot in old}
    if missing:
        raise LotNotFound(str(min(missing)))
    items = {item.pk: item for item in Item.objects.filter(pk__in={lot.item_id for lot in [*old, *new.values()]})}
    facts = latest_facts([lot.pk for lot in old])
    states = {
        lot.pk: LotState(
            lot.pk, lot.code, items[lot.item_id], lot.source_kind, lot.arrived_on, lot.expires_on, facts.get(lot.pk, {})
        )
        for lot in old
    }
    for lot in new.values():
        states[lot.id] = LotState(lot.id, "", items[lot.item_id], lot.source_kind, draft.business_date, lot.expires_on, {})
    return states


def latest_facts(lot_ids: list[UUID]) -> dict[UUID, dict[str, LotFact]]:
    """lot → fact → its latest row."""
    latest: dict[UUID, dict[str, LotFact]] = defaultdict(dict)
    if lot_ids:
        for fact in LotFact.objects.filter(lot_id__in=lot_ids).order_by("id"):
            latest[fact.lot_id][fact.fact] = fact
    return latest


def accounts_for(book_id: int, refs: set[AccountRef]) -> dict[AccountRef, StockAccount]:
    """The account rows for these names, made where they are missing."""
    found = _find_accounts(book_id, refs)
    missing = refs - set(found)
    if missing:
        _check_parts_are_ours(book_id, missing)
        StockAccount.objects.bulk_create(
            [
                StockAccount(book_id=book_id, kind=ref.kind, store_id=ref.store_id, party_id=ref.party_id)
                for ref in sorted(missing)
            ],
            ignore_conflicts=connection.vendor != "sqlite",
        )
        found |= _find_accounts(book_id, missing)
    return found


def _check_parts_are_ours(book_id: int, refs: set[AccountRef]) -> None:
    """Stores and parties of an account belong to the book's own bureau; those of another look as if they were not there."""
    bureau_id = Book.objects.values_list("bureau_id", flat=True).get(pk=book_id)
    for model, wanted in ((Store, {ref.store_id for ref in refs}), (Organisation, {ref.party_id for ref in refs})):
        ours = set(model.objects.filter(pk__in=wanted, bureau_id__in=(bureau_id, NONE_ID)).values_list("pk", flat=True))
        if wanted - ours:
            raise NotFound("仓库或单位不属于本局,请重新选择", "The store or unit is not of this bureau; choose again", field="store")


def _find_accounts(book_id: int, refs: set[AccountRef]) -> dict[AccountRef, StockAccount]:
    rows = StockAccount.objects.filter(
        book_id=book_id,
        kind__in={ref.kind for ref in refs},
        store_id__in={ref.store_id for ref in refs},
        party_id__in={ref.party_id for ref in refs},
    )
    named = {AccountRef(row.kind, row.store_id, row.party_id): row for row in rows}
    return {ref: named[ref] for ref in refs if ref in named}


Key = tuple[int, UUID]
_SAME_BALANCE = "b.account_id = r.account_id AND b.lot_id = r.lot_id"


def deltas_of(draft: MoveDraft, accounts: dict[AccountRef, StockAccount]) -> dict[Key, int]:
    """Net change of each (account, lot), in sorted order."""
    change: dict[Key, int] = defaultdict(int)
    for line in draft.lines:
        change[accounts[line.source].pk, line.lot_id] -= line.quantity
        change[accounts[line.target].pk, line.lot_id] += line.quantity
    return dict(sorted(change.items()))


def lock_balances(
    draft: MoveDraft, deltas: dict[Key, int], accounts: dict[AccountRef, StockAccount], states: dict[UUID, LotState]
) -> dict[Key, int]:
    """Make the missing balance rows at 0, lock all of them in order, and return what each holds now.

    Missing rows are made before any row is locked: two writers that meet on a new row then wait for each other in the
    same order as on an old one.
    """
    kinds = {account.pk: account.kind for account in accounts.values()}
    rows = [(account, lot, kinds[account], states[lot].item.pk) for account, lot in deltas]
    table = rows_table(
        connection, [("account_id", "bigint"), ("lot_id", "uuid"), ("kind", "text"), ("item_id", "bigint")]
    )
    parameter = rows_parameter(connection, rows)
    lock = "" if connection.vendor == "sqlite" else " FOR UPDATE OF b"
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger_balance (book_id, account_id, lot_id, kind, item_id, quantity)"
            f" SELECT {int(draft.book_id)}, r.account_id, r.lot_id, r.kind, r.item_id, 0 FROM {table} WHERE NOT EXISTS"
            f" (SELECT 1 FROM ledger_balance b WHERE {_SAME_BALANCE}) ON CONFLICT (account_id, lot_id) DO NOTHING",
            [parameter],
        )
        cursor.execute(
            f"SELECT b.account_id, b.lot_id, b.quantity FROM ledger_balance b JOIN {table} ON {_SAME_BALANCE}"
            f" ORDER BY b.account_id, b.lot_id{lock}",
            [parameter],
        )
        return {(account, lot if isinstance(lot, UUID) else UUID(lot)): held for account, lot, held in cursor.fetchall()}


def change_balances(deltas: dict[Key, int]) -> None:
    """Add each delta to its balance. The CHECK on the sign is the last guard."""
    table = rows_table(connection, [("account_id", "bigint"), ("lot_id", "uuid"), ("delta", "bigint")])
    rows = [(account, lot, change) for (account, lot), change in deltas.items()]
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE ledger_balance AS b SET quantity = b.quantity + r.delta FROM {table} WHERE {_SAME_BALANCE}",
            [rows_parameter(connection, rows)],
        )


def insert_postings(draft: MoveDraft, accounts: dict[AccountRef, StockAccount]) -> None:
    """Write the postings. They may come before their move: foreign keys are checked at the end of the transaction."""
    rows = [
        (draft.book_id, draft.client_id, number, line.lot_id, accounts[line.source].pk, accounts[line.target].pk, line.quantity)
        for number, line in enumerate(draft.lines, start=1)
    ]
    columns = [
        ("book_id", "bigint"), ("move_id", "uuid"), ("line", "bigint"), ("lot_id", "uuid"),
        ("source_id", "bigint"), ("target_id", "bigint"), ("quantity", "bigint"),
    ]  # fmt: skip
    names = ", ".join(name for name, _ in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO ledger_posting ({names}) SELECT {', '.join('r.' + name for name, _ in columns)} FROM {rows_table(connection, columns)}",
            [rows_parameter(connection, rows)],
        )


def place_in_chain(draft: MoveDraft, accounts: dict[AccountRef, StockAccount], states: dict[UUID, LotState], by: Actor, at: datetime) -> PostedMove:
    """Take the book's head, give the move its seq, number and hash, write it with its lots and facts, and move the head on."""
    book = Book.objects.select_related("bureau").get(pk=draft.book_id)
    head = BookHead.objects.select_for_update(of=("self",)).get(book=book)
    recorded_at = max(at, head.recorded_at)
    move = Move(
        id=draft.client_id,
        book=book,
        seq=head.seq + 1,
        number=f"{MOVE_KINDS[draft.kind].prefix}{draft.business_date:%Y%m%d}-{head.seq + 1}",
        kind=draft.kind,
        business_date=draft.business_date,
        recorded_at=recorded_at,
        user_id=by.user_id,
        actor_name=by.name,
        cause_kind=draft.cause_kind,
        cause_ref=draft.cause_ref,
        reason=draft.reason,
        late_reason=draft.late_reason,
        reverses_id=draft.reverses_id,
        signatures=list(draft.signatures),
        previous_hash=head.hash,
    )
    lots = _new_lots(draft, move)
    facts = [
        LotFact(book=book, lot_id=f.lot_id, fact=f.fact, value=f.value, reason=f.reason, move=move) for f in draft.new_facts
    ]
    move.hash = records.hash_of(_record(draft, move, lots, facts, accounts, states), head.hash)
    move.save(force_insert=True)
    Lot.objects.bulk_create(lots)
    LotFact.objects.bulk_create(facts)
    add_day_totals(draft, states, ledger_day=recorded_at)
    BookHead.objects.filter(pk=head.pk).update(seq=move.seq, hash=move.hash, recorded_at=recorded_at)
    return posted(move)


def posted(move: Move) -> PostedMove:
    """The answer that a caller gets for a move."""
    return PostedMove(move.pk, move.seq, move.number, move.kind, move.business_date, move.recorded_at)


def _new_lots(draft: MoveDraft, move: Move) -> list[Lot]:
    single = len(draft.new_lots) == 1
    return [
        Lot(
            id=lot.id,
            book_id=draft.book_id,
            code=move.number if single else f"{move.number}/{number}",
            item_id=lot.item_id,
            source_kind=lot.source_kind,
            source_ref=lot.source_ref,
            maker_lot=lot.maker_lot,
            no_lot_reason=lot.no_lot_reason,
            produced_on=lot.produced_on,
            expires_on=lot.expires_on,
            move=move,
            arrived_on=draft.business_date,
        )
        for number, lot in enumerate(draft.new_lots, start=1)
    ]


def _record(
    draft: MoveDraft,
    move: Move,
    lots: list[Lot],
    facts: list[LotFact],
    accounts: dict[AccountRef, StockAccount],
    states: dict[UUID, LotState],
) -> records.Record:
    names = account_names([account.pk for account in accounts.values()])
    postings = [
        records.posting_entry(
            number,
            line.lot_id,
            states[line.lot_id].item.code,
            states[line.lot_id].item.base_unit,
            names[accounts[line.source].pk],
            names[accounts[line.target].pk],
            line.quantity,
        )
        for number, line in enumerate(draft.lines, start=1)
    ]
    lot_entries = [records.lot_entry(lot, states[lot.id].item.code, states[lot.id].item.base_unit) for lot in lots]
    return records.record_of(move, move.book.code, lot_entries, [records.fact_entry(f) for f in facts], postings)


def account_names(account_ids: list[int]) -> dict[int, str]:
    """account id → its name by codes, as records write it."""
    rows = StockAccount.objects.filter(pk__in=set(account_ids)).values_list("pk", "kind", "store__code", "party__code")
    return {pk: records.account_name(kind, store, party) for pk, kind, store, party in rows}


def totals_of(draft: MoveDraft, states: dict[UUID, LotState]) -> dict[tuple[int, str, int], int]:
    """(store, flow, item) → signed quantity of a draft. A reversal counts below zero in the flow of what it reverses."""
    totals: dict[tuple[int, str, int], int] = defaultdict(int)
    for line in draft.lines:
        source, target, sign = line.source, line.target, 1
        if draft.reverses_id is not None or _undoes_reservation(source, target):
            source, target, sign = target, source, -1
        state = states[line.lot_id]
        for flow, side in flows_of(source.kind, target.kind, state.source_kind):
            totals[(source, target)[side].store_id, flow, state.item.pk] += sign * line.quantity
    return totals


def _undoes_reservation(source: AccountRef, target: AccountRef) -> bool:
    return source.kind == AccountKind.RESERVED and target.kind == AccountKind.STORE


def add_day_totals(draft: MoveDraft, states: dict[UUID, LotState], *, ledger_day: datetime) -> None:
    """Add the move to the totals of its days. Under the head's lock, so two moves never write one row at once."""
    totals = totals_of(draft, states)
    if not totals:
        return
    rows = [
        (draft.book_id, business_date(ledger_day).isoformat(), draft.business_date.isoformat(), store, flow, item, quantity)
        for (store, flow, item), quantity in sorted(totals.items())
    ]
    columns = [
        ("book_id", "bigint"), ("ledger_day", "date"), ("business_date", "date"), ("store_id", "bigint"),
        ("flow", "text"), ("item_id", "bigint"), ("quantity", "bigint"),
    ]  # fmt: skip
    names = ", ".join(name for name, _ in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO ledger_daytotal ({names}) SELECT {', '.join('r.' + name for name, _ in columns)}"
            f" FROM {rows_table(connection, columns)} WHERE true"
            " ON CONFLICT (book_id, ledger_day, business_date, store_id, flow, item_id)"
            " DO UPDATE SET quantity = ledger_daytotal.quantity + excluded.quantity",
            [rows_parameter(connection, rows)],
        )


