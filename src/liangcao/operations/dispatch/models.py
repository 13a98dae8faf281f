"""Delivery and DeliveryLine."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from liangcao.foundation.database.fields import QuantityField, QuantityOrZeroField
from liangcao.foundation.database.scope import ScopedQuerySet
from liangcao.foundation.database.signed import signed
from liangcao.operations.dispatch.proof_models import (  # noqa: F401
    DeliveryDispute,
    DeliveryDisputeLine,
    DeliveryPhoto,
    DeliveryReceipt,
)

DELIVERY_STATUSES = ("picking", "in_transit", "signed", "settled", "cancelled")
# What became of pieces that did not arrive whole: back on the shelf, back but to be looked at, or lost.
OUTCOMES = {
    "returned": ("退回在库", "returned to stock"),
    "quarantine": ("退回待检", "returned to quarantine"),
    "lost": ("报损", "lost"),
}


class DeliveryQuerySet(ScopedQuerySet):
    """The desk sees its bureau's deliveries, a unit its own, a township those of its division, a carrier what it
    carries."""

    organisation_path = "organisation_id"
    store_path = "store_id"
    region_path = "organisation__region__code"
    emergency_path = "emergency_id"
    carrier_path = "carrier_organisation_id"
    is_governed = True


class Delivery(models.Model):
    """配送单: goods of one store on the way to one unit.

    An emergency issue 先发后补 leaves on a leader's word; its papers are due within 24 hours and owing until they are
    there.
    """

    bureau = models.ForeignKey("parties.Bureau", on_delete=models.PROTECT, related_name="deliveries")
    emergency = models.ForeignKey("parties.Emergency", on_delete=models.PROTECT, related_name="deliveries")
    number = models.CharField(max_length=30)
    plan = models.ForeignKey("allocation.Plan", on_delete=models.PROTECT, null=True, related_name="deliveries")
    store = models.ForeignKey("parties.Store", on_delete=models.PROTECT, related_name="deliveries")
    organisation = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="deliveries")
    status = models.CharField(max_length=12, default="picking")
    prepared_by = models.CharField(max_length=60)
    prepared_at = models.DateTimeField()
    is_emergency = models.BooleanField(default=False)
    leader = models.CharField(max_length=60, blank=True)
    emergency_reason = models.CharField(max_length=200, blank=True)
    limit_note = models.CharField(max_length=200, blank=True)
    papers_due_at = models.DateTimeField(null=True)
    papers_ref = models.CharField(max_length=80, blank=True)
    papers_by = models.CharField(max_length=60, blank=True)
    papers_at = models.DateTimeField(null=True)
    handed_over_by = models.CharField(max_length=60, blank=True)
    handed_over_user_id = models.BigIntegerField(null=True)
    handed_over_at = models.DateTimeField(null=True)
    # Who brings it: an organisation of the bureau with a home in the portal, and the driver, the vehicle, or a carrier
    # that the bureau does not know.
    carrier_organisation = models.ForeignKey(
        "parties.Organisation", on_delete=models.PROTECT, null=True, related_name="carried_deliveries", db_index=False
    )
    carrier = models.CharField(max_length=60, blank=True)
    signed_name = models.CharField(max_length=60, blank=True)
    signed_by = models.CharField(max_length=60, blank=True)
    signed_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=60, blank=True)
    settled_at = models.DateTimeField(null=True)
    settle_reason = models.CharField(max_length=200, blank=True)
    cancelled_by = models.CharField(max_length=60, blank=True)
    cancelled_at = models.DateTimeField(null=True)
    cancel_reason = models.CharField(max_length=200, blank=True)
    issue_move = models.ForeignKey("ledger.Move", on_delete=models.PROTECT, null=True, related_name="+")
    receipt_move = models.ForeignKey("ledger.Move", on_delete=models.PROTECT, null=True, related_name="+")
    client_id = models.UUIDField(unique=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bureau", "number"], name="delivery_number_once"),
            models.CheckConstraint(condition=Q(status__in=DELIVERY_STATUSES), name="delivery_status_is_known"),
            models.CheckConstraint(condition=signed("handed_over"), name="delivery_hand_over_is_signed"),
            models.CheckConstraint(
                condition=Q(handed_over_at=None)
                | Q(is_emergency=True)
                | ~Q(carrier="")
                | Q(carrier_organisation__isnull=False),
                name="delivery_handed_over_to_somebody",
            ),
            # The unit signs for what somebody else brought.
            models.CheckConstraint(
                condition=Q(carrier_organisation=None) | ~Q(carrier_organisation=F("organisation")),
                name="delivery_carrier_is_not_the_unit",
            ),
            models.CheckConstraint(condition=signed("signed"), name="delivery_receipt_is_signed"),
            models.CheckConstraint(condition=signed("papers"), name="delivery_papers_are_signed"),
            models.CheckConstraint(condition=signed("settled"), name="delivery_settlement_is_signed"),
            models.CheckConstraint(condition=signed("cancelled"), name="delivery_cancelling_is_signed"),
            models.CheckConstraint(
                condition=Q(status="picking", handed_over_at=None, signed_at=None, cancelled_at=None)
                | Q(status="cancelled", handed_over_at=None, signed_at=None, cancelled_at__isnull=False)
                | Q(status="in_transit", handed_over_at__isnull=False, signed_at=None, cancelled_at=None)
                | Q(
                    status="signed",
                    handed_over_at__isnull=False,
                    signed_at__isnull=False,
                    settled_at=None,
                    cancelled_at=None,
                )
                | Q(status="settled", signed_at__isnull=False, settled_at__isnull=False, cancelled_at=None),
                name="delivery_status_has_its_signatures",
            ),
            models.CheckConstraint(
                condition=Q(is_emergency=False, papers_due_at=None, leader="", papers_ref="")
                | (Q(is_emergency=True, papers_due_at__isnull=False) & ~Q(leader="") & ~Q(emergency_reason="")),
                name="delivery_emergency_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(papers_ref="", papers_at=None) | (~Q(papers_ref="") & Q(papers_at__isnull=False)),
                name="delivery_papers_have_a_reference",
            ),
        ]
        indexes = [
            models.Index(fields=["bureau", "status", "-id"], name="delivery_by_status"),
            models.Index(fields=["organisation", "status"], name="delivery_by_unit"),
            models.Index(fields=["carrier_organisation", "status"], name="delivery_by_carrier"),
            models.Index(
                fields=["bureau", "papers_due_at"],
                name="delivery_papers_owing",
                condition=Q(is_emergency=True, papers_at=None),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def papers_are_owing(self) -> bool:
        """True for an emergency issue whose papers have not come."""
        return self.is_emergency and self.papers_at is None


class DeliveryLineQuerySet(ScopedQuerySet):
    """Read with the delivery."""

    bureau_path = "delivery__bureau_id"
    organisation_path = "delivery__organisation_id"
    store_path = "delivery__store_id"
    region_path = "delivery__organisation__region__code"
    emergency_path = "delivery__emergency_id"
    carrier_path = "delivery__carrier_organisation_id"
    is_governed = True


class DeliveryLine(models.Model):
    """配送行: pieces of one lot. What the unit signs for adds up to what was sent: good + short + damaged = quantity."""

    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="lines")
    line = models.PositiveIntegerField()
    plan_pick = models.ForeignKey(
        "allocation.PlanPick", on_delete=models.PROTECT, null=True, related_name="delivery_lines"
    )
    requisition_line = models.ForeignKey(
        "demand.RequisitionLine", on_delete=models.PROTECT, null=True, related_name="delivery_lines"
    )
    item = models.ForeignKey("catalog.Item", on_delete=models.PROTECT, related_name="+")
    lot = models.ForeignKey("ledger.Lot", on_delete=models.PROTECT, related_name="+")
    quantity = QuantityField()
    quantity_good = QuantityOrZeroField(null=True)
    quantity_short = QuantityOrZeroField(null=True)
    quantity_damaged = QuantityOrZeroField(null=True)
    picked_by = models.CharField(max_length=60, blank=True)
    picked_at = models.DateTimeField(null=True)
    difference_reason = models.CharField(max_length=200, blank=True)
    short_settled_as = models.CharField(max_length=12, blank=True)
    damaged_settled_as = models.CharField(max_length=12, blank=True)

    objects = DeliveryLineQuerySet.as_manager()

    class Meta:
        ordering = ["line"]
        constraints = [
            models.UniqueConstraint(fields=["delivery", "line"], name="delivery_line_once"),
            models.CheckConstraint(
                condition=Q(quantity_good=None, quantity_short=None, quantity_damaged=None)
                | Q(
                    quantity_good__isnull=False,
                    quantity_short__isnull=False,
                    quantity_damaged__isnull=False,
                    quantity=F("quantity_good") + F("quantity_short") + F("quantity_damaged"),
                ),
                name="delivery_line_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(quantity_good=None) | Q(quantity_good=F("quantity")) | ~Q(difference_reason=""),
                name="delivery_line_difference_has_a_reason",
            ),
            models.CheckConstraint(condition=signed("picked"), name="delivery_line_pick_is_signed"),
            models.CheckConstraint(
                condition=Q(short_settled_as__in=["", *OUTCOMES], damaged_settled_as__in=["", *OUTCOMES]),
                name="delivery_line_outcome_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.delivery_id}/{self.line}"
