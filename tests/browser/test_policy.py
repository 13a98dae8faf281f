"""What the browser itself refuses on our pages, and that nothing of ours needs it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

COLLECT = """window.refusedByPolicy = [];
document.addEventListener("securitypolicyviolation", (event) =>
  window.refusedByPolicy.push(event.effectiveDirective + " " + event.blockedURI));"""
SMUGGLED = """() => {
  window.ran = [];
  const script = document.createElement("script");
  script.textContent = "window.ran.push('script')";
  document.body.append(script);
  const image = document.createElement("div");
  image.innerHTML = "<img src='/x' onerror=\\"window.ran.push('handler')\\"><b style='color: red' id='styled'>x</b>";
  document.body.append(image);
  const frame = document.createElement("iframe");
  frame.src = "/login/";
  document.body.append(frame);
  setTimeout("window.ran.push('text')", 0);
  return new Promise((done) => setTimeout(() => done(window.ran), 500));
}"""


@pytest.mark.browser
def test_what_somebody_smuggles_into_a_page_does_not_run(live_app: Any, new_page: Callable[..., Any]) -> None:
    """Somebody gets script, a handler, a style and a frame past our escaping: the browser refuses them all."""
    page = new_page()
    page.allowed_errors = ["Content Security Policy", "Failed to load resource", "Refused", "violates"]
    page.add_init_script(COLLECT)
    page.goto(live_app.url + "/login/")
    assert page.evaluate("window.refusedByPolicy") == []
    assert page.evaluate(SMUGGLED) == []
    refused = {entry.split()[0] for entry in page.evaluate("window.refusedByPolicy")}
    assert {"script-src-elem", "script-src-attr", "style-src-attr", "frame-src"} <= refused
    assert page.evaluate("getComputedStyle(document.getElementById('styled')).color") != "rgb(255, 0, 0)"


@pytest.mark.browser
def test_the_description_of_the_calls_needs_no_exception(live_app: Any, new_page: Callable[..., Any]) -> None:
    page = new_page()
    page.add_init_script(COLLECT)
    page.goto(live_app.url + "/api/v1/docs")
    page.locator("article.api-docs details summary").first.click()
    page.wait_for_selector("article.api-docs details[open] pre, article.api-docs details[open] p")
    assert page.evaluate("window.refusedByPolicy") == []
