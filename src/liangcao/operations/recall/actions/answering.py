"""A holder was told, or says that the goods are no longer used and how many are left."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from liangcao.foundation.database.locks import locked
from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.actions import claim, record, settle
from liangcao.foundation.kernel.errors import Invalid, NotFound, Refusal, collected, raise_all
from liangcao.foundation.kernel.quantity import check_quantity_or_zero
from liangcao.foundation.kernel.text import check_required, check_text
from liangcao.operations.recall import queries
from liangcao.operations.recall.models import Recall, RecallAnswer, RecallAnswerLine, RecallHolder
from liangcao.operations.recall.rules import MoreThanHeld, check_is_active


@transaction.atomic
def note_told(
    *, recall_id: int, organisation_id: int, spoken_to: str, note: str = "", by: Actor, at: datetime, client_id: UUID
) -> RecallAnswer:
    """Write down that a holder was told, by telephone or on the spot, and who took the message.

    Raises NotFound, Conflict RECALL_ENDED, Invalid SPOKEN_TO_MISSING.
    """
    recall, holder = _holder(by, recall_id, organisation_id, "tell")
    body = {"recall": recall_id, "organisation": organisation_id, "spoken_to": spoken_to, "note": note}
    done = claim(client_id=client_id, action="note_told", body=body, by=by, at=at)
    if done:
        return RecallAnswer.objects.get(pk=done)
    check_is_active(_locked(recall))
    named = check_required(
        spoken_to, code="SPOKEN_TO_MISSING", field="spoken_to", zh="请填写通知到谁(科室或岗位)",
        en="Say who took the message (an office or a post)", longest=60,
    )  # fmt: skip
    return _answer(recall, holder, "told", by=by, at=at, client_id=client_id, spoken_to=named, note=_note(note))


@transaction.atomic
def answer_recall(
    *,
    recall_id: int,
    organisation_id: int,
    lines: Sequence[tuple[UUID, int]],
    note: str = "",
    by: Actor,
    at: datetime,
    client_id: UUID,
) -> RecallAnswer:
    """The holder has stopped using the lots. `lines` are (lot, base units left), one for each lot that he has by the
    book: what he says goes nowhere but here, the book changes when the goods come back.

    Raises NotFound, Conflict RECALL_ENDED, and at once all of LOT_NOT_RECALLED, LINE_TWICE, LINE_MISSING, MoreThanHeld.
    """
    recall, holder = _holder(by, recall_id, organisation_id, "answer")
    said = [[str(lot), quantity] for lot, quantity in lines]
    body = {"recall": recall_id, "organisation": organisation_id, "lines": said, "note": note}
    done = claim(client_id=client_id, action="answer_recall", body=body, by=by, at=at)
    if done:
        return RecallAnswer.objects.get(pk=done)
    check_is_active(_locked(recall))
    _check_lines(recall, organisation_id, lines)
    made = _answer(recall, holder, "stopped", by=by, at=at, client_id=client_id, note=_note(note))
    RecallAnswerLine.objects.bulk_create(
        RecallAnswerLine(answer=made, lot_id=lot_id, quantity_left=quantity) for lot_id, quantity in lines
    )
    return made


def _holder(by: Actor, recall_id: int, organisation_id: int, action: str) -> tuple[Recall, RecallHolder]:
    recall = queries.recall(by, recall_id)
    holder: RecallHolder | None = (
        RecallHolder.objects.visible_to(by).filter(recall=recall, organisation_id=organisation_id).first()
    )
    if holder is None:
        raise NotFound(
            f"召回单 {recall.number} 没有这个持有单位,或不在您的范围内",
            f"Recall {recall.number} names no such holder within your scope",
            field="organisation",
        )
    guard.check(by, action, "recall", bureau_id=recall.bureau_id, organisation_id=organisation_id)
    return recall, holder


def _locked(recall: Recall) -> Recall:
    """As it is now, until the transaction ends."""
    held: Recall = locked(Recall.objects.all(), [recall.pk])[0]
    return held


def _note(text: str) -> str:
    return check_text(text, field="note", zh="说明", en="note", longest=200)


def _check_lines(recall: Recall, organisation_id: int, lines: Sequence[tuple[UUID, int]]) -> None:
    lots = {row.lot_id: row.lot for row in recall.lots.select_related("lot__item")}
    held = queries.held_by(recall, organisation_id)
    problems, seen = list[Refusal](), set[UUID]()
    for row, (lot_id, quantity) in enumerate(lines, start=1):
        with collected(problems):
            check_quantity_or_zero(quantity, field="quantity_left", row=row)
            if lot_id not in lots:
                raise Invalid(
                    "LOT_NOT_RECALLED", f"第 {row} 行的批次不在召回之列", f"Row {row}: the lot is not recalled",
                    field="lot", row=row,
                )  # fmt: skip
            if lot_id in seen:
                raise Invalid("LINE_TWICE", f"第 {row} 行与前面重复", f"Row {row} is there twice", row=row)
            seen.add(lot_id)
            if quantity > held.get(lot_id, 0):
                raise MoreThanHeld(row=row, lot=lots[lot_id], given=quantity, held=held.get(lot_id, 0))
    for lot_id in held.keys() - seen:
        code = lots[lot_id].code
        problems.append(
            Invalid(
                "LINE_MISSING",
                f"批次 {code} 还没有填,没有了请填 0",
                f"Lot {code}: say how much is left, 0 for none",
                field="lines",
            )
        )
    raise_all(problems)


def _answer(
    recall: Recall, holder: RecallHolder, kind: str, *, by: Actor, at: datetime, client_id: UUID, **said: Any
) -> RecallAnswer:
    made = RecallAnswer.objects.create(
        holder=holder, kind=kind, answered_at=at, answered_by=by.name, user_id=by.user_id, client_id=client_id, **said
    )
    record(
        by=by, at=at, action="note_told" if kind == "told" else "answer_recall", object_kind="recall",
        object_ref=recall.number, bureau_id=recall.bureau_id, after={"organisation": holder.organisation.code},
    )  # fmt: skip
    settle(client_id=client_id, ref=str(made.pk))
    return made
