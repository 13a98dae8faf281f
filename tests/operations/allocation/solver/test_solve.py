"""A round as a whole: steps, earmarks, substitutes, days of cover, picks, causes and their words."""

from __future__ import annotations

from datetime import date

import pytest

from liangcao.operations.allocation.solver import Ask, Reason, Round, Step, Stock, default_steps, explain, say, solve
from liangcao.operations.allocation.solver.arrays import CAUSES
from liangcao.operations.allocation.solver.words import _WORDS

from .reference import allocated

ALL = Step("all", "request", "fill")


def _stock(quantity: int, item: str = "口罩", earmark: str | None = None) -> Stock:
    return Stock("一库", item, "捐" if earmark else "A", None, quantity, earmark)


def _causes(*asks: Ask, stock: int, steps: tuple[Step, ...] = (ALL,)) -> dict[str, str]:
    return {unmet.requester: unmet.cause.code for unmet in solve(Round((_stock(stock),), asks, steps)).unmet}


def test_default_steps_serve_each_tier_fully_before_the_next() -> None:
    asks = (Ask("甲", "口罩", 60, tier=2), Ask("乙", "口罩", 60, tier=1), Ask("丙", "口罩", 60, tier=5))
    result = solve(Round((_stock(100),), asks, default_steps(asks)))

    assert allocated(result) == {("乙", "口罩"): 60, ("甲", "口罩"): 40, ("丙", "口罩"): 0}
    assert {u.requester: (u.gap, u.cause["step"]) for u in result.unmet} == {"甲": (20, 2), "丙": (60, 3)}


def test_hold_back_is_a_requester_with_his_own_step() -> None:
    asks = (Ask("预留:复工", "口罩", 30, tier=9), Ask("甲", "口罩", 100))
    result = solve(Round((_stock(50),), asks, (Step("预留:复工", "request", "fill"), ALL)))

    assert allocated(result) == {("预留:复工", "口罩"): 30, ("甲", "口罩"): 20}


def test_days_of_cover_count_the_stock_on_hand() -> None:
    asks = (
        Ask("甲", "口罩", None, on_hand=20, daily_use=10),
        Ask("乙", "口罩", None, on_hand=90, daily_use=10),
        Ask("丙", "口罩", 500, daily_use=0),
        Ask("丁", "口罩", 500),
        Ask("戊", "口罩", 500, norm=5),
    )
    result = solve(Round((_stock(40),), asks, (Step("all", "days", "equal_cover", 5),)))

    # 甲 has two days on hand and 戊 none: both rise to four. 乙 has nine, and wants nothing up to five.
    given = allocated(result)
    assert (given["甲", "口罩"], given["乙", "口罩"], given["戊", "口罩"]) == (20, 0, 20)
    assert {u.requester: u.cause.code for u in result.unmet} == {
        "甲": "stock_out", "丙": "daily_use_zero", "丁": "daily_use_unknown", "戊": "stock_out",
    }  # fmt: skip
    told = {line.requester: explain(line, "zh") for line in result.lines}
    assert "按定额每天 5 计" in told["戊"]
    assert "日用量未知" in told["丁"]


def test_weight_2_gets_twice_the_days() -> None:
    asks = (Ask("甲", "口罩", 1000, daily_use=10, weight=2), Ask("乙", "口罩", 1000, daily_use=10))

    given = allocated(solve(Round((_stock(90),), asks, (Step("all", "request", "equal_cover"),))))

    assert given == {("甲", "口罩"): 60, ("乙", "口罩"): 30}


def test_earmarked_goods_go_first_outside_the_cap_and_count_towards_the_need() -> None:
    asks = (Ask("甲", "口罩", 100, cap=30), Ask("乙", "口罩", 100))
    result = solve(Round((_stock(60), _stock(80, earmark="甲")), asks, (ALL,)))

    line = result.lines[1]
    assert (line.requester, line.earmarked, line.allocated) == ("甲", 80, 80)
    assert allocated(result)["乙", "口罩"] == 60


def test_earmarked_goods_beyond_the_need_stay_reserved() -> None:
    asks = (Ask("甲", "口罩", 50, pack=20), Ask("乙", "口罩", 100), Ask("丙", "口罩", None))
    stocks = (_stock(80, earmark="甲"), _stock(7, earmark="丙"), _stock(9, "帽", earmark="甲"))
    result = solve(Round(stocks, asks, (ALL,)))

    assert allocated(result) == {("甲", "口罩"): 40, ("乙", "口罩"): 0, ("丙", "口罩"): 7}
    assert [(r.requester, r.item, r.quantity, r.cause.code) for r in result.reserved] == [
        ("甲", "口罩", 40, "earmark_over_need"),
        ("甲", "帽", 9, "earmark_without_ask"),
    ]
    assert explain(result.reserved[0], "en").startswith("40 earmarked beyond the need")


