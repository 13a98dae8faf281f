"""Announce, close, cancel."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.actions import claim, next_number, record, settle
from liangcao.foundation.kernel.clock import business_date
from liangcao.foundation.kernel.text import check_text
from liangcao.operations.supply import queries, rules
from liangcao.operations.supply.announcing import DraftSourceLine, Texts, check_announcement
from liangcao.operations.supply.flow import KINDS
from liangcao.operations.supply.inputs import SourceLineInput
from liangcao.operations.supply.models import Source, SourceLine
from liangcao.reference.catalog.queries import items_by_id
from liangcao.reference.parties.queries import current_emergency, organisation


@transaction.atomic
def announce_source(
    *,
    bureau_id: int,
    kind: str,
    counterparty_id: int,
    lines: Sequence[SourceLineInput],
    channel: str = "",
    document_ref: str = "",
    earmark_id: int | None = None,
    expected_date: date | None = None,
    amount_fen: int | None = None,
    note: str = "",
    by: Actor,
    at: datetime,
    client_id: UUID,
) -> Source:
    """Write down what somebody will send: kind purchase, gift, allotment or output, lines with or without an amount.

    A gift with `amount_fen` (fen) and no lines is money; it counts as received at once. `earmark_id` names the unit
    that the goods are meant for. Raises Invalid with all problems at once, NotFound for a party of another bureau.
    """
    rules.check_can_announce(by, bureau_id=bureau_id)
    body = {
        "bureau": bureau_id, "kind": kind, "counterparty": counterparty_id, "lines": list(lines), "channel": channel,
        "document": document_ref, "earmark": earmark_id, "expected": expected_date, "amount_fen": amount_fen,
        "note": note,
    }  # fmt: skip
    done = claim(client_id=client_id, action="announce_source", body=body, by=by, at=at)
    if done:
        return queries.source(by, int(done))
    drafted, texts = check_announcement(
        lines, items_by_id(line.item_id for line in lines),
        kind=kind, channel=channel, document_ref=document_ref, amount_fen=amount_fen, note=note,
    )  # fmt: skip
    source = write_source(
        bureau_id=bureau_id, kind=kind, counterparty_id=counterparty_id, drafted=drafted, texts=texts,
        earmark_id=earmark_id, expected_date=expected_date, amount_fen=amount_fen, by=by, at=at, client_id=client_id,
    )  # fmt: skip
    settle(client_id=client_id, ref=str(source.pk))
    return source


def write_source(
    *,
    bureau_id: int,
    kind: str,
    counterparty_id: int,
    drafted: Sequence[DraftSourceLine],
    texts: Texts,
    earmark_id: int | None,
    expected_date: date | None,
    amount_fen: int | None,
    by: Actor,
    at: datetime,
    client_id: UUID,
) -> Source:
    """Write a source whose parts have passed the checks; also used when goods come unannounced. Raises NotFound."""
    counterparty = organisation(by, counterparty_id, bureau_id=bureau_id)
    earmark = None if earmark_id is None else organisation(by, earmark_id, bureau_id=bureau_id)
    emergency = current_emergency(bureau_id)
    guard.check(by, "announce", "source", bureau_id=bureau_id, row=emergency)
    source = Source.objects.create(
        bureau_id=bureau_id,
        emergency=emergency,
        kind=kind,
        number=next_number(bureau_id=bureau_id, prefix=KINDS[kind].prefix, day=business_date(at)),
        counterparty=counterparty,
        channel=texts.channel,
        document_ref=texts.document_ref,
        earmark=earmark,
        announced_at=at,
        announced_by=by.name,
        announced_user_id=by.user_id,
        expected_date=expected_date,
        amount_fen=amount_fen,
        note=texts.note,
        status="announced" if drafted or amount_fen is None else "received",
        client_id=client_id,
    )
    _write_lines(source, drafted)
    record(
        by=by, at=at, action="announce_source", object_kind="source", object_ref=source.number, bureau_id=bureau_id,
        after={"kind": kind, "counterparty": counterparty.code, "lines": len(drafted), "amount_fen": amount_fen},
    )  # fmt: skip
    return source


def _write_lines(source: Source, drafted: Sequence[DraftSourceLine]) -> None:
    SourceLine.objects.bulk_create(
        SourceLine(
            source=source,
            line=number,
            item=line.item,
            quantity_advised=line.quantity,
            advised_as=line.advised_as,
            unit_price_fen=line.given.unit_price_fen,
            maker_lot=line.given.maker_lot.strip(),
            produced_on=line.given.produced_on,
            expires_on=line.given.expires_on,
            remark=line.given.remark.strip(),
        )
        for number, line in enumerate(drafted, start=1)
    )


@transaction.atomic
def close_source(*, source_id: int, reason: str, by: Actor, at: datetime, client_id: UUID) -> Source:
    """Say that no more will come of a source, and why. Raises Conflict STATE_CONFLICT, Invalid REQUIRED, NotFound."""
    return _end(source_id=source_id, act="close", status="closed", reason=reason, by=by, at=at, client_id=client_id)


@transaction.atomic
def cancel_source(*, source_id: int, reason: str, by: Actor, at: datetime, client_id: UUID) -> Source:
    """Say that a source will not come at all, and why; only while nothing has arrived. Raises as `close_source`."""
    return _end(source_id=source_id, act="cancel", status="cancelled", reason=reason, by=by, at=at, client_id=client_id)


def _end(*, source_id: int, act: str, status: str, reason: str, by: Actor, at: datetime, client_id: UUID) -> Source:
    source = queries.source(by, source_id)
    guard.check(by, act, "source", bureau_id=source.bureau_id)
    done = claim(
        client_id=client_id, action=f"{act}_source", body={"source": source_id, "reason": reason}, by=by, at=at
    )
    if done:
        return queries.source(by, int(done))
    source = locked_source(by, source_id)
    check = rules.check_can_close if act == "close" else rules.check_can_cancel
    check(by, source)
    reason = check_text(reason, field="reason", zh="原因", en="reason", longest=500, is_required=True)
    before = source.status
    source.status = status
    source.ended_by, source.ended_at, source.ended_reason = by.name, at, reason
    source.version += 1
    source.save(update_fields=["status", "ended_by", "ended_at", "ended_reason", "version"])
    record(
        by=by, at=at, action=f"{act}_source", object_kind="source", object_ref=source.number,
        bureau_id=source.bureau_id, before={"status": before}, after={"status": status}, reason=reason,
    )  # fmt: skip
    settle(client_id=client_id, ref=str(source.pk))
    return source


def locked_source(by: Actor, source_id: int) -> Source:
    """The source as it is now, locked until the act ends: two acts on one source never cross."""
    list(Source.objects.filter(pk=source_id).select_for_update(no_key=True).values_list("pk"))
    return queries.source(by, source_id)
