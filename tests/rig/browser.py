"""A real Chromium, driven by Playwright. It can reach this machine only."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.rig.strictness import missing

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
]
LOCAL_SCHEMES = ("data", "blob", "about")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """One browser per process."""
    path = os.environ.get("LIANGCAO_CHROMIUM") or next((found for name in NAMES if (found := shutil.which(name))), None)
    if path is None:
        missing("browser tests need Chromium; on Debian: apt-get install chromium fonts-wqy-microhei")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def new_page(chromium: Any) -> Iterator[Callable[..., Any]]:
    """`new_page(width=1366, height=768, language="zh-CN", **context options)` opens a page with cookies of its own.

    At the end of the test every page must be free of console errors, uncaught exceptions and requests to other hosts;
    `page.allowed_errors` is a list of texts that the test expects.
    """
    contexts: list[Any] = []
    complaints: list[tuple[Any, str]] = []

    def make(*, width: int = 1366, height: int = 768, language: str = "zh-CN", **options: Any) -> Any:
        context = chromium.new_context(viewport={"width": width, "height": height}, locale=language, **options)
        context.set_default_timeout(30_000)
        contexts.append(context)
        page = context.new_page()
        page.allowed_errors = []
        listen(page, complaints)
        return page

    yield make
    for context in contexts:
        context.close()
    unexpected = [text for page, text in complaints if not any(allowed in text for allowed in page.allowed_errors)]
    assert not unexpected, f"the browser complained: {unexpected}"


def listen(page: Any, complaints: list[tuple[Any, str]]) -> None:
    """Collect what a page may not do."""

    def on_console(message: Any) -> None:
        if message.type == "error":
            complaints.append((page, f"console: {message.text} ({message.location.get('url', '')})"))

    def on_request(request: Any) -> None:
        target = urlsplit(request.url)
        if target.scheme not in LOCAL_SCHEMES and target.hostname != "127.0.0.1":
            complaints.append((page, f"request to another host: {request.url}"))

    page.on("console", on_console)
    page.on("pageerror", lambda error: complaints.append((page, f"exception: {error}")))
    page.on("request", on_request)
