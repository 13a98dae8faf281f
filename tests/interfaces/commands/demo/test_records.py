"""The demo's data files: they add up, they hang together, and they say what the public sets say."""

from __future__ import annotations

import csv
import json
from collections import Counter, defaultdict
from collections.abc import Callable
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest

from liangcao.interfaces.commands.demo import records

GOODS_FLOWS = ("procured", "donated", "produced", "distributed")
NAMES = {"000": "yongkang", "001": "fenghua", "002": "chongqing", "003": "zibo", "004": "suizhou"}
# A daily rate is capacity, not a total; a count of firms is not goods (docs/decisions/0022, 0020).
NOT_A_TOTAL_OF_GOODS = ("只/天", "家")
STATES = {None: "blank", 0: "none", 1: "unknown"}


def shipped(package: str, name: str) -> list[dict[str, str]]:
    return list(records.rows(package, "data", name))


def all_facts() -> list[records.Fact]:
    return [fact for name in records.BOOKS for fact in records.facts(name)]


def test_arrivals_add_up_to_their_facts() -> None:
    for fact in all_facts():
        if fact.entry in ("received", "batches"):
            parts = records.arrivals(fact.id)
            assert sum(part.quantity for part in parts) == fact.quantity, fact.id
            assert all(before.at < after.at for before, after in pairwise(parts)), fact.id


