"""A list is copied as words into the clipboard, with and without the browser's interface for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.test_every_page import sign_in
from tests.factories.accounts import make_office

NO_INTERFACE = "Object.defineProperty(navigator, 'clipboard', { value: undefined })"
REMEMBER = "document.addEventListener('copy', () => { window.copied = document.activeElement.value; })"
REFUSE = "document.execCommand = () => false"


def at_the_lots(live_app: Any, page: Any) -> Any:
    world = make_office().world
    world.put_in(world.mask, 20_000)
    world.put_in(world.suit, 300)
    sign_in(page, live_app.url, "storekeeper")
    page.set_default_timeout(8_000)
    page.goto(f"{live_app.url}/stock/entries/?item={world.suit.code}")
    return page


@pytest.mark.browser
@pytest.mark.parametrize("width", [1440, 390])
def test_the_list_as_filtered_is_copied(live_app: Any, new_page: Callable[..., Any], width: int) -> None:
    page = at_the_lots(live_app, new_page(width=width, height=900))
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=live_app.url)
    page.get_by_role("link", name="复制为文字").click()
    page.get_by_role("link", name="已复制").wait_for()
    told = page.evaluate("navigator.clipboard.readText()")
    assert "300" in told
    assert "20,000" not in told
    assert told.rstrip().endswith("共 1 行")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.browser
def test_without_the_interface_the_selection_is_copied(live_app: Any, new_page: Callable[..., Any]) -> None:
    page = new_page(width=1440, height=900)
    page.add_init_script(NO_INTERFACE)
    at_the_lots(live_app, page).evaluate(REMEMBER)
    page.get_by_role("link", name="复制为文字").click()
    page.get_by_role("link", name="已复制").wait_for()
    assert "300" in page.evaluate("window.copied")


@pytest.mark.browser
def test_what_cannot_be_copied_is_a_file(live_app: Any, new_page: Callable[..., Any]) -> None:
    page = new_page(width=1440, height=900)
    page.add_init_script(NO_INTERFACE)
    at_the_lots(live_app, page).evaluate(REFUSE)
    with page.expect_download() as made:
        page.get_by_role("link", name="复制为文字").click()
    assert made.value.suggested_filename.endswith(".txt")


@pytest.mark.browser
def test_a_picture_is_kept(live_app: Any, new_page: Callable[..., Any]) -> None:
    page = at_the_lots(live_app, new_page(width=1440, height=900))
    with page.expect_download() as made:
        page.get_by_role("link", name="存为图片").click()
    assert made.value.suggested_filename.endswith(".png")
