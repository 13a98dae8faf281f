"""Scenario, ScenarioLine, PlanSignOff, PlanMinutes: what is laid on the table when a plan is looked at together.

A scenario is never a plan: it has tables of its own, so nothing can publish it, and it never changes: the minutes may
speak of it years later. Importers take these classes from `models`.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from liangcao.foundation.database.fields import QuantityOrZeroField
from liangcao.foundation.database.guards import append_only
from liangcao.foundation.database.scope import EVERYWHERE, ScopedQuerySet

OPINIONS = {"agreed": ("同意", "agreed"), "objected": ("不同意", "objected")}


class OfPlanQuerySet(ScopedQuerySet):
    """Read with the plan."""

    bureau_path = "plan__bureau_id"
    store_path = EVERYWHERE
    emergency_path = "plan__emergency_id"


@append_only()
class Scenario(models.Model):
    """情景: the round of a plan solved again under another assumption, beside the plan.

    `extra_stock` is [[item id, pieces]] that are supposed to be there; `limits` are [[organisation id, item id, floor,
    cap, pack]], `hold_backs` [[organisation id, item id, pieces, tier, day]]. `plan_version` is the version of the
    plan that was looked at.
    """

    plan = models.ForeignKey("allocation.Plan", on_delete=models.PROTECT, related_name="scenarios")
    order = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=60)
    rule_set = models.ForeignKey("allocation.RuleSet", on_delete=models.PROTECT, related_name="+")
    weigh_by = models.CharField(max_length=12)
    steps = models.JSONField()
    extra_stock = models.JSONField(default=list)
    limits = models.JSONField(default=list)
    hold_backs = models.JSONField(default=list)
    keeps_overrides = models.BooleanField()
    plan_version = models.PositiveIntegerField()
    made_by = models.CharField(max_length=60)
    made_by_user_id = models.BigIntegerField(null=True)
    made_at = models.DateTimeField()
    client_id = models.UUIDField(unique=True)

    objects = OfPlanQuerySet.as_manager()

    class Meta:
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "order"], name="scenario_order_once"),
            models.UniqueConstraint(fields=["plan", "name"], name="scenario_name_once"),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id}/{self.order} {self.name}"


class ScenarioLineQuerySet(ScopedQuerySet):
    """Read with the scenario."""

    bureau_path = "scenario__plan__bureau_id"
    store_path = EVERYWHERE
    emergency_path = "scenario__plan__emergency_id"


@append_only()
class ScenarioLine(models.Model):
    """情景行: what a unit would get of an item, with what stands in for it, in base units."""

    scenario = models.ForeignKey(Scenario, on_delete=models.PROTECT, related_name="lines")
    organisation = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="+")
    item = models.ForeignKey("catalog.Item", on_delete=models.PROTECT, related_name="+")
    is_hold_back = models.BooleanField()
    tier = models.PositiveSmallIntegerField()
    quantity_open = QuantityOrZeroField(null=True)
    on_hand = QuantityOrZeroField()
    daily_use = QuantityOrZeroField(null=True)
    quantity_planned = QuantityOrZeroField()
    quantity_substituted = QuantityOrZeroField()
    gap = QuantityOrZeroField(null=True)
    reasons = models.JSONField(default=list)

    objects = ScenarioLineQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scenario", "organisation", "item"], name="scenario_line_once"),
            models.CheckConstraint(condition=Q(tier__gte=1), name="scenario_line_has_a_tier"),
        ]

    def __str__(self) -> str:
        return f"{self.scenario_id}: {self.organisation_id} {self.item_id} {self.quantity_planned}"


@append_only()
class PlanSignOff(models.Model):
    """会签: what one person says of one version of a plan, for a role. An objection has a reason."""

    plan = models.ForeignKey("allocation.Plan", on_delete=models.PROTECT, related_name="sign_offs")
    version = models.PositiveIntegerField()
    role = models.CharField(max_length=30)
    opinion = models.CharField(max_length=8, choices=[(key, names[0]) for key, names in OPINIONS.items()])
    note = models.CharField(max_length=200, blank=True)
    by = models.CharField(max_length=60)
    by_user_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    client_id = models.UUIDField(unique=True)

    objects = OfPlanQuerySet.as_manager()

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "version", "role"], name="plan_sign_off_once"),
            models.CheckConstraint(condition=Q(opinion__in=list(OPINIONS)), name="plan_sign_off_opinion_is_known"),
            models.CheckConstraint(condition=~Q(opinion="objected", note=""), name="plan_objection_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} v{self.version} {self.role}: {self.opinion}"


@append_only()
class PlanMinutes(models.Model):
    """会商纪要: who was there and what was decided, in words; the numbers are the plan's. A later one corrects it."""

    plan = models.ForeignKey("allocation.Plan", on_delete=models.PROTECT, related_name="minutes")
    version = models.PositiveIntegerField()
    held_at = models.DateTimeField()
    place = models.CharField(max_length=80, blank=True)
    participants = models.CharField(max_length=500)
    decisions = models.TextField(max_length=2000)
    by = models.CharField(max_length=60)
    at = models.DateTimeField()
    client_id = models.UUIDField(unique=True)

    objects = OfPlanQuerySet.as_manager()

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(participants="") & ~Q(decisions=""), name="plan_minutes_say_who_and_what"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.held_at:%Y-%m-%d %H:%M}"
