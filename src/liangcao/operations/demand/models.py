"""Requisition, RequisitionLine, Fulfilment. What is open on a line is never stored: it follows from the fulfilments."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from liangcao.foundation.database.fields import QuantityField, QuantityOrZeroField
from liangcao.foundation.database.guards import append_only
from liangcao.foundation.database.scope import EVERYWHERE, ScopedQuerySet

REQUISITION_STATUSES = ("submitted", "approved", "rejected", "withdrawn", "superseded")
LINE_STATUSES = ("submitted", "open", "closed", "rejected", "withdrawn", "superseded")
CHANNEL_NAMES = ("portal", "phone", "wechat", "desk", "import")
URGENCY_NAMES = ("normal", "urgent", "critical")
FULFILMENT_KINDS = ("allotted", "released", "delivered", "returned")


class RequisitionQuerySet(ScopedQuerySet):
    """The desk sees its bureau's requisitions, a unit its own, a township those of its division."""

    organisation_path = "organisation_id"
    store_path = EVERYWHERE
    region_path = "organisation__region__code"
    emergency_path = "emergency_id"
    is_governed = True


class Requisition(models.Model):
    """申领单: what one unit asks for at one time. `version` grows with each change; a reviewer names the one he read."""

    bureau = models.ForeignKey("parties.Bureau", on_delete=models.PROTECT)
    emergency = models.ForeignKey("parties.Emergency", on_delete=models.PROTECT)
    organisation = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="requisitions")
    number = models.CharField(max_length=30)
    channel = models.CharField(max_length=10)
    caller = models.CharField(max_length=60, blank=True)
    received_at = models.DateTimeField()
    needed_by = models.DateField(null=True)
    urgency = models.CharField(max_length=10, default="normal")
    note = models.CharField(max_length=500, blank=True)
    status = models.CharField(max_length=12, default="submitted")
    version = models.PositiveIntegerField(default=1)
    submitted_by = models.CharField(max_length=60)
    submitted_user_id = models.BigIntegerField(null=True)
    submitted_at = models.DateTimeField()
    reviewed_by = models.CharField(max_length=60, blank=True)
    reviewed_user_id = models.BigIntegerField(null=True)
    # Only under a profile of separation that lets one person do both; the relaxation says which.
    is_reviewed_alone = models.BooleanField(default=False)
    reviewed_at = models.DateTimeField(null=True)
    review_reason = models.CharField(max_length=500, blank=True)
    changed_by = models.CharField(max_length=60)
    changed_at = models.DateTimeField()
    client_id = models.UUIDField(unique=True)

    objects = RequisitionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bureau", "number"], name="requisition_number_once"),
            models.CheckConstraint(condition=Q(status__in=REQUISITION_STATUSES), name="requisition_status_is_known"),
            models.CheckConstraint(condition=Q(channel__in=CHANNEL_NAMES), name="requisition_channel_is_known"),
            models.CheckConstraint(condition=Q(urgency__in=URGENCY_NAMES), name="requisition_urgency_is_known"),
            models.CheckConstraint(condition=Q(channel="portal") | ~Q(caller=""), name="requisition_caller_is_named"),
            models.CheckConstraint(
                condition=(Q(reviewed_by="") & Q(reviewed_at=None))
                | (~Q(reviewed_by="") & Q(reviewed_at__isnull=False)),
                name="requisition_reviewed_by_and_at",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=("approved", "rejected")) | Q(reviewed_at__isnull=False),
                name="requisition_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(status="rejected") | ~Q(review_reason=""), name="requisition_rejected_with_reason"
            ),
            models.CheckConstraint(
                condition=Q(reviewed_user_id=None)
                | Q(is_reviewed_alone=True)
                | Q(submitted_user_id=None)
                | ~Q(reviewed_user_id=F("submitted_user_id")),
                name="requisition_reviewed_by_another",
            ),
        ]
        indexes = [
            models.Index(fields=["bureau", "status", "-id"], name="requisition_by_status"),
            models.Index(fields=["bureau", "-id"], name="requisition_by_bureau"),
        ]

    def __str__(self) -> str:
        return self.number


class RequisitionLineQuerySet(ScopedQuerySet):
    """The desk sees its bureau's lines, a unit its own, a township those of its division."""

    organisation_path = "organisation_id"
    store_path = EVERYWHERE
    region_path = "organisation__region__code"
    emergency_path = "emergency_id"
    is_governed = True


