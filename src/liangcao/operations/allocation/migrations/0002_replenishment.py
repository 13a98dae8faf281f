"""Shortages that were made somebody's task."""

import django.db.models.deletion
from django.db import migrations, models

import liangcao.foundation.database.fields


class Migration(migrations.Migration):
    """Adds the table of replenishments."""

    dependencies = [
        ("allocation", "0001_plans"),
        ("catalog", "0001_catalogue"),
        ("duty", "0002_task_subject"),
        ("parties", "0002_none_rows"),
    ]

    operations = [
        migrations.CreateModel(
            name="Replenishment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("quantity_open", liangcao.foundation.database.fields.QuantityField()),
                ("quantity_free", liangcao.foundation.database.fields.QuantityOrZeroField()),
                ("quantity_coming", liangcao.foundation.database.fields.QuantityOrZeroField()),
                ("quantity_suggested", liangcao.foundation.database.fields.QuantityField()),
                ("made_at", models.DateTimeField()),
                ("met_at", models.DateTimeField(null=True)),
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
                    "item",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="catalog.item"),
                ),
                (
                    "task",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="replenishment", to="duty.task"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("quantity_open__gt", models.F("quantity_free") + models.F("quantity_coming"))
                        ),
                        name="replenishment_has_a_gap",
                    )
                ],
            },
        ),
    ]
