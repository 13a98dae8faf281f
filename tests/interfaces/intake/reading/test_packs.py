"""Packs: how many pieces are in one outer unit, and when nobody can know."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liangcao.interfaces.intake.reading.packs import Pack, pack_of


@pytest.mark.parametrize(
    ("spec", "count", "unit", "outer"),
    [
        ("480只/件", 480, "只", "件"),
        ("１０００只／箱", 1000, "只", "箱"),
        ("1,000只/箱", 1000, "只", "箱"),
        ("100片/袋，50袋/件", 5000, "片", "件"),
        ("40盒/件，50只/盒", 2000, "只", "件"),
        ("12*25只/箱", 300, "只", "箱"),
        ("1袋10个", 10, "个", "袋"),
        ("500ml*30瓶", 30, "瓶", None),
        ("50箱（*1000）", 1000, None, "箱"),
        ("80箱*100", 100, None, "箱"),
        ("每箱480只", 480, "只", "箱"),
        ("箱/480只", 480, "只", "箱"),
        ("一箱200个", 200, "个", "箱"),
        ("1箱*20盒*50只", 1000, "只", "箱"),
        ("0.25g*2板*12粒*300盒", 7200, "粒", None),
        ("1只/袋 50只/盒 2盒/组  8组/箱", 800, "只", "箱"),
        ("0.4g/片*8片    200盒/箱", 1600, "片", "箱"),
        ("33*27*28 100件/箱", 100, "件", "箱"),
        ("480只/件*10件", 480, "只", "件"),
        ("12/盒", 12, None, "盒"),
        ("50g/12装", 12, None, None),
        ("3M 9500 24包/箱", 24, "包", "箱"),
    ],
)
def test_a_pack_is_counted(spec, count, unit, outer):
    pack = pack_of(spec)
    assert pack is not None
    assert (pack.count, pack.unit, pack.outer) == (count, unit, outer)


@pytest.mark.parametrize(
    "spec",
    [
        "", "大号", "55*28*56", "52*25.5*35", "17.5cm*9.5cm", "60mm*30mm", "20*30cm", "2.5kg/箱", "5L", "0.5g/支", "120g",
        "100支*盒/箱", "2、5KG/箱", "20支/盒/箱", "400盒/x箱", "9250p500ML", "KN95-6002A-1型", "S小号", "300+200", "1*200",
        "10片/袋 20盒/箱" * 20, "50只/盒,40盒,100只/箱",
    ],
)  # fmt: skip
def test_sizes_weights_models_and_what_is_malformed_are_no_packs(spec):
    assert pack_of(spec) is None


def test_packs_inside_a_pack_are_counted_too():
    pack = pack_of("5ml/支 5支/盒 120盒/箱")
    assert pack == Pack(600, "支", "箱", (("箱", 600), ("盒", 5)))
    assert [pack.count_in(unit) for unit in ("箱", "盒", "支", "桶", None)] == [600, 5, 1, None, None]


def test_all_specs_labelled_by_hand(data_folder: Callable[[str], Path]) -> None:
    with (data_folder("redcross_wuhan_ledger") / "pack_spec_gold.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 36
    for row in rows:
        pack = pack_of(row["spec"].replace("\xa0", " "))
        told = (str(pack.count), pack.unit or "") if pack else ("", "")
        assert told == (row["inner_count_per_outer_unit"], row["inner_unit"]), row["spec"]


@given(st.text(alphabet="0123456789.,，*xX/×每一装()（） 只支盒箱件包袋瓶片mlgcmKG+、大abc", max_size=40))
def test_any_spec_has_an_answer(spec):
    pack = pack_of(spec)
    assert pack is None or (0 < pack.count <= 10**7 and all(count > 0 for _, count in pack.levels))
