"""Passes as a test needs them, through actions only."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

from liangcao.operations.passes import actions
from liangcao.operations.passes.actions import VehicleInput
from liangcao.operations.passes.models import Pass
from tests.factories.world import NOON, TODAY, World


def make_passes(world: World, *plates: str, **more: Any) -> list[Pass]:
    """Passes good from today for a week."""
    given = {
        "route": "示例收费站—示例医院", "valid_from": TODAY, "valid_until": TODAY + timedelta(days=6), "at": NOON,
        "by": world.actor("coordinator"), "client_id": uuid4(),
        "vehicles": [VehicleInput(plate, "驾驶员甲") for plate in plates],
    } | more  # fmt: skip
    return actions.issue_passes(bureau_id=world.bureau.pk, **given)


def make_pass(world: World, plate: str = "鄂A12345", **more: Any) -> Pass:
    """One of them."""
    return make_passes(world, plate, **more)[0]
