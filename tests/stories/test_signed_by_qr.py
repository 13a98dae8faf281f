"""A delivery reaches a ward whose people have no account: they sign by the QR of the slip, two pieces damaged; the
damage is found again in the register and in the trace. The next day the ward finds three more missing and disputes."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Page

from liangcao.ledger import verify
from tests.factories.accounts import Office
from tests.factories.photos import as_file, drawn
from tests.factories.walking import Login, Walker
from tests.factories.world import World
from tests.stories.test_gift_reaches_ward import publish


def test_signed_by_qr_without_an_account(office: Office, person: Login, live_app: Any, new_page: Any) -> None:
    plan = planned(office.world, person)
    keeper = person("storekeeper", width=390, height=844)
    keeper.go(plan).act("生成配送单").says("300 只", "示例医院一")
    keeper.page.locator(".pick-papers a").first.click()
    keeper.page.wait_for_url("**/deliveries/*/")
    delivery = keeper.path
    link = link_on_the_slip(keeper)
    ward = walker(new_page(width=390, height=844), live_app.url)
    ward.page.goto(link)
    ward.says("还没有出库")
    keeper.act("交接出库", carrier="示例车 1").says("配送中")
    signs(ward, link)
    assert ward.page.goto(link[:-3] + "AAA").status == 404
    proven(keeper, delivery)
    settled_and_found(person, delivery)
    disputes(ward, link)
    accepted(person, delivery)
    ward.page.goto(link)
    ward.says("成立", "另有三只短少")
    assert verify.verify_book(office.world.system, office.world.bureau.pk).ok


def planned(world: World, person: Login) -> str:
    """300 masks for the hospital, signed."""
    from tests.factories.allocation import ask

    world.put_in(world.mask, 500)
    ask(world, world.hospital, 300)
    allocator = person("allocator")
    allocator.go("/allocation/").follow("新方案").press("试算")
    publish(person, allocator.path)
    return allocator.path


def walker(page: Page, url: str) -> Walker:
    """Somebody who never logs in."""
    page.allowed_errors = ["status of 400", "status of 404", "status of 409"]  # type: ignore[attr-defined]
    return Walker(page, url)


def link_on_the_slip(keeper: Walker) -> str:
    """What the printed QR holds stands beside it as text."""
    found = keeper.page.locator(".sign-link input").input_value()
    assert re.fullmatch(r"http://[^/]+/receipts/[\w.-]{60,80}/", found)
    return found


def signs(ward: Walker, link: str) -> None:
    """Two damaged; without the drawn name it is refused, and nothing that was typed is lost."""
    ward.page.goto(link)
    ward.says("签收物资", "示例医院一", "300 只", "示例车 1")
    ward.fill(is_whole="no").page.locator("[name='lines-0-quantity_damaged']").fill("2")
    ward.page.locator("[name='lines-0-reason']").fill("外箱破口")
    ward.fill(signed_name="示例车 1").press("签收").says("手写签名", "不能代收货单位签收")
    ward.fill(signed_name="药剂科示例")
    ward.page.locator("[name=photos]").set_input_files(
        {"name": "box.jpg", "mimeType": "image/jpeg", "buffer": as_file(drawn("LC1"), "JPEG")}
    )
    draws_name(ward.page)
    ward.press("签收").says("谢谢", "药剂科示例", "收到 298 只", "损坏 2 只")


def draws_name(page: Page) -> None:
    """A line with the finger."""
    canvas = page.locator("[data-signature] canvas")
    canvas.hover(position={"x": 30, "y": 30})
    page.mouse.down()
    for step in range(1, 9):
        canvas.hover(position={"x": 30 + 25 * step, "y": 80 if step % 2 else 30})
    page.mouse.up()
    assert page.locator("input[name=signature]").input_value().startswith("data:image/png;base64,")


def proven(keeper: Walker, delivery: str) -> None:
    """The desk sees by which door, the drawn name and the photo; both are pictures."""
    keeper.go(delivery).says("扫码签收", "药剂科示例", "损坏", "外箱破口")
    pictures = keeper.page.locator(".signed-proof img")
    assert pictures.count() == 2
    for number in range(2):
        pictures.nth(number).scroll_into_view_if_needed()
        pictures.nth(number).evaluate("node => node.decode()")


def settled_and_found(person: Login, delivery: str) -> None:
    """The damage goes to loss; the register of the day and the trace know it."""
    coordinator = person("coordinator").go(delivery)
    coordinator.follow("处理差异").fill(lines_0__damaged="报损", reason="外箱破口,核实").press("处理差异")
    coordinator.says("差异已处理", "损坏报损")
    coordinator.page.get_by_role("link", name="这批货从哪里来").first.click()
    coordinator.page.wait_for_url("**/trace/**")
    coordinator.says("298", "2")
    coordinator.go("/ledger/").says("报损")


def disputes(ward: Walker, link: str) -> None:
    """More than was signed for as good is refused; three are disputed."""
    ward.page.goto(link)
    ward.follow("回去清点发现不对?提出异议").fill(
        lines_0__quantity_short=299, reason="另有三只短少", raised_name="药剂科示例"
    )
    ward.press("提出异议").says("签收完好的还有 298")
    ward.fill(lines_0__quantity_short=3).press("提出异议").says("待核查", "另有三只短少")


def accepted(person: Login, delivery: str) -> None:
    """It waits for the coordinator, who finds it true: three are taken back from the receipt, and written off."""
    coordinator = person("coordinator").go("/dispatch/disputes/")
    coordinator.page.locator("table.rows tbody a").first.click()
    coordinator.page.wait_for_url("**/disputes/*/")
    coordinator.follow("成立").fill(lines_0__short="报损", reason="装箱少三只").press("异议成立")
    coordinator.says("已更正", "报损", "装箱少三只", "更正签收分录")
    coordinator.go(delivery).says("签收异议", "成立")
