import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("files", "0001_stored_files"),
        ("parties", "0002_none_rows"),
    ]

    operations = [
        migrations.CreateModel(
            name="DutyPost",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=20)),
                ("name", models.CharField(max_length=40)),
                ("name_en", models.CharField(blank=True, max_length=60)),
                ("phone", models.CharField(blank=True, max_length=40)),
                ("is_public", models.BooleanField(default=False)),
                ("is_always_staffed", models.BooleanField(default=True)),
                ("place", models.PositiveSmallIntegerField(default=1)),
                ("is_active", models.BooleanField(default=True)),
                (
                    "bureau",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="duty_posts",
                        to="parties.bureau",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("bureau", "code"), name="duty_post_code_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_public", False), models.Q(("phone", ""), _negated=True), _connector="OR"
                        ),
                        name="duty_post_public_has_phone",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DutyShift",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("status", models.CharField(default="planned", max_length=10)),
                ("planned_by", models.CharField(max_length=60)),
                ("planned_at", models.DateTimeField()),
                (
                    "bureau",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to="parties.bureau"),
                ),
                (
                    "deputy",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deputy_shifts",
                        to="parties.person",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="duty_shifts", to="parties.person"
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="shifts",
                        to="duty.dutypost",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["post", "starts_at"], name="duty_shift_by_post"),
                    models.Index(fields=["bureau", "starts_at"], name="duty_shift_by_bureau"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ("planned", "cancelled"))), name="duty_shift_status_is_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                        name="duty_shift_ends_after_it_begins",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("deputy", None), models.Q(("deputy", models.F("person")), _negated=True), _connector="OR"
                        ),
                        name="duty_shift_deputy_is_another",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HandOver",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=30)),
                ("content", models.JSONField()),
                ("content_digest", models.CharField(max_length=64)),
                ("note", models.CharField(blank=True, max_length=2000)),
                ("status", models.CharField(default="signed", max_length=10)),
                ("signed_by", models.CharField(max_length=60)),
                ("signed_user_id", models.BigIntegerField(null=True)),
                ("signed_at", models.DateTimeField()),
                ("taken_by", models.CharField(blank=True, max_length=60)),
                ("taken_user_id", models.BigIntegerField(null=True)),
                ("taken_at", models.DateTimeField(null=True)),
                ("client_id", models.UUIDField(unique=True)),
                (
                    "bureau",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to="parties.bureau"),
                ),
                (
                    "next_shift",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="taken_from",
                        to="duty.dutyshift",
                    ),
                ),
                (
                    "shift",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="hand_over", to="duty.dutyshift"
                    ),
                ),
                (
                    "word",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="files.storedfile"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["bureau", "-id"], name="hand_over_by_bureau")],
                "constraints": [
                    models.UniqueConstraint(fields=("bureau", "number"), name="hand_over_number_once"),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ("signed", "taken"))), name="hand_over_status_is_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("signed_by", ""), _negated=True), name="hand_over_signed_by_somebody"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "signed"), ("taken_at", None), ("taken_by", "")),
                            models.Q(
                                ("status", "taken"),
                                ("taken_at__isnull", False),
                                models.Q(("taken_by", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="hand_over_taken_by_and_at",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("taken_user_id", None),
                            ("signed_user_id", None),
                            models.Q(("taken_user_id", models.F("signed_user_id")), _negated=True),
                            _connector="OR",
                        ),
                        name="hand_over_taken_by_another",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ShiftSwap",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.CharField(max_length=200)),
                ("status", models.CharField(default="asked", max_length=10)),
                ("asked_by", models.CharField(max_length=60)),
                ("asked_at", models.DateTimeField()),
                ("answered_by", models.CharField(blank=True, max_length=60)),
                ("answered_at", models.DateTimeField(null=True)),
                ("answer", models.CharField(blank=True, max_length=200)),
                ("bureau", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="parties.bureau")),
                (
                    "exchange_for",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="exchanges",
                        to="duty.dutyshift",
                    ),
                ),
                (
                    "from_person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="swaps_asked", to="parties.person"
                    ),
                ),
                (
                    "shift",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="swaps", to="duty.dutyshift"
                    ),
                ),
                (
                    "to_person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="swaps_to_answer", to="parties.person"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status", "asked")), fields=("shift",), name="one_open_swap_per_shift"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ("asked", "accepted", "declined", "withdrawn"))),
                        name="shift_swap_status_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("from_person", models.F("to_person")), _negated=True),
                        name="shift_swap_between_two_people",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answered_at", None), ("status", "asked")),
                            models.Q(models.Q(("status", "asked"), _negated=True), ("answered_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="shift_swap_answered_when_not_open",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Task",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=30)),
                ("text", models.CharField(max_length=300)),
                ("source", models.CharField(max_length=10)),
                ("due_at", models.DateTimeField()),
                ("page", models.CharField(blank=True, max_length=200)),
                ("status", models.CharField(default="open", max_length=10)),
                ("given_by", models.CharField(max_length=60)),
                ("given_user_id", models.BigIntegerField(null=True)),
                ("given_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("client_id", models.UUIDField(unique=True)),
                (
                    "bureau",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to="parties.bureau"),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tasks",
                        to="parties.person",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["bureau", "status", "due_at"], name="task_by_status"),
                    models.Index(fields=["owner", "status", "due_at"], name="task_by_owner"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("bureau", "number"), name="task_number_once"),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ("open", "done", "cancelled"))), name="task_status_is_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("source__in", ("meeting", "call", "note"))), name="task_source_is_known"
                    ),
                    models.CheckConstraint(condition=models.Q(("text", ""), _negated=True), name="task_says_something"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at", None), ("status", "open")),
                            models.Q(models.Q(("status", "open"), _negated=True), ("ended_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="task_ended_when_not_open",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TaskEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=10)),
                ("at", models.DateTimeField()),
                (
                    "owner",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="parties.person",
                    ),
                ),
                ("due_at", models.DateTimeField()),
                ("by", models.CharField(max_length=60)),
                ("reason", models.CharField(blank=True, max_length=200)),
                (
                    "task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="events", to="duty.task"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ("given", "done", "cancelled", "reopened", "reassigned"))),
                        name="task_event_kind_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ("given", "done")), models.Q(("reason", ""), _negated=True), _connector="OR"
                        ),
                        name="task_event_says_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WorkingGroup",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=10)),
                ("name", models.CharField(max_length=60)),
                ("name_en", models.CharField(blank=True, max_length=80)),
                ("duties", models.CharField(blank=True, max_length=1000)),
                ("duties_en", models.CharField(blank=True, max_length=2000)),
                ("departments", models.CharField(blank=True, max_length=300)),
                ("place", models.PositiveSmallIntegerField()),
                ("dissolved_on", models.DateField(null=True)),
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
                (
                    "parent",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="duty.workinggroup",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["bureau", "emergency", "place"], name="working_group_by_bureau")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("dissolved_on", None)),
                        fields=("emergency", "name"),
                        name="working_group_name_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("dissolved_on", None), ("kind", "leading")),
                        fields=("emergency",),
                        name="one_leading_group_per_emergency",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ("leading", "working", "team"))),
                        name="working_group_kind_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "leading"), _negated=True), ("parent", None), _connector="OR"
                        ),
                        name="working_group_leading_has_no_parent",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="GroupMember",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.CharField(max_length=10)),
                ("seconded_from", models.CharField(blank=True, max_length=60)),
                ("phone", models.CharField(blank=True, max_length=40)),
                ("valid_from", models.DateField()),
                ("valid_until", models.DateField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="group_members", to="parties.person"
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="members", to="duty.workinggroup"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("position", "head"), ("valid_until", None)),
                        fields=("group",),
                        name="one_head_per_group",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("valid_until", None)), fields=("group", "person"), name="group_member_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("position__in", ("head", "deputy", "contact", "member"))),
                        name="group_member_position_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_until", None), ("valid_until__gte", models.F("valid_from")), _connector="OR"
                        ),
                        name="group_member_ends_after_it_begins",
                    ),
                ],
            },
        ),
    ]
