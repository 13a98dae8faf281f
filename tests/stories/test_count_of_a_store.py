"""A store is counted on the phone: 3 short and 5 over, recounted by another person, signed by two, posted; the
register shows it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from liangcao.ledger import verify
from tests.factories.accounts import Office, make_log_in
from tests.factories.walking import Login

PHONE = {"width": 390, "height": 844}


@pytest.mark.browser
def test_three_short_and_five_over(office: Office, person: Login) -> None:
    world = office.world
    make_log_in(world, "counter", "清点员甲")
    world.put_in(world.mask, 1_000)
    world.put_in(world.n95, 40, expires_on=date(2020, 2, 20))

    keeper = person("storekeeper", **PHONE)
    keeper.page.allowed_errors = ["status of 400", "status of 403", "status of 409"]
    keeper.go("/stock/counts/new/").fill(store="一号库").press("开表").says("盲盘", "0 / 2")
    assert "1,000" not in keeper.text
    sheet = keeper.path
    keeper.follow("录入数量")
    assert_fits(keeper.page)
    keeper.fill(lines_0__quantity="997").press("保存已点的行").says("1 / 2")
    keeper.go(f"{sheet}completion/").press("清点完成").says("还有 1 行没点")
    keeper.go(f"{sheet}entry/").fill(lines_0__quantity="45").press("保存已点的行").act("清点完成")
    keeper.says("-3", "+5", "有差异的行要由另一人复盘").act("复盘").says("要复盘的行")
    assert "997" not in keeper.text
    keeper.go(f"{sheet}entry/").fill(lines_0__quantity="997").press("保存已点的行").says("复盘须由另一人来点")
    assert_fits(keeper.page)

    counter = person("counter", **PHONE)
    counter.go("/").says("待清点的盘点表")
    counter.go(f"{sheet}entry/").fill(lines_0__quantity="997", lines_1__quantity="45").press("保存已点的行")
    counter.act("清点完成").says("-3", "+5")
    keeper.go(sheet).act("签字", reason="破损未登记,另有一包未入账").says("待复核签字", "仓管员甲")

    leader = person("leader", **PHONE)
    leader.go("/").says("待复核的盘点表")
    leader.go(f"{sheet}confirmation/").says("盘亏共 3", "盘盈共 5").press("复核签字,入账").says("已入账")
    assert_fits(leader.page)
    leader.follow("PD2020").says("盘点单", "相似批次", "报损")
    leader.go("/ledger/registers/receipts_register/").says("PD2020", "5只")
    leader.go("/stock/expiry/").says("剩 17 天")
    assert_fits(leader.page)
    assert verify.verify_book(world.system, world.bureau.pk).ok


def assert_fits(page: Any) -> None:
    """Nothing hangs out of a phone's screen."""
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
