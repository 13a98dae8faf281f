"""A recall begins: the lots stop, everybody who holds some is written down and told."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from django.db import transaction

from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.actions import claim, next_number, record, settle
from liangcao.foundation.kernel.clock import business_date
from liangcao.foundation.kernel.errors import Invalid
from liangcao.foundation.kernel.text import check_reason, check_required
from liangcao.foundation.outbox.actions import announce
from liangcao.ledger import queries as ledger
from liangcao.ledger.actions import mark_recalled
from liangcao.ledger.holders import held_of, locked_like, maker_lot_of
from liangcao.ledger.kinds import AccountKind
from liangcao.operations.recall import queries
from liangcao.operations.recall.flow import BASES
from liangcao.operations.recall.models import Recall, RecallHolder, RecallLot
from liangcao.operations.recall.notices import begun
from liangcao.operations.recall.rules import AlreadyRecalled

if TYPE_CHECKING:
    from liangcao.ledger.models import Lot


@transaction.atomic
def begin_recall(
    *, lot_id: UUID, basis: str, reason: str, notice: str, by: Actor, at: datetime, client_id: UUID
) -> Recall:
    """Recall a lot, or with it all lots of its maker's lot number or source line. From then on the ledger refuses every
    posting that would use them; the holders are written down and told `notice`.

    Raises LotNotFound, Invalid BASIS_UNKNOWN, MAKER_LOT_MISSING, REASON_MISSING, NOTICE_MISSING, AlreadyRecalled.
    """
    lot = ledger.lot(by, lot_id)
    bureau_id = lot.book.bureau_id
    guard.check(by, "begin", "recall", bureau_id=bureau_id)
    body = {"lot": lot_id, "basis": basis, "reason": reason, "notice": notice}
    done = claim(client_id=client_id, action="begin_recall", body=body, by=by, at=at)
    if done:
        return queries.recall(by, int(done))
    reason = check_reason(reason, what_zh="召回", what_en="A recall")
    notice = check_required(
        notice, code="NOTICE_MISSING", field="notice", zh="请写明要持有单位做什么,如“立即停用,原箱封存”",
        en="Say what the holders are to do, such as “stop using it, keep it sealed”", longest=500,
    )  # fmt: skip
    _check_basis(lot, basis)
    number = next_number(bureau_id=bureau_id, prefix="ZH", day=business_date(at))
    lots = _locked_lots(by, lot, basis)
    holders = held_of(by, bureau_id, lots).filter(kind__in=(AccountKind.TRANSIT, AccountKind.RECIPIENT))
    units = sorted(set(holders.order_by().values_list("account__party_id", flat=True)))
    moved = mark_recalled(
        book_id=lot.book_id, lot_ids=lots, is_recalled=True, cause_ref=number, reason=reason, by=by, at=at,
        client_id=uuid5(client_id, "recalled"),
    )  # fmt: skip
    made = Recall.objects.create(
        bureau_id=bureau_id, number=number, item_id=lot.item_id, basis=basis, basis_ref=_ref(lot, basis), reason=reason,
        notice=notice, began_at=at, began_by=by.name, began_user_id=by.user_id, move_id=moved.id, client_id=client_id,
    )  # fmt: skip
    RecallLot.objects.bulk_create(RecallLot(recall=made, lot_id=pk) for pk in lots)
    RecallHolder.objects.bulk_create(RecallHolder(recall=made, organisation_id=unit) for unit in units)
    record(
        by=by, at=at, action="begin_recall", object_kind="recall", object_ref=number, bureau_id=bureau_id,
        reason=reason, after={"move": moved.number, "basis": made.basis_ref, "lots": len(lots), "holders": len(units)},
    )  # fmt: skip
    for told in begun(made, units):
        announce(told, at=at)
    settle(client_id=client_id, ref=str(made.pk))
    return made


def _check_basis(lot: Lot, basis: str) -> None:
    if basis not in BASES:
        raise Invalid(
            "BASIS_UNKNOWN",
            "召回范围须为本批次、同一生产批号或同一来源明细",
            "A recall covers the lot, its maker's lot number or its source line",
            field="basis",
        )
    if basis == "maker_lot" and not maker_lot_of(lot):
        raise Invalid(
            "MAKER_LOT_MISSING",
            f"批次 {lot.code} 没有生产批号,请按本批次或同一来源召回",
            f"Lot {lot.code} has no maker's lot number: recall the lot, or its source line",
            field="basis",
        )


def _locked_lots(by: Actor, lot: Lot, basis: str) -> list[UUID]:
    """The lots to stop. Those that another recall stops already are left to it. Raises AlreadyRecalled when the lot
    itself is one of them."""
    found = locked_like(by, lot, basis)
    stopped = queries.stopped(each.pk for each in found)
    if lot.pk in stopped:
        raise AlreadyRecalled(lot.code, stopped[lot.pk])
    return [each.pk for each in found if each.pk not in stopped]


def _ref(lot: Lot, basis: str) -> str:
    return {"lot": lot.code, "maker_lot": maker_lot_of(lot), "source": lot.source_ref}[basis]
