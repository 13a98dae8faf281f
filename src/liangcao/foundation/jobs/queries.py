"""Reads of jobs."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Min, Q, QuerySet

from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.jobs.models import WAITING, Job
from liangcao.foundation.kernel.errors import NotFound


def jobs(actor: Actor, *, bureau_id: int, states: tuple[str, ...] = ()) -> QuerySet[Job]:
    """Jobs of a bureau and of the installation itself, newest first."""
    found = Job.objects.visible_to(actor).filter(_of(bureau_id))
    return (found.filter(state__in=states) if states else found).order_by("-id")


def job(actor: Actor, job_id: int, *, bureau_id: int) -> Job:
    """One job of the bureau or the installation. Raises NotFound."""
    found: Job | None = jobs(actor, bureau_id=bureau_id).filter(pk=job_id).first()
    if found is None:
        raise NotFound()
    return found


def oldest_due(actor: Actor, *, bureau_id: int, at: datetime) -> datetime | None:
    """Since when the oldest job has been due: long ago means that no worker runs."""
    due = Job.objects.visible_to(actor).filter(_of(bureau_id), state=WAITING, due_at__lte=at)
    answer: datetime | None = due.aggregate(oldest=Min("due_at"))["oldest"]
    return answer


def _of(bureau_id: int) -> Q:
    return Q(bureau_id=bureau_id) | Q(bureau_id=None)
