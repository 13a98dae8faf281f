"""The briefings of the five bureaus show the figures that their documents publish, and nothing else moves them.

The published figures are read from figures.csv; which item of our catalogue stands for which of their words is said here.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.kernel.clock import business_date
from liangcao.interfaces.commands.demo.fill import fill
from liangcao.interfaces.commands.demo.founding import Desk
from liangcao.interfaces.commands.demo.records import BOOKS, book, client_id, facts, moment, own_rows
from liangcao.operations.supply import actions as supply
from liangcao.operations.supply import queries as supply_queries
from liangcao.oversight.briefing.figures import DayFigures, day_figures

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 5, 6, 0, tzinfo=UTC)
FEN_A_YUAN = 100
MEASURES = {"procured": "purchase", "donated": "gift", "produced": "made", "distributed": "delivered"}
NAMES = {"000": "yongkang", "001": "fenghua", "002": "chongqing", "003": "zibo", "004": "suizhou"}
# (document, their word) → our item, and how many of our base units one of theirs is.
ITEMS = {
    ("000", "各类口罩"): ("KZ09", 1),
    ("000", "额温枪"): ("CW01", 1),
    ("000", "防护口罩"): ("KZ05", 1),
    ("000", "一次性口罩"): ("KZ04", 1),
    ("000", "各类防护服"): ("FZ02", 1),
    ("000", "高清球形网络摄像机"): ("CW06", 1),
    ("000", "热成像人体测温筛查设备"): ("CW05", 1),
    ("000", "消毒机"): ("SB01", 1),
    ("000", "口罩"): ("KZ09", 1),
    ("000", "护目镜"): ("YM01", 1),
    ("000", "无纺布帽"): ("ST03", 1),
    ("000", "一次性无纺布鞋套"): ("ST05", 1),
    ("000", "一次性隔离衣"): ("FZ03", 1),
    ("000", "医用手套"): ("ST01", 1),
    ("000", "84消毒液"): ("XD01", 1000),
    ("000", "反光背心"): ("FS01", 1),
    ("000", "熔喷布料"): ("YL01", 1),
    ("001", "医用外科口罩"): ("KZ02", 1),
    ("001", "民用口罩"): ("KZ07", 1),
    ("001", "医用耳温枪"): ("CW02", 1),
    ("001", "普通口罩"): ("KZ06", 1),
    ("001", "口罩（规上企业首批）"): ("KZ09", 1),
    ("001", "消毒用品"): ("XD03", 1000),
    ("003", "口罩"): ("KZ09", 1),
    ("003", "口罩（送一线职工）"): ("KZ09", 1),
    ("004", "75%酒精"): ("XD02", 1000),
    ("004", "各类口罩"): ("KZ09", 1),
    ("004", "防护服、隔离衣"): ("FZ06", 1),
    ("004", "防护镜、面罩"): ("YM03", 1),
    ("004", "非接触红外额温计"): ("CW03", 1),
    ("004", "一次性医用口罩"): ("KZ03", 1),
    ("004", "复合季铵盐消毒液"): ("XD04", 1),
    ("004", "“肺炎1号”"): ("YP01", 1),
    ("004", "其它抗疫药品"): ("YP02", 1),
    ("004", "被子"): ("BR01", 1),
    ("004", "口罩"): ("KZ09", 1),
    ("004", "车（首批）"): ("CL03", 1),
    ("004", "医疗废物转运车"): ("CL01", 1),
    ("004", "救护车"): ("CL02", 1),
}
# Not totals of goods: a firm's daily capacity, and a count of firms.
LEFT_OUT = {("001", "口罩日产能"), ("004", "免费发放防疫物资企业")}
MONEY = ("000", "捐赠资金")


def published(folder: Path) -> dict[str, dict[str, int]]:
    """Book → briefing figure → the published value in our base unit, for every row about goods or gifts of money."""
    told: dict[str, dict[str, int]] = {name: {} for name in BOOKS}
    with (folder / "figures.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            word = (row["seed"], row["item"])
            if row["flow"] not in MEASURES or word in LEFT_OUT:
                continue
            code, factor = ("", FEN_A_YUAN) if word == MONEY else ITEMS[word]
            key = f"{MEASURES[row['flow']]}.{code}.total" if code else "gift_money.total"
            assert key not in told[NAMES[row["seed"]]], f"{row['seed']} says {key} twice"
            told[NAMES[row["seed"]]][key] = int(Decimal(row["quantity"]) * factor)
    return told


def filled(name: str) -> Desk:
    (desk,) = fill(scenario="seeds", books=(name,), now=NOW, say=lambda _: None)
    return desk


def briefing(desk: Desk, name: str) -> DayFigures:
    return day_figures(desk.actors["leader"], desk.bureau_id, business_date(moment(book(name)["last_moment"])))


@pytest.mark.parametrize("name", BOOKS)
def test_briefing_shows_the_published_figures_and_no_others(name: str, data_folder: Callable[[str], Path]) -> None:
    told = published(data_folder("seeds"))[name]
    desk = filled(name)
    figures = briefing(desk, name)
    assert {key: figures.value(key) for key in told} == told
    check_nothing_else_came_in(name, figures, told)
    check_dated_figures(name, desk, told)
    if name == "fenghua":
        check_batches(figures, told)


def check_nothing_else_came_in(name: str, figures: DayFigures, told: dict[str, int]) -> None:
    """Beyond the published figures there is what 示例 steps brought, and what must have come to be handed out."""
    example = Counter[str]()
    for step in book(name)["steps"]:
        for line in step["lines"] if step["act"] == "inflow" else ():
            example[f"{step['kind']}.{line['item']}.total"] += line["quantity"]
    direct = {fact.item: fact.quantity for fact in facts(name) if fact.entry == "direct" and fact.flow == "distributed"}
    for figure in figures.figures:
        measure, *rest = figure.key.split(".")
        if measure in ("purchase", "gift", "made", "gift_money") and rest[-1] == "total" and figure.value:
            expected = told.get(figure.key) or example.get(figure.key) or direct.get(rest[0])
            assert figure.value == expected, figure.key


def check_dated_figures(name: str, desk: Desk, told: dict[str, int]) -> None:
    """A figure with a date stands in the briefing of that day: bought on 31 January, handed out on 10 February."""
    dated = [row for row in own_rows("facts.csv") if row["book"] == name and row["date"]]
    for row in dated:
        key = f"{MEASURES[row['flow']]}.{row['item']}"
        day = date.fromisoformat(row["date"])
        assert day_figures(desk.actors["leader"], desk.bureau_id, day).value(f"{key}.day") == told[f"{key}.total"]


def check_batches(figures: DayFigures, told: dict[str, int]) -> None:
    """Fifteen allotments came, and every piece of them is with a town."""
    handed_out = told["delivered.KZ06.total"]
    assert figures.value("allotment_batches.KZ06.total") == 15
    assert figures.value("allotment.KZ06.total") == figures.value("delivered.KZ06.total") == handed_out
    assert figures.value("in_stock.KZ06") == figures.value("in_transit.KZ06") == 0


def test_reversing_one_gift_changes_the_briefing(data_folder: Callable[[str], Path]) -> None:
    told = published(data_folder("seeds"))["yongkang"]["gift.SB01.total"]
    desk = filled("yongkang")
    last = moment(book("yongkang")["last_moment"])
    assert briefing(desk, "yongkang").value("gift.SB01.total") == told
    everything = Actor.system("核对", desk.bureau_id)
    (source,) = [
        found
        for found in supply_queries.sources(everything, bureau_id=desk.bureau_id, kind="gift")
        if found.lines.filter(item_id=desk.items["SB01"]).exists()
    ]
    (receipt,) = source.receipts.all()
    supply.reverse_receipt(
        receipt_id=receipt.pk,
        reason="捐赠方送错",
        by=desk.actors["storekeeper"],
        at=last,
        client_id=client_id("test", "reverse"),
    )
    after = briefing(desk, "yongkang")
    assert after.value("gift.SB01.total") == 0
    assert after.value("in_stock.SB01") == 0
    others = {key: value for key, value in published(data_folder("seeds"))["yongkang"].items() if "SB01" not in key}
    assert {key: after.value(key) for key in others} == others
