"""FactorRemoval; part of `models`, which is full."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from liangcao.foundation.database.guards import append_only
from liangcao.foundation.database.scope import EVERYWHERE, ScopedQuerySet


class FactorRemovalQuerySet(ScopedQuerySet):
    """Removals of a second factor asked for in the actor's bureaus."""

    emergency_path = EVERYWHERE


@append_only("status", "is_relaxed", "ended_by", "ended_user_id", "ended_at")
class FactorRemoval(models.Model):
    """去掉第二道验证的申请: one administrator asks, another confirms within a day; only then is the factor gone."""

    STATUSES = ("asked", "confirmed", "withdrawn", "lapsed")

    bureau = models.ForeignKey("parties.Bureau", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("parties.Person", on_delete=models.PROTECT, related_name="factor_removals")
    reason = models.CharField(max_length=200)
    asked_by = models.CharField(max_length=60)
    asked_user_id = models.BigIntegerField(null=True)
    asked_at = models.DateTimeField()
    status = models.CharField(max_length=10, default="asked")
    is_relaxed = models.BooleanField(default=False)
    ended_by = models.CharField(max_length=60, blank=True)
    ended_user_id = models.BigIntegerField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects = FactorRemovalQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=Q(status="asked"), name="factor_removal_asked_once"),
            models.CheckConstraint(
                condition=Q(status__in=["asked", "confirmed", "withdrawn", "lapsed"]),
                name="factor_removal_status_known",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="factor_removal_has_reason"),
            models.CheckConstraint(
                condition=Q(status="asked", ended_at=None) | ~Q(status="asked") & Q(ended_at__isnull=False),
                name="factor_removal_ended_when_not_asked",
            ),
            models.CheckConstraint(
                condition=~Q(status="confirmed")
                | Q(is_relaxed=True)
                | Q(asked_user_id=None)
                | Q(ended_user_id__isnull=False) & ~Q(ended_user_id=F("asked_user_id")),
                name="factor_removal_confirmed_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.status}"
