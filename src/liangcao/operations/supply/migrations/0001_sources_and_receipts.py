import django.db.models.deletion
from django.db import migrations, models

import liangcao.foundation.database.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("catalog", "0001_catalogue"),
        ("ledger", "0001_ledger"),
        ("parties", "0002_none_rows"),
    ]

    operations = [
        migrations.CreateModel(
            name="Source",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=10)),
                ("number", models.CharField(max_length=30)),
                ("channel", models.CharField(blank=True, max_length=60)),
                ("document_ref", models.CharField(blank=True, max_length=80)),
                ("announced_at", models.DateTimeField()),
                ("announced_by", models.CharField(max_length=60)),
                ("announced_user_id", models.BigIntegerField(null=True)),
                ("expected_date", models.DateField(null=True)),
                ("amount_fen", liangcao.foundation.database.fields.MoneyField(null=True)),
                ("note", models.CharField(blank=True, max_length=500)),
                ("status", models.CharField(default="announced", max_length=16)),
                ("version", models.PositiveIntegerField(default=1)),
                ("ended_by", models.CharField(blank=True, max_length=60)),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_reason", models.CharField(blank=True, max_length=500)),
                ("client_id", models.UUIDField(unique=True)),
                ("bureau", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="parties.bureau")),
                (
                    "counterparty",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="sources", to="parties.organisation"
                    ),
                ),
                (
                    "earmark",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="earmarked_sources",
                        to="parties.organisation",
                    ),
                ),
                ("emergency", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="parties.emergency")),
            ],
            options={
                "indexes": [
                    models.Index(fields=["bureau", "status", "expected_date"], name="source_by_status"),
                    models.Index(fields=["bureau", "kind", "-id"], name="source_by_kind"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("bureau", "number"), name="source_number_once"),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ("purchase", "gift", "allotment", "output"))),
                        name="source_kind_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ("announced", "partly_received", "received", "closed", "cancelled"))
                        ),
                        name="source_status_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("announced_by", ""), _negated=True), name="source_announced_by_somebody"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_by", ""), ("ended_at", None)),
                            models.Q(models.Q(("ended_by", ""), _negated=True), ("ended_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="source_ended_by_and_at",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", False), ("status__in", ("closed", "cancelled"))),
                            models.Q(
                                models.Q(("status__in", ("closed", "cancelled")), _negated=True), ("ended_at", None)
                            ),
                            _connector="OR",
                        ),
                        name="source_ended_is_closed",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Receipt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=30)),
                ("business_date", models.DateField()),
                ("received_at", models.DateTimeField()),
                ("received_by", models.CharField(max_length=60)),
                ("signed_by", models.CharField(blank=True, max_length=60)),
                ("is_final", models.BooleanField(default=False)),
                ("status", models.CharField(default="posted", max_length=10)),
                ("note", models.CharField(blank=True, max_length=500)),
                ("bureau", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="parties.bureau")),
                (
                    "move",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.move"
                    ),
                ),
                (
                    "recipient",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="direct_receipts",
                        to="parties.organisation",
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="receipts",
                        to="parties.store",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="receipts", to="supply.source"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["bureau", "-id"], name="receipt_by_bureau"),
                    models.Index(condition=models.Q(("status", "waiting")), fields=["bureau"], name="receipt_waiting"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("bureau", "number"), name="receipt_number_once"),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ("waiting", "posted", "reversed"))),
                        name="receipt_status_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("received_by", ""), _negated=True), name="receipt_received_by_somebody"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("store__isnull", False), ("recipient", None)),
                            models.Q(
                                ("store", None),
                                ("recipient__isnull", False),
                                models.Q(("signed_by", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="receipt_into_store_or_signed_for",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SourceLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("line", models.PositiveIntegerField()),
                ("quantity_advised", liangcao.foundation.database.fields.QuantityField(null=True)),
                ("advised_as", models.CharField(blank=True, max_length=40)),
                ("unit_price_fen", liangcao.foundation.database.fields.MoneyField(null=True)),
                ("maker_lot", models.CharField(blank=True, max_length=60)),
                ("produced_on", models.DateField(null=True)),
                ("expires_on", models.DateField(null=True)),
                ("added_on_arrival", models.BooleanField(default=False)),
                ("difference_reason", models.CharField(blank=True, max_length=200)),
                ("remark", models.CharField(blank=True, max_length=200)),
                ("item", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="catalog.item")),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="supply.source"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("source", "line"), name="source_line_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("produced_on", None),
                            ("expires_on", None),
                            ("expires_on__gte", models.F("produced_on")),
                            _connector="OR",
                        ),
                        name="source_line_expires_after_production",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("added_on_arrival", False), ("quantity_advised", None), _connector="OR"),
                        name="source_line_found_was_not_advised",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReceiptLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("line", models.PositiveIntegerField()),
                ("quantity_good", liangcao.foundation.database.fields.QuantityOrZeroField()),
                ("quantity_damaged", liangcao.foundation.database.fields.QuantityOrZeroField()),
                ("is_held", models.BooleanField(default=False)),
                ("needs", models.CharField(blank=True, max_length=30)),
                ("posting_good", models.PositiveIntegerField(null=True)),
                ("posting_damaged", models.PositiveIntegerField(null=True)),
                ("difference_reason", models.CharField(blank=True, max_length=200)),
                ("item", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="catalog.item")),
                (
                    "lot",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.lot"),
                ),
                (
                    "receipt",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="supply.receipt"
                    ),
                ),
                (
                    "source_line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="receipt_lines",
                        to="supply.sourceline",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("receipt", "line"), name="receipt_line_once"),
                    models.CheckConstraint(
                        condition=models.Q(("quantity_good__gt", 0), ("quantity_damaged__gt", 0), _connector="OR"),
                        name="receipt_line_holds_something",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("posting_good", None), ("quantity_good", 0)),
                            models.Q(("posting_good__isnull", False), ("quantity_good__gt", 0)),
                            _connector="OR",
                        ),
                        name="receipt_line_good_is_posted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("posting_damaged", None), ("quantity_damaged", 0)),
                            models.Q(("posting_damaged__isnull", False), ("quantity_damaged__gt", 0)),
                            _connector="OR",
                        ),
                        name="receipt_line_damaged_is_posted",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReceiptReversal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("quantity_good", liangcao.foundation.database.fields.QuantityOrZeroField()),
                ("quantity_damaged", liangcao.foundation.database.fields.QuantityOrZeroField()),
                (
                    "move",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.move"),
                ),
                (
                    "receipt_line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reversals", to="supply.receiptline"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("quantity_good__gt", 0), ("quantity_damaged__gt", 0), _connector="OR"),
                        name="receipt_reversal_takes_something",
                    )
                ],
            },
        ),
    ]
