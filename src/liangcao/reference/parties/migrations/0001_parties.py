import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("identity", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="Bureau",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=30, unique=True)),
                ("name", models.CharField(max_length=60)),
                ("name_en", models.CharField(blank=True, max_length=80)),
                ("exercise_shift_days", models.IntegerField(default=0)),
                ("second_factor_roles", models.CharField(blank=True, max_length=600)),
            ],
        ),
        migrations.CreateModel(
            name="Person",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=60)),
                (
                    "user",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="person",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Region",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=12, unique=True)),
                ("name", models.CharField(max_length=60)),
                ("level", models.PositiveSmallIntegerField()),
                ("population_2020", models.PositiveIntegerField(null=True)),
                ("is_official", models.BooleanField(default=True)),
                (
                    "parent",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="parties.region",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["parent", "code"], name="region_by_parent")],
            },
        ),
        migrations.CreateModel(
            name="Organisation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=30)),
                ("name", models.CharField(max_length=80)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("hospital", "医院"),
                            ("checkpoint", "卡点"),
                            ("department", "部门"),
                            ("township", "镇街道"),
                            ("park", "园区"),
                            ("enterprise", "企业"),
                            ("school", "学校"),
                            ("supplier", "供应商"),
                            ("donor", "捐赠方"),
                            ("upper_level", "上级"),
                            ("producer", "生产企业"),
                            ("reserve_holder", "储备任务承担单位"),
                            ("carrier", "承运单位"),
                        ],
                        max_length=20,
                    ),
                ),
                ("tier", models.PositiveSmallIntegerField(default=0)),
                ("uscc", models.CharField(blank=True, max_length=18)),
                ("address", models.CharField(blank=True, max_length=200)),
                ("contact", models.CharField(blank=True, max_length=60)),
                ("phone", models.CharField(blank=True, max_length=40)),
                ("beds", models.PositiveIntegerField(null=True)),
                ("headcount", models.PositiveIntegerField(null=True)),
                ("population", models.PositiveIntegerField(null=True)),
                ("is_example", models.BooleanField(default=False)),
                ("source_note", models.CharField(blank=True, max_length=200)),
                ("pinyin", models.CharField(blank=True, max_length=200)),
                ("is_active", models.BooleanField(default=True)),
                (
                    "bureau",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="organisations", to="parties.bureau"
                    ),
                ),
                (
                    "region",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to="parties.region"),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("bureau", "code"), name="organisation_code_once_per_bureau"),
                    models.UniqueConstraint(fields=("bureau", "name"), name="organisation_name_once_per_bureau"),
                    models.UniqueConstraint(
                        condition=models.Q(("uscc", ""), _negated=True),
                        fields=("bureau", "uscc"),
                        name="organisation_uscc_once_per_bureau",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "hospital",
                                    "checkpoint",
                                    "department",
                                    "township",
                                    "park",
                                    "enterprise",
                                    "school",
                                    "supplier",
                                    "donor",
                                    "upper_level",
                                    "producer",
                                    "reserve_holder",
                                    "carrier",
                                ],
                            )
                        ),
                        name="organisation_kind_is_known",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="bureau",
            name="region",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="parties.region"),
        ),
        migrations.CreateModel(
            name="Store",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=30)),
                ("name", models.CharField(max_length=60)),
                ("address", models.CharField(blank=True, max_length=200)),
                ("hazard_classes", models.CharField(blank=True, max_length=100)),
                ("is_active", models.BooleanField(default=True)),
                (
                    "bureau",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="stores", to="parties.bureau"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("bureau", "code"), name="store_code_once_per_bureau")],
            },
        ),
        migrations.CreateModel(
            name="Shelf",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=20)),
                (
                    "store",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="shelves", to="parties.store"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("store", "code"), name="shelf_code_once_per_store")],
            },
        ),
        migrations.CreateModel(
            name="Emergency",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80)),
                ("name_en", models.CharField(blank=True, max_length=120)),
                ("started_on", models.DateField()),
                ("ended_on", models.DateField(null=True)),
                (
                    "bureau",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="emergencies", to="parties.bureau"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_on", None), ("ended_on__gte", models.F("started_on")), _connector="OR"
                        ),
                        name="emergency_ends_after_it_begins",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_on", None)), fields=("bureau",), name="one_open_emergency_per_bureau"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Appointment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("role", models.CharField(max_length=30)),
                ("valid_from", models.DateField()),
                ("valid_until", models.DateField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("bureau", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="parties.bureau")),
                (
                    "organisation",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, to="parties.organisation"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="appointments", to="parties.person"
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="parties.store"
                    ),
                ),
                (
                    "region",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="parties.region"
                    ),
                ),
                (
                    "emergency",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="parties.emergency"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_until", None), ("valid_until__gte", models.F("valid_from")), _connector="OR"
                        ),
                        name="appointment_ends_after_it_begins",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("organisation__isnull", False),
                                (
                                    "role__in",
                                    [
                                        "carrier",
                                        "donor",
                                        "enterprise",
                                        "lower_level",
                                        "organisation_administrator",
                                        "park",
                                        "requester",
                                        "reserve_holder",
                                        "upper_level",
                                    ],
                                ),
                            ),
                            models.Q(
                                ("organisation__isnull", True),
                                (
                                    "role__in",
                                    [
                                        "administrator",
                                        "allocator",
                                        "assessor",
                                        "audit_administrator",
                                        "auditor",
                                        "buyer",
                                        "coordinator",
                                        "counter",
                                        "duty_officer",
                                        "finance_clerk",
                                        "gift_clerk",
                                        "inspector",
                                        "leader",
                                        "resident_officer",
                                        "security_administrator",
                                        "storekeeper",
                                    ],
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="appointment_outside_has_organisation",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("organisation", None),
                            models.Q(("emergency", None), ("region", None), ("store", None)),
                            _connector="OR",
                        ),
                        name="appointment_outside_is_not_narrowed",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("role", models.CharField(max_length=30)),
                ("nonce", models.CharField(max_length=32)),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("made_at", models.DateTimeField()),
                ("made_by", models.CharField(max_length=60)),
                ("expires_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(null=True)),
                ("accepted_at", models.DateTimeField(null=True)),
                ("bureau", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="parties.bureau")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invitations",
                        to="parties.organisation",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to="parties.person"),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["organisation", "role"], name="invitation_by_organisation")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("accepted_at", None), ("person", None)),
                            models.Q(("accepted_at__isnull", False), ("person__isnull", False), ("revoked_at", None)),
                            _connector="OR",
                        ),
                        name="invitation_accepted_by_a_person",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "role__in",
                                [
                                    "carrier",
                                    "donor",
                                    "enterprise",
                                    "lower_level",
                                    "organisation_administrator",
                                    "park",
                                    "requester",
                                    "reserve_holder",
                                    "upper_level",
                                ],
                            )
                        ),
                        name="invitation_role_is_outside",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SeparationTerm",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("profile", models.CharField(max_length=10)),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("reason", models.CharField(max_length=200)),
                ("set_by", models.CharField(max_length=60)),
                ("set_user_id", models.BigIntegerField(null=True)),
                ("set_at", models.DateTimeField()),
                ("status", models.CharField(default="set", max_length=10)),
                ("ended_by", models.CharField(blank=True, max_length=60)),
                (
                    "bureau",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="separation_terms",
                        to="parties.bureau",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["bureau", "ends_at"], name="separation_term_by_end")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                        name="separation_term_ends_after_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("profile__in", ["small", "night"])), name="separation_term_profile_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["set", "cancelled"])), name="separation_term_status_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="separation_term_has_reason"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Relaxation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rule", models.CharField(max_length=40)),
                ("object_ref", models.CharField(blank=True, max_length=80)),
                ("user_id", models.BigIntegerField(null=True)),
                ("actor_name", models.CharField(max_length=60)),
                ("at", models.DateTimeField()),
                (
                    "bureau",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="parties.bureau"
                    ),
                ),
                (
                    "term",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="relaxations",
                        to="parties.separationterm",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["bureau", "at"], name="relaxation_by_day")],
            },
        ),
        migrations.CreateModel(
            name="FactorRemoval",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.CharField(max_length=200)),
                ("asked_by", models.CharField(max_length=60)),
                ("asked_user_id", models.BigIntegerField(null=True)),
                ("asked_at", models.DateTimeField()),
                ("status", models.CharField(default="asked", max_length=10)),
                ("is_relaxed", models.BooleanField(default=False)),
                ("ended_by", models.CharField(blank=True, max_length=60)),
                ("ended_user_id", models.BigIntegerField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "bureau",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="parties.bureau"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="factor_removals",
                        to="parties.person",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status", "asked")), fields=("person",), name="factor_removal_asked_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["asked", "confirmed", "withdrawn", "lapsed"])),
                        name="factor_removal_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="factor_removal_has_reason"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at", None), ("status", "asked")),
                            models.Q(models.Q(("status", "asked"), _negated=True), ("ended_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="factor_removal_ended_when_not_asked",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "confirmed"), _negated=True),
                            ("is_relaxed", True),
                            ("asked_user_id", None),
                            models.Q(
                                ("ended_user_id__isnull", False),
                                models.Q(("ended_user_id", models.F("asked_user_id")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="factor_removal_confirmed_by_another",
                    ),
                ],
            },
        ),
    ]
