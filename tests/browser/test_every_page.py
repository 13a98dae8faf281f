"""Every page of the URL map in a real browser: widths, console, language, accessibility.

The addresses are found by walking a filled demo book as each of its accounts, so that a new page is covered by itself; a
page that needs no account of the book (log-in) is opened without one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.test_policy import COLLECT

WIDTHS = (390, 1366, 1440)
BOOK = "yongkang"
# Latin words that a Chinese page may show: units, names of standards, codes of items on paper. Other codes stand in
# elements of their own and are left out.
ALLOWED = re.compile(
    r"^(?:EN|CSV|https|N95|KN95|GB|YY|PDF|ppm|pH|ml|mL|kg|EPCIS|GS1|UDI|MA|AHM|Chrome|Excel|xlsx|xls|MB"
    r"|[A-Z]|[A-Z]{2}\d{2}|[A-Z]{2}\d{8}|[A-Z]?\d+[A-Za-z]*)$"
)
WORD = re.compile(r"[A-Za-z][A-Za-z0-9]*")
SERIOUS = ("serious", "critical")
# Visible text without codes, numbers of documents, hashes, and what is marked as English.
VISIBLE_TEXT = """() => {
  const left_out = ".code,.hash,.document-number,[lang=en],script,style,template,svg title,datalist,option,.is-hidden";
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const texts = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (parent.closest(left_out) || !parent.getClientRects().length) continue;
    if (node.textContent.trim()) texts.push(node.textContent.trim());
  }
  document.querySelectorAll("[placeholder]").forEach((field) => texts.push(field.placeholder));
  return texts;
}"""
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.mark.browser
@pytest.mark.slow
def test_every_page(live_app: Any, new_page: Callable[..., Any]) -> None:
    accounts = fill_book()
    pages = addresses(accounts)
    assert len(pages) > 50, "the walk found too few pages"
    windows: dict[str, Window] = {}
    problems: list[str] = []
    for path, username in pages:
        if username not in windows:
            windows[username] = Window(new_page(width=WIDTHS[0], height=844), live_app.url, username)
        problems += windows[username].look_at(path)
    assert not problems, "\n".join(problems)


class Window:
    """A browser window of one account, which hears what the console says."""

    def __init__(self, page: Any, url: str, username: str) -> None:
        self.page, self.url, self.heard = page, url, []  # type: ignore[var-annotated]
        self.has_looked = False
        page.add_init_script(COLLECT)
        page.on("console", lambda message: self.heard.append(message.text) if message.type == "error" else None)
        sign_in(page, url, username)

    def look_at(self, path: str) -> list[str]:
        """What is wrong with one page: loaded on the phone, then made wider as somebody turns or drags a window."""
        self.heard.clear()
        page = self.page
        page.set_viewport_size({"width": WIDTHS[0], "height": 844})
        answer = page.goto(self.url + path)
        problems = [] if answer.status == 200 else [f"status {answer.status}"]
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 844 if width < 500 else 768})
            overflow = page.evaluate(OVERFLOW)
            if overflow > 0:
                problems.append(f"{overflow} px wider than the screen at {width}")
            if width != WIDTHS[-1]:
                # Colours are the slow part of axe and the same at all widths, but for the frame of the phone.
                looks_at_colours = width == WIDTHS[1] or not self.has_looked
                problems += [f"{finding} at {width}" for finding in axe_findings(page, colours=looks_at_colours)]
        self.has_looked = True
        problems += [f"Latin word {word!r}" for word in latin_words(page)]
        problems += [f"refused by the policy: {text}" for text in page.evaluate("window.refusedByPolicy")]
        return [f"{path}: {problem}" for problem in problems + [f"console: {text[:200]}" for text in self.heard]]


def fill_book() -> list[Any]:
    """One book of the demo, and its accounts."""
    from liangcao.interfaces.commands.demo.fill import accounts_of, fill

    made = fill(scenario="seeds", books=(BOOK,), now=datetime.now(ZoneInfo("Asia/Shanghai")), say=lambda _text: None)
    return accounts_of(made)


def addresses(accounts: list[Any]) -> list[tuple[str, str]]:
    """(path, account) for each route that is a page for somebody; "" is nobody. Files and fragments are no pages."""
    from liangcao.interfaces.commands.demo.pages import ask_all

    found: dict[str, tuple[str, str]] = {"login": ("/login/", "")}
    for answer in ask_all(accounts):
        if (
            answer.status == 200
            and answer.route not in found
            and not answer.path.startswith("/api/")
            and answer.is_page
        ):
            found[answer.route] = (answer.path, answer.account)
    return list(found.values())


def client_of(username: str) -> Any:
    """A Django client logged in as this account."""
    from django.test import Client

    from liangcao.foundation.identity.queries import user_by_name

    client = Client()
    user = user_by_name(username)
    assert user is not None
    client.force_login(user)
    return client


def sign_in(page: Any, url: str, username: str) -> None:
    """A session of the account, as its cookie."""
    if not username:
        return
    from django.conf import settings

    value = client_of(username).cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": url}])


def latin_words(page: Any) -> list[str]:
    """Latin words of a Chinese page that are neither codes nor allowed."""
    text = " ".join(page.evaluate(VISIBLE_TEXT))
    return sorted({word for word in WORD.findall(text) if not ALLOWED.match(word)})


def axe_findings(page: Any, *, colours: bool = True) -> list[str]:
    """Serious findings of axe-core, with or without the contrast of colours."""
    rules = {"color-contrast": {"enabled": colours}}
    result = Axe().run(page, options={"resultTypes": ["violations"], "rules": rules})
    return [
        f"{violation['id']}: {violation['help']} {violation['nodes'][0]['html'][:160]}"
        for violation in result.response["violations"]
        if violation["impact"] in SERIOUS
    ]
