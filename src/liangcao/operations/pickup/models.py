"""PickUp, PickUpSlot and PickUpTurn."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from liangcao.foundation.database.fields import QuantityField
from liangcao.foundation.database.scope import EVERYWHERE, ScopedQuerySet
from liangcao.foundation.database.signed import signed

PICK_UP_STATUSES = ("draft", "announced", "closed", "cancelled")
TURN_STATUSES = ("assigned", "checked_in", "handed_over", "no_show", "released")


class PickUpQuerySet(ScopedQuerySet):
    """The desk sees its bureau's pick-ups; a unit sees its own turn."""

    store_path = "store_id"
    emergency_path = EVERYWHERE


class PickUp(models.Model):
    """自提安排: on one day, at one store, units fetch their goods in slots."""

    bureau = models.ForeignKey("parties.Bureau", on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=30)
    status = models.CharField(max_length=10, default="draft")
    store = models.ForeignKey("parties.Store", on_delete=models.PROTECT, related_name="+")
    plan = models.ForeignKey("allocation.Plan", on_delete=models.PROTECT, null=True, related_name="+")
    place = models.CharField(max_length=200)
    safety_text = models.CharField(max_length=500)
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    capacity = models.PositiveIntegerField()
    made_by = models.CharField(max_length=60)
    made_at = models.DateTimeField()
    announced_by = models.CharField(max_length=60, blank=True)
    announced_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=60, blank=True)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=200, blank=True)
    client_id = models.UUIDField(unique=True)

    objects = PickUpQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bureau", "number"], name="pick_up_number_once"),
            models.CheckConstraint(condition=Q(status__in=PICK_UP_STATUSES), name="pick_up_status_is_known"),
            models.CheckConstraint(condition=Q(opens_at__lt=F("closes_at")), name="pick_up_opens_before_it_closes"),
            models.CheckConstraint(condition=Q(capacity__gt=0), name="pick_up_has_a_capacity"),
            models.CheckConstraint(condition=~Q(place="") & ~Q(safety_text=""), name="pick_up_says_where_and_how"),
            models.CheckConstraint(condition=signed("announced"), name="pick_up_announcement_is_signed"),
            models.CheckConstraint(condition=signed("ended"), name="pick_up_end_is_signed"),
            models.CheckConstraint(
                condition=Q(status="draft", announced_at=None, ended_at=None)
                | Q(status="announced", announced_at__isnull=False, ended_at=None)
                | Q(status="closed", announced_at__isnull=False, ended_at__isnull=False)
                | (Q(status="cancelled", ended_at__isnull=False) & ~Q(end_reason="")),
                name="pick_up_status_has_its_signatures",
            ),
        ]
        indexes = [models.Index(fields=["bureau", "-opens_at"], name="pick_up_by_day")]

    def __str__(self) -> str:
        return self.number


class PickUpSlotQuerySet(ScopedQuerySet):
    """Read with the pick-up; a unit sees the slots it may come in through its turn."""

    bureau_path = "pick_up__bureau_id"
    organisation_path = "pick_up__turns__organisation_id"
    store_path = "pick_up__store_id"
    emergency_path = EVERYWHERE


class PickUpSlot(models.Model):
    """自提时段: at most `capacity` units have their turn in it. `taken` counts them, and the database holds it there."""

    pick_up = models.ForeignKey(PickUp, on_delete=models.PROTECT, related_name="slots")
    number = models.PositiveIntegerField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    capacity = models.PositiveIntegerField()
    taken = models.PositiveIntegerField(default=0)

    objects = PickUpSlotQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["pick_up", "number"], name="pick_up_slot_once"),
            models.UniqueConstraint(fields=["pick_up", "starts_at"], name="pick_up_slot_begins_once"),
            models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="pick_up_slot_has_a_length"),
            models.CheckConstraint(condition=Q(capacity__gt=0), name="pick_up_slot_has_a_capacity"),
            models.CheckConstraint(condition=Q(taken__lte=F("capacity")), name="pick_up_slot_is_not_over_capacity"),
        ]

    def __str__(self) -> str:
        return f"{self.pick_up_id}/{self.number}"

    @property
    def free(self) -> int:
        """How many more units may come in it."""
        return self.capacity - self.taken


class PickUpTurnQuerySet(ScopedQuerySet):
    """The desk sees its bureau's turns, a unit its own."""

    bureau_path = "pick_up__bureau_id"
    organisation_path = "organisation_id"
    store_path = "pick_up__store_id"
    emergency_path = "delivery__emergency_id"


class PickUpTurn(models.Model):
    """到场安排: one unit fetches the goods of one delivery in one slot."""

    pick_up = models.ForeignKey(PickUp, on_delete=models.PROTECT, related_name="turns")
    slot = models.ForeignKey(PickUpSlot, on_delete=models.PROTECT, related_name="turns")
    delivery = models.ForeignKey("dispatch.Delivery", on_delete=models.PROTECT, related_name="pick_up_turns")
    organisation = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="+")
    quantity = QuantityField()
    distance_m = models.PositiveIntegerField(null=True)
    status = models.CharField(max_length=12, default="assigned")
    times_missed = models.PositiveIntegerField(default=0)
    acknowledged_by = models.CharField(max_length=60, blank=True)
    acknowledged_at = models.DateTimeField(null=True)
    fetcher = models.CharField(max_length=60, blank=True)
    checked_in_by = models.CharField(max_length=60, blank=True)
    checked_in_at = models.DateTimeField(null=True)
    handed_over_by = models.CharField(max_length=60, blank=True)
    handed_over_at = models.DateTimeField(null=True)

    objects = PickUpTurnQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["delivery"], condition=~Q(status="released"), name="pick_up_turn_once_per_delivery"
            ),
            models.CheckConstraint(condition=Q(status__in=TURN_STATUSES), name="pick_up_turn_status_is_known"),
            models.CheckConstraint(condition=signed("acknowledged"), name="pick_up_turn_acknowledgement_is_signed"),
            models.CheckConstraint(condition=signed("checked_in"), name="pick_up_turn_check_in_is_signed"),
            models.CheckConstraint(condition=signed("handed_over"), name="pick_up_turn_hand_over_is_signed"),
            # Nobody is let in who has not acknowledged the safety instructions.
            models.CheckConstraint(
                condition=Q(checked_in_at=None) | (Q(acknowledged_at__isnull=False) & ~Q(fetcher="")),
                name="pick_up_turn_knows_the_instructions",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["assigned", "no_show"], checked_in_at=None, handed_over_at=None)
                | Q(status="checked_in", checked_in_at__isnull=False, handed_over_at=None)
                | Q(status="handed_over", checked_in_at__isnull=False, handed_over_at__isnull=False)
                | Q(status="released", handed_over_at=None),
                name="pick_up_turn_status_has_its_signatures",
            ),
        ]
        indexes = [models.Index(fields=["pick_up", "status"], name="pick_up_turn_by_status")]

    def __str__(self) -> str:
        return f"{self.pick_up_id}/{self.delivery_id}"
