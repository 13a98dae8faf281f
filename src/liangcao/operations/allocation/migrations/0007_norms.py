"""A line keeps the norm that stands in for its daily use; a replenishment what the forecast missed."""

from typing import Any

import django.db.models.expressions
from django.db import migrations, models

import liangcao.foundation.database.fields

TABLE, CHECK = "allocation_replenishment", "allocation_replenishment_quantity_open_check"


def allow_nothing_open(apps: Any, schema_editor: Any) -> None:
    """Django changes the column on PostgreSQL, and leaves the CHECK that our field gave it."""
    _check_from(schema_editor, 0)


def want_something_open(apps: Any, schema_editor: Any) -> None:
    """The way back."""
    _check_from(schema_editor, 1)


def _check_from(schema_editor: Any, least: int) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f'ALTER TABLE "{TABLE}" DROP CONSTRAINT "{CHECK}"')
        schema_editor.execute(
            f'ALTER TABLE "{TABLE}" ADD CONSTRAINT "{CHECK}" CHECK ("quantity_open" BETWEEN {least} AND 999999999)'
        )


class Migration(migrations.Migration):
    """Adds norm and quantity_ahead; a gap that is only foreseen may have nothing open."""

    dependencies = [
        ("allocation", "0006_hold_back_day"),
        ("catalog", "0001_catalogue"),
        ("duty", "0002_task_subject"),
        ("parties", "0003_places"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="replenishment",
            name="replenishment_has_a_gap",
        ),
        migrations.AddField(
            model_name="planline",
            name="norm",
            field=liangcao.foundation.database.fields.QuantityOrZeroField(null=True),
        ),
        migrations.AddField(
            model_name="replenishment",
            name="quantity_ahead",
            field=liangcao.foundation.database.fields.QuantityOrZeroField(default=0),
        ),
        migrations.AlterField(
            model_name="replenishment",
            name="quantity_open",
            field=liangcao.foundation.database.fields.QuantityOrZeroField(),
        ),
        migrations.RunPython(allow_nothing_open, want_something_open),
        migrations.AddConstraint(
            model_name="replenishment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "quantity_open__gt",
                        django.db.models.expressions.CombinedExpression(
                            models.F("quantity_free"), "+", models.F("quantity_coming")
                        ),
                    ),
                    ("quantity_ahead__gt", 0),
                    _connector="OR",
                ),
                name="replenishment_has_a_gap",
            ),
        ),
    ]
