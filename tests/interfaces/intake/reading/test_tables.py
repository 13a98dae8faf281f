"""Odd sheets: headers of any shape, several tables, both directions, merges, totals, notes, hidden rows."""

import datetime as dt

from liangcao.interfaces.intake.reading.files import Grid
from liangcao.interfaces.intake.reading.tables import read_grids, template
from tests.interfaces.intake.reading.sheets import codes, read, sheet, told, whole


def test_a_template_is_read_as_it_is_printed():
    rows = [template("requisitions"), ["市中医院", "N95口罩", "480只/箱", "箱", 20, "2026-03-05", "138****", "急"]]
    reading = read(rows, kind="requisitions")
    assert told(reading) == [(2, "市中医院", "N95口罩", 20, "箱", "requested")]
    line = reading.lines[0]
    assert (line.state, line.spec, line.pack_count, line.pack_unit, line.needed_by) == (
        "good",
        "480只/箱",
        480,
        "箱",
        "2026-03-05",
    )
    assert reading.records[0].values == {"contact": "138****", "remark": "急"}
    assert (reading.accepted, reading.asked, reading.refused) == (1, 0, 0)
    assert not reading.problems


def test_every_template_of_goods_finds_its_columns():
    flows = {"gifts": "donated", "receipts": "procured", "issues": "distributed", "opening-stock": "stock"}
    for kind, flow in flows.items():
        rows = [
            template(kind),
            ["甲" if name in ("来源", "领用单位", "仓库") else _cell(name) for name in template(kind)],
        ]
        reading = read(rows, kind=kind)
        assert told(reading)[0][2:] == ("口罩", 5, "只", flow), kind
        assert reading.lines[0].state == "good", reading.problems


def _cell(header):
    return {"物资": "口罩", "数量": 5, "单位": "只", "生产日期": "2026-01-01", "失效日期": "2028-01-01"}.get(header)


def test_columns_in_any_order_under_titles_with_words_like_those_we_print():
    rows = [
        ["XX市医疗物资申领表"],
        ["填报日期:2026年3月1日", None, None, "单位:只"],
        [],
        ["序号", "申请数量", "物品名称", "申领单位（盖章）", "要求到货时间"],
        [1, "２，０００", "医用外科口罩", "第一医院", dt.date(2026, 3, 3)],
        [2, "约500", "护目镜", "第二医院", 46085],
    ]
    reading = read(rows)
    assert told(reading) == [
        (5, "第一医院", "医用外科口罩", 2000, "只", "requested"),
        (6, "第二医院", "护目镜", 500, "只", "requested"),
    ]
    assert [line.needed_by for line in reading.lines] == ["2026-03-03", "2026-03-04"]
    assert {line.date for line in reading.lines} == {"2026-03-01"}
    assert reading.lines[1].reasons == ("QUANTITY_APPROXIMATE",)
    assert {(each.row, each.why) for each in reading.skipped} == {
        (1, "title"),
        (2, "title"),
        (3, "blank"),
        (4, "header"),
    }


def test_units_stand_in_the_header_the_cell_or_a_column():
    assert told(read([["物资", "需求数量(箱)"], ["口罩", 3]]))[0][4] == "箱"
    assert told(read([["物资", "需求数量(箱)"], ["口罩", "30只"]]))[0][4] == "只"
    reading = read([["物资", "单位", "需求数量"], ["口罩", "只", "5箱"], ["手套", None, 3], ["面罩", "个", 4]])
    assert [line.reasons for line in reading.lines] == [("UNIT_CONFLICT",), ("UNIT_MISSING",), ()]


def test_a_header_of_two_lines_with_stock_and_need_gives_two_lines_a_row():
    rows = [
        ["医院", "物资", "数量", None, "备注"],
        [None, None, "库存", "需求", None],
        ["市一院", "防护服", 80, 2000, None],
        ["市二院", "口罩", None, 500, None],
    ]
    merges = [(1, 1, 2, 1), (1, 2, 2, 2), (1, 3, 1, 4), (1, 5, 2, 5)]
    for spans in (merges, []):
        reading = read(rows, merges=spans)
        assert told(reading) == [
            (3, "市一院", "防护服", 80, None, "stock"),
            (3, "市一院", "防护服", 2000, None, "requested"),
            (4, "市二院", "口罩", 500, None, "requested"),
        ]
        assert reading.rows == 2
        assert "STOCK_AND_NEED" in codes(reading)


