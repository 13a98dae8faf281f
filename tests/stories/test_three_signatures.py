"""Arrival at the gate: the storekeeper takes 100 in on the phone, quality rejects 20, the count finds 98; 78 go into
the store, 20 go back, and the papers show the three names."""

from __future__ import annotations

from typing import Any

import pytest

from liangcao.ledger import verify
from tests.factories.accounts import Office, make_log_in
from tests.factories.supply import make_source
from tests.factories.walking import Login

PHONE = {"width": 390, "height": 844}


@pytest.mark.browser
def test_a_hundred_arrive_and_seventy_eight_go_into_the_store(office: Office, person: Login) -> None:
    world = office.world
    make_log_in(world, "inspector", "质检员甲")
    make_log_in(world, "counter", "清点员甲")
    source = make_source(world, (world.n95, 100))

    coordinator = person("coordinator")
    coordinator.go("/settings/receipt-signatures/").says("仓管").follow("防护用品")
    coordinator.fill(signatures="仓管、质检、清点").press("保存").says("仓管、质检、清点")

    keeper = person("storekeeper", **PHONE)
    keeper.go("/supply/arrivals/").go(f"/supply/sources/{source.pk}/receipts/")
    keeper.fill(store_id="一号库", lines_0__quantity_good=100).press("入库")
    keeper.says("待验收签字", "货在待验收区", "仓管员甲", "可签:")
    assert_fits(keeper.page)
    receipt = keeper.path

    inspector = person("inspector", **PHONE)
    inspector.go("/").says("入库待质检签字")
    inspector.go(receipt).follow("质检签字").says("只填不合格的数量")
    inspector.fill(lines_0__quantity_rejected=20).press("签字").says("请填写原因")
    inspector.fill(lines_0__reason="耳带开裂").press("签字").says("质检员甲", "待签")
    assert_fits(inspector.page)

    counter = person("counter", **PHONE)
    counter.go("/").says("入库待清点签字")
    counter.go(receipt).follow("清点签字")
    counter.fill(lines_0__quantity_counted=101).press("签字").says("多出 1")
    counter.fill(lines_0__quantity_counted=98).press("签字").says("已入账", "清点员甲", "78", "耳带开裂")

    keeper.go(receipt).follow("退回来源").says("退回").fill(reason="质检不合格").press("退回来源").says("退货单")
    page = keeper.page
    keeper.follow("TH2020")
    keeper.says("退货单", "示例捐赠人", "20")
    assert_fits(page)
    coordinator.go(receipt).page.emulate_media(media="print")
    printed = coordinator.page.locator("main").inner_text()
    assert all(name in printed for name in ("仓管员甲", "质检员甲", "清点员甲", "耳带开裂"))
    coordinator.page.emulate_media(media="screen")
    coordinator.go(f"/supply/sources/{source.pk}/").says("缺 2 只")
    assert verify.verify_book(world.system, world.bureau.pk).ok


def assert_fits(page: Any) -> None:
    """Nothing hangs out of a phone's screen."""
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
