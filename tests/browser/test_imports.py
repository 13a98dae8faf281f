"""A message and an odd workbook: read, two rows corrected, imported; sent again, nothing changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.test_every_page import sign_in
from tests.factories.accounts import make_office
from tests.factories.imports import NEEDS, workbook

ROWS = "#list table.rows tbody tr"
ODD = workbook(
    ("各单位防疫物资需求表",),
    NEEDS,
    ("示例医院一", "一次性医用口罩", "", "只", 20000, "", "", "急"),
    ("示例二院", "医用防护服", "", "套", 300, "", "", ""),
    ("示例医院一", "医用防护服", "", "件", 10, "", "", ""),
    ("", "", "", "合计", 20310, "", "", ""),
)
NO_WIDER = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"


@pytest.mark.browser
@pytest.mark.parametrize("width", [1440, 390])
def test_what_was_sent_becomes_requisitions_once(live_app: Any, new_page: Callable[..., Any], width: int) -> None:
    from django.urls import reverse

    from liangcao.operations.demand.models import Requisition, RequisitionLine

    world = make_office().world
    page = new_page(width=width, height=900)
    sign_in(page, live_app.url, "coordinator")
    new = f"{live_app.url}{reverse('import_new')}"

    page.goto(new)
    page.fill("[name=text]", f"{world.hospital.name} {world.mask.name}500只")
    page.fill("[name=sender]", "示例来文人")
    page.click("form.act button[type=submit]")
    page.wait_for_selector(ROWS)
    assert page.evaluate(NO_WIDER)

    drop(page, new, ODD)
    page.wait_for_selector(ROWS)
    assert page.locator(ROWS).count() == 3
    assert page.evaluate(NO_WIDER)
    here = page.url
    assert not page.locator("a:has-text('导入 3 行')").count()

    page.locator(ROWS).nth(1).locator("a:has-text('更正')").click()
    page.locator(f"#dialog button:has-text('{world.second_hospital.name}')").click()
    page.wait_for_selector("text=已更正")
    page.locator(ROWS).nth(2).locator("a:has-text('更正')").click()
    page.wait_for_selector("#dialog [name=factor]")
    page.fill("#dialog [name=factor]", "20")
    page.click("#dialog button.btn-primary")
    page.wait_for_selector("a:has-text('导入 3 行'), a:has-text('全部确认')")
    if page.locator("a:has-text('全部确认')").count():
        page.locator("a:has-text('全部确认')").first.click()
        page.click("#dialog button[type=submit]")
    page.wait_for_selector("a:has-text('导入 3 行')")
    page.click("a:has-text('导入 3 行')")
    page.click("#dialog button[type=submit]")
    page.wait_for_selector("text=关联单据")
    lines = RequisitionLine.objects.order_by("quantity_requested").values_list("item_id", "quantity_requested")
    assert list(lines) == [(world.suit.pk, 200), (world.suit.pk, 300), (world.mask.pk, 20_000)]
    assert Requisition.objects.count() == 2

    drop(page, new, ODD)
    page.wait_for_selector("text=没有重复导入")
    assert page.url == here
    assert Requisition.objects.count() == 2


def drop(page: Any, new: str, content: bytes) -> None:
    """Put a workbook into the form."""
    page.goto(new)
    page.set_input_files("[name=file]", {"name": "需求表.xlsx", "mimeType": "", "buffer": content})
    page.fill("[name=sender]", "示例来文人")
    page.click("form.act button[type=submit]")
