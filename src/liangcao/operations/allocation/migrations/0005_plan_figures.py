"""The figures of a plan are kept with it; its units are found without reading its lines."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds the figures and two indexes. Plans that stand already keep none: they are counted when they are read."""

    dependencies = [
        ("allocation", "0004_own_rule_sets"),
        ("catalog", "0001_catalogue"),
        ("demand", "0002_delivered_lately"),
        ("parties", "0003_places"),
    ]

    operations = [
        migrations.AddField(model_name="plan", name="figures", field=models.JSONField(null=True)),
        migrations.AddIndex(
            model_name="planline",
            index=models.Index(fields=["plan", "organisation", "tier"], name="plan_line_by_unit"),
        ),
        migrations.AddIndex(
            model_name="planline",
            index=models.Index(
                condition=models.Q(("override_by_user_id__isnull", False)),
                fields=["override_by_user_id", "plan"],
                name="plan_line_by_who_set_it",
            ),
        ),
    ]
