"""定额: say one, end one. A change is a new norm from a day on; plans that stand keep the number they were made with."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from liangcao.foundation.database.locks import locked
from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.actions import claim, record, settle
from liangcao.foundation.kernel.errors import Conflict, Refusal, collected, raise_all
from liangcao.foundation.kernel.quantity import check_quantity
from liangcao.foundation.kernel.text import check_reason, check_text
from liangcao.operations.forecast import norms, rules
from liangcao.operations.forecast.models import Norm
from liangcao.reference.catalog.models import Item
from liangcao.reference.catalog.queries import items_by_id, known_item
from liangcao.reference.parties.models import Bureau


@transaction.atomic
def make_norm(
    *,
    bureau_id: int,
    item_id: int,
    kind: str,
    per: str,
    quantity: int,
    every: int = 1,
    source: str,
    valid_from: date,
    by: Actor,
    at: datetime,
    client_id: UUID,
) -> Norm:
    """From a day on, `quantity` pieces a day for every `every` heads, beds or units of a kind of organisation.

    Raises Invalid ITEM_UNKNOWN, KIND_UNKNOWN, PER_UNKNOWN, QUANTITY_INVALID, DAY_INVALID, and as `check_text`, all at
    once; Conflict NORM_KNOWN where one begins on that day.
    """
    guard.check(by, "edit", "norm", bureau_id=bureau_id)
    body = {
        "bureau": bureau_id, "item": item_id, "kind": kind, "per": per, "quantity": quantity, "every": every,
        "source": source, "from": valid_from,
    }  # fmt: skip
    done = claim(client_id=client_id, action="make_norm", body=body, by=by, at=at)
    if done:
        return norms.norm_by_id(by, int(done))
    problems, item = list[Refusal](), Item()
    with collected(problems):
        item = known_item(items_by_id([item_id]), item_id)
    with collected(problems):
        rules.check_kind(kind)
    with collected(problems):
        rules.check_per(per)
    for field, value in (("quantity", quantity), ("every", every)):
        with collected(problems):
            check_quantity(value, field=field)
    with collected(problems):
        rules.check_day(valid_from, field="valid_from")
    with collected(problems):
        source = check_text(source, field="source", zh="依据", en="source", longest=200, is_required=True)
    raise_all(problems)
    locked(Bureau.objects.all(), [bureau_id])
    _check_new(bureau_id, item, kind, valid_from)
    made = Norm.objects.create(
        bureau_id=bureau_id, item=item, kind=kind, per=per, quantity=quantity, every=1 if per == "unit" else every,
        source=source, valid_from=valid_from, made_by=by.name, made_user_id=by.user_id, made_at=at,
    )  # fmt: skip
    record(
        by=by, at=at, action="make_norm", object_kind="norm", object_ref=str(made.pk), bureau_id=bureau_id,
        after={
            "item": item.code, "kind": kind, "per": per, "quantity": quantity, "every": made.every, "source": source,
            "valid_from": str(valid_from),
        },
    )  # fmt: skip
    settle(client_id=client_id, ref=str(made.pk))
    return made


def _check_new(bureau_id: int, item: Item, kind: str, valid_from: date) -> None:
    known = Norm.objects.filter(bureau_id=bureau_id, item=item, kind=kind, valid_from=valid_from, ended_at=None)
    if known.exists():
        raise Conflict(
            "NORM_KNOWN",
            f"“{item.name}”自 {valid_from} 起的这类定额已有一条;请先停用它,或改生效日",
            f'There is a norm for "{item.english}" of this kind from {valid_from} on; retire it first or take another '
            f"day",
            field="valid_from",
        )


@transaction.atomic
def retire_norm(*, norm_id: int, reason: str, by: Actor, at: datetime, client_id: UUID) -> Norm:
    """It counts no more; the one before it counts again. Raises Invalid REASON_MISSING, Conflict STATE_CONFLICT."""
    held = norms.norm_by_id(by, norm_id)
    guard.check(by, "edit", "norm", bureau_id=held.bureau_id, row=held)
    reason = check_reason(reason, what_zh="停用定额", what_en="Retiring a norm")
    if claim(client_id=client_id, action="retire_norm", body={"norm": norm_id, "reason": reason}, by=by, at=at):
        return held
    locked(Norm.objects.all(), [norm_id])
    held = norms.norm_by_id(by, norm_id)
    rules.check_stands(held, zh="该定额", en="The norm")
    held.ended_at, held.ended_by, held.ended_reason = at, by.name, reason
    held.save(update_fields=["ended_at", "ended_by", "ended_reason"])
    record(
        by=by, at=at, action="retire_norm", object_kind="norm", object_ref=str(held.pk), bureau_id=held.bureau_id,
        reason=reason,
    )  # fmt: skip
    settle(client_id=client_id, ref=str(held.pk))
    return held
