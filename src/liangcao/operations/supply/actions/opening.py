"""Enter the opening stock, sign it, send it back, confirm it: then the book is live."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from uuid import UUID, uuid5

from django.db import IntegrityError, transaction

from liangcao.foundation.database.locks import locked
from liangcao.foundation.files.models import StoredFile
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.actions import claim, record, settle
from liangcao.foundation.kernel.clock import business_date
from liangcao.foundation.kernel.text import check_reason
from liangcao.ledger.actions import post_move
from liangcao.ledger.entries import AccountRef, NewLot, PostingLine
from liangcao.ledger.queries import book_of
from liangcao.operations.supply import queries, rules
from liangcao.operations.supply.inputs import OpeningLineInput
from liangcao.operations.supply.models import OpeningLine, OpeningStock
from liangcao.operations.supply.opening import LOT_UNKNOWN, check_opening
from liangcao.reference.catalog.queries import items_by_id
from liangcao.reference.parties.actions import own_organisation
from liangcao.reference.parties.queries import stores


@transaction.atomic
def enter_opening_stock(
    *,
    bureau_id: int,
    lines: Sequence[OpeningLineInput],
    file: StoredFile | None = None,
    by: Actor,
    at: datetime,
    client_id: UUID,
) -> OpeningStock:
    """Enter what lies in the stores before the book begins; it replaces what was entered before, whole or not at all.

    No lines at all says that the stores are empty. Raises Conflict OPENING_LIVE, OPENING_SIGNED, OPENING_LATE,
    FILE_TWICE; Invalid with all problems at once.
    """
    rules.check_can_enter_opening(by, bureau_id=bureau_id)
    body = {"bureau": bureau_id, "lines": list(lines), "file": file.digest if file else ""}
    done = claim(client_id=client_id, action="enter_opening_stock", body=body, by=by, at=at)
    if done:
        return queries.opening_stock(by, bureau_id=bureau_id)
    opening = _locked_or_new(bureau_id, by=by, at=at)
    rules.check_opening_editable(opening, book_of(by, bureau_id).opened_at, at=at)
    rules.check_opening_open(opening)
    rules.check_file_is_new(opening, file)
    lots = check_opening(
        lines,
        items=items_by_id(line.item_id for line in lines),
        stores={store.pk: store for store in stores(by, bureau_id=bureau_id)},
        on=business_date(at),
    )
    opening.lines.all().delete()
    OpeningLine.objects.bulk_create(
        OpeningLine(
            opening=opening,
            line=lot.row,
            store=lot.store,
            item=lot.item,
            maker_lot=lot.maker_lot,
            produced_on=lot.produced_on,
            expires_on=lot.expires_on,
            quantity=lot.quantity,
            counted_as=lot.counted_as,
            remark=lot.remark,
        )
        for lot in lots
    )
    opening.file, opening.entered_by, opening.entered_at = file, by.name, at
    _save(opening)
    _record("enter_opening_stock", opening, by=by, at=at, after={"lines": len(lots)})
    settle(client_id=client_id, ref=str(opening.pk))
    return opening


@transaction.atomic
def sign_opening_stock(*, bureau_id: int, version: int, by: Actor, at: datetime, client_id: UUID) -> OpeningStock:
    """The first signature: who counted says that the list is right. `version` is the one that was looked at."""
    rules.check_can_sign_opening(by, bureau_id=bureau_id)
    body = {"bureau": bureau_id, "version": version}
    if claim(client_id=client_id, action="sign_opening_stock", body=body, by=by, at=at):
        return queries.opening_stock(by, bureau_id=bureau_id)
    opening = _locked(bureau_id, by=by)
    rules.check_opening_step(opening, "signed", version=version)
    rules.check_opening_editable(opening, book_of(by, bureau_id).opened_at, at=at)
    opening.status = "signed"
    opening.signed_user_id, opening.signed_by, opening.signed_at = by.user_id, by.name, at
    _save(opening)
    _record("sign_opening_stock", opening, by=by, at=at)
    settle(client_id=client_id, ref=str(opening.pk))
    return opening


@transaction.atomic
def return_opening_stock(
    *, bureau_id: int, version: int, reason: str, by: Actor, at: datetime, client_id: UUID
) -> OpeningStock:
    """Send the signed list back to be mended; the first signature falls away. Raises Invalid REASON_MISSING."""
    rules.check_can_sign_opening(by, bureau_id=bureau_id)
    reason = check_reason(reason, what_zh="退回期初库存", what_en="Sending the opening stock back")
    body = {"bureau": bureau_id, "version": version, "reason": reason}
    if claim(client_id=client_id, action="return_opening_stock", body=body, by=by, at=at):
        return queries.opening_stock(by, bureau_id=bureau_id)
    opening = _locked(bureau_id, by=by)
    rules.check_opening_step(opening, "draft", version=version)
    opening.status = "draft"
    opening.signed_user_id, opening.signed_by, opening.signed_at = None, "", None
    _save(opening)
    _record("return_opening_stock", opening, by=by, at=at, reason=reason)
    settle(client_id=client_id, ref=str(opening.pk))
    return opening


@transaction.atomic
def confirm_opening_stock(*, bureau_id: int, version: int, by: Actor, at: datetime, client_id: UUID) -> OpeningStock:
    """The second signature, by another person: the list is posted as one move, and the book is live.

    Raises Forbidden SECOND_PERSON_NEEDED for the first signer, whatever profile of separation is in force.
    """
    rules.check_can_sign_opening(by, bureau_id=bureau_id)
    body = {"bureau": bureau_id, "version": version}
    if claim(client_id=client_id, action="confirm_opening_stock", body=body, by=by, at=at):
        return queries.opening_stock(by, bureau_id=bureau_id)
    opening = _locked(bureau_id, by=by)
    rules.check_opening_step(opening, "live", version=version)
    rules.check_second_person(opening, by)
    rules.check_opening_editable(opening, book_of(by, bureau_id).opened_at, at=at)
    opening.status = "live"
    opening.confirmed_user_id, opening.confirmed_by, opening.confirmed_at = by.user_id, by.name, at
    opening.move_id = _post(opening, by=by, at=at, client_id=client_id)
    _save(opening)
    _record("confirm_opening_stock", opening, by=by, at=at)
    settle(client_id=client_id, ref=str(opening.pk))
    return opening


def _locked_or_new(bureau_id: int, *, by: Actor, at: datetime) -> OpeningStock:
    """The bureau's opening stock, locked. Two who begin at once meet on the unique index."""
    if queries.opening_stock_if_any(by, bureau_id=bureau_id) is None:
        with suppress(IntegrityError), transaction.atomic():
            OpeningStock.objects.create(bureau_id=bureau_id, entered_by=by.name, entered_at=at)
    return _locked(bureau_id, by=by)


