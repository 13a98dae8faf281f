"""Real sheets: the ledger and notices of a Red Cross, the appeals of hospitals, a province's goods in and out."""

import csv
import json
import os
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path

import pytest

from liangcao.interfaces.intake.reading.files import open_sheets
from liangcao.interfaces.intake.reading.tables import Reading, read_grids
from tests.interfaces.intake.reading.sheets import codes, read, whole

DATA = os.environ.get("LIANGCAO_DATA", "")
SETS = ("redcross_wuhan_ledger", "hospital_demand_messages", "redcross_hubei", "wuhan2020_hospital_needs")
LEDGER = Path(DATA, "redcross_wuhan_ledger")


@pytest.fixture(autouse=True)
def _data_is_there(data_folder: Callable[[str], Path]) -> None:
    """One line where no data is; in CI a failure."""
    for name in SETS:
        data_folder(name)


def _read(path: Path) -> Reading:
    sheets = open_sheets(path.read_bytes(), path.name).sheets
    reading = read_grids(sheets)
    whole(reading, *sheets)
    return reading


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def _clean(text: str) -> str:
    return text.replace("\u200b", "").replace("\xa0", " ").strip()


def _totals(rows: list[dict[str, str]]) -> dict[tuple[str, str], int]:
    """Totals of a file by item and unit, where the unit has a column of its own."""
    totals: dict[tuple[str, str], int] = defaultdict(int)
    for row in rows:
        if row["quantity_raw"].strip().isdigit():
            totals[_clean(row["item"]), _clean(row["unit"])] += int(row["quantity_raw"])
    return dict(totals)


def _read_totals(reading: Reading) -> dict[tuple[str, str], int]:
    totals: dict[tuple[str, str], int] = defaultdict(int)
    for line in reading.lines:
        if line.quantity is not None:
            totals[line.item, line.unit or ""] += int(line.quantity)
    return dict(totals)


@pytest.mark.parametrize(
    ("name", "role", "flow", "count"),
    [("inbound_0124_0203.csv", "donor", "donated", 1441), ("outbound_0130_0201.csv", "receiver", "distributed", 472)],
)
def test_the_ledger_is_read_row_for_row(name, role, flow, count):
    rows, reading = _rows(LEDGER / name), _read(LEDGER / name)
    assert len(rows) == reading.rows == len(reading.lines) == count
    assert {line.flow for line in reading.lines} == {flow}
    assert [line.row for line in reading.lines] == list(range(2, count + 2))
    for row, line in zip(rows, reading.lines, strict=True):
        assert line.item == _clean(row["item"])
        assert (line.organisation or "") == _clean(row[role])
        assert (line.spec or "") == _clean(row["spec"])
        if not row["quantity_raw"].strip():
            assert line.quantity is None
            assert line.state == "confirm"
    blank = sum(not row[role].strip() for row in rows)
    assert sum("ORGANISATION_MISSING" in line.reasons for line in reading.lines) == blank


def test_item_and_unit_totals_of_the_ledger_are_those_of_its_columns():
    outbound = LEDGER / "outbound_0130_0201.csv"
    assert _read_totals(_read(outbound)) == _totals(_rows(outbound))
    inbound = LEDGER / "inbound_0124_0203.csv"
    read, said = _read_totals(_read(inbound)), _totals([row for row in _rows(inbound) if row["sheet"] == "S2"])
    glued = [row for row in _rows(inbound) if row["sheet"] == "S1" and row["quantity_raw"].strip()]
    counted = Counter(read)
    for row in glued:
        figures = "".join(sign for sign in row["quantity_raw"] if sign.isdigit())
        unit = _clean(row["quantity_raw"]).removeprefix(figures).strip()
        counted[_clean(row["item"]), unit] -= int(figures)
    assert {key: value for key, value in counted.items() if value} == {
        key: value for key, value in said.items() if value
    }


def test_dates_of_the_ledger_are_iso_or_asked():
    reading = _read(LEDGER / "inbound_0124_0203.csv")
    for row, line in zip(_rows(LEDGER / "inbound_0124_0203.csv"), reading.lines, strict=True):
        assert line.date == row["date"]
        assert ("DATE_UNCLEAR" in line.reasons) == (row["date"] == "截至28日")


@pytest.mark.parametrize(
    ("name", "counts", "day"),
    [
        ("outbound_publication_0130.csv", {"distributed": 202}, "2020-01-30"),
        ("outbound_publication_0131.csv", {"distributed": 51, "donated": 2}, "2020-01-31"),
        ("outbound_publication_0201.csv", {"distributed": 219}, "2020-02-01"),
    ],
)
def test_notices_are_read_as_published(name, counts, day):
    reading = _read(LEDGER / name)
    assert Counter(line.flow for line in reading.lines) == counts
    assert {line.date for line in reading.lines} == {day}
    assert {skipped.why for skipped in reading.skipped} <= {"title", "header", "note", "blank"}


