"""The needs of the real hospitals, planned against a stated stock: the plan made in the application is the plan that
`liangcao plan` makes of the two exported workbooks, cell for cell."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from liangcao.foundation.identity.actor import Actor
from liangcao.interfaces import console
from liangcao.interfaces.commands.demo.fill import fill
from liangcao.interfaces.commands.demo.founding import LOADER
from liangcao.interfaces.commands.demo.records import HOSPITALS
from liangcao.operations.allocation.queries import plans
from liangcao.operations.allocation.workbooks import export_plan_workbooks, plan_workbook

pytestmark = pytest.mark.django_db
ORGANISATIONS = 165


def cells(content: bytes) -> dict[str, list[tuple[Any, ...]]]:
    book = openpyxl.load_workbook(BytesIO(content))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}


def test_application_and_command_make_one_plan(tmp_path: Path) -> None:
    (desk,) = fill(scenario=HOSPITALS, now=datetime(2026, 3, 5, 6, 0, tzinfo=UTC), say=lambda _: None)
    by = Actor.system(LOADER, desk.bureau_id)
    plan = plans(by, bureau_id=desk.bureau_id).get()
    names = ("supply.xlsx", "demand.xlsx", "plan.xlsx")
    supply, demand, out = (tmp_path / name for name in names)
    for path, content in zip((supply, demand), export_plan_workbooks(by, plan.pk), strict=True):
        path.write_bytes(content)
    assert console.main(["plan", str(supply), str(demand), "-o", str(out)]) == 0
    ours, alone = cells(plan_workbook(by, plan.pk)), cells(out.read_bytes())
    assert ours == alone
    assert sum(row[2] for row in ours["分配方案"][1:] if isinstance(row[2], int)) > 0
    # Whoever asked for an amount that nobody knows is told so, and is planned nothing.
    assert len({line.organisation_id for line in plan.lines.all()}) <= ORGANISATIONS
    assert all(line.quantity_planned == 0 for line in plan.lines.filter(quantity_asked=None, instead_of=None))
