"""What the database itself refuses of a delivery, whatever wrote it."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from liangcao.operations.dispatch.models import Delivery, DeliveryLine
from tests.factories.dispatch import make_delivery_line
from tests.factories.world import NOON, make_world

pytestmark = pytest.mark.django_db


def refused(model: Any, pk: Any, **values: Any) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.filter(pk=pk).update(**values)


@pytest.mark.parametrize(
    "values",
    [
        {"status": "lost"},
        {"status": "in_transit"},
        {"status": "signed"},
        {"handed_over_by": "某人"},
        {"signed_at": NOON},
        {"is_emergency": True},
        {"is_emergency": True, "leader": "某人", "emergency_reason": "急"},
        {"papers_ref": "无", "papers_by": "某人", "papers_at": NOON},
        {"cancelled_by": "某人", "cancelled_at": NOON},
    ],
)
def test_delivery_status_and_signatures_stand_together(values: dict[str, Any]) -> None:
    refused(Delivery, make_delivery_line(make_world()).delivery_id, **values)


@pytest.mark.parametrize(
    "values",
    [
        {"quantity": 0},
        {"quantity_good": 100},
        {"quantity_good": 90, "quantity_short": 0, "quantity_damaged": 0},
        {"quantity_good": 90, "quantity_short": 10, "quantity_damaged": 0},
        {"quantity_good": 110, "quantity_short": -10, "quantity_damaged": 0, "difference_reason": "多"},
        {"short_settled_as": "burnt"},
    ],
)
def test_delivery_line_adds_up(values: dict[str, Any]) -> None:
    refused(DeliveryLine, make_delivery_line(make_world()).pk, **values)
