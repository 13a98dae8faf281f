"""Handling what is in the house: lot facts, transfers between stores, inspection of what waits in quarantine."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.actions import claim, record, settle
from liangcao.foundation.kernel.clock import business_date as day_of
from liangcao.foundation.kernel.errors import Conflict, Invalid
from liangcao.foundation.kernel.quantity import check_lines_by_hand
from liangcao.ledger import posting
from liangcao.ledger.actions.moves import post_draft, post_move
from liangcao.ledger.entries import AccountRef, MoveDraft, NewFact, PostedMove, PostingLine
from liangcao.ledger.models import Book, Lot, Move
from liangcao.ledger.refusals import LotNotFound, MoveNotFound, SameAccount
from liangcao.reference.parties.models import Store
from liangcao.reference.parties.queries import store as store_in_scope
from liangcao.reference.parties.queries import stores_by_id

# What an inspection may find: passed goods go to the store, the others are written off.
INSPECTION_OUTCOMES = {"passed": "store", "rejected": "loss"}


class HazardNotAllowed(Conflict):
    """The store may not hold goods of this hazard class."""


@transaction.atomic
def record_fact(
    *, lot_id: UUID, fact: str, value: str, reason: str, by: Actor, at: datetime, client_id: UUID
) -> PostedMove:
    """Record a lot fact (freeze, corrected date …) as a move of its own. "yes"/"no" for frozen. A recall has a document
    of its own, which tells the holders.

    Raises Invalid FACT_UNKNOWN, RECALL_NEEDS_DOCUMENT or REASON_MISSING, LotNotFound.
    """
    lot = Lot.objects.visible_to(by).select_related("book").filter(pk=lot_id).first()
    if lot is None:
        raise LotNotFound(str(lot_id))
    guard.check(by, "fact", "ledger", bureau_id=lot.book.bureau_id, row=lot)
    done = claim(
        client_id=client_id,
        action="record_fact",
        body={"lot": lot_id, "fact": fact, "value": value, "reason": reason},
        by=by,
        at=at,
    )
    if done:
        return posting.posted(Move.objects.get(pk=done))
    if fact == "recalled":
        raise Invalid(
            "RECALL_NEEDS_DOCUMENT",
            "召回和解除召回须开召回单,才会通知到每个持有单位;请在批次页点“召回”",
            "A recall, and its end, is a document of its own, which reaches every holder: see the page of the lot",
            field="fact",
        )
    if not reason.strip():
        raise Invalid("REASON_MISSING", "请填写原因", "Give a reason", field="reason")
    draft = MoveDraft(
        book_id=lot.book_id,
        client_id=client_id,
        kind="fact",
        business_date=day_of(at),
        lines=(),
        cause_kind="lot",
        cause_ref=lot.code,
        reason=reason,
        new_facts=(NewFact(lot_id, fact, value, reason),),
    )
    moved = post_draft(draft, by=by, at=at)
    record(
        by=by, at=at, action="record_fact", object_kind="lot", object_ref=lot.code,
        bureau_id=lot.book.bureau_id, after={"fact": fact, "value": value}, reason=reason,
    )  # fmt: skip
    settle(client_id=client_id, ref=str(moved.id))
    return moved


@transaction.atomic
def transfer(
    *,
    book_id: int,
    from_store_id: int,
    to_store_id: int,
    lines: Sequence[tuple[UUID, int]],
    reason: str,
    by: Actor,
    at: datetime,
    client_id: UUID,
) -> PostedMove:
    """调拨: move lots from one store of the book to another. `lines` are (lot, base units).

    Raises as `post_move` does, Invalid LINES_TOO_MANY, and HazardNotAllowed when the other store may not hold the
    goods.
    """
    book = Book.objects.visible_to(by).filter(pk=book_id).first()
    if book is None:
        raise MoveNotFound("")
    mover = guard.acting(by, "transfer", "ledger", bureau_id=book.bureau_id)
    body = {
        "from": from_store_id,
        "to": to_store_id,
        "lines": [[str(lot), quantity] for lot, quantity in lines],
        "reason": reason,
    }
    done = claim(client_id=client_id, action="transfer", body=body, by=by, at=at)
    if done:
        return posting.posted(Move.objects.get(pk=done))
    check_lines_by_hand(len(lines))
    places = stores_by_id(mover, [from_store_id, to_store_id], bureau_id=book.bureau_id)
    if from_store_id == to_store_id:
        raise SameAccount(row=1, field="to_store")
    check_hazard(book, places[1], [lot for lot, _ in lines])
    source, target = AccountRef("store", from_store_id), AccountRef("store", to_store_id)
    return _handle(
        book, "transfer", [PostingLine(lot, source, target, quantity) for lot, quantity in lines],
        f"{from_store_id}-{to_store_id}", reason, by=by, at=at, client_id=client_id,
    )  # fmt: skip


def check_hazard(book: Book, store: Store, lot_ids: Sequence[UUID]) -> None:
    """The store may hold goods of these lots' hazard classes. Raises HazardNotAllowed."""
    for lot in Lot.objects.filter(book=book, pk__in=lot_ids).select_related("item"):
        if not store.holds(lot.item.hazard_class):
            raise HazardNotAllowed(
                "HAZARD_NOT_ALLOWED",
                f"“{store.name}”不能存放“{lot.item.name}”(危险类别 {lot.item.hazard_class}),请换仓库",
                f'"{store.name}" may not hold "{lot.item.english}" (hazard class {lot.item.hazard_class}); '
                "choose another",
                field="to_store",
            )