def test_facts_restate_every_published_figure_about_goods(data_folder: Callable[[str], Path]) -> None:
    ours = Counter()
    for row in records.own_rows("facts.csv"):
        if row["flow"] in GOODS_FLOWS:
            key = (row["book"], row["flow"], row["published_item"], row["published_unit"])
            ours[(*key, Decimal(row["published_quantity"]))] += 1
    theirs = Counter()
    with (data_folder("seeds") / "figures.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            if row["flow"] in GOODS_FLOWS and row["unit"] not in NOT_A_TOTAL_OF_GOODS:
                key = (NAMES[row["seed"]], row["flow"], row["item"], row["unit"])
                theirs[(*key, Decimal(row["quantity"]))] += 1
    assert ours == theirs


def test_quantities_are_in_the_base_unit_of_their_item() -> None:
    units = {row["code"]: row["base_unit"] for row in shipped("liangcao.reference.catalog", "items.csv")}
    packs = {
        (row["item"], row["name"]): int(row["factor"]) for row in shipped("liangcao.reference.catalog", "packs.csv")
    }
    same = {("只", "个"), ("辆", "台")}
    for row in records.own_rows("facts.csv"):
        if not row["item"]:
            continue
        unit, base = row["published_unit"], units[row["item"]]
        factor = 1 if unit == base or (base, unit) in same else packs[row["item"], unit]
        assert int(row["quantity"]) == Decimal(row["published_quantity"]) * factor, row["id"]


def test_steps_name_only_what_is_there() -> None:
    items = {row["code"] for row in shipped("liangcao.reference.catalog", "items.csv")}
    regions = {row["code"] for row in shipped("liangcao.reference.parties", "regions.csv")}
    for name in records.BOOKS:
        book = records.book(name)
        codes = {row["code"] for row in book["organisations"]}
        assert {row["region"] for row in book["organisations"] if "region" in row} | {book["region"]} <= regions
        for step in book["steps"]:
            named = {step[key] for key in ("organisation", "counterparty") if key in step}
            used = {line["item"] for line in step.get("lines", [])} | set(step.get("items", []))
            assert named <= codes, step
            assert used <= items, step
        for fact in records.facts(name):
            assert {fact.counterparty, *fact.recipients} - {""} <= codes, fact.id
            assert not fact.item or fact.item in items, fact.id


def test_filler_brings_nothing_in_under_a_published_flow() -> None:
    flows = {"procured": "purchase", "donated": "gift", "produced": "output", "allotted": "allotment"}
    for name in records.BOOKS:
        published = {(flows[fact.flow], fact.item) for fact in records.facts(name) if fact.flow in flows}
        for step in records.book(name)["steps"]:
            if step["act"] == "inflow":
                assert not {(step["kind"], line["item"]) for line in step["lines"]} & published, step
                assert "示例" in step["remark"]
            if step["act"] == "opening":
                assert "示例" in step["remark"]


def test_filler_asks_and_receives_only_for_example_organisations() -> None:
    for name in records.BOOKS:
        book = records.book(name)
        example = {row["code"] for row in book["organisations"] if row.get("is_example")}
        for step in book["steps"]:
            if step["act"] in ("requisition", "emergency"):
                assert step["organisation"] in example, step


def test_organisations_are_examples_or_say_what_their_source_says() -> None:
    for name in records.BOOKS:
        for row in records.book(name)["organisations"]:
            assert row["source_note"], row
            assert ("示例" in row["name"]) == bool(row.get("is_example")), row


@pytest.mark.parametrize("name", ["yongkang", "fenghua", "zibo", "suizhou"])
def test_hand_overs_of_a_published_item_add_up(name: str) -> None:
    """Of an item whose hand-out is published, the shares give that figure and no plan gives more."""
    handed = {fact.item: fact.quantity for fact in records.facts(name) if fact.entry == "handed_out"}
    shared: dict[str, int] = defaultdict(int)
    for step in records.book(name)["steps"]:
        if step["act"] == "share":
            shared[step["item"]] += step["quantity"]
        if step["act"] == "plan" and step["until"] == "published":
            assert not set(step["items"]) & set(handed)
    assert dict(shared) == handed


def test_hospitals_hold_amounts_flags_and_blanks_apart() -> None:
    hospitals = list(records.own_rows("hospitals", "hospitals.csv"))
    assert len(hospitals) == len({row["code"] for row in hospitals}) == len({row["name"] for row in hospitals}) == 165
    assert Counter(need.state for need in records.needs()) == {"unknown": 1381, "amount": 132, "blank": 15}
    assert all((need.quantity is not None) == (need.state == "amount") for need in records.needs())
    assert all(need.quantity is None or need.quantity > 1 for need in records.needs())


def test_hospital_needs_are_those_of_the_public_sheets(data_folder: Callable[[str], Path]) -> None:
    items = {row["source_name"]: row["item"] for row in records.own_rows("hospitals", "item_names.csv")}
    ours = {(need.hospital, need.item): (need.state, need.quantity) for need in records.needs()}
    codes = iter(records.own_rows("hospitals", "hospitals.csv"))
    seen = 0
    for path in sorted(data_folder("wuhan2020_hospital_needs").glob("*.json")):
        for cells in json.loads(path.read_text(encoding="utf-8")):
            row = next(codes)
            assert row["source_file"] == path.stem
            for cell in cells:
                if cell and cell["type"] == "supply":
                    value = cell["value"]
                    expected = ("amount", value) if value and value > 1 else (STATES[value], None)
                    assert ours.get((row["code"], items[cell["key"]]), ("none", None)) == expected
                    seen += 1
    assert seen == 165 * 23
    assert next(codes, None) is None


def test_stock_of_the_hospitals_is_two_fifths_of_the_stated_amounts() -> None:
    asked: Counter[str] = Counter()
    for need in records.needs():
        asked[need.item] += need.quantity or 0
    stock = {row["item"]: int(row["quantity"]) for row in records.own_rows("hospitals", "stock.csv")}
    assert stock == {item: total * 2 // 5 for item, total in asked.items() if total}


def test_regions_are_those_of_the_public_lists(data_folder: Callable[[str], Path]) -> None:
    ours = {row["code"]: row for row in shipped("liangcao.reference.parties", "regions.csv")}
    with (data_folder("admin_divisions") / "areas.csv").open(encoding="utf-8", newline="") as file:
        areas = {row["code"]: row["name"] for row in csv.DictReader(file) if not row["code"].endswith("00")}
    with (data_folder("population_census") / "county_2020.csv").open(encoding="utf-8", newline="") as file:
        census = {row["code"]: row["pop_total"] for row in csv.DictReader(file)}
    counties = {code: row for code, row in ours.items() if row["level"] == "3" and row["is_official"] == "1"}
    assert {code: row["name"] for code, row in counties.items()} == areas
    assert all(row["population_2020"] == census.get(code, "") for code, row in counties.items())
    assert all(row["parent"] in ours for row in ours.values() if row["level"] != "1")
    assert [code for code, row in ours.items() if row["is_official"] == "0"] == ["3703G1"]


def test_towns_of_fenghua_add_up_to_the_census() -> None:
    towns = [row for row in records.book("fenghua")["organisations"] if row["kind"] == "township"]
    regions = {row["code"]: row for row in shipped("liangcao.reference.parties", "regions.csv")}
    assert sum(row["population"] for row in towns) == int(regions["330213"]["population_2020"])
    assert {row["region"] for row in towns} == {code for code, row in regions.items() if row["parent"] == "330213"}


def test_client_id_is_the_same_for_the_same_act_and_no_other() -> None:
    assert records.client_id("zibo", "plan", "p1") == records.client_id("zibo", "plan", "p1")
    assert records.client_id("zibo", "plan", "p1") != records.client_id("zibo", "plan", "p2")
