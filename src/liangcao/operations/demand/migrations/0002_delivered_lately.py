"""What had arrived before a unit told its stock, for the mark of over-asking."""

from django.db import migrations

import liangcao.foundation.database.fields


class Migration(migrations.Migration):
    """Adds the column to the lines of requisitions; lines of before have none and are not judged by it."""

    dependencies = [("demand", "0001_requisitions")]

    operations = [
        migrations.AddField(
            model_name="requisitionline",
            name="quantity_delivered_lately",
            field=liangcao.foundation.database.fields.QuantityOrZeroField(null=True),
        ),
    ]
