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
            name="Book",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=30, unique=True)),
                ("opened_at", models.DateTimeField()),
                ("late_days", models.PositiveSmallIntegerField(default=7)),
                (
                    "bureau",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="book", to="parties.bureau"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="BookHead",
            fields=[
                (
                    "book",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="head",
                        serialize=False,
                        to="ledger.book",
                    ),
                ),
                ("seq", models.BigIntegerField(default=0)),
                ("hash", models.CharField(max_length=64)),
                ("recorded_at", models.DateTimeField()),
                ("sealed_through", models.DateField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Lot",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("code", models.CharField(max_length=40)),
                ("source_kind", models.CharField(max_length=12)),
                ("source_ref", models.CharField(max_length=80)),
                ("maker_lot", models.CharField(blank=True, max_length=60)),
                ("no_lot_reason", models.CharField(blank=True, max_length=100)),
                ("produced_on", models.DateField(null=True)),
                ("expires_on", models.DateField(null=True)),
                ("arrived_on", models.DateField()),
                (
                    "book",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to="ledger.book"),
                ),
                ("item", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="catalog.item")),
            ],
        ),
        migrations.CreateModel(
            name="Move",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("seq", models.BigIntegerField()),
                ("number", models.CharField(max_length=30)),
                ("kind", models.CharField(max_length=20)),
                ("business_date", models.DateField()),
                ("recorded_at", models.DateTimeField()),
                ("user_id", models.BigIntegerField(null=True)),
                ("actor_name", models.CharField(max_length=60)),
                ("cause_kind", models.CharField(blank=True, max_length=20)),
                ("cause_ref", models.CharField(blank=True, max_length=80)),
                ("reason", models.CharField(blank=True, max_length=500)),
                ("late_reason", models.CharField(blank=True, max_length=200)),
                ("signatures", models.JSONField(default=list)),
                ("previous_hash", models.CharField(max_length=64)),
                ("hash", models.CharField(max_length=64)),
                (
                    "book",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to="ledger.book"),
                ),
                (
                    "reverses",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reversals",
                        to="ledger.move",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["book", "business_date", "seq"], name="move_by_day"),
                    models.Index(fields=["book", "kind", "seq"], name="move_by_kind"),
                    models.Index(fields=["book", "cause_kind", "cause_ref"], name="move_by_cause"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("book", "seq"), name="move_seq_once"),
                    models.UniqueConstraint(fields=("book", "number"), name="move_number_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "receipt",
                                    "issue",
                                    "transfer",
                                    "reservation",
                                    "release",
                                    "delivery",
                                    "settlement",
                                    "emergency_issue",
                                    "direct",
                                    "return",
                                    "loss",
                                    "inspection",
                                    "count",
                                    "fact",
                                    "reversal",
                                    "opening",
                                ],
                            )
                        ),
                        name="move_kind_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("cause_kind", ""), ("cause_ref", "")),
                            models.Q(
                                models.Q(("cause_kind", ""), _negated=True), models.Q(("cause_ref", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="move_cause_is_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LotFact",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("fact", models.CharField(max_length=12)),
                ("value", models.CharField(max_length=80)),
                ("reason", models.CharField(blank=True, max_length=200)),
                (
                    "book",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to="ledger.book"),
                ),
                (
                    "lot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="facts", to="ledger.lot"
                    ),
                ),
                (
                    "move",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="facts", to="ledger.move"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "fact__in",
                                [
                                    "quality",
                                    "frozen",
                                    "recalled",
                                    "earmark",
                                    "consent",
                                    "expires_on",
                                    "maker_lot",
                                    "unit_cost",
                                    "resembles",
                                ],
                            )
                        ),
                        name="fact_is_known",
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="lot",
            name="move",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="lots", to="ledger.move"),
        ),
        migrations.CreateModel(
            name="StockAccount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=12)),
                ("book", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="ledger.book")),
                ("party", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="parties.organisation")),
                ("store", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="parties.store")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("book", "kind", "store", "party"), name="account_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "outside",
                                    "receiving",
                                    "store",
                                    "quarantine",
                                    "reserved",
                                    "transit",
                                    "recipient",
                                    "consumed",
                                    "loss",
                                ],
                            )
                        ),
                        name="account_kind_is_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Posting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("line", models.PositiveIntegerField()),
                ("quantity", liangcao.foundation.database.fields.QuantityField()),
                (
                    "book",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to="ledger.book"),
                ),
                (
                    "lot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="postings", to="ledger.lot"
                    ),
                ),
                (
                    "move",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="postings",
                        to="ledger.move",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="postings_out",
                        to="ledger.stockaccount",
                    ),
                ),
                (
                    "target",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="postings_in",
                        to="ledger.stockaccount",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("move", "line"), name="posting_line_once"),
                    models.CheckConstraint(
                        condition=models.Q(("source", models.F("target")), _negated=True), name="posting_goes_somewhere"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Balance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=12)),
                ("quantity", liangcao.foundation.database.fields.SignedQuantityField()),
                ("moved_on", models.DateField()),
                (
                    "item",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to="catalog.item"),
                ),
                (
                    "book",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to="ledger.book"),
                ),
                ("lot", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="ledger.lot")),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="ledger.stockaccount"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("quantity", 0), _negated=True),
                        fields=["book", "kind", "item"],
                        name="balance_by_item",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("account", "lot"), name="balance_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "outside"), ("quantity__lte", 0)),
                            models.Q(models.Q(("kind", "outside"), _negated=True), ("quantity__gte", 0)),
                            _connector="OR",
                        ),
                        name="balance_has_its_sign",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DayChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=12)),
                ("business_date", models.DateField()),
                ("quantity", liangcao.foundation.database.fields.SignedQuantityField()),
                (
                    "book",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to="ledger.book"),
                ),
                ("item", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="catalog.item")),
                ("store", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="parties.store")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("book", "kind", "store", "item", "business_date"), name="day_change_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DayTotal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ledger_day", models.DateField()),
                ("business_date", models.DateField()),
                ("flow", models.CharField(max_length=12)),
                ("quantity", liangcao.foundation.database.fields.SignedQuantityField()),
                (
                    "book",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to="ledger.book"),
                ),
                ("item", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="catalog.item")),
                ("store", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="parties.store")),
            ],
            options={
                "indexes": [models.Index(fields=["book", "business_date", "flow"], name="day_total_by_day")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("book", "ledger_day", "business_date", "store", "flow", "item"), name="day_total_once"
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="lot",
            index=models.Index(fields=["book", "item", "arrived_on"], name="lot_by_item"),
        ),
        migrations.AddIndex(
            model_name="lot",
            index=models.Index(fields=["book", "source_ref"], name="lot_by_source"),
        ),
        migrations.AddConstraint(
            model_name="lot",
            constraint=models.UniqueConstraint(fields=("book", "code"), name="lot_code_once"),
        ),
        migrations.AddConstraint(
            model_name="lot",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("source_kind__in", ["purchase", "gift", "allotment", "output", "reserve", "opening", "found"])
                ),
                name="lot_source_kind_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="lot",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("produced_on", None),
                    ("expires_on", None),
                    ("expires_on__gte", models.F("produced_on")),
                    _connector="OR",
                ),
                name="lot_expires_after_production",
            ),
        ),
        migrations.AddConstraint(
            model_name="lot",
            constraint=models.CheckConstraint(
                condition=models.Q(("source_ref", ""), _negated=True), name="lot_names_its_source"
            ),
        ),
        migrations.CreateModel(
            name="Seal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("day", models.DateField()),
                ("sealed_at", models.DateTimeField()),
                ("content", models.JSONField()),
                ("digest", models.CharField(max_length=64)),
                ("signature", models.CharField(max_length=128)),
                (
                    "book",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="seals", to="ledger.book"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("book", "day"), name="seal_once_per_day"),
                    models.UniqueConstraint(fields=("book", "number"), name="seal_number_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ClosingBalance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("quantity", liangcao.foundation.database.fields.SignedQuantityField()),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.stockaccount"
                    ),
                ),
                (
                    "lot",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.lot",
                    ),
                ),
                (
                    "seal",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="closing_balances",
                        to="ledger.seal",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("seal", "account", "lot"), name="closing_balance_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="SealKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key_id", models.CharField(max_length=16, unique=True)),
                ("public_key", models.CharField(max_length=64, unique=True)),
                ("made_at", models.DateTimeField()),
                ("signature", models.CharField(max_length=128)),
                (
                    "previous",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="next",
                        to="ledger.sealkey",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SealAddress",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("channel", models.CharField(max_length=10)),
                ("address", models.CharField(max_length=400)),
                ("added_by", models.CharField(max_length=60)),
                ("added_at", models.DateTimeField()),
                ("removed_at", models.DateTimeField(null=True)),
                (
                    "book",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="seal_addresses", to="ledger.book"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("removed_at", None)),
                        fields=("book", "channel", "address"),
                        name="seal_address_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("channel__in", ("mail", "webhook"))), name="seal_address_channel_known"
                    ),
                ],
            },
        ),
    ]
