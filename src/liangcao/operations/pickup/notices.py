"""What units are told: in their outbox, and as text for a chat group."""

from __future__ import annotations

from liangcao.foundation.kernel.clock import business_date
from liangcao.foundation.outbox.notices import Notice
from liangcao.operations.pickup.models import PickUpTurn
from liangcao.operations.pickup.rules import span


def told_zh(turn: PickUpTurn) -> str:
    """The notice of one unit."""
    held = turn.pick_up
    return (
        f"{turn.organisation.name}:请于 {business_date(turn.slot.starts_at).isoformat()} {span(turn.slot)} 到{held.place}"
        f"领取物资(配送单 {turn.delivery.number}),按时段到场,不要提前扎堆。安全须知:{held.safety_text}"
    )


def told_en(turn: PickUpTurn) -> str:
    """The same in English."""
    held = turn.pick_up
    return (
        f"{turn.organisation.name}: fetch your goods (delivery {turn.delivery.number}) on "
        f"{business_date(turn.slot.starts_at).isoformat()} {span(turn.slot)} at {held.place}. Come in your slot, not "
        f"before. Safety instructions: {held.safety_text}"
    )


def to_come(turn: PickUpTurn) -> Notice:
    """When and where the unit fetches its goods; told anew for each other slot, and each time it missed one."""
    return Notice(
        key=f"{turn.pick_up.bureau_id} {turn.pick_up.number} {turn.pk} {turn.slot_id} {turn.times_missed}",
        zh=told_zh(turn),
        en=told_en(turn),
        page="portal_pick_up_turn",
        page_id=turn.pk,
        bureau_id=turn.pick_up.bureau_id,
        object_name="pick_up",
        act="answer",
        organisation_id=turn.organisation_id,
    )


def not_to_come(turn: PickUpTurn) -> Notice:
    """The pick-up was cancelled."""
    return Notice(
        key=f"{turn.pick_up.bureau_id} {turn.pick_up.number} {turn.pk} cancelled",
        zh=f"自提安排 {turn.pick_up.number} 已取消({turn.pick_up.end_reason}),不用来领,等新的通知",
        en=f"Pick-up {turn.pick_up.number} was cancelled ({turn.pick_up.end_reason}): do not come, wait for word",
        page="portal_pick_up_turn",
        page_id=turn.pk,
        bureau_id=turn.pick_up.bureau_id,
        object_name="pick_up",
        act="answer",
        organisation_id=turn.organisation_id,
    )
