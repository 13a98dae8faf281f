"""Taking a job, keeping it, giving it back. Every write names the lease, so that a lost one changes nothing."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import DatabaseError, InterfaceError, connections, transaction
from django.db.models import F, Q

from liangcao.foundation.jobs.models import DEAD, DONE, RUNNING, WAITING, Job
from liangcao.foundation.jobs.registry import Kind, kind_of, kinds
from liangcao.foundation.kernel.clock import now
from liangcao.foundation.kernel.errors import Refusal

LEASE = timedelta(seconds=30)
HEARTBEAT_SECONDS = 8
FIRST_RETRY, LONGEST_RETRY = timedelta(seconds=10), timedelta(hours=1)
_LONGEST_ERROR = 1000


class LeaseLost(Exception):
    """Another worker has taken the job over: nothing of this attempt may be kept."""


def is_anything_due(at: datetime) -> bool:
    """A read, so that an idle worker takes no write lock."""
    return Job.objects.filter(_claimable(at)).exists()


def claim(*, worker: str, at: datetime) -> Job | None:
    """Take the job that is due longest, or one whose worker was lost; None when nothing is due.

    PostgreSQL: FOR UPDATE SKIP LOCKED. SQLite: the transaction is BEGIN IMMEDIATE, so that one claims at a time.
    """
    with transaction.atomic():
        due = (
            Job.objects.select_for_update(skip_locked=True, no_key=True).filter(_claimable(at)).order_by("due_at", "pk")
        )
        job: Job | None = due.first()
        if job is None:
            return None
        kind = kind_of(job.kind)
        if job.state == RUNNING and kind and job.every_seconds is None and job.attempts >= kind.attempts:
            _end(Job.objects.filter(pk=job.pk), DEAD, at, error=_killed(job))
            return claim(worker=worker, at=at)
        job.state, job.lease_token, job.lease_until = RUNNING, uuid4(), at + LEASE
        job.attempts, job.worker, job.started_at = job.attempts + 1, worker, at
        job.save(update_fields=["state", "lease_token", "lease_until", "attempts", "worker", "started_at"])
        return job


def _claimable(at: datetime) -> Q:
    """Due and waiting, or running under a lease that ran out. A lease further off than any worker sets comes from a
    clock that was wrong: it does not count."""
    lost = Q(lease_until__lt=at) | Q(lease_until__gt=at + 2 * LEASE)
    return Q(kind__in=sorted(kinds())) & (Q(state=WAITING, due_at__lte=at) | (Q(state=RUNNING) & lost))


def _killed(job: Job) -> str:
    return f"worker {job.worker} was lost while it did this, {job.attempts} times"


def held(job: Job) -> Any:
    """The job's row while the lease is ours."""
    return Job.objects.filter(pk=job.pk, state=RUNNING, lease_token=job.lease_token)


def finish(job: Job, *, at: datetime) -> None:
    """Mark the job done, inside the handler's transaction. Raises LeaseLost, which rolls everything back."""
    if job.every_seconds:
        changed = held(job).update(**_released(), due_at=next_round(job, at), attempts=0, error="", ended_at=at)
    else:
        changed = _end(held(job), DONE, at, error="")
    if not changed:
        raise LeaseLost(f"job {job.pk} was taken over")


def fail(job: Job, kind: Kind, error: Exception, *, at: datetime) -> None:
    """After a failed attempt: wait and try again, or stop for good after the last one. A lost lease changes nothing."""
    told = told_of(error)
    if job.every_seconds:
        held(job).update(**_released(), due_at=next_round(job, at), error=told)
    elif job.attempts >= kind.attempts:
        _end(held(job), DEAD, at, error=told)
    else:
        held(job).update(**_released(), due_at=at + pause_after(job.attempts), error=told)


def give_back(job: Job) -> None:
    """A worker that is told to stop hands the job on at once; the attempt does not count."""
    held(job).update(**_released(), attempts=F("attempts") - 1)


def pause_after(attempts: int) -> timedelta:
    """10 s, 20 s, 40 s … up to an hour."""
    return min(FIRST_RETRY * 2 ** (attempts - 1), LONGEST_RETRY)


def next_round(job: Job, at: datetime) -> datetime:
    """The next moment on the grid of a periodic job: a worker that slept does not make up for missed rounds."""
    every = job.every_seconds or 1
    return at + timedelta(seconds=every - at.timestamp() % every)


def told_of(error: Exception) -> str:
    """What the page of jobs shows of a failure; a refusal in both languages."""
    if isinstance(error, Refusal):
        return f"{error.code}: {error.zh} / {error.en}"[:_LONGEST_ERROR]
    return f"{type(error).__name__}: {error}"[:_LONGEST_ERROR]


def _released() -> dict[str, Any]:
    return {"state": WAITING, "lease_token": None, "lease_until": None}


def _end(rows: Any, state: str, at: datetime, *, error: str) -> int:
    changed: int = rows.update(state=state, lease_token=None, lease_until=None, ended_at=at, error=error)
    return changed


class Heartbeat:
    """Moves the lease on from a thread with a connection of its own while the job is being done.

    On SQLite the handler's transaction keeps everybody else from writing, so that a beat may find the database locked:
    nobody can take the job over either, and the next beat tries again.
    """

    def __init__(self, job: Job) -> None:
        self._pk, self._token = job.pk, job.lease_token
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._beat, name=f"heartbeat-{job.pk}", daemon=True)

    def __enter__(self) -> Heartbeat:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        # Not joined: a beat that waits for the database ends by itself and changes nothing once the lease is gone.
        self._stop.set()

    def _beat(self) -> None:
        try:
            while not self._stop.wait(HEARTBEAT_SECONDS):
                try:
                    extend(self._pk, self._token, at=now())
                except (DatabaseError, InterfaceError):
                    connections.close_all()
        finally:
            connections.close_all()


def extend(job_id: int, token: UUID | None, *, at: datetime) -> bool:
    """Move the lease on; False when it is not ours any more."""
    rows = Job.objects.filter(pk=job_id, state=RUNNING, lease_token=token)
    return bool(rows.update(lease_until=at + LEASE))
