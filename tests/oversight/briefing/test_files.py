"""Word and Excel: they open, hold the numbers, are safe, and equal content gives equal bytes."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn
from python_calamine import CalamineWorkbook

from liangcao.foundation.kernel.clock import day_end
from liangcao.foundation.kernel.errors import Invalid
from liangcao.ledger.seals_models import Seal
from liangcao.oversight.briefing import pdf, queries, word
from liangcao.reference.catalog import actions as catalog
from tests.factories.world import NOON, TODAY, World, make_world
from tests.oversight.briefing.day import EVENING, play

pytestmark = pytest.mark.django_db
FORMULA = '=HYPERLINK("http://example.com","x")'


@pytest.fixture
def world() -> World:
    made = make_world()
    play(made)
    return made


def file_of(world: World, ending: str, language: str = "zh-hans", hours: int = 0) -> bytes:
    made = queries.briefing(world.actor("leader"), world.bureau.pk, TODAY, at=EVENING + timedelta(hours=hours))
    content, _ = queries.briefing_file(
        made, ending, actor=world.actor("leader"), bureau_id=world.bureau.pk, language=language
    )
    return content


def sheet_rows(content: bytes, name: str) -> list[list[object]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name(name).to_python()


def test_another_ending_is_refused(world: World) -> None:
    with pytest.raises(Invalid) as told:
        file_of(world, "odt")
    assert told.value.code == "FORMAT_UNKNOWN"


@pytest.mark.parametrize("ending", ["docx", "pdf", "xlsx", "json", "txt"])
def test_the_same_briefing_twice_is_the_same_bytes(world: World, ending: str) -> None:
    assert file_of(world, ending) == file_of(world, ending)


def test_word_holds_every_number_and_chinese_fonts(world: World) -> None:
    made = queries.briefing(world.actor("leader"), world.bureau.pk, TODAY, at=EVENING)
    document = Document(io.BytesIO(file_of(world, "docx")))
    written = [paragraph.text for paragraph in document.paragraphs]
    assert written[0] == "示例市经信局 shili应急物资保障情况通报"
    assert "累计采购一次性医用口罩4.65万只。" in written
    table = document.tables[0]
    assert len(table.rows) == len(made.figures.figures) + 1
    shown = {row.cells[0].text: row.cells[1].text for row in table.rows}
    assert all(shown[figure.label_zh] == f"{figure.value:,}" for figure in made.figures.figures)
    run = document.paragraphs[0].runs[0]
    assert run._element.rPr.rFonts.get(qn("w:eastAsia")) == "方正小标宋简体"
    assert document.core_properties.created == day_end(TODAY)


def test_english_word(world: World) -> None:
    written = [paragraph.text for paragraph in Document(io.BytesIO(file_of(world, "docx", "en"))).paragraphs]
    assert "1. What came in" in written
    assert "Annex: figures" in written


def test_excel_holds_figures_and_registers_with_totals(world: World) -> None:
    content = file_of(world, "xlsx")
    names = CalamineWorkbook.from_filelike(io.BytesIO(content)).sheet_names
    assert names == ["通报", "数字", "物资储备明细表", "入库台账", "出库台账", "物资发放登记表"]
    made = queries.briefing(world.actor("leader"), world.bureau.pk, TODAY, at=EVENING)
    values = {row[-1]: row[1] for row in sheet_rows(content, "数字")[1:]}
    assert all(values[figure.key] == figure.value for figure in made.figures.figures)
    rows = sheet_rows(content, "入库台账")
    counted = next(str(row[0]) for row in rows if str(row[0]).startswith("共 "))
    place = rows[2].index("数量")
    body = [row for row in rows[3:] if str(row[1]).startswith(("RK", "TH", "DB", "CY"))]
    assert counted == f"共 {len(body)} 行"
    totals = [row for row in rows if row[0] == "合计"]
    assert sum(row[place] for row in body) == sum(row[place] for row in totals)


def test_no_cell_becomes_a_formula() -> None:
    world = make_world()
    item = catalog.add_item(
        code="=1+1", name=FORMULA, base_unit="只", category=world.mask.category, by=world.system, at=NOON
    )
    world.put_in(item, 5)
    made = queries.register(world.actor("auditor"), world.bureau.pk, "stock_statement", from_=TODAY, to=TODAY)
    content = queries.register_file(made, made_at=EVENING)
    import zipfile

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet
    row = next(row for row in sheet_rows(content, "物资储备明细表") if row[1] == "=1+1")
    assert row[2] == FORMULA


def test_json_has_the_figures_as_they_are_named(world: World) -> None:
    told = json.loads(file_of(world, "json"))
    figure = next(figure for figure in told["figures"] if figure["key"] == "purchase.T-mask.total")
    assert {"key", "label", "unit", "value", "scope", "period"} <= set(figure)
    assert (figure["value"], figure["unit"], figure["period"]) == (46_500, "只", "..2020-02-03")


def test_the_pdf_has_the_text_the_figures_and_the_seal(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is given to the drawing; and that the drawing with a seal and its QR is made."""
    given: list[Mapping[str, Any]] = []
    real = pdf.pdf_of

    def drawn(drawing: str, paper: Mapping[str, Any], *, moment: datetime) -> bytes:
        given.append(paper)
        return real(drawing, paper, moment=moment)

    monkeypatch.setattr(pdf, "pdf_of", drawn)
    made = queries.briefing(world.actor("leader"), world.bureau.pk, TODAY, at=EVENING)
    seal = Seal(book=world.book, number=3, day=TODAY, digest="ab" * 32)
    for language, begins in (("zh-hans", "最近封条"), ("en", "Last seal")):
        text = made.text(language)
        content = pdf.briefing_pdf(text, made.figures.figures, language=language, made_at=NOON, seal=seal)
        assert content.startswith(b"%PDF-")
        paper = given[-1]
        assert paper["text"]["title"] == text.title
        assert [line for part in paper["text"]["sections"] for line in part["paragraphs"]] == [
            line for part in text.sections for line in part.paragraphs
        ]
        shown = {label: value for label, value, _ in paper["annex"]["rows"]}
        assert all(shown[figure.label(language)] == f"{figure.value:,}" for figure in made.figures.figures)
        assert paper["seal"].startswith(begins)
        assert "ab" * 32 in paper["seal"]
        assert paper["qr"].startswith("<?xml")


def test_the_same_list_at_the_same_moment_is_the_same_bytes() -> None:
    sheet = word.Sheet("通讯录", "示例市", ("第一行",), ("姓名", "电话"), (60, 60), (("甲", "0579-0000001"),))
    made = [word.sheet_bytes(sheet, made_at=at) for at in (NOON, NOON, NOON + timedelta(hours=1))]
    assert made[0] == made[1] != made[2]
