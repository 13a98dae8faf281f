"""Recalls with their lots, holders and answers."""

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
            name="Recall",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("bureau", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="parties.bureau")),
                ("number", models.CharField(max_length=30)),
                (
                    "item",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="catalog.item"),
                ),
                ("basis", models.CharField(max_length=10)),
                ("basis_ref", models.CharField(max_length=80)),
                ("reason", models.CharField(max_length=200)),
                ("notice", models.CharField(max_length=500)),
                ("status", models.CharField(default="active", max_length=8)),
                ("began_at", models.DateTimeField()),
                ("began_by", models.CharField(max_length=60)),
                ("began_user_id", models.BigIntegerField(null=True)),
                (
                    "move",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.move"),
                ),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_by", models.CharField(blank=True, max_length=60)),
                ("ended_reason", models.CharField(blank=True, max_length=200)),
                (
                    "end_move",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.move"
                    ),
                ),
                ("client_id", models.UUIDField(unique=True)),
            ],
            options={
                "indexes": [models.Index(fields=["bureau", "status", "-id"], name="recall_by_status")],
                "constraints": [
                    models.UniqueConstraint(fields=("bureau", "number"), name="recall_number_once"),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ("active", "lifted", "closed"))),
                        name="recall_status_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("basis__in", ("lot", "maker_lot", "source"))), name="recall_basis_is_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reason", ""), _negated=True), models.Q(("notice", ""), _negated=True)
                        ),
                        name="recall_says_why_and_what",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at", None), ("ended_by", ""), ("ended_reason", ""), ("status", "active")),
                            models.Q(
                                models.Q(("status", "active"), _negated=True),
                                ("ended_at__isnull", False),
                                models.Q(("ended_by", ""), _negated=True),
                                models.Q(("ended_reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="recall_ended_by_and_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("end_move__isnull", False), ("status", "lifted")),
                            models.Q(models.Q(("status", "lifted"), _negated=True), ("end_move", None)),
                            _connector="OR",
                        ),
                        name="recall_lifted_in_the_book",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RecallLot",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "recall",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lots", to="recall.recall"
                    ),
                ),
                (
                    "lot",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.lot"),
                ),
                ("is_stopped", models.BooleanField(default=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("recall", "lot"), name="recall_lot_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("is_stopped", True)), fields=("lot",), name="recall_lot_stopped_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RecallHolder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "recall",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="holders", to="recall.recall"
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="parties.organisation"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("recall", "organisation"), name="recall_holder_once")],
            },
        ),
        migrations.CreateModel(
            name="RecallAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "holder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="answers", to="recall.recallholder"
                    ),
                ),
                ("kind", models.CharField(max_length=8)),
                ("spoken_to", models.CharField(blank=True, max_length=60)),
                ("note", models.CharField(blank=True, max_length=200)),
                ("answered_at", models.DateTimeField()),
                ("answered_by", models.CharField(max_length=60)),
                ("user_id", models.BigIntegerField(null=True)),
                ("client_id", models.UUIDField(unique=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ("told", "stopped"))), name="recall_answer_kind_is_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind", "stopped"), models.Q(("spoken_to", ""), _negated=True), _connector="OR"
                        ),
                        name="recall_answer_told_to_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("answered_by", ""), _negated=True), name="recall_answer_by_somebody"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RecallAnswerLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "answer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="recall.recallanswer"
                    ),
                ),
                (
                    "lot",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.lot"),
                ),
                ("quantity_left", liangcao.foundation.database.fields.QuantityOrZeroField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("answer", "lot"), name="recall_answer_lot_once")],
            },
        ),
    ]
