"""Receive: what was announced, what was not, and what goes straight to a unit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.actions import claim, record, settle
from liangcao.foundation.kernel.clock import business_date as day_of
from liangcao.foundation.kernel.errors import Conflict
from liangcao.foundation.kernel.text import check_text
from liangcao.operations.supply import queries, rules
from liangcao.operations.supply.actions.posting import Place, write_receipt
from liangcao.operations.supply.actions.sources import locked_source, write_source
from liangcao.operations.supply.announcing import check_announcement
from liangcao.operations.supply.arriving import check_arrivals, note_needs
from liangcao.operations.supply.inputs import ReceiptLineInput, SourceLineInput
from liangcao.operations.supply.models import Receipt, Source
from liangcao.reference.catalog.queries import items_by_id, signatures_by_category
from liangcao.reference.parties.queries import organisation, store, stores
from liangcao.reference.parties.separation import check_two_people


class EarmarkedForAnother(Conflict):
    """The goods are meant for another unit."""

    def __init__(self, source: Source, recipient: str) -> None:
        super().__init__(
            "EARMARKED_FOR_ANOTHER",
            f"{source.number} 定向给“{source.earmark}”,不能直接交付“{recipient}”;改变用途须先取得捐赠方同意",
            f'{source.number} is meant for "{source.earmark}" and goes to "{recipient}" only with the donor\'s consent',
            field="recipient",
        )


@transaction.atomic
def receive_source(
    *,
    source_id: int,
    store_id: int,
    lines: Sequence[ReceiptLineInput],
    final: bool = False,
    business_date: date | None = None,
    late_reason: str = "",
    note: str = "",
    by: Actor,
    at: datetime,
    client_id: UUID,
) -> Receipt:
    """Receive a part or the rest of a source into a store. Good goods go into the store, or into its receiving area
    when the rule of their category asks for more signatures; damaged ones into quarantine.

    `final` says that no more will come: each line that stays short then needs a reason. More than advised is taken and
    shown. Raises AlreadyReceived, Conflict (state, STORE_HAZARD, EXPIRED_ON_ARRIVAL), Invalid with all problems at
    once, and what the ledger refuses (dates, late entries).
    """
    source = queries.source(by, source_id)
    guard.check(by, "receive", "source", bureau_id=source.bureau_id)
    body = {
        "source": source_id, "store": store_id, "lines": list(lines), "final": final, "day": business_date,
        "late_reason": late_reason, "note": note,
    }  # fmt: skip
    done = claim(client_id=client_id, action="receive_source", body=body, by=by, at=at)
    if done:
        return queries.receipt(by, int(done))
    _check_another_ordered(source, by, at)
    place = Place(store=store(by, store_id, bureau_id=source.bureau_id))
    guard.check(by, "receive", "source", bureau_id=source.bureau_id, row=place.store)
    receipt = _receive(
        source_id, place, lines, is_final=final, day=business_date or day_of(at), late_reason=late_reason, note=note,
        by=by, at=at, client_id=client_id,
    )  # fmt: skip
    settle(client_id=client_id, ref=str(receipt.pk))
    return receipt


@transaction.atomic
def receive_direct(
    *,
    source_id: int,
    recipient_id: int,
    lines: Sequence[ReceiptLineInput],
    signed_by: str,
    final: bool = False,
    business_date: date | None = None,
    late_reason: str = "",
    note: str = "",
    by: Actor,
    at: datetime,
    client_id: UUID,
) -> Receipt:
    """Goods that never see our store: receipt and issue in one act, signed by the recipient (直达).

    Raises EarmarkedForAnother, Invalid DAMAGED_IN_DIRECT, and as `receive_source`.
    """
    source = queries.source(by, source_id)
    guard.check(by, "receive", "source", bureau_id=source.bureau_id)
    body = {
        "source": source_id, "recipient": recipient_id, "lines": list(lines), "signed_by": signed_by, "final": final,
        "day": business_date, "late_reason": late_reason, "note": note,
    }  # fmt: skip
    done = claim(client_id=client_id, action="receive_direct", body=body, by=by, at=at)
    if done:
        return queries.receipt(by, int(done))
    _check_another_ordered(source, by, at)
    recipient = organisation(by, recipient_id, bureau_id=source.bureau_id)
    if source.earmark_id not in (None, recipient.pk):
        raise EarmarkedForAnother(source, recipient.name)
    name = check_text(signed_by, field="signed_by", zh="签收人", en="signature", longest=60, is_required=True)
    place = Place(recipient=recipient, signed_by=name)
    receipt = _receive(
        source_id, place, lines, is_final=final, day=business_date or day_of(at), late_reason=late_reason, note=note,
        by=by, at=at, client_id=client_id,
    )  # fmt: skip
    settle(client_id=client_id, ref=str(receipt.pk))
    return receipt


@transaction.atomic
def receive_unannounced(
    *,
    bureau_id: int,
    kind: str,
    counterparty_id: int,
    store_id: int,
    lines: Sequence[ReceiptLineInput],
    channel: str = "",
    document_ref: str = "",
    earmark_id: int | None = None,
    amount_fen: int | None = None,
    business_date: date | None = None,
    late_reason: str = "",
    note: str = "",
    by: Actor,
    at: datetime,
    client_id: UUID,
) -> Receipt:
    """Goods at the gate that nobody announced: the source is written and received in one act. Unloading never stops.

    Raises as `announce_source` and `receive_source`.
    """
    rules.check_can_announce(by, bureau_id=bureau_id)
    guard.check(by, "receive", "source", bureau_id=bureau_id)
    body = {
        "bureau": bureau_id, "kind": kind, "counterparty": counterparty_id, "store": store_id, "lines": list(lines),
        "channel": channel, "document": document_ref, "earmark": earmark_id, "amount_fen": amount_fen,
        "day": business_date, "late_reason": late_reason, "note": note,
    }  # fmt: skip
    done = claim(client_id=client_id, action="receive_unannounced", body=body, by=by, at=at)
    if done:
        return queries.receipt(by, int(done))
    place = Place(store=store(by, store_id, bureau_id=bureau_id))
    guard.check(by, "receive", "source", bureau_id=bureau_id, row=place.store)
    item_ids = list(dict.fromkeys(line.item_id for line in lines))
    drafted, texts = check_announcement(
        [SourceLineInput(item_id, None) for item_id in item_ids], items_by_id(item_ids),
        kind=kind, channel=channel, document_ref=document_ref, amount_fen=amount_fen, note=note,
    )  # fmt: skip
    source = write_source(
        bureau_id=bureau_id, kind=kind, counterparty_id=counterparty_id, drafted=drafted, texts=texts,
        earmark_id=earmark_id, expected_date=None, amount_fen=amount_fen, by=by, at=at, client_id=client_id,
    )  # fmt: skip
    source.lines.update(added_on_arrival=True)
    receipt = _receive(
        source.pk, place, lines, is_final=True, day=business_date or day_of(at), late_reason=late_reason, note=note,
        by=by, at=at, client_id=client_id,
    )  # fmt: skip
    settle(client_id=client_id, ref=str(receipt.pk))
    return receipt


def _check_another_ordered(source: Source, by: Actor, at: datetime) -> None:
    """Who orders does not take in. Goods that come without an order are written down and taken in by one act."""
    if source.kind == "purchase":
        check_two_people(
            rule="source.receive",
            by=by,
            earlier=[source.announced_user_id],
            bureau_id=source.bureau_id,
            at=at,
            ref=source.number,
        )


def _receive(
    source_id: int,
    place: Place,
    lines: Sequence[ReceiptLineInput],
    *,
    is_final: bool,
    day: date,
    late_reason: str,
    note: str,
    by: Actor,
    at: datetime,
    client_id: UUID,
) -> Receipt:
    """The part that all three have in common, after guard and claim: lock, check, write, post, journal."""
    source = locked_source(by, source_id)
    held = list(queries.source_lines(by, source_id))
    rules.check_can_receive(by, source, held)
    note = check_text(note, field="note", zh="备注", en="note", longest=500)
    arrivals = check_arrivals(
        lines, items_by_id(line.item_id for line in lines), held, store=place.store, is_final=is_final, on=day,
        others=list(stores(by, bureau_id=source.bureau_id)),
    )  # fmt: skip
    if place.store is not None:
        note_needs(arrivals, signatures_by_category(by))
    receipt = write_receipt(
        source, place, arrivals, held, is_final=is_final, day=day, late_reason=late_reason, note=note,
        by=by, at=at, client_id=client_id,
    )  # fmt: skip
    record(
        by=by, at=at, action="receive_direct" if place.recipient else "receive_source", object_kind="source",
        object_ref=source.number, bureau_id=source.bureau_id,
        after={
            "receipt": receipt.number, "status": source.status, "final": is_final,
            "lines": [[a.item.code, a.good, a.damaged, a.reason] for a in arrivals],
        },
    )  # fmt: skip
    return receipt
