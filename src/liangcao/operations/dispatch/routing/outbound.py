"""Trips that bring goods to units, by PyVRP: which vehicle brings what in which order within load, room and hours.

Pure: no database, no clock. Times are seconds of one day, loads grams and millilitres, ways metres.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from liangcao.foundation.kernel.distance import Place, great_circle_m

DAY = 24 * 60 * 60
# Streets are longer than the line through the air: by a quarter to a half in towns (Boscoe, Henry and Zdeb 2012: 1.4).
DETOUR_PERCENT = 130
SPEED_KMH = 30
# A better way is looked for until so many tries in a row found none; the time is the limit besides.
TRIES = 3_000
# Serving one stop more is worth any detour within a province.
PRIZE = 20_000_000
# An ordinary vehicle goes before one that can keep cold or take dangerous goods.
FIXED, FIXED_SPECIAL = 2_000, 8_000


@dataclass(frozen=True)
class Call:
    """One delivery to bring. `urgency` 0 goes before 1."""

    key: int
    place: Place | None
    grams: int
    millilitres: int
    is_cold: bool = False
    is_hazard: bool = False
    opens: int = 0
    closes: int = DAY
    service: int = 600
    urgency: int = 0


@dataclass(frozen=True)
class Van:
    """One vehicle; `millilitres` None: nobody has said how much room it has."""

    key: int
    grams: int
    millilitres: int | None = None
    is_cold: bool = False
    takes_hazard: bool = False


@dataclass(frozen=True)
class Round:
    """What is to be planned from one store on one day, between `opens` and `closes`."""

    depot: Place
    calls: tuple[Call, ...]
    vans: tuple[Van, ...]
    opens: int = 8 * 3600
    closes: int = 20 * 3600
    speed_kmh: int = SPEED_KMH


@dataclass(frozen=True)
class Visit:
    """When a vehicle is at a stop; it is late when the stop has closed by then."""

    key: int
    arrives: int
    is_late: bool = False


@dataclass(frozen=True)
class Way:
    """The way of one vehicle."""

    van: int
    visits: tuple[Visit, ...]
    leaves: int
    back: int
    metres: int
    grams: int
    millilitres: int


@dataclass
class Proposal:
    """Ways, and what fits nowhere, each with its reason's code (`REASONS`)."""

    ways: list[Way] = field(default_factory=list)
    left_out: dict[int, str] = field(default_factory=dict)


REASONS: dict[str, tuple[str, str]] = {
    "NO_PLACE": ("单位没有填经纬度", "the unit's place is not known"),
    "NO_COLD_VEHICLE": ("没有能冷藏的车", "no vehicle keeps it cold"),
    "NO_HAZARD_VEHICLE": ("没有可运危险品的车", "no vehicle may carry dangerous goods"),
    "TOO_HEAVY": ("比最大的车还重,请拆分", "heavier than the largest vehicle carries: divide it"),
    "TOO_LARGE": ("比最大的车还大,请拆分", "larger than the largest vehicle holds: divide it"),
    "WINDOW_TOO_SHORT": ("收货时间内到不了", "cannot be reached within its hours"),
    "NO_ROOM": ("车已排满", "no room or no time is left on any vehicle"),
}


def metres(start: Place, end: Place) -> int:
    """The way by street: the great circle and a detour."""
    return great_circle_m(start, end) * DETOUR_PERCENT // 100


