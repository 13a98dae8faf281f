"""OutboundTrip, OutboundStop, OutboundCrew, TripProposal: goods on the way to units."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, Q

from liangcao.foundation.database.scope import ScopedQuerySet
from liangcao.foundation.database.signed import signed

OUTBOUND_STATUSES = ("planned", "under_way", "finished", "cancelled")
OUTCOMES = ("", "delivered", "failed", "cancelled")
PROPOSAL_STATUSES = ("waiting", "ready", "confirmed")
CREW_ROLES = ("driver", "escort")


class OutboundTripQuerySet(ScopedQuerySet):
    """Trips of the actor's bureaus; the keeper of one store sees those that leave it."""

    store_path = "store_id"
    emergency_path = "emergency_id"


class OutboundTrip(models.Model):
    """送货车次: one vehicle brings deliveries of one store to their units."""

    bureau = models.ForeignKey("parties.Bureau", on_delete=models.PROTECT, related_name="+")
    emergency = models.ForeignKey("parties.Emergency", on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=30)
    status = models.CharField(max_length=10, default="planned")
    store = models.ForeignKey("parties.Store", on_delete=models.PROTECT, related_name="+")
    vehicle = models.ForeignKey("trips.Vehicle", on_delete=models.PROTECT, related_name="outbound_trips")
    leaves_at = models.DateTimeField()
    expected_back_at = models.DateTimeField()
    note = models.CharField(max_length=500, blank=True)
    planned_by = models.CharField(max_length=60)
    planned_at = models.DateTimeField()
    left_by = models.CharField(max_length=60, blank=True)
    left_at = models.DateTimeField(null=True)
    finished_by = models.CharField(max_length=60, blank=True)
    finished_at = models.DateTimeField(null=True)
    cancelled_by = models.CharField(max_length=60, blank=True)
    cancelled_at = models.DateTimeField(null=True)
    cancel_reason = models.CharField(max_length=200, blank=True)
    client_id = models.UUIDField(unique=True)

    objects = OutboundTripQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bureau", "number"], name="outbound_trip_number_once"),
            models.CheckConstraint(condition=Q(status__in=OUTBOUND_STATUSES), name="outbound_trip_status_is_known"),
            models.CheckConstraint(
                condition=Q(leaves_at__lt=F("expected_back_at")), name="outbound_trip_times_in_order"
            ),
            models.CheckConstraint(condition=signed("left"), name="outbound_trip_departure_is_signed"),
            models.CheckConstraint(condition=signed("finished"), name="outbound_trip_end_is_signed"),
            models.CheckConstraint(condition=signed("cancelled"), name="outbound_trip_cancellation_is_signed"),
            models.CheckConstraint(
                condition=Q(status="planned", left_at=None, finished_at=None)
                | Q(status="under_way", left_at__isnull=False, finished_at=None)
                | Q(status="finished", left_at__isnull=False, finished_at__isnull=False)
                | (Q(status="cancelled", cancelled_at__isnull=False, left_at=None) & ~Q(cancel_reason="")),
                name="outbound_trip_status_has_its_signatures",
            ),
            models.UniqueConstraint(
                fields=["vehicle"], condition=Q(status="under_way"), name="outbound_trip_vehicle_on_one_road"
            ),
        ]
        indexes = [
            models.Index(fields=["bureau", "status", "-id"], name="outbound_trip_by_status"),
            models.Index(fields=["vehicle", "leaves_at"], name="outbound_trip_by_vehicle"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def arrived_at(self) -> datetime | None:
        """When vehicle and people were free again: as an inbound trip says it."""
        return self.finished_at

    def is_late(self, at: datetime) -> bool:
        """Whether it should have left, or be back, by now."""
        due = {"planned": self.leaves_at, "under_way": self.expected_back_at}.get(self.status)
        return due is not None and due < at


class OutboundStopQuerySet(ScopedQuerySet):
    """Stops of the actor's trips."""

    bureau_path = "trip__bureau_id"
    store_path = "trip__store_id"
    emergency_path = "trip__emergency_id"


class OutboundStop(models.Model):
    """送货站点: one delivery on one trip, in its order. Its load is what was known when it was put there; lines without
    a known weight are counted."""

    trip = models.ForeignKey(OutboundTrip, on_delete=models.PROTECT, related_name="stops")
    order = models.PositiveIntegerField()
    delivery = models.ForeignKey("dispatch.Delivery", on_delete=models.PROTECT, related_name="stops")
    expected_at = models.DateTimeField()
    is_late_planned = models.BooleanField(default=False)
    weight_grams = models.PositiveBigIntegerField()
    volume_ml = models.PositiveBigIntegerField()
    unknown_lines = models.PositiveIntegerField(default=0)
    outcome = models.CharField(max_length=10, blank=True)
    ended_by = models.CharField(max_length=60, blank=True)
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True)

    objects = OutboundStopQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["trip", "order"], name="outbound_stop_order_once"),
            models.UniqueConstraint(
                fields=["delivery"], condition=Q(outcome=""), name="outbound_stop_delivery_on_one_open_trip"
            ),
            models.CheckConstraint(condition=Q(outcome__in=OUTCOMES), name="outbound_stop_outcome_is_known"),
            models.CheckConstraint(condition=signed("ended"), name="outbound_stop_end_is_signed"),
            models.CheckConstraint(
                condition=Q(outcome="", ended_at=None) | (~Q(outcome="") & Q(ended_at__isnull=False)),
                name="outbound_stop_outcome_has_its_moment",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="failed") | ~Q(reason=""), name="outbound_stop_failure_has_its_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.trip_id}/{self.order}"


