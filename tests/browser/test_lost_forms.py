"""What was typed comes back: after the session ended while a form was filled, and after another log-in made it old."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.test_every_page import sign_in
from tests.factories.accounts import make_office

ROWS = "[data-line-rows] [data-line]"
LAST = "input[name=lines-3-quantity]"
WRONG = "Failed to load resource"
KEPT = "sessionStorage.getItem('form-sent')"


def fill(page: Any, url: str, office: Any) -> str:
    """A transfer with more rows than the form begins with; returns its id and how many
    rows there are."""
    page.goto(f"{url}{office.address}")
    page.select_option("[name=from_store]", str(office.world.store.pk), force=True)
    page.select_option("[name=to_store]", str(office.world.second_store.pk), force=True)
    page.fill("[name=reason]", "前移备货")
    for _ in range(2):
        page.click("[data-add-line]")
    page.fill(LAST, "12")
    return f"{page.input_value('[name=client_id]')} {page.locator(ROWS).count()}"


class Known:
    """The office and the address of its form."""

    def __init__(self) -> None:
        from django.urls import reverse

        self.made = make_office()
        self.world = self.made.world
        self.world.put_in(self.world.mask, 100)
        self.address = reverse("transfer")


def is_filled(page: Any, key: str) -> bool:
    return (
        page.input_value("[name=reason]") == "前移备货"
        and page.input_value(LAST) == "12"
        and f"{page.input_value('[name=client_id]')} {page.locator(ROWS).count()}" == key
        and "已恢复您刚才填写的内容" in page.locator("form.act").inner_text()
    )


@pytest.mark.browser
def test_what_was_typed_comes_back(live_app: Any, new_page: Callable[..., Any]) -> None:
    office = Known()
    page = new_page()
    page.allowed_errors.append(WRONG)
    sign_in(page, live_app.url, "storekeeper")

    key = fill(page, live_app.url, office)
    page.context.clear_cookies(name="sessionid")
    page.click("form.act button[type=submit]")
    page.wait_for_selector("form.login")
    page.fill("#id_username", "storekeeper")
    page.fill("#id_password", office.made.password)
    page.click("main button[type=submit]")
    page.wait_for_selector("form.act")
    assert is_filled(page, key)
    assert page.evaluate(KEPT) is None
    page.reload()
    assert page.input_value("[name=reason]") == "", "it comes back once"

    key = fill(page, live_app.url, office)
    page.context.clear_cookies(name="csrftoken")
    page.click("form.act button[type=submit]")
    page.wait_for_selector("a[data-reopens]")
    assert "页面已过期" in page.locator("main").inner_text()
    page.click("a[data-reopens]")
    page.wait_for_selector("form.act")
    assert is_filled(page, key)

    page.context.clear_cookies(name="sessionid")
    page.click("form.act button[type=submit]")
    page.wait_for_selector("form.login")
    page.fill("#id_username", "administrator")
    page.fill("#id_password", office.made.password)
    page.click("main button[type=submit]")
    page.wait_for_selector(".bar-person")
    assert page.evaluate(KEPT) is None, "another person finds nothing of it"
