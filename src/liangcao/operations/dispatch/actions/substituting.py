"""拣货时换批次: another lot of the same item in the same store takes the place of one that is frozen, damaged or out of
reach, before the delivery leaves."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid5

from django.db import transaction

from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.actions import claim, record, settle
from liangcao.foundation.kernel.errors import Conflict, NotFound
from liangcao.operations.allocation.actions import exchange
from liangcao.operations.allocation.queries import pick as plan_pick
from liangcao.operations.dispatch.actions.locking import delivery_in_scope, locked_delivery
from liangcao.operations.dispatch.models import Delivery, DeliveryLine
from liangcao.operations.dispatch.rules import check_can_hand_over


@transaction.atomic
def substitute_lot(
    *,
    delivery_line_id: int,
    reason: str,
    lot_id: UUID | None = None,
    by: Actor,
    at: datetime,
    client_id: UUID,
) -> Delivery:
    """Put `lot_id` (without it: the first to expire of this store that is enough) in the place of a line's lot. The
    whole pick is exchanged, whichever of its lines is named; what was scanned as ready has to be scanned again.

    Raises NotFound, Forbidden, Conflict STATE_CONFLICT, NOT_BY_PLAN, LOT_SAME, OverFree, Invalid REASON_MISSING.
    """
    line = _line(by, delivery_line_id)
    delivery = delivery_in_scope(by, line.delivery_id)
    check_can_hand_over(delivery, by)
    body = {"line": delivery_line_id, "lot": None if lot_id is None else str(lot_id), "reason": reason}
    if claim(client_id=client_id, action="substitute_lot", body=body, by=by, at=at):
        return delivery
    delivery = locked_delivery(delivery.pk)
    check_can_hand_over(delivery, by)
    line = _line(by, delivery_line_id)
    if line.plan_pick_id is None:
        raise Conflict(
            "NOT_BY_PLAN",
            "应急出库的单不按方案配货,不能换批次",
            "An emergency issue follows no plan: its lots are not exchanged",
        )
    pick = plan_pick(by, line.plan_pick_id)
    [new] = exchange(
        pick=pick, lot_id=lot_id, reason=reason, by=by, at=at, client_id=uuid5(client_id, "exchange")
    ).new  # In a delivery one lot takes the place of one.
    DeliveryLine.objects.filter(delivery=delivery, plan_pick=pick).update(
        plan_pick=new, lot_id=new.lot_id, picked_by="", picked_at=None
    )
    record(
        by=by, at=at, action="substitute_lot", object_kind="delivery", object_ref=delivery.number,
        bureau_id=delivery.bureau_id, before={"lot": pick.lot.code}, after={"lot": new.lot.code}, reason=reason,
    )  # fmt: skip
    settle(client_id=client_id, ref=str(delivery.pk))
    return delivery


def _line(by: Actor, delivery_line_id: int) -> DeliveryLine:
    found: DeliveryLine | None = DeliveryLine.objects.visible_to(by).filter(pk=delivery_line_id).first()
    if found is None:
        raise NotFound("没有这一行配送明细,或不在您的范围内", "No such delivery line within your scope", field="line")
    return found
