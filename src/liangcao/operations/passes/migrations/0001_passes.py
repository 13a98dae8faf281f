"""Passes and the public keys that verify them."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("parties", "0003_places"),
    ]

    operations = [
        migrations.CreateModel(
            name="PassKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key_id", models.CharField(max_length=8, unique=True)),
                ("public_key", models.CharField(max_length=130, unique=True)),
                ("made_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Pass",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=30)),
                ("kind", models.CharField(default="S", max_length=1)),
                ("plate", models.CharField(max_length=10)),
                ("driver", models.CharField(blank=True, max_length=60)),
                ("goods", models.CharField(blank=True, max_length=100)),
                ("route", models.CharField(max_length=200)),
                ("valid_from", models.DateField()),
                ("valid_until", models.DateField()),
                ("status", models.CharField(default="issued", max_length=10)),
                ("code", models.CharField(max_length=300, unique=True)),
                ("issued_at", models.DateTimeField()),
                ("issued_by", models.CharField(max_length=60)),
                ("issued_user_id", models.BigIntegerField(null=True)),
                ("revoked_at", models.DateTimeField(null=True)),
                ("revoked_by", models.CharField(blank=True, max_length=60)),
                ("revoked_reason", models.CharField(blank=True, max_length=200)),
                ("bureau", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="parties.bureau")),
                (
                    "follows",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="followed_by",
                        to="passes.pass",
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
            options={
                "indexes": [
                    models.Index(fields=["bureau", "-id"], name="pass_by_bureau"),
                    models.Index(fields=["bureau", "plate"], name="pass_by_plate"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("bureau", "number"), name="pass_number_once"),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ("issued", "revoked"))), name="pass_status_is_known"
                    ),
                    models.CheckConstraint(condition=models.Q(("kind__in", ("S",))), name="pass_kind_is_known"),
                    models.CheckConstraint(
                        condition=models.Q(("valid_until__gte", models.F("valid_from"))),
                        name="pass_ends_after_it_begins",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("plate", ""), _negated=True), models.Q(("route", ""), _negated=True)
                        ),
                        name="pass_has_plate_and_route",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("revoked_at", None), ("revoked_by", ""), ("revoked_reason", ""), ("status", "issued")
                            ),
                            models.Q(
                                ("revoked_at__isnull", False),
                                ("status", "revoked"),
                                models.Q(("revoked_by", ""), _negated=True),
                                models.Q(("revoked_reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="pass_revoked_by_at_and_why",
                    ),
                ],
            },
        ),
    ]
