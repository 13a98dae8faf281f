"""An enterprise resumes work on a day: the gap list shows the rise from that day, a task is given, goods are announced
and arrive, and the gap closes."""

from __future__ import annotations

from datetime import timedelta

from tests.factories.accounts import Office
from tests.factories.walking import Login
from tests.factories.world import TODAY


def test_resumption_becomes_a_gap_a_task_and_an_arrival(office: Office, person: Login) -> None:
    from tests.factories.supply import make_source

    world = office.world
    coordinator = person("coordinator")
    coordinator.go("/settings/norms/new/").fill(
        item="一次性医用口罩", kind="企业", per="按人", every="1", quantity="2", source="示例文件"
    )
    coordinator.press("保存").says("每 1 人每天 2 只", "在用")
    coordinator.go("/demand/forecast/").says("没有单位在用")
    coordinator.go("/demand/forecast/events/new/").fill(
        organisation="示例企业一", headcount="100", begins_on=(TODAY + timedelta(days=2)).isoformat(), reason="复工已批"
    )
    coordinator.press("保存").says("复工", "示例企业一", "计入预测")
    coordinator.go("/demand/forecast/").says("一次性医用口罩", "200", "1,000", "2,400", "2020年2月5日")
    phone = person("buyer", width=390).go("/demand/forecast/").says("1,000")
    phone.follow("转补货任务").says("未来 7 天按预测共缺 1,000 只")
    phone.press("转补货任务").says("交办时缺口", "1,000 只")
    make_source(world, (world.mask, 1_000), expected_date=TODAY + timedelta(days=1))
    coordinator.go("/demand/forecast/").says("1,400", "待到货", "补货任务", "JB")
    world.put_in(world.mask, 1_400)
    coordinator.go("/demand/forecast/").says("14 天内不断")
    coordinator.follow("一次性医用口罩").says("示例企业一", "复工、开学事件", "2020年2月5日 起每天 200")
    coordinator.go("/demand/forecast/events/").follow("取消", exact=True).fill(reason="暂缓复工")
    coordinator.press("取消该事件").says("已取消")
    coordinator.go("/demand/forecast/").says("没有单位在用")
