"""分配规则 through the pages: a set is copied, changed with a live example, becomes the default, goes out of use."""

from __future__ import annotations

from typing import Any

from tests.factories.accounts import Office
from tests.factories.walking import Login


def test_rules_of_ones_own_by_the_pages(office: Office, person: Login) -> None:
    from tests.factories.allocation import ask

    office.world.put_in(office.world.mask, 100)
    ask(office.world, office.world.hospital, 60)
    ask(office.world, office.world.town, 80)
    coordinator = person("coordinator")
    coordinator.go("/settings/rules/").follow("添加").says("按今天的需求和库存试算", "请至少写一步")
    page = coordinator.page
    page.select_option("[name='lines-0-whom']", "2")
    page.locator("#example .plan-totals").wait_for()
    coordinator.says("先部门、园区、镇街到核定数", "1 / 2 行")
    page.select_option("[name='lines-1-whom']", "2")
    page.locator("#example").get_by_text("第 2 步不会起作用").wait_for()
    coordinator.fill(name="镇街优先").press("保存").says("第 2 步不会起作用")
    page.select_option("[name='lines-1-whom']", "1")
    page.locator("[name='lines-1-place']").fill("1")
    page.locator("[name='lines-0-place']").fill("2")
    coordinator.press("保存").says("已保存", "镇街优先", "第 1 版", "防疫一线到核定数")
    versions(coordinator)
    out_of_use(person, coordinator)


def versions(coordinator: Any) -> None:
    """A change is version 2; the first one still opens. Nobody saves over what he has not read."""
    first = coordinator.path
    coordinator.follow("修改")
    stale = coordinator.path
    coordinator.fill(note="先保镇街").page.select_option("[name='lines-0-whom']", "")
    coordinator.press("保存").says("第 2 版", "先保镇街", "部门、园区、镇街", "各版")
    coordinator.go(first).says("已停用", "第 1 版")
    coordinator.go(stale).fill(name="旧版改").press("保存").says("已有第 2 版")


def out_of_use(person: Login, coordinator: Any) -> None:
    """The default stands first where a plan is drafted; retired, it is not offered."""
    coordinator.go("/settings/rules/?use=now")
    coordinator.page.get_by_role("link", name="镇街优先").click()
    coordinator.act("设为默认").says("默认")
    allocator = person("allocator").go("/allocation/plans/new/")
    assert "镇街优先" in allocator.page.locator(".rule-set").first.inner_text()
    coordinator.act("停用", reason="按新纪要").says("已停用")
    assert "镇街优先" not in allocator.go("/allocation/plans/new/").text
    coordinator.act("恢复使用").says("已恢复")


def test_who_drafts_reads_rules_and_does_not_change_them(office: Office, person: Login) -> None:
    allocator = person("allocator").go("/settings/rules/").says("一线优先", "随程序提供")
    assert not allocator.page.get_by_role("link", name="添加").count()
    allocator.page.allowed_errors.append("status of 403")
    answer = allocator.page.goto(allocator.url + "/settings/rules/new/")
    assert answer is not None
    assert answer.status == 403
