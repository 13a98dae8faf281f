"""Norm, NeedEvent, AlertDays. They are only ever added and ended; what changes is said again."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from liangcao.foundation.database.fields import QuantityField
from liangcao.foundation.database.guards import append_only
from liangcao.foundation.database.scope import EVERYWHERE, ScopedQuerySet
from liangcao.reference.parties.kinds import REQUESTERS

PER = {"head": ("按人", "per head"), "bed": ("按床位", "per bed"), "unit": ("按单位", "per unit")}
OCCASIONS = {
    "resumption": ("复工", "resumption of work"),
    "opening": ("开学", "school opening"),
    "other": ("其他", "other"),
}


def _ended() -> Q:
    """Ended with a name, a moment and a reason, or not at all."""
    return Q(ended_at=None, ended_by="", ended_reason="") | (
        Q(ended_at__isnull=False) & ~Q(ended_by="") & ~Q(ended_reason="")
    )


class NormQuerySet(ScopedQuerySet):
    """Norms of the actor's bureaus."""

    store_path = EVERYWHERE
    region_path = EVERYWHERE
    emergency_path = EVERYWHERE


@append_only("ended_at", "ended_by", "ended_reason")
class Norm(models.Model):
    """定额: so many pieces a day for every so many heads (beds, units) of one kind of organisation, from a day on. The
    latest that has begun and was not ended counts."""

    bureau = models.ForeignKey("parties.Bureau", on_delete=models.PROTECT, related_name="+")
    item = models.ForeignKey("catalog.Item", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)
    per = models.CharField(max_length=4)
    quantity = QuantityField()
    every = models.PositiveIntegerField(default=1)
    source = models.CharField(max_length=200)
    valid_from = models.DateField()
    made_by = models.CharField(max_length=60)
    made_user_id = models.BigIntegerField(null=True)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=60, blank=True)
    ended_reason = models.CharField(max_length=200, blank=True)

    objects = NormQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["bureau", "item", "kind", "valid_from"], condition=Q(ended_at=None), name="norm_once_a_day"
            ),
            models.CheckConstraint(condition=Q(kind__in=REQUESTERS), name="norm_kind_is_known"),
            models.CheckConstraint(condition=Q(per__in=list(PER)), name="norm_per_is_known"),
            models.CheckConstraint(condition=Q(every__gte=1), name="norm_is_for_somebody"),
            models.CheckConstraint(condition=~Q(source="") & ~Q(made_by=""), name="norm_has_a_source"),
            models.CheckConstraint(condition=_ended(), name="norm_ended_by_and_why"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id}/{self.kind}: {self.quantity}/{self.every}"

    def a_day(self, count: int) -> int:
        """Pieces a day for so many heads (beds, units), rounded up."""
        return int(-(-self.quantity * count // self.every))


class NeedEventQuerySet(ScopedQuerySet):
    """Events of the actor's bureaus."""

    store_path = EVERYWHERE
    region_path = EVERYWHERE
    emergency_path = EVERYWHERE


@append_only("ended_at", "ended_by", "ended_reason")
class NeedEvent(models.Model):
    """复工、开学: from a day on so many more people need supplies by the norm: in one unit, or in all of a kind in a
    division together. A change ends it and says it again (`follows`)."""

    bureau = models.ForeignKey("parties.Bureau", on_delete=models.PROTECT, related_name="+")
    occasion = models.CharField(max_length=12)
    organisation = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=20)
    region = models.ForeignKey("parties.Region", on_delete=models.PROTECT, null=True, related_name="+")
    headcount = models.PositiveIntegerField()
    units = models.PositiveIntegerField(default=1)
    begins_on = models.DateField()
    reason = models.CharField(max_length=200)
    follows = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="followed_by")
    made_by = models.CharField(max_length=60)
    made_user_id = models.BigIntegerField(null=True)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=60, blank=True)
    ended_reason = models.CharField(max_length=200, blank=True)

    objects = NeedEventQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(occasion__in=list(OCCASIONS)), name="need_event_occasion_is_known"),
            models.CheckConstraint(condition=Q(kind__in=REQUESTERS), name="need_event_kind_is_known"),
            models.CheckConstraint(condition=Q(headcount__gte=1, units__gte=1), name="need_event_is_of_somebody"),
            models.CheckConstraint(
                condition=Q(organisation=None) | Q(region=None, units=1), name="need_event_of_a_unit_or_a_group"
            ),
            models.CheckConstraint(condition=~Q(reason="") & ~Q(made_by=""), name="need_event_has_a_reason"),
            models.CheckConstraint(condition=_ended(), name="need_event_ended_by_and_why"),
        ]
        indexes = [models.Index(fields=["bureau", "begins_on"], name="need_event_by_day")]

    def __str__(self) -> str:
        return f"{self.occasion} {self.begins_on}: {self.headcount}"

    def use_by(self, norm: Norm) -> int:
        """Pieces a day of an item by its norm. Beds do not come back to work."""
        return norm.a_day({"head": self.headcount, "unit": self.units}.get(norm.per, 0))


class AlertDaysQuerySet(ScopedQuerySet):
    """What the actor's bureaus have set."""

    store_path = EVERYWHERE
    region_path = EVERYWHERE
    emergency_path = EVERYWHERE


@append_only()
class AlertDays(models.Model):
    """告急天数: below so many days of cover an item, or a unit of the front line, is an alert. The latest counts."""

    bureau = models.ForeignKey("parties.Bureau", on_delete=models.PROTECT, related_name="+")
    days = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=200)
    made_by = models.CharField(max_length=60)
    made_user_id = models.BigIntegerField(null=True)
    made_at = models.DateTimeField()

    objects = AlertDaysQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(days__gte=1, days__lte=14), name="alert_days_within_the_forecast"),
            models.CheckConstraint(condition=~Q(reason="") & ~Q(made_by=""), name="alert_days_have_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.bureau_id}: {self.days}"
