"""A plan under shortage serves the front line first; a person's number and its reason stand beside the rules'."""

from __future__ import annotations

from liangcao.ledger import verify
from tests.factories.accounts import Office
from tests.factories.walking import Login, Walker


def test_plan_under_shortage_serves_the_front_line_first_through_the_pages(office: Office, person: Login) -> None:
    world = office.world
    world.put_in(world.mask, 1_000)
    coordinator = person("coordinator")
    for unit, quantity in (("示例医院一", 800), ("示例东镇", 500), ("示例企业一", 300)):
        file(coordinator, unit, quantity)
    allocator = person("allocator")
    for _number in range(3):
        approve_next(allocator)
    allocator.go("/demand/").says("1,600 只", "库内可分", "还缺", "600 只")
    allocator.go("/allocation/plans/new/").press("试算").says("先防疫一线", "满足", "62 %")
    assert cells(allocator) == ["800", "200", "0"]
    override(allocator)
    assert cells(allocator) == ["700", "300", "0"]
    plan = allocator.path
    coordinator.go(plan).act("送会商")
    leader = person("leader").go(plan).act("签发").says("已签发")
    leader.go("/stock/").says("1,000")
    allocator.go("/allocation/").says("已签发")
    assert verify.verify_book(world.system, world.bureau.pk).ok


def file(coordinator: Walker, unit: str, quantity: int) -> None:
    """The unit rings; the desk writes it down."""
    coordinator.go("/demand/requisitions/new/")
    coordinator.fill(
        organisation_id=unit, caller="示例来电人", lines_0__item_id="一次性医用口罩", lines_0__quantity=quantity
    )
    coordinator.press("登记").says("待审核", "电话", "示例来电人")


def approve_next(allocator: Walker) -> None:
    """As asked."""
    allocator.go("/demand/requisitions/?status=submitted").page.locator("table.rows .code").first.click()
    allocator.page.wait_for_url("**/requisitions/*/")
    allocator.follow("审核").press("批准").says("已批准")


def cells(allocator: Walker) -> list[str]:
    """The planned numbers of the matrix from top to bottom."""
    return [str(text) for text in allocator.page.locator("[data-cell] b").all_inner_texts()]


def override(allocator: Walker) -> None:
    """The hospital has got masks elsewhere: 700 are enough; the rest goes on by the rules. Without a reason: refused."""
    allocator.page.locator("[data-cell] a").first.click()
    dialog = allocator.page.locator("#dialog-body")
    dialog.locator("[name=quantity]").fill("700")
    dialog.locator("[name=reason]").fill("已自行采购一批")
    with allocator.page.expect_navigation():
        dialog.get_by_role("button", name="改数").click()
    allocator.says("已改数", "试算稿", "改")
