"""36: words without a blank in them, hundreds of signs long, break no page of an import."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.test_every_page import sign_in
from tests.factories.accounts import make_office
from tests.factories.imports import NEEDS, begin, workbook

NO_WIDER = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
WORD = "W" * 600
IDENTITY = "990000190001010016"


@pytest.mark.browser
@pytest.mark.parametrize("width", [1440, 390])
def test_the_pages_of_an_import_are_no_wider_for_them(live_app: Any, new_page: Callable[..., Any], width: int) -> None:
    from django.urls import reverse

    world = make_office().world
    run = begin(
        world, "requisitions",
        workbook(
            ("各单位防疫物资需求表" + WORD[:300],), (*NEEDS, WORD[:28], "证件号码"),
            (WORD, "一次性医用口罩", "", "只", 20, "", "1380013800", WORD, "", IDENTITY),
            ("示例医院一", WORD, "", WORD[:30], 20, "", "", "", "", ""),
            ("示例医院二", "医用防护服", WORD, "套", WORD, "", "", "", WORD, ""),
            ("合计", WORD, "", "", 60, "", "", "", "", ""),
        ),
        name=f"{WORD[:180]}.xlsx", sender=WORD[:60],
    )  # fmt: skip
    page = new_page(width=width, height=900)
    sign_in(page, live_app.url, "coordinator")
    for name in ("import", "import_columns", "import_description", "import_list"):
        arguments = [] if name == "import_list" else [run.pk]
        page.goto(f"{live_app.url}{reverse(name, args=arguments)}")
        assert page.evaluate(NO_WIDER), name
        assert IDENTITY not in page.content()
    row = run.rows.order_by("number").first()
    page.goto(f"{live_app.url}{reverse('import_row_correction', args=[run.pk, row.pk])}")
    assert page.evaluate(NO_WIDER)
