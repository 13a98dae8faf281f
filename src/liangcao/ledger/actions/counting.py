"""盘点: what a count found too many or too few, posted as one move."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid5

from django.db import transaction

from liangcao.foundation.database.locks import locked
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.kernel.clock import business_date as day_of
from liangcao.ledger.actions.moves import post_draft
from liangcao.ledger.entries import AccountRef, MoveDraft, NewFact, NewLot, PostedMove, PostingLine
from liangcao.ledger.models import Lot
from liangcao.ledger.state import Fact, latest_facts

# What is known of a lot holds for what looks the same: recalled goods do not become free by being found.
INHERITED = ("frozen", "recalled", "earmark", "quality")


@dataclass(frozen=True)
class CountDifference:
    """One line that differs. `variance` below zero: pieces of `lot_id` are missing. Above: pieces were found; they
    look like the lot `lot_id`, or, without one, are what `item_id` and the rest say."""

    line: int
    variance: int
    place: str
    item_id: int
    lot_id: UUID | None
    maker_lot: str = ""
    no_lot_reason: str = ""
    produced_on: date | None = None
    expires_on: date | None = None


@transaction.atomic
def post_count(
    *,
    book_id: int,
    store_id: int,
    found_from: int,
    differences: Sequence[CountDifference],
    cause_ref: str,
    reason: str,
    signatures: Sequence[dict[str, str]],
    by: Actor,
    at: datetime,
    client_id: UUID,
) -> PostedMove:
    """Post a count: what is missing goes to loss, what was found becomes a lot of its own that names the lot it
    resembles. `found_from` is the party that found goods come from: the bureau itself.

    The caller's action has checked the appointment and claimed `client_id`. Raises StockShort when less is there than
    is missing, with what is reserved for whom.
    """
    like = {row.lot_id for row in differences if row.lot_id is not None}
    lots = {lot.pk: lot for lot in locked(Lot.objects.filter(book_id=book_id), like)}
    facts = latest_facts(lots)
    lines, new_lots, new_facts = list[PostingLine](), list[NewLot](), list[NewFact]()
    for row in differences:
        place = AccountRef(row.place, store_id)
        if row.variance < 0 and row.lot_id is not None:
            lines.append(PostingLine(row.lot_id, place, AccountRef("loss", store_id), -row.variance))
            continue
        made = _found_lot(row, lots, facts, uuid5(client_id, f"found{row.line}"), f"{cause_ref}#{row.line}")
        new_lots.append(made)
        lines.append(PostingLine(made.id, AccountRef("outside", party_id=found_from), place, row.variance))
        if row.lot_id is not None:
            new_facts += _facts_of(made.id, lots[row.lot_id], facts.get(row.lot_id, {}))
    draft = MoveDraft(
        book_id=book_id,
        client_id=client_id,
        kind="count",
        business_date=day_of(at),
        lines=tuple(lines),
        cause_kind="count",
        cause_ref=cause_ref,
        reason=reason,
        new_lots=tuple(new_lots),
        new_facts=tuple(new_facts),
        signatures=tuple(signatures),
    )
    return post_draft(draft, by=by, at=at)


def _found_lot(
    row: CountDifference, lots: dict[UUID, Lot], facts: dict[UUID, dict[str, Fact]], lot_id: UUID, ref: str
) -> NewLot:
    like = lots.get(row.lot_id) if row.lot_id else None
    told = facts.get(row.lot_id, {}) if row.lot_id else {}
    ends, maker_lot = told.get("expires_on"), told.get("maker_lot")
    return NewLot(
        id=lot_id,
        item_id=row.item_id,
        source_kind="found",
        source_ref=ref,
        maker_lot=row.maker_lot or (maker_lot.value if maker_lot else like.maker_lot if like else ""),
        no_lot_reason=row.no_lot_reason or (like.no_lot_reason if like else ""),
        produced_on=row.produced_on or (like.produced_on if like else None),
        expires_on=row.expires_on or (date.fromisoformat(ends.value) if ends else like.expires_on if like else None),
    )


def _facts_of(made: UUID, like: Lot, facts: dict[str, Fact]) -> list[NewFact]:
    reason = f"盘盈,与批次 {like.code} 相似"
    taken = [
        NewFact(made, name, facts[name].value, reason)
        for name in INHERITED
        if name in facts and facts[name].value != "no"
    ]
    return [NewFact(made, "resembles", like.code, reason), *taken]
