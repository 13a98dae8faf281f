"""The "none" rows: unused parts of a stock account point at a fixed store and party (id 0) instead of being NULL."""

from typing import Any, ClassVar

from django.db import migrations


def add_none_rows(apps: Any, schema_editor: Any) -> None:
    """Region, bureau, store and organisation with id 0; no appointment leads to them, so no page shows them."""
    using = schema_editor.connection.alias

    def make(model: str, **fields: Any) -> Any:
        return apps.get_model("parties", model).objects.using(using).create(id=0, code="-", name="无", **fields)

    bureau = make("Bureau", region=make("Region", level=0, is_official=False))
    make("Store", bureau=bureau, is_active=False)
    make("Organisation", bureau=bureau, kind="supplier", is_active=False)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("parties", "0001_parties")]
    operations: ClassVar = [migrations.RunPython(add_none_rows, migrations.RunPython.noop)]
