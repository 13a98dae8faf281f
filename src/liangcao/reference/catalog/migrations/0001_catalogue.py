import django.db.models.deletion
from django.db import migrations, models

import liangcao.foundation.database.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Category",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=20, unique=True)),
                ("name", models.CharField(max_length=60)),
                ("name_en", models.CharField(blank=True, max_length=80)),
                (
                    "parent",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="catalog.category",
                    ),
                ),
                ("receipt_signatures", models.CharField(blank=True, max_length=30)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "receipt_signatures__in",
                                ("", "store", "store,quality", "store,count", "store,quality,count"),
                            )
                        ),
                        name="category_signatures_are_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Item",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=30, unique=True)),
                ("name", models.CharField(max_length=80, unique=True)),
                ("name_en", models.CharField(blank=True, max_length=120)),
                ("base_unit", models.CharField(max_length=12)),
                ("base_unit_en", models.CharField(blank=True, max_length=20)),
                ("standard", models.CharField(blank=True, max_length=120)),
                ("hazard_class", models.CharField(blank=True, max_length=20)),
                ("storage_condition", models.CharField(blank=True, max_length=80)),
                ("lot_tracked", models.BooleanField(default=False)),
                ("shortage_level", models.PositiveSmallIntegerField(default=0)),
                ("pinyin", models.CharField(blank=True, max_length=200)),
                ("is_active", models.BooleanField(default=True)),
                (
                    "category",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="items", to="catalog.category"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("base_unit", ""), _negated=True), name="item_has_base_unit"
                    ),
                    models.CheckConstraint(condition=models.Q(("code", ""), _negated=True), name="item_has_code"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Pack",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=20)),
                ("factor", liangcao.foundation.database.fields.QuantityField()),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="packs", to="catalog.item"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("item", "name"), name="pack_name_once_per_item")],
            },
        ),
        migrations.CreateModel(
            name="Substitute",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("order", models.PositiveSmallIntegerField(default=1)),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="substitutes", to="catalog.item"
                    ),
                ),
                (
                    "substitute",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="substitute_for", to="catalog.item"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("item", "substitute"), name="substitute_once"),
                    models.CheckConstraint(
                        condition=models.Q(("item", models.F("substitute")), _negated=True),
                        name="substitute_is_another_item",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ItemIdentifier",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("issuer", models.CharField(max_length=4)),
                ("identifier", models.CharField(max_length=60)),
                ("quantity", liangcao.foundation.database.fields.QuantityField()),
                ("added_by", models.CharField(max_length=60)),
                ("added_at", models.DateTimeField()),
                ("ended_by", models.CharField(blank=True, max_length=60)),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_reason", models.CharField(blank=True, max_length=200)),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="identifiers", to="catalog.item"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("issuer", "identifier"),
                        name="identifier_means_one_item",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("issuer__in", ("gtin", "ma", "ahm"))), name="identifier_issuer_is_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("identifier", ""), _negated=True), name="identifier_is_not_empty"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("added_by", ""), _negated=True), name="identifier_added_by_somebody"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at", None), ("ended_by", ""), ("ended_reason", "")),
                            models.Q(
                                ("ended_at__isnull", False),
                                models.Q(("ended_by", ""), _negated=True),
                                models.Q(("ended_reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="identifier_ended_by_and_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ItemAlias",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("alias", models.CharField(max_length=80)),
                ("key", models.CharField(max_length=200)),
                ("note", models.CharField(blank=True, max_length=200)),
                ("added_by", models.CharField(max_length=60)),
                ("added_at", models.DateTimeField()),
                ("ended_by", models.CharField(blank=True, max_length=60)),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_reason", models.CharField(blank=True, max_length=200)),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="aliases", to="catalog.item"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)), fields=("key",), name="alias_means_one_item"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("alias", ""), _negated=True), models.Q(("key", ""), _negated=True)
                        ),
                        name="alias_is_not_empty",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("added_by", ""), _negated=True), name="alias_added_by_somebody"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at", None), ("ended_by", ""), ("ended_reason", "")),
                            models.Q(
                                ("ended_at__isnull", False),
                                models.Q(("ended_by", ""), _negated=True),
                                models.Q(("ended_reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="alias_ended_by_and_why",
                    ),
                ],
            },
        ),
    ]