def seconds(way: int, speed_kmh: int = SPEED_KMH) -> int:
    """How long a way takes, rounded up."""
    return -(-way * 36 // (speed_kmh * 10))


def follow(depot: Place, calls: Sequence[Call], leaves: int, *, speed_kmh: int = SPEED_KMH, van: int = 0) -> Way:
    """The times of stops in a given order: one who comes too early waits, one who comes too late is told so."""
    at, here, way, visits = leaves, depot, 0, []
    for call in calls:
        there = call.place or here
        leg = metres(here, there)
        way += leg
        at = max(at + seconds(leg, speed_kmh), call.opens)
        visits.append(Visit(call.key, at, at > call.closes))
        at, here = at + call.service, there
    leg = metres(here, depot)
    return Way(
        van, tuple(visits), leaves, at + seconds(leg, speed_kmh), way + leg,
        sum(call.grams for call in calls), sum(call.millilitres for call in calls),
    )  # fmt: skip


def propose(
    given: Round, *, limit_seconds: float, seed: int = 0, may_go_on: Callable[[], bool] | None = None
) -> Proposal:
    """The trips that serve the most, the most urgent first, by the shortest way.

    Cold and dangerous goods are planned apart from the rest, on vehicles that take them, which may carry other goods
    only when they are left over. Nothing urgent is dropped for something less urgent: what was served with the more
    urgent must be served with the less urgent too. The same seed gives the same trips unless the time ran out.
    """
    found, free, waiting = Proposal(), list(given.vans), []
    for call in given.calls:
        reason = hopeless(call, given)
        if reason:
            found.left_out[call.key] = reason
        else:
            waiting.append(call)
    kinds = sorted({(call.is_hazard, call.is_cold) for call in waiting}, reverse=True)
    for is_hazard, is_cold in kinds:
        calls = [call for call in waiting if (call.is_hazard, call.is_cold) == (is_hazard, is_cold)]
        vans = [van for van in free if fits_kind(van, calls[0])]
        ways = _served(given, calls, vans, limit_seconds / len(kinds), seed, may_go_on)
        used = {way.van for way in ways}
        free = [van for van in free if van.key not in used]
        found.ways += ways
        served = {visit.key for way in ways for visit in way.visits}
        found.left_out |= {call.key: "NO_ROOM" for call in calls if call.key not in served}
    return found


def fits_kind(van: Van, call: Call) -> bool:
    """Whether a vehicle may carry goods of this kind."""
    return (van.is_cold or not call.is_cold) and (van.takes_hazard or not call.is_hazard)


def hopeless(call: Call, given: Round) -> str:
    """Why no vehicle could bring it even alone; "" when one could."""
    vans = [van for van in given.vans if van.takes_hazard or not call.is_hazard]
    if call.place is None:
        return "NO_PLACE"
    if call.is_hazard and not vans:
        return "NO_HAZARD_VEHICLE"
    vans = [van for van in vans if van.is_cold or not call.is_cold]
    if call.is_cold and not vans:
        return "NO_COLD_VEHICLE"
    vans = [van for van in vans if van.grams >= call.grams]
    if not vans:
        return "TOO_HEAVY" if given.vans else "NO_ROOM"
    if not any(van.millilitres is None or van.millilitres >= call.millilitres for van in vans):
        return "TOO_LARGE"
    alone = follow(given.depot, [call], given.opens, speed_kmh=given.speed_kmh)
    return "WINDOW_TOO_SHORT" if alone.visits[0].is_late or alone.back > given.closes else ""


def _served(
    given: Round, calls: list[Call], vans: list[Van], limit: float, seed: int, may_go_on: Callable[[], bool] | None
) -> list[Way]:
    """Level by level of urgency; the last answer that keeps all that was served before is the one."""
    levels = sorted({call.urgency for call in calls})
    ways, served = list[Way](), set[int]()
    for level in levels if vans else []:
        seen = [call for call in calls if call.urgency <= level]
        better = _solve(given, seen, vans, served, limit / len(levels), seed, may_go_on)
        if better is not None:
            ways = better
            served = {visit.key for way in ways for visit in way.visits}
    return ways


def _solve(
    given: Round, calls: list[Call], vans: list[Van], must: set[int], limit: float, seed: int,
    may_go_on: Callable[[], bool] | None,
) -> list[Way] | None:  # fmt: skip
    """The best ways that serve all that must be served; None when none were found in the time."""
    import pyvrp

    model = pyvrp.Model()
    locations = [model.add_location(0, 0)]
    depot = model.add_depot(locations[0], tw_early=given.opens, tw_late=given.closes)
    places = [given.depot, *(call.place for call in calls)]
    room = sum(call.millilitres for call in calls)
    for call in calls:
        locations.append(model.add_location(0, 0))
        model.add_client(
            locations[-1], delivery=[call.grams, call.millilitres], service_duration=call.service, tw_early=call.opens,
            tw_late=call.closes, prize=0 if call.key in must else PRIZE, required=call.key in must,
        )  # fmt: skip
    for van in vans:
        model.add_vehicle_type(
            capacity=[van.grams, room if van.millilitres is None else van.millilitres], start_depot=depot,
            end_depot=depot, fixed_cost=FIXED_SPECIAL if van.is_cold or van.takes_hazard else FIXED,
            tw_early=given.opens, tw_late=given.closes,
        )  # fmt: skip
    for start, here in zip(locations, places, strict=True):
        for end, there in zip(locations, places, strict=True):
            way = 0 if start is end else metres(here, there)  # type: ignore[arg-type]
            model.add_edge(start, end, distance=way, duration=seconds(way, given.speed_kmh))
    stops: Any = pyvrp.stop.MultipleCriteria([pyvrp.stop.NoImprovement(TRIES), pyvrp.stop.MaxRuntime(limit)])
    if may_go_on is not None:
        inner = stops
        stops = lambda cost: inner(cost) or not may_go_on()  # noqa: E731
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", pyvrp.exceptions.PenaltyBoundWarning)
        result = model.solve(stops, seed=seed, collect_stats=False, display=False)
    return _ways(given, calls, vans, result.best) if result.is_feasible() else None


def _ways(given: Round, calls: list[Call], vans: list[Van], best: Any) -> list[Way]:
    """Told again from the order of the stops: the vehicle leaves so that it does not wait at the first one."""
    found = []
    for route in best.routes():
        order = [calls[activity.idx] for activity in route.schedule() if activity.is_client()]
        if not order:
            continue
        first = metres(given.depot, order[0].place)  # type: ignore[arg-type]
        leaves = max(given.opens, order[0].opens - seconds(first, given.speed_kmh))
        van = vans[route.vehicle_type()].key
        found.append(follow(given.depot, order, leaves, speed_kmh=given.speed_kmh, van=van))
    return sorted(found, key=lambda way: way.van)