@transaction.atomic
def inspect_lot(
    *, lot_id: UUID, store_id: int, quantity: int, outcome: str, reason: str, by: Actor, at: datetime, client_id: UUID
) -> PostedMove:
    """检验: goods of a lot that wait in a store's quarantine are passed into the store, or rejected and written off.

    `quantity` in base units. Raises LotNotFound, Invalid OUTCOME_INVALID or REASON_MISSING, StockShort.
    """
    lot = Lot.objects.visible_to(by).select_related("book").filter(pk=lot_id).first()
    if lot is None:
        raise LotNotFound(str(lot_id))
    inspector = guard.acting(by, "inspect", "ledger", bureau_id=lot.book.bureau_id)
    body = {"lot": lot_id, "store": store_id, "quantity": quantity, "outcome": outcome, "reason": reason}
    done = claim(client_id=client_id, action="inspect_lot", body=body, by=by, at=at)
    if done:
        return posting.posted(Move.objects.get(pk=done))
    if outcome not in INSPECTION_OUTCOMES:
        raise Invalid(
            "OUTCOME_INVALID", "检验结论须为合格或不合格", "The outcome is passed or rejected", field="outcome"
        )
    if not reason.strip():
        raise Invalid("REASON_MISSING", "请填写检验说明", "Say what the inspection found", field="reason")
    store_in_scope(inspector, store_id, bureau_id=lot.book.bureau_id)
    source, target = AccountRef("quarantine", store_id), AccountRef(INSPECTION_OUTCOMES[outcome], store_id)
    line = PostingLine(lot_id, source, target, quantity)
    return _handle(lot.book, "inspection", [line], lot.code, reason, by=by, at=at, client_id=client_id)


def _handle(book: Book, kind: str, lines: list[PostingLine], ref: str, reason: str, **who_and_when: Any) -> PostedMove:
    """Post a move of this module's own, with its journal entry and its settled claim."""
    moved = post_move(
        book_id=book.pk, kind=kind, business_date=day_of(who_and_when["at"]), lines=lines, cause_kind=kind,
        cause_ref=ref, reason=reason, **who_and_when,
    )  # fmt: skip
    record(
        by=who_and_when["by"], at=who_and_when["at"], action=kind, object_kind="move", object_ref=moved.number,
        bureau_id=book.bureau_id, reason=reason,
    )  # fmt: skip
    settle(client_id=who_and_when["client_id"], ref=str(moved.id))
    return moved
