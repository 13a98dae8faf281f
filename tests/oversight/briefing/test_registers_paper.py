"""Sheets: page sums add up to the total, every line fits, the closing agrees with the book."""

from __future__ import annotations

import io
import tracemalloc
from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from itertools import product
from typing import Any

import openpyxl
import pytest

from liangcao.foundation.kernel.errors import Invalid
from liangcao.oversight.briefing import queries, registers, registers_paper
from liangcao.oversight.briefing.registers import Register
from liangcao.oversight.briefing.registers_excel import write_register
from liangcao.oversight.briefing.registers_paper import HEIGHT, Sheet, broken, height_of
from liangcao.oversight.briefing.registers_parts import Row
from tests.factories.world import NOON, TODAY, World, make_world
from tests.ledger.random_moves import FIRST, Hazard
from tests.oversight.briefing.day import EVENING, play

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def world() -> World:
    return make_world()


def register(world: World, kind: str, **more: object) -> Register:
    return queries.register(world.actor("auditor"), world.bureau.pk, kind, from_=FIRST, to=TODAY, **more)  # type: ignore[arg-type]


def used(sheet: Sheet) -> float:
    return sum(map(height_of, [*sheet.rows, sheet.page_sums, sheet.running_sums]))


def test_page_sums_add_up_to_the_total(world: World) -> None:
    Hazard(world, 7).play(90)
    for kind in sorted(queries.REGISTERS):
        _check_sheets(world, kind)


def _check_sheets(world: World, kind: str) -> None:
    made = register(world, kind)
    paper = queries.register_paper(made, made_at=EVENING)
    added: dict[str, list[int]] = defaultdict(lambda: [0] * len(made.totals.columns))
    for number, sheet in enumerate(paper.sheets, start=1):
        assert sheet.number == number
        assert used(sheet) <= HEIGHT
        for unit, sums in sheet.page_totals.items():
            added[unit] = [held + more for held, more in zip(added[unit], sums, strict=True)]
    assert dict(added) == made.totals.by_unit()
    assert sum(len(sheet.rows) for sheet in paper.sheets) == made.totals.rows
    with_rows = [sheet for sheet in paper.sheets if sheet.rows]
    if kind in ("receipts_register", "issues_register"):
        assert len(with_rows) > 1
        place = next(place for place, head in enumerate(paper.heads) if head.is_number)
        last = tuple(f"{sums[0]:,}" for sums in made.totals.by_unit().values())
        assert with_rows[-1].running_sums[place] == last
    assert kind == "issue_register" or paper.check.startswith("核对:期初结存"), paper.check


def test_sums_of_the_database_are_those_of_the_rows_and_agree_with_the_book(world: World) -> None:
    hazard = Hazard(world, 8)
    hazard.items = [world.mask, world.alcohol]
    hazard.play(40)
    play(world)
    choices: list[dict[str, Any]] = [
        {}, {"store_id": world.store.pk}, {"item_id": world.mask.pk}, {"party_id": world.hospital.pk},
    ]  # fmt: skip
    for kind, filters in product(sorted(queries.REGISTERS), choices):
        made = register(world, kind, **filters)
        rows = list(made.rows())
        counted = (made.totals.rows, made.totals.by_item)
        summed = made.summed()
        assert (summed.rows, summed.by_item) == counted, (kind, filters)
        closing, check = queries.closing(made)
        # Moves at random go out without a delivery: the list of deliveries lacks them, and its check says so.
        assert kind == "issue_register" or all(row.is_right for row in closing), (kind, filters, check)
        assert rows or (kind, "party_id" in filters) == ("receipts_register", True)


def test_a_list_that_differs_from_the_book_says_so(world: World) -> None:
    lot, _move = world.put_in(world.mask, 100)
    from liangcao.ledger.entries import AccountRef, PostingLine

    world.post("issue", PostingLine(lot, world.stock(), AccountRef("transit", world.store.pk, world.hospital.pk), 30))
    made = register(world, "issue_register")
    made.summed()
    closing, check = queries.closing(made)
    assert [(row.listed, row.expected, row.is_right) for row in closing] == [(0, 30, False)]
    assert check == "核对:以下物资不符:T-mask 一次性医用口罩"


