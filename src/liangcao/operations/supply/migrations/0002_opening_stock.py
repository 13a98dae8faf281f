"""Opening stock and its lines."""

import django.db.models.deletion
from django.db import migrations, models

import liangcao.foundation.database.fields


class Migration(migrations.Migration):
    """Adds opening stock."""

    dependencies = [
        ("catalog", "0001_catalogue"),
        ("files", "0001_stored_files"),
        ("ledger", "0001_ledger"),
        ("parties", "0002_none_rows"),
        ("supply", "0001_sources_and_receipts"),
    ]

    operations = [
        migrations.CreateModel(
            name="OpeningStock",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("status", models.CharField(default="draft", max_length=8)),
                ("version", models.PositiveIntegerField(default=1)),
                ("entered_by", models.CharField(max_length=60)),
                ("entered_at", models.DateTimeField()),
                ("signed_user_id", models.BigIntegerField(null=True)),
                ("signed_by", models.CharField(blank=True, max_length=60)),
                ("signed_at", models.DateTimeField(null=True)),
                ("confirmed_user_id", models.BigIntegerField(null=True)),
                ("confirmed_by", models.CharField(blank=True, max_length=60)),
                ("confirmed_at", models.DateTimeField(null=True)),
                (
                    "bureau",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="opening_stock",
                        to="parties.bureau",
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="files.storedfile",
                    ),
                ),
                (
                    "move",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.move"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ("draft", "signed", "live"))),
                        name="opening_status_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("signed_at", None), ("signed_by", ""), ("status", "draft")),
                            models.Q(
                                models.Q(("status", "draft"), _negated=True),
                                models.Q(("signed_by", ""), _negated=True),
                                ("signed_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="opening_signed_by_and_at",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("confirmed_at__isnull", False),
                                ("status", "live"),
                                models.Q(("confirmed_by", ""), _negated=True),
                            ),
                            models.Q(
                                models.Q(("status", "live"), _negated=True),
                                ("confirmed_at", None),
                                ("confirmed_by", ""),
                                ("move", None),
                            ),
                            _connector="OR",
                        ),
                        name="opening_live_is_confirmed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("confirmed_by", ""),
                            models.Q(("confirmed_user_id", models.F("signed_user_id")), _negated=True),
                            _connector="OR",
                        ),
                        name="opening_signed_by_two_people",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OpeningLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("line", models.PositiveIntegerField()),
                ("maker_lot", models.CharField(blank=True, max_length=60)),
                ("produced_on", models.DateField(null=True)),
                ("expires_on", models.DateField(null=True)),
                ("quantity", liangcao.foundation.database.fields.QuantityField()),
                ("counted_as", models.CharField(blank=True, max_length=40)),
                ("remark", models.CharField(blank=True, max_length=200)),
                (
                    "item",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="catalog.item"),
                ),
                (
                    "store",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="parties.store"),
                ),
                (
                    "opening",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="supply.openingstock"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("opening", "line"), name="opening_line_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("produced_on", None),
                            ("expires_on", None),
                            ("expires_on__gte", models.F("produced_on")),
                            _connector="OR",
                        ),
                        name="opening_line_expires_after_production",
                    ),
                ],
            },
        ),
    ]
