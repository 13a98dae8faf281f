"""What of demand waits for somebody, in one sentence for the outbox."""

from __future__ import annotations

from liangcao.foundation.outbox.notices import Notice
from liangcao.operations.demand.models import Requisition


def to_review(requisition: Requisition) -> Notice:
    """A requisition has come in: the desk reviews it."""
    unit = requisition.organisation.name
    return Notice(
        key=f"{requisition.bureau_id} {requisition.number} submitted",
        zh=f"{unit}的申领单 {requisition.number} 等待审核",
        en=f"Requisition {requisition.number} of {unit} waits for review",
        page="requisition",
        page_id=requisition.pk,
        bureau_id=requisition.bureau_id,
        object_name="requisition",
        act="approve",
    )


def decided(requisition: Requisition, *, is_cut: bool = False) -> Notice:
    """The unit is told what became of its requisition."""
    zh, en = {
        ("approved", False): ("已批准", "was approved"),
        ("approved", True): ("已批准,部分数量有核减", "was approved, some amounts were cut"),
    }.get((requisition.status, is_cut), ("已退回,请看原因", "was turned down; see the reason"))
    return Notice(
        key=f"{requisition.bureau_id} {requisition.number} {requisition.status}",
        zh=f"您的申领单 {requisition.number} {zh}",
        en=f"Your requisition {requisition.number} {en}",
        page="portal_requisition",
        page_id=requisition.pk,
        bureau_id=requisition.bureau_id,
        object_name="requisition",
        act="view",
        organisation_id=requisition.organisation_id,
    )
