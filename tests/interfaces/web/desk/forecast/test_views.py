"""Norms, resumptions and the gap list through their pages: refusals stay in the form, lists are sorted and exported."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.urls import reverse

from tests.factories.world import TODAY


def page(answer: Any) -> str:
    return str(answer.content.decode())


def test_a_norm_is_written_refused_and_retired(office: Any, as_user: Any) -> None:
    coordinator, item = as_user("coordinator"), office.world.mask.pk
    sent = {
        "item": item, "kind": "school", "per": "head", "every": 50, "quantity": 3, "source": "示例文件",
        "valid_from": TODAY.isoformat(), "client_id": str(uuid4()),
    }  # fmt: skip
    assert as_user("storekeeper").get(reverse("norm_new")).status_code == 403
    text = page(coordinator.post(reverse("norm_new"), sent, follow=True))
    assert "每 50 人每天 3 只" in text
    again = coordinator.post(reverse("norm_new"), sent | {"client_id": str(uuid4())})
    assert again.status_code == 409
    assert "请先停用它" in page(again)
    from liangcao.operations.forecast.models import Norm

    ending = reverse("norm_retirement", args=[Norm.objects.get().pk])
    assert coordinator.post(ending, {"reason": " ", "client_id": str(uuid4())}).status_code == 400
    text = page(coordinator.post(ending, {"reason": "文件已废止", "client_id": str(uuid4())}, follow=True))
    assert "文件已废止" in text


def test_an_event_of_a_group_is_written_and_changed(office: Any, as_user: Any) -> None:
    from liangcao.operations.forecast.models import NeedEvent

    coordinator = as_user("coordinator")
    sent = {
        "occasion": "opening", "kind": "school", "units": 3, "headcount": 900, "begins_on": TODAY.isoformat(),
        "reason": "开学通知", "organisation": "", "region": "", "client_id": str(uuid4()),
    }  # fmt: skip
    refused = coordinator.post(reverse("need_event_new"), sent | {"kind": ""})
    assert refused.status_code == 400
    assert "全市的学校" in page(coordinator.post(reverse("need_event_new"), sent, follow=True))
    change = reverse("need_event_change", args=[NeedEvent.objects.get().pk])
    assert 'value="900"' in page(coordinator.get(change))
    text = page(coordinator.post(change, sent | {"headcount": 950, "client_id": str(uuid4())}, follow=True))
    assert "已取消或改动" in text and "950" in text


def test_gap_list_is_sorted_filtered_and_exported(office: Any, as_user: Any) -> None:
    from tests.factories.allocation import ask
    from tests.factories.forecast import make_need_event, make_norm

    world = office.world
    ask(world, world.hospital, 30_000)
    make_norm(world, item_id=world.suit.pk)
    make_need_event(world, begins_on=TODAY + timedelta(days=10))
    allocator, address = as_user("allocator"), reverse("forecast_list")
    rows = allocator.get(address).context["list"].slice.rows
    assert [row.item.pk for row in rows] == [world.mask.pk, world.suit.pk]
    assert (rows[0].gap3, rows[0].is_alert, rows[1].gap7) == (10_000, True, 0)
    for state, count in (("alert", 1), ("silent", 1)):
        assert len(allocator.get(address, {"state": state}).context["list"].slice.rows) == count
    for sort in ("gap7", "-gap14", "cover", "-short_from", "use"):
        assert allocator.get(address, {"sort": sort}).status_code == 200
    file = allocator.get(address, {"format": "xlsx"})
    assert file.content[:2] == b"PK"
    text = page(allocator.get(reverse("forecast_item", args=[world.suit.pk])))
    assert "示例企业一" in text and "起每天" in text
    assert as_user("storekeeper").get(address).status_code == 200
    assert allocator.get(reverse("forecast_item", args=[999_999])).status_code == 400


def test_alerts_stand_on_the_home_page_with_whose_task_they_are(office: Any, as_user: Any) -> None:
    from tests.factories.allocation import ask, make_replenishment

    world, leader, address = office.world, as_user("leader"), reverse("forecast_alerts")
    assert "li" not in page(leader.get(address)), "nothing is asked for"
    ask(world, world.hospital, 30_000)
    assert f'hx-get="{address}"' in page(leader.get(reverse("home")))
    text = page(leader.get(address))
    assert "预测告急(3 天内)" in text and "断档" in text and "转补货任务" in text
    make_replenishment(world)
    assert "采购员示例在补货" in page(leader.get(address))


def test_days_of_an_alert_are_set_with_a_reason(office: Any, as_user: Any) -> None:
    leader, address = as_user("leader"), reverse("alert_days_new")
    shown = page(leader.get(address))
    assert "现为 3 天" in shown
    told = {"days": "15", "reason": "采购周期变长", "client_id": str(uuid4())}
    assert "告急天数须为 1–14 的整数" in page(leader.post(address, told))
    told |= {"days": "10"}
    assert "可用不足 10 天即告急" in page(leader.post(address, told, follow=True))
    assert "10 天内告急" in page(leader.get(reverse("forecast_list")))
    assert as_user("storekeeper").get(address).status_code == 403
