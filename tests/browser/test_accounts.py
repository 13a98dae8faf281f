"""Log-in with the second factor, a recovery code used once, the lock and its owner's way out, in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.factories.codes import code_of

WRONG = "Failed to load resource"


@pytest.fixture
def page(live_app: Any, new_page: Callable[..., Any]) -> Any:
    """A window at the log-in page of an office; answers that refuse are no errors of the page."""
    from tests.factories.accounts import make_office

    made = new_page()
    made.office = make_office()
    made.url_of = live_app.url
    made.allowed_errors.append(WRONG)
    made.goto(f"{live_app.url}/login/")
    return made


def send_password(page: Any, username: str, password: str) -> None:
    page.goto(f"{page.url_of}/login/")
    page.fill("#id_username", username)
    page.fill("#id_password", password)
    page.click("main button[type=submit]")


def send_code(page: Any, code: str) -> None:
    page.fill("#id_code", code)
    page.click("main button[type=submit]")


def log_out(page: Any) -> None:
    page.context.clear_cookies()


@pytest.mark.browser
@pytest.mark.slow
def test_second_factor_recovery_lock_and_unlock(page: Any) -> None:
    send_password(page, "leader", page.office.password)
    page.goto(f"{page.url_of}/account/second-factor/")
    assert page.locator(".qr svg").bounding_box()["width"] > 120
    secret = page.locator(".totp-steps .code").inner_text()
    send_code(page, code_of(secret, periods=-1))
    codes = page.locator("#codes li").all_inner_texts()
    assert len(codes) == 10

    log_out(page)
    send_password(page, "leader", page.office.password)
    send_code(page, "000000")
    assert "验证码不对" in page.locator("main").inner_text()
    send_code(page, code_of(secret))
    page.wait_for_selector(".bar-person")

    log_out(page)
    send_password(page, "leader", page.office.password)
    send_code(page, codes[0])
    page.wait_for_selector(".bar-person")
    log_out(page)
    send_password(page, "leader", page.office.password)
    send_code(page, codes[0])
    assert "已用过" in page.locator("main").inner_text()

    log_out(page)
    for _each in range(5):
        send_password(page, "leader", "wrong")
    send_password(page, "leader", page.office.password)
    assert "15 分钟" in page.locator("main").inner_text()
    page.click("text=用动态验证码解锁")
    page.fill("#id_username", "leader")
    send_code(page, code_of(secret, periods=1))
    assert "已解锁" in page.locator("main").inner_text()
    send_password(page, "leader", page.office.password)
    send_code(page, codes[1])
    page.wait_for_selector(".bar-person")
