"""Returns from units with their lines; sub-issues."""

import django.db.models.deletion
from django.db import migrations, models

import liangcao.foundation.database.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("ledger", "0001_ledger"),
        ("parties", "0002_none_rows"),
    ]

    operations = [
        migrations.CreateModel(
            name="UnitReturn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("bureau", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="parties.bureau")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="returns", to="parties.organisation"
                    ),
                ),
                ("number", models.CharField(max_length=30)),
                ("status", models.CharField(default="asked", max_length=10)),
                ("reason", models.CharField(max_length=200)),
                ("is_still_needed", models.BooleanField(default=False)),
                ("asked_at", models.DateTimeField()),
                ("asked_by", models.CharField(max_length=60)),
                (
                    "store",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="parties.store"
                    ),
                ),
                ("place", models.CharField(blank=True, max_length=12)),
                ("brought_by", models.CharField(blank=True, max_length=60)),
                ("decided_at", models.DateTimeField(null=True)),
                ("decided_by", models.CharField(blank=True, max_length=60)),
                ("decided_reason", models.CharField(blank=True, max_length=200)),
                (
                    "move",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.move"
                    ),
                ),
                (
                    "reversal",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.move"
                    ),
                ),
                ("client_id", models.UUIDField(unique=True)),
            ],
            options={
                "indexes": [models.Index(fields=["bureau", "status", "-id"], name="unit_return_by_status")],
                "constraints": [
                    models.UniqueConstraint(fields=("bureau", "number"), name="unit_return_number_once"),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ("asked", "received", "declined", "withdrawn", "reversed"))),
                        name="unit_return_status_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("place__in", ["", "quarantine", "store"])),
                        name="unit_return_place_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="unit_return_has_a_reason"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at", None), ("decided_by", ""), ("status", "asked")),
                            models.Q(
                                models.Q(("status", "asked"), _negated=True),
                                ("decided_at__isnull", False),
                                models.Q(("decided_by", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="unit_return_decided_by_and_at",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("move__isnull", False),
                                ("status__in", ["received", "reversed"]),
                                ("store__isnull", False),
                                models.Q(("place", ""), _negated=True),
                            ),
                            models.Q(
                                ("move", None),
                                ("place", ""),
                                ("status__in", ["asked", "declined", "withdrawn"]),
                                ("store", None),
                            ),
                            _connector="OR",
                        ),
                        name="unit_return_is_in_the_book",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reversal__isnull", False), ("status", "reversed")),
                            models.Q(models.Q(("status", "reversed"), _negated=True), ("reversal", None)),
                            _connector="OR",
                        ),
                        name="unit_return_reversed_in_the_book",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="UnitReturnLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "unit_return",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="custody.unitreturn"
                    ),
                ),
                ("line", models.PositiveIntegerField()),
                (
                    "lot",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.lot"),
                ),
                ("quantity_asked", liangcao.foundation.database.fields.QuantityField()),
                ("quantity", liangcao.foundation.database.fields.QuantityOrZeroField(null=True)),
            ],
            options={
                "ordering": ["line"],
                "constraints": [
                    models.UniqueConstraint(fields=("unit_return", "line"), name="unit_return_line_once"),
                    models.UniqueConstraint(fields=("unit_return", "lot"), name="unit_return_lot_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="SubIssue",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("bureau", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="parties.bureau")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sub_issues",
                        to="parties.organisation",
                    ),
                ),
                ("number", models.CharField(max_length=30)),
                ("line", models.PositiveIntegerField()),
                (
                    "lot",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.lot"),
                ),
                ("holder", models.CharField(max_length=60)),
                ("phone", models.CharField(blank=True, max_length=40)),
                ("quantity", liangcao.foundation.database.fields.QuantityField()),
                ("given_on", models.DateField()),
                (
                    "reverses",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reversals",
                        to="custody.subissue",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=200)),
                ("recorded_at", models.DateTimeField()),
                ("recorded_by", models.CharField(max_length=60)),
            ],
            options={
                "indexes": [models.Index(fields=["organisation", "lot"], name="sub_issue_by_unit_and_lot")],
                "constraints": [
                    models.UniqueConstraint(fields=("bureau", "number", "line"), name="sub_issue_line_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("holder", ""), _negated=True), models.Q(("recorded_by", ""), _negated=True)
                        ),
                        name="sub_issue_names_its_holder",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reason", ""), ("reverses", None)),
                            models.Q(("reverses__isnull", False), models.Q(("reason", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="sub_issue_reversal_has_a_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("reverses", None), models.Q(("reverses", models.F("id")), _negated=True), _connector="OR"
                        ),
                        name="sub_issue_does_not_reverse_itself",
                    ),
                ],
            },
        ),
    ]
