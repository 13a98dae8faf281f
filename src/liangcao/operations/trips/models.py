"""Vehicle, InboundTrip, InboundTripLine, TripCrew. Weights are whole kilograms, volumes whole litres."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, Q

from liangcao.foundation.database.fields import QuantityField, QuantityOrZeroField
from liangcao.foundation.database.scope import EVERYWHERE, ScopedQuerySet
from liangcao.foundation.database.signed import signed
from liangcao.operations.trips.outbound_models import (  # noqa: F401
    OutboundCrew,
    OutboundStop,
    OutboundTrip,
    TripProposal,
)

VEHICLE_KINDS = ("truck", "van", "cold", "hazard", "car", "other")
TRIP_STATUSES = ("planned", "under_way", "loaded", "arrived", "received", "cancelled")
CREW_ROLES = ("driver", "escort")


class VehicleQuerySet(ScopedQuerySet):
    """Vehicles of the actor's bureaus: they belong to no store."""

    store_path = EVERYWHERE
    region_path = EVERYWHERE
    emergency_path = EVERYWHERE


class Vehicle(models.Model):
    """车辆: what it may carry, and who usually drives it. One that is out of service stays in the list."""

    bureau = models.ForeignKey("parties.Bureau", on_delete=models.PROTECT, related_name="+")
    plate = models.CharField(max_length=10)
    kind = models.CharField(max_length=10)
    organisation = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, null=True, related_name="+")
    load_kg = models.PositiveIntegerField()
    volume_litres = models.PositiveIntegerField(null=True)
    is_cold = models.BooleanField(default=False)
    takes_hazard = models.BooleanField(default=False)
    driver = models.CharField(max_length=60, blank=True)
    driver_phone = models.CharField(max_length=20, blank=True)
    is_in_service = models.BooleanField(default=True)
    out_reason = models.CharField(max_length=200, blank=True)
    note = models.CharField(max_length=200, blank=True)
    added_by = models.CharField(max_length=60)
    added_at = models.DateTimeField()

    objects = VehicleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bureau", "plate"], name="vehicle_plate_once"),
            models.CheckConstraint(condition=Q(kind__in=VEHICLE_KINDS), name="vehicle_kind_is_known"),
            models.CheckConstraint(condition=Q(load_kg__gt=0), name="vehicle_carries_something"),
            models.CheckConstraint(
                condition=Q(volume_litres=None) | Q(volume_litres__gt=0), name="vehicle_holds_something"
            ),
            models.CheckConstraint(
                condition=Q(is_in_service=True, out_reason="") | (Q(is_in_service=False) & ~Q(out_reason="")),
                name="vehicle_out_of_service_has_its_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.plate


class InboundTripQuerySet(ScopedQuerySet):
    """Trips of the actor's bureaus; the keeper of one store sees those that come to it."""

    store_path = "store_id"
    emergency_path = "emergency_id"


class InboundTrip(models.Model):
    """提货车次: one vehicle fetches goods at one place and brings them to one store."""

    bureau = models.ForeignKey("parties.Bureau", on_delete=models.PROTECT, related_name="+")
    emergency = models.ForeignKey("parties.Emergency", on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=30)
    status = models.CharField(max_length=10, default="planned")
    store = models.ForeignKey("parties.Store", on_delete=models.PROTECT, related_name="+")
    source = models.ForeignKey("supply.Source", on_delete=models.PROTECT, null=True, related_name="+")
    supplier = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="+")
    place = models.CharField(max_length=200)
    place_phone = models.CharField(max_length=20, blank=True)
    vehicle = models.ForeignKey(Vehicle, on_delete=models.PROTECT, related_name="trips")
    pass_held = models.ForeignKey("passes.Pass", on_delete=models.PROTECT, null=True, related_name="+")
    weight_kg = models.PositiveIntegerField(null=True)
    leaves_at = models.DateTimeField()
    expected_there_at = models.DateTimeField()
    expected_back_at = models.DateTimeField()
    note = models.CharField(max_length=500, blank=True)
    planned_by = models.CharField(max_length=60)
    planned_at = models.DateTimeField()
    left_by = models.CharField(max_length=60, blank=True)
    left_at = models.DateTimeField(null=True)
    loaded_by = models.CharField(max_length=60, blank=True)
    loaded_at = models.DateTimeField(null=True)
    arrived_by = models.CharField(max_length=60, blank=True)
    arrived_at = models.DateTimeField(null=True)
    receipt = models.OneToOneField("supply.Receipt", on_delete=models.PROTECT, null=True, related_name="+")
    received_by = models.CharField(max_length=60, blank=True)
    received_at = models.DateTimeField(null=True)
    cancelled_by = models.CharField(max_length=60, blank=True)
    cancelled_at = models.DateTimeField(null=True)
    cancel_reason = models.CharField(max_length=200, blank=True)
    client_id = models.UUIDField(unique=True)

    objects = InboundTripQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bureau", "number"], name="inbound_trip_number_once"),
            models.CheckConstraint(condition=Q(status__in=TRIP_STATUSES), name="inbound_trip_status_is_known"),
            models.CheckConstraint(
                condition=Q(leaves_at__lt=F("expected_there_at")) & Q(expected_there_at__lt=F("expected_back_at")),
                name="inbound_trip_times_in_order",
            ),
            models.CheckConstraint(condition=~Q(place=""), name="inbound_trip_says_where"),
            models.CheckConstraint(condition=signed("left"), name="inbound_trip_departure_is_signed"),
            models.CheckConstraint(condition=signed("loaded"), name="inbound_trip_loading_is_signed"),
            models.CheckConstraint(condition=signed("arrived"), name="inbound_trip_arrival_is_signed"),
            models.CheckConstraint(condition=signed("received"), name="inbound_trip_receipt_is_signed"),
            models.CheckConstraint(condition=signed("cancelled"), name="inbound_trip_cancellation_is_signed"),
            # One vehicle leaves on one trip at a time: what the two below let through, the fleet's lock holds.
            models.UniqueConstraint(
                fields=["vehicle", "leaves_at"],
                condition=Q(status__in=("planned", "under_way", "loaded")),
                name="inbound_trip_vehicle_leaves_once",
            ),
            models.UniqueConstraint(
                fields=["vehicle"],
                condition=Q(status__in=("under_way", "loaded")),
                name="inbound_trip_vehicle_on_one_road",
            ),
            models.CheckConstraint(
                condition=Q(status="planned", left_at=None, loaded_at=None, arrived_at=None, receipt=None)
                | Q(status="under_way", left_at__isnull=False, loaded_at=None, arrived_at=None, receipt=None)
                | Q(status="loaded", loaded_at__isnull=False, left_at__isnull=False, arrived_at=None, receipt=None)
                | Q(status="arrived", arrived_at__isnull=False, loaded_at__isnull=False, receipt=None)
                | Q(status="received", received_at__isnull=False, arrived_at__isnull=False, receipt__isnull=False)
                | (Q(status="cancelled", cancelled_at__isnull=False, receipt=None) & ~Q(cancel_reason="")),
                name="inbound_trip_status_has_its_signatures",
            ),
        ]
        indexes = [
            models.Index(fields=["bureau", "status", "-id"], name="inbound_trip_by_status"),
            models.Index(fields=["vehicle", "leaves_at"], name="inbound_trip_by_vehicle"),
        ]

    def __str__(self) -> str:
        return self.number

    def is_late(self, at: datetime) -> bool:
        """Whether what should have happened by now has not."""
        due = self.due_at
        return due is not None and due < at

    @property
    def due_at(self) -> datetime | None:
        """When the next thing is expected: it leaves, it is there, it is back."""
        return {
            "planned": self.leaves_at, "under_way": self.expected_there_at, "loaded": self.expected_back_at
        }.get(self.status)  # fmt: skip


