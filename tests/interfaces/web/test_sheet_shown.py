"""Tables as words for a chat group and as pictures."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from PIL import Image

from liangcao.foundation.kernel.errors import Invalid
from liangcao.interfaces.web.sheet_shown import IMAGE_ROWS, TEXT_ROWS, image_of, text_of
from liangcao.interfaces.web.spreadsheet import Sheet

HEADING = ["单位", "物资", "数量", "单位"]


def handed(count: int, **more: Any) -> Sheet:
    rows = ([f"示例医院{place}", "N95口罩", 500, "只"] for place in range(count))
    return Sheet("发放", HEADING, rows, ["示例市", ""], {2: 3}, units={2: 3}, **more)


def test_a_line_is_what_a_person_would_write() -> None:
    told = text_of(handed(2))
    lines = ["发放", "示例市", "示例医院0 N95口罩 500只", "示例医院1 N95口罩 500只", "合计 1,000只", "共 2 行"]
    assert told == "\n".join(lines) + "\n"


def test_words_end_after_two_hundred_rows_with_the_sums_and_count_of_all() -> None:
    lines = text_of(handed(1_234)).splitlines()
    assert len(lines) == 2 + TEXT_ROWS + 3
    assert lines[-4:] == [f"示例医院{TEXT_ROWS - 1} N95口罩 500只", "…", "合计 617,000只", "…共 1,234 行"]


def test_several_numbers_and_days_are_named_and_zeros_left_out() -> None:
    rows = [["口罩", 5, 0, "只", date(2020, 2, 3), date(2020, 2, 9)], ["手套\n乳胶", 7, 2, "双", None, ""]]
    sheet = Sheet("需求", ["物资", "申领", "在途", "单位", "从", "到"], rows, units={1: 3, 2: 3})
    assert text_of(sheet).splitlines()[1:3] == [
        "口罩 申领 5只 从 2020-02-03 到 2020-02-09", "手套 乳胶 申领 7双 在途 2双",
    ]  # fmt: skip


def test_only_the_brief_columns_are_said() -> None:
    assert text_of(handed(1, brief=[1, 2])).splitlines()[2] == "N95口罩 500只"


def test_no_rows() -> None:
    assert text_of(handed(0)).splitlines() == ["发放", "示例市", "共 0 行"]
    assert Image.open(io.BytesIO(image_of(handed(0)))).format == "PNG"


def test_a_picture_is_as_large_as_its_table_and_equal_tables_are_equal_pictures() -> None:
    small, large = (Image.open(io.BytesIO(image_of(handed(count)))) for count in (1, IMAGE_ROWS))
    assert small.width <= large.width < 500
    assert small.height * 5 < large.height < 4_000
    assert image_of(handed(3)) == image_of(handed(3))
    assert len(small.convert("L").getcolors() or []) > 20, "no letters were drawn"


def test_what_people_typed_is_never_markup() -> None:
    evil = '#read("/etc/hostname") $x$ *bold* [] "\\'
    sheet = Sheet(evil, [evil], [[evil]], [evil])
    assert image_of(sheet).startswith(b"\x89PNG")


def test_a_longer_table_is_refused_with_what_to_do() -> None:
    with pytest.raises(Invalid) as refusal:
        image_of(handed(IMAGE_ROWS + 1))
    assert refusal.value.code == "IMAGE_TOO_LONG"
    assert "筛选" in refusal.value.zh
