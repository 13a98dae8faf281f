"""Plan, PlanStock, PlanLine, PlanNeed, PlanPick; the others of the module are imported here.

A plan keeps the whole round that it was made from (stock, asks, steps), so that it can be explained and made again.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from liangcao.foundation.database.fields import QuantityField, QuantityOrZeroField
from liangcao.foundation.database.scope import EVERYWHERE, ScopedQuerySet
from liangcao.foundation.database.signed import signed
from liangcao.operations.allocation.consultation_models import (  # noqa: F401
    PlanMinutes,
    PlanSignOff,
    Scenario,
    ScenarioLine,
)
from liangcao.operations.allocation.replenishment_models import Replenishment  # noqa: F401
from liangcao.operations.allocation.rule_set_models import WEIGH_BY, RuleSet, RuleStep  # noqa: F401

BASES = {"round": ("按申领", "by requisitions"), "share": ("按比例下拨", "shared out")}
PLAN_CHANGES = {
    "drafted": ("试算", "drafted"),
    "overridden": ("改数", "changed in its numbers"),
    "recomputed": ("重新试算", "recomputed"),
    "adopted": ("采用情景", "changed to a scenario"),
    "consulting": ("送会商", "sent to the consultation"),
    "objected": ("提出不同意", "objected to"),
    "reviewed": ("会商通过", "reviewed"),
    "published": ("签发", "published"),
    "discarded": ("作废", "discarded"),
}
PLAN_STATUSES = ("draft", "consulting", "reviewed", "published", "discarded")


class PlanQuerySet(ScopedQuerySet):
    """Plans of the actor's bureaus."""

    store_path = EVERYWHERE
    emergency_path = "emergency_id"


class Plan(models.Model):
    """分配方案 of one day: drafted, looked at together, signed by somebody other than its maker; then it reserves the
    goods."""

    bureau = models.ForeignKey("parties.Bureau", on_delete=models.PROTECT, related_name="plans")
    emergency = models.ForeignKey("parties.Emergency", on_delete=models.PROTECT, related_name="plans")
    number = models.CharField(max_length=30)
    plan_date = models.DateField()
    basis = models.CharField(max_length=8, default="round", choices=[(key, names[0]) for key, names in BASES.items()])
    rule_set = models.ForeignKey(RuleSet, on_delete=models.PROTECT, null=True, related_name="plans")
    weigh_by = models.CharField(max_length=12, default="none")
    steps = models.JSONField(default=list)
    item_scope = models.JSONField(default=list)
    notices = models.JSONField(default=list)
    status = models.CharField(max_length=12, default="draft")
    round_digest = models.CharField(max_length=64)
    # Sums over the lines (`summary`), written with them; empty in plans that are older than the sums.
    figures = models.JSONField(null=True)
    made_by = models.CharField(max_length=60)
    made_by_user_id = models.BigIntegerField(null=True)
    made_at = models.DateTimeField()
    reviewed_by = models.CharField(max_length=60, blank=True)
    reviewed_at = models.DateTimeField(null=True)
    published_by = models.CharField(max_length=60, blank=True)
    published_at = models.DateTimeField(null=True)
    discarded_by = models.CharField(max_length=60, blank=True)
    discarded_at = models.DateTimeField(null=True)
    discard_reason = models.CharField(max_length=200, blank=True)
    move = models.ForeignKey("ledger.Move", on_delete=models.PROTECT, null=True, related_name="+")
    follows = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="followers")
    # A later arrival is planned as an addition to what was published before.
    adds_to = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="additions")
    # Grows with each change of the plan; who acts on it names the one he read. An agreement changes nothing of it.
    version = models.PositiveIntegerField(default=1)
    changed_how = models.CharField(max_length=12, default="drafted")
    changed_by = models.CharField(max_length=60)
    changed_at = models.DateTimeField()
    client_id = models.UUIDField(unique=True)

    objects = PlanQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bureau", "number"], name="plan_number_once"),
            models.CheckConstraint(condition=Q(status__in=PLAN_STATUSES), name="plan_status_is_known"),
            models.CheckConstraint(condition=Q(basis__in=list(BASES)), name="plan_basis_is_known"),
            models.CheckConstraint(condition=Q(changed_how__in=list(PLAN_CHANGES)), name="plan_change_is_known"),
            models.CheckConstraint(condition=signed("reviewed"), name="plan_review_is_signed"),
            models.CheckConstraint(condition=signed("published"), name="plan_publication_is_signed"),
            models.CheckConstraint(condition=signed("discarded"), name="plan_discard_is_signed"),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "consulting"], reviewed_at=None, published_at=None, discarded_at=None)
                | Q(status="reviewed", reviewed_at__isnull=False, published_at=None, discarded_at=None)
                | Q(status="published", reviewed_at__isnull=False, published_at__isnull=False, discarded_at=None)
                | Q(status="discarded", published_at=None, discarded_at__isnull=False),
                name="plan_status_has_its_signatures",
            ),
        ]
        indexes = [models.Index(fields=["bureau", "status", "-id"], name="plan_by_status")]

    def __str__(self) -> str:
        return self.number


