"""Signatures on receipts, their findings, and what follows from them."""

import django.db.models.deletion
from django.db import migrations, models

import liangcao.foundation.database.fields


class Migration(migrations.Migration):
    """Adds the three signatures, outcomes, releases before inspection, and returns to the source."""

    dependencies = [("ledger", "0001_ledger"), ("supply", "0002_opening_stock")]

    operations = [
        migrations.CreateModel(
            name="ReceiptSignature",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=8)),
                ("signed_user_id", models.BigIntegerField(null=True)),
                ("signed_by", models.CharField(max_length=60)),
                ("signed_at", models.DateTimeField()),
                ("remark", models.CharField(blank=True, max_length=200)),
                ("reason", models.CharField(blank=True, max_length=200)),
                (
                    "corrects",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="correction",
                        to="supply.receiptsignature",
                    ),
                ),
                (
                    "receipt",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="signatures", to="supply.receipt"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("corrects", None)),
                        fields=("receipt", "kind"),
                        name="receipt_signed_once_by_each",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ("store", "quality", "count"))),
                        name="receipt_signature_kind_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("signed_by", ""), _negated=True), name="receipt_signature_has_a_name"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("corrects", None), ("reason", "")),
                            models.Q(("corrects__isnull", False), models.Q(("reason", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="receipt_correction_has_a_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReceiptFinding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("quantity_counted", liangcao.foundation.database.fields.QuantityOrZeroField(null=True)),
                ("quantity_passed", liangcao.foundation.database.fields.QuantityOrZeroField(null=True)),
                ("quantity_rejected", liangcao.foundation.database.fields.QuantityOrZeroField(null=True)),
                ("reason", models.CharField(blank=True, max_length=200)),
                (
                    "receipt_line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="findings", to="supply.receiptline"
                    ),
                ),
                (
                    "signature",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="findings",
                        to="supply.receiptsignature",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("signature", "receipt_line"), name="receipt_finding_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("quantity_counted__isnull", False),
                                ("quantity_passed", None),
                                ("quantity_rejected", None),
                            ),
                            models.Q(
                                ("quantity_counted", None),
                                ("quantity_passed__isnull", False),
                                ("quantity_rejected__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="receipt_finding_counts_or_judges",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("quantity_rejected", None),
                            ("quantity_rejected", 0),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="receipt_finding_rejects_for_a_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReceiptOutcome",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("quantity_accepted", liangcao.foundation.database.fields.QuantityOrZeroField()),
                ("quantity_rejected", liangcao.foundation.database.fields.QuantityOrZeroField()),
                ("quantity_missing", liangcao.foundation.database.fields.QuantityOrZeroField()),
                ("quantity_out", liangcao.foundation.database.fields.QuantityOrZeroField(default=0)),
                (
                    "move",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.move"),
                ),
                (
                    "receipt_line",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="outcome", to="supply.receiptline"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("quantity_out__lte", models.F("quantity_rejected"))),
                        name="receipt_outcome_out_was_rejected",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ReceiptRelease",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("leader", models.CharField(max_length=60)),
                ("reason", models.CharField(max_length=200)),
                ("limit_note", models.CharField(max_length=200)),
                ("released_by", models.CharField(max_length=60)),
                ("released_user_id", models.BigIntegerField(null=True)),
                ("released_at", models.DateTimeField()),
                ("papers_due_at", models.DateTimeField()),
                (
                    "move",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.move"
                    ),
                ),
                (
                    "receipt",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="release", to="supply.receipt"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["papers_due_at"], name="receipt_release_by_due")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("leader", ""), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            models.Q(("limit_note", ""), _negated=True),
                            models.Q(("released_by", ""), _negated=True),
                        ),
                        name="receipt_release_on_a_word",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ReceiptReturn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("quantity", liangcao.foundation.database.fields.QuantityField()),
                (
                    "move",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.move"),
                ),
                (
                    "receipt_line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="returns", to="supply.receiptline"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("receipt_line", "move"), name="receipt_return_once_a_paper")
                ],
            },
        ),
    ]