class RequisitionLine(models.Model):
    """One item of a requisition. An unknown amount is NULL, never 0. `asked_as` keeps the words: “20 箱”."""

    requisition = models.ForeignKey(Requisition, on_delete=models.PROTECT, related_name="lines")
    line = models.PositiveIntegerField()
    bureau = models.ForeignKey("parties.Bureau", on_delete=models.PROTECT, db_index=False)
    emergency = models.ForeignKey("parties.Emergency", on_delete=models.PROTECT, db_index=False)
    organisation = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="requisition_lines")
    item = models.ForeignKey("catalog.Item", on_delete=models.PROTECT)
    quantity_requested = QuantityField(null=True)
    asked_as = models.CharField(max_length=40, blank=True)
    on_hand = QuantityOrZeroField(null=True)
    daily_use = QuantityOrZeroField(null=True)
    # What had arrived of the item in the two weeks before `on_hand` was told: frozen, so that the mark stays explained.
    quantity_delivered_lately = QuantityOrZeroField(null=True)
    quantity_approved = QuantityOrZeroField(null=True)
    cut_reason = models.CharField(max_length=200, blank=True)
    tier = models.PositiveSmallIntegerField()
    in_addition = models.BooleanField(default=False)
    status = models.CharField(max_length=12, default="submitted")
    superseded_by = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="supersedes")
    confirmed_at = models.DateTimeField()
    # The requisition's version in which this line last changed: tells a reviewer what is new.
    version = models.PositiveIntegerField(default=1)

    objects = RequisitionLineQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["requisition", "line"], name="requisition_line_once"),
            models.UniqueConstraint(
                fields=["emergency", "organisation", "item"],
                condition=Q(status="open", in_addition=False),
                name="one_open_line_per_item",
            ),
            models.UniqueConstraint(
                fields=["emergency", "organisation", "item"],
                condition=Q(status="submitted", in_addition=False),
                name="one_submitted_line_per_item",
            ),
            models.CheckConstraint(condition=Q(status__in=LINE_STATUSES), name="requisition_line_status_is_known"),
            models.CheckConstraint(condition=Q(tier__gte=1, tier__lte=4), name="requisition_line_tier_is_known"),
            models.CheckConstraint(
                condition=Q(quantity_approved=None)
                | Q(quantity_requested=None)
                | Q(quantity_approved__lte=F("quantity_requested")),
                name="requisition_line_not_over_asked",
            ),
            models.CheckConstraint(
                condition=Q(quantity_approved=None)
                | Q(quantity_requested=None)
                | Q(quantity_approved__gte=F("quantity_requested"))
                | ~Q(cut_reason=""),
                name="requisition_line_cut_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(superseded_by=None) | Q(status="superseded"), name="requisition_line_superseded_is_so"
            ),
        ]
        indexes = [
            models.Index(fields=["bureau", "status", "item"], name="requisition_line_open"),
            # Every page asks which needs have not been confirmed for long.
            models.Index(
                fields=["bureau", "confirmed_at"], condition=Q(status="open"), name="requisition_line_unconfirmed"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.requisition_id}/{self.line}"


class FulfilmentQuerySet(ScopedQuerySet):
    """As the line that they belong to."""

    bureau_path = "requisition_line__bureau_id"
    organisation_path = "requisition_line__organisation_id"
    store_path = EVERYWHERE
    region_path = "requisition_line__organisation__region__code"
    emergency_path = "requisition_line__emergency_id"


@append_only()
class Fulfilment(models.Model):
    """What happened to a line: allotted by a plan, released from it, delivered, returned. Only ever added."""

    requisition_line = models.ForeignKey(
        RequisitionLine, on_delete=models.PROTECT, related_name="fulfilments", db_index=False
    )
    kind = models.CharField(max_length=10)
    quantity = QuantityField()
    cause_kind = models.CharField(max_length=20)
    cause_ref = models.CharField(max_length=80)
    at = models.DateTimeField()

    objects = FulfilmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=FULFILMENT_KINDS), name="fulfilment_kind_is_known"),
            models.CheckConstraint(condition=~Q(cause_kind="") & ~Q(cause_ref=""), name="fulfilment_has_its_cause"),
        ]
        indexes = [models.Index(fields=["requisition_line", "kind"], name="fulfilment_by_line")]

    def __str__(self) -> str:
        return f"{self.requisition_line_id} {self.kind} {self.quantity}"
