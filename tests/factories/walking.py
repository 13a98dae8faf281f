"""Walking through the pages like a person: log in, fill in, press the blue button, read what stands there."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

PASSWORD = "shili-mima-2020"


class Walker:
    """One person at one browser window."""

    def __init__(self, page: Any, url: str) -> None:
        self.page = page
        self.url = url

    def log_in(self, username: str) -> Walker:
        """Through the log-in page."""
        self.page.goto(self.url + "/login/")
        self.page.fill("input[name=username]", username)
        self.page.fill("input[name=password]", PASSWORD)
        self.page.click("main button[type=submit]")
        self.page.wait_for_url(lambda where: "/login/" not in where)
        return self

    def go(self, path: str) -> Walker:
        """Open an address of the application."""
        answer = self.page.goto(self.url + path)
        assert answer is not None
        assert answer.status < 400, (path, answer.status, self.text)
        return self

    def follow(self, name: str, **options: Any) -> Walker:
        """Follow a link of the page's content, and wait for the next page."""
        with self.page.expect_navigation():
            self.page.get_by_role("link", name=name, **options).first.click()
        return self

    def fill(self, **values: Any) -> Walker:
        """Fill fields by their names; row 0's quantity is lines-0-quantity, written lines_0__quantity."""
        for key, value in values.items():
            name = re.sub(r"^lines_(\d+)__", r"lines-\1-", key)
            self._fill(name, value)
        return self

    def _fill(self, name: str, value: Any) -> None:
        field = self.page.locator(f"[name='{name}']:not([type=hidden])")
        tag = field.first.evaluate("node => node.tagName + '/' + node.type")
        if tag.startswith("SELECT"):
            self._choose(name, field, str(value))
        elif tag.endswith("/radio"):
            self.page.check(f"[name='{name}'][value='{value}']")
        elif tag.endswith("/checkbox"):
            field.set_checked(bool(value))
        else:
            field.fill(str(value))

    def _choose(self, name: str, field: Any, text: str) -> None:
        """Select by what is read; where our script has made it searchable, type and press Enter."""
        if field.is_visible():
            value = field.evaluate(
                "(node, text) => [...node.options].find((o) => o.text === text || o.value === text || o.text.startsWith(text)).value",
                text,
            )
            field.select_option(value)
            return
        box = self.page.locator(f".chooser:has(+ select[name='{name}']) input")
        box.fill(text)
        box.press("Enter")

    def press(self, name: str) -> Walker:
        """Press the button that sends the form, and wait for the page that follows."""
        with self.page.expect_navigation():
            self.page.locator("main form.act button[type=submit]", has_text=name).first.click()
        return self

    def act(self, name: str, *, button: str = "", **values: Any) -> Walker:
        """An act that opens in the dialog: open it, fill it in, send it."""
        self.page.locator(".page-acts, .sign").get_by_role("link", name=name, exact=True).first.click()
        dialog = self.page.locator("#dialog-body form")
        dialog.wait_for()
        for key, value in values.items():
            dialog.locator(f"[name='{key}']").fill(str(value))
        with self.page.expect_navigation():
            dialog.get_by_role("button", name=button or name, exact=True).click()
        return self

    @property
    def text(self) -> str:
        """What the page's content says, on one line."""
        return re.sub(r"\s+", " ", self.page.locator("main").inner_text())

    @property
    def path(self) -> str:
        """Where we are."""
        return self.page.url.removeprefix(self.url)

    def says(self, *texts: str) -> Walker:
        """Assert that the page says this; blanks do not count."""
        shown = re.sub(r"\s+", "", self.text)
        missing = [text for text in texts if re.sub(r"\s+", "", text) not in shown]
        assert not missing, f"{self.path} does not say {missing}: {self.text}"
        return self


Login = Callable[..., Walker]
