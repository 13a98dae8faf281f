"""先发后补: at two in the night goods leave on a leader's word; in the morning their papers are brought."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from liangcao.ledger import verify
from tests.factories.accounts import Office
from tests.factories.walking import Login, Walker

AT_TWO = datetime(2020, 2, 3, 18, 0, tzinfo=UTC)  # 02:00 on 4 February in Shanghai
IN_THE_MORNING = datetime(2020, 2, 4, 1, 30, tzinfo=UTC)
TOO_LATE = datetime(2020, 2, 4, 18, 30, tzinfo=UTC)


class Clock:
    """The clock of the pages, set by the test."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.at = AT_TWO
        monkeypatch.setattr("liangcao.interfaces.web.middleware.now", lambda: self.at)


def test_emergency_issue_is_regularised_through_the_pages(
    office: Office, person: Login, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = office.world
    type(world.bureau).objects.filter(pk=world.bureau.pk).update(exercise_shift_days=0)
    world.put_in(world.suit, 100)
    clock = Clock(monkeypatch)
    coordinator = person("coordinator")
    issue(coordinator)
    delivery = coordinator.path
    clock.at = TOO_LATE
    coordinator.go(delivery).says("已经逾期")
    clock.at = IN_THE_MORNING
    ward = person("u05", width=390, height=844)
    ward.says("60 套").follow("签收").fill(signed_name="护士长示例").press("签收").says("谢谢", "60 套")
    coordinator.go("/").says("先发后补")
    leader = person("leader")
    leader.go(delivery).says("欠").act("补手续", papers_ref="补办单 0204-1").says("手续已补", "补办单 0204-1")
    coordinator.go("/dispatch/?papers=owing").says("没有符合条件")
    coordinator.go(delivery).follow("这批货从哪里来").says("示例医院一", "60")
    coordinator.go("/briefing/").says("60")
    assert verify.verify_book(world.system, world.bureau.pk).ok


def issue(coordinator: Walker) -> None:
    """More than is there is refused in numbers; what is there leaves at once, and the page says what that does."""
    coordinator.go("/dispatch/").follow("应急发放").says("2月5日 02:00")
    coordinator.fill(organisation_id="示例医院一", store_id="一号库", leader="组长甲", reason="夜间收治发热病人")
    coordinator.fill(limit_note="以 60 套为限", lines_0__item_id="医用防护服", lines_0__quantity=160)
    coordinator.press("立即发放").says("不足", "可用 100 套")
    coordinator.fill(lines_0__quantity=60).page.locator("[name=limit_note]").focus()
    coordinator.page.get_by_text("可用由 100 减为 40 套").wait_for()
    coordinator.press("立即发放").says("配送中", "欠手续", "2020年2月5日 02:00", "组长甲")