def test_stock_and_need_as_two_columns():
    rows = [["单位名称", "物资名称", "现有库存", "急需数量", "缺口"], ["市一院", "口罩", 0, "2万只", 20000]]
    reading = read(rows)
    assert told(reading) == [
        (2, "市一院", "口罩", 0, None, "stock"),
        (2, "市一院", "口罩", 20000, "只", "requested"),
    ]
    assert reading.records[0].values["缺口"] == "20000"


def test_a_wide_table_names_goods_as_headers():
    rows = [
        ["区县", "医院名称", "医用外科口罩(只)", "防护服（套）", "护目镜", "备注"],
        ["甲区", "一院", 500, 20, None, "x"],
        ["乙区", "二院", 0, 30, "若干", None],
        ["丙区", "三院", 0, 0, None, None],
    ]
    reading = read(rows)
    assert told(reading) == [
        (2, "一院", "医用外科口罩", 500, "只", "requested"),
        (2, "一院", "防护服", 20, "套", "requested"),
        (3, "二院", "防护服", 30, "套", "requested"),
        (3, "二院", "护目镜", None, None, "requested"),
    ]
    assert [each.why for each in reading.skipped] == ["header", "nothing"]


def test_ones_in_a_wide_table_mean_needed_and_no_amount():
    rows = [["医院名称", "口罩", "手套", "面罩"], ["一院", 1, 1, 0], ["二院", 1, 0, 500]]
    reading = read(rows)
    assert [line.quantity for line in reading.lines] == [None, None, None, 500]
    assert reading.lines[0].reasons == ("QUANTITY_FLAG",)


def test_a_wide_table_names_receivers_as_headers():
    rows = [
        ["口罩等物资分配表"],
        ["物资", "单位", "同济医院", "协和医院", "合计"],
        ["N95口罩", "只", 100, 200, 300],
        ["防护服", "套", 5, None, 5],
    ]
    assert told(read(rows)) == [
        (3, "同济医院", "N95口罩", 100, "只", "distributed"),
        (3, "协和医院", "N95口罩", 200, "只", "distributed"),
        (4, "同济医院", "防护服", 5, "套", "distributed"),
    ]


def test_tables_under_each_other_in_both_directions():
    rows = [
        ["接收捐赠物资一览表"],
        ["捐赠单位", "物资", "单位", "数量"],
        ["甲公司", "口罩", "箱", 5],
        ["小计", None, None, 5],
        [],
        ["物资发放一览表"],
        ["接收单位", "物资", "单位", "数量"],
        ["市一院", "口罩", "箱", 2],
        ["制表人:张三", None, "审核:李四", None],
    ]
    reading = read(rows)
    assert told(reading) == [(3, "甲公司", "口罩", 5, "箱", "donated"), (8, "市一院", "口罩", 2, "箱", "distributed")]
    whys = {each.row: each.why for each in reading.skipped}
    assert whys == {1: "title", 2: "header", 4: "subtotal", 5: "blank", 6: "title", 7: "header", 9: "note"}


def test_tables_beside_each_other():
    rows = [
        ["入库", None, None, None, "出库", None, None],
        ["来源", "物资", "数量", None, "领用单位", "物资", "数量"],
        ["甲", "口罩", 5, None, "一院", "手套", 2],
        ["乙", "面罩", 6, None, None, None, None],
    ]
    for cut in (rows, [[*row[:3], *row[4:]] for row in rows]):
        reading = read(cut)
        assert sorted(told(reading), key=str) == sorted(
            [
                (3, "甲", "口罩", 5, None, "procured"),
                (4, "乙", "面罩", 6, None, "procured"),
                (3, "一院", "手套", 2, None, "distributed"),
            ],
            key=str,
        )
    same = [
        ["序号", "品名", "数量", "序号", "品名", "数量"],
        [1, "口罩", 5, 3, "手套", 7],
        [2, "面罩", 6, 4, "头套", 8],
    ]
    assert {line[2]: line[3] for line in told(read(same))} == {"口罩": 5, "面罩": 6, "手套": 7, "头套": 8}