def test_substitutes_take_the_unmet_rest_in_order() -> None:
    asks = (Ask("甲", "口罩", 100, substitutes=("面罩", "帽")), Ask("乙", "面罩", 40))
    result = solve(Round((_stock(50), _stock(60, "面罩"), _stock(100, "帽")), asks, (ALL,)))

    # 甲 stands at 50 of 100 when he joins the queue for 面罩, where 乙 stands at 0 of 40: they end at 78 % and 80 %.
    assert allocated(result) == {("甲", "口罩"): 50, ("甲", "面罩"): 28, ("乙", "面罩"): 32, ("甲", "帽"): 22}
    stand_in = next(line for line in result.lines if line.item == "面罩" and line.instead_of)
    assert explain(stand_in, "zh").startswith("替代“口罩”")
    assert [u.requester for u in result.unmet] == ["乙"]


def test_picks_take_the_first_to_expire_and_an_undated_lot_last() -> None:
    stocks = (
        Stock("二库", "口罩", "无日期", None, 10),
        Stock("一库", "口罩", "晚", date(2027, 1, 1), 10),
        Stock("二库", "口罩", "早", date(2026, 1, 1), 10),
    )
    result = solve(Round(stocks, (Ask("甲", "口罩", 15), Ask("乙", "口罩", 10)), (ALL,)))

    assert [(p.requester, p.lot, p.quantity) for p in result.picks] == [
        ("乙", "早", 10),
        ("甲", "晚", 10),
        ("甲", "无日期", 5),
    ]


@pytest.mark.parametrize(
    ("ask", "stock", "steps", "cause"),
    [
        (Ask("甲", "口罩", 10), 4, (ALL,), "stock_out"),
        (Ask("甲", "口罩", 10), 0, (ALL,), "no_stock"),
        (Ask("甲", "口罩", 10, pack=6), 5, (ALL,), "pack_over_stock"),
        (Ask("甲", "口罩", 10, cap=7), 50, (ALL,), "cap"),
        (Ask("甲", "口罩", 10, pack=6), 50, (ALL,), "pack_over_target"),
        (Ask("甲", "口罩", None), 50, (ALL,), "amount_unknown"),
        (Ask("甲", "口罩", 10), 50, (Step("all", "days", "fill", 3),), "daily_use_unknown"),
        (Ask("甲", "口罩", 10, daily_use=0), 50, (Step("all", "days", "fill", 3),), "daily_use_zero"),
        (Ask("甲", "口罩", 10), 50, (Step("all", "cap", "fill"),), "cap_missing"),
        (Ask("甲", "口罩", 10, tier=2), 50, (Step("1", "request", "fill"),), "no_step"),
        (Ask("甲", "口罩", 10, floor=4), 50, (Step("all", "floor", "fill"),), "steps_end"),
    ],
)
def test_solve_names_the_limiting_cause(ask: Ask, stock: int, steps: tuple[Step, ...], cause: str) -> None:
    assert _causes(ask, stock=stock, steps=steps) == {"甲": cause}


def test_unknown_amount_is_served_by_floor_cap_and_days_alone() -> None:
    steps = (Step("all", "floor", "fill"), Step("all", "days", "equal_cover", 3), ALL)
    result = solve(Round((_stock(500),), (Ask("甲", "口罩", None, floor=10, daily_use=20),), steps))

    assert allocated(result) == {("甲", "口罩"): 60}
    assert result.unmet == ()
    assert "申请数量未知" in explain(result.lines[0], "zh")


def test_explain_has_words_in_both_languages_for_every_code() -> None:
    values = dict.fromkeys(
        ["step", "whom", "added", "total", "goal", "days", "pieces", "gap", "pack", "cap", "tier", "left"], 1
    )
    for code in (*CAUSES, *_WORDS):
        words = {"item": "帽", "whom": "1-2"} | (
            {"target": "days", "how": "fill"} if code.startswith("step_m") or code == "step" else {}
        )
        reason = Reason.of(code, **(values | words))
        assert say(reason, "zh-hans") != say(reason, "en")
        assert "{" not in say(reason, "zh-hans") + say(reason, "en")


def test_explain_tells_each_step_and_the_cause() -> None:
    asks = (Ask("甲", "口罩", 100, floor=20, tier=2), Ask("乙", "口罩", 100))
    result = solve(Round((_stock(90),), asks, (Step("1-2", "floor", "fill"), ALL)))

    assert explain(result.lines[1], "zh") == (
        "第 1 步(第1-2档,保底,同比例)给 20,累计 20/目标 20;第 2 步(全部,申请,同比例)给 25,累计 45/目标 100;"
        "第 2 步(全部)时库存已分完,缺 55"
    )
    assert explain(result.lines[1], "en") == (
        "step 1 (tiers 1-2, floor, same fraction) gave 20, now 20 of 20; "
        "step 2 (everyone, full request, same fraction) gave 25, now 45 of 100; "
        "stock ran out in step 2 (everyone), 55 short"
    )


def test_solve_of_an_empty_round() -> None:
    assert solve(Round((), (), ())).lines == ()
    assert solve(Round((_stock(5),), (), (ALL,))).totals[0].left == 5
