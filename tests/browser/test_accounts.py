"""Log-in with the second factor, a recovery code used once, the lock and its owner's way out, in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.factories.codes import early_code_of

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


def submit(page: Any) -> None:
    """Sent and answered: a page left before its form has reached the server takes the form with it."""
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.click("main button[type=submit]")


def send_password(page: Any, username: str, password: str) -> None:
    page.goto(f"{page.url_of}/login/")
    page.fill("#id_username", username)
    page.fill("#id_password", password)
    submit(page)


def send_code(page: Any, code: str) -> None:
    page.fill("#id_code", code)
    submit(page)


def told(page: Any, text: str) -> None:
    """The page that answers says so; what is read at once may still be the page before it."""
    page.wait_for_selector(f"main:has-text('{text}')")


def log_out(page: Any) -> None:
    page.context.clear_cookies()


@pytest.mark.browser
@pytest.mark.slow
def test_second_factor_recovery_lock_and_unlock(page: Any) -> None:
    send_password(page, "leader", page.office.password)
    page.goto(f"{page.url_of}/account/second-factor/")
    assert page.locator(".qr svg").bounding_box()["width"] > 120
    secret = page.locator(".totp-steps .code").inner_text()
    send_code(page, early_code_of(secret, periods=-1))
    page.wait_for_selector("#codes li")
    codes = page.locator("#codes li").all_inner_texts()
    assert len(codes) == 10

    log_out(page)
    send_password(page, "leader", page.office.password)
    page.wait_for_selector("#id_code")
    send_code(page, "000000")
    told(page, "验证码不对")
    send_code(page, early_code_of(secret))
    page.wait_for_selector(".bar-person")

    log_out(page)
    send_password(page, "leader", page.office.password)
    page.wait_for_selector("#id_code")
    send_code(page, codes[0])
    page.wait_for_selector(".bar-person")
    log_out(page)
    send_password(page, "leader", page.office.password)
    page.wait_for_selector("#id_code")
    send_code(page, codes[0])
    told(page, "已用过")

    log_out(page)
    for _each in range(5):
        send_password(page, "leader", "wrong")
    send_password(page, "leader", page.office.password)
    told(page, "15 分钟")
    page.click("text=用动态验证码解锁")
    page.fill("#id_username", "leader")
    send_code(page, early_code_of(secret, periods=1))
    told(page, "已解锁")
    send_password(page, "leader", page.office.password)
    page.wait_for_selector("#id_code")
    send_code(page, codes[1])
    page.wait_for_selector(".bar-person")
