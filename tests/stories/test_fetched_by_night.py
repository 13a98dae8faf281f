"""A factory runs out of cloth: 600 kg are fetched at the maker by night. Planned with driver, escort and pass, loaded,
back in the morning, counted in; the book shows it, and the trip is found from the lot."""

from __future__ import annotations

from typing import Any

import pytest

from liangcao.ledger import queries as ledger
from liangcao.ledger import verify
from liangcao.reference.catalog import actions as catalog
from tests.factories.accounts import Office
from tests.factories.walking import Login
from tests.factories.world import NOON, TODAY

PHONE = {"width": 390, "height": 844}


@pytest.mark.browser
def test_600_kg_of_cloth_fetched_by_night(office: Office, person: Login, settings: Any, tmp_path: Any) -> None:
    settings.PASS_KEY_FILE = tmp_path / "pass-key"
    world = office.world
    cloth = catalog.add_item(
        code="T-cloth", name="熔喷布", base_unit="千克", category=world.mask.category, by=world.system, at=NOON
    )
    buyer = person("buyer")
    buyer.go("/supply/sources/new/purchase/")
    buyer.fill(counterparty_id="示例供应商", lines_0__item_id="熔喷布", lines_0__quantity="600").press("登记")
    coordinator = person("coordinator", **PHONE)
    trip = plan(coordinator, buyer.path)
    on_the_road(coordinator, trip)
    keeper = person("storekeeper", **PHONE)
    keeper.go("/").says("到库待入库的提货车次")
    keeper.go(trip).follow("入库", exact=True).press("入库")
    keeper.go(trip).says("已入库", "590 千克")
    assert_fits(keeper)
    stock = ledger.stock_by_item(world.system, world.bureau.pk, on=TODAY)
    assert stock[cloth.pk].store == 590
    from_lot_to_trip(keeper, trip)
    assert verify.verify_book(world.system, world.bureau.pk).ok


def plan(coordinator: Any, source: str) -> str:
    """A vehicle is added; too much for it is refused with the numbers; then the trip is planned and gets its pass."""
    coordinator.go("/dispatch/vehicles/new/")
    coordinator.fill(plate="浙g·12345", kind="货车", load_kg="500").press("登记车辆").says("浙G12345", "在用")
    vehicle = coordinator.path
    coordinator.go(source).follow("派车去提")
    coordinator.fill(
        place="示例镇工业路 1 号", store="一号库", vehicle="浙G12345", weight_kg="600", leaves_at="2020-02-03T23:30",
        expected_there_at="2020-02-04T03:00", expected_back_at="2020-02-04T07:00", driver="驾驶员甲",
        driver_phone="0571-00001001", escort="押运员乙", escort_phone="0571-00001002",
    )  # fmt: skip
    coordinator.press("安排提货").says("超过 浙G12345 的核定载重 500 千克")
    assert_fits(coordinator)
    here = coordinator.page.url
    coordinator.go(f"{vehicle}change/").fill(load_kg="2,000").press("保存")
    coordinator.go(here.removeprefix(coordinator.url))
    coordinator.fill(
        place="示例镇工业路 1 号", store="一号库", vehicle="浙G12345", weight_kg="600", leaves_at="2020-02-03T23:30",
        expected_there_at="2020-02-04T03:00", expected_back_at="2020-02-04T07:00", driver="驾驶员甲",
        driver_phone="0571-00001001", escort="押运员乙", escort_phone="0571-00001002",
    )  # fmt: skip
    coordinator.press("安排提货").says("待出发", "驾驶员甲", "押运员乙", "600 千克", "还没有通行证")
    assert coordinator.page.locator("a[href='tel:057100001001']").count() == 1
    assert_fits(coordinator)
    trip = str(coordinator.path)
    coordinator.act("签发通行证").says("TX2020")
    coordinator.go(f"{trip}sheet/").says("押运员乙", "紧急电话", "119", "熔喷布", "600")
    assert coordinator.page.locator(".trip-qr svg").count() == 1
    assert_fits(coordinator)
    return trip


def on_the_road(coordinator: Any, trip: str) -> None:
    """It leaves; a wrong click goes back a step; ten kilograms less are loaded, and why."""
    coordinator.go(trip).act("出发").says("去提货")
    coordinator.act("退回上一步", reason="点早了").says("待出发").act("出发")
    coordinator.go("/").says("提货在途", "浙G12345")
    coordinator.go(trip).follow("已装车", exact=True)
    coordinator.fill(lines_0__quantity="590").press("已装车").says("应装 600、实装 590,请写明原因")
    coordinator.fill(lines_0__reason="最后一卷破损,没有要").press("已装车").says("已装车,返程", "最后一卷破损")
    coordinator.act("到库").says("待入库")


def from_lot_to_trip(keeper: Any, trip: str) -> None:
    """From the receipt's lot back to the trip."""
    number = keeper.page.locator("h1").inner_text().split()[-1]
    keeper.page.locator(".links a, .document a", has_text="CG2020").first.click()
    keeper.page.wait_for_url("**/supply/sources/*/")
    keeper.says(number)
    keeper.page.locator("main a", has_text=number).first.click()
    keeper.page.wait_for_url(f"**{trip}")


def assert_fits(walker: Any) -> None:
    """Nothing hangs out of a phone's screen."""
    assert walker.page.evaluate("document.documentElement.scrollWidth") <= 390
