"""All moves of the ledger in any order, on this run's engine. Nightly: LIANGCAO_MACHINE_EXAMPLES=500 (more examples,
other ones each night; the failing one is printed with the steps that lead to it)."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.factories.world import make_world
from tests.properties.papers import LedgerMachine

VARIABLE = "LIANGCAO_MACHINE_EXAMPLES"
FEW_EXAMPLES = 10
STEPS = 30


@pytest.mark.slow
@pytest.mark.django_db
def test_ten_invariants_hold_after_every_step() -> None:
    world = make_world()
    stranger = make_world("other").actor("storekeeper")
    machine = type("Machine", (LedgerMachine,), {"world": world, "stranger": stranger})
    nightly = os.environ.get(VARIABLE)
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=int(nightly or FEW_EXAMPLES),
            stateful_step_count=STEPS,
            derandomize=not nightly,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
            print_blob=bool(nightly),
            # To shrink a failure takes minutes; the night has them.
            phases=tuple(Phase) if nightly else (Phase.generate,),
            report_multiple_bugs=False,
        ),
    )
