"""Taking the right goods from the shelf: each lot of a delivery is confirmed by a scan."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.actions import claim, record, settle
from liangcao.foundation.kernel.errors import Conflict
from liangcao.ledger import queries as ledger
from liangcao.ledger.kinds import AccountKind
from liangcao.ledger.refusals import LotFrozen
from liangcao.operations.dispatch.actions.locking import delivery_in_scope, lines_of, locked_delivery
from liangcao.operations.dispatch.models import Delivery, DeliveryLine
from liangcao.operations.dispatch.rules import check_can_hand_over

_NAMED_MOST = 3


@transaction.atomic
def confirm_pick(*, delivery_id: int, lot_id: UUID, by: Actor, at: datetime, client_id: UUID) -> Delivery:
    """Say that the goods of this lot stand ready for the delivery: all lines of the lot are marked with who and when.

    A second scan of the same lot changes nothing. Raises NotFound, Forbidden, Conflict STATE_CONFLICT, LOT_ELSEWHERE,
    WRONG_LOT, LotFrozen.
    """
    delivery = delivery_in_scope(by, delivery_id)
    check_can_hand_over(delivery, by)
    body = {"delivery": delivery_id, "lot": str(lot_id)}
    if claim(client_id=client_id, action="confirm_pick", body=body, by=by, at=at):
        return delivery
    delivery = locked_delivery(delivery_id)
    check_can_hand_over(delivery, by)
    lines = lines_of(delivery)
    chosen = [line for line in lines if line.lot_id == lot_id]
    _check_lot(delivery, lot_id, lines, bool(chosen), by)
    open_lines = [line for line in chosen if line.picked_at is None]
    for line in open_lines:
        line.picked_by, line.picked_at = by.name, at
    DeliveryLine.objects.bulk_update(open_lines, ["picked_by", "picked_at"])
    if open_lines:
        record(
            by=by, at=at, action="confirm_pick", object_kind="delivery", object_ref=delivery.number,
            bureau_id=delivery.bureau_id, after={"lines": [line.line for line in open_lines]},
        )  # fmt: skip
    settle(client_id=client_id, ref=str(delivery.pk))
    return delivery


def _check_lot(delivery: Delivery, lot_id: UUID, lines: list[DeliveryLine], is_on_it: bool, by: Actor) -> None:
    """The lot lies in this store, stands on the slip, and may go out."""
    lot = ledger.lot(by, lot_id)
    if not is_on_it:
        kinds = [AccountKind.STORE, AccountKind.RESERVED]
        lies_here = ledger.balances(by, delivery.bureau_id, kinds=kinds, lot_id=lot_id, store_id=delivery.store_id)
        if not lies_here.exists():
            raise Conflict(
                "LOT_ELSEWHERE",
                f"批次 {lot.code}({lot.item.name})不在本库({delivery.store.name}),请放回并核对货位",
                f"Lot {lot.code} ({lot.item.english}) does not lie in this store: put it back and check the shelf",
                field="code",
            )
        raise _wrong_lot(delivery, lot, lines)
    facts = {fact.fact: fact for fact in ledger.facts_of(by, lot_id)}
    for name in ("recalled", "frozen"):
        if name in facts and facts[name].value == "yes":
            raise LotFrozen(code=lot.code, item=lot.item, fact=name, reason=facts[name].reason)


def _wrong_lot(delivery: Delivery, lot: ledger.Lot, lines: list[DeliveryLine]) -> Conflict:
    """Says which lots of the item are asked for, or that the item itself is not."""
    wanted = [line for line in lines if line.item_id == lot.item_id]
    codes = "、".join(dict.fromkeys(line.lot.code for line in wanted[:_NAMED_MOST]))
    if wanted:
        zh, en = f"这张单要的是批次 {codes}", f"this slip asks for {codes.replace('、', ', ')}"
    else:
        zh, en = "这张单没有这种物资", "this slip has none of it"
    return Conflict(
        "WRONG_LOT",
        f"拿错了:扫到“{lot.item.name}”批次 {lot.code},{zh}(配送单 {delivery.number})",
        f'Wrong goods: this is lot {lot.code} of "{lot.item.english}", {en} (delivery {delivery.number})',
        field="code",
    )
