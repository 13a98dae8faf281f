"""The table of background work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from liangcao.foundation.database.scope import ScopedQuerySet

if TYPE_CHECKING:
    from liangcao.foundation.identity.actor import Actor

WAITING, RUNNING, DONE, DEAD, CANCELLED = "waiting", "running", "done", "dead", "cancelled"
STATES = (WAITING, RUNNING, DONE, DEAD, CANCELLED)
ENDED = (DONE, DEAD, CANCELLED)


class JobQuerySet(ScopedQuerySet):
    """A bureau's desk sees its own jobs, and those of the installation itself, which belong to no bureau."""

    def visible_to(self, actor: Actor) -> Self:
        """The base rule, and for everybody at a desk what belongs to no bureau."""
        shared = self.filter(bureau_id=None) if actor.whole_bureau_ids else self.none()
        return super().visible_to(actor) | shared


class Job(models.Model):
    """One piece of work, done once by one worker at a time.

    A running job is held under `lease_token` until `lease_until`; the worker keeps moving that moment on. A lease that
    ran out is taken over by another worker with a new token, and the old one can no longer commit.
    """

    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=160, null=True)
    bureau_id = models.BigIntegerField(null=True)
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=10, default=WAITING)
    every_seconds = models.PositiveIntegerField(null=True)
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_token = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    worker = models.CharField(max_length=80, blank=True)
    error = models.CharField(max_length=1000, blank=True)
    enqueued_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="job_once_per_key"),
            models.CheckConstraint(condition=Q(state__in=STATES), name="job_state_known"),
            models.CheckConstraint(
                condition=Q(state=RUNNING, lease_token__isnull=False, lease_until__isnull=False)
                | (~Q(state=RUNNING) & Q(lease_token=None, lease_until=None)),
                name="job_leased_while_running",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=ENDED) | Q(ended_at__isnull=False), name="job_end_has_its_moment"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "due_at"], name="job_by_state"),
            models.Index(fields=["bureau_id", "-id"], name="job_by_bureau"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
