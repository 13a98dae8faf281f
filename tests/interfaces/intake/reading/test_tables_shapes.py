"""Further shapes of tables that people send: ledgers, packs in columns, counts under goods, forms with a foot."""

from io import BytesIO

import openpyxl

from liangcao.interfaces.intake.reading.files import open_sheets
from liangcao.interfaces.intake.reading.tables import Column, Kind, kind_of, read_grids, register
from liangcao.interfaces.intake.reading.tables.kinds import _KINDS
from tests.interfaces.intake.reading.sheets import read, told


def test_a_ledger_of_stock_in_and_out_gives_the_stock():
    rows = [["物资", "期初库存", "入库数量", "出库数量", "结存"], ["口罩", 5, 10, 3, 12]]
    reading = read(rows)
    assert told(reading) == [(2, None, "口罩", 12, None, "stock")]
    assert reading.records[0].values == {"期初库存": "5", "入库数量": "10", "出库数量": "3"}


def test_what_came_in_is_given_or_bought_as_the_table_says():
    assert told(read([["捐赠单位", "物资", "入库数量"], ["甲", "口罩", 5]]))[0][5] == "donated"
    assert told(read([["供应商", "物资", "入库数量"], ["甲", "口罩", 5]]))[0][5] == "procured"


def test_goods_stand_over_what_is_counted_of_each():
    rows = [["医院", "口罩", None, "防护服", None], [None, "库存", "需求", "库存", "需求"], ["一院", 5, 10, 0, 20]]
    reading = read(rows, merges=[(1, 1, 2, 1), (1, 2, 1, 3), (1, 4, 1, 5)])
    assert [line[2:4] + line[5:] for line in told(reading)] == [
        ("口罩", 5, "stock"), ("口罩", 10, "requested"), ("防护服", 0, "stock"), ("防护服", 20, "requested"),
    ]  # fmt: skip
    assert reading.rows == 1


def test_boxes_pieces_in_each_and_pieces_in_all():
    line = read([["物资", "箱数", "每箱数量", "总数量(只)"], ["口罩", 5, 480, 2400]], kind="opening-stock").lines[0]
    assert (line.quantity, line.unit, line.pack_count, line.pack_unit) == (2400, "只", 480, "箱")


def test_the_head_and_the_foot_of_a_form():
    rows = [
        ["防疫物资需求表"],
        ["填报单位：市人民医院", None, "单位：只"],
        ["物资名称", "规格", "需求数量"],
        ["口罩", None, "2万"],
        ["负责人：张", "填表人：李", "日期：2月3日"],
    ]
    reading = read(rows)
    assert told(reading) == [(4, "市人民医院", "口罩", 20000, "只", "requested")]
    assert [each.why for each in reading.skipped] == ["title", "title", "header", "note"]


def test_a_workbook_with_merges_and_a_hidden_row_from_its_bytes():
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (
        ["发放物资一览表"],
        ["接收单位", "品名", "规格", "计量单位", "数量"],
        ["一院", "口罩", "200个/箱", "箱", 5],
    ):
        sheet.append(row)
    sheet.append([None, "手套", "50箱（*1000）", "件", 1])
    sheet.append(["二院", "面罩", None, "个", 7])
    sheet.merge_cells("A3:A4")
    sheet.row_dimensions[5].hidden = True
    file = BytesIO()
    book.save(file)
    reading = read_grids(open_sheets(file.getvalue(), "发放.xlsx").sheets)
    assert [line[:4] for line in told(reading)] == [
        (3, "一院", "口罩", 5),
        (4, "一院", "手套", 1),
        (5, "二院", "面罩", 7),
    ]
    assert [line.pack_count for line in reading.lines] == [200, 1000, None]
    assert [line.reasons for line in reading.lines] == [(), (), ("HIDDEN_ROW",)]


def test_a_later_module_registers_its_kind():
    register(Kind("vehicles", "车辆", "vehicles", (Column("plate", "车牌号", "plate", ("牌照",), is_required=True),)))
    try:
        assert kind_of("vehicles") is not None
        reading = read([["牌照", "备注"], ["鄂A12345", None]], kind="vehicles")
    finally:
        del _KINDS["vehicles"]
    assert [record.values for record in reading.records] == [{"plate": "鄂A12345"}]
