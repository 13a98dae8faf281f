"""A pasted message: read, looked over, one row corrected, and it is a requisition."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.test_every_page import sign_in
from tests.factories.accounts import make_office

ROWS = ".table-scroll table.rows:not(.rows-form) tbody tr"


@pytest.mark.browser
@pytest.mark.parametrize("width", [1440, 390])
def test_a_message_becomes_a_requisition(live_app: Any, new_page: Callable[..., Any], width: int) -> None:
    from django.urls import reverse

    from liangcao.operations.demand.models import Requisition, RequisitionLine

    world = make_office().world
    page = new_page(width=width, height=900)
    sign_in(page, live_app.url, "coordinator")
    page.goto(f"{live_app.url}{reverse('requisition_new')}")
    message = f"急需{world.mask.name}2万只,宝葫芦300只;现有{world.mask.name}1,200只"
    page.fill("#message", message)
    page.click("form.pasted button")
    page.wait_for_selector(ROWS)
    assert page.locator(ROWS).count() == 3
    assert "请" in page.locator(ROWS).nth(1).inner_text()
    assert page.input_value("[name=lines-0-quantity]") == "20000"
    assert page.input_value("[name=lines-0-on_hand]") == "1200"
    assert page.input_value("[name=note]") == message
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert Requisition.objects.count() == 0

    page.select_option("[name=organisation_id]", str(world.hospital.pk), force=True)
    page.fill("[name=caller]", "示例来电人")
    page.select_option("[name=lines-1-item_id]", str(world.suit.pk), force=True)
    page.fill("[name=lines-1-unit]", "")
    page.click("form.act button[type=submit]")
    page.wait_for_selector("text=已登记,等待审核")
    asked = RequisitionLine.objects.order_by("pk").values_list("item_id", "quantity_requested", "on_hand")
    assert list(asked) == [(world.mask.pk, 20_000, 1_200), (world.suit.pk, 300, None)]
