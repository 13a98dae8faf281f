"""Count sheets with their lines and entries; write-offs."""

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
            name="CountSheet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=30)),
                ("status", models.CharField(default="open", max_length=10)),
                ("round", models.PositiveSmallIntegerField(default=1)),
                ("opened_seq", models.BigIntegerField()),
                ("opened_at", models.DateTimeField()),
                ("opened_by", models.CharField(max_length=60)),
                ("opened_user_id", models.BigIntegerField(null=True)),
                ("signed_at", models.DateTimeField(null=True)),
                ("signed_by", models.CharField(blank=True, max_length=60)),
                ("signed_user_id", models.BigIntegerField(null=True)),
                ("reason", models.CharField(blank=True, max_length=200)),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_by", models.CharField(blank=True, max_length=60)),
                ("ended_user_id", models.BigIntegerField(null=True)),
                ("ended_reason", models.CharField(blank=True, max_length=200)),
                ("client_id", models.UUIDField(unique=True)),
                ("bureau", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="parties.bureau")),
                (
                    "category",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="catalog.category"
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="catalog.item"
                    ),
                ),
                (
                    "move",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.move"
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="count_sheets", to="parties.store"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["bureau", "-id"], name="count_by_bureau")],
                "constraints": [
                    models.UniqueConstraint(fields=("bureau", "number"), name="count_number_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("status__in", ("open", "counted", "recount", "signed"))),
                        fields=("store",),
                        name="count_one_open_sheet_a_store",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ("open", "counted", "recount", "signed", "posted", "cancelled"))
                        ),
                        name="count_status_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("item", None), ("category", None), _connector="OR"),
                        name="count_of_item_or_category",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("signed_at__isnull", False),
                                ("status__in", ("signed", "posted")),
                                models.Q(("signed_by", ""), _negated=True),
                            ),
                            models.Q(
                                ("signed_at", None), ("signed_by", ""), ("status__in", ("open", "counted", "recount"))
                            ),
                            ("status", "cancelled"),
                            _connector="OR",
                        ),
                        name="count_signed_by_and_at",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("ended_at__isnull", False),
                                ("status__in", ("posted", "cancelled")),
                                models.Q(("ended_by", ""), _negated=True),
                            ),
                            models.Q(
                                ("ended_at", None),
                                ("ended_by", ""),
                                ("status__in", ("open", "counted", "recount", "signed")),
                            ),
                            _connector="OR",
                        ),
                        name="count_ended_by_and_at",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("move", None), ("status", "posted"), _connector="OR"),
                        name="count_posts_once_signed",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CountLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("line", models.PositiveIntegerField()),
                ("place", models.CharField(default="store", max_length=12)),
                ("quantity_frozen", liangcao.foundation.database.fields.QuantityOrZeroField()),
                ("maker_lot", models.CharField(blank=True, max_length=60)),
                ("no_lot_reason", models.CharField(blank=True, max_length=100)),
                ("produced_on", models.DateField(null=True)),
                ("expires_on", models.DateField(null=True)),
                ("reason", models.CharField(blank=True, max_length=200)),
                (
                    "item",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="catalog.item"),
                ),
                (
                    "lot",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.lot"
                    ),
                ),
                (
                    "resembles",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.lot"
                    ),
                ),
                (
                    "sheet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="stocktaking.countsheet"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("sheet", "line"), name="count_line_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("lot__isnull", False)),
                        fields=("sheet", "lot", "place"),
                        name="count_line_lot_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("place__in", ("store", "quarantine", "receiving"))),
                        name="count_line_place_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("lot__isnull", False), ("resembles", None)),
                            models.Q(("lot", None), ("quantity_frozen", 0)),
                            _connector="OR",
                        ),
                        name="count_line_found_was_not_booked",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("produced_on", None),
                            ("expires_on", None),
                            ("expires_on__gte", models.F("produced_on")),
                            _connector="OR",
                        ),
                        name="count_line_expires_after_production",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CountEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("round", models.PositiveSmallIntegerField()),
                ("quantity", liangcao.foundation.database.fields.QuantityOrZeroField()),
                ("quantity_book", liangcao.foundation.database.fields.QuantityOrZeroField()),
                ("seq", models.BigIntegerField()),
                ("counted_at", models.DateTimeField()),
                ("entered_at", models.DateTimeField()),
                ("user_id", models.BigIntegerField(null=True)),
                ("counted_by", models.CharField(max_length=60)),
                ("note", models.CharField(blank=True, max_length=200)),
                (
                    "line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="entries", to="stocktaking.countline"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("line", "round"), name="count_entry_once_a_round"),
                    models.CheckConstraint(
                        condition=models.Q(("counted_by", ""), _negated=True), name="count_entry_by_somebody"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("entered_at__gte", models.F("counted_at"))),
                        name="count_entry_after_counting",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WriteOff",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=30)),
                ("cause", models.CharField(max_length=10)),
                ("reason", models.CharField(max_length=200)),
                ("status", models.CharField(default="asked", max_length=10)),
                ("asked_at", models.DateTimeField()),
                ("asked_by", models.CharField(max_length=60)),
                ("asked_user_id", models.BigIntegerField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("decided_by", models.CharField(blank=True, max_length=60)),
                ("decided_reason", models.CharField(blank=True, max_length=200)),
                ("client_id", models.UUIDField(unique=True)),
                ("bureau", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="parties.bureau")),
                (
                    "move",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.move"
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="write_offs", to="parties.store"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["bureau", "-id"], name="write_off_by_bureau")],
                "constraints": [
                    models.UniqueConstraint(fields=("bureau", "number"), name="write_off_number_once"),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ("asked", "posted", "declined", "withdrawn"))),
                        name="write_off_status_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("cause__in", ("expired", "damaged", "other"))),
                        name="write_off_cause_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="write_off_has_a_reason"
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
                        name="write_off_decided_by_and_at",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("move__isnull", False), ("status", "posted")),
                            models.Q(models.Q(("status", "posted"), _negated=True), ("move", None)),
                            _connector="OR",
                        ),
                        name="write_off_posts_when_approved",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WriteOffLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("line", models.PositiveIntegerField()),
                ("place", models.CharField(default="store", max_length=12)),
                ("quantity", liangcao.foundation.database.fields.QuantityField()),
                (
                    "lot",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.lot"),
                ),
                (
                    "write_off",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="stocktaking.writeoff"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("write_off", "line"), name="write_off_line_once"),
                    models.UniqueConstraint(fields=("write_off", "lot", "place"), name="write_off_lot_once"),
                    models.CheckConstraint(
                        condition=models.Q(("place__in", ("store", "quarantine", "receiving"))),
                        name="write_off_line_place_is_known",
                    ),
                ],
            },
        ),
    ]
