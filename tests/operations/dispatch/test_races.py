"""Two people decide on one dispute at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from liangcao.ledger.queries import balances
from liangcao.operations.dispatch import actions
from tests.factories.allocation import LATER
from tests.factories.dispatch import make_delivery_dispute
from tests.factories.world import make_world


def test_two_answers_to_a_dispute_at_once_are_one(fresh_database: Any, run_together: Callable[..., Any]) -> None:
    world = make_world()
    found = make_delivery_dispute(world)
    line = found.lines.get().pk
    said = {"dispute_id": found.pk, "reason": "核实", "by": world.actor("coordinator"), "at": LATER}
    outcome = actions.SettledDifference(line, "lost", "short")
    told = run_together(
        [
            lambda: actions.accept_dispute(lines=[outcome], client_id=uuid4(), **said),
            lambda: actions.reject_dispute(client_id=uuid4(), **said),
        ]
    )
    assert [getattr(each.error, "code", "") for each in told if each.error] == ["STATE_CONFLICT"]
    found.refresh_from_db()
    lost = sum(row.quantity for row in balances(world.system, world.bureau.pk, kinds=["loss"]))
    assert (found.status, lost) in {("accepted", 3), ("rejected", 0)}
