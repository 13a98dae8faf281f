"""What of allocation waits for one person, in one sentence for the outbox."""

from __future__ import annotations

from liangcao.foundation.outbox.notices import Notice
from liangcao.operations.allocation.models import PlanLine, Replenishment


def gap_closed(row: Replenishment) -> Notice | None:
    """Who is to replenish an item learns that what is free and coming is enough now."""
    task = row.task
    if task.owner.user_id is None:
        return None
    return Notice(
        key=f"{row.bureau_id} {task.number} met {row.met_at:%Y%m%d%H%M}",
        zh=f"补货任务 {task.number} 的缺口已补上,请核对后办结",
        en=f"The gap of replenishment {task.number} is closed; check it and say that it is done",
        page="task",
        page_id=task.pk,
        bureau_id=row.bureau_id,
        object_name="task",
        act="end",
        user_id=task.owner.user_id,
    )


def held_less(line: PlanLine, pieces: int, move_number: str) -> Notice | None:
    """A unit learns that less is held for it than was told; nobody is told of a hold-back."""
    if line.requisition_line is None:
        return None
    item, plan = line.item, line.plan
    return Notice(
        key=f"{plan.bureau_id} {move_number} held less",
        zh=f"原定分给贵单位的 {item.name} 减少 {pieces:,} {item.base_unit}(方案 {plan.number}),需求重新待分配",
        en=f"{pieces:,} fewer of {item.english} are held for you (plan {plan.number}); the need is open again",
        page="portal_requisition",
        page_id=line.requisition_line.requisition_id,
        bureau_id=plan.bureau_id,
        object_name="requisition",
        act="file",
        organisation_id=line.organisation_id,
    )