def test_a_unit_has_what_it_signed_for(world: World) -> None:
    play(world)
    made = register(world, "stock_statement", party_id=world.hospital.pk)
    rows = [
        tuple(row.cells[made.place(key)] for key in ("store", "item_code", "in", "out", "closing"))
        for row in made.rows()
    ]
    assert ("示例医院一", "T-n95", 80, 0, 80) in rows
    assert ("示例医院一", "T-suit", 12, 1, 11) in rows
    with pytest.raises(Invalid) as told:
        register(world, "stock_statement", party_id=world.hospital.pk, store_id=world.store.pk)
    assert told.value.code == "FILTERS_CLASH"


def test_pages_on_the_screen(world: World) -> None:
    Hazard(world, 9).play(60)
    for kind in ("receipts_register", "stock_statement"):
        made = register(world, kind)
        keys = [row.key for row in made.rows()]
        first, is_more = made.page(3)
        assert ([row.key for row in first], is_more) == (keys[:3], True)
        second, _ = made.page(3, after=first[-1].key)
        assert [row.key for row in second] == keys[3:6]
        back, is_more = made.page(3, before=second[0].key)
        assert ([row.key for row in back], is_more) == (keys[:3], False)
        with pytest.raises(Invalid):
            made.page(3, after=("x", None))


def test_packs_stand_beside_pieces(world: World) -> None:
    world.put_in(world.mask, 1_000)
    [row] = register(world, "receipts_register").rows()
    assert "2 箱 4 包" in row.cells


def test_too_many_rows_for_paper(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.put_in(world.mask, 10)
    world.put_in(world.mask, 10)
    monkeypatch.setattr(registers_paper, "ROWS_MOST", 1)
    with pytest.raises(Invalid) as told:
        queries.register_paper(register(world, "receipts_register"), made_at=NOON)
    assert told.value.code == "REGISTER_TOO_LONG"
    assert "共 2 行" in told.value.zh


def test_lines_break_at_the_width() -> None:
    assert broken("", 20) == []
    assert "".join(broken("医用防护口罩(无菌型)N95 折叠式", 15)) == "医用防护口罩(无菌型)N95 折叠式"
    assert all(len(line) <= 5 for line in broken("医用防护口罩无菌型", 15))


def test_excel_opens_clean_and_checks_itself(world: World) -> None:
    play(world)
    made = register(world, "receipts_register")
    content = queries.register_file(made, made_at=EVENING)
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    values = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert not any(isinstance(value, str) and value.startswith("=") for row in values for value in row)
    counted = next(place for place, row in enumerate(values) if row[0] == f"共 {made.totals.rows} 行")
    body = values[3 : counted - 1]
    place = values[2].index("数量")
    assert len(body) == made.totals.rows
    assert sum(row[place] for row in body) == sum(row[place] for row in values if row[0] == "合计")
    assert values[-1][0] == "核对:期初结存 + 本期入库 - 本期出库 = 期末结存,本表合计与台账相符"
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)


def test_a_long_workbook_takes_no_more_memory_than_a_short_one(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.put_in(world.mask, 10)
    made = register(world, "receipts_register")
    [row] = made.rows()
    kind = registers.REGISTERS["receipts_register"]

    def peak(count: int, file: Any) -> int:
        def many(*_: object) -> Iterator[Row]:
            return (row for _ in range(count))

        monkeypatch.setitem(registers.REGISTERS, "receipts_register", kind._replace(produce=many))
        tracemalloc.start()
        write_register(made, file, made_at=NOON)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    short, long = io.BytesIO(), io.BytesIO()
    peak(10, io.BytesIO())  # what is loaded once
    first, second = peak(100, short), peak(1_000, long)
    assert second - long.tell() < first - short.tell() + 1_000_000
    assert made.totals.rows == 1_000