def _locked(bureau_id: int, *, by: Actor) -> OpeningStock:
    """The list that somebody entered, locked. Nobody signs for stores of which nobody has said anything."""
    pk = queries.opening_stock(by, bureau_id=bureau_id).pk
    found: OpeningStock = locked(OpeningStock.objects.all(), [pk])[0]
    return found


def _save(opening: OpeningStock) -> None:
    opening.version += 1
    opening.save()


def _record(
    action: str,
    opening: OpeningStock,
    *,
    by: Actor,
    at: datetime,
    after: dict[str, int] | None = None,
    reason: str = "",
) -> None:
    record(
        by=by,
        at=at,
        action=action,
        object_kind="opening_stock",
        object_ref=str(opening.pk),
        bureau_id=opening.bureau_id,
        after=after,
        reason=reason,
    )


def _post(opening: OpeningStock, *, by: Actor, at: datetime, client_id: UUID) -> UUID | None:
    """Post all lines as one move; empty stores need none."""
    lines = list(opening.lines.select_related("item").order_by("line"))
    if not lines:
        return None
    outside = AccountRef("outside", party_id=own_organisation(bureau_id=opening.bureau_id, by=by, at=at).pk)
    lots = {line.line: uuid5(client_id, f"lot{line.line}") for line in lines}
    return post_move(
        book_id=book_of(by, opening.bureau_id).pk,
        kind="opening",
        business_date=business_date(at),
        lines=[
            PostingLine(lots[line.line], outside, AccountRef("store", store_id=line.store_id), line.quantity)
            for line in lines
        ],
        new_lots=[_lot(opening, line, lots[line.line]) for line in lines],
        cause_kind="opening",
        cause_ref=str(opening.pk),
        signatures=[
            {"role": "counted", "name": opening.signed_by},
            {"role": "confirmed", "name": opening.confirmed_by},
        ],
        by=by,
        at=at,
        client_id=client_id,
    ).id


def _lot(opening: OpeningStock, line: OpeningLine, lot_id: UUID) -> NewLot:
    return NewLot(
        id=lot_id,
        item_id=line.item_id,
        source_kind="opening",
        source_ref=f"opening#{line.line}",
        maker_lot=line.maker_lot,
        no_lot_reason="" if line.maker_lot else LOT_UNKNOWN,
        produced_on=line.produced_on,
        expires_on=line.expires_on,
    )
