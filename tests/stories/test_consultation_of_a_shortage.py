"""100,000 masks, 130,000 asked: the front line first, 60,000 set aside for the resumption of work on 10 February; one
number is changed with its reason, the coordinator agrees, the minutes are written, the leader signs."""

from __future__ import annotations

from playwright.sync_api import expect

from liangcao.ledger import verify
from tests.factories.accounts import Office
from tests.factories.walking import Login, Walker
from tests.stories.test_front_line_first import approve_next, cells, file


def test_front_line_first_with_a_hold_back_from_draft_to_signature(office: Office, person: Login) -> None:
    world = office.world
    world.put_in(world.mask, 100_000)
    coordinator = person("coordinator")
    for unit, quantity in (("示例医院一", 30_000), ("示例东镇", 100_000)):
        file(coordinator, unit, quantity)
    allocator = person("allocator")
    for _number in range(2):
        approve_next(allocator)
    draft(allocator)
    assert cells(allocator) == ["60,000", "30,000", "10,000"]
    allocator.says("预留", "2月10日", "先防疫一线")
    plan = allocator.path
    override(allocator)
    assert cells(allocator) == ["60,000", "28,000", "12,000"]
    allocator.act("送会商").says("会商中,还等:综合协调员")
    coordinator.go(plan).act("会签", button="签字").says("会商通过")
    minutes(coordinator, plan)
    person("leader").go(plan).act("签发").says("已签发")
    allocator.go(plan).says("已签发")
    coordinator.go(plan).follow("通知文字").says("示例东镇", "12,000", "还缺", "88,000")
    assert "示例企业一" not in coordinator.text, "what is set aside is told to nobody"
    allocator.go(plan).page.get_by_role("row", name="示例企业一").locator("[data-cell] a").click()
    expect(allocator.page.locator("#dialog-body")).to_contain_text("2月10日")
    allocator.go("/allocation/").follow("预留").says("示例企业一", "60,000", "2月10日")
    assert verify.verify_book(world.system, world.bureau.pk).ok


def draft(allocator: Walker) -> None:
    """60,000 are set aside for the enterprise that resumes on 10 February, with the front line."""
    allocator.go("/allocation/plans/new/")
    allocator.page.locator("main details summary").click()
    allocator.fill(
        lines_0__organisation_id="示例企业一",
        lines_0__item_id="一次性医用口罩",
        lines_0__held_back="60000",
        lines_0__tier="1",
        lines_0__needed_on="2020-02-10",
    )
    allocator.press("试算")


def override(allocator: Walker) -> None:
    """The hospital has some of its own."""
    allocator.page.get_by_role("row", name="示例医院一").locator("[data-cell] a").click()
    dialog = allocator.page.locator("#dialog-body")
    dialog.locator("[name=quantity]").fill("28000")
    dialog.locator("[name=reason]").fill("已自行采购 2,000 只")
    with allocator.page.expect_navigation():
        dialog.get_by_role("button", name="改数").click()


def minutes(coordinator: Walker, plan: str) -> None:
    """Who was there, what was decided; the changed number and the opinion stand there by themselves."""
    coordinator.go(plan).follow("会商纪要").follow("写纪要")
    coordinator.fill(
        participants="组长甲、综合协调员甲", decisions="一、六万只留给 2 月 10 日复工企业。\n二、缺口转采购。"
    )
    coordinator.press("保存")
    coordinator.says("六万只留给2月10日复工企业", "已自行采购2,000只", "同意", "28,000", "规则结果", "30,000")
