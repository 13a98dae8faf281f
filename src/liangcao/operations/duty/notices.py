"""What of duty waits for somebody, in one sentence for the outbox."""

from __future__ import annotations

from liangcao.foundation.outbox.notices import Notice
from liangcao.operations.duty.models import Task


def given(task: Task) -> Notice | None:
    """The owner of a task is told, unless he gave it to himself or cannot log in. The task's own words stay inside:
    a mail is read by others, too."""
    user_id = task.owner.user_id
    if user_id is None or user_id == task.given_user_id:
        return None
    return Notice(
        key=f"{task.bureau_id} {task.number} given",
        zh=f"有一件交办事项等您办理({task.number})",
        en=f"A task waits for you ({task.number})",
        page="task",
        page_id=task.pk,
        bureau_id=task.bureau_id,
        object_name="task",
        act="end",
        user_id=user_id,
    )
