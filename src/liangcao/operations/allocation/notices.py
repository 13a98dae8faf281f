"""What of allocation waits for one person, in one sentence for the outbox."""

from __future__ import annotations

from liangcao.foundation.outbox.notices import Notice
from liangcao.operations.allocation.models import Replenishment


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
