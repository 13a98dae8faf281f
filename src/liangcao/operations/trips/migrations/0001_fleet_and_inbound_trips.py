"""Vehicles, and the trips on which they fetch goods."""

import django.db.models.deletion
from django.db import migrations, models

import liangcao.foundation.database.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("catalog", "0001_catalogue"),
        ("parties", "0003_places"),
        ("passes", "0001_passes"),
        ("supply", "0003_receipt_signatures"),
    ]

    operations = [
        migrations.CreateModel(
            name="Vehicle",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("plate", models.CharField(max_length=10)),
                ("kind", models.CharField(max_length=10)),
                ("load_kg", models.PositiveIntegerField()),
                ("volume_litres", models.PositiveIntegerField(null=True)),
                ("is_cold", models.BooleanField(default=False)),
                ("takes_hazard", models.BooleanField(default=False)),
                ("driver", models.CharField(blank=True, max_length=60)),
                ("driver_phone", models.CharField(blank=True, max_length=20)),
                ("is_in_service", models.BooleanField(default=True)),
                ("out_reason", models.CharField(blank=True, max_length=200)),
                ("note", models.CharField(blank=True, max_length=200)),
                ("added_by", models.CharField(max_length=60)),
                ("added_at", models.DateTimeField()),
                (
                    "bureau",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="parties.bureau"
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="parties.organisation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="InboundTrip",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=30)),
                ("status", models.CharField(default="planned", max_length=10)),
                ("place", models.CharField(max_length=200)),
                ("place_phone", models.CharField(blank=True, max_length=20)),
                ("weight_kg", models.PositiveIntegerField(null=True)),
                ("leaves_at", models.DateTimeField()),
                ("expected_there_at", models.DateTimeField()),
                ("expected_back_at", models.DateTimeField()),
                ("note", models.CharField(blank=True, max_length=500)),
                ("planned_by", models.CharField(max_length=60)),
                ("planned_at", models.DateTimeField()),
                ("left_by", models.CharField(blank=True, max_length=60)),
                ("left_at", models.DateTimeField(null=True)),
                ("loaded_by", models.CharField(blank=True, max_length=60)),
                ("loaded_at", models.DateTimeField(null=True)),
                ("arrived_by", models.CharField(blank=True, max_length=60)),
                ("arrived_at", models.DateTimeField(null=True)),
                ("received_by", models.CharField(blank=True, max_length=60)),
                ("received_at", models.DateTimeField(null=True)),
                ("cancelled_by", models.CharField(blank=True, max_length=60)),
                ("cancelled_at", models.DateTimeField(null=True)),
                ("cancel_reason", models.CharField(blank=True, max_length=200)),
                ("client_id", models.UUIDField(unique=True)),
                (
                    "bureau",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="parties.bureau"
                    ),
                ),
                (
                    "emergency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="parties.emergency"
                    ),
                ),
                (
                    "pass_held",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="passes.pass"
                    ),
                ),
                (
                    "receipt",
                    models.OneToOneField(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="supply.receipt"
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="supply.source"
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="parties.store"
                    ),
                ),
                (
                    "supplier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="parties.organisation"
                    ),
                ),
                (
                    "vehicle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="trips", to="trips.vehicle"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="InboundTripLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("line", models.PositiveIntegerField()),
                ("quantity_expected", liangcao.foundation.database.fields.QuantityField()),
                ("weight_kg", models.PositiveIntegerField(null=True)),
                ("quantity_loaded", liangcao.foundation.database.fields.QuantityOrZeroField(null=True)),
                ("difference_reason", models.CharField(blank=True, max_length=200)),
                (
                    "item",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="catalog.item"),
                ),
                (
                    "source_line",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="supply.sourceline"
                    ),
                ),
                (
                    "trip",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="trips.inboundtrip"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("trip", "line"), name="inbound_trip_line_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("quantity_loaded", None),
                            ("quantity_loaded", models.F("quantity_expected")),
                            models.Q(("difference_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="inbound_trip_line_difference_has_its_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TripCrew",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("line", models.PositiveIntegerField()),
                ("role", models.CharField(max_length=10)),
                ("name", models.CharField(max_length=60)),
                ("phone", models.CharField(blank=True, max_length=20)),
                (
                    "trip",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="crew", to="trips.inboundtrip"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("trip", "line"), name="trip_crew_line_once"),
                    models.CheckConstraint(
                        condition=models.Q(("role__in", ("driver", "escort"))), name="trip_crew_role_is_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True), name="trip_crew_has_a_name"
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="vehicle",
            constraint=models.UniqueConstraint(fields=("bureau", "plate"), name="vehicle_plate_once"),
        ),
        migrations.AddConstraint(
            model_name="vehicle",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ("truck", "van", "cold", "hazard", "car", "other"))),
                name="vehicle_kind_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="vehicle",
            constraint=models.CheckConstraint(condition=models.Q(("load_kg__gt", 0)), name="vehicle_carries_something"),
        ),
        migrations.AddConstraint(
            model_name="vehicle",
            constraint=models.CheckConstraint(
                condition=models.Q(("volume_litres", None), ("volume_litres__gt", 0), _connector="OR"),
                name="vehicle_holds_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="vehicle",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("is_in_service", True), ("out_reason", "")),
                    models.Q(("is_in_service", False), models.Q(("out_reason", ""), _negated=True)),
                    _connector="OR",
                ),
                name="vehicle_out_of_service_has_its_reason",
            ),
        ),
        migrations.AddIndex(
            model_name="inboundtrip",
            index=models.Index(fields=["bureau", "status", "-id"], name="inbound_trip_by_status"),
        ),
        migrations.AddIndex(
            model_name="inboundtrip",
            index=models.Index(fields=["vehicle", "leaves_at"], name="inbound_trip_by_vehicle"),
        ),
        migrations.AddConstraint(
            model_name="inboundtrip",
            constraint=models.UniqueConstraint(fields=("bureau", "number"), name="inbound_trip_number_once"),
        ),
        migrations.AddConstraint(
            model_name="inboundtrip",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status__in", ("planned", "under_way", "loaded", "arrived", "received", "cancelled"))
                ),
                name="inbound_trip_status_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="inboundtrip",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("leaves_at__lt", models.F("expected_there_at")),
                    ("expected_there_at__lt", models.F("expected_back_at")),
                ),
                name="inbound_trip_times_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="inboundtrip",
            constraint=models.CheckConstraint(
                condition=models.Q(("place", ""), _negated=True), name="inbound_trip_says_where"
            ),
        ),
        migrations.AddConstraint(
            model_name="inboundtrip",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("left_at", None), ("left_by", "")),
                    models.Q(models.Q(("left_by", ""), _negated=True), ("left_at__isnull", False)),
                    _connector="OR",
                ),
                name="inbound_trip_departure_is_signed",
            ),
        ),
        migrations.AddConstraint(
            model_name="inboundtrip",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("loaded_at", None), ("loaded_by", "")),
                    models.Q(models.Q(("loaded_by", ""), _negated=True), ("loaded_at__isnull", False)),
                    _connector="OR",
                ),
                name="inbound_trip_loading_is_signed",
            ),
        ),
        migrations.AddConstraint(
            model_name="inboundtrip",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("arrived_at", None), ("arrived_by", "")),
                    models.Q(models.Q(("arrived_by", ""), _negated=True), ("arrived_at__isnull", False)),
                    _connector="OR",
                ),
                name="inbound_trip_arrival_is_signed",
            ),
        ),
        migrations.AddConstraint(
            model_name="inboundtrip",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("received_at", None), ("received_by", "")),
                    models.Q(models.Q(("received_by", ""), _negated=True), ("received_at__isnull", False)),
                    _connector="OR",
                ),
                name="inbound_trip_receipt_is_signed",
            ),
        ),
        migrations.AddConstraint(
            model_name="inboundtrip",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("cancelled_at", None), ("cancelled_by", "")),
                    models.Q(models.Q(("cancelled_by", ""), _negated=True), ("cancelled_at__isnull", False)),
                    _connector="OR",
                ),
                name="inbound_trip_cancellation_is_signed",
            ),
        ),
        migrations.AddConstraint(
            model_name="inboundtrip",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status__in", ("planned", "under_way", "loaded"))),
                fields=("vehicle", "leaves_at"),
                name="inbound_trip_vehicle_leaves_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="inboundtrip",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status__in", ("under_way", "loaded"))),
                fields=("vehicle",),
                name="inbound_trip_vehicle_on_one_road",
            ),
        ),
        migrations.AddConstraint(
            model_name="inboundtrip",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("arrived_at", None),
                        ("left_at", None),
                        ("loaded_at", None),
                        ("receipt", None),
                        ("status", "planned"),
                    ),
                    models.Q(
                        ("arrived_at", None),
                        ("left_at__isnull", False),
                        ("loaded_at", None),
                        ("receipt", None),
                        ("status", "under_way"),
                    ),
                    models.Q(
                        ("arrived_at", None),
                        ("left_at__isnull", False),
                        ("loaded_at__isnull", False),
                        ("receipt", None),
                        ("status", "loaded"),
                    ),
                    models.Q(
                        ("arrived_at__isnull", False),
                        ("loaded_at__isnull", False),
                        ("receipt", None),
                        ("status", "arrived"),
                    ),
                    models.Q(
                        ("arrived_at__isnull", False),
                        ("receipt__isnull", False),
                        ("received_at__isnull", False),
                        ("status", "received"),
                    ),
                    models.Q(
                        ("cancelled_at__isnull", False),
                        ("receipt", None),
                        ("status", "cancelled"),
                        models.Q(("cancel_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="inbound_trip_status_has_its_signatures",
            ),
        ),
    ]