def test_a_repeated_header_begins_again():
    rows = [["物资", "需求量"], ["口罩", 5], ["物资", "需求量"], ["手套", 6]]
    reading = read(rows)
    assert [line[2] for line in told(reading)] == ["口罩", "手套"]
    assert [each.why for each in reading.skipped] == ["header", "header"]


def test_merges_are_filled_and_told_but_never_a_quantity():
    rows = [
        ["捐赠单位", "物资", "单位", "数量"],
        ["甲公司", "口罩", "箱", 5],
        [None, "手套", "箱", 6],
        [None, "面罩", "箱", None],
    ]
    reading = read(rows, merges=[(2, 1, 4, 1), (3, 4, 4, 4)])
    assert [line.organisation for line in reading.lines] == ["甲公司"] * 3
    assert [line.state for line in reading.lines] == ["good", "good", "confirm"]
    assert reading.lines[2].reasons == ("QUANTITY_MERGED",)
    assert "MERGES_FILLED" in codes(reading)


def test_blanks_below_an_organisation_are_filled_where_it_groups_and_asked():
    rows = [
        ["领用单位", "物资", "数量"],
        ["一院", "口罩", 5],
        [None, "手套", 6],
        ["二院", "口罩", 7],
        [None, "手套", 8],
    ]
    reading = read(rows)
    assert [line.organisation for line in reading.lines] == ["一院", "一院", "二院", "二院"]
    assert [line.state for line in reading.lines] == ["good", "confirm", "good", "confirm"]
    rows[2][0] = "一院"
    reading = read(rows)
    assert [line.organisation for line in reading.lines] == ["一院", "一院", "二院", None]
    assert "ORGANISATION_MISSING" in reading.lines[3].reasons


def test_totals_are_known_by_words_and_by_arithmetic():
    rows = [
        ["领用单位", "物资", "数量"],
        ["一院", "口罩", 5],
        ["一院", "手套", 6],
        [None, None, 11],
        ["二院", "口罩", 7],
        ["口罩小计", None, 12],
        ["总　计", None, 18],
    ]
    reading = read(rows)
    assert [line[3] for line in told(reading)] == [5, 6, 7]
    assert [each.row for each in reading.skipped if each.why == "subtotal"] == [4, 6, 7]
    problem = next(each for each in reading.problems if each.code == "SUBTOTAL_DIFFERS")
    assert (problem.row, problem.column) == (6, "C")
    assert not [each for each in reading.problems if each.code == "SUBTOTAL_DIFFERS" and each.row == 7]


def test_hidden_rows_and_sheets_are_asked():
    rows = [["物资", "需求量"], ["口罩", 5], ["手套", 6]]
    reading = read(rows, hidden_rows={3})
    assert [line.reasons for line in reading.lines] == [(), ("HIDDEN_ROW",)]
    assert "HIDDEN_ROWS" in codes(reading)
    reading = read(rows, is_hidden=True)
    assert {line.state for line in reading.lines} == {"confirm"}
    assert "HIDDEN_SHEET" in codes(reading)


def test_a_row_written_twice_is_asked_with_the_other_row():
    rows = [["申请单位", "物资", "数量"], ["一院", "口罩", 5], ["一院", "手套", 5], ["一院", "口 罩", 5]]
    reading = read(rows)
    assert [line.state for line in reading.lines] == ["good", "good", "confirm"]
    assert "第 2 行" in next(each for each in reading.problems if each.code == "DUPLICATE_ROW").zh


def test_a_missing_or_doubled_header_is_named():
    reading = read([["申请单位", "物资", "规格"], ["一院", "口罩", "大"]], kind="requisitions")
    problem = next(each for each in reading.problems if each.code == "HEADER_MISSING")
    assert "数量" in problem.zh
    assert "quantity" in problem.en
    reading = read([["物资", "数量", "数量"], ["口罩", 5, 6]], kind="opening-stock")
    assert "HEADER_DUPLICATE" in codes(reading)


def test_a_date_above_rows_is_the_date_of_those_below():
    rows = [["捐赠单位", "物资", "数量"], [43854], ["甲", "口罩", 5], ["2020年1月25日"], ["乙", "口罩", 6]]
    assert [line.date for line in read(rows).lines] == ["2020-01-24", "2020-01-25"]


