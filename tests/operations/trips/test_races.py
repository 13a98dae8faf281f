"""Two who plan at the same moment never get the same vehicle or the same driver."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from liangcao.foundation.kernel.errors import Conflict
from liangcao.operations.trips.inputs import CrewInput
from liangcao.operations.trips.models import InboundTrip, OutboundStop, OutboundTrip
from tests.factories.outbound import make_waiting, plan_out
from tests.factories.trips import DRIVER, LEAVES, make_vehicle, plan, start
from tests.factories.world import make_world
from tests.rig.threads import Outcome

Run = Callable[[list[Callable[[], object]]], list[Outcome]]


def _one_won(outcomes: list[Outcome], code: str) -> None:
    assert sorted(outcome.error is None for outcome in outcomes) == [False] * (len(outcomes) - 1) + [True]
    lost = [outcome.error for outcome in outcomes if outcome.error]
    assert all(isinstance(error, Conflict) and error.code == code for error in lost), lost


def test_one_vehicle_planned_by_four(run_together: Run) -> None:
    world = make_world()
    vehicle = make_vehicle(world)
    calls = [
        lambda n=n: plan(
            world, vehicle, leaves_at=LEAVES + timedelta(minutes=n), crew=(CrewInput("driver", f"驾驶员{n}"),)
        )
        for n in range(4)
    ]
    _one_won(run_together(calls), "VEHICLE_TAKEN")
    assert InboundTrip.objects.count() == 1


def test_one_driver_planned_with_two_vehicles(run_together: Run) -> None:
    world = make_world()
    vehicles = [make_vehicle(world, plate) for plate in ("浙G12345", "浙G12346")]
    _one_won(run_together([lambda v=v: plan(world, v, crew=(DRIVER,)) for v in vehicles]), "PERSON_TAKEN")


def test_one_trip_leaves_once(run_together: Run) -> None:
    world = make_world()
    held = plan(world)
    _one_won(run_together([lambda: start(world, held) for _ in range(2)]), "STATE_CONFLICT")


def test_one_delivery_planned_on_two_vehicles(run_together: Run) -> None:
    world = make_world()
    rows, vehicles = make_waiting(world)[:1], [make_vehicle(world, plate) for plate in ("浙G12345", "浙G12346")]
    crews = [(CrewInput("driver", f"驾驶员{n}"),) for n in range(2)]
    calls = [
        lambda v=v, crew=crew: plan_out(world, rows, v, crew=crew) for v, crew in zip(vehicles, crews, strict=True)
    ]
    _one_won(run_together(calls), "DELIVERY_ON_TRIP")
    assert (OutboundTrip.objects.count(), OutboundStop.objects.count()) == (1, 1)


def test_one_vehicle_planned_to_fetch_and_to_bring(run_together: Run) -> None:
    world = make_world()
    rows, vehicle = make_waiting(world), make_vehicle(world)
    fetch = lambda: plan(world, vehicle, crew=(CrewInput("driver", "驾驶员甲"),))  # noqa: E731
    bring = lambda: plan_out(world, rows, vehicle, leaves_at=LEAVES, crew=(CrewInput("driver", "驾驶员乙"),))  # noqa: E731
    _one_won(run_together([fetch, bring]), "VEHICLE_TAKEN")
    assert InboundTrip.objects.count() + OutboundTrip.objects.count() == 1
