"""The plan workbook of `liangcao plan` alone equals the one made from the plan's rows."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import openpyxl
import pytest

from liangcao.foundation.kernel.errors import NotFound
from liangcao.ledger.actions import record_fact
from liangcao.operations.allocation import actions
from liangcao.operations.allocation.models import Plan
from liangcao.operations.allocation.solver import solve
from liangcao.operations.allocation.solver.workbook import plan_workbook as write_result
from liangcao.operations.allocation.solver.workbook import read_round
from liangcao.operations.allocation.workbooks import export_plan_workbooks, plan_workbook
from tests.factories.allocation import ask, make_plan, make_share
from tests.factories.world import NOON, TODAY, World, make_world

pytestmark = pytest.mark.django_db


def sheets(content: bytes) -> dict[str, list[tuple[Any, ...]]]:
    book = openpyxl.load_workbook(BytesIO(content))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}


def alone(world: World, plan: Plan, folder: Path, language: str = "zh") -> bytes:
    """What `liangcao plan` does with the exported workbooks."""
    supply, demand = folder / "supply.xlsx", folder / "demand.xlsx"
    for path, content in zip((supply, demand), export_plan_workbooks(world.actor("allocator"), plan.pk), strict=True):
        path.write_bytes(content)
    round_, notices = read_round(supply, demand)
    assert notices == ()
    return write_result(solve(round_), language)


def compare(world: World, plan: Plan, folder: Path) -> dict[str, list[tuple[Any, ...]]]:
    ours = plan_workbook(world.actor("allocator"), plan.pk)
    assert sheets(ours) == sheets(alone(world, plan, folder))
    return sheets(ours)


@pytest.fixture
def world() -> World:
    """Shortage, earmarks, a substitute, unknown and stale needs, two stores."""
    made = make_world()
    marked, _ = made.put_in(made.mask, 120, expires_on=TODAY + timedelta(days=400))
    for value, unit in (("town", made.town),):
        record_fact(
            lot_id=marked,
            fact="earmark",
            value=str(unit.pk),
            reason=value,
            by=made.actor("storekeeper"),
            at=NOON,
            client_id=uuid4(),
        )
    made.put_in(made.mask, 500, expires_on=TODAY + timedelta(days=30))
    made.put_in(made.mask, 333)
    made.put_in(made.n95, 77)
    for unit, quantity, item in (
        (made.hospital, 600, made.mask),
        (made.second_hospital, 211, made.mask),
        (made.town, 100, made.mask),
        (made.enterprise, 90, made.mask),
        (made.hospital, 150, made.n95),
        (made.town, None, made.suit),
    ):
        ask(made, unit, quantity, item)
    ask(made, made.second_town, 50, at=NOON - timedelta(days=6))
    return made


def test_plan_workbook_is_nobody_elses(world: World) -> None:
    plan = make_plan(world)
    with pytest.raises(NotFound):
        plan_workbook(make_world("other").actor("allocator"), plan.pk)


@pytest.mark.parametrize("rules", ["front-line-first", "floors-then-cover", "by-population", "resumption", "schools"])
def test_plan_workbook_equals_the_solver_alone(world: World, rules: str, tmp_path: Path) -> None:
    world.enterprise.population = 900  # Without it nothing is shared by population.
    world.enterprise.save()
    found = compare(world, make_plan(world, rules=rules), tmp_path)
    assert {"分配方案", "汇总", "未满足", "定向保留"} <= set(found)


def test_plan_workbook_equals_the_solver_alone_after_overrides(world: World, tmp_path: Path) -> None:
    plan = make_plan(world)
    for unit, quantity in ((world.second_hospital, 5), (world.town, 100), (world.enterprise, 0)):
        line = plan.lines.get(organisation=unit, item=world.mask, instead_of=None)
        actions.override_line(
            plan_line_id=line.pk,
            quantity=quantity,
            reason="会商决定",
            by=world.actor("leader"),
            at=NOON,
            client_id=uuid4(),
        )
    compare(world, plan, tmp_path)


def test_plan_workbook_equals_the_solver_alone_with_limits(world: World, tmp_path: Path) -> None:
    limits = [
        actions.LineLimit(world.hospital.pk, world.mask.pk, floor=100, cap=300, pack=50),
        actions.LineLimit(world.second_hospital.pk, world.mask.pk, floor=60),
    ]
    plan = make_plan(world, rules="floors-then-cover", limits=limits)
    compare(world, plan, tmp_path)


def test_plan_workbook_equals_the_solver_alone_for_a_share(world: World, tmp_path: Path) -> None:
    compare(world, make_share(world, 701, [world.town, world.second_town, world.third_town]), tmp_path)


def test_plan_workbook_in_english(world: World, tmp_path: Path) -> None:
    plan = make_plan(world)
    assert sheets(plan_workbook(world.actor("leader"), plan.pk, language="en")) == sheets(
        alone(world, plan, tmp_path, "en")
    )