def test_headings_of_sections_and_an_organisation_over_its_rows():
    rows = [
        ["物资发放表"],
        ["品名", "单位", "数量"],
        ["金银潭医院", None, None],
        ["口罩", "箱", 5],
        ["武昌医院", None, None],
        ["手套", "箱", 6],
        ["一、防护类"],
        ["面罩", "箱", 1],
    ]
    reading = read(rows, merges=[(1, 1, 1, 3), (3, 1, 3, 3), (5, 1, 5, 3)])
    assert [line[:3] for line in told(reading)] == [
        (4, "金银潭医院", "口罩"),
        (6, "武昌医院", "手套"),
        (8, "武昌医院", "面罩"),
    ]
    assert [each.row for each in reading.skipped if each.why == "section"] == [3, 5, 7]


def test_incomplete_rows_are_lines_to_be_asked():
    rows = [
        ["申请单位", "物资", "单位", "数量"],
        ["一院", "口罩", "箱", 5],
        ["二院", None, "箱", 6],
        ["三院", None, None, None],
        [None, "手套", "箱", 7],
    ]
    reading = read(rows)
    assert reading.rows == 4
    assert [line.reasons for line in reading.lines][1:] == [
        ("ORGANISATION_BROKEN", "ITEM_MISSING"), ("ORGANISATION_BROKEN", "ITEM_MISSING", "QUANTITY_MISSING", "UNIT_MISSING"),
        ("ORGANISATION_MISSING",),
    ]  # fmt: skip


def test_a_table_of_the_other_direction_is_asked():
    rows = [["接收单位", "物资", "数量"], ["一院", "口罩", 5]]
    reading = read(rows, kind="gifts")
    assert (reading.lines[0].flow, reading.lines[0].reasons) == ("distributed", ("FLOW_DIFFERS",))


def test_a_layout_is_kept_changed_and_given_back():
    from liangcao.interfaces.intake.reading.tables import Layout

    rows = [["甲列", "物资", "数量", "丙"], ["一院", "口罩", 5, 7]]
    first = read(rows)
    assert first.lines[0].organisation is None
    record = first.layout.record()
    columns = record["tables"][0]["columns"]
    columns[0]["key"], columns[2]["key"], columns[3]["key"] = "receiver", "unknown", "quantity"
    record["tables"][0] |= {"flow": "distributed", "organisation": "receiver"}
    again = read([["2026年表"], *rows, ["二院", "手套", 1, 9]], layout=Layout.load(record))
    assert told(again) == [(3, "一院", "口罩", 7, None, "distributed"), (4, "二院", "手套", 9, None, "distributed")]


def test_a_table_without_header_is_guessed_and_asked():
    reading = read([["口罩", 2000, "只"], ["防护服", 30, "套"]])
    assert told(reading) == [(1, None, "口罩", 2000, "只", "requested"), (2, None, "防护服", 30, "套", "requested")]
    assert {line.state for line in reading.lines} == {"confirm"}
    assert "HEADER_GUESSED" in codes(reading)


def test_kinds_that_are_no_goods_give_records():
    rows = [
        ["单位名称", "统一社会信用代码", "所属区县", "地址"],
        ["市一院", "12420100MB0Q12345X", "江岸区", "路1号"],
        [None, "x", None, None],
        ["市一院", "12420100MB0Q12345X", "江岸区", "路1号"],
    ]
    reading = read(rows, kind="organisations")
    assert reading.rows == 3
    assert reading.records[0].values["organisation"] == "市一院"
    assert [record.reasons for record in reading.records] == [(), ("VALUE_MISSING",), ("DUPLICATE_ROW",)]
    assert not reading.lines
    people = read([["街道", "人数"], ["甲街", "1,200人"], ["乙街", 300], ["合计", 1500]], kind="population")
    assert [record.values["headcount"] for record in people.records] == ["1200", "300"]
    items = read([["物资名称", "基本单位", "类别"], ["口罩", "只", "防护"]], kind="items")
    assert items.records[0].values == {"item": "口罩", "unit": "只", "category": "防护"}


def test_nothing_is_dropped_in_silence():
    grids = [
        sheet([["x"], [], ["物资", "数量"], ["口罩", 1], [None, None]]),
        Grid("空"),
        sheet([["说明文字"], ["没有表格"]], "说明", first_row=4),
    ]
    reading = read_grids(grids)
    whole(reading, *grids)
    assert reading.rows == 1
    assert "NOT_GOODS" in codes(reading)
