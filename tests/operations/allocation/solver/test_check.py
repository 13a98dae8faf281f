"""What a round is refused for, and what it is warned of."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from liangcao.foundation.kernel.errors import Invalid
from liangcao.operations.allocation.solver import Ask, Round, Step, Stock, check_round, solve

GOOD = Round(
    (Stock("一库", "口罩", "A", date(2026, 3, 1), 100, row=2),),
    (Ask("甲", "口罩", 60, row=2), Ask("乙", "口罩", 60, row=3)),
    (Step("all", "request", "fill", row=2),),
)


def _with_ask(**changes: object) -> Round:
    return replace(GOOD, asks=(replace(GOOD.asks[0], **changes), GOOD.asks[1]))  # type: ignore[arg-type]


def _with_step(*steps: Step) -> Round:
    return replace(GOOD, steps=steps)


@pytest.mark.parametrize(
    ("round_", "code", "column"),
    [
        (_with_ask(requested=-1), "NUMBER_OUT_OF_RANGE", "申请数量"),
        (_with_ask(requested=1_000_000_000), "NUMBER_OUT_OF_RANGE", "申请数量"),
        (_with_ask(requested=1.5), "NUMBER_OUT_OF_RANGE", "申请数量"),
        (_with_ask(requested=True), "NUMBER_OUT_OF_RANGE", "申请数量"),
        (_with_ask(weight=-1), "NUMBER_OUT_OF_RANGE", "权重"),
        (_with_ask(weight=1_000_000_001), "NUMBER_OUT_OF_RANGE", "权重"),
        (_with_ask(weight=None), "NUMBER_OUT_OF_RANGE", "权重"),
        (_with_ask(tier=0), "NUMBER_OUT_OF_RANGE", "档"),
        (_with_ask(pack=0), "NUMBER_OUT_OF_RANGE", "包装"),
        (_with_ask(on_hand=-1), "NUMBER_OUT_OF_RANGE", "现有库存"),
        (_with_ask(daily_use=-1), "NUMBER_OUT_OF_RANGE", "日用量"),
        (_with_ask(floor=-1), "NUMBER_OUT_OF_RANGE", "保底"),
        (_with_ask(cap=-1), "NUMBER_OUT_OF_RANGE", "上限"),
        (_with_ask(norm=-1), "NUMBER_OUT_OF_RANGE", "定额"),
        (_with_ask(pack=20, cap=19), "PACK_OVER_CAP", "包装"),
        (_with_ask(requester="乙"), "LINE_REPEATED", "申请单位"),
        (replace(GOOD, stocks=GOOD.stocks * 2 + (replace(GOOD.stocks[0], quantity=5),)), "LINE_REPEATED", "批号"),
        (replace(GOOD, stocks=(replace(GOOD.stocks[0], quantity=-5),)), "NUMBER_OUT_OF_RANGE", "数量"),
        (_with_step(Step("丙", "request", "fill")), "STEP_WHOM_UNKNOWN", "对象"),
        (_with_step(Step("3-1", "request", "fill")), "STEP_WHOM_UNKNOWN", "对象"),
        (_with_step(Step("0", "request", "fill")), "STEP_WHOM_UNKNOWN", "对象"),
        (_with_step(Step("all", "everything", "fill")), "STEP_TARGET_UNKNOWN", "目标"),
        (_with_step(Step("all", "days", "fill")), "STEP_TARGET_UNKNOWN", "目标"),
        (_with_step(Step("all", "days", "fill", 0)), "STEP_TARGET_UNKNOWN", "目标"),
        (_with_step(Step("all", "floor", "fill", 3)), "STEP_TARGET_UNKNOWN", "目标"),
        (_with_step(Step("all", "request", "lottery")), "STEP_HOW_UNKNOWN", "方式"),
        (_with_ask(substitutes=("口罩",)), "SUBSTITUTE_REPEATED", "替代品"),
        (_with_ask(substitutes=("面罩", "面罩")), "SUBSTITUTE_REPEATED", "替代品"),
    ],
)
def test_check_round_refuses(round_: Round, code: str, column: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_round(round_)

    problem = (refused.value.problems or (refused.value,))[0]
    assert (problem.code, problem.column) == (code, column)
    assert problem.zh != problem.en


@pytest.mark.parametrize("how", ["proportional", "equal_cover"])
def test_check_round_refuses_a_step_by_weight_without_any_weight(how: str) -> None:
    asks = tuple(replace(ask, weight=0) for ask in GOOD.asks)

    with pytest.raises(Invalid) as refused:
        solve(replace(GOOD, asks=asks, steps=(Step("all", "request", how, row=7),)))

    assert (refused.value.code, refused.value.row, refused.value.sheet) == ("WEIGHTS_ALL_ZERO", 7, "步骤")


def test_check_round_takes_weights_of_zero_where_no_weight_counts() -> None:
    assert check_round(replace(GOOD, asks=tuple(replace(ask, weight=0) for ask in GOOD.asks))) == ()


@pytest.mark.parametrize("second", [("乙", "面罩", ("口罩",)), ("乙", "帽", ("面罩", "口罩"))])
def test_check_round_refuses_substitutes_in_a_circle(second: tuple[str, str, tuple[str, ...]]) -> None:
    asks = (
        Ask("甲", "口罩", 1, substitutes=("帽", "面罩"), row=2),
        Ask(second[0], second[1], 1, substitutes=second[2], row=3),
    )

    with pytest.raises(Invalid) as refused:
        check_round(replace(GOOD, asks=asks))

    assert (refused.value.code, refused.value.row, refused.value.column) == ("SUBSTITUTE_CYCLE", 3, "替代品")


def test_check_round_tells_all_problems_at_once() -> None:
    round_ = replace(_with_ask(requested=-1, pack=0), steps=(Step("丙", "x", "y"),))

    with pytest.raises(Invalid) as refused:
        check_round(round_)

    assert sorted(problem.code for problem in refused.value.problems) == [
        "NUMBER_OUT_OF_RANGE", "NUMBER_OUT_OF_RANGE", "STEP_HOW_UNKNOWN", "STEP_TARGET_UNKNOWN", "STEP_WHOM_UNKNOWN",
    ]  # fmt: skip


def test_check_round_warns() -> None:
    round_ = Round(
        (*GOOD.stocks, Stock("一库", "帽", "", None, 9, "丁")),
        (Ask("甲", "口罩", 60, floor=80, cap=70), Ask("乙", "口罩", 60, floor=40), Ask("乙", "手套", 5, tier=3)),
        (Step("1", "request", "fill"),),
    )

    notices = check_round(round_)

    assert [notice.code for notice in notices] == [
        "FLOORS_OVER_STOCK", "FLOOR_OVER_CAP", "ITEM_NOT_IN_STOCK", "TIER_WITHOUT_STEP", "EARMARK_WITHOUT_ASK",
    ]  # fmt: skip
    assert "手套" in notices[2].message("zh-hans")
    assert notices[3].message("en") == "no step serves these 1 of tier 3: 乙"
