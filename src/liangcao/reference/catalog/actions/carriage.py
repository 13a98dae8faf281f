"""What one base unit of an item weighs and fills on a vehicle, and whether it must be kept cold."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from liangcao.foundation.database.locks import locked
from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.actions import claim, record, settle
from liangcao.foundation.kernel.errors import NotFound, Refusal, collected, raise_all
from liangcao.foundation.kernel.quantity import check_between
from liangcao.reference.catalog.models import Item

GRAMS_MOST, MILLILITRES_MOST = 50_000_000, 100_000_000


@transaction.atomic
def set_carriage(
    *,
    item_id: int,
    weight_grams: int | None,
    volume_ml: int | None,
    is_cold: bool = False,
    by: Actor,
    at: datetime,
    client_id: UUID,
) -> Item:
    """填写运输资料: grams and millilitres of one base unit; None says that nobody knows.

    Raises NotFound, Forbidden, Invalid NUMBER_INVALID (all at once).
    """
    guard.check(by, "edit", "item")
    body = {"id": item_id, "weight_grams": weight_grams, "volume_ml": volume_ml, "is_cold": is_cold}
    done = claim(client_id=client_id, action="set_carriage", body=body, by=by, at=at)
    found = locked(Item.objects.all(), [item_id])
    if not found:
        raise NotFound("目录里没有这种物资", "The catalogue has no such item", field="item")
    held: Item = found[0]
    if done:
        return held
    problems = list[Refusal]()
    with collected(problems):
        if weight_grams is not None:
            check_between(weight_grams, 1, GRAMS_MOST, field="weight_grams", zh="重量(克)", en="The weight in grams")
    with collected(problems):
        if volume_ml is not None:
            check_between(volume_ml, 1, MILLILITRES_MOST, field="volume_ml", zh="体积(毫升)", en="The volume in ml")
    raise_all(problems)
    names = ("weight_grams", "volume_ml", "is_cold")
    before = _told(held)
    held.weight_grams, held.volume_ml, held.is_cold = weight_grams, volume_ml, is_cold
    held.save(update_fields=names)
    record(
        by=by, at=at, action="set_carriage", object_kind="item", object_ref=held.code, before=before, after=_told(held)
    )  # fmt: skip
    settle(client_id=client_id, ref=str(held.pk))
    return held


def _told(held: Item) -> dict[str, Any]:
    return {"weight_grams": held.weight_grams, "volume_ml": held.volume_ml, "kept_cold": held.is_cold}
