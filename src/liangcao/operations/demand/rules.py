"""Who may do what with a requisition, and and what stops him. One rule for button and act."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.kernel.clock import LOCAL
from liangcao.foundation.kernel.errors import Conflict, Forbidden
from liangcao.foundation.kernel.flow import check_step
from liangcao.operations.demand.flow import REQUISITION_FLOW
from liangcao.operations.demand.models import Requisition, RequisitionLine
from liangcao.reference.catalog.models import Item
from liangcao.reference.parties import separation

STALE_AFTER = timedelta(days=3)


class SelfApproval(Forbidden):
    """The reviewer filed the requisition himself."""

    def __init__(self, number: str) -> None:
        super().__init__(
            "SELF_APPROVAL",
            f"不得审批本人提交的单据:{number} 由您提交,请由另一位同事审核",
            f"Nobody reviews his own document: you filed {number}; ask a colleague to review it",
        )


class ChangedMeanwhile(Conflict):
    """The document is not as the reader saw it."""


class GoodsUnderWay(Conflict):
    """Something is allotted and on its way."""


def check_can_file(actor: Actor, *, bureau_id: int, organisation_id: int | None) -> None:
    """A unit files for itself, the desk for a caller."""
    guard.check(actor, "file", "requisition", bureau_id=bureau_id, organisation_id=organisation_id)


def can_file(actor: Actor, *, bureau_id: int, organisation_id: int | None) -> bool:
    """Whether `check_can_file` lets it pass."""
    return guard.can(actor, "file", "requisition", bureau_id=bureau_id, organisation_id=organisation_id)


def _check_role(actor: Actor, action: str, requisition: Requisition) -> None:
    guard.check(
        actor, action, "requisition", bureau_id=requisition.bureau_id, organisation_id=requisition.organisation_id
    )


def _check_step(requisition: Requisition, target: str) -> None:
    check_step(
        REQUISITION_FLOW,
        requisition.status,
        target,
        what_zh=f"申领单 {requisition.number} ",
        what_en=f"Requisition {requisition.number}",
    )


def check_can_review(
    actor: Actor, requisition: Requisition, at: datetime | None = None, *, target: str = "approved"
) -> None:
    """A reviewer who did not file it (unless the profile in force at `at` lets him), while it waits. Raises Forbidden,
    SelfApproval, Conflict STATE_CONFLICT."""
    _check_role(actor, "approve", requisition)
    if is_same_person(actor, requisition):
        if at is None or actor.user_id is None:
            raise SelfApproval(requisition.number)
        separation.check_apart(**apart(actor, requisition, at))
    _check_step(requisition, target)


def apart(actor: Actor, requisition: Requisition, at: datetime) -> dict[str, Any]:
    """What the separation of duties asks of a review."""
    return {
        "rule": "requisition.approve", "by": actor, "earlier": [requisition.submitted_user_id],
        "bureau_id": requisition.bureau_id, "at": at, "refusal": SelfApproval(requisition.number),
    }  # fmt: skip


def can_review(actor: Actor, requisition: Requisition, at: datetime | None = None) -> bool:
    """Whether `check_can_review` lets it pass."""
    return guard.passes(check_can_review, actor, requisition, at)


def is_same_person(actor: Actor, requisition: Requisition) -> bool:
    """Programs have no user id: the name tells them apart."""
    if actor.user_id is not None or requisition.submitted_user_id is not None:
        return actor.user_id == requisition.submitted_user_id
    return actor.name == requisition.submitted_by


def check_can_withdraw(actor: Actor, requisition: Requisition) -> None:
    """The unit or the desk, while it waits or is approved. What is on its way is checked by the act."""
    _check_role(actor, "withdraw", requisition)
    _check_step(requisition, "withdrawn")


def can_withdraw(actor: Actor, requisition: Requisition) -> bool:
    """Whether `check_can_withdraw` lets it pass."""
    return guard.passes(check_can_withdraw, actor, requisition)


def check_can_confirm(actor: Actor, line: RequisitionLine) -> None:
    """The unit or the desk says that a line still stands, while it waits or is open."""
    guard.check(actor, "confirm", "requisition", bureau_id=line.bureau_id, organisation_id=line.organisation_id)
    if line.status not in ("submitted", "open"):
        raise Conflict(
            "STATE_CONFLICT",
            f"第 {line.line} 行已不在待满足状态,不需要再确认;如仍有需要请重新申领",
            f"Line {line.line} is not open any more and needs no confirmation; file a new requisition if the need "
            f"goes on",
        )


def can_confirm(actor: Actor, line: RequisitionLine) -> bool:
    """Whether `check_can_confirm` lets it pass."""
    return guard.passes(check_can_confirm, actor, line)


def check_version(requisition: Requisition, lines: Sequence[RequisitionLine], version: int | None) -> None:
    """Raise ChangedMeanwhile with who, when and what, unless the reader saw this version. None: the reader does not
    say."""
    if version is None or version == requisition.version:
        return
    state = REQUISITION_FLOW[requisition.status]
    rows = [line.line for line in lines if line.version > version]
    rows_zh = f",第 {'、'.join(map(str, rows))} 行有变动" if rows else ""
    rows_en = f", changed rows: {', '.join(map(str, rows))}" if rows else ""
    when = requisition.changed_at.astimezone(LOCAL)
    raise ChangedMeanwhile(
        "CHANGED_MEANWHILE",
        f"申领单 {requisition.number} 已被{requisition.changed_by}于 {when.month}月{when.day}日 {when:%H:%M} "
        f"修改(现为“{state.zh}”{rows_zh})。请刷新后再办",
        f"Requisition {requisition.number} was changed by {requisition.changed_by} at {when:%Y-%m-%d %H:%M} (now "
        f'"{state.en}"{rows_en}). Reload first',
        field="version",
    )


def check_nothing_under_way(requisition: Requisition, lines: Sequence[RequisitionLine]) -> None:
    """Raise GoodsUnderWay when something is allotted and not delivered. `lines` come from `queries.lines_of`."""
    under_way: list[tuple[Item, int]] = [
        (line.item, line.quantity_on_way)  # type: ignore[attr-defined]
        for line in lines
        if line.quantity_on_way  # type: ignore[attr-defined]
    ]
    if not under_way:
        return
    listed = "、".join(f"{item.name} {quantity:,} {item.base_unit}" for item, quantity in under_way)
    listed_en = ", ".join(f"{item.counted(quantity)} of {item.english}" for item, quantity in under_way)
    raise GoodsUnderWay(
        "GOODS_UNDER_WAY",
        f"申领单 {requisition.number} 已有分配未签收({listed}),不能撤回;请先取消配送",
        f"Requisition {requisition.number} has goods allotted and not delivered ({listed_en}); cancel the "
        f"delivery first",
    )
