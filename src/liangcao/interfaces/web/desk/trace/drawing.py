"""The drawing of a trace: sources at left, stores in the middle, holders at right, bands as wide as their quantities.

Pure arithmetic: places and bands in, rectangles and SVG paths out. The template draws them by attributes alone.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

COLUMN_OF = {
    "outside": 0, "receiving": 1, "quarantine": 1, "store": 1, "reserved": 2, "transit": 3,
    "recipient": 4, "consumed": 4, "loss": 4,
}  # fmt: skip
WIDTH, TOP, GAP, NODE_WIDTH = 1080, 14, 8, 14
LEAST_NODE, BAND_SPACE, SPACE_EACH, LABEL_SPACE = 16, 260, 65, 250
MOST_NODES = 30
# Goods kept for and on the way to many units are drawn store by store: who got them stands at the right anyway.
MOST_WAYS = 6


@dataclass
class Place:
    """A rectangle: what is there, how much passed through it, how much it holds now."""

    key: int
    kind: str
    name: str
    held: int
    merged: int = 0
    flow: int = 0
    x: int = 0
    y: float = 0
    height: float = 0
    label_x: int = 0
    anchor: str = "start"
    filled: dict[str, float] = field(default_factory=lambda: {"in": 0.0, "out": 0.0})

    @property
    def middle(self) -> float:
        """Where its name stands."""
        return self.y + self.height / 2


@dataclass
class Ribbon:
    """A band as an SVG path."""

    source: Place
    target: Place
    quantity: int
    moves: tuple[Any, ...]
    path: str = ""

    @property
    def tone(self) -> str:
        """Red where goods were lost; otherwise one quiet colour."""
        return "alarm" if self.target.kind == "loss" else "back" if self.goes_back else "plain"

    @property
    def goes_back(self) -> bool:
        """Bands to the left or within one column bow outwards."""
        return COLUMN_OF[self.target.kind] <= COLUMN_OF[self.source.kind]


@dataclass(frozen=True)
class Drawing:
    """Everything that the template needs."""

    places: list[Place]
    ribbons: list[Ribbon]
    width: int
    height: int


def draw(trace: Any) -> Drawing:
    """Lay out one item's trace (ledger.trace.ItemTrace)."""
    places, alias = _places(trace)
    ribbons = _ribbons(trace, places, alias)
    for ribbon in ribbons:
        ribbon.source.filled["out"] += ribbon.quantity
        ribbon.target.filled["in"] += ribbon.quantity
    for place in places.values():
        place.flow = int(max(place.filled["in"], place.filled["out"], 1))
    used = [place for place in places.values() if place.filled["in"] or place.filled["out"]]
    height = _stack(used)
    _bend(ribbons, scale=_scale(used))
    return Drawing(used, ribbons, WIDTH, int(height) + TOP)


def _places(trace: Any) -> tuple[dict[int, Place], dict[int, int]]:
    """Places by key, and which of them each account is drawn as. Where a column has too many, its smallest are one."""
    columns: dict[str, list[Any]] = defaultdict(list)
    passed: dict[int, int] = defaultdict(int)
    for band in trace.bands:
        passed[band.source_id] += band.quantity
        passed[band.target_id] += band.quantity
    for node in trace.nodes:
        columns[node.kind].append(node)
    places: dict[int, Place] = {}
    alias: dict[int, int] = {}
    for number, (kind, nodes) in enumerate(columns.items(), start=1):
        nodes.sort(key=lambda node: (-passed[node.account_id], node.name))
        if kind in ("reserved", "transit") and len(nodes) > MOST_WAYS:
            groups = _by_store(nodes)
        elif len(nodes) > MOST_NODES:
            groups = [*([node] for node in nodes[: MOST_NODES - 1]), nodes[MOST_NODES - 1 :]]
        else:
            groups = [[node] for node in nodes]
        for place, group in enumerate(groups):
            key = group[0].account_id if len(group) == 1 else -(number * 1000 + place)
            places[key] = _place(key, kind, group)
            alias |= {node.account_id: key for node in group}
    return places, alias


