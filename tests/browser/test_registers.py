"""A register leaves the printer on A4 lying: as many sheets as it says, whose sums add up to the total."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.factories.accounts import make_office
from tests.factories.walking import Walker

A4_LYING = (842, 595)


@pytest.mark.browser
def test_sheets_from_the_printer(live_app: Any, new_page: Callable[..., Any]) -> None:
    world = make_office().world
    quantities = [1_000 + 37 * number for number in range(30)]
    for quantity in quantities:
        world.put_in(world.mask, quantity)
    auditor = Walker(new_page(), live_app.url).log_in("auditor")
    auditor.go("/ledger/registers/receipts_register/?from=2020-01-01").follow("打印")
    auditor.page.wait_for_selector(".sheet-number")
    count = auditor.page.locator(".sheet").count()
    assert count > 1
    numbers = auditor.page.locator(".sheet-number").all_inner_texts()
    assert numbers == [f"第 {number} 页 共 {count} 页" for number in range(1, count + 1)]
    sums = auditor.page.locator(".sheet-rows tfoot tr:first-child").all_inner_texts()
    added = sum(int(re.findall(r"[\d,]{4,}", text)[0].replace(",", "")) for text in sums)
    assert added == sum(quantities)
    cut = auditor.page.evaluate(
        "() => [...document.querySelectorAll('.sheet, .sheet td')]"
        ".filter(part => part.scrollWidth > part.clientWidth + 1 || part.scrollHeight > part.clientHeight + 1)"
        ".map(part => part.className + ':' + part.textContent.slice(0, 40))"
    )
    assert cut == []
    printed = auditor.page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == count
    sides = re.findall(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", printed)
    assert {(round(float(width)), round(float(height))) for width, height in sides} == {A4_LYING}
