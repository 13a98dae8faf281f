"""What waits rings: the title counts by itself, and the bell remembers that it was switched on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.browser.test_every_page import sign_in
from tests.factories.accounts import make_office
from tests.factories.demand import make_requisition
from tests.factories.world import TODAY

HEARD = """() => {
  window.heard = 0;
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (...given) { window.heard += 1; return start.apply(this, given); };
}"""


@pytest.mark.browser
def test_a_new_requisition_counts_and_rings(live_app: Any, new_page: Callable[..., Any]) -> None:
    office = make_office(day=TODAY + timedelta(days=1))
    page = new_page()
    page.clock.install()
    sign_in(page, live_app.url, "coordinator")
    page.goto(f"{live_app.url}/")
    assert page.title().startswith("今日")
    page.evaluate(HEARD)
    page.click(".bar-person summary")
    bell = page.locator(".bar-menu [data-ring]")
    assert bell.inner_text() == "铃声:关"
    bell.click()
    assert bell.inner_text() == "铃声:开"
    assert page.evaluate("window.heard") == 2, "the bell is heard when it is switched on"
    make_requisition(office.world)
    page.clock.fast_forward(31_000)
    page.wait_for_selector("#bar-waiting[data-waiting='1']")
    # The title follows the part of the page that was exchanged.
    page.wait_for_function("document.title.startsWith('(1) 今日')")
    assert page.locator("#bar-waiting b").inner_text() == "1"
    assert page.evaluate("window.heard") == 4
    page.clock.fast_forward(31_000)
    page.reload()
    assert page.title().startswith("(1) 今日")
    page.click(".bar-person summary")
    assert page.locator(".bar-menu [data-ring]").inner_text() == "铃声:开"
