"""A line keeps the norm that stands in for its daily use; a replenishment what the forecast missed."""

import django.db.models.expressions
from django.db import migrations, models

import liangcao.foundation.database.fields


class Migration(migrations.Migration):
    """Adds norm and quantity_ahead; a gap that is only foreseen may have nothing open."""

    dependencies = [
        ("allocation", "0005_plan_figures"),
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
