"""Numbers as people write them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liangcao.interfaces.intake.reading.numbers import numbers, plain, read_number
from liangcao.interfaces.intake.reading.quantities import read_quantity

WRITTEN = {
    "2万": "20000", "六万": "60000", "1.6万": "16000", "两千五": "2500", "两千零五": "2005", "１，２００": "1200",
    "200多万": "2000000", "近三千": "3000", "5w": "50000", "六亿零八百零八万": "608080000", "3万5000": "35000",
    "2万5": "25000", "1万2千": "12000", "十二": "12", "一百零五": "105", "不到100": "100", "600余": "600",
    "1,189.66万": "11896600", "一万亿": "1000000000000", "三百六": "360", "6亿808万": "608080000", "两万半": "25000",
    "壹佰贰拾万": "1200000", "二〇二〇": "2020", "十万": "100000", "半": "0.5", "12.28": "12.28",
}  # fmt: skip


@pytest.mark.parametrize("written", WRITTEN)
def test_a_number_is_read(written: str) -> None:
    found = read_number(written)
    assert found is not None
    assert found.value == Decimal(WRITTEN[written])


@pytest.mark.parametrize("written", ["200多万", "近三千", "不到100", "600余", "约500", "三千多"])
def test_about_is_said(written: str) -> None:
    found = read_number(written)
    assert found is not None
    assert found.approx


@pytest.mark.parametrize(
    ("written", "least", "most"),
    [("500-1000", 500, 1000), ("五六百", 500, 600), ("5到10万", 50_000, 100_000), ("三四千", 3000, 4000)],
)
def test_a_range_has_two_ends(written: str, least: int, most: int) -> None:
    found = read_number(written)
    assert found is not None
    assert (found.value, found.most) == (least, most)


@pytest.mark.parametrize("text", ["千方百计", "口罩", "", "数百", "N", "1000-500 700"])
def test_what_is_not_one_number_is_none(text: str) -> None:
    assert read_number(text) is None


@pytest.mark.parametrize(
    ("cell", "value", "unit"),
    [("198箱", 198, "箱"), ("2万只", 20_000, "只"), ("1,200", 1200, None), ("约500", 500, None), ("25.8亿元", 2_580_000_000, "元"),
     ("600多千克", 600, "千克"), ("30 台套", 30, "台套")],
)  # fmt: skip
def test_a_cell_holds_a_quantity(cell: str, value: int, unit: str | None) -> None:
    found = read_quantity(cell)
    assert found is not None
    assert (found.value, found.unit) == (value, unit)


@pytest.mark.parametrize("cell", ["口罩", "", "500只 N95", "大量"])
def test_a_cell_that_holds_more_is_no_quantity(cell: str) -> None:
    assert read_quantity(cell) is None


@given(st.integers(min_value=1, max_value=10**12 - 1))
def test_every_integer_is_read_back(number: int) -> None:
    for written in (str(number), f"{number:,}"):
        found = read_number(written)
        assert found is not None
        assert found.value == number


@given(st.text())
def test_places_are_those_of_the_text(text: str) -> None:
    shown = plain(text)
    assert len(shown) == len(text)
    ends = [0]
    for found in numbers(shown):
        assert ends[-1] <= found.end <= len(text)
        assert found.start < found.end
        ends.append(found.end)
