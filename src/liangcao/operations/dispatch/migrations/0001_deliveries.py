import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

import liangcao.foundation.database.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("allocation", "0001_plans"),
        ("catalog", "0001_catalogue"),
        ("demand", "0001_requisitions"),
        ("ledger", "0001_ledger"),
        ("parties", "0002_none_rows"),
    ]

    operations = [
        migrations.CreateModel(
            name="Delivery",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=30)),
                ("status", models.CharField(default="picking", max_length=12)),
                ("prepared_by", models.CharField(max_length=60)),
                ("prepared_at", models.DateTimeField()),
                ("is_emergency", models.BooleanField(default=False)),
                ("leader", models.CharField(blank=True, max_length=60)),
                ("emergency_reason", models.CharField(blank=True, max_length=200)),
                ("limit_note", models.CharField(blank=True, max_length=200)),
                ("papers_due_at", models.DateTimeField(null=True)),
                ("papers_ref", models.CharField(blank=True, max_length=80)),
                ("papers_by", models.CharField(blank=True, max_length=60)),
                ("papers_at", models.DateTimeField(null=True)),
                ("handed_over_by", models.CharField(blank=True, max_length=60)),
                ("handed_over_user_id", models.BigIntegerField(null=True)),
                ("handed_over_at", models.DateTimeField(null=True)),
                ("carrier", models.CharField(blank=True, max_length=60)),
                ("signed_name", models.CharField(blank=True, max_length=60)),
                ("signed_by", models.CharField(blank=True, max_length=60)),
                ("signed_at", models.DateTimeField(null=True)),
                ("settled_by", models.CharField(blank=True, max_length=60)),
                ("settled_at", models.DateTimeField(null=True)),
                ("settle_reason", models.CharField(blank=True, max_length=200)),
                ("cancelled_by", models.CharField(blank=True, max_length=60)),
                ("cancelled_at", models.DateTimeField(null=True)),
                ("cancel_reason", models.CharField(blank=True, max_length=200)),
                ("client_id", models.UUIDField(unique=True)),
                (
                    "bureau",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="deliveries", to="parties.bureau"
                    ),
                ),
                (
                    "carrier_organisation",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="carried_deliveries",
                        to="parties.organisation",
                    ),
                ),
                (
                    "emergency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="deliveries", to="parties.emergency"
                    ),
                ),
                (
                    "issue_move",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.move"
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to="parties.organisation",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to="allocation.plan",
                    ),
                ),
                (
                    "receipt_move",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.move"
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="deliveries", to="parties.store"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["bureau", "status", "-id"], name="delivery_by_status"),
                    models.Index(fields=["organisation", "status"], name="delivery_by_unit"),
                    models.Index(fields=["carrier_organisation", "status"], name="delivery_by_carrier"),
                    models.Index(
                        condition=models.Q(("is_emergency", True), ("papers_at", None)),
                        fields=["bureau", "papers_due_at"],
                        name="delivery_papers_owing",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("bureau", "number"), name="delivery_number_once"),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ("picking", "in_transit", "signed", "settled", "cancelled"))),
                        name="delivery_status_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("handed_over_at", None), ("handed_over_by", "")),
                            models.Q(
                                models.Q(("handed_over_by", ""), _negated=True), ("handed_over_at__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="delivery_hand_over_is_signed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("handed_over_at", None),
                            ("is_emergency", True),
                            models.Q(("carrier", ""), _negated=True),
                            ("carrier_organisation__isnull", False),
                            _connector="OR",
                        ),
                        name="delivery_handed_over_to_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("carrier_organisation", None),
                            models.Q(
                                ("carrier_organisation", django.db.models.expressions.F("organisation")), _negated=True
                            ),
                            _connector="OR",
                        ),
                        name="delivery_carrier_is_not_the_unit",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("signed_at", None), ("signed_by", "")),
                            models.Q(models.Q(("signed_by", ""), _negated=True), ("signed_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="delivery_receipt_is_signed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("papers_at", None), ("papers_by", "")),
                            models.Q(models.Q(("papers_by", ""), _negated=True), ("papers_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="delivery_papers_are_signed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("settled_at", None), ("settled_by", "")),
                            models.Q(models.Q(("settled_by", ""), _negated=True), ("settled_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="delivery_settlement_is_signed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("cancelled_at", None), ("cancelled_by", "")),
                            models.Q(models.Q(("cancelled_by", ""), _negated=True), ("cancelled_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="delivery_cancelling_is_signed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("cancelled_at", None),
                                ("handed_over_at", None),
                                ("signed_at", None),
                                ("status", "picking"),
                            ),
                            models.Q(
                                ("cancelled_at__isnull", False),
                                ("handed_over_at", None),
                                ("signed_at", None),
                                ("status", "cancelled"),
                            ),
                            models.Q(
                                ("cancelled_at", None),
                                ("handed_over_at__isnull", False),
                                ("signed_at", None),
                                ("status", "in_transit"),
                            ),
                            models.Q(
                                ("cancelled_at", None),
                                ("handed_over_at__isnull", False),
                                ("settled_at", None),
                                ("signed_at__isnull", False),
                                ("status", "signed"),
                            ),
                            models.Q(
                                ("cancelled_at", None),
                                ("settled_at__isnull", False),
                                ("signed_at__isnull", False),
                                ("status", "settled"),
                            ),
                            _connector="OR",
                        ),
                        name="delivery_status_has_its_signatures",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("is_emergency", False), ("leader", ""), ("papers_due_at", None), ("papers_ref", "")
                            ),
                            models.Q(
                                ("is_emergency", True),
                                ("papers_due_at__isnull", False),
                                models.Q(("leader", ""), _negated=True),
                                models.Q(("emergency_reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="delivery_emergency_is_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("papers_at", None), ("papers_ref", "")),
                            models.Q(models.Q(("papers_ref", ""), _negated=True), ("papers_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="delivery_papers_have_a_reference",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DeliveryLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("line", models.PositiveIntegerField()),
                ("quantity", liangcao.foundation.database.fields.QuantityField()),
                ("quantity_good", liangcao.foundation.database.fields.QuantityOrZeroField(null=True)),
                ("quantity_short", liangcao.foundation.database.fields.QuantityOrZeroField(null=True)),
                ("quantity_damaged", liangcao.foundation.database.fields.QuantityOrZeroField(null=True)),
                ("picked_by", models.CharField(blank=True, max_length=60)),
                ("picked_at", models.DateTimeField(null=True)),
                ("difference_reason", models.CharField(blank=True, max_length=200)),
                ("short_settled_as", models.CharField(blank=True, max_length=12)),
                ("damaged_settled_as", models.CharField(blank=True, max_length=12)),
                (
                    "delivery",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="dispatch.delivery"
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="catalog.item"),
                ),
                (
                    "lot",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.lot"),
                ),
                (
                    "plan_pick",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="delivery_lines",
                        to="allocation.planpick",
                    ),
                ),
                (
                    "requisition_line",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="delivery_lines",
                        to="demand.requisitionline",
                    ),
                ),
            ],
            options={
                "ordering": ["line"],
                "constraints": [
                    models.UniqueConstraint(fields=("delivery", "line"), name="delivery_line_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("quantity_damaged", None), ("quantity_good", None), ("quantity_short", None)),
                            models.Q(
                                (
                                    "quantity",
                                    django.db.models.expressions.CombinedExpression(
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("quantity_good"), "+", models.F("quantity_short")
                                        ),
                                        "+",
                                        models.F("quantity_damaged"),
                                    ),
                                ),
                                ("quantity_damaged__isnull", False),
                                ("quantity_good__isnull", False),
                                ("quantity_short__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="delivery_line_adds_up",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("quantity_good", None),
                            ("quantity_good", models.F("quantity")),
                            models.Q(("difference_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="delivery_line_difference_has_a_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("picked_at", None), ("picked_by", "")),
                            models.Q(models.Q(("picked_by", ""), _negated=True), ("picked_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="delivery_line_pick_is_signed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("damaged_settled_as__in", ["", "returned", "quarantine", "lost"]),
                            ("short_settled_as__in", ["", "returned", "quarantine", "lost"]),
                        ),
                        name="delivery_line_outcome_is_known",
                    ),
                ],
            },
        ),
    ]
