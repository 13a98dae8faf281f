import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("jobs", "0001_jobs"),
    ]

    operations = [
        migrations.CreateModel(
            name="NoticeSetting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("user_id", models.BigIntegerField(unique=True)),
                ("email", models.CharField(max_length=254)),
                ("consented_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Webhook",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("bureau_id", models.BigIntegerField()),
                ("organisation_id", models.BigIntegerField(null=True)),
                ("url", models.CharField(max_length=400)),
                ("added_by", models.CharField(max_length=60)),
                ("added_at", models.DateTimeField()),
                ("removed_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("removed_at", None)),
                        fields=("bureau_id", "url"),
                        name="webhook_once_per_bureau",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("bureau_id", models.BigIntegerField(null=True)),
                ("channel", models.CharField(max_length=10)),
                ("address", models.CharField(max_length=400)),
                ("subject", models.CharField(max_length=200)),
                ("body", models.TextField()),
                ("created_at", models.DateTimeField()),
                ("delivered_at", models.DateTimeField(null=True)),
                ("answer", models.CharField(blank=True, max_length=200)),
                (
                    "job",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="message", to="jobs.job"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["bureau_id", "-created_at"], name="message_by_bureau")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("channel__in", ("mail", "webhook"))), name="message_channel_known"
                    )
                ],
            },
        ),
    ]
