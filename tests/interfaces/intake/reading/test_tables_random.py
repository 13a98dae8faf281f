"""Sheets of anything: reading never fails, drops no row in silence, and is quick."""

import datetime as dt
import time
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from liangcao.interfaces.intake.reading.files import ERROR_VALUE, CellError, Grid
from liangcao.interfaces.intake.reading.reasons import READING_REASONS, SKIPPED
from liangcao.interfaces.intake.reading.tables import Layout, kinds, read_grids
from tests.interfaces.intake.reading.sheets import sheet, whole

_WORDS = [
    "物资",
    "品名",
    "数量",
    "单位",
    "规格",
    "捐赠单位",
    "接收单位",
    "申请单位",
    "来源",
    "日期",
    "库存",
    "需求",
    "备注",
    "合计",
    "小计",
    "口罩",
    "N95口罩",
    "防护服(套)",
    "一院",
    "二院",
    "箱",
    "只",
    "医院名称",
    "序号",
    "名称",
    "480只/件",
    "2万只",
    "约500",
    "198箱",
    "-5",
    "0",
    "2020-02-30",
    "2月3日",
    "截至28日",
    "一、防护类",
    "注:说明",
    "item",
    "quantity",
    "unit",
    "说明。很长",
    "口罩/手套/面罩",
    "缺少：防护服1万",
    "#N/A",
    "单位:只",
]
# No file holds a signalling NaN, which cannot even be compared.
_DECIMALS = st.decimals(allow_nan=True, allow_infinity=True).filter(lambda number: not number.is_snan())
_CELLS = st.one_of(
    st.none(), st.sampled_from(_WORDS), st.sampled_from(_WORDS), st.integers(-5, 2000), st.text(max_size=12),
    _DECIMALS, st.floats(), st.booleans(), st.dates(), st.datetimes(), st.integers(),
    st.just(CellError(ERROR_VALUE, "#REF!")), st.integers(40000, 45000),
)  # fmt: skip
_SPANS = st.tuples(*[st.integers(1, 12)] * 4)
_KINDS = st.sampled_from([None, *(kind.key for kind in kinds())])


@settings(max_examples=300, deadline=5000, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.lists(_CELLS, max_size=7), max_size=14), st.lists(_SPANS, max_size=4), st.sets(st.integers(1, 14), max_size=3),
    _KINDS, st.booleans(), st.integers(1, 3),
)  # fmt: skip
def test_any_sheet_has_an_answer(rows, merges, hidden, kind, is_hidden, first_row):
    grid = sheet(rows, "表", merges=merges, hidden_rows=hidden, is_hidden=is_hidden, first_row=first_row)
    reading = read_grids([grid], kind=kind)
    whole(reading, grid)
    for line in reading.lines:
        assert set(line.reasons) <= set(READING_REASONS)
        assert (line.state == "good") == (not line.reasons)
        line.record()
    assert {problem.code for problem in reading.problems} <= set(READING_REASONS)
    assert {each.why for each in reading.skipped} <= set(SKIPPED)
    again = read_grids([grid], kind=kind, layout=Layout.load(reading.layout.record()))
    whole(again, grid)


def test_a_hundred_thousand_rows_are_read_while_one_waits():
    head = ["申请单位", "物资", "规格", "单位", "数量", "需要日期", "联系电话", "备注", "编号", "区县", "地址", "类别"]
    rows = [
        [
            f"{n % 3000}院",
            f"口罩{n % 500}型",
            "480只/箱",
            "箱",
            n % 900 + 1,
            "2026-03-01",
            "1",
            f"备注{n}",
            n,
            "甲区",
            f"路{n}号",
            "防护",
        ]
        for n in range(100_000)
    ]
    begun = time.process_time()
    reading = read_grids([Grid("大表", [head, *rows])], kind="requisitions")
    assert reading.accepted == 100_000
    # Three seconds on a quiet machine; this one may be busy with other tests.
    assert time.process_time() - begun < 12


def test_sheets_made_to_be_slow_are_not():
    dates = [dt.date(2026, 1, 1), Decimal("1.5"), None]
    wide = [[f"头{column}" for column in range(600)]]
    wide += [[row * column for column in range(600)] for row in range(150)]
    grids = [
        Grid("文字", [[f"第{n}行第{c}列的文字" for c in range(12)] for n in range(20_000)]),
        Grid("词", [["药品", f"物资{n}", "备注", *dates] for n in range(20_000)]),
        Grid("合并", [["物资", "数量"], *[["口罩", 1]] * 20_000], merges=[(1, 1, 20_000, 2)] * 2000),
        Grid("宽", wide),
        Grid("小计", [["物资", "数量"], *[[None, 1] if n % 2 else ["口罩", n] for n in range(20_000)]]),
    ]
    for grid in grids:
        begun = time.process_time()
        whole(read_grids([grid]), grid)
        assert time.process_time() - begun < 12, grid.name