class InboundTripLineQuerySet(ScopedQuerySet):
    """Lines of the actor's trips."""

    bureau_path = "trip__bureau_id"
    store_path = "trip__store_id"
    emergency_path = "trip__emergency_id"


class InboundTripLine(models.Model):
    """One item that is fetched: how much was expected, and how much was loaded at the maker."""

    trip = models.ForeignKey(InboundTrip, on_delete=models.PROTECT, related_name="lines")
    line = models.PositiveIntegerField()
    item = models.ForeignKey("catalog.Item", on_delete=models.PROTECT, related_name="+")
    source_line = models.ForeignKey("supply.SourceLine", on_delete=models.PROTECT, null=True, related_name="+")
    quantity_expected = QuantityField()
    weight_kg = models.PositiveIntegerField(null=True)
    quantity_loaded = QuantityOrZeroField(null=True)
    difference_reason = models.CharField(max_length=200, blank=True)

    objects = InboundTripLineQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["trip", "line"], name="inbound_trip_line_once"),
            models.CheckConstraint(
                condition=Q(quantity_loaded=None)
                | Q(quantity_loaded=F("quantity_expected"))
                | ~Q(difference_reason=""),
                name="inbound_trip_line_difference_has_its_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.trip_id}/{self.line}"


class TripCrewQuerySet(ScopedQuerySet):
    """Who is on board of the actor's trips."""

    bureau_path = "trip__bureau_id"
    store_path = "trip__store_id"
    emergency_path = "trip__emergency_id"


class TripCrew(models.Model):
    """随车人员: a driver or an escort of one trip, with the telephone under which the desk reaches them."""

    trip = models.ForeignKey(InboundTrip, on_delete=models.PROTECT, related_name="crew")
    line = models.PositiveIntegerField()
    role = models.CharField(max_length=10)
    name = models.CharField(max_length=60)
    phone = models.CharField(max_length=20, blank=True)

    objects = TripCrewQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["trip", "line"], name="trip_crew_line_once"),
            models.CheckConstraint(condition=Q(role__in=CREW_ROLES), name="trip_crew_role_is_known"),
            models.CheckConstraint(condition=~Q(name=""), name="trip_crew_has_a_name"),
        ]

    def __str__(self) -> str:
        return f"{self.trip_id}/{self.line}"
