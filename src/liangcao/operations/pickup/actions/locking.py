"""Finding and locking: all that happens to one pick-up happens one after the other."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import F

from liangcao.foundation.database.locks import locked
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.actions import record
from liangcao.operations.pickup import queries
from liangcao.operations.pickup.models import PickUp, PickUpSlot, PickUpTurn
from liangcao.operations.pickup.rules import SlotFull


def locked_pick_up(pick_up_id: int, *, by: Actor) -> PickUp:
    """The pick-up in scope, locked until the transaction ends, as it is now."""
    pk = queries.pick_up(by, pick_up_id).pk
    locked(PickUp.objects.all(), [pk])
    return queries.pick_up(by, pk)


def locked_turn(turn_id: int, *, by: Actor) -> PickUpTurn:
    """The turn in scope, its pick-up locked until the transaction ends, as it is now."""
    locked(PickUp.objects.all(), [queries.turn(by, turn_id).pick_up_id])
    return queries.turn(by, turn_id)


def slots_of(held: PickUp) -> list[PickUpSlot]:
    """The slots of a locked pick-up, from the first on."""
    return list(held.slots.order_by("number"))


def take(slot: PickUpSlot) -> None:
    """One more unit in the slot; the database counts, so that two at once never get the same place. Raises
    SlotFull."""
    taken = PickUpSlot.objects.filter(pk=slot.pk, taken__lt=F("capacity")).update(taken=F("taken") + 1)
    slot.refresh_from_db(fields=["taken"])
    if not taken:
        raise SlotFull(slot, slots_of(slot.pick_up))


def leave(slot: PickUpSlot) -> None:
    """One unit less in the slot."""
    PickUpSlot.objects.filter(pk=slot.pk).update(taken=F("taken") - 1)


def note(
    action: str, held: PickUp, *, by: Actor, at: datetime, after: dict[str, Any] | None = None, reason: str = ""
) -> None:
    """The journal's line of an act."""
    record(
        by=by, at=at, action=action, object_kind="pick_up", object_ref=held.number, bureau_id=held.bureau_id,
        after=after, reason=reason,
    )  # fmt: skip
