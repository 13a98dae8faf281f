"""Hand-overs: signed by who leaves, with what was open frozen; taken by who comes."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from liangcao.foundation.database.locks import locked
from liangcao.foundation.files.actions import store
from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.actions import claim, next_number, record, settle
from liangcao.foundation.kernel.chain import canonical, digest
from liangcao.foundation.kernel.clock import business_date
from liangcao.foundation.kernel.errors import Conflict
from liangcao.foundation.kernel.text import check_text
from liangcao.foundation.outbox.actions import announce
from liangcao.operations.duty import notices, queries, rules
from liangcao.operations.duty.models import DutyPost, DutyShift, HandOver

NOTE_LENGTH = 2000
WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@transaction.atomic
def sign_hand_over(
    *,
    shift_id: int,
    content: dict[str, Any],
    word: bytes,
    note: str = "",
    by: Actor,
    at: datetime,
    client_id: UUID,
) -> HandOver:
    """Freeze what is open and sign it over to the next shift. `content` and `word` are gathered by the door from
    `oversight.watch`. Raises NotYours, Conflict SHIFT_NOT_BEGUN, HANDED_OVER, SAME_PERSON_NEXT."""
    shift = queries.shift(by, shift_id)
    guard.check(by, "sign", "hand_over", bureau_id=shift.bureau_id)
    # What is open may differ when the same click is sent again: the shift and the note name the act.
    done = claim(client_id=client_id, action="sign_hand_over", body={"shift": shift_id, "note": note}, by=by, at=at)
    if done:
        return queries.hand_over(by, int(done))
    locked(DutyPost.objects.all(), [shift.post_id])
    shift = queries.shift(by, shift_id)
    rules.check_can_hand_over(by, shift, at=at)
    _check_first(shift)
    note = check_text(note, field="note", zh="交班说明", en="note", longest=NOTE_LENGTH)
    following = queries.following(by, shift)
    if following is not None and following.person_id == shift.person_id:
        raise Conflict(
            "SAME_PERSON_NEXT",
            f"下一班仍是{shift.person.name},不需要交接",
            f"The next shift is {shift.person.name}'s again; nothing is handed over",
        )
    number = next_number(bureau_id=shift.bureau_id, prefix="JJ", day=business_date(at))
    stored = store(
        bureau_id=shift.bureau_id, name=f"交接班记录 {number}.docx", content=word, content_type=WORD_TYPE, at=at
    )
    made = HandOver.objects.create(
        bureau_id=shift.bureau_id, number=number, shift=shift, next_shift=following, content=content,
        content_digest=digest(canonical(content)), word=stored, note=note, signed_by=by.name,
        signed_user_id=by.user_id, signed_at=at, client_id=client_id,
    )  # fmt: skip
    record(
        by=by, at=at, action="sign_hand_over", object_kind="hand_over", object_ref=number, bureau_id=shift.bureau_id,
        after={"shift": shift.pk, "content": made.content_digest, "word": stored.digest},
    )  # fmt: skip
    announce(notices.hand_over_signed(made), at=at)
    settle(client_id=client_id, ref=str(made.pk))
    return made


def _check_first(shift: DutyShift) -> None:
    held = HandOver.objects.filter(shift=shift).first()
    if held is not None:
        raise Conflict(
            "HANDED_OVER",
            f"这个班次已由{held.signed_by}交班({held.number})",
            f"This shift was handed over by {held.signed_by} ({held.number})",
        )


@transaction.atomic
def take_over(*, hand_over_id: int, by: Actor, at: datetime, client_id: UUID) -> HandOver:
    """Sign for what was handed over. Raises NotYours, Conflict STATE_CONFLICT."""
    held = queries.hand_over(by, hand_over_id)
    guard.check(by, "take", "hand_over", bureau_id=held.bureau_id)
    if claim(client_id=client_id, action="take_over", body={"hand_over": hand_over_id}, by=by, at=at):
        return queries.hand_over(by, hand_over_id)
    locked(HandOver.objects.all(), [hand_over_id])
    held = queries.hand_over(by, hand_over_id)
    rules.check_can_take_over(by, held)
    held.status, held.taken_by, held.taken_user_id, held.taken_at = "taken", by.name, by.user_id, at
    held.save(update_fields=["status", "taken_by", "taken_user_id", "taken_at"])
    record(
        by=by, at=at, action="take_over", object_kind="hand_over", object_ref=held.number, bureau_id=held.bureau_id,
        after={"content": held.content_digest},
    )  # fmt: skip
    settle(client_id=client_id, ref=str(held.pk))
    return held
