"""The page that a checkpoint keeps: opened from a file, without any network."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from liangcao.foundation.kernel.clock import business_date, now
from liangcao.operations.passes import actions
from tests.browser.test_every_page import OVERFLOW, sign_in
from tests.factories.accounts import make_office
from tests.factories.passes import make_pass


def _verdict(page: Any, code: str) -> str:
    page.fill("#code", code)
    page.click("button[type=submit]")
    page.wait_for_selector("#result .word")
    return str(page.locator("#result .word").inner_text())


@pytest.mark.browser
def test_codes_are_checked_without_a_network(live_app: Any, new_page: Callable[..., Any], tmp_path: Path) -> None:
    world = make_office(day=business_date(now())).world
    today, day = business_date(now()), timedelta(days=1)
    given = {"at": now(), "valid_from": today, "valid_until": today}
    good = make_pass(world, **given)
    later = make_pass(world, "沪AD12345", **given | {"valid_from": today + day, "valid_until": today + day})
    ended = make_pass(
        world, "鲁B1234挂", **given | {"at": now() - day, "valid_from": today - day, "valid_until": today - day}
    )
    stopped = make_pass(world, "京B12345", **given)
    actions.revoke_pass(
        pass_id=stopped.pk, reason="已退出保供", by=world.actor("coordinator"), at=now(), client_id=uuid4()
    )
    desk = new_page()
    sign_in(desk, live_app.url, "coordinator")
    desk.goto(f"{live_app.url}/dispatch/passes/")
    with desk.expect_download() as coming:
        desk.click("a[download]")
    file = tmp_path / "checker.html"
    coming.value.save_as(file)

    page = new_page(width=390, height=844)
    page.allowed_errors.append("request to another host: file:")
    page.context.set_offline(True)
    page.goto(file.as_uri())
    assert page.locator("#warning").is_hidden()
    for held, expected, plate in (
        (good, "有效", "鄂A12345"), (later, "未到生效日", "沪AD12345"), (ended, "已过期", "鲁B1234挂"),
        (stopped, "已吊销", "京B12345"),
    ):  # fmt: skip
        assert _verdict(page, held.code) == expected
        assert page.locator("#result .plate").inner_text() == plate
    moved = good.code.replace("42A12345", "42A12346")
    for forged in (moved, good.code[:-1], good.code[:-1] + "_", good.code.swapcase(), "鄂A12345", "LCP1.x"):
        assert _verdict(page, forged) == "伪造或残缺"
        assert page.locator("#result .plate").count() == 0
    assert page.evaluate(OVERFLOW) <= 0

    # A list that somebody has shortened, and one that is old.
    text = file.read_text(encoding="utf-8")
    short = tmp_path / "short.html"
    short.write_text(text.replace(f"{stopped.number}:", "TX20200203-0:"), encoding="utf-8")
    page.goto(short.as_uri())
    assert "签字不符" in page.locator("#warning").inner_text()
    page.fill("#code", good.code)
    page.click("button[type=submit]")
    assert page.locator("#result .word").count() == 0
    page.add_init_script("const real = Date.now; Date.now = () => real() + 25 * 3600000;")
    page.goto(file.as_uri())
    assert "24 小时" in page.locator("#warning").inner_text()
