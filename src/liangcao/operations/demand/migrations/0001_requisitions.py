import django.db.models.deletion
from django.db import migrations, models

import liangcao.foundation.database.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("catalog", "0001_catalogue"),
        ("parties", "0002_none_rows"),
    ]

    operations = [
        migrations.CreateModel(
            name="Requisition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=30)),
                ("channel", models.CharField(max_length=10)),
                ("caller", models.CharField(blank=True, max_length=60)),
                ("received_at", models.DateTimeField()),
                ("needed_by", models.DateField(null=True)),
                ("urgency", models.CharField(default="normal", max_length=10)),
                ("note", models.CharField(blank=True, max_length=500)),
                ("status", models.CharField(default="submitted", max_length=12)),
                ("version", models.PositiveIntegerField(default=1)),
                ("submitted_by", models.CharField(max_length=60)),
                ("submitted_user_id", models.BigIntegerField(null=True)),
                ("submitted_at", models.DateTimeField()),
                ("reviewed_by", models.CharField(blank=True, max_length=60)),
                ("reviewed_user_id", models.BigIntegerField(null=True)),
                ("is_reviewed_alone", models.BooleanField(default=False)),
                ("reviewed_at", models.DateTimeField(null=True)),
                ("review_reason", models.CharField(blank=True, max_length=500)),
                ("changed_by", models.CharField(max_length=60)),
                ("changed_at", models.DateTimeField()),
                ("client_id", models.UUIDField(unique=True)),
                ("bureau", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="parties.bureau")),
                ("emergency", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="parties.emergency")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="requisitions",
                        to="parties.organisation",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["bureau", "status", "-id"], name="requisition_by_status"),
                    models.Index(fields=["bureau", "-id"], name="requisition_by_bureau"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("bureau", "number"), name="requisition_number_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ("submitted", "approved", "rejected", "withdrawn", "superseded"))
                        ),
                        name="requisition_status_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("channel__in", ("portal", "phone", "wechat", "desk", "import"))),
                        name="requisition_channel_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("urgency__in", ("normal", "urgent", "critical"))),
                        name="requisition_urgency_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("channel", "portal"), models.Q(("caller", ""), _negated=True), _connector="OR"
                        ),
                        name="requisition_caller_is_named",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reviewed_by", ""), ("reviewed_at", None)),
                            models.Q(models.Q(("reviewed_by", ""), _negated=True), ("reviewed_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="requisition_reviewed_by_and_at",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status__in", ("approved", "rejected")), _negated=True),
                            ("reviewed_at__isnull", False),
                            _connector="OR",
                        ),
                        name="requisition_decided_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "rejected"), _negated=True),
                            models.Q(("review_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="requisition_rejected_with_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("reviewed_user_id", None),
                            ("is_reviewed_alone", True),
                            ("submitted_user_id", None),
                            models.Q(("reviewed_user_id", models.F("submitted_user_id")), _negated=True),
                            _connector="OR",
                        ),
                        name="requisition_reviewed_by_another",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RequisitionLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("line", models.PositiveIntegerField()),
                ("quantity_requested", liangcao.foundation.database.fields.QuantityField(null=True)),
                ("asked_as", models.CharField(blank=True, max_length=40)),
                ("on_hand", liangcao.foundation.database.fields.QuantityOrZeroField(null=True)),
                ("daily_use", liangcao.foundation.database.fields.QuantityOrZeroField(null=True)),
                ("quantity_approved", liangcao.foundation.database.fields.QuantityOrZeroField(null=True)),
                ("cut_reason", models.CharField(blank=True, max_length=200)),
                ("tier", models.PositiveSmallIntegerField()),
                ("in_addition", models.BooleanField(default=False)),
                ("status", models.CharField(default="submitted", max_length=12)),
                ("confirmed_at", models.DateTimeField()),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "bureau",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to="parties.bureau"),
                ),
                (
                    "emergency",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="parties.emergency"
                    ),
                ),
                ("item", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="catalog.item")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="requisition_lines",
                        to="parties.organisation",
                    ),
                ),
                (
                    "requisition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="demand.requisition"
                    ),
                ),
                (
                    "superseded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="supersedes",
                        to="demand.requisitionline",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["bureau", "status", "item"], name="requisition_line_open")],
                "constraints": [
                    models.UniqueConstraint(fields=("requisition", "line"), name="requisition_line_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("in_addition", False), ("status", "open")),
                        fields=("emergency", "organisation", "item"),
                        name="one_open_line_per_item",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("in_addition", False), ("status", "submitted")),
                        fields=("emergency", "organisation", "item"),
                        name="one_submitted_line_per_item",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ("submitted", "open", "closed", "rejected", "withdrawn", "superseded"))
                        ),
                        name="requisition_line_status_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("tier__gte", 1), ("tier__lte", 4)), name="requisition_line_tier_is_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("quantity_approved", None),
                            ("quantity_requested", None),
                            ("quantity_approved__lte", models.F("quantity_requested")),
                            _connector="OR",
                        ),
                        name="requisition_line_not_over_asked",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("quantity_approved", None),
                            ("quantity_requested", None),
                            ("quantity_approved__gte", models.F("quantity_requested")),
                            models.Q(("cut_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="requisition_line_cut_has_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("superseded_by", None), ("status", "superseded"), _connector="OR"),
                        name="requisition_line_superseded_is_so",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Fulfilment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=10)),
                ("quantity", liangcao.foundation.database.fields.QuantityField()),
                ("cause_kind", models.CharField(max_length=20)),
                ("cause_ref", models.CharField(max_length=80)),
                ("at", models.DateTimeField()),
                (
                    "requisition_line",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="fulfilments",
                        to="demand.requisitionline",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["requisition_line", "kind"], name="fulfilment_by_line")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ("allotted", "released", "delivered", "returned"))),
                        name="fulfilment_kind_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("cause_kind", ""), _negated=True), models.Q(("cause_ref", ""), _negated=True)
                        ),
                        name="fulfilment_has_its_cause",
                    ),
                ],
            },
        ),
    ]
