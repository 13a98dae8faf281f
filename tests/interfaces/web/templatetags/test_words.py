"""How numbers, moments and states are written."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from django.utils import translation

from liangcao.foundation.kernel.flow import State
from liangcao.interfaces.web.templatetags import words

FLOW = {
    "draft": State("试算稿", "draft", ("done",), "allocator"),
    "open": State("待满足", "open", ("done",)),
    "done": State("已签发", "published"),
    "cancelled": State("已取消", "cancelled"),
}


@pytest.fixture(autouse=True)
def _chinese() -> object:
    with translation.override("zh-hans"):
        yield


@pytest.mark.parametrize(("value", "text"), [(1240, "1,240"), (0, "0"), (None, "—"), ("", "—"), (-60, "-60")])
def test_quantity(value: object, text: str) -> None:
    assert words.quantity(value) == text


def test_pieces_has_its_unit_beside_it() -> None:
    item = SimpleNamespace(base_unit="只", base_unit_en="pcs")
    assert words.pieces(1240, item) == '1,240<span class="unit"> 只</span>'
    with translation.override("en"):
        assert words.pieces(1240, item) == '1,240<span class="unit"> pcs</span>'


def test_english_pieces_agree_with_their_number() -> None:
    item = SimpleNamespace(base_unit="盒", base_unit_en="box")
    with translation.override("en"):
        assert words.pieces(5, item) == '5<span class="unit"> boxes</span>'
        assert words.pieces(1, item) == '1<span class="unit"> box</span>'
        assert words.unit_of(item) == "box"
    assert words.unit_of(item, 5) == "盒"


def test_headings_begin_with_a_capital() -> None:
    with translation.override("en"):
        assert words.headed(("期初结存", "opening")) == "Opening"
    assert words.headed(("期初结存", "opening")) == "期初结存"


def test_pieces_unknown_is_not_zero() -> None:
    assert "—" in words.pieces(None, "只")


def test_pieces_escapes() -> None:
    assert "<b>" not in words.pieces(1, "<b>")


def test_moment_is_local_with_the_full_date_for_hover_and_paper() -> None:
    text = words.moment(datetime(2020, 2, 3, 12, 15, tzinfo=UTC))
    assert "2月3日 20:15" in text
    assert "2020年2月3日 20:15" in text


def test_day_in_english() -> None:
    with translation.override("en"):
        assert "3 Feb" in words.day(date(2020, 2, 3))


def test_yuan_from_fen() -> None:
    assert words.yuan(642_700_000) == "6,427,000.00 元"
    assert words.yuan(5) == "0.05 元"
    assert words.yuan(None) == "—"


@pytest.mark.parametrize(
    ("status", "tone"), [("draft", "wait"), ("open", "plain"), ("done", "done"), ("cancelled", "aside"), ("?", "aside")]
)
def test_tone_of(status: str, tone: str) -> None:
    assert words.tone_of(status, FLOW) == tone


def test_chip_has_word_and_colour() -> None:
    assert words.chip("draft", FLOW) == '<span class="chip chip-wait">试算稿</span>'


def test_said_reads_pairs_and_states() -> None:
    assert words.said(("只", "pcs")) == "只"
    with translation.override("en"):
        assert words.said(FLOW["done"]) == "published"


@pytest.mark.parametrize(("value", "total", "width"), [(1, 2, 50), (3, 2, 100), (0, 0, 0), (None, 5, 0), (-1, 5, 0)])
def test_bar_width(value: int | None, total: int, width: int) -> None:
    assert f'width="{width}" height="8"/></svg>' in words.bar(value, total)
