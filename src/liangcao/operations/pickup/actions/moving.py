"""Turns that move to another slot, acknowledgements, and who did not come."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.actions import claim, settle
from liangcao.foundation.kernel.errors import Conflict, Invalid
from liangcao.foundation.kernel.text import check_required
from liangcao.foundation.outbox.actions import announce
from liangcao.operations.pickup import queries
from liangcao.operations.pickup.actions.locking import leave, locked_pick_up, locked_turn, note, slots_of, take
from liangcao.operations.pickup.models import PickUp, PickUpTurn
from liangcao.operations.pickup.notices import to_come
from liangcao.operations.pickup.rules import check_announced, check_is_movable, span


def guarded(turn: PickUpTurn, action: str, *, by: Actor) -> None:
    """Whether the actor may do this to the turn. Raises NotFound, Forbidden."""
    guard.check(
        by, action, "pick_up", bureau_id=turn.pick_up.bureau_id, organisation_id=turn.organisation_id, row=turn
    )  # fmt: skip


@transaction.atomic
def move_turn(*, turn_id: int, slot_id: int, by: Actor, at: datetime, client_id: UUID) -> PickUpTurn:
    """改时段: by the desk, or by the unit itself to a slot that is free. The unit is told when the pick-up is announced.

    Raises NotFound, Forbidden, Invalid SLOT_UNKNOWN, Conflict STATE_CONFLICT, SAME_SLOT, SLOT_OVER, SLOT_FULL with
    the numbers and the next free slot.
    """
    found = queries.turn(by, turn_id)
    guarded(found, "answer", by=by)
    if claim(client_id=client_id, action="move_turn", body={"turn": turn_id, "slot": slot_id}, by=by, at=at):
        return queries.turn(by, turn_id)
    turn = locked_turn(turn_id, by=by)
    check_is_movable(turn)
    slot = next((each for each in slots_of(turn.pick_up) if each.pk == slot_id), None)
    if slot is None:
        raise Invalid("SLOT_UNKNOWN", "没有这个时段", "No such slot in this pick-up", field="slot")
    if slot.pk == turn.slot_id and turn.status == "assigned":
        raise Conflict("SAME_SLOT", f"已经在 {span(slot)}", f"The turn is in {span(slot)} already", field="slot")
    if slot.ends_at <= at:
        raise Conflict("SLOT_OVER", f"{span(slot)} 已过,请选后面的时段", f"{span(slot)} is over: choose a later slot",
                       field="slot")  # fmt: skip
    before = span(turn.slot)
    _place(turn, slot, at=at)
    note("move_turn", turn.pick_up, by=by, at=at,
         after={"unit": turn.organisation.name, "from": before, "to": span(slot)})  # fmt: skip
    settle(client_id=client_id, ref=str(turn.pk))
    return turn


def _place(turn: PickUpTurn, slot: object, *, at: datetime) -> None:
    """Put the turn into the slot, and tell the unit. Raises SlotFull."""
    take(slot)  # type: ignore[arg-type]
    if turn.status == "assigned":
        leave(turn.slot)
    turn.slot, turn.status = slot, "assigned"  # type: ignore[assignment]
    turn.save(update_fields=["slot", "status", "times_missed"])
    if turn.pick_up.status == "announced":
        announce(to_come(turn), at=at)


@transaction.atomic
def acknowledge_turn(*, turn_id: int, name: str, by: Actor, at: datetime, client_id: UUID) -> PickUpTurn:
    """确认安全须知: the unit has read the safety instructions, and who says so. Raises NotFound, Forbidden, Invalid
    NAME_MISSING, Conflict STATE_CONFLICT, ACKNOWLEDGED."""
    guarded(queries.turn(by, turn_id), "answer", by=by)
    if claim(client_id=client_id, action="acknowledge_turn", body={"turn": turn_id, "name": name}, by=by, at=at):
        return queries.turn(by, turn_id)
    turn = locked_turn(turn_id, by=by)
    check_announced(turn.pick_up)
    if turn.acknowledged_at is not None:
        raise Conflict("ACKNOWLEDGED", f"{turn.acknowledged_by} 已经确认过安全须知",
                       f"{turn.acknowledged_by} has acknowledged the safety instructions already")  # fmt: skip
    turn.acknowledged_by = check_required(
        name, code="NAME_MISSING", field="name", zh="请填写确认人", en="Name who has read them", longest=60
    )
    turn.acknowledged_at = at
    turn.save(update_fields=["acknowledged_by", "acknowledged_at"])
    note("acknowledge_turn", turn.pick_up, by=by, at=at, after={"unit": turn.organisation.name})
    settle(client_id=client_id, ref=str(turn.pk))
    return turn


@transaction.atomic
def reassign_no_shows(*, pick_up_id: int, by: Actor, at: datetime, client_id: UUID) -> PickUp:
    """未到场的重排: who did not come in a slot that is over gets the next place that is free, and a new notice. Whoever
    finds none is marked as not come. Raises NotFound, Forbidden, Conflict STATE_CONFLICT, NOBODY_MISSING."""
    found = queries.pick_up(by, pick_up_id)
    guard.check(by, "edit", "pick_up", bureau_id=found.bureau_id, row=found)
    if claim(client_id=client_id, action="reassign_no_shows", body={"pick_up": pick_up_id}, by=by, at=at):
        return queries.pick_up(by, pick_up_id)
    held = locked_pick_up(pick_up_id, by=by)
    check_announced(held)
    free = [slot for slot in slots_of(held) for _ in range(slot.free) if slot.ends_at > at]
    missing = queries.overdue(by, held.pk, at=at)
    missed = [turn for turn in missing if turn.status == "assigned"]
    if not missed and not (missing and free):
        raise Conflict(
            "NOBODY_MISSING",
            "没有可重排的单位:已过的时段都到齐了,或者后面没有空位",
            "Nobody to place again: all came in the slots that are over, or no later place is free",
        )
    for turn in missed:
        turn.times_missed += 1
    for turn, slot in zip(missing, free, strict=False):
        _place(turn, slot, at=at)
    for turn in (turn for turn in missing[len(free) :] if turn.status == "assigned"):
        leave(turn.slot)
        turn.status = "no_show"
        turn.save(update_fields=["status", "times_missed"])
    note("reassign_no_shows", held, by=by, at=at,
         after={"missed": len(missed), "placed": min(len(missing), len(free))})  # fmt: skip
    settle(client_id=client_id, ref=str(held.pk))
    return held
