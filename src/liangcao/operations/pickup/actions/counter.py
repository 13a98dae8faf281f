"""At the gate and at the counter: who has come, and who has got the goods."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid5

from django.db import transaction

from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.actions import claim, settle
from liangcao.foundation.kernel.errors import Conflict
from liangcao.foundation.kernel.text import check_required, check_text
from liangcao.operations.dispatch.actions import confirm_delivery, hand_over
from liangcao.operations.pickup import queries
from liangcao.operations.pickup.actions.locking import locked_turn, note
from liangcao.operations.pickup.actions.moving import guarded
from liangcao.operations.pickup.models import PickUpTurn
from liangcao.operations.pickup.rules import (
    check_announced,
    check_delivery_waits,
    check_is_on_time,
    check_turn_step,
    check_yard,
)
from liangcao.reference.parties import separation


@transaction.atomic
def check_in(
    *, turn_id: int, fetcher: str, acknowledged_by: str = "", by: Actor, at: datetime, client_id: UUID
) -> PickUpTurn:
    """到场登记: in its slot or a little before, with the safety instructions acknowledged (or now, by name), and never
    more units inside than the slot takes.

    Raises NotFound, Forbidden, Invalid FETCHER_MISSING, Conflict STATE_CONFLICT, DELIVERY_GONE, WRONG_DAY, TOO_EARLY,
    TOO_LATE, YARD_FULL, NOT_ACKNOWLEDGED.
    """
    guarded(queries.turn(by, turn_id), "check_in", by=by)
    body = {"turn": turn_id, "fetcher": fetcher, "acknowledged_by": acknowledged_by}
    if claim(client_id=client_id, action="check_in", body=body, by=by, at=at):
        return queries.turn(by, turn_id)
    turn = locked_turn(turn_id, by=by)
    check_announced(turn.pick_up)
    check_turn_step(turn, "checked_in")
    check_delivery_waits(turn)
    check_is_on_time(turn.slot, at)
    inside = queries.turns(by, pick_up_id=turn.pick_up_id, status="checked_in").count()
    check_yard(inside, turn.slot.capacity)
    turn.fetcher = check_required(
        fetcher, code="FETCHER_MISSING", field="fetcher", zh="请填写来领的人或车牌", en="Say who or which vehicle came",
        longest=60,
    )  # fmt: skip
    name = check_text(acknowledged_by, field="acknowledged_by", zh="安全须知确认人", en="who acknowledged", longest=60)
    if turn.acknowledged_at is None and not name:
        raise Conflict(
            "NOT_ACKNOWLEDGED",
            "还没有确认安全须知:请当场读一遍,填写确认人",
            "The safety instructions are not acknowledged: read them out now and name who has heard them",
            field="acknowledged_by",
        )
    if turn.acknowledged_at is None:
        turn.acknowledged_by, turn.acknowledged_at = name, at
    turn.status, turn.checked_in_by, turn.checked_in_at = "checked_in", by.name, at
    turn.save(
        update_fields=[
            "status", "fetcher", "acknowledged_by", "acknowledged_at", "checked_in_by", "checked_in_at",
        ]
    )  # fmt: skip
    note("check_in", turn.pick_up, by=by, at=at, after={"unit": turn.organisation.name, "fetcher": turn.fetcher})
    settle(client_id=client_id, ref=str(turn.pk))
    return turn


@transaction.atomic
def hand_out(*, turn_id: int, signed_name: str, by: Actor, at: datetime, client_id: UUID) -> PickUpTurn:
    """交货: the goods leave the store with who fetches them. Where one person may do both, the receipt is signed at
    once by that name; where separation of duties asks for two, the unit or a colleague signs afterwards.

    Raises NotFound, Forbidden, Invalid NAME_MISSING, Conflict STATE_CONFLICT, DELIVERY_GONE, LotFrozen.
    """
    guarded(queries.turn(by, turn_id), "hand_over", by=by)
    body = {"turn": turn_id, "signed_name": signed_name}
    if claim(client_id=client_id, action="hand_out", body=body, by=by, at=at):
        return queries.turn(by, turn_id)
    turn = locked_turn(turn_id, by=by)
    check_turn_step(turn, "handed_over")
    check_delivery_waits(turn)
    name = check_required(
        signed_name, code="NAME_MISSING", field="signed_name", zh="请填写领取人姓名", en="Name who signs", longest=60
    )
    hand_over(delivery_id=turn.delivery_id, carrier=turn.fetcher, by=by, at=at, client_id=uuid5(client_id, "hand-over"))
    if not separation.is_apart("delivery.confirm", turn.pick_up.bureau_id, at):
        confirm_delivery(
            delivery_id=turn.delivery_id, signed_name=name, by=by, at=at, client_id=uuid5(client_id, "receipt")
        )
    turn.status, turn.handed_over_by, turn.handed_over_at = "handed_over", by.name, at
    turn.save(update_fields=["status", "handed_over_by", "handed_over_at"])
    note("hand_out", turn.pick_up, by=by, at=at, after={"unit": turn.organisation.name, "signed_name": name})
    settle(client_id=client_id, ref=str(turn.pk))
    return queries.turn(by, turn_id)
