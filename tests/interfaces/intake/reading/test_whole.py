"""Who writes a message, and by when its goods are needed."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liangcao.interfaces.intake.reading.numbers import plain
from liangcao.interfaces.intake.reading.text import read_text
from liangcao.interfaces.intake.reading.whole import needed_by, writers

TODAY = date(2020, 2, 24)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("25日前送到", date(2020, 2, 25)), ("3月2日12时前要", date(2020, 3, 2)), ("12月30日之前", date(2019, 12, 30)),
        ("2020年3月1日之前", date(2020, 3, 1)), ("明早急用", date(2020, 2, 25)), ("今晚前", TODAY), ("后天就要", date(2020, 2, 26)),
        ("20日前", date(2020, 3, 20)), ("2月30日前", None), ("25日19:19更新", None), ("3月2日收到", None), ("", None),
    ],
)  # fmt: skip
def test_the_day_by_which_goods_are_needed(text: str, day: date | None) -> None:
    assert needed_by(text, TODAY) == day


def test_without_a_day_to_count_from_only_full_dates_are_read() -> None:
    assert needed_by("2020-03-01前", None) == date(2020, 3, 1)
    assert [needed_by(text, None) for text in ("3月1日前", "25日前", "明天前")] == [None] * 3


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("示例医院急需口罩", ["示例医院"]), ("示例市第一人民医院感染科:口罩\n示例镇:防护服", ["示例市第一人民医院感染科", "示例镇"]),
        ("【示例街道】申请口罩", ["示例街道"]), ("昨天示例医院的口罩到了", []), ("口罩500只送示例医院", []), ("", []),
    ],
)  # fmt: skip
def test_the_unit_that_writes(text: str, names: list[str]) -> None:
    assert [writer.name for writer in writers(plain(text))] == names


def test_lines_belong_to_the_unit_above_them() -> None:
    lines = read_text("示例医院:急需口罩500只,25日前\n示例镇:库存防护服50套", today=TODAY)
    assert [(line.organisation, line.needed_by) for line in lines] == [("示例医院", "2020-02-25"), ("示例镇", None)]


@given(st.text(alphabet="示例医院镇街道0123456789年月日前:\n 急需口罩"), st.dates())
def test_any_text_and_day_have_an_answer(text: str, today: date) -> None:
    list(writers(text))
    needed_by(text, today)
