"""The sentence of the day and the key items."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from django.urls import reverse

from liangcao.interfaces.web.desk.home.situation import KeyItem, Need, Tightest, sentence


def _row(name: str, **values: Any) -> KeyItem:
    need = Need(**{key: values.pop(key) for key in ("open", "daily_use") if key in values})
    return KeyItem(
        SimpleNamespace(name=name, name_en="", base_unit="套", base_unit_en="", pinyin=name), need=need, **values
    )


def test_sentence_names_gaps_cover_and_the_tightest_unit() -> None:
    rows = [_row("防护服", free=200, open=1000), _row("口罩", free=4200, daily_use=1500)]
    text = sentence(rows, Tightest("市一院", 6))
    assert text == "防护服缺 800 套;口罩可用 2.8 天;最紧:市一院(0.6 天)。"


def test_sentence_without_shortage() -> None:
    assert sentence([_row("口罩", free=9000, daily_use=100)], None) == "没有短缺的物资。"


def test_sentence_on_the_first_day_says_where_to_begin() -> None:
    assert "登记第一批到货" in sentence([], None)


def test_cover_is_unknown_without_reported_use() -> None:
    assert _row("口罩", free=5).cover == ""
    assert not _row("口罩", free=5).is_short


def test_short_items_stand_on_top() -> None:
    rows = sorted(
        [_row("甲", free=10), _row("乙", free=0, open=5), _row("丙", free=10, daily_use=10)], key=lambda row: row.weight
    )
    assert [row.item.name for row in rows] == ["丙", "乙", "甲"]


def test_home_shows_stock_with_its_unit(storekeeper: Any) -> None:
    text = storekeeper.get(reverse("home")).content.decode()
    assert '20,000<span class="unit"> 只</span>' in text


def test_home_of_an_administrator_shows_no_stock(as_user: Any) -> None:
    text = as_user("administrator").get(reverse("home")).content.decode()
    assert "20,000" not in text


def test_search_finds_by_pinyin_and_number(office: Any, storekeeper: Any) -> None:
    text = storekeeper.get(reverse("search"), {"q": "fhf"}).content.decode()
    assert "医用防护服" in text
    assert "RK2020" in storekeeper.get(reverse("search"), {"q": "RK2020"}).content.decode()
