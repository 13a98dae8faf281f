"""Writes of jobs: put one on the table, try a failed one again, take one off."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from liangcao.foundation.database.locks import locked
from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.jobs.flow import JOB_FLOW
from liangcao.foundation.jobs.models import CANCELLED, DEAD, WAITING, Job
from liangcao.foundation.jobs.registry import kind_of, kinds
from liangcao.foundation.journal import actions as journal
from liangcao.foundation.kernel.errors import NotFound
from liangcao.foundation.kernel.flow import check_step

ROUND_KEY = "round"


def enqueue(
    *,
    kind: str,
    payload: dict[str, Any],
    at: datetime,
    key: str | None = None,
    bureau_id: int | None = None,
    due_at: datetime | None = None,
) -> Job:
    """Put a job on the table, inside the caller's transaction: it is there when the caller's act is, and not before.

    The same kind and key twice is one job. Raises ValueError for a kind that nobody registered.
    """
    if kind_of(kind) is None:
        raise ValueError(f"no handler is registered for the job {kind!r}")
    row = Job(
        kind=kind, key=key, payload=payload, bureau_id=bureau_id, enqueued_at=at, due_at=due_at or at, state=WAITING
    )
    if key is None:
        row.save(force_insert=True)
        return row
    # ON CONFLICT DO NOTHING: a second caller waits for the first to commit and then finds its job.
    Job.objects.bulk_create([row], ignore_conflicts=True)
    return Job.objects.get(kind=kind, key=key)


def plan_rounds(*, at: datetime) -> None:
    """Make sure that each periodic kind has its one row. Harmless from several workers at once."""
    with transaction.atomic():
        for kind in kinds().values():
            if kind.seconds:
                job = enqueue(kind=kind.name, payload={}, at=at, key=ROUND_KEY)
                Job.objects.filter(pk=job.pk).filter(~Q(every_seconds=kind.seconds) | Q(every_seconds=None)).update(
                    every_seconds=kind.seconds
                )


@transaction.atomic
def retry(*, job_id: int, bureau_id: int, by: Actor, at: datetime) -> Job:
    """Put a job that failed for good back on the table, with all its attempts. Raises NotFound, Forbidden,
    Conflict."""
    job = _changeable(job_id, bureau_id, by, "retry")
    check_step(JOB_FLOW, job.state, WAITING, what_zh="该任务", what_en="The job")
    return _changed(job, by, at, "retry_job", state=WAITING, attempts=0, due_at=at, ended_at=None)


@transaction.atomic
def cancel(*, job_id: int, bureau_id: int, by: Actor, at: datetime) -> Job:
    """Take a job that waits or failed off the table. Raises NotFound, Forbidden, Conflict."""
    job = _changeable(job_id, bureau_id, by, "cancel")
    check_step(JOB_FLOW, job.state, CANCELLED, what_zh="该任务", what_en="The job")
    return _changed(job, by, at, "cancel_job", state=CANCELLED, ended_at=at)


def _changeable(job_id: int, bureau_id: int, by: Actor, action: str) -> Job:
    guard.check(by, action, "job", bureau_id=bureau_id)
    own = Q(bureau_id=bureau_id) | Q(bureau_id=None)
    rows = locked(Job.objects.filter(own, every_seconds=None), [job_id])
    if not rows:
        raise NotFound()
    job: Job = rows[0]
    return job


def _changed(job: Job, by: Actor, at: datetime, action: str, **values: Any) -> Job:
    before = {"state": job.state, "attempts": job.attempts}
    for name, value in values.items():
        setattr(job, name, value)
    job.save(update_fields=list(values))
    after = {"state": job.state, "attempts": job.attempts}
    journal.record(
        by=by, at=at, action=action, object_kind="job", object_ref=str(job.pk), bureau_id=job.bureau_id,
        before=before, after=after,
    )  # fmt: skip
    return job


def sweep(*, before: datetime) -> int:
    """Delete jobs that were done or cancelled before this moment; returns how many. Failed ones stay until somebody
    decides."""
    old = Job.objects.filter(ended_at__lt=before, every_seconds=None).exclude(state__in=(DEAD, WAITING))
    deleted, _ = old.delete()
    return deleted
