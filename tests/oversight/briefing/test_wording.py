"""Numbers as the trade writes them, exact."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from liangcao.foundation.kernel.clock import LOCAL
from liangcao.oversight.briefing import wording


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (0, "只", "0只"),
        (9_999, "套", "9999套"),
        (10_000, "只", "1万只"),
        (145_001, "只", "14.5001万只"),
        (123_456_789, "只", "12345.6789万只"),
        (-20_000, "只", "-2万只"),
        (999, "千克", "999千克"),
        (12_345, "千克", "12.345吨"),
        (35_000_000, "千克", "3.5万吨"),
    ],
)
def test_count_zh_is_exact(value: int, unit: str, said: str) -> None:
    assert wording.count_zh(value, unit) == said


def test_money() -> None:
    assert wording.yuan_zh(35_600_000_00) == "3560万元"
    assert wording.yuan_zh(1_25) == "1.25元"
    assert wording.yuan_zh(12_345_67) == "1.234567万元"
    assert wording.yuan_en(12_345_67) == "RMB 12,345.67"
    assert wording.yuan_en(35_600_00) == "RMB 35,600"


def test_count_en() -> None:
    assert wording.count_en(1, "piece") == "1 piece"
    assert wording.count_en(12_000, "piece") == "12,000 pieces"
    assert wording.count_en(12_000, "kg") == "12,000 kg"
    assert wording.count_en(2, "box") == "2 boxes"
    assert wording.count_en(2, "tray") == "2 trays"
    assert wording.count_en(2, "body") == "2 bodies"
    assert wording.count_en(2, "batches") == "2 batches"
    assert wording.count_en(2, "只") == "2 只"


def test_days() -> None:
    day = date(2020, 3, 1)
    assert wording.day_zh(day) == "3月1日"
    assert wording.day_zh(day, year=True) == "2020年3月1日"
    assert wording.day_en(day) == "1 March 2020"
    assert wording.cutoff_zh(day, datetime(2020, 3, 2, tzinfo=LOCAL)) == "3月1日24时"
    assert wording.cutoff_zh(day, datetime(2020, 3, 1, 18, 5, tzinfo=LOCAL)) == "3月1日18时05分"
    assert wording.cutoff_en(day, datetime(2020, 3, 2, tzinfo=LOCAL)) == "24:00 on 1 March 2020"


def test_joined() -> None:
    assert wording.joined_zh(["甲", "乙", "丙"]) == "甲、乙、丙"
    assert wording.joined_en(["a", "b", "c"]) == "a, b and c"
    assert wording.joined_en(["a"]) == "a"
    assert wording.joined_en([]) == ""
