"""What another module gave a task for: of one subject one task is open at a time."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """Adds the subject of a task and its key."""

    dependencies = [("duty", "0001_working_groups_roster_tasks")]

    operations = [
        migrations.AddField(
            model_name="task",
            name="subject",
            field=models.CharField(blank=True, max_length=60, default=""),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="task",
            constraint=models.UniqueConstraint(
                condition=Q(status="open") & ~Q(subject=""),
                fields=("bureau", "subject"),
                name="one_open_task_per_subject",
            ),
        ),
    ]