class PlanStockQuerySet(ScopedQuerySet):
    """Read with the plan."""

    bureau_path = "plan__bureau_id"
    store_path = "store_id"
    emergency_path = "plan__emergency_id"


class PlanStock(models.Model):
    """A lot in a store as it was free when the plan was made, or last recomputed."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="stocks")
    store = models.ForeignKey("parties.Store", on_delete=models.PROTECT, related_name="+")
    item = models.ForeignKey("catalog.Item", on_delete=models.PROTECT, related_name="+")
    lot = models.ForeignKey("ledger.Lot", on_delete=models.PROTECT, related_name="+")
    expires_on = models.DateField(null=True)
    quantity = QuantityField()
    earmark = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, null=True, related_name="+")

    objects = PlanStockQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "store", "lot"], name="plan_stock_once")]

    def __str__(self) -> str:
        return f"{self.plan_id}/{self.store_id}/{self.lot_id}: {self.quantity}"


class PlanLineQuerySet(ScopedQuerySet):
    """Read with the plan."""

    bureau_path = "plan__bureau_id"
    store_path = EVERYWHERE
    emergency_path = "plan__emergency_id"


class PlanLine(models.Model):
    """方案行: what one unit gets of one item, with everything it was computed from and the reasons as codes and numbers.

    `instead_of` names the item that this one stands in for. `requisition_line` is the first line it serves (all:
    PlanNeed), empty for a hold-back and for a share. `needed_on` is the day for which a hold-back is set aside, if that
    is known. `quantity_pinned` is an override: a person's number, with name
    and reason.
    """

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="lines")
    line = models.PositiveIntegerField()
    organisation = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="plan_lines")
    item = models.ForeignKey("catalog.Item", on_delete=models.PROTECT, related_name="+")
    instead_of = models.ForeignKey("catalog.Item", on_delete=models.PROTECT, null=True, related_name="+")
    requisition_line = models.ForeignKey(
        "demand.RequisitionLine", on_delete=models.PROTECT, null=True, related_name="plan_lines"
    )
    is_hold_back = models.BooleanField(default=False)
    needed_on = models.DateField(null=True)
    is_stale = models.BooleanField(default=False)
    tier = models.PositiveSmallIntegerField()
    weight = models.PositiveIntegerField(default=1)
    quantity_asked = QuantityOrZeroField(null=True)
    quantity_open = QuantityOrZeroField(null=True)
    on_hand = QuantityOrZeroField(default=0)
    daily_use = QuantityOrZeroField(null=True)
    norm = QuantityOrZeroField(null=True)
    floor = QuantityOrZeroField(default=0)
    cap = QuantityOrZeroField(null=True)
    pack = QuantityField(default=1)
    substitutes = models.JSONField(default=list)
    quantity_planned = QuantityOrZeroField(default=0)
    quantity_solved = QuantityOrZeroField(default=0)
    quantity_earmarked = QuantityOrZeroField(default=0)
    gap = QuantityOrZeroField(null=True)
    reasons = models.JSONField(default=list)
    cause = models.JSONField(default=dict)
    quantity_pinned = QuantityOrZeroField(null=True)
    override_reason = models.CharField(max_length=200, blank=True)
    override_by = models.CharField(max_length=60, blank=True)
    override_by_user_id = models.BigIntegerField(null=True)
    override_at = models.DateTimeField(null=True)

    objects = PlanLineQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "organisation", "item"], condition=Q(instead_of=None), name="plan_line_once"
            ),
            models.UniqueConstraint(
                fields=["plan", "organisation", "item", "instead_of"],
                condition=Q(instead_of__isnull=False),
                name="plan_substitute_line_once",
            ),
            models.CheckConstraint(condition=signed("override"), name="plan_line_override_is_signed"),
            models.CheckConstraint(
                condition=Q(quantity_pinned=None, override_by="")
                | (Q(quantity_pinned__isnull=False) & ~Q(override_by="") & ~Q(override_reason="")),
                name="plan_line_override_is_whole",
            ),
            models.CheckConstraint(condition=Q(tier__gte=1), name="plan_line_has_a_tier"),
            models.CheckConstraint(
                condition=Q(needed_on=None) | Q(is_hold_back=True), name="plan_line_with_a_day_is_a_hold_back"
            ),
        ]
        indexes = [
            models.Index(fields=["plan", "item", "line"], name="plan_line_by_item"),
            models.Index(fields=["plan", "organisation", "tier"], name="plan_line_by_unit"),
            # Every page asks whether its reader set a number in a plan that waits to be signed.
            models.Index(
                fields=["override_by_user_id", "plan"],
                condition=Q(override_by_user_id__isnull=False),
                name="plan_line_by_who_set_it",
            ),
            # And for which kept pieces the day has come.
            models.Index(fields=["needed_on"], condition=Q(is_hold_back=True), name="plan_line_hold_back_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id}/{self.line}"


class PlanNeedQuerySet(ScopedQuerySet):
    """Read with the plan."""

    bureau_path = "plan_line__plan__bureau_id"
    store_path = EVERYWHERE
    emergency_path = "plan_line__plan__emergency_id"


class PlanNeed(models.Model):
    """Which requisition lines a plan line serves, and with how much: a unit may have asked for one item in addition."""

    plan_line = models.ForeignKey(PlanLine, on_delete=models.CASCADE, related_name="needs")
    requisition_line = models.ForeignKey("demand.RequisitionLine", on_delete=models.PROTECT, related_name="plan_needs")
    quantity_open = QuantityOrZeroField(null=True)
    quantity_planned = QuantityOrZeroField(default=0)
    quantity_released = QuantityOrZeroField(default=0)

    objects = PlanNeedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan_line", "requisition_line"], name="plan_need_once"),
            models.CheckConstraint(
                condition=Q(quantity_released__lte=F("quantity_planned")), name="plan_need_released_within"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_line_id}→{self.requisition_line_id}: {self.quantity_planned}"


class PlanPickQuerySet(ScopedQuerySet):
    """Read with the plan."""

    bureau_path = "plan_line__plan__bureau_id"
    store_path = "store_id"
    emergency_path = "plan_line__plan__emergency_id"


class PlanPick(models.Model):
    """拣货: from which lot in which store a plan line is served. `delivery_ref` is the number of the delivery that took
    it."""

    plan_line = models.ForeignKey(PlanLine, on_delete=models.CASCADE, related_name="picks")
    order = models.PositiveIntegerField(default=0)
    item = models.ForeignKey("catalog.Item", on_delete=models.PROTECT, related_name="+")
    store = models.ForeignKey("parties.Store", on_delete=models.PROTECT, related_name="+")
    lot = models.ForeignKey("ledger.Lot", on_delete=models.PROTECT, related_name="+")
    quantity = QuantityField()
    quantity_released = QuantityOrZeroField(default=0)
    delivery_ref = models.CharField(max_length=30, blank=True)
    # The pick whose place this one took, by whom and why: another lot of the item in the same store.
    replaces = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="replaced_by")
    swapped_by = models.CharField(max_length=60, blank=True)
    swapped_at = models.DateTimeField(null=True)
    swap_reason = models.CharField(max_length=200, blank=True)

    objects = PlanPickQuerySet.as_manager()

    class Meta:
        ordering = ["order", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(quantity_released__lte=F("quantity")), name="plan_pick_released_within"),
            models.CheckConstraint(condition=signed("swapped"), name="plan_pick_swap_is_signed"),
            models.CheckConstraint(
                condition=Q(replaces=None, swapped_by="", swap_reason="")
                | (Q(replaces__isnull=False) & ~Q(swapped_by="") & ~Q(swap_reason="")),
                name="plan_pick_swap_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_line_id}: {self.quantity} × {self.lot_id}"