def _by_store(nodes: list[Any]) -> list[list[Any]]:
    groups: dict[int, list[Any]] = defaultdict(list)
    for node in nodes:
        groups[node.store_id].append(node)
    return list(groups.values())


def _place(key: int, kind: str, group: list[Any]) -> Place:
    """Of one account by its own name; of several by their store, if they have one in common."""
    merged = len(group) if len(group) > 1 else 0
    stores = {node.store_id for node in group}
    name = (
        group[0].name if not merged else group[0].name.partition(" → ")[0] if len(stores) == 1 and stores != {0} else ""
    )
    return Place(key, kind, name, sum(node.quantity for node in group), merged=merged)


def _ribbons(trace: Any, places: dict[int, Place], alias: dict[int, int]) -> list[Ribbon]:
    quantity: dict[tuple[int, int], int] = defaultdict(int)
    moves: dict[tuple[int, int], dict[Any, str]] = defaultdict(dict)
    for band in trace.bands:
        way = (alias[band.source_id], alias[band.target_id])
        if way[0] == way[1]:
            continue
        quantity[way] += band.quantity
        moves[way].update(dict(band.moves))
    found = [
        Ribbon(places[a], places[b], total, tuple(moves[a, b].items()))
        for (a, b), total in quantity.items()
        if total > 0
    ]
    return sorted(found, key=lambda ribbon: -ribbon.quantity)


def _scale(places: list[Place]) -> float:
    """Pixels per piece: the fullest column fills the space for bands, which is small where little is to be told."""
    sums: dict[int, int] = defaultdict(int)
    counts: dict[int, int] = defaultdict(int)
    for place in places:
        sums[COLUMN_OF[place.kind]] += place.flow
        counts[COLUMN_OF[place.kind]] += 1
    space = min(BAND_SPACE, SPACE_EACH * max(counts.values(), default=1))
    return space / max(max(sums.values(), default=1), 1)


def _stack(places: list[Place]) -> float:
    """Give every place its rectangle; returns the height of the drawing."""
    scale = _scale(places)
    columns = sorted({COLUMN_OF[place.kind] for place in places})
    step = (WIDTH - NODE_WIDTH - LABEL_SPACE) / max(len(columns) - 1, 1)
    bottom = 0.0
    for number, column in enumerate(columns):
        y = float(TOP)
        for place in sorted((p for p in places if COLUMN_OF[p.kind] == column), key=_largest_first):
            place.x = int(number * step)
            place.y, place.height = y, max(place.flow * scale, 2.0)
            place.label_x = place.x + NODE_WIDTH + 5
            y += max(place.height, LEAST_NODE) + GAP
            place.filled = {"in": 0.0, "out": 0.0}
        bottom = max(bottom, y)
    return bottom


def _largest_first(place: Place) -> tuple[bool, int, str]:
    """The rest, which stands for many, comes last."""
    return place.merged > 0 and not place.name, -place.flow, place.name


def _bend(ribbons: list[Ribbon], *, scale: float) -> None:
    """The path of each band: it leaves at the right edge and arrives at the left edge, stacked in drawing order."""
    for ribbon in sorted(ribbons, key=lambda r: (r.target.y, r.source.y)):
        wide = max(ribbon.quantity * scale, 1.5)
        start = ribbon.source.y + ribbon.source.filled["out"]
        ribbon.source.filled["out"] += wide
        end = ribbon.target.y + ribbon.target.filled["in"]
        ribbon.target.filled["in"] += wide
        x0 = ribbon.source.x + NODE_WIDTH
        x1 = ribbon.target.x + (NODE_WIDTH if ribbon.goes_back else 0)
        reach = 46 if ribbon.goes_back else (x1 - x0) / 2
        a, b = x0 + reach, (x1 + reach if ribbon.goes_back else x1 - reach)
        ribbon.path = (
            f"M{x0} {start:.1f}C{a:.0f} {start:.1f} {b:.0f} {end:.1f} {x1} {end:.1f}"
            f"L{x1} {end + wide:.1f}C{b:.0f} {end + wide:.1f} {a:.0f} {start + wide:.1f} {x0} {start + wide:.1f}Z"
        )
