"""The layout of the trace: widths by quantity, nothing outside the picture, many holders drawn as one."""

from __future__ import annotations

from uuid import uuid4

from liangcao.interfaces.web.desk.trace.drawing import MOST_NODES, draw
from liangcao.ledger.trace import Band, ItemTrace, Node


def _trace(holders: int = 2) -> ItemTrace:
    nodes = [Node(1, "outside", "捐赠人", 0, 9, -20_000), Node(2, "store", "一号库", 1, 0, 4_000)]
    bands = [Band(1, 2, 20_000, ((uuid4(), "RK1"),))]
    each = 16_000 // holders
    for number in range(holders):
        nodes.append(Node(10 + number, "recipient", f"单位{number}", 0, 20 + number, each))
        bands.append(Band(2, 10 + number, each, ((uuid4(), f"QS{number}"),)))
    return ItemTrace(1, "KZ", "口罩", "只", 20_000, {"store": 4_000, "recipient": 16_000}, tuple(nodes), tuple(bands))


def test_draw_gives_heights_by_quantity() -> None:
    heights = {place.name: place.height for place in draw(_trace()).places}
    assert heights["捐赠人"] == heights["一号库"]
    assert abs(heights["单位0"] * 2.5 - heights["捐赠人"]) < 0.01


def test_draw_stays_inside() -> None:
    drawing = draw(_trace(20))
    assert all(place.y + place.height <= drawing.height for place in drawing.places)
    assert all(place.x < drawing.width for place in drawing.places)


def test_draw_merges_the_smallest_of_many() -> None:
    drawing = draw(_trace(100))
    holders = [place for place in drawing.places if place.kind == "recipient"]
    assert len(holders) == MOST_NODES
    merged = next(place for place in holders if place.merged)
    assert merged.merged == 100 - (MOST_NODES - 1)
    assert sum(ribbon.quantity for ribbon in drawing.ribbons if ribbon.target.kind == "recipient") == 16_000


def test_draw_bends_a_return_outwards() -> None:
    trace = _trace()
    back = Band(10, 2, 60, ((uuid4(), "TH1"),))
    drawing = draw(ItemTrace(**{**trace.__dict__, "bands": (*trace.bands, back)}))
    assert [ribbon.tone for ribbon in drawing.ribbons if ribbon.quantity == 60] == ["back"]


def test_draw_of_nothing() -> None:
    drawing = draw(ItemTrace(1, "KZ", "口罩", "只", 0, {}, (), ()))
    assert drawing.places == []


def test_draw_puts_the_way_to_many_units_store_by_store() -> None:
    ways = [Node(500 + n, "transit", f"{'一二'[n % 2]}号库 → 单位{n}", 1 + n % 2, 20 + n, n % 3) for n in range(40)]
    trace = _trace(40)
    bands = [Band(1, 2, 20_000, ((uuid4(), "RK1"),))]
    for number, way in enumerate(ways):
        move = ((uuid4(), f"CK{number}"),)
        bands += [Band(2, way.account_id, 400, move), Band(way.account_id, 10 + number, 400, move)]
    drawing = draw(ItemTrace(**{**trace.__dict__, "nodes": (*trace.nodes, *ways), "bands": tuple(bands)}))
    road = [place for place in drawing.places if place.kind == "transit"]
    assert [(place.name, place.merged, place.flow) for place in road] == [("一号库", 20, 8000), ("二号库", 20, 8000)]
    assert sum(place.held for place in road) == sum(way.quantity for way in ways)
    assert [place.name for place in drawing.places if place.kind == "recipient"][-1] == ""
