"""The table's own round: old finished jobs go."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from liangcao.foundation.jobs.actions import sweep
from liangcao.foundation.jobs.registry import periodic

KEPT = timedelta(days=30)


@periodic("sweep_jobs", seconds=3600, zh="清理旧任务", en="remove old jobs")
def sweep_jobs(*, payload: dict[str, Any], at: datetime) -> None:
    """Done and cancelled jobs are kept for 30 days."""
    sweep(before=at - KEPT)
