"""Reads of opening stock; callers find them in queries."""

from __future__ import annotations

from django.db.models import QuerySet

from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.kernel.errors import NotFound
from liangcao.foundation.kernel.waiting import Waiting
from liangcao.operations.supply.models import OpeningLine, OpeningStock


def opening_stock(actor: Actor, *, bureau_id: int) -> OpeningStock:
    """The bureau's opening stock. Raises NotFound when nothing was entered yet."""
    found = opening_stock_if_any(actor, bureau_id=bureau_id)
    if found is None:
        raise NotFound("还没有录入期初库存", "No opening stock has been entered yet")
    return found


def opening_stock_if_any(actor: Actor, *, bureau_id: int) -> OpeningStock | None:
    """The bureau's opening stock, or None."""
    return OpeningStock.objects.visible_to(actor).filter(bureau_id=bureau_id).first()


def opening_lines(actor: Actor, *, bureau_id: int) -> QuerySet[OpeningLine]:
    """What was counted, in the order of the list."""
    mine = OpeningLine.objects.visible_to(actor).filter(opening__bureau_id=bureau_id)
    return mine.select_related("store", "item").order_by("line")


def opening_waiting(actor: Actor, bureau_id: int | None) -> list[Waiting]:
    """A list that carries one signature waits for somebody else's."""
    if bureau_id is None or not guard.can(actor, "sign", "opening_stock", bureau_id=bureau_id):
        return []
    held = OpeningStock.objects.visible_to(actor).filter(bureau_id=bureau_id, status="signed")
    mine = held.exclude(signed_user_id=actor.user_id) if actor.user_id is not None else held
    return [
        Waiting(
            "opening_to_confirm", "期初库存待复核签字", "opening stock to confirm", 1, row.signed_at, "opening_stock"
        )
        for row in mine
    ]
