"""From arrivals to a receipt: source lines that were not on the advice, lots, one ledger move, the receipt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid5

from liangcao.foundation.identity.actor import Actor
from liangcao.ledger.actions import post_move
from liangcao.ledger.entries import AccountRef, NewFact, NewLot, PostedMove, PostingLine
from liangcao.ledger.queries import book_of
from liangcao.operations.supply.arriving import Arrival, shortage
from liangcao.operations.supply.models import Receipt, ReceiptFinding, ReceiptLine, ReceiptSignature, Source, SourceLine
from liangcao.reference.parties.models import Organisation, Store


@dataclass(frozen=True)
class Place:
    """Where the goods go: into a store, or straight to a unit whose signature is named."""

    store: Store | None = None
    recipient: Organisation | None = None
    signed_by: str = ""

    def good(self, arrival: Arrival) -> AccountRef:
        """The account of good pieces."""
        if self.recipient is not None:
            return AccountRef("recipient", party_id=self.recipient.pk)
        if arrival.needs:
            return AccountRef("receiving", store_id=self.store.pk)  # type: ignore[union-attr]
        if arrival.is_held:
            return self.damaged()
        return AccountRef("store", store_id=self.store.pk)  # type: ignore[union-attr]

    def damaged(self) -> AccountRef:
        """The account of damaged pieces, and of what waits for inspection."""
        return AccountRef("quarantine", store_id=self.store.pk)  # type: ignore[union-attr]


@dataclass(frozen=True)
class Posted:
    """The posting numbers of an arrival inside the move; one number when good and damaged lie in one account."""

    lot_id: UUID
    good: int | None
    damaged: int | None


def write_receipt(
    source: Source,
    place: Place,
    arrivals: Sequence[Arrival],
    held: Sequence[SourceLine],
    *,
    is_final: bool,
    day: date,
    late_reason: str,
    note: str,
    by: Actor,
    at: datetime,
    client_id: UUID,
) -> Receipt:
    """Write everything of a receipt whose parts have passed the checks, and move the source on."""
    found = _lines_found(source, arrivals, len(held))
    arrived = [arrival for arrival in arrivals if arrival.good or arrival.damaged]
    move, posted = _post(source, place, arrived, day, late_reason, by=by, at=at, client_id=client_id)
    receipt = Receipt.objects.create(
        bureau_id=source.bureau_id,
        source=source,
        store=place.store,
        recipient=place.recipient,
        number=move.number,
        move_id=move.id,
        business_date=move.business_date,
        received_at=at,
        received_by=by.name,
        signed_by=place.signed_by,
        is_final=is_final,
        status="waiting" if any(arrival.needs for arrival in arrived) else "posted",
        note=note,
    )
    ReceiptLine.objects.bulk_create(
        _receipt_line(receipt, number, arrival, posted[arrival.row]) for number, arrival in enumerate(arrived, start=1)
    )
    if receipt.status == "waiting":
        _sign_for_store(receipt, by=by, at=at)
    _move_on(source, arrivals, [*held, *found], is_final=is_final)
    return receipt


def _post(
    source: Source,
    place: Place,
    arrived: Sequence[Arrival],
    day: date,
    late_reason: str,
    *,
    by: Actor,
    at: datetime,
    client_id: UUID,
) -> tuple[PostedMove, dict[int, Posted]]:
    """Enter the arrivals in the book, each as a lot of its own; and where each stands in the move."""
    lots = {arrival.row: uuid5(client_id, f"lot{arrival.row}") for arrival in arrived}
    postings, posted = _postings(source, place, arrived, lots)
    move = post_move(
        book_id=book_of(by, source.bureau_id).pk,
        kind="direct" if place.recipient else "receipt",
        business_date=day,
        lines=postings,
        new_lots=[_lot(source, arrival, lots[arrival.row]) for arrival in arrived],
        new_facts=[fact for arrival in arrived for fact in _facts(source, arrival, lots[arrival.row])],
        cause_kind="source",
        cause_ref=source.number,
        late_reason=late_reason,
        signatures=[{"role": "recipient", "name": place.signed_by}] if place.signed_by else [],
        by=by,
        at=at,
        client_id=client_id,
    )
    return move, posted


def _sign_for_store(receipt: Receipt, *, by: Actor, at: datetime) -> None:
    """Who takes goods in signs for the store with the same act: so many good pieces."""
    signature = ReceiptSignature.objects.create(
        receipt=receipt, kind="store", signed_user_id=by.user_id, signed_by=by.name, signed_at=at
    )
    ReceiptFinding.objects.bulk_create(
        ReceiptFinding(
            signature=signature,
            receipt_line=line,
            quantity_counted=line.quantity_good,
            reason=line.difference_reason,
        )
        for line in receipt.lines.exclude(needs="")
    )


def _receipt_line(receipt: Receipt, number: int, arrival: Arrival, posted: Posted) -> ReceiptLine:
    return ReceiptLine(
        receipt=receipt,
        line=number,
        source_line=arrival.line,
        item=arrival.item,
        lot_id=posted.lot_id,
        quantity_good=arrival.good,
        quantity_damaged=arrival.damaged,
        is_held=arrival.is_held,
        needs=",".join(arrival.needs),
        posting_good=posted.good,
        posting_damaged=posted.damaged,
        difference_reason=arrival.reason,
    )


def _lines_found(source: Source, arrivals: Sequence[Arrival], last: int) -> list[SourceLine]:
    """Add a source line for each item that was not on the advice, and hang its arrivals on it."""
    found: dict[int, SourceLine] = {}
    for arrival in arrivals:
        if arrival.line is None and arrival.item.pk not in found:
            line = SourceLine.objects.create(
                source=source, line=last + len(found) + 1, item=arrival.item, added_on_arrival=True
            )
            line.quantity_arrived = 0  # type: ignore[attr-defined]
            found[arrival.item.pk] = line
    for arrival in arrivals:
        arrival.line = arrival.line or found[arrival.item.pk]
    return list(found.values())


def _postings(
    source: Source, place: Place, arrivals: Sequence[Arrival], lots: dict[int, UUID]
) -> tuple[list[PostingLine], dict[int, Posted]]:
    outside = AccountRef("outside", party_id=source.counterparty_id)
    lines: list[PostingLine] = []
    posted: dict[int, Posted] = {}
    for arrival in arrivals:
        lot = lots[arrival.row]
        if arrival.is_held and arrival.good and arrival.damaged:
            # Both lie in quarantine: one posting, so that a partial reversal finds its line.
            lines.append(PostingLine(lot, outside, place.damaged(), arrival.good + arrival.damaged))
            posted[arrival.row] = Posted(lot, len(lines), len(lines))
            continue
        good = damaged = None
        if arrival.good:
            lines.append(PostingLine(lot, outside, place.good(arrival), arrival.good))
            good = len(lines)
        if arrival.damaged:
            lines.append(PostingLine(lot, outside, place.damaged(), arrival.damaged))
            damaged = len(lines)
        posted[arrival.row] = Posted(lot, good, damaged)
    return lines, posted


def _lot(source: Source, arrival: Arrival, lot_id: UUID) -> NewLot:
    return NewLot(
        id=lot_id,
        item_id=arrival.item.pk,
        source_kind=source.kind,
        source_ref=f"{source.number}#{arrival.line.line}",  # type: ignore[union-attr]
        maker_lot=arrival.maker_lot,
        no_lot_reason="" if arrival.maker_lot else arrival.no_lot_reason,
        produced_on=arrival.produced_on,
        expires_on=arrival.expires_on,
    )


def _facts(source: Source, arrival: Arrival, lot_id: UUID) -> list[NewFact]:
    """What is known of the lot from the start: for whom it is meant, what a piece cost, who accepted it."""
    facts = []
    if source.earmark_id is not None:
        facts.append(NewFact(lot_id, "earmark", str(source.earmark_id), f"{source.number} 定向"))
    price = arrival.line.unit_price_fen if arrival.line else None
    if price is not None:
        facts.append(NewFact(lot_id, "unit_cost", str(price)))
    if arrival.needs:
        facts.append(NewFact(lot_id, "quality", "held", "待验收签字"))
    elif arrival.item.lot_tracked and not arrival.maker_lot:
        if arrival.is_held:
            facts.append(NewFact(lot_id, "quality", "held", "无批号,待检"))
        elif arrival.accepted_by:
            facts.append(NewFact(lot_id, "quality", "accepted", f"无批号,{arrival.accepted_by}验收放行"))
    return facts


def _move_on(source: Source, arrivals: Sequence[Arrival], lines: Sequence[SourceLine], *, is_final: bool) -> None:
    """The source's next state, and the reasons of what stays short."""
    explained = []
    missing = unknown = 0
    for line in lines:
        mine = [arrival for arrival in arrivals if arrival.line is line]
        short = shortage(line, mine)
        missing += short
        unknown += line.quantity_advised is None and not line.added_on_arrival
        reasons = ";".join(dict.fromkeys(arrival.reason for arrival in mine if arrival.reason))
        if is_final and short and reasons:
            line.difference_reason = reasons[:200]
            explained.append(line)
    SourceLine.objects.bulk_update(explained, ["difference_reason"])
    is_complete = is_final or not (missing or unknown)
    source.status = "received" if is_complete else "partly_received"
    source.version += 1
    source.save(update_fields=["status", "version"])
