"""How a move gets into the book: a constant number of set-based statements, whatever its size.

Order of locks, the same for every writer: lots, accounts that are new, balances in (account, lot) order, then the
book's head. The head comes last, just before the move gets its place, so that the order of seq is the order of commits.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from liangcao.foundation.database.bulk import (
    Rows,
    Statement,
    execute_together,
    insert_statement,
    is_sqlite,
    moment,
    rows_parameter,
    rows_table,
    stored,
)
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.kernel.clock import business_date
from liangcao.ledger import record as records
from liangcao.ledger.entries import MoveDraft, PostedMove
from liangcao.ledger.kinds import MOVE_KINDS, AccountKind, counts_backwards, flows_of
from liangcao.ledger.models import Lot, LotFact, Move, StockAccount
from liangcao.ledger.seals_rules import check_not_sealed
from liangcao.ledger.state import BookState, LineState, LotState, day_from

# (account id, lot id as the engine keeps it): text compares and hashes many times faster than a UUID.
Key = tuple[int, str]
States = dict[UUID, LotState]
Columns = tuple[tuple[str, str], ...]

_SAME_BALANCE = "b.account_id = r.account_id AND b.lot_id = r.lot_id"
_BALANCE = (("account_id", "bigint"), ("lot_id", "uuid"))
_POSTING = (
    ("book_id", "bigint"), ("move_id", "uuid"), ("line", "bigint"), ("lot_id", "uuid"), ("source_id", "bigint"),
    ("target_id", "bigint"), ("quantity", "bigint"),
)  # fmt: skip
_DAY_TOTAL = (
    ("book_id", "bigint"), ("ledger_day", "date"), ("business_date", "date"), ("store_id", "bigint"), ("flow", "text"),
    ("item_id", "bigint"), ("quantity", "bigint"),
)  # fmt: skip

_DAY_CHANGE = (
    ("book_id", "bigint"), ("kind", "text"), ("store_id", "bigint"), ("item_id", "bigint"), ("business_date", "date"),
    ("quantity", "bigint"),
)  # fmt: skip


def deltas_of(lines: list[LineState]) -> dict[Key, int]:
    """Net change of each (account, lot), in sorted order."""
    change: dict[Key, int] = defaultdict(int)
    for line in lines:
        change[line.source.pk, line.lot.key] -= line.quantity
        change[line.target.pk, line.lot.key] += line.quantity
    return dict(sorted(change.items()))


class Locked(NamedTuple):
    """What each balance of a move held before it, and which of them were new and have the move's pieces already."""

    held: dict[Key, int]
    written: frozenset[Key]


def lock_balances(draft: MoveDraft, lines: list[LineState], deltas: dict[Key, int]) -> Locked:
    """Make the missing balance rows, lock all of them in order, and tell what each held.

    Missing rows are made before any row is locked: two writers that meet on a new row then wait for each other in the
    same order as on an old one. PostgreSQL keeps every version of a row that it writes, so there a new row is made
    with what the move brings, where its sign allows that: a refusal takes the whole transaction back anyway.
    """
    kinds = {account.pk: account.kind for line in lines for account in (line.source, line.target)}
    items = {line.lot.key: line.lot.item.pk for line in lines}
    at_once = not is_sqlite()
    rows = [
        (account, lot, kinds[account], items[lot], change if at_once and _may_hold(kinds[account], change) else 0)
        for (account, lot), change in deltas.items()
    ]
    table = rows_table(*_BALANCE, ("kind", "text"), ("item_id", "bigint"), ("delta", "bigint"))
    parameter = rows_parameter(rows)
    lock, lot_id = (" FOR UPDATE OF b", "b.lot_id::text") if at_once else ("", "b.lot_id")
    told = " RETURNING account_id, lot_id::text, quantity" if at_once else ""
    make = (
        "INSERT INTO ledger_balance (book_id, account_id, lot_id, kind, item_id, quantity, moved_on)"
        f" SELECT {_number()}, r.account_id, r.lot_id, r.kind, r.item_id, r.delta, {_date()}"
        f" FROM {table} WHERE NOT EXISTS"
        f" (SELECT 1 FROM ledger_balance b WHERE {_SAME_BALANCE}) ON CONFLICT (account_id, lot_id) DO NOTHING{told}"
    )
    read = (
        f"SELECT b.account_id, {lot_id}, b.quantity FROM ledger_balance b JOIN {table} ON {_SAME_BALANCE}"
        f" ORDER BY b.account_id, b.lot_id{lock}"
    )
    making = (make, [draft.book_id, draft.business_date.isoformat(), parameter])
    reading = (read, [parameter])
    if at_once:
        made, found = (_held(rows) for rows in execute_together([making, reading]))
        written = frozenset(key for key, quantity in made.items() if quantity)
        return Locked(dict.fromkeys(deltas, 0) | found | dict.fromkeys(written, 0), written)
    # One writer at a time: there is nobody to wait for, and mostly nothing to make.
    held = _held(execute_together([reading])[-1])
    if len(held) < len(deltas):
        execute_together([making])
    return Locked(dict.fromkeys(deltas, 0) | held, frozenset())


