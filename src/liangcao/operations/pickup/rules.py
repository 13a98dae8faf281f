"""What is refused of pick-ups and turns. One rule for the button and the act."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.kernel.clock import LOCAL, business_date
from liangcao.foundation.kernel.errors import Conflict, Invalid
from liangcao.foundation.kernel.flow import check_step
from liangcao.operations.pickup.flow import PICK_UP_FLOW, PICK_UP_TURN_FLOW
from liangcao.operations.pickup.models import PickUp, PickUpSlot, PickUpTurn

MINUTES_LEAST, MINUTES_MOST, CAPACITY_MOST, SLOTS_MOST = 5, 240, 500, 288
# Who comes a little early is let in, if there is room.
EARLY = timedelta(minutes=10)


def clock(at: datetime) -> str:
    """The time of day in the bureau's calendar, such as 14:30."""
    return at.astimezone(LOCAL).strftime("%H:%M")


def span(slot: PickUpSlot) -> str:
    """A slot as people say it: 14:30–15:00."""
    return f"{clock(slot.starts_at)}–{clock(slot.ends_at)}"


class SlotFull(Conflict):
    """No place is left in the slot; the next one with room is named."""

    def __init__(self, slot: PickUpSlot, slots: Iterable[PickUpSlot]) -> None:
        later = next((each for each in slots if each.starts_at >= slot.starts_at and each.free > 0), None)
        hint_zh = f";下一个有空位的是 {span(later)}(还剩 {later.free} 个)" if later else ";后面的时段也都满了"
        hint_en = (
            f"; the next with room is {span(later)} ({later.free} left)" if later else "; all later slots are full too"
        )
        super().__init__(
            "SLOT_FULL",
            f"{span(slot)} 最多 {slot.capacity} 个单位,已满 {slot.taken} 个{hint_zh}",
            f"{span(slot)} takes at most {slot.capacity} units and has {slot.taken}{hint_en}",
            field="slot",
        )


def check_window(opens_at: datetime, closes_at: datetime, *, at: datetime) -> None:
    """One day, from an earlier to a later moment, not over yet. Raises Invalid WINDOW_INVALID, WINDOW_OVER."""
    if opens_at >= closes_at or business_date(opens_at) != business_date(closes_at - timedelta(seconds=1)):
        raise Invalid(
            "WINDOW_INVALID",
            "结束要晚于开始,并在同一天",
            "The end must be after the beginning, on the same day",
            field="closes_at",
        )
    if closes_at <= at:
        raise Invalid(
            "WINDOW_OVER", "这段时间已经过去,请另选", "That time has already passed: choose another", field="closes_at"
        )


def check_pick_up_step(held: PickUp, target: str) -> None:
    """Raise Conflict STATE_CONFLICT unless `target` follows."""
    check_step(PICK_UP_FLOW, held.status, target, what_zh=f"自提安排 {held.number} ", what_en=f"Pick-up {held.number}")


def check_turn_step(turn: PickUpTurn, target: str) -> None:
    """Raise Conflict STATE_CONFLICT unless `target` follows."""
    check_step(
        PICK_UP_TURN_FLOW, turn.status, target, what_zh=f"{turn.organisation.name}的到场安排",
        what_en=f"The turn of {turn.organisation.name}",
    )  # fmt: skip


def check_announced(held: PickUp) -> None:
    """Raise Conflict STATE_CONFLICT unless the pick-up is announced and goes on."""
    if held.status != "announced":
        state = PICK_UP_FLOW[held.status]
        raise Conflict(
            "STATE_CONFLICT",
            f"自提安排 {held.number} 现为“{state.zh}”,要先通知、且没有结束",
            f"Pick-up {held.number} is {state.en}: it must be announced and not be over",
        )


def check_is_movable(turn: PickUpTurn) -> None:
    """Raise Conflict STATE_CONFLICT once the unit is there, or the pick-up is over."""
    if turn.pick_up.status not in ("draft", "announced") or turn.status not in ("assigned", "no_show"):
        state = PICK_UP_TURN_FLOW[turn.status]
        raise Conflict(
            "STATE_CONFLICT",
            f"{turn.organisation.name}现为“{state.zh}”,不能再改时段",
            f"{turn.organisation.name}: {state.en}; the slot can no longer be changed",
        )


def check_is_on_time(slot: PickUpSlot, at: datetime) -> None:
    """Raise Conflict WRONG_DAY, TOO_EARLY or TOO_LATE."""
    day, told = business_date(slot.starts_at), span(slot)
    if business_date(at) != day:
        raise Conflict(
            "WRONG_DAY", f"不是今天:安排在 {day.isoformat()} {told}", f"Not today: the turn is {day.isoformat()} {told}"
        )
    if at < slot.starts_at - EARLY:
        raise Conflict(
            "TOO_EARLY",
            f"来早了:安排在 {told},{clock(slot.starts_at - EARLY)} 起可以进场;要提前,请先改时段",
            f"Too early: the turn is {told}, the gate opens at {clock(slot.starts_at - EARLY)}; or change the slot",
        )
    if at >= slot.ends_at:
        raise Conflict(
            "TOO_LATE",
            f"{told} 已过,请先改到有空位的时段",
            f"{told} is over: move the unit to a slot with room first",
        )


def check_yard(inside: int, capacity: int) -> None:
    """Raise Conflict YARD_FULL while as many as allowed are inside."""
    if inside >= capacity:
        raise Conflict(
            "YARD_FULL",
            f"场内已有 {inside} 个单位,最多 {capacity} 个;等一个领完再进",
            f"{inside} units are inside and {capacity} are the most: wait until one is done",
        )


def check_delivery_waits(turn: PickUpTurn) -> None:
    """Raise Conflict DELIVERY_GONE when the goods were cancelled or left in another way."""
    if turn.delivery.status != "picking":
        raise Conflict(
            "DELIVERY_GONE",
            f"配送单 {turn.delivery.number} 已取消或已出库,没有要领的货",
            f"Delivery {turn.delivery.number} was cancelled or has left: there is nothing to fetch",
        )


def can_do(actor: Actor, row: PickUp | PickUpTurn, act: str, check: Any = None) -> bool:
    """For buttons: whether the actor may, and `check`, a function of nothing, refuses nothing."""
    unit = row.organisation_id if isinstance(row, PickUpTurn) else None
    bureau_id = row.pick_up.bureau_id if isinstance(row, PickUpTurn) else row.bureau_id

    def asked() -> None:
        guard.check(actor, act, "pick_up", bureau_id=bureau_id, organisation_id=unit, row=row)
        if check:
            check()

    return guard.passes(asked)
