"""Books and moves: opening, posting, reversing."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Sum

from liangcao.foundation.database.bulk import Statement
from liangcao.foundation.database.locks import locked
from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.actions import record
from liangcao.foundation.kernel.chain import GENESIS
from liangcao.foundation.kernel.clock import business_date as day_of
from liangcao.foundation.kernel.errors import Invalid
from liangcao.foundation.kernel.quantity import check_quantity
from liangcao.ledger import posting, rules, state
from liangcao.ledger.entries import AccountRef, MoveDraft, NewFact, NewLot, PostedMove, PostingLine
from liangcao.ledger.models import Balance, Book, BookHead, Lot, Move, Posting
from liangcao.ledger.refusals import GoodsMovedOn, MoveNotFound, NothingToReverse
from liangcao.reference.parties.queries import bureau as bureau_in_scope

_log = logging.getLogger(__name__)
# Who waited for his turn comes a little later than the entry before him; a clock that was set back, by more.
CLOCK_SLACK = timedelta(minutes=2)


@transaction.atomic
def open_book(*, bureau_id: int, by: Actor, at: datetime) -> Book:
    """Open the book of a bureau, or return the one it has. The chain starts at 64 zeros."""
    guard.check(by, "edit", "bureau", bureau_id=bureau_id)
    bureau = bureau_in_scope(by, bureau_id)
    book, made = Book.objects.get_or_create(bureau=bureau, defaults={"code": bureau.code, "opened_at": at})
    if made:
        BookHead.objects.create(book=book, seq=0, hash=GENESIS, recorded_at=at)
        record(by=by, at=at, action="open_book", object_kind="book", object_ref=book.code, bureau_id=bureau_id)
    return book


@transaction.atomic
def post_move(
    *,
    book_id: int,
    kind: str,
    business_date: date,
    lines: Sequence[PostingLine],
    cause_kind: str,
    cause_ref: str,
    by: Actor,
    at: datetime,
    client_id: UUID,
    new_lots: Sequence[NewLot] = (),
    new_facts: Sequence[NewFact] = (),
    reason: str = "",
    late_reason: str = "",
    signatures: Sequence[dict[str, str]] = (),
) -> PostedMove:
    """Post one move. The caller's action has checked the appointment and claimed `client_id`, which becomes the
    move's id.

    Raises Invalid (shape, dates), StockShort, LotExpired, LotFrozen, LateEntryRefused, LotNotFound; then nothing is
    written.
    """
    draft = MoveDraft(
        book_id=book_id,
        client_id=client_id,
        kind=kind,
        business_date=business_date,
        lines=tuple(lines),
        cause_kind=cause_kind,
        cause_ref=cause_ref,
        reason=reason,
        late_reason=late_reason,
        new_lots=tuple(new_lots),
        new_facts=tuple(new_facts),
        signatures=tuple(signatures),
    )
    return post_draft(draft, by=by, at=at)


def post_draft(draft: MoveDraft, *, by: Actor, at: datetime) -> PostedMove:
    """Check a draft and write it; see `post_move` for what is refused. Part of the caller's transaction, which a
    refusal must take back."""
    # Before anything is read: only what is well formed makes its way into a statement.
    rules.check_shape(draft)
    before = state.read_before(draft, by)
    if before is None:
        raise MoveNotFound("")
    book, today = before.book, day_of(at)
    rules.check_date(book, draft, today)
    rules.check_id_is_new(draft.client_id, is_used=book.id_is_used)
    states = state.lot_states(draft, before)
    accounts = state.accounts_for(book.pk, draft.accounts, before.accounts)
    lines = state.line_states(draft, accounts, states)
    rules.check_lots(draft, lines)
    changes: list[Statement] = []
    if lines:
        deltas = posting.deltas_of(lines)
        held, written = posting.lock_balances(draft, lines, deltas)
        rules.check_enough(lines, deltas, held)
        if draft.business_date < today:
            rules.check_path(draft, lines, deltas, held)
        changes = [*posting.balance_changes(draft, deltas, written), posting.new_postings(draft, lines)]
    moved = posting.place_in_chain(book, draft, lines, states, first=changes, by=by, at=at)
    _note_clock(book, moved, by=by, at=at)
    return moved


def _note_clock(book: state.BookState, moved: PostedMove, *, by: Actor, at: datetime) -> None:
    """Say so where the clock stands before the book's last entry: the move has that entry's time, the order stays."""
    behind = moved.recorded_at - at
    if behind <= CLOCK_SLACK:
        return
    seconds = int(behind.total_seconds())
    _log.warning(
        "the clock is %d s behind the book %s: %s is recorded at %s",
        seconds,
        book.code,
        moved.number,
        moved.recorded_at.isoformat(),
    )
    record(
        by=by, at=at, action="clock_behind", object_kind="book", object_ref=book.code,
        bureau_id=book.bureau_id, after={"number": moved.number, "seconds_behind": seconds},
    )  # fmt: skip


@transaction.atomic
def reverse_move(
    *, move_id: UUID, reason: str, by: Actor, at: datetime, client_id: UUID, lines: dict[int, int] | None = None
) -> PostedMove:
    """冲红: post the counter-entry of a move, whole or only `lines` (line number → base units), dated today.

    The caller's action has checked the appointment and claimed `client_id`. Raises MoveNotFound, NothingToReverse,
    GoodsMovedOn (with the later documents and what could still be reversed), Invalid REASON_MISSING.
    """
    move = Move.objects.visible_to(by).select_related("book").filter(pk=move_id).first()
    if move is None:
        raise MoveNotFound(str(move_id))
    if not reason.strip():
        raise Invalid("REASON_MISSING", "冲红须填写原因", "A reversal needs a reason", field="reason")
    # Two reversals of one document wait for each other here, so that what is left is read once.
    locked(Lot.objects.filter(book=move.book), move.postings.values_list("lot_id", flat=True))
    left = reversible(move)
    chosen = {number: left[number][1] for number in left} if lines is None else _chosen(left, lines)
    if not chosen or move.kind == "reversal":
        raise NothingToReverse(move.number)
    postings = {number: left[number][0] for number in chosen}
    _check_goods_there(move, postings, chosen)
    draft = MoveDraft(
        book_id=move.book_id,
        client_id=client_id,
        kind="reversal",
        business_date=day_of(at),
        lines=tuple(PostingLine(p.lot_id, _ref(p.target), _ref(p.source), chosen[n]) for n, p in postings.items()),
        cause_kind="move",
        cause_ref=move.number,
        reason=reason,
        reverses_id=move.pk,
    )
    return post_draft(draft, by=by, at=at)


def reversible(move: Move) -> dict[int, tuple[Posting, int]]:
    """line → (posting, base units not reversed yet) of a move, lines that are wholly reversed left out."""
    undone: dict[tuple[UUID, int, int], int] = defaultdict(int)
    earlier = Posting.objects.filter(move__reverses=move).values_list("lot_id", "target_id", "source_id")
    for lot, source, target, total in earlier.annotate(total=Sum("quantity")):
        undone[lot, source, target] += total
    left: dict[int, tuple[Posting, int]] = {}
    for row in move.postings.select_related("source", "target", "lot__item").order_by("line"):
        key = (row.lot_id, row.source_id, row.target_id)
        taken = min(undone[key], row.quantity)
        undone[key] -= taken
        if row.quantity > taken:
            left[row.line] = (row, row.quantity - taken)
    return left


def _chosen(left: dict[int, tuple[Posting, int]], lines: dict[int, int]) -> dict[int, int]:
    for number, quantity in lines.items():
        check_quantity(quantity, row=number)
        most = left[number][1] if number in left else 0
        if quantity > most:
            raise Invalid(
                "REVERSAL_TOO_LARGE",
                f"第 {number} 行最多可冲红 {most:,},填写的是 {quantity:,}",
                f"Line {number}: at most {most:,} can be reversed, {quantity:,} given",
                field="quantity",
                row=number,
            )
    return dict(lines)


def _ref(account: object) -> AccountRef:
    return AccountRef(account.kind, account.store_id, account.party_id)  # type: ignore[attr-defined]


def _check_goods_there(move: Move, postings: dict[int, Posting], chosen: dict[int, int]) -> None:
    """Refuse when goods of the move have left the accounts it put them in, naming the documents that took them."""
    for number, row in postings.items():
        held = (
            Balance.objects.filter(account_id=row.target_id, lot_id=row.lot_id)
            .values_list("quantity", flat=True)
            .first()
            or 0
        )
        if row.target.kind == "outside" or held >= chosen[number]:
            continue
        later = Posting.objects.filter(lot_id=row.lot_id, source_id=row.target_id, move__seq__gt=move.seq)
        numbers = list(later.order_by("-move__seq").values_list("move__number", flat=True)[:20])
        raise GoodsMovedOn(
            number=move.number,
            later=list(dict.fromkeys(numbers)),
            possible=max(held, 0),
            asked=chosen[number],
            unit=row.lot.item.base_unit,
        )
