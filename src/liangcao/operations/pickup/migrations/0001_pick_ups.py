"""Pick-ups with their slots and turns."""

import django.db.models.deletion
from django.db import migrations, models

import liangcao.foundation.database.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("allocation", "0002_replenishment"),
        ("dispatch", "0001_deliveries"),
        ("parties", "0003_places"),
    ]

    operations = [
        migrations.CreateModel(
            name="PickUp",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=30)),
                ("status", models.CharField(default="draft", max_length=10)),
                ("place", models.CharField(max_length=200)),
                ("safety_text", models.CharField(max_length=500)),
                ("opens_at", models.DateTimeField()),
                ("closes_at", models.DateTimeField()),
                ("capacity", models.PositiveIntegerField()),
                ("made_by", models.CharField(max_length=60)),
                ("made_at", models.DateTimeField()),
                ("announced_by", models.CharField(blank=True, max_length=60)),
                ("announced_at", models.DateTimeField(null=True)),
                ("ended_by", models.CharField(blank=True, max_length=60)),
                ("ended_at", models.DateTimeField(null=True)),
                ("end_reason", models.CharField(blank=True, max_length=200)),
                ("client_id", models.UUIDField(unique=True)),
                (
                    "bureau",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="parties.bureau"
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="allocation.plan"
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="parties.store"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PickUpSlot",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("capacity", models.PositiveIntegerField()),
                ("taken", models.PositiveIntegerField(default=0)),
                (
                    "pick_up",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="slots", to="pickup.pickup"
                    ),
                ),
            ],
            options={
                "ordering": ["number"],
            },
        ),
        migrations.CreateModel(
            name="PickUpTurn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("quantity", liangcao.foundation.database.fields.QuantityField()),
                ("distance_m", models.PositiveIntegerField(null=True)),
                ("status", models.CharField(default="assigned", max_length=12)),
                ("times_missed", models.PositiveIntegerField(default=0)),
                ("acknowledged_by", models.CharField(blank=True, max_length=60)),
                ("acknowledged_at", models.DateTimeField(null=True)),
                ("fetcher", models.CharField(blank=True, max_length=60)),
                ("checked_in_by", models.CharField(blank=True, max_length=60)),
                ("checked_in_at", models.DateTimeField(null=True)),
                ("handed_over_by", models.CharField(blank=True, max_length=60)),
                ("handed_over_at", models.DateTimeField(null=True)),
                (
                    "delivery",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pick_up_turns",
                        to="dispatch.delivery",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="parties.organisation"
                    ),
                ),
                (
                    "pick_up",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="turns", to="pickup.pickup"
                    ),
                ),
                (
                    "slot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="turns", to="pickup.pickupslot"
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="pickup",
            index=models.Index(fields=["bureau", "-opens_at"], name="pick_up_by_day"),
        ),
        migrations.AddConstraint(
            model_name="pickup",
            constraint=models.UniqueConstraint(fields=("bureau", "number"), name="pick_up_number_once"),
        ),
        migrations.AddConstraint(
            model_name="pickup",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ("draft", "announced", "closed", "cancelled"))),
                name="pick_up_status_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="pickup",
            constraint=models.CheckConstraint(
                condition=models.Q(("opens_at__lt", models.F("closes_at"))), name="pick_up_opens_before_it_closes"
            ),
        ),
        migrations.AddConstraint(
            model_name="pickup",
            constraint=models.CheckConstraint(condition=models.Q(("capacity__gt", 0)), name="pick_up_has_a_capacity"),
        ),
        migrations.AddConstraint(
            model_name="pickup",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("place", ""), _negated=True), models.Q(("safety_text", ""), _negated=True)
                ),
                name="pick_up_says_where_and_how",
            ),
        ),
        migrations.AddConstraint(
            model_name="pickup",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("announced_at", None), ("announced_by", "")),
                    models.Q(models.Q(("announced_by", ""), _negated=True), ("announced_at__isnull", False)),
                    _connector="OR",
                ),
                name="pick_up_announcement_is_signed",
            ),
        ),
        migrations.AddConstraint(
            model_name="pickup",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at", None), ("ended_by", "")),
                    models.Q(models.Q(("ended_by", ""), _negated=True), ("ended_at__isnull", False)),
                    _connector="OR",
                ),
                name="pick_up_end_is_signed",
            ),
        ),
        migrations.AddConstraint(
            model_name="pickup",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("announced_at", None), ("ended_at", None), ("status", "draft")),
                    models.Q(("announced_at__isnull", False), ("ended_at", None), ("status", "announced")),
                    models.Q(("announced_at__isnull", False), ("ended_at__isnull", False), ("status", "closed")),
                    models.Q(
                        ("ended_at__isnull", False),
                        ("status", "cancelled"),
                        models.Q(("end_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="pick_up_status_has_its_signatures",
            ),
        ),
        migrations.AddConstraint(
            model_name="pickupslot",
            constraint=models.UniqueConstraint(fields=("pick_up", "number"), name="pick_up_slot_once"),
        ),
        migrations.AddConstraint(
            model_name="pickupslot",
            constraint=models.UniqueConstraint(fields=("pick_up", "starts_at"), name="pick_up_slot_begins_once"),
        ),
        migrations.AddConstraint(
            model_name="pickupslot",
            constraint=models.CheckConstraint(
                condition=models.Q(("starts_at__lt", models.F("ends_at"))), name="pick_up_slot_has_a_length"
            ),
        ),
        migrations.AddConstraint(
            model_name="pickupslot",
            constraint=models.CheckConstraint(
                condition=models.Q(("capacity__gt", 0)), name="pick_up_slot_has_a_capacity"
            ),
        ),
        migrations.AddConstraint(
            model_name="pickupslot",
            constraint=models.CheckConstraint(
                condition=models.Q(("taken__lte", models.F("capacity"))), name="pick_up_slot_is_not_over_capacity"
            ),
        ),
        migrations.AddIndex(
            model_name="pickupturn",
            index=models.Index(fields=["pick_up", "status"], name="pick_up_turn_by_status"),
        ),
        migrations.AddConstraint(
            model_name="pickupturn",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "released"), _negated=True),
                fields=("delivery",),
                name="pick_up_turn_once_per_delivery",
            ),
        ),
        migrations.AddConstraint(
            model_name="pickupturn",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ("assigned", "checked_in", "handed_over", "no_show", "released"))),
                name="pick_up_turn_status_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="pickupturn",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("acknowledged_at", None), ("acknowledged_by", "")),
                    models.Q(models.Q(("acknowledged_by", ""), _negated=True), ("acknowledged_at__isnull", False)),
                    _connector="OR",
                ),
                name="pick_up_turn_acknowledgement_is_signed",
            ),
        ),
        migrations.AddConstraint(
            model_name="pickupturn",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("checked_in_at", None), ("checked_in_by", "")),
                    models.Q(models.Q(("checked_in_by", ""), _negated=True), ("checked_in_at__isnull", False)),
                    _connector="OR",
                ),
                name="pick_up_turn_check_in_is_signed",
            ),
        ),
        migrations.AddConstraint(
            model_name="pickupturn",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("handed_over_at", None), ("handed_over_by", "")),
                    models.Q(models.Q(("handed_over_by", ""), _negated=True), ("handed_over_at__isnull", False)),
                    _connector="OR",
                ),
                name="pick_up_turn_hand_over_is_signed",
            ),
        ),
        migrations.AddConstraint(
            model_name="pickupturn",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("checked_in_at", None),
                    models.Q(("acknowledged_at__isnull", False), models.Q(("fetcher", ""), _negated=True)),
                    _connector="OR",
                ),
                name="pick_up_turn_knows_the_instructions",
            ),
        ),
        migrations.AddConstraint(
            model_name="pickupturn",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("checked_in_at", None), ("handed_over_at", None), ("status__in", ["assigned", "no_show"])
                    ),
                    models.Q(("checked_in_at__isnull", False), ("handed_over_at", None), ("status", "checked_in")),
                    models.Q(
                        ("checked_in_at__isnull", False), ("handed_over_at__isnull", False), ("status", "handed_over")
                    ),
                    models.Q(("handed_over_at", None), ("status", "released")),
                    _connector="OR",
                ),
                name="pick_up_turn_status_has_its_signatures",
            ),
        ),
    ]
