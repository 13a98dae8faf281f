"""What the database itself refuses of a plan, whatever wrote it."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from liangcao.operations.allocation.models import Plan, PlanLine, PlanPick, PlanStock, RuleStep
from tests.factories.allocation import make_plan_line, make_plan_pick, make_plan_stock, make_rule_step
from tests.factories.world import NOON, make_world

pytestmark = pytest.mark.django_db


def refused(model: Any, pk: Any, **values: Any) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.filter(pk=pk).update(**values)


@pytest.mark.parametrize(
    "values",
    [
        {"status": "lost"},
        {"status": "published"},
        {"published_by": "某人"},
        {"published_at": NOON},
        {"status": "reviewed", "reviewed_by": "某人"},
        {"basis": "guess"},
    ],
)
def test_plan_status_and_signatures_stand_together(values: dict[str, Any]) -> None:
    plan = make_plan_line(make_world()).plan
    refused(Plan, plan.pk, **values)


@pytest.mark.parametrize(
    "values", [{"quantity_pinned": 5}, {"override_by": "某人"}, {"tier": 0}, {"quantity_planned": -1}, {"pack": 0}]
)
def test_plan_line_is_whole(values: dict[str, Any]) -> None:
    refused(PlanLine, make_plan_line(make_world()).pk, **values)


def test_plan_pick_and_stock_are_positive() -> None:
    world = make_world()
    pick = make_plan_pick(world)
    refused(PlanPick, pick.pk, quantity=0)
    refused(PlanPick, pick.pk, quantity_released=pick.quantity + 1)
    refused(PlanStock, make_plan_stock(make_world("other")).pk, quantity=0)


@pytest.mark.engine("sqlite")
def test_plan_pick_refuses_a_fraction() -> None:
    pick = make_plan_pick(make_world())
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE allocation_planpick SET quantity = 1.5 WHERE id = %s", [pick.pk])


@pytest.mark.parametrize("values", [{"target": "luck"}, {"how": "luck"}, {"days": 3}, {"target": "days"}])
def test_rule_step_speaks_the_solvers_words(values: dict[str, Any]) -> None:
    refused(RuleStep, make_rule_step(make_world()).pk, **values)
