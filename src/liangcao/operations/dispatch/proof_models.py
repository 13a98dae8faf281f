"""DeliveryReceipt, DeliveryDispute and its lines, DeliveryPhoto: how a unit signed, and what it says afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from liangcao.foundation.database.fields import QuantityOrZeroField
from liangcao.foundation.database.guards import append_only
from liangcao.foundation.database.scope import ScopedQuerySet
from liangcao.foundation.database.signed import signed

if TYPE_CHECKING:
    from liangcao.foundation.identity.actor import Actor
    from liangcao.reference.catalog.models import Item

# By which door a unit said it: the QR of the slip without an account, its portal, the desk with the paper in hand, a
# program.
DOORS = ("link", "portal", "desk", "program")
DISPUTE_STATUSES = ("open", "accepted", "rejected", "withdrawn")


class _OfUnitQuerySet(ScopedQuerySet):
    def outside(self, actor: Actor) -> list[Q]:
        """People of the unit, not those who only carry for it."""
        own = sorted(actor.own_business_ids)
        return [Q(**{f"{self.organisation_path}__in": own})] if own else []


class OfDeliveryQuerySet(_OfUnitQuerySet):
    """Read with the delivery; who only brings the goods does not see it."""

    bureau_path = "delivery__bureau_id"
    organisation_path = "delivery__organisation_id"
    store_path = "delivery__store_id"
    region_path = "delivery__organisation__region__code"
    emergency_path = "delivery__emergency_id"


@append_only()
class DeliveryReceipt(models.Model):
    """签收: by which door, under which name, with which drawn signature. How many stands on the lines.

    Who signs without an account draws his name or photographs the signed slip.
    """

    delivery = models.OneToOneField("dispatch.Delivery", on_delete=models.PROTECT, related_name="receipt")
    door = models.CharField(max_length=10)
    signed_name = models.CharField(max_length=60)
    signature = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, null=True, related_name="+")
    photo_count = models.PositiveSmallIntegerField(default=0)
    signed_at = models.DateTimeField()

    objects = OfDeliveryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(door__in=DOORS) & ~Q(signed_name=""), name="receipt_door_is_known"),
            models.CheckConstraint(
                condition=~Q(door="link") | Q(signature__isnull=False) | Q(photo_count__gt=0),
                name="receipt_by_link_has_its_proof",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.delivery_id} {self.signed_name}"


@append_only("status", "decided_by", "decided_at", "decided_reason", "reversal", "settlement")
class DeliveryDispute(models.Model):
    """签收异议: after signing, a unit says that pieces were short or damaged. Accepted, so many are taken back from its
    receipt and go where the desk says; the need is open again."""

    delivery = models.ForeignKey("dispatch.Delivery", on_delete=models.PROTECT, related_name="disputes")
    number = models.CharField(max_length=30)
    status = models.CharField(max_length=10, default="open")
    reason = models.CharField(max_length=200)
    # Who says it, for the unit: may have no account.
    raised_name = models.CharField(max_length=60)
    raised_phone = models.CharField(max_length=40, blank=True)
    raised_door = models.CharField(max_length=10)
    raised_by = models.CharField(max_length=60)
    raised_at = models.DateTimeField()
    decided_by = models.CharField(max_length=60, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_reason = models.CharField(max_length=200, blank=True)
    reversal = models.ForeignKey("ledger.Move", on_delete=models.PROTECT, null=True, related_name="+")
    settlement = models.ForeignKey("ledger.Move", on_delete=models.PROTECT, null=True, related_name="+")
    client_id = models.UUIDField(unique=True)

    objects = OfDeliveryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["delivery", "number"], name="dispute_number_once"),
            # What is said twice at once would be taken back twice.
            models.UniqueConstraint(fields=["delivery"], condition=Q(status="open"), name="dispute_open_once"),
            models.CheckConstraint(condition=Q(status__in=DISPUTE_STATUSES), name="dispute_status_is_known"),
            models.CheckConstraint(
                condition=Q(raised_door__in=DOORS) & ~Q(raised_name="") & ~Q(reason=""), name="dispute_says_who_and_why"
            ),
            models.CheckConstraint(condition=signed("decided"), name="dispute_decision_is_signed"),
            models.CheckConstraint(
                condition=Q(status="open", decided_at=None)
                | (~Q(status="open") & Q(decided_at__isnull=False) & ~Q(decided_reason="")),
                name="dispute_status_has_its_decision",
            ),
            models.CheckConstraint(
                condition=Q(status="accepted", reversal__isnull=False, settlement__isnull=False)
                | (~Q(status="accepted") & Q(reversal=None, settlement=None)),
                name="dispute_accepted_is_in_the_book",
            ),
        ]
        indexes = [models.Index(fields=["status", "-id"], name="dispute_by_status")]

    def __str__(self) -> str:
        return self.number


class OfDisputeQuerySet(_OfUnitQuerySet):
    """Read with the dispute."""

    bureau_path = "dispute__delivery__bureau_id"
    organisation_path = "dispute__delivery__organisation_id"
    store_path = "dispute__delivery__store_id"
    region_path = "dispute__delivery__organisation__region__code"
    emergency_path = "dispute__delivery__emergency_id"


@append_only("short_settled_as", "damaged_settled_as")
class DeliveryDisputeLine(models.Model):
    """异议行: so many good pieces of one line of the receipt were short, so many damaged; and what became of them."""

    dispute = models.ForeignKey(DeliveryDispute, on_delete=models.PROTECT, related_name="lines")
    delivery_line = models.ForeignKey("dispatch.DeliveryLine", on_delete=models.PROTECT, related_name="disputed")
    quantity_short = QuantityOrZeroField()
    quantity_damaged = QuantityOrZeroField()
    short_settled_as = models.CharField(max_length=12, blank=True)
    damaged_settled_as = models.CharField(max_length=12, blank=True)

    objects = OfDisputeQuerySet.as_manager()

    class Meta:
        ordering = ["delivery_line__line"]
        constraints = [
            models.UniqueConstraint(fields=["dispute", "delivery_line"], name="dispute_line_once"),
            models.CheckConstraint(
                condition=Q(quantity_short__gt=0) | Q(quantity_damaged__gt=0),
                name="dispute_line_has_pieces",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dispute_id}/{self.delivery_line_id}"

    @property
    def line(self) -> int:
        """Its row on the delivery."""
        return self.delivery_line.line

    @property
    def item(self) -> Item:
        """What it is."""
        return self.delivery_line.item


@append_only()
class DeliveryPhoto(models.Model):
    """照片: what somebody showed with a receipt, or with a dispute."""

    delivery = models.ForeignKey("dispatch.Delivery", on_delete=models.PROTECT, related_name="photos")
    dispute = models.ForeignKey(DeliveryDispute, on_delete=models.PROTECT, null=True, related_name="photos")
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField()

    objects = OfDeliveryQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.delivery_id} {self.pk}"