class OutboundCrewQuerySet(ScopedQuerySet):
    """Who is on board of the actor's trips."""

    bureau_path = "trip__bureau_id"
    store_path = "trip__store_id"
    emergency_path = "trip__emergency_id"


class OutboundCrew(models.Model):
    """送货随车人员: a driver or an escort, with the telephone under which the desk reaches them."""

    trip = models.ForeignKey(OutboundTrip, on_delete=models.PROTECT, related_name="crew")
    line = models.PositiveIntegerField()
    role = models.CharField(max_length=10)
    name = models.CharField(max_length=60)
    phone = models.CharField(max_length=20, blank=True)

    objects = OutboundCrewQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["trip", "line"], name="outbound_crew_line_once"),
            models.CheckConstraint(condition=Q(role__in=CREW_ROLES), name="outbound_crew_role_is_known"),
            models.CheckConstraint(condition=~Q(name=""), name="outbound_crew_has_a_name"),
        ]

    def __str__(self) -> str:
        return f"{self.trip_id}/{self.line}"


class TripProposalQuerySet(ScopedQuerySet):
    """Proposals of the actor's bureaus."""

    store_path = "store_id"
    emergency_path = "emergency_id"


class TripProposal(models.Model):
    """排车建议: trips for the deliveries of one store on one day, as the solver proposes them; a person confirms.
    `asked` and `answer` are read by this module only: which deliveries and vehicles, which ways and what is left."""

    bureau = models.ForeignKey("parties.Bureau", on_delete=models.PROTECT, related_name="+")
    emergency = models.ForeignKey("parties.Emergency", on_delete=models.PROTECT, related_name="+")
    store = models.ForeignKey("parties.Store", on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    status = models.CharField(max_length=10, default="waiting")
    seconds = models.PositiveSmallIntegerField()
    job = models.ForeignKey("jobs.Job", on_delete=models.SET_NULL, null=True, related_name="+")
    asked = models.JSONField()
    answer = models.JSONField(null=True)
    asked_by = models.CharField(max_length=60)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    confirmed_by = models.CharField(max_length=60, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    client_id = models.UUIDField(unique=True)

    objects = TripProposalQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=PROPOSAL_STATUSES), name="trip_proposal_status_is_known"),
            models.CheckConstraint(condition=Q(seconds__gte=1, seconds__lte=120), name="trip_proposal_time_is_bounded"),
            models.CheckConstraint(condition=signed("confirmed"), name="trip_proposal_confirmation_is_signed"),
            models.CheckConstraint(
                condition=Q(status="waiting", answered_at=None, confirmed_at=None)
                | Q(status="ready", answered_at__isnull=False, confirmed_at=None)
                | Q(status="confirmed", answered_at__isnull=False, confirmed_at__isnull=False),
                name="trip_proposal_status_has_its_moments",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.store_id} {self.day}"
