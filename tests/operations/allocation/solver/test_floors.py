"""Rules that contradict: floors over the stock, and floors that stand behind other steps."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from liangcao.operations.allocation.solver import Ask, Notice, Round, Step, Stock, solve
from liangcao.operations.allocation.solver.floors import NAMED_MAX

from .reference import allocated
from .test_properties import full_round

FLOOR_FIRST = (Step("all", "floor", "fill"), Step("all", "request", "fill"))


def _notices(stocks: tuple[Stock, ...], asks: tuple[Ask, ...], steps: tuple[Step, ...] = FLOOR_FIRST) -> list[Notice]:
    found = solve(Round(stocks, asks, steps)).notices
    return [notice for notice in found if notice.code.startswith("FLOORS")]


def _lot(quantity: int, earmark: str | None = None, item: str = "口罩") -> Stock:
    return Stock("库", item, earmark or "1", None, quantity, earmark)


def test_floors_over_the_stock_say_by_how_much_and_whose_are_cut() -> None:
    asks = (Ask("甲", "口罩", 900, floor=1_000), Ask("乙", "口罩", 900, floor=500), Ask("丙", "口罩", 10, floor=0))

    (notice,) = _notices((_lot(900),), asks)

    assert (notice.code, notice.cuts) == ("FLOORS_OVER_STOCK", (("甲", 1_000, 600), ("乙", 500, 300)))
    assert notice.zh == (
        "“口罩”的保底合计 1,500,可用于保底的库存 900,差 600;保底不足:甲 保底 1,000 得 600(少 400)、乙 保底 500 得 300(少 200)"
    )
    assert notice.en == (
        "the floors for 口罩 add up to 1,500, 900 can serve them: 600 short; "
        "cut: 甲 gets 600 of 1,000 (400 less), 乙 gets 300 of 500 (200 less)"
    )


def test_floors_within_the_stock_but_behind_another_step_are_told_too() -> None:
    asks = (Ask("甲", "口罩", 900), Ask("乙", "口罩", 500, tier=2, floor=200))
    steps = (Step("1", "request", "fill"), Step("all", "floor", "fill"))

    (notice,) = _notices((_lot(1_000),), asks, steps)

    assert (notice.code, notice.cuts) == ("FLOORS_BEHIND", (("乙", 200, 100),))
    assert "1,000 够保底合计 200" in notice.zh
    assert "乙 保底 200 得 100(少 100)" in notice.zh
    assert _notices((_lot(1_000),), asks) == []


def test_earmarks_of_others_do_not_serve_a_floor_and_those_of_the_unit_do() -> None:
    asks = (Ask("甲", "口罩", 300, floor=100), Ask("乙", "口罩", 300, floor=100))

    (notice,) = _notices((_lot(80), _lot(250, "甲")), asks)

    assert (notice.cuts, "可用于保底的库存 180,差 20" in notice.zh) == ((("乙", 100, 80),), True)
    assert _notices((_lot(100), _lot(250, "甲")), asks) == []


def test_a_floor_met_by_a_substitute_or_short_of_a_broken_pack_is_not_cut() -> None:
    by_substitute = (Ask("甲", "口罩", 100, floor=100, substitutes=("面罩",)),)
    assert _notices((_lot(40), _lot(60, item="面罩")), by_substitute) == []
    assert _notices((_lot(500),), (Ask("甲", "口罩", 100, floor=50, pack=40),)) == []
    assert _notices((_lot(500),), (Ask("甲", "口罩", 100, floor=50, cap=30),)) == []


def test_many_cuts_are_counted_and_all_of_them_kept() -> None:
    asks = tuple(Ask(f"{n:02}", "口罩", 100, floor=10) for n in range(NAMED_MAX + 5))

    (notice,) = _notices((_lot(0),), asks)

    assert len(notice.cuts) == NAMED_MAX + 5
    assert notice.zh.endswith("另有 5 家共少 50")
    assert notice.en.endswith("and 5 more, 50 less in all")


def test_the_floors_that_are_cut_are_those_that_the_plan_leaves_short() -> None:
    for seed in range(200):
        round_ = full_round(seed)
        round_ = replace(round_, asks=tuple(replace(ask, substitutes=()) for ask in round_.asks))
        result = solve(round_)
        told = {(name, item) for item, name in _cut_names(result.notices)}
        given = allocated(result)
        short = set()
        for ask in round_.asks:
            floor = ask.floor if ask.cap is None else min(ask.floor, ask.cap)
            if given[ask.requester, ask.item] < floor // ask.pack * ask.pack:
                short.add((ask.requester, ask.item))
        assert told == short, seed


def _cut_names(notices: tuple[Notice, ...]) -> list[tuple[str, str]]:
    by_item: dict[str, list[str]] = defaultdict(list)
    for notice in (notice for notice in notices if notice.cuts):
        item = notice.zh.split("“")[1].split("”")[0]
        by_item[item] += [name for name, _, _ in notice.cuts]
    return [(item, name) for item, names in by_item.items() for name in names]
