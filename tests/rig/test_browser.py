"""The browser fixtures: a page opens, Chinese has a font, what a page may not do is noticed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.rig.live import LiveApp

pytestmark = pytest.mark.browser

WIDTHS = """() => {
  const canvas = document.createElement("canvas").getContext("2d");
  canvas.font = "40px sans-serif";
  const width = (text) => canvas.measureText(text);
  return [width("粮"), width("\\u{10FFFF}")].map((m) => [m.width, m.actualBoundingBoxAscent, m.actualBoundingBoxRight]);
}"""


def test_a_page_opens_in_chinese(new_page: Callable[..., Any]) -> None:
    page = new_page(width=390)
    page.set_content("<h1>粮草</h1>")
    assert page.inner_text("h1") == "粮草"
    assert page.evaluate("navigator.language") == "zh-CN"
    assert page.evaluate("innerWidth") == 390
    chinese, unknown = page.evaluate(WIDTHS)
    assert chinese != unknown, "no Chinese font: pictures would show boxes; on Debian install fonts-wqy-microhei"


def test_complaints_are_collected(new_page: Callable[..., Any]) -> None:
    page = new_page()
    page.allowed_errors = ["rig-test", "another host", "ERR_"]
    page.set_content("<script>console.error('rig-test')</script><img src='http://192.0.2.1/x.png'>")
    page.wait_for_timeout(100)


def test_the_application_answers(live_app: LiveApp, new_page: Callable[..., Any]) -> None:
    page = new_page()
    answer = page.goto(live_app.url)
    assert answer.status == 200
    assert page.locator("form").count() >= 1