def _may_hold(kind: str, quantity: int) -> bool:
    """Whether a balance may stand at this: only what is outside goes below zero, and never above."""
    return quantity < 0 if kind == AccountKind.OUTSIDE else quantity > 0


def _held(rows: Rows) -> dict[Key, int]:
    return {(account, lot): held for account, lot, held in rows}


def _date() -> str:
    """A placeholder for a date as text: a literal would make another statement every day."""
    return "%s" if is_sqlite() else "%s::date"


def _number() -> str:
    """A placeholder for a whole number where the statement itself does not say the type."""
    return "%s" if is_sqlite() else "%s::bigint"


def balance_changes(draft: MoveDraft, deltas: dict[Key, int], written: frozenset[Key]) -> list[Statement]:
    """Adds each delta to its balance, but to those that have it already. The CHECK on the sign is the last guard."""
    rows = [(account, lot, change) for (account, lot), change in deltas.items() if (account, lot) not in written]
    if not rows:
        return []
    table = rows_table(*_BALANCE, ("delta", "bigint"))
    day = draft.business_date.isoformat()
    change = (
        f"UPDATE ledger_balance AS b SET quantity = b.quantity + r.delta,"
        f" moved_on = CASE WHEN b.moved_on < {_date()} THEN {_date()} ELSE b.moved_on END"
        f" FROM {table} WHERE {_SAME_BALANCE}",
        [day, day, rows_parameter(rows)],
    )
    return [change]


def new_postings(draft: MoveDraft, lines: list[LineState]) -> Statement:
    """Writes the postings. They come before their move: foreign keys are checked at the end of the transaction."""
    move = stored(draft.client_id)
    rows: list[tuple[object, ...]] = [
        (draft.book_id, move, number, line.lot.key, line.source.pk, line.target.pk, line.quantity)
        for number, line in enumerate(lines, start=1)
    ]
    return _insert("ledger_posting", _POSTING, rows)


def _insert(table: str, columns: Columns, rows: list[tuple[object, ...]], on_conflict: str = "") -> Statement:
    names = ", ".join(name for name, _ in columns)
    chosen = ", ".join(f"r.{name}" for name, _ in columns)
    return (
        f"INSERT INTO {table} ({names}) SELECT {chosen} FROM {rows_table(*columns)} WHERE true{on_conflict}",
        [rows_parameter(rows)],
    )


def place_in_chain(
    book: BookState,
    draft: MoveDraft,
    lines: list[LineState],
    states: States,
    *,
    first: Sequence[Statement] = (),
    by: Actor,
    at: datetime,
) -> PostedMove:
    """Take the book's head, give the move its seq, number and hash, write it with lots and facts, move the head on.

    `first` is written on the way, before the head is taken.
    """
    head = _locked_head(book, first)
    # The day may have been sealed while this move waited for its locks.
    check_not_sealed(draft.business_date, head.sealed_through)
    move = _new_move(book, draft, head, by, max(at, head.recorded_at))
    lots = _new_lots(draft, move)
    facts = [
        LotFact(book_id=book.pk, lot_id=f.lot_id, fact=f.fact, value=f.value, reason=f.reason, move=move)
        for f in draft.new_facts
    ]
    move.hash = records.hash_of(_record(book, move, lots, facts, lines, states), head.hash)
    if lots:
        Lot.objects.bulk_create(lots)
    if facts:
        LotFact.objects.bulk_create(facts)
    totals = new_day_totals(draft, lines, ledger_day=move.recorded_at)
    changes = new_day_changes(draft, lines)
    execute_together([insert_statement(move), *totals, *changes, _moved_head(move)])
    return posted(move)


class Head(NamedTuple):
    """The end of a book's chain, as it stands while we hold its lock."""

    seq: int
    hash: str
    recorded_at: datetime
    sealed_through: date | None


def _locked_head(book: BookState, first: Sequence[Statement]) -> Head:
    lock = "" if is_sqlite() else " FOR UPDATE"
    read = f"SELECT seq, hash, recorded_at, sealed_through FROM ledger_bookhead WHERE book_id = %s{lock}"
    [(seq, last_hash, recorded_at, sealed)] = execute_together([*first, (read, [book.pk])])[-1]
    return Head(seq, last_hash, moment(recorded_at), day_from(sealed))


