import django.db.models.deletion
from django.db import migrations, models

import liangcao.foundation.database.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("catalog", "0001_catalogue"),
        ("demand", "0001_requisitions"),
        ("ledger", "0001_ledger"),
        ("parties", "0002_none_rows"),
    ]

    operations = [
        migrations.CreateModel(
            name="Plan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=30)),
                ("plan_date", models.DateField()),
                (
                    "basis",
                    models.CharField(
                        choices=[("round", "按申领"), ("share", "按比例下拨")], default="round", max_length=8
                    ),
                ),
                ("weigh_by", models.CharField(default="none", max_length=12)),
                ("steps", models.JSONField(default=list)),
                ("item_scope", models.JSONField(default=list)),
                ("notices", models.JSONField(default=list)),
                ("status", models.CharField(default="draft", max_length=12)),
                ("round_digest", models.CharField(max_length=64)),
                ("made_by", models.CharField(max_length=60)),
                ("made_by_user_id", models.BigIntegerField(null=True)),
                ("made_at", models.DateTimeField()),
                ("reviewed_by", models.CharField(blank=True, max_length=60)),
                ("reviewed_at", models.DateTimeField(null=True)),
                ("published_by", models.CharField(blank=True, max_length=60)),
                ("published_at", models.DateTimeField(null=True)),
                ("discarded_by", models.CharField(blank=True, max_length=60)),
                ("discarded_at", models.DateTimeField(null=True)),
                ("discard_reason", models.CharField(blank=True, max_length=200)),
                ("version", models.PositiveIntegerField(default=1)),
                ("changed_how", models.CharField(default="drafted", max_length=12)),
                ("changed_by", models.CharField(max_length=60)),
                ("changed_at", models.DateTimeField()),
                ("client_id", models.UUIDField(unique=True)),
                (
                    "bureau",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="plans", to="parties.bureau"
                    ),
                ),
                (
                    "emergency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="plans", to="parties.emergency"
                    ),
                ),
                (
                    "follows",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="followers",
                        to="allocation.plan",
                    ),
                ),
                (
                    "move",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.move"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PlanLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("line", models.PositiveIntegerField()),
                ("is_hold_back", models.BooleanField(default=False)),
                ("is_stale", models.BooleanField(default=False)),
                ("tier", models.PositiveSmallIntegerField()),
                ("weight", models.PositiveIntegerField(default=1)),
                ("quantity_asked", liangcao.foundation.database.fields.QuantityOrZeroField(null=True)),
                ("quantity_open", liangcao.foundation.database.fields.QuantityOrZeroField(null=True)),
                ("on_hand", liangcao.foundation.database.fields.QuantityOrZeroField(default=0)),
                ("daily_use", liangcao.foundation.database.fields.QuantityOrZeroField(null=True)),
                ("floor", liangcao.foundation.database.fields.QuantityOrZeroField(default=0)),
                ("cap", liangcao.foundation.database.fields.QuantityOrZeroField(null=True)),
                ("pack", liangcao.foundation.database.fields.QuantityField(default=1)),
                ("substitutes", models.JSONField(default=list)),
                ("quantity_planned", liangcao.foundation.database.fields.QuantityOrZeroField(default=0)),
                ("quantity_solved", liangcao.foundation.database.fields.QuantityOrZeroField(default=0)),
                ("quantity_earmarked", liangcao.foundation.database.fields.QuantityOrZeroField(default=0)),
                ("gap", liangcao.foundation.database.fields.QuantityOrZeroField(null=True)),
                ("reasons", models.JSONField(default=list)),
                ("cause", models.JSONField(default=dict)),
                ("quantity_pinned", liangcao.foundation.database.fields.QuantityOrZeroField(null=True)),
                ("override_reason", models.CharField(blank=True, max_length=200)),
                ("override_by", models.CharField(blank=True, max_length=60)),
                ("override_by_user_id", models.BigIntegerField(null=True)),
                ("override_at", models.DateTimeField(null=True)),
                (
                    "instead_of",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="catalog.item"
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="catalog.item"),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="plan_lines",
                        to="parties.organisation",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="allocation.plan"
                    ),
                ),
                (
                    "requisition_line",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="plan_lines",
                        to="demand.requisitionline",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["plan", "item", "line"], name="plan_line_by_item")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("instead_of", None)),
                        fields=("plan", "organisation", "item"),
                        name="plan_line_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("instead_of__isnull", False)),
                        fields=("plan", "organisation", "item", "instead_of"),
                        name="plan_substitute_line_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("override_at", None), ("override_by", "")),
                            models.Q(models.Q(("override_by", ""), _negated=True), ("override_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="plan_line_override_is_signed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("override_by", ""), ("quantity_pinned", None)),
                            models.Q(
                                ("quantity_pinned__isnull", False),
                                models.Q(("override_by", ""), _negated=True),
                                models.Q(("override_reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="plan_line_override_is_whole",
                    ),
                    models.CheckConstraint(condition=models.Q(("tier__gte", 1)), name="plan_line_has_a_tier"),
                ],
            },
        ),
        migrations.CreateModel(
            name="PlanNeed",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("quantity_open", liangcao.foundation.database.fields.QuantityOrZeroField(null=True)),
                ("quantity_planned", liangcao.foundation.database.fields.QuantityOrZeroField(default=0)),
                (
                    "plan_line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="needs", to="allocation.planline"
                    ),
                ),
                (
                    "requisition_line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="plan_needs",
                        to="demand.requisitionline",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("plan_line", "requisition_line"), name="plan_need_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="PlanPick",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("order", models.PositiveIntegerField(default=0)),
                ("quantity", liangcao.foundation.database.fields.QuantityField()),
                ("quantity_released", liangcao.foundation.database.fields.QuantityOrZeroField(default=0)),
                ("delivery_ref", models.CharField(blank=True, max_length=30)),
                (
                    "item",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="catalog.item"),
                ),
                (
                    "lot",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.lot"),
                ),
                (
                    "plan_line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="picks", to="allocation.planline"
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="parties.store"
                    ),
                ),
            ],
            options={
                "ordering": ["order", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("quantity_released__lte", models.F("quantity"))),
                        name="plan_pick_released_within",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PlanStock",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("expires_on", models.DateField(null=True)),
                ("quantity", liangcao.foundation.database.fields.QuantityField()),
                (
                    "earmark",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="parties.organisation",
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
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="stocks", to="allocation.plan"
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="parties.store"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("plan", "store", "lot"), name="plan_stock_once")],
            },
        ),
        migrations.CreateModel(
            name="RuleSet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=30)),
                ("name", models.CharField(max_length=40)),
                ("name_en", models.CharField(max_length=60)),
                ("version", models.PositiveSmallIntegerField(default=1)),
                (
                    "weigh_by",
                    models.CharField(
                        choices=[("none", "不计权重"), ("population", "人口"), ("beds", "床位"), ("headcount", "人数")],
                        default="none",
                        max_length=12,
                    ),
                ),
                ("sentence", models.CharField(max_length=400)),
                ("sentence_en", models.CharField(max_length=600)),
                ("is_default", models.BooleanField(default=False)),
                ("is_active", models.BooleanField(default=True)),
                (
                    "bureau",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rule_sets",
                        to="parties.bureau",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("bureau", None)), fields=("code", "version"), name="rule_set_version_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("bureau__isnull", False)),
                        fields=("bureau", "code", "version"),
                        name="rule_set_version_once_per_bureau",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("bureau", None), ("is_active", True), ("is_default", True)),
                        fields=("is_default",),
                        name="rule_set_one_default",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("weigh_by__in", ["none", "population", "beds", "headcount"])),
                        name="rule_set_weigh_by_is_known",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="plan",
            name="rule_set",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="plans", to="allocation.ruleset"
            ),
        ),
        migrations.CreateModel(
            name="RuleStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("order", models.PositiveSmallIntegerField()),
                ("whom", models.CharField(max_length=80)),
                ("target", models.CharField(max_length=10)),
                ("how", models.CharField(max_length=12)),
                ("days", models.PositiveSmallIntegerField(null=True)),
                (
                    "rule_set",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="allocation.ruleset"
                    ),
                ),
            ],
            options={
                "ordering": ["order"],
                "constraints": [
                    models.UniqueConstraint(fields=("rule_set", "order"), name="rule_step_order_once"),
                    models.CheckConstraint(
                        condition=models.Q(("target__in", ("floor", "days", "cap", "request"))),
                        name="rule_step_target_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("how__in", ("fill", "equal_cover", "proportional"))),
                        name="rule_step_how_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("days__isnull", False), ("target", "days")),
                            models.Q(models.Q(("target", "days"), _negated=True), ("days", None)),
                            _connector="OR",
                        ),
                        name="rule_step_days_fit",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="plan",
            index=models.Index(fields=["bureau", "status", "-id"], name="plan_by_status"),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.UniqueConstraint(fields=("bureau", "number"), name="plan_number_once"),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("changed_how__in", ["drafted", "overridden", "recomputed", "reviewed", "published", "discarded"])
                ),
                name="plan_change_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ("draft", "reviewed", "published", "discarded"))),
                name="plan_status_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.CheckConstraint(
                condition=models.Q(("basis__in", ["round", "share"])), name="plan_basis_is_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("reviewed_at", None), ("reviewed_by", "")),
                    models.Q(models.Q(("reviewed_by", ""), _negated=True), ("reviewed_at__isnull", False)),
                    _connector="OR",
                ),
                name="plan_review_is_signed",
            ),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("published_at", None), ("published_by", "")),
                    models.Q(models.Q(("published_by", ""), _negated=True), ("published_at__isnull", False)),
                    _connector="OR",
                ),
                name="plan_publication_is_signed",
            ),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("discarded_at", None), ("discarded_by", "")),
                    models.Q(models.Q(("discarded_by", ""), _negated=True), ("discarded_at__isnull", False)),
                    _connector="OR",
                ),
                name="plan_discard_is_signed",
            ),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("discarded_at", None), ("published_at", None), ("reviewed_at", None), ("status", "draft")
                    ),
                    models.Q(
                        ("discarded_at", None),
                        ("published_at", None),
                        ("reviewed_at__isnull", False),
                        ("status", "reviewed"),
                    ),
                    models.Q(
                        ("discarded_at", None),
                        ("published_at__isnull", False),
                        ("reviewed_at__isnull", False),
                        ("status", "published"),
                    ),
                    models.Q(("discarded_at__isnull", False), ("published_at", None), ("status", "discarded")),
                    _connector="OR",
                ),
                name="plan_status_has_its_signatures",
            ),
        ),
    ]
