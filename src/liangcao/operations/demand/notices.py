"""What of demand waits for somebody, in one sentence for the outbox."""

from __future__ import annotations

from datetime import date

from liangcao.foundation.outbox.notices import Notice
from liangcao.operations.demand.models import Requisition, RequisitionLine


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


def to_confirm(line: RequisitionLine, day: date) -> Notice:
    """A unit is asked whether its needs still stand: once for all that went stale on a day. `line` is one of them."""
    return Notice(
        key=f"{line.bureau_id} {line.organisation_id} stale {day}",
        zh="贵单位有需求三天没有确认,暂不分配;还需要的请确认",
        en="Needs of yours were not confirmed for three days and are not served; confirm those that still stand",
        page="portal_confirmation",
        page_id=line.pk,
        bureau_id=line.bureau_id,
        object_name="requisition",
        act="confirm",
        organisation_id=line.organisation_id,
    )
