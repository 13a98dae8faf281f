"""The guide “your first plan”, followed word by word from a fresh demo: every button that it names is pressed, in its
order. With LIANGCAO_PICTURES=1 the pictures of the guide are taken anew."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.factories.walking import Walker

GUIDE = Path(__file__).parents[2] / "docs" / "how-to" / "your-first-plan.md"


class Reader:
    """Follows the guide: what is about to be done must stand there, after what was done before."""

    def __init__(self) -> None:
        self.text = GUIDE.read_text(encoding="utf-8").partition("\n---\n")[0]
        self.place = 0

    def told(self, *words: str) -> None:
        """These words follow in the guide."""
        for word in words:
            found = self.text.find(word, self.place)
            assert found >= 0, f"the guide does not say {word!r} after {self.text[: self.place][-60:]!r}"
            self.place = found + len(word)

    def picture(self, walker: Walker, name: str) -> None:
        """The guide shows this page here."""
        self.told(f"your-first-plan/{name}.png")
        if os.environ.get("LIANGCAO_PICTURES"):
            folder = GUIDE.with_suffix("")
            folder.mkdir(exist_ok=True)
            walker.page.screenshot(path=folder / f"{name}.png")
        assert (GUIDE.with_suffix("") / f"{name}.png").is_file()


@pytest.fixture
def guide() -> Reader:
    return Reader()


@pytest.fixture
def as_account(live_app: Any, new_page: Any) -> Any:
    from liangcao.foundation.identity.models import User
    from liangcao.interfaces.commands.demo.fill import accounts_of, fill

    now = datetime.now(ZoneInfo("Asia/Shanghai"))
    made = fill(scenario="seeds", books=("yongkang",), now=now, say=lambda _text: None)
    passwords = {account.username: account.password for account in accounts_of(made)}

    # The tests know one way of hashing only, and the demo uses another.
    for user in User.objects.filter(username__in=passwords):
        user.set_password(passwords[user.username])
        user.save()

    def log_in(name: str) -> Walker:
        page = new_page(width=1280, height=800)
        walker = Walker(page, live_app.url)
        page.goto(live_app.url + "/login/")
        page.fill("input[name=username]", name)
        page.fill("input[name=password]", passwords[name])
        page.click("main button[type=submit]")
        page.wait_for_url(lambda where: "/login/" not in where)
        return walker

    return log_in


def test_the_guide_can_be_followed_literally(guide: Reader, as_account: Any) -> None:
    plan = draft_and_change(guide, as_account("yk-fenpei"))
    guide.told("yk-xietiao")
    agree_and_minute(guide, as_account("yk-xietiao").go(plan), plan)
    guide.told("yk-zuzhang", "签发")
    leader = as_account("yk-zuzhang").go(plan).act("签发").says("已签发,货已预留")
    guide.told("通知文字")
    leader.follow("通知文字").says("分给贵单位", "请清点后签收")
    guide.picture(leader, "5-words")
    guide.told("yk-cangguan", "生成配送单")
    as_account("yk-cangguan").go(plan).act("生成配送单").says("配送单")


def draft_and_change(guide: Reader, allocator: Walker) -> str:
    """A plan, one number of a person's own, and what would be if a lot were missing."""
    guide.told("yk-fenpei", "分配", "新方案", "试算")
    allocator.go("/allocation/").follow("新方案").press("试算").says("试算稿", "示例镇街乙")
    guide.picture(allocator, "1-plan")
    plan = allocator.path
    guide.told("示例镇街乙", "8000", "先留一部分给复工", "改数")
    allocator.page.get_by_role("row", name="示例镇街乙").locator("[data-cell] a").first.click()
    dialog = allocator.page.locator("#dialog-body")
    dialog.locator("[name=quantity]").fill("8000")
    dialog.locator("[name=reason]").fill("先留一部分给复工")
    guide.picture(allocator, "2-why")
    with allocator.page.expect_navigation():
        dialog.get_by_role("button", name="改数").click()
    allocator.says("已改数", "8,000")
    guide.told("情景比较", "试一种", "坏了一批", "-215000", "试算比较")
    allocator.follow("情景比较").follow("试一种").fill(name="坏了一批")
    choices = allocator.page.locator("select[name='extra-0-item_id'] option")
    mask = next(text for text in choices.all_text_contents() if text.startswith("一次性口罩"))
    allocator.fill(**{"extra-0-item_id": mask, "extra-0-quantity": "-215000"}).press("试算比较")
    allocator.says("坏了一批", "假设少了", "本方案")
    guide.picture(allocator, "3-scenarios")
    guide.told("送会商")
    allocator.go(plan).act("送会商").says("会商中,还等:综合协调员")
    return plan


def agree_and_minute(guide: Reader, coordinator: Walker, plan: str) -> None:
    """The coordinator agrees; the minutes say who was there and what was decided."""
    guide.told("会签", "签字")
    coordinator.act("会签", button="签字").says("会商通过")
    guide.told("会商纪要", "写纪要", "参会人", "议定事项", "保存")
    coordinator.go(plan).follow("会商纪要").follow("写纪要")
    coordinator.fill(participants="组长甲、协调员甲、分配员甲", decisions="一、按方案执行。\n二、缺口转采购。")
    coordinator.press("保存").says("一、按方案执行。", "先留一部分给复工", "协调员甲")
    guide.picture(coordinator, "4-minutes")