def test_a_name_split_over_two_rows_is_asked():
    reading = _read(LEDGER / "outbound_publication_0131.csv")
    assert sum("ORGANISATION_MISSING" in line.reasons for line in reading.lines) == 23
    broken = [line.organisation for line in reading.lines if "ORGANISATION_BROKEN" in line.reasons]
    assert broken == ["第七医院", "中心医院", "武汉市", "汉阳市政建设", "江夏区"]


def test_the_ledger_with_its_merges_is_filled_as_by_hand():
    rows = [row for row in _rows(LEDGER / "inbound_0124_0203.csv") if row["sheet"] == "S2"]
    cells = [["武汉市红十字会接收社会捐赠物资一览表"], ["捐赠单位", "入库物资", "规格", "计量单位", "数量"]]
    for row in rows:
        is_filled = row["donor_from_merged_cell"] == "1"
        cells.append([None if is_filled else row["donor"], row["item"], row["spec"], row["unit"], row["quantity_raw"]])
    reading = read(cells, merges=_spans(rows, 3))
    assert reading.rows == sum(bool(any(map(_clean, (r["item"], r["quantity_raw"], r["donor"])))) for r in rows)
    by_row = {line.row: line for line in reading.lines}
    for at, row in enumerate(rows, 3):
        if at in by_row:
            assert (by_row[at].organisation or "") == _clean(row["donor"])
    assert "MERGES_FILLED" in codes(reading)


def _spans(rows: list[dict[str, str]], first: int) -> list[tuple[int, int, int, int]]:
    spans: list[tuple[int, int, int, int]] = []
    for at, row in enumerate(rows, first):
        if row["donor_from_merged_cell"] == "1":
            top = spans.pop()[0] if spans and spans[-1][2] == at - 1 else at - 1
            spans.append((top, 1, at, 1))
    return spans


def test_appeals_of_hospitals_tell_stock_and_need_apart():
    hubei = _read(Path(DATA, "hospital_demand_messages", "hubei.csv"))
    wuhan = _read(Path(DATA, "hospital_demand_messages", "wuhan.csv"))
    assert (hubei.rows, wuhan.rows) == (55, 29)
    assert all(line.organisation for line in (*hubei.lines, *wuhan.lines))
    said = {
        (line.item, line.flow): (None if line.quantity is None else int(line.quantity))
        for line in hubei.lines
        if line.organisation == "咸宁市中医医院"
    }
    assert said["防护服", "stock"] == 8
    assert said["N95口罩", "stock"] == 135
    assert said["护目镜", "stock"] == 0
    assert said["N95口罩", "requested"] == 4000
    assert said["护目镜", "requested"] == 300
    assert said["乳胶手套", "requested"] is None
    odd = [line for line in wuhan.lines if line.item.startswith("N1") and line.item != "N100"]
    assert odd
    assert all("ITEM_UNSURE" in line.reasons for line in odd)


def test_goods_in_words_are_read_with_donor_or_receiver():
    inflow = _read(Path(DATA, "redcross_hubei", "hubei-inflow.csv"))
    outflow = _read(Path(DATA, "redcross_hubei", "hubei-outflow.csv"))
    assert (inflow.rows, outflow.rows) == (18, 17)
    assert {line.flow for line in inflow.lines} == {"donated"}
    assert {line.flow for line in outflow.lines} == {"distributed"}
    assert ("N95口罩", 36000, "个") in {(line.item, line.quantity, line.unit) for line in outflow.lines}
    assert {line.organisation for line in outflow.lines} >= {"省疾控中心", "荣军医院", "协和医院"}
    assert sum("ORGANISATION_SEVERAL" in record.reasons for record in outflow.records) == 3


@pytest.mark.parametrize("path", sorted(Path(DATA, "wuhan2020_hospital_needs").glob("*.json")) if DATA else [], ids=str)
def test_needs_of_hospitals_as_a_wide_table(path):
    hospitals = json.loads(path.read_text(encoding="utf-8"))
    heads = list(dict.fromkeys(cell["key"] for hospital in hospitals for cell in hospital if cell))
    rows = [
        [_plain({cell["key"]: cell for cell in hospital if cell}.get(head)) for head in heads] for hospital in hospitals
    ]
    supplies = {cell["key"] for hospital in hospitals for cell in hospital if cell and cell["type"] == "supply"}
    reading = read([heads, *rows], name=path.stem)
    wanted = Counter()
    for hospital in hospitals:
        for cell in filter(None, hospital):
            if cell["type"] == "supply" and isinstance(cell["value"], int) and cell["value"] > 0:
                wanted[cell["key"]] += 1
    assert Counter(line.item for line in reading.lines if line.item) == wanted
    assert {line.item for line in reading.lines if line.item} <= supplies
    assert not any(line.quantity == 1 for line in reading.lines)


def _plain(cell):
    value = (cell or {}).get("value")
    return value if isinstance(value, (int, str)) else None if value is None else "***"


def test_sheets_of_money_give_no_goods():
    for name in ("hubei-donation.csv", "hubei-outflow-summary.csv", "wuhan-donation.csv"):
        reading = _read(Path(DATA, "redcross_hubei", name))
        assert reading.rows == 0
        assert "NOT_GOODS" in codes(reading)
