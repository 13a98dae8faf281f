"""Norms and need events."""

import django.db.models.deletion
from django.db import migrations, models

import liangcao.foundation.database.fields


class Migration(migrations.Migration):
    """Creates Norm and NeedEvent."""

    initial = True

    dependencies = [
        ("catalog", "0001_catalogue"),
        ("parties", "0003_places"),
    ]

    operations = [
        migrations.CreateModel(
            name="NeedEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("occasion", models.CharField(max_length=12)),
                ("kind", models.CharField(max_length=20)),
                ("headcount", models.PositiveIntegerField()),
                ("units", models.PositiveIntegerField(default=1)),
                ("begins_on", models.DateField()),
                ("reason", models.CharField(max_length=200)),
                ("made_by", models.CharField(max_length=60)),
                ("made_user_id", models.BigIntegerField(null=True)),
                ("made_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_by", models.CharField(blank=True, max_length=60)),
                ("ended_reason", models.CharField(blank=True, max_length=200)),
                (
                    "bureau",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="parties.bureau"
                    ),
                ),
                (
                    "follows",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="followed_by",
                        to="forecast.needevent",
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
                (
                    "region",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="parties.region"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["bureau", "begins_on"], name="need_event_by_day")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("occasion__in", ["resumption", "opening", "other"])),
                        name="need_event_occasion_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                (
                                    "hospital",
                                    "checkpoint",
                                    "department",
                                    "township",
                                    "park",
                                    "enterprise",
                                    "school",
                                    "producer",
                                ),
                            )
                        ),
                        name="need_event_kind_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("headcount__gte", 1), ("units__gte", 1)), name="need_event_is_of_somebody"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("organisation", None), models.Q(("region", None), ("units", 1)), _connector="OR"
                        ),
                        name="need_event_of_a_unit_or_a_group",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reason", ""), _negated=True), models.Q(("made_by", ""), _negated=True)
                        ),
                        name="need_event_has_a_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at", None), ("ended_by", ""), ("ended_reason", "")),
                            models.Q(
                                ("ended_at__isnull", False),
                                models.Q(("ended_by", ""), _negated=True),
                                models.Q(("ended_reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="need_event_ended_by_and_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Norm",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=20)),
                ("per", models.CharField(max_length=4)),
                ("quantity", liangcao.foundation.database.fields.QuantityField()),
                ("every", models.PositiveIntegerField(default=1)),
                ("source", models.CharField(max_length=200)),
                ("valid_from", models.DateField()),
                ("made_by", models.CharField(max_length=60)),
                ("made_user_id", models.BigIntegerField(null=True)),
                ("made_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_by", models.CharField(blank=True, max_length=60)),
                ("ended_reason", models.CharField(blank=True, max_length=200)),
                (
                    "bureau",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="parties.bureau"
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="catalog.item"),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("bureau", "item", "kind", "valid_from"),
                        name="norm_once_a_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                (
                                    "hospital",
                                    "checkpoint",
                                    "department",
                                    "township",
                                    "park",
                                    "enterprise",
                                    "school",
                                    "producer",
                                ),
                            )
                        ),
                        name="norm_kind_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("per__in", ["head", "bed", "unit"])), name="norm_per_is_known"
                    ),
                    models.CheckConstraint(condition=models.Q(("every__gte", 1)), name="norm_is_for_somebody"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("source", ""), _negated=True), models.Q(("made_by", ""), _negated=True)
                        ),
                        name="norm_has_a_source",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at", None), ("ended_by", ""), ("ended_reason", "")),
                            models.Q(
                                ("ended_at__isnull", False),
                                models.Q(("ended_by", ""), _negated=True),
                                models.Q(("ended_reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="norm_ended_by_and_why",
                    ),
                ],
            },
        ),
    ]
