"""Tasks 交办 as figures and the text of the day read them: as they stood at the end of the day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.kernel.clock import business_date, day_end, day_start
from liangcao.operations.duty.queries import tasks_as_of
from liangcao.oversight.briefing.measures import DAY, STATE, TOTAL

# Each figure of tasks with its span.
TASK_FIGURES = (("tasks_open", STATE), ("tasks_overdue", STATE), ("tasks_done", DAY), ("tasks_done", TOTAL))
_OPEN = ("given", "reopened", "reassigned")


@dataclass(frozen=True)
class TaskLine:
    """A task at the end of a day: what its last event was, when it was due."""

    task_id: int
    number: str
    text: str
    owner: str
    given_date: date
    due_at: datetime
    state: str
    changed_at: datetime
    how: str

    @property
    def is_open(self) -> bool:
        """Not ended by the end of the day."""
        return self.state in _OPEN

    def counts(self, measure: str, span: str, day: date) -> bool:
        """Whether it is one of those that a figure counts."""
        if measure == "tasks_done":
            return self.state == "done" and (span == TOTAL or self.changed_at >= day_start(day))
        return self.is_open and (measure == "tasks_open" or self.due_at < day_end(day))


def task_lines(actor: Actor, bureau_id: int, day: date) -> list[TaskLine]:
    """All tasks given by the end of a day, the first due on top."""
    return [
        TaskLine(
            row.pk, row.number, row.text, row.owner_then, business_date(row.given_at), row.due_then, row.state,
            row.changed_at, row.how,
        )
        for row in tasks_as_of(actor, bureau_id, before=day_end(day))
    ]  # fmt: skip
