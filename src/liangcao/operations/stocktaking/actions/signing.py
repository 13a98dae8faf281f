"""The two signatures under a count, sending it back, giving it up."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.actions import claim, settle
from liangcao.foundation.kernel.errors import Conflict, Invalid
from liangcao.foundation.kernel.text import check_reason, check_text
from liangcao.ledger.actions.counting import CountDifference, post_count
from liangcao.ledger.queries import book_of
from liangcao.operations.stocktaking import queries, rules
from liangcao.operations.stocktaking.actions.locking import locked_sheet, note
from liangcao.operations.stocktaking.models import CountLine, CountSheet
from liangcao.operations.stocktaking.queries import Counted
from liangcao.reference.parties.actions import own_organisation
from liangcao.reference.parties.separation import check_two_people


@transaction.atomic
def sign_count(
    *,
    sheet_id: int,
    reason: str = "",
    reasons: Mapping[int, str] | None = None,
    by: Actor,
    at: datetime,
    client_id: UUID,
) -> CountSheet:
    """The first signature: this is what lies there. Where something differs, the reason is told, for all lines or
    (`reasons`, by line) for each; lines that differ were recounted before. Raises Conflict RECOUNT_MISSING, Invalid
    REASON_MISSING."""
    held = queries.sheet(by, sheet_id)
    guard.check(by, "count", "stock_count", bureau_id=held.bureau_id, row=held)
    told = dict(sorted((reasons or {}).items()))
    body = {"sheet": sheet_id, "reason": reason, "reasons": {str(line): text for line, text in told.items()}}
    if claim(client_id=client_id, action="sign_count", body=body, by=by, at=at):
        return held
    sheet = locked_sheet(sheet_id, by=by)
    rules.check_count_step(sheet, "signed")
    rules.check_age(sheet, at)
    different = queries.differing(queries.counted(by, sheet))
    _check_recounted(different)
    reason = check_text(reason, field="reason", zh="原因", en="reason", longest=200)
    _check_reasons(different, reason, told)
    for row in different:
        row.line.reason = told.get(row.line.line, "").strip() or reason
    CountLine.objects.bulk_update([row.line for row in different], ["reason"], batch_size=500)
    sheet.status, sheet.reason = "signed", reason
    sheet.signed_at, sheet.signed_by, sheet.signed_user_id = at, by.name, by.user_id
    sheet.save(update_fields=["status", "reason", "signed_at", "signed_by", "signed_user_id"])
    note("sign_count", sheet, by=by, at=at, after={"different": len(different)}, reason=reason)
    settle(client_id=client_id, ref=str(sheet.pk))
    return sheet


def _check_recounted(different: list[Counted]) -> None:
    once = [row.line.line for row in different if len(row.entries) < 2]
    if once:
        shown = "、".join(map(str, once[:8])) + ("…" if len(once) > 8 else "")
        raise Conflict(
            "RECOUNT_MISSING",
            f"有 {len(once)} 行与账面不符、还没复盘(第 {shown} 行),请先由另一人复盘",
            f"{len(once)} lines differ and were not recounted (line {shown}): have another person recount them first",
        )


def _check_reasons(different: list[Counted], reason: str, told: dict[int, str]) -> None:
    known = {row.line.line for row in different}
    for line, text in told.items():
        if line not in known:
            raise Invalid(
                "LINE_UNKNOWN", f"第 {line} 行没有差异", f"Line {line} does not differ", field="reasons", row=line
            )
        check_text(text, field="reasons", zh="原因", en="reason", longest=200, row=line)
    bare = [line for line in sorted(known) if not reason and not told.get(line, "").strip()]
    if bare:
        raise Invalid(
            "REASON_MISSING",
            f"有差异须写明原因(第 {'、'.join(map(str, bare[:8]))} 行)",
            f"Say why the count differs (line {', '.join(map(str, bare[:8]))})",
            field="reason",
        )


@transaction.atomic
def confirm_count(*, sheet_id: int, by: Actor, at: datetime, client_id: UUID) -> CountSheet:
    """The second signature, by somebody who neither counted nor signed: the differences are posted as one move.

    Raises Forbidden SECOND_PERSON_NEEDED, StockShort.
    """
    held = queries.sheet(by, sheet_id)
    guard.check(by, "confirm", "stock_count", bureau_id=held.bureau_id, row=held)
    if claim(client_id=client_id, action="confirm_count", body={"sheet": sheet_id}, by=by, at=at):
        return held
    sheet = locked_sheet(sheet_id, by=by)
    rules.check_can_confirm(by, sheet, at=at)
    rows = queries.counted(by, sheet)
    earlier = [sheet.signed_user_id, *(entry.user_id for row in rows for entry in row.entries)]
    check_two_people(
        rule=rules.CONFIRM, by=by, earlier=earlier, bureau_id=sheet.bureau_id, at=at, ref=sheet.number,
        refusal=rules.second_signature(),
    )  # fmt: skip
    different = queries.differing(rows)
    if different:
        sheet.move_id = _post(sheet, different, by=by, at=at, client_id=client_id)
    _end(sheet, "posted", by=by, at=at)
    note("confirm_count", sheet, by=by, at=at, after={"different": len(different)})
    settle(client_id=client_id, ref=str(sheet.pk))
    return sheet


def _post(sheet: CountSheet, different: list[Counted], *, by: Actor, at: datetime, client_id: UUID) -> UUID:
    counters = sorted({entry.counted_by for row in different for entry in row.entries})
    moved = post_count(
        book_id=book_of(by, sheet.bureau_id).pk,
        store_id=sheet.store_id,
        found_from=own_organisation(bureau_id=sheet.bureau_id, by=by, at=at).pk,
        differences=[_difference(row) for row in different],
        cause_ref=sheet.number,
        reason=sheet.reason or different[0].line.reason,
        signatures=[
            *({"role": "counted", "name": name} for name in counters),
            {"role": "signed", "name": sheet.signed_by},
            {"role": "confirmed", "name": by.name},
        ],
        by=by,
        at=at,
        client_id=client_id,
    )
    return moved.id


def _difference(row: Counted) -> CountDifference:
    line = row.line
    return CountDifference(
        line=line.line,
        variance=row.variance,
        place=line.place,
        item_id=line.item_id,
        lot_id=line.lot_id or line.resembles_id,
        maker_lot=line.maker_lot,
        no_lot_reason=line.no_lot_reason,
        produced_on=line.produced_on,
        expires_on=line.expires_on,
    )


@transaction.atomic
def return_count(*, sheet_id: int, reason: str, by: Actor, at: datetime, client_id: UUID) -> CountSheet:
    """Send a signed sheet back to be counted again or explained. Raises Invalid REASON_MISSING."""
    held = queries.sheet(by, sheet_id)
    guard.check(by, "confirm", "stock_count", bureau_id=held.bureau_id, row=held)
    reason = check_reason(reason, what_zh="退回盘点表", what_en="Sending a count sheet back")
    if claim(client_id=client_id, action="return_count", body={"sheet": sheet_id, "reason": reason}, by=by, at=at):
        return held
    sheet = locked_sheet(sheet_id, by=by)
    rules.check_can_confirm(by, sheet, at=at)
    sheet.status, sheet.signed_at, sheet.signed_by, sheet.signed_user_id = "counted", None, "", None
    sheet.save(update_fields=["status", "signed_at", "signed_by", "signed_user_id"])
    note("return_count", sheet, by=by, at=at, reason=reason)
    settle(client_id=client_id, ref=str(sheet.pk))
    return sheet


@transaction.atomic
def cancel_count(*, sheet_id: int, reason: str, by: Actor, at: datetime, client_id: UUID) -> CountSheet:
    """Give a count up; the book stays as it is. Raises Invalid REASON_MISSING."""
    held = queries.sheet(by, sheet_id)
    guard.check(by, "cancel", "stock_count", bureau_id=held.bureau_id, row=held)
    reason = check_reason(reason, what_zh="作废盘点表", what_en="Cancelling a count sheet")
    if claim(client_id=client_id, action="cancel_count", body={"sheet": sheet_id, "reason": reason}, by=by, at=at):
        return held
    sheet = locked_sheet(sheet_id, by=by)
    rules.check_can_cancel(by, sheet)
    sheet.ended_reason = reason
    _end(sheet, "cancelled", by=by, at=at)
    note("cancel_count", sheet, by=by, at=at, reason=reason)
    settle(client_id=client_id, ref=str(sheet.pk))
    return sheet


def _end(sheet: CountSheet, status: str, *, by: Actor, at: datetime) -> None:
    sheet.status = status
    sheet.ended_at, sheet.ended_by, sheet.ended_user_id = at, by.name, by.user_id
    sheet.save(update_fields=["status", "move", "ended_at", "ended_by", "ended_user_id", "ended_reason"])
