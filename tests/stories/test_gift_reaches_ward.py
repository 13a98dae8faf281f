"""A gift arrives short of its advice and damaged, and reaches a ward: through the pages, from the donor's call to the
evening briefing."""

from __future__ import annotations

from typing import Any

from liangcao.ledger import verify
from tests.factories.accounts import Office
from tests.factories.walking import Login


def test_gift_arrives_short_and_reaches_a_ward_through_the_pages(office: Office, person: Login) -> None:
    clerk = person("gift_clerk")
    announce(clerk)
    keeper = person("storekeeper", width=390, height=844)
    receive(keeper)
    ward = person("u05", width=390, height=844)
    ask(ward)
    allocator = person("allocator")
    approve(allocator)
    plan = draft(allocator)
    publish(person, plan)
    deliver(keeper, plan)
    sign(ward)
    settle(person("coordinator"))
    traces(person("coordinator"))
    assert verify.verify_book(office.world.system, office.world.bureau.pk).ok


def announce(clerk: Any) -> None:
    """红十字会 rings: 1,000 masks and 40 suits, tomorrow."""
    clerk.go("/supply/").follow("登记来源").follow("登记捐赠")
    clerk.fill(
        counterparty_id="示例捐赠人", channel="红十字会", lines_0__item_id="一次性医用口罩", lines_0__quantity="1,000"
    )
    clerk.fill(lines_1__item_id="医用防护服", lines_1__quantity="2", lines_1__unit="箱").press("登记")
    clerk.says("待到货", "红十字会", "通知", "1,000 只", "缺 40 套")


def receive(keeper: Any) -> None:
    """At the gate, on the phone: 980 good and 10 damaged masks of 1,000; the suits whole; a shortage needs its reason."""
    keeper.go("/supply/arrivals/")
    keeper.page.locator(".time-line a").first.click()
    keeper.page.wait_for_url("**/receipts/")
    keeper.fill(
        store_id="一号库", lines_0__packs=2, lines_0__unit="箱", lines_0__quantity_good=20, lines_0__quantity_damaged=10
    )
    keeper.says("合计 990 只 · 完好 980 只 · 比通知少 10 只")
    keeper.page.locator(".count").nth(1).get_by_role("button").click()
    keeper.page.locator(".count").nth(1).locator("summary").click()
    keeper.fill(lines_1__maker_lot="FH-2001", lines_1__expires_on="2022-01-31", final=True).press("入库")
    keeper.says("短少 10 只,须填原因")
    keeper.fill(lines_0__reason="一箱途中破损,少一包").press("入库")
    keeper.says("入库单", "980 只", "10 只", "40 套", "一箱途中破损,少一包")


def ask(ward: Any) -> None:
    """The hospital asks through the portal, on a phone."""
    ward.says("申领物资").follow("申领物资")
    ward.fill(lines_0__item_id="一次性医用口罩", lines_0__quantity=1200, lines_0__on_hand=100, lines_0__daily_use=200)
    ward.fill(urgency="紧急").press("提交")
    ward.says("已收到", "待审核", "要 1,200 只")


def approve(allocator: Any) -> None:
    """A cut without its reason is refused beside the number; with it the requisition is approved."""
    allocator.go("/demand/requisitions/?status=submitted")
    allocator.page.locator("table.rows tbody a").first.click()
    allocator.page.wait_for_url("**/requisitions/*/")
    allocator.follow("审核").says("示例医院一", "库内可分", "980 只")
    allocator.fill(lines_0__quantity_approved=1100).press("批准").says("请填写核减原因")
    allocator.fill(lines_0__cut_reason="按日用量核减").press("批准")
    allocator.says("已批准", "核定", "1,100 只", "按日用量核减")


def draft(allocator: Any) -> str:
    """A plan by the default rules; the cell says why."""
    allocator.go("/allocation/").follow("新方案").press("试算")
    allocator.says("可分", "980", "满足", "89 %")
    allocator.page.locator("[data-cell] a").first.click()
    allocator.page.locator("#dialog-body .reasons li").first.wait_for()
    assert "库存已分完" in allocator.page.locator("#dialog-body").inner_text()
    allocator.page.locator("#dialog-body [data-closes-dialog]").click()
    return allocator.path


def publish(person: Login, plan: str) -> None:
    """Looked at together by the coordinator, signed by the leader."""
    person("coordinator").go(plan).act("送会商").says("已会商")
    leader = person("leader").go(plan)
    leader.act("签发").says("已签发")


def deliver(keeper: Any, plan: str) -> None:
    """The storekeeper picks and hands over on the phone."""
    keeper.go(plan).act("生成配送单").says("980 只", "示例医院一")
    keeper.page.locator(".pick-papers a").first.click()
    keeper.page.wait_for_url("**/deliveries/*/")
    keeper.act("交接出库", carrier="示例车 1").says("配送中")


def sign(ward: Any) -> None:
    """The ward counts: 5 short, 3 damaged."""
    ward.go("/portal/").says("到了请签收").follow("签收")
    ward.fill(is_whole="no").page.locator("[name$='-quantity_short']").first.fill("5")
    ward.page.locator("[name$='-quantity_damaged']").first.fill("3")
    ward.fill(signed_name="护士长示例").press("签收")
    ward.says("原因")
    ward.page.locator("[name='lines-0-reason']").fill("外箱破口")
    ward.press("签收").says("谢谢", "收到 972 只", "短少 5 只", "损坏 3 只")


def settle(coordinator: Any) -> None:
    """Somebody else than who handed over: what is short is lost, what is damaged comes back to quarantine."""
    coordinator.go("/dispatch/?difference=1")
    coordinator.page.locator("table.rows tbody a").first.click()
    coordinator.page.wait_for_url("**/deliveries/*/")
    coordinator.follow("处理差异").fill(lines_0__short="报损", lines_0__damaged="退回待检", reason="途中遗失").press(
        "处理差异"
    )
    coordinator.says("差异已处理", "短少报损", "损坏退回待检")


def traces(coordinator: Any) -> None:
    """Every piece that came is at exactly one place; the briefing tells what was given out."""
    source = coordinator.go("/supply/").page.locator("table.rows .code").first.inner_text()
    coordinator.go(f"/trace/?ref={source}").says("990", "972", "5")
    coordinator.go("/briefing/").says("972")
