"""Every read of the API by every role of access.toml: the list of a thing and the thing itself open to the same
people."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from liangcao.foundation.identity.actor import PORTAL_ROLES
from liangcao.foundation.identity.guard import access
from liangcao.interfaces.api.v1.urls import api
from liangcao.operations.supply.actions import enter_opening_stock
from liangcao.oversight.briefing.actions import freeze_edition
from tests.factories.dispatch import assign, make_delivery
from tests.factories.supply import make_receipt, make_source
from tests.factories.world import NOON, TODAY, World

pytestmark = pytest.mark.django_db

# path -> (object, action) of access.toml; None: everybody with an appointment reads what is in scope.
EXPECTED: dict[str, tuple[str, str] | None] = {
    "/items": ("item", "view"),
    "/organisations": ("organisation", "view"),
    "/organisations/{organisation_id}": ("organisation", "view"),
    "/stores": ("store", "view"),
    "/regions": ("region", "view"),
    "/gifts": ("source", "view"),
    "/gifts/{source_id}": ("source", "view"),
    "/purchase-orders": ("source", "view"),
    "/purchase-orders/{source_id}": ("source", "view"),
    "/allotments": ("source", "view"),
    "/allotments/{source_id}": ("source", "view"),
    "/outputs": ("source", "view"),
    "/outputs/{source_id}": ("source", "view"),
    "/opening-stock": ("opening_stock", "view"),
    "/opening-stock/lines": ("opening_stock", "view"),
    "/receipts": ("source", "view"),
    "/receipts/{receipt_id}": ("source", "view"),
    "/requisitions": ("requisition", "view"),
    "/requisitions/{requisition_id}": ("requisition", "view"),
    "/requisition-lines": ("requisition", "view"),
    "/rule-sets": ("plan", "view"),
    "/plans": ("plan", "view"),
    "/plans/{plan_id}": ("plan", "view"),
    "/plans/{plan_id}/lines": ("plan", "view"),
    "/plans/{plan_id}/workbook": ("plan", "view"),
    "/deliveries": ("delivery", "view"),
    "/deliveries/{delivery_id}": ("delivery", "view"),
    "/moves": ("ledger", "view"),
    "/moves/by-key/{key}": ("ledger", "view"),
    "/moves/{move_id}": ("ledger", "view"),
    "/lots": ("ledger", "view"),
    "/balances": ("ledger", "view"),
    "/trace": ("ledger", "view"),
    "/verification": ("ledger", "verify"),
    "/figures": ("briefing", "view"),
    "/figures/entries": ("briefing", "view"),
    "/briefings": ("briefing", "view"),
    "/briefings/{day}": ("briefing", "view"),
}
ROLES = sorted({role for acts in access().values() for roles in acts.values() for role in roles})


def read_paths() -> set[str]:
    """The addresses of all GETs in the OpenAPI document."""
    paths = api.get_openapi_schema()["paths"]
    return {path.removeprefix("/api/v1") for path, calls in paths.items() if "get" in calls}


@pytest.fixture
def examples(world: World) -> dict[str, str]:
    """One object of each kind for the places in the addresses; all that belongs to a unit is the hospital's, and the
    supplier brings it."""
    delivery = assign(world, make_delivery(world))
    receipt = make_receipt(world)
    enter_opening_stock(
        bureau_id=world.bureau.pk,
        lines=(),
        by=world.actor("storekeeper"),
        at=NOON - timedelta(days=10),
        client_id=uuid4(),
    )
    freeze_edition(bureau_id=world.bureau.pk, day=TODAY, by=world.actor("leader"), at=NOON, client_id=uuid4())
    return {
        "organisation_id": str(world.hospital.pk),
        "source_id": str(make_source(world).pk),
        "receipt_id": str(receipt.pk),
        "requisition_id": str(delivery.plan.lines.get().requisition_line.requisition_id),  # type: ignore[union-attr]
        "plan_id": str(delivery.plan_id),
        "delivery_id": str(delivery.pk),
        "key": str(receipt.move_id),
        "move_id": str(receipt.move_id),
        "day": TODAY.isoformat(),
        "ref": receipt.number,
    }


def address_of(path: str, examples: dict[str, str]) -> str:
    """The path with the examples in their places, and what its query must have."""
    filled = re.sub(r"{(\w+)}", lambda place: examples[place[1]], path)
    required = {"/trace": f"?ref={examples['ref']}", "/figures/entries": "?key=gift.T-mask.total&date=2020-02-03"}
    return filled + required.get(path, "")


def test_every_row_is_a_read() -> None:
    """That every route has a row somewhere is held by tests/access/routes.toml."""
    assert set(EXPECTED) <= read_paths()


@pytest.mark.parametrize("role", ROLES)
def test_reads_open_to_the_roles_of_the_access_file(world: World, caller: Any, examples: Any, role: str) -> None:
    unit = world.supplier if role == "carrier" else world.hospital
    someone = caller(world, role, unit if role in PORTAL_ROLES else None)
    examples["organisation_id"], wrong = str(unit.pk), []
    for path, act in EXPECTED.items():
        answer = someone.get(address_of(path, examples))
        is_allowed = act is None or role in access()[act[0]][act[1]]
        if answer.status_code not in ((200,) if is_allowed else (403, 404)):
            wrong.append(f"{path}: {answer.status_code}, {act}")
    assert not wrong, "\n".join(wrong)
