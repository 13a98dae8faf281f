"""RuleSet and RuleStep. Importers take them from `models`."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from liangcao.foundation.database.guards import append_only
from liangcao.foundation.database.scope import EVERYWHERE, ScopedQuerySet
from liangcao.foundation.database.signed import signed
from liangcao.operations.allocation.solver.round import HOWS, TARGETS

WEIGH_BY = {
    "none": ("不计权重", "no weights"),
    "population": ("人口", "population"),
    "beds": ("床位", "beds"),
    "headcount": ("人数", "head-count"),
}


class RuleSetQuerySet(ScopedQuerySet):
    """Rule sets that ship with the program belong to everybody, the others to their bureau."""

    emergency_path = EVERYWHERE

    def visible_to(self, actor: Any) -> RuleSetQuerySet:
        """The bureau's own rule sets and those of the program."""
        own = super().visible_to(actor)
        return own | self.filter(bureau=None) if actor.grants else own


@append_only("is_active", "is_default")
class RuleSet(models.Model):
    """分配规则: steps in order. A change is a new version; a bureau's own say who made them, and why."""

    bureau = models.ForeignKey("parties.Bureau", on_delete=models.PROTECT, null=True, related_name="rule_sets")
    code = models.CharField(max_length=30)
    name = models.CharField(max_length=40)
    name_en = models.CharField(max_length=60)
    version = models.PositiveSmallIntegerField(default=1)
    weigh_by = models.CharField(max_length=12, default="none", choices=[(k, names[0]) for k, names in WEIGH_BY.items()])
    sentence = models.CharField(max_length=800)
    sentence_en = models.CharField(max_length=1600)
    is_default = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    note = models.CharField(max_length=200, blank=True)
    made_by = models.CharField(max_length=60, blank=True)
    made_at = models.DateTimeField(null=True)

    objects = RuleSetQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], condition=Q(bureau=None), name="rule_set_version_once"),
            models.UniqueConstraint(
                fields=["bureau", "code", "version"],
                condition=Q(bureau__isnull=False),
                name="rule_set_version_once_per_bureau",
            ),
            models.UniqueConstraint(
                fields=["is_default"],
                condition=Q(bureau=None, is_default=True, is_active=True),
                name="rule_set_one_default",
            ),
            models.UniqueConstraint(
                fields=["bureau"],
                condition=Q(bureau__isnull=False, is_default=True, is_active=True),
                name="rule_set_one_default_per_bureau",
            ),
            models.UniqueConstraint(
                fields=["bureau", "code"],
                condition=Q(bureau__isnull=False, is_active=True),
                name="rule_set_one_version_in_use",
            ),
            models.CheckConstraint(condition=signed("made"), name="rule_set_making_is_signed"),
            models.CheckConstraint(condition=Q(weigh_by__in=list(WEIGH_BY)), name="rule_set_weigh_by_is_known"),
        ]

    def __str__(self) -> str:
        return self.name


class RuleStepQuerySet(ScopedQuerySet):
    """Steps are read with their rule set."""

    bureau_path = "rule_set__bureau_id"
    emergency_path = EVERYWHERE


@append_only()
class RuleStep(models.Model):
    """步骤: whom, up to what, how. The same words as in the step sheet of the plan workbook."""

    rule_set = models.ForeignKey(RuleSet, on_delete=models.PROTECT, related_name="steps")
    order = models.PositiveSmallIntegerField()
    whom = models.CharField(max_length=80)
    target = models.CharField(max_length=10)
    how = models.CharField(max_length=12)
    days = models.PositiveSmallIntegerField(null=True)

    objects = RuleStepQuerySet.as_manager()

    class Meta:
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["rule_set", "order"], name="rule_step_order_once"),
            models.CheckConstraint(condition=Q(target__in=TARGETS), name="rule_step_target_is_known"),
            models.CheckConstraint(condition=Q(how__in=HOWS), name="rule_step_how_is_known"),
            models.CheckConstraint(
                condition=Q(target="days", days__isnull=False) | (~Q(target="days") & Q(days=None)),
                name="rule_step_days_fit",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order}. {self.whom} {self.target} {self.how}"
