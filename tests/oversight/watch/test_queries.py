"""What is open now: every document whose turn it is, tasks, alerts; as words on paper in both languages."""

from __future__ import annotations

from datetime import timedelta

import pytest

from liangcao.foundation.kernel.chain import canonical
from liangcao.foundation.kernel.errors import NotFound
from liangcao.operations.demand.flow import REQUISITION_FLOW
from liangcao.oversight.watch.queries import open_work, turns
from liangcao.oversight.watch.text import hand_over_text, hand_over_word
from tests.factories.allocation import make_replenishment
from tests.factories.demand import make_requisition_line
from tests.factories.duty import make_colleague, make_duty_shift, make_task
from tests.factories.world import NOON, TODAY, World, make_world
from tests.oversight.briefing.day import EVENING, play

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def test_a_state_that_is_somebodys_turn_is_open() -> None:
    assert turns(REQUISITION_FLOW) == ["submitted"]


def test_everything_open_is_listed_by_itself(world: World) -> None:
    play(world)
    who = make_colleague(world, "甲")
    task = make_task(world, who, due_at=NOON + HOUR)
    shift = make_duty_shift(world, who=who)
    content = open_work(world.actor("duty_officer"), world.bureau.pk, at=EVENING, shift=shift)
    sections = {part["key"]: part for part in content["sections"]}
    assert set(sections) == {"papers", "tasks", "requisitions", "deliveries", "differences", "sources"}
    told = sections["tasks"]["rows"][0]
    assert (told["number"], told["who"], told["is_overdue"]) == (task.number, "甲", True)
    assert sections["papers"]["rows"][0]["due"] is not None
    assert {alert["kind"] for alert in content["alerts"]} >= {"roster", "gap"}
    assert canonical(content)


def test_the_text_says_it_in_both_languages_and_the_word_file_has_equal_bytes(world: World) -> None:
    who = make_colleague(world, "甲")
    make_task(world, who, text="催熔喷布")
    shift = make_duty_shift(world, who=who)
    content = open_work(who.actor, world.bureau.pk, at=shift.ends_at, shift=shift)
    zh = hand_over_text(content, note="").plain
    assert all(word in zh for word in ("交接班记录", "催熔喷布", "甲", "限 2月3日 18:00(已逾期)", "未排班"))
    en = hand_over_text(content, note="", language="en").plain
    assert all(word in en for word in ("hand-over", "duty desk", "overdue", "nobody planned"))
    made = [hand_over_word(content, note="无", made_at=NOON) for _ in range(2)]
    assert made[0] == made[1]


def test_another_bureau_is_not_found(world: World) -> None:
    other = make_world("other")
    with pytest.raises(NotFound):
        open_work(other.actor("leader"), world.bureau.pk, at=NOON)
    make_task(other, make_colleague(other, "外局人"))
    content = open_work(world.actor("leader"), world.bureau.pk, at=NOON)
    assert "tasks" not in {part["key"] for part in content["sections"]}
    assert TODAY.isoformat() in content["at"]


def test_a_gap_says_who_sees_to_it(world: World) -> None:
    def gap() -> str:
        content = open_work(world.actor("duty_officer"), world.bureau.pk, at=NOON + HOUR)
        [alert] = [alert for alert in content["alerts"] if alert["kind"] == "gap"]
        return str(alert["zh"])

    make_requisition_line(world)
    assert gap() == "缺口:一次性医用口罩 1,000 只,未转补货任务"
    held = make_replenishment(world)
    assert gap() == f"缺口:一次性医用口罩 1,000 只,补货任务 {held.task.number} 采购员示例"