def _moved_head(move: Move) -> Statement:
    return (
        "UPDATE ledger_bookhead SET seq = %s, hash = %s, recorded_at = %s WHERE book_id = %s",
        [move.seq, move.hash, connection.ops.adapt_datetimefield_value(move.recorded_at), move.book_id],
    )


def posted(move: Move) -> PostedMove:
    """The answer that a caller gets for a move."""
    return PostedMove(move.pk, move.seq, move.number, move.kind, move.business_date, move.recorded_at)


def _new_move(book: BookState, draft: MoveDraft, head: Head, by: Actor, recorded_at: datetime) -> Move:
    seq = head.seq + 1
    return Move(
        id=draft.client_id,
        book_id=book.pk,
        seq=seq,
        number=f"{MOVE_KINDS[draft.kind].prefix}{draft.business_date:%Y%m%d}-{seq}",
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
    book: BookState, move: Move, lots: list[Lot], facts: list[LotFact], lines: list[LineState], states: States
) -> records.Record:
    postings = [
        records.posting_entry(
            number,
            line.lot.text,
            line.lot.item.code,
            line.lot.item.base_unit,
            line.source.name,
            line.target.name,
            line.quantity,
        )
        for number, line in enumerate(lines, start=1)
    ]
    lot_entries = [records.lot_entry(lot, states[lot.id].item.code, states[lot.id].item.base_unit) for lot in lots]
    return records.record_of(move, book.code, lot_entries, [records.fact_entry(f) for f in facts], postings)


def account_names(accounts: QuerySet[StockAccount]) -> dict[int, str]:
    """account id → its name by codes, as records write it."""
    rows = accounts.values_list("pk", "kind", "store__code", "party__code")
    return {pk: records.account_name(kind, store, party) for pk, kind, store, party in rows}


def totals_of(lines: list[LineState], *, is_reversal: bool) -> dict[tuple[int, str, int], int]:
    """(store, flow, item) → signed quantity of a draft. A reversal counts below zero in the flow that it reverses."""
    totals: dict[tuple[int, str, int], int] = defaultdict(int)
    for line in lines:
        source, target, sign = line.source, line.target, 1
        if counts_backwards(source.kind, target.kind, is_reversal=is_reversal):
            source, target, sign = target, source, -1
        for flow, side in flows_of(source.kind, target.kind, line.lot.source_kind):
            totals[(source, target)[side].store_id, flow, line.lot.item.pk] += sign * line.quantity
    return totals


def new_day_totals(draft: MoveDraft, lines: list[LineState], *, ledger_day: datetime) -> list[Statement]:
    """Adds the move to the totals of its days. Under the head's lock, so two moves never write one row at once."""
    totals = totals_of(lines, is_reversal=draft.reverses_id is not None)
    days = (business_date(ledger_day).isoformat(), draft.business_date.isoformat())
    rows: list[tuple[object, ...]] = [
        (draft.book_id, *days, store, flow, item, quantity) for (store, flow, item), quantity in sorted(totals.items())
    ]
    return _added_up("ledger_daytotal", _DAY_TOTAL, rows)


def changes_of(lines: list[LineState]) -> dict[tuple[str, int, int], int]:
    """(kind of account, store, item) → net change of a draft; what only passed from one party to another is none."""
    changes: dict[tuple[str, int, int], int] = defaultdict(int)
    for line in lines:
        for account, change in ((line.source, -line.quantity), (line.target, line.quantity)):
            changes[account.kind, account.store_id, line.lot.item.pk] += change
    return {key: change for key, change in changes.items() if change}


def new_day_changes(draft: MoveDraft, lines: list[LineState]) -> list[Statement]:
    """Adds the move to the changes of its business date. Under the head's lock, as the day totals."""
    day = draft.business_date.isoformat()
    rows: list[tuple[object, ...]] = [
        (draft.book_id, *key, day, change) for key, change in sorted(changes_of(lines).items())
    ]
    return _added_up("ledger_daychange", _DAY_CHANGE, rows)


def _added_up(table: str, columns: Columns, rows: list[tuple[object, ...]]) -> list[Statement]:
    """Adds the last column, the quantity, to the row that has the others; makes it where there is none."""
    if not rows:
        return []
    key = ", ".join(name for name, _ in columns[:-1])
    add_up = f" ON CONFLICT ({key}) DO UPDATE SET quantity = {table}.quantity + excluded.quantity"
    return [_insert(table, columns, rows, add_up)]
