"""Routes by PyVRP (Wouda, Lan and Kool, INFORMS Journal on Computing 36, 2024): found in a given time, or why none."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from liangcao.foundation.kernel.errors import Conflict, Refusal, raise_all
from liangcao.operations.dispatch.routing.instances import Instance

STOPS_TOLD = 20


@dataclass(frozen=True)
class Answer:
    """Routes of an instance. The k-th is the k-th vehicle's: its stops in order, numbered as in the file from the
    depots on (a single depot is 0), with 0 for a reload on the way; a vehicle that stays has an empty one.

    `cost` and `distance` are in the file's own units by its rounding; `cost_scaled` is the exact whole number.
    """

    routes: tuple[tuple[int, ...], ...]
    cost: float
    cost_scaled: int
    distance: float
    iterations: int
    seconds: float

    @property
    def vehicles_used(self) -> int:
        """How many vehicles drive."""
        return sum(bool(route) for route in self.routes)


def solve_instance(
    instance: Instance, *, seconds: float, seed: int = 0, may_go_on: Callable[[], bool] | None = None
) -> Answer:
    """The best routes found in so many seconds. The same seed and number of iterations give the same routes.

    Raises Conflict with every stop that no vehicle can serve (STOP_TOO_HEAVY, STOP_TOO_LATE, LOAD_OVER_FLEET), and
    ROUTES_IMPOSSIBLE when the time was over before routes were found that keep every limit.
    """
    import pyvrp

    raise_all(list(_hopeless(instance.data)))
    stops: Any = pyvrp.stop.MaxRuntime(seconds)
    if may_go_on is not None:
        stops = _WhileWanted(stops, may_go_on)
    with warnings.catch_warnings():
        # It warns while it struggles; whether it found routes is what the answer tells.
        warnings.simplefilter("ignore", pyvrp.exceptions.PenaltyBoundWarning)
        result = pyvrp.solve(instance.data, stop=stops, seed=seed, collect_stats=False, display=False)
    if not result.is_feasible():
        raise _impossible(result.best)
    best = result.best
    cost = result.cost()
    return Answer(
        routes=_routes(instance, best),
        cost=cost / instance.scale,
        cost_scaled=int(cost),
        distance=best.distance() / instance.scale,
        iterations=result.num_iterations,
        seconds=result.runtime,
    )


class _WhileWanted:
    """Stops when the time is over, or when nobody waits for the answer any more."""

    def __init__(self, other: Any, may_go_on: Callable[[], bool]) -> None:
        self._other, self._may_go_on = other, may_go_on

    def __call__(self, best_cost: float) -> bool:
        return bool(self._other(best_cost)) or not self._may_go_on()


def _routes(instance: Instance, best: Any) -> tuple[tuple[int, ...], ...]:
    depots = instance.data.num_depots
    free = [list(places) for places in instance.vehicles]
    found: dict[int, tuple[int, ...]] = {}
    for route in best.routes():
        found[free[route.vehicle_type()].pop(0)] = tuple(_stops(route, depots))
    if not instance.is_mixed:
        return tuple(found[place] for place in sorted(found))
    return tuple(found.get(place, ()) for place in range(max(found, default=-1) + 1))


def _stops(route: Any, depots: int) -> Iterator[int]:
    """Clients follow the depots in the file; a depot between two clients is a reload."""
    schedule = route.schedule()
    for place, activity in enumerate(schedule):
        if activity.is_client():
            yield activity.idx + depots
        elif 0 < place < len(schedule) - 1:
            yield 0


def _hopeless(data: Any) -> Iterator[Refusal]:
    """Stops that no vehicle could serve even alone."""
    fleet = data.vehicle_types()
    depots = data.num_depots
    told = 0
    for number, client in enumerate(data.clients()):
        problem = _too_heavy(client, fleet, number + depots) or _too_late(data, client, fleet, number + depots)
        if problem is not None:
            told += 1
            if told <= STOPS_TOLD:
                yield problem
    yield from _over_fleet(data, fleet)


def _loads(client: Any) -> list[int]:
    return [max(out, back) for out, back in zip(client.delivery, client.pickup, strict=True)]


def _too_heavy(client: Any, fleet: Any, stop: int) -> Refusal | None:
    loads = _loads(client)
    if any(all(load <= most for load, most in zip(loads, kind.capacity, strict=True)) for kind in fleet):
        return None
    most = max((max(kind.capacity, default=0) for kind in fleet), default=0)
    return Conflict(
        "STOP_TOO_HEAVY",
        f"第 {stop} 站要 {max(loads):,},最大的车只装 {most:,}",
        f"Stop {stop} takes {max(loads):,}, the largest vehicle holds {most:,}",
    )


def _too_late(data: Any, client: Any, fleet: Any, stop: int) -> Refusal | None:
    """Even straight from the depot at the first minute the stop would be closed."""
    earliest = None
    for kind in fleet:
        start = data.depot(kind.start_depot)
        way = data.duration_matrix(kind.profile)[start.location, client.location]
        arrival = max(start.tw_early, kind.tw_early, client.release_time) + int(way)
        earliest = arrival if earliest is None else min(earliest, arrival)
    if earliest is None or earliest <= client.tw_late:
        return None
    return Conflict(
        "STOP_TOO_LATE",
        f"第 {stop} 站最晚 {client.tw_late:,} 到,从车场直达也要 {earliest:,}",
        f"Stop {stop} closes at {client.tw_late:,}; straight from the depot one arrives at {earliest:,}",
    )


def _over_fleet(data: Any, fleet: Any) -> Iterator[Refusal]:
    """All together, where vehicles cannot come back to reload."""
    if any(kind.reload_depots and kind.max_reloads for kind in fleet):
        return
    for place in range(data.num_load_dimensions):
        wanted = sum(_loads(client)[place] for client in data.clients())
        held = sum(kind.capacity[place] * kind.num_available for kind in fleet)
        if wanted > held:
            yield Conflict(
                "LOAD_OVER_FLEET",
                f"全部要送 {wanted:,},所有车一共只装 {held:,},还差 {wanted - held:,}",
                f"{wanted:,} are to be brought, all vehicles together hold {held:,}: {wanted - held:,} too many",
            )


def _impossible(best: Any) -> Refusal:
    """What the best routes still break: load, time, stops left out."""
    zh, en = [], []
    for number, route in enumerate(best.routes(), start=1):
        over, late = max(route.excess_load(), default=0), route.time_warp()
        if over:
            zh.append(f"第 {number} 车超载 {over:,}")
            en.append(f"vehicle {number} is overloaded by {over:,}")
        if late:
            zh.append(f"第 {number} 车晚到共 {late:,}")
            en.append(f"vehicle {number} is late by {late:,} in all")
    if best.num_missing_clients():
        zh.append(f"有 {best.num_missing_clients()} 站没有排上")
        en.append(f"{best.num_missing_clients()} stops are left out")
    return Conflict(
        "ROUTES_IMPOSSIBLE",
        f"在给定时间内没有找到可行的路线:{';'.join(zh[:STOPS_TOLD])}。请加车、放宽时间窗或延长时间",
        f"No routes within the limits were found in the time given: {'; '.join(en[:STOPS_TOLD])}. Add vehicles, widen "
        "time windows or give more time",
    )
